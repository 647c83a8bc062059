"""What a value that obeys a JSON schema looks like, to begin with. Pure; the schema is believed in nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEPTH = 5
MEMBERS = 20


def template(schema: Any, depth: int = DEPTH) -> Any:
    """A value with the members that are needed, or with all where none is, each as its default or plainest value."""
    if not isinstance(schema, Mapping) or depth <= 0:
        return None
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("oneOf", "anyOf", "allOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            return template(schema[key][0], depth)
    kinds = schema.get("type")
    kind = next((each for each in kinds if each != "null"), None) if isinstance(kinds, list) else kinds
    if kind == "object" or isinstance(schema.get("properties"), Mapping):
        return _members(schema, depth)
    if kind == "array":
        return [template(schema.get("items"), depth - 1)] if isinstance(schema.get("items"), Mapping) else []
    plainest: dict[Any, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0}
    low = schema.get("minimum")
    if kind in ("integer", "number") and isinstance(low, int | float) and not isinstance(low, bool):
        return low
    return plainest.get(kind) if isinstance(kind, str) else None


def _members(schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return {}
    needed = schema.get("required")
    names = [name for name in needed if name in properties] if isinstance(needed, list) else []
    return {str(name): template(properties[name], depth - 1) for name in (names or list(properties))[:MEMBERS]}
