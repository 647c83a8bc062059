"""From a model's OpenAPI document to the fields it takes. Pure; the document is believed in nothing.

How the real ones look: contract §6. References are percent-encoded and component names may end in a
space; `input` may be one of several shapes; some limits are only said in the prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from sora_tui.kie.fields import Choice, Field, FieldKind, Json

DEFAULT_PROMPT_LIMIT = 10_000
"""Characters, for a model whose document states no limit."""

_CREATE_PATH = "/api/v1/jobs/createTask"
_MAX_STEPS = 16
_MAX_PARTS = 100
_MAX_HELP = 240
_LIMIT_IN_PROSE = re.compile(r"max(?:imum)?\.? length:?\s*`?([0-9][0-9,]{0,6})", re.IGNORECASE)
_Object = dict[str, Json]


class UnusableSchema(ValueError):
    """A schema document from which no request can be made. The message says why."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a document says about its model. The attributes are those of `ModelProfile`."""

    title: str
    fields: tuple[Field, ...]
    prompt_limit: int


def read_schema(model: str, document: Json) -> Schema:
    """What a document says about `model`.

    Raises:
        UnusableSchema: it describes no model that makes something from a prompt, or another model.
    """
    openapi = _openapi(model, document)
    operation = _operation(openapi)
    body = _resolve(openapi, _resolve(openapi, operation.get("requestBody")).get("content"))
    media = next((body[name] for name in body if name.split(";")[0].strip() == "application/json"), None)
    request = _flat(openapi, _resolve(openapi, media).get("schema"))
    _demand_model(openapi, model, request)
    wanted = _input(openapi, _properties(request).get("input"))
    properties = _properties(wanted)
    if "prompt" not in properties:
        raise UnusableSchema("This model takes no prompt, so it cannot be used here.")
    required = _texts(wanted.get("required"))
    fields = []
    for name, described in properties.items():
        schema = _flat(openapi, described)
        if name != "prompt" and (name in required or schema.get("deprecated") is not True):
            fields.append(_field(name, schema, required=name in required))
    prompt = _flat(openapi, properties["prompt"])
    title = _text(operation.get("summary")) or model
    return Schema(title, tuple(fields), _prompt_limit(prompt))


def _openapi(model: str, document: Json) -> _Object:
    """The OpenAPI document inside whichever wrapping it came in."""
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    if isinstance(document, dict) and "openapi" in document and "paths" not in document:
        told = document.get("model")
        if isinstance(told, str) and told != model:
            raise UnusableSchema("The schema is that of another model.")
        document = document["openapi"]
        if document is None:
            raise UnusableSchema("The service publishes no schema for this model.")
    if not isinstance(document, dict):
        raise UnusableSchema("The schema is not an OpenAPI document.")
    return document


def _operation(openapi: _Object) -> _Object:
    paths = openapi.get("paths")
    path = paths.get(_CREATE_PATH) if isinstance(paths, dict) else None
    if path is None:
        raise UnusableSchema("This model is not made through the jobs API.")
    return _resolve(openapi, _resolve(openapi, path).get("post"))


def _demand_model(openapi: _Object, model: str, request: _Object) -> None:
    described = _flat(openapi, _properties(request).get("model", {}))
    allowed = _texts(described.get("enum"))
    if allowed and model not in allowed:
        raise UnusableSchema("The schema is that of another model.")


def _input(openapi: _Object, schema: Json) -> _Object:
    """The shape of `input`; of several, the one with a prompt that demands the least beside it."""
    flat = _flat(openapi, schema)
    shapes = [_merged(flat, _flat(openapi, shape)) for shape in _alternatives(flat)]
    prompted = [shape for shape in shapes if "prompt" in _properties(shape)]
    return min(prompted, key=lambda shape: len(_texts(shape.get("required"))), default=flat)


def _alternatives(schema: _Object) -> Iterator[Json]:
    for name in ("oneOf", "anyOf"):
        shapes = schema.get(name)
        if isinstance(shapes, list):
            yield from shapes


def _flat(openapi: _Object, schema: Json) -> _Object:
    """A schema with its reference followed, its `allOf` merged, and a lone alternative to null taken."""
    flat = _resolve(openapi, schema)
    for _ in range(_MAX_STEPS):
        parts = flat.get("allOf")
        shapes = [_resolve(openapi, shape) for shape in _alternatives(flat)]
        real = [shape for shape in shapes if shape.get("type") != "null"]
        if isinstance(parts, list):
            flat = {name: value for name, value in flat.items() if name != "allOf"}
            deeper: list[Json] = []
            for part in parts:
                own = dict(_resolve(openapi, part))
                inner = own.pop("allOf", [])
                deeper += inner if isinstance(inner, list) else []
                flat = _merged(flat, own)
            if len(deeper) > _MAX_PARTS:
                break
            if deeper:
                flat["allOf"] = deeper
        elif len(real) == 1:
            flat = {**real[0], **{name: value for name, value in flat.items() if name not in ("oneOf", "anyOf")}}
        else:
            return flat
    raise UnusableSchema("The schema is nested too deep.")


def _merged(base: _Object, other: _Object) -> _Object:
    merged = {**base, **other}
    if isinstance(base.get("properties"), dict) and isinstance(other.get("properties"), dict):
        merged["properties"] = {**base["properties"], **other["properties"]}
    if base.get("required") and other.get("required"):
        merged["required"] = [*_texts(base["required"]), *_texts(other["required"])]
    return merged


def _resolve(openapi: _Object, node: Json) -> _Object:
    """The object a node is or refers to."""
    for _ in range(_MAX_STEPS):
        if not isinstance(node, dict):
            raise UnusableSchema("The schema has a hole where an object should be.")
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        node = _referred(openapi, reference)
    raise UnusableSchema("The schema refers to itself in a circle.")


def _referred(openapi: _Object, reference: str) -> Json:
    if not reference.startswith("#/"):
        raise UnusableSchema("The schema refers to another document.")
    node: Json = openapi
    for step in reference[2:].split("/"):
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict):
            raise UnusableSchema("The schema refers to something that is not there.")
        if name not in node:
            name = next((key for key in node if key.strip() == name.strip()), name)
        if name not in node:
            raise UnusableSchema("The schema refers to something that is not there.")
        node = node[name]
    return node


def _field(name: str, schema: _Object, *, required: bool) -> Field:
    kind = _kind(schema)
    choices: tuple[Choice, ...] = ()
    if kind is FieldKind.CHOICE:
        choices = tuple(Choice(value, str(value)) for value in _values(schema))
    length = _max_length(schema)
    if kind is FieldKind.TEXT_LIST:
        length = _count(schema["items"].get("maxLength"))
    field = Field(
        name=name,
        label=name.replace("_", " ").strip().capitalize() or name,
        kind=kind,
        choices=choices,
        required=required,
        max_length=length if kind in (FieldKind.TEXT, FieldKind.TEXT_LIST) else None,
        max_items=_count(schema.get("maxItems")) if kind is FieldKind.TEXT_LIST else None,
        minimum=_bound(schema.get("minimum")),
        maximum=_bound(schema.get("maximum")),
        help=_help(schema),
    )
    default = schema.get("default")
    return field if default is None or field.problem(default) else replace(field, default=default)


def _kind(schema: _Object) -> FieldKind:
    types = schema.get("type")
    names = [each for each in (types if isinstance(types, list) else [types]) if each != "null"]
    name = names[0] if len(names) == 1 else None
    if name == "boolean":
        return FieldKind.FLAG
    if _values(schema):
        return FieldKind.CHOICE
    items = schema.get("items")
    if name == "array" and isinstance(items, dict) and items.get("type") == "string":
        return FieldKind.TEXT_LIST
    kinds = {"string": FieldKind.TEXT, "integer": FieldKind.INTEGER, "number": FieldKind.NUMBER}
    return kinds.get(name, FieldKind.JSON) if isinstance(name, str) else FieldKind.JSON


def _values(schema: _Object) -> list[Json]:
    """The plain values a schema allows, each once."""
    allowed = schema.get("enum")
    if not isinstance(allowed, list):
        allowed = [schema["const"]] if "const" in schema else []
    plain = [value for value in allowed if isinstance(value, str | int | float) and not isinstance(value, bool)]
    return [value for number, value in enumerate(plain) if value not in plain[:number]]


def _prompt_limit(prompt: _Object) -> int:
    return _max_length(prompt) or DEFAULT_PROMPT_LIMIT


def _max_length(schema: _Object) -> int | None:
    stated = _count(schema.get("maxLength"))
    prose = _LIMIT_IN_PROSE.search(_text(schema.get("description")))
    return stated if stated is not None or prose is None else int(prose[1].replace(",", ""))


def _help(schema: _Object) -> str:
    """The first paragraph of the description, on one line."""
    paragraph = _text(schema.get("description")).split("\n\n")[0]
    line = " ".join(paragraph.split())
    return line if len(line) <= _MAX_HELP else line[: _MAX_HELP - 1].rstrip() + "…"


def _properties(schema: _Object) -> _Object:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _texts(value: Json) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _bound(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
