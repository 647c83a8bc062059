"""The object a node of an OpenAPI document stands for: references followed, parts merged, shapes told apart. Pure.

Believes the document in nothing: circles, holes and documents that multiply themselves end in `UnusableSchema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import unquote

from sora_tui.kie.fields import Json

Object: TypeAlias = dict[str, Json]
"""A JSON object."""

ALTERNATIVES = "x-alternatives"
"""Where `Document.flat` keeps the `oneOf` and `anyOf` it could not decide: a list of lists of schemas."""

_MEANT = {
    **dict.fromkeys(("str", "text", "enum", "url", "uri"), "string"),
    **dict.fromkeys(("int", "int32", "int64", "long"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **{"bool": "boolean", "list": "array", "dict": "object", "map": "object"},
}
_MAX_STEPS = 60_000
_MAX_DEPTH = 24
_MAX_SHAPES = 24
_DEFINED = ("$defs", "definitions")
_ADVICE = "choose another model, or see this one's page at the vendor"


class UnusableSchema(ValueError):
    """A schema document from which no request can be made. The message says why, and what to do."""


def unusable(why: str) -> UnusableSchema:
    """The error for a document, in one sentence with what the user can do."""
    return UnusableSchema(f"{why}: {_ADVICE}.")


class Document:
    """An OpenAPI document, and how much reading it may still cost."""

    def __init__(self, root: Object) -> None:
        self.root = root
        self._steps = 0
        self._definitions: Object | None = None

    def resolve(self, node: Json) -> Object:
        """The object a node is or refers to. What stands beside a reference goes over what is referred to.

        Raises:
            UnusableSchema: there is no object, or only a circle.
        """
        beside: list[Object] = []
        for _ in range(_MAX_DEPTH):
            self._step()
            if node is True:  # the schema that allows everything
                node = {}
            if not isinstance(node, dict):
                raise unusable("Its schema has a hole where an object should be")
            reference = node.get("$ref")
            if not isinstance(reference, str):
                found = {name: value for name, value in node.items() if name != ALTERNATIVES}
                for each in reversed(beside):
                    found = merged(found, each)
                return found
            if len(node) > 1:
                beside.append({name: value for name, value in node.items() if name not in ("$ref", ALTERNATIVES)})
            node = self.referred(reference)
        raise unusable("Its schema refers to itself in a circle")

    def referred(self, reference: str) -> Json:
        """What stands where a reference points to. Nothing is ever fetched.

        Percent signs and blanks at the end of a name are taken as the vendor writes them (contract §6).
        """
        if not reference.startswith("#/"):
            raise unusable("Its schema refers to another document")
        steps = reference[2:].split("/")
        node: Json = self.root
        if steps[0] in _DEFINED and steps[0] not in node:  # as in a JSON schema that was put into the document whole
            node = {steps[0]: self._all_definitions()}
        for step in steps:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and name not in node:
                name = next((key for key in node if key.strip() == name.strip()), name)
            if not isinstance(node, dict) or name not in node:
                raise unusable("Its schema refers to something that is not there")
            node = node[name]
        return node

    def _all_definitions(self) -> Object:
        """Whatever is under `$defs` or `definitions` anywhere in the document."""
        if self._definitions is None:
            self._definitions = {}
            waiting: list[Json] = [self.root]
            while waiting:
                self._step()
                node = waiting.pop()
                if isinstance(node, dict):
                    for name in _DEFINED:
                        found = node.get(name)
                        self._definitions |= found if isinstance(found, dict) else {}
                waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        return self._definitions

    def flat(self, node: Json, depth: int = 0) -> Object:
        """A schema with its reference followed, its `allOf` merged, and a lone alternative to null taken.

        What stays undecided is a list under `ALTERNATIVES`; no other `oneOf`, `anyOf` or `allOf` is left.
        """
        if depth > _MAX_DEPTH:
            raise unusable("Its schema is nested too deep")
        found = self.resolve(node)
        parts = found.pop("allOf", None)
        groups = [found.pop(name, None) for name in ("oneOf", "anyOf")]
        common: Object = {}
        for part in parts if isinstance(parts, list) else []:
            common = merged(common, self.flat(part, depth + 1))
        found = merged(common, found)
        for group in groups:
            if not isinstance(group, list) or not group:
                continue
            real = [each for each in group if not self._is_null(each)]
            if len(real) == 1:
                found = merged(self.flat(real[0], depth + 1), found)
            elif real:
                found = merged(found, {ALTERNATIVES: [real]})
        return found

    def shapes(self, node: Json, depth: int = 0) -> list[Object]:
        """Every shape a schema may have, each one object without alternatives, in the document's order."""
        flat = self.flat(node, depth)
        groups = flat.pop(ALTERNATIVES, [])
        found = [flat]
        marked = flat.pop("discriminator", None)
        for group in groups:
            variants = [
                merged(shape, self._mark(marked, each, shape))
                for each in group
                for shape in self.shapes(each, depth + 1)
            ]
            found = [merged(one, variant) for one in found for variant in variants]
            if len(found) > _MAX_SHAPES:
                raise unusable("Its schema allows too many shapes")
        return found

    def _mark(self, marked: Json, node: Json, shape: Object) -> Object:
        """What a `discriminator` says of one alternative: the value that names it, where the shape leaves it open."""
        if not isinstance(marked, dict) or not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return {}
        name, mapping = marked.get("propertyName"), marked.get("mapping")
        named = properties(shape).get(name) if isinstance(name, str) else None
        if named is None:
            return {}
        own = unquote(node["$ref"].rpartition("/")[2]).strip()
        values = [
            value
            for value, to in (mapping.items() if isinstance(mapping, dict) else ())
            if isinstance(to, str) and unquote(to.rpartition("/")[2]).strip() == own
        ]
        value = values[0] if values else own
        flat = self.flat(named)
        allowed = [flat["const"]] if "const" in flat else flat.get("enum")
        if isinstance(allowed, list) and value not in allowed:
            return {}
        return {"properties": {name: {"const": value}}, "required": [name]}

    def _is_null(self, node: Json) -> bool:
        return isinstance(node, dict) and "$ref" not in node and node.get("type") == "null"

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise unusable("Its schema is nested too deep")


def merged(base: Mapping[str, Json], other: Mapping[str, Json]) -> Object:
    """Both at once: properties, needs and alternatives of both; of anything else, what `other` says."""
    found = {**base, **other}
    if isinstance(base.get("properties"), dict) and isinstance(other.get("properties"), dict):
        found["properties"] = {**base["properties"]}
        for name, described in other["properties"].items():
            before = base["properties"].get(name)
            both = isinstance(before, dict) and isinstance(described, dict) and before != described
            found["properties"][name] = {"allOf": [before, described]} if both else described
    if "required" in base and "required" in other:
        found["required"] = [*dict.fromkeys([*texts(base["required"]), *texts(other["required"])])]
    if isinstance(base.get("enum"), list) and isinstance(other.get("enum"), list):
        found["enum"] = [each for each in base["enum"] if each in other["enum"]] or other["enum"]
    if ALTERNATIVES in base and ALTERNATIVES in other:
        found[ALTERNATIVES] = [*base[ALTERNATIVES], *other[ALTERNATIVES]]
    return found


def properties(schema: Mapping[str, Json]) -> Object:
    """The properties a schema describes; none where it describes none."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def texts(value: Json) -> list[str]:
    """The texts in a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def text(value: Json) -> str:
    """A text without blanks around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def types(schema: Mapping[str, Json]) -> list[str]:
    """The types a schema names, without null, each once; empty where it names none. Slips of the pen are read."""
    named = schema.get("type")
    found = [each.strip().lower() for each in (texts(named) if isinstance(named, list) else texts([named]))]
    return [each for each in dict.fromkeys(_MEANT.get(each, each) for each in found) if each != "null"]
