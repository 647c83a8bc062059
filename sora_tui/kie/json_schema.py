"""The schema of a JSON value, made fit for checking: one tree, no reference left, nothing allowed by silence. Pure.

Kept are the keywords that a check can use, where they are what they should be; OpenAPI 3.0's own ones become those
of JSON Schema. An object takes only the properties it describes unless it says `additionalProperties`. A circle
is followed a few times, and what lies deeper is the schema that allows everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sora_tui.kie.fields import Json
from sora_tui.kie.patterns import plain_pattern
from sora_tui.kie.schema_numbers import limits
from sora_tui.kie.schema_shapes import ALTERNATIVES, Document, Object, UnusableSchema, merged, properties, texts, types

_MAX_DEPTH = 12
_MAX_NODES = 1_500
_MAX_ROUNDS = 3
_TYPES: Final = ("object", "array", "string", "integer", "number", "boolean", "null")


def strict_schema(document: Document, node: Json) -> Object:
    """The schema to check a value against, as `first_problem` takes it; empty where anything goes."""
    return _Strict(document).schema(node, (), 0)


class _Strict:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes = 0

    def schema(self, node: Json, around: tuple[int, ...], depth: int) -> Object:
        """One node and all below it. `around` are the referred objects it lies in."""
        self._nodes += 1
        if depth > _MAX_DEPTH or self._nodes > _MAX_NODES:
            return {}
        try:
            if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                referred = id(self._document.referred(node["$ref"]))
                if around.count(referred) >= _MAX_ROUNDS:
                    return {}
                around = (*around, referred)
            flat = self._document.flat(node)
        except UnusableSchema:  # an odd corner of a nested value does not make the whole model unusable
            return {}

        def deeper(inner: Json) -> Object:
            return self.schema(inner, around, depth + 1)

        groups = flat.pop(ALTERNATIVES, [])
        if not groups:
            return self._plain(flat, deeper)
        # each alternative with what all have in common, or the strictness of one would refuse the properties of another
        variants = [merged(flat, {"allOf": [each]}) for each in groups[0]]
        for group in groups[1:]:
            variants = [merged(each, {"allOf": [*each["allOf"], other]}) for each in variants for other in group]
            if len(variants) > _MAX_NODES:
                return {}
        return {"anyOf": [deeper(each) for each in variants]}

    def _plain(self, flat: Object, deeper: Callable[[Json], Object]) -> Object:
        found: Object = {}
        named = [each for each in types(flat) if each in _TYPES]
        shape = properties(flat)
        if not named and (shape or "additionalProperties" in flat):
            named = ["object"]
        elif not named and "items" in flat:
            named = ["array"]
        declared = flat.get("type")
        nullable = flat.get("nullable") is True or (isinstance(declared, list) and "null" in declared)
        if named:
            found["type"] = [*named, "null"] if nullable else named[0] if len(named) == 1 else named
        if isinstance(flat.get("enum"), list) and flat["enum"]:
            found["enum"] = [*flat["enum"], None] if nullable and None not in flat["enum"] else flat["enum"]
        if "const" in flat:
            found["const"] = flat["const"]
        if not named or "object" in named:
            self._object(flat, shape, found, deeper)
        if not named or "array" in named:
            self._array(flat, found, deeper)
        found |= limits(flat)
        pattern = flat.get("pattern")
        if isinstance(pattern, str) and plain_pattern(pattern):
            found["pattern"] = pattern
        if flat.get("format") in ("uri", "url"):
            found["format"] = "uri"
        return found

    def _object(self, flat: Object, shape: Object, found: Object, deeper: Callable[[Json], Object]) -> None:
        required = [name.strip() for name in texts(flat.get("required"))]
        more = flat.get("additionalProperties")
        is_closed = more is False or (more is None and bool(shape))
        if isinstance(more, dict):
            found["additionalProperties"] = deeper(more)
        elif is_closed and not isinstance(flat.get("patternProperties"), dict):
            found["additionalProperties"] = False
        if required:
            found["required"] = required
        if shape or more is False:
            found["properties"] = {
                name.strip(): deeper(inner)
                for name, inner in shape.items()
                if inner is not False
                and (name.strip() in required or not (isinstance(inner, dict) and inner.get("readOnly") is True))
            }

    def _array(self, flat: Object, found: Object, deeper: Callable[[Json], Object]) -> None:
        first = flat.get("prefixItems")
        items = flat.get("items")
        if isinstance(items, list):  # a tuple, as drafts before 2020 wrote it
            first, items = items, flat.get("additionalItems")
        if isinstance(first, list):
            found["prefixItems"] = [deeper(each) for each in first]
            if items is None or items is False:
                found["items"] = False
        if isinstance(items, dict):
            found["items"] = deeper(items)
        if flat.get("uniqueItems") is True:
            found["uniqueItems"] = True
