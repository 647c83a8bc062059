"""From the schema of one parameter to its field: what it is, what it takes, what goes out by itself. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sora_tui.kie import schema_prose as prose
from sora_tui.kie.fields import Choice, Field, FieldKind, Json, Media
from sora_tui.kie.json_schema import strict_schema
from sora_tui.kie.patterns import plain_pattern
from sora_tui.kie.schema_links import leads_to
from sora_tui.kie.schema_numbers import limits
from sora_tui.kie.schema_shapes import ALTERNATIVES, Document, Object, UnusableSchema, text, types

_PLAIN: Final = (str, int, float, bool)
_MAX_CHOICES = 500


def read_field(document: Document, name: str, node: Json, *, required: bool) -> Field:
    """The field of one parameter.

    Args:
        document: where its references lead.
        name: as on the wire.
        node: its schema, or a reference to it.
        required: whether the service needs it.

    Raises:
        UnusableSchema: there is no schema.
    """
    schema = _together(document, document.flat(node))
    kind, media, items = _kind(document, name, schema)
    stated = limits(schema)
    of_text = limits(items) if items is not None else stated
    description = text(schema.get("description"))
    is_text = kind in (FieldKind.TEXT, FieldKind.TEXT_LIST, FieldKind.LINK, FieldKind.LINK_LIST)
    is_list = kind in (FieldKind.TEXT_LIST, FieldKind.LINK_LIST)
    is_number = kind in (FieldKind.INTEGER, FieldKind.NUMBER)
    field = Field(
        name=name,
        label=prose.label(name, text(schema.get("title")), is_link=media is not None),
        kind=kind,
        choices=_choices(name, schema if items is None else items) if kind is not FieldKind.JSON else (),
        required=required,
        help=prose.help_line(description),
        media=media or Media.FILE,
    )
    if is_text:
        stated_in_prose = prose.longest(description) if kind is FieldKind.TEXT else None
        pattern = (items or schema).get("pattern")
        field = replace(
            field,
            max_length=of_text.get("maxLength", stated_in_prose),
            min_length=of_text.get("minLength"),
            pattern=pattern if isinstance(pattern, str) and plain_pattern(pattern) else "",
        )
    if is_list:
        field = replace(
            field,
            max_items=stated.get("maxItems"),
            min_items=stated.get("minItems"),
            unique_items=schema.get("uniqueItems") is True,
        )
    if is_number:
        field = _bounded(field, stated, description, schema.get("default"))
    if kind is FieldKind.JSON:
        field = replace(field, json_schema=strict_schema(document, node) or None)
    return _with_default(field, schema)


def only_value(field: Field) -> Json:
    """The one value a field takes; None for a field that takes several."""
    return field.choices[0].value if field.kind is FieldKind.CHOICE and len(field.choices) == 1 else None


def fixed(field: Field) -> Field:
    """A field of one value that always goes out."""
    return replace(field, default=only_value(field), required=True)


def _bounded(field: Field, stated: Mapping[str, Json], description: str, default: Json) -> Field:
    """A number with its limits; those in the prose count only where the schema has none and its default keeps them."""
    low, high = stated.get("minimum"), stated.get("maximum")
    above, below = stated.get("exclusiveMinimum"), stated.get("exclusiveMaximum")
    if low is high is above is below is None:
        low, high = prose.bounds(description)
        if replace(field, minimum=low, maximum=high).problem(default) and not field.problem(default):
            low, high = None, None
    step = stated.get("multipleOf")
    if field.kind is FieldKind.INTEGER:
        low = low if low is None else math.ceil(low)
        high = high if high is None else math.floor(high)
        if above is not None:  # a whole number above 0 is one from 1 on
            low, above = max(math.floor(above) + 1, low if low is not None else math.floor(above) + 1), None
        if below is not None:
            high, below = min(math.ceil(below) - 1, high if high is not None else math.ceil(below) - 1), None
        step = None if step == 1 else step
    return replace(field, minimum=low, maximum=high, above=above, below=below, multiple_of=step)


def _together(document: Document, schema: Object) -> Object:
    """Alternatives as one schema, where they are but values, numbers, texts, or texts and a list of texts."""
    groups = schema.get(ALTERNATIVES)
    if not groups or len(groups) > 1:
        return schema
    try:
        shapes = [document.flat(each) for each in groups[0]]
    except UnusableSchema:
        return schema
    alone = {name: value for name, value in schema.items() if name != ALTERNATIVES}
    if any(ALTERNATIVES in each for each in shapes):
        return schema
    if all(_allowed(each) for each in shapes):
        named = list(dict.fromkeys(name for each in shapes for name in types(each)))
        titles = [
            {"value": value, "name": text(each.get("title")) if len(_allowed(each)) == 1 else ""}
            for each in shapes
            for value in _allowed(each)
        ]
        kind = {"type": named[0]} if len(named) == 1 and "type" not in alone else {}
        return {**alone, **kind, "enum": [each["value"] for each in titles], "x-apidog-enum": titles}
    if any(map(_allowed, shapes)):
        return schema
    lists = [each for each in shapes if _type(each) == "array"]
    if len(lists) == 1 and all(each in lists or _type(each) == "string" for each in shapes):
        return {**lists[0], **alone}  # a list of one does for the text
    named_types = {name for each in shapes for name in types(each)}
    if named_types == {"integer", "number"}:
        return {"type": "number", **alone}
    if named_types == {"string"}:
        most = [each["maxLength"] for each in map(limits, shapes) if "maxLength" in each]
        limit = {"maxLength": max(most)} if len(most) == len(shapes) else {}
        form = {"format": "uri"} if any(each.get("format") in ("uri", "url") for each in shapes) else {}
        return {"type": "string", **limit, **form, **alone}
    return schema


def _kind(document: Document, name: str, schema: Object) -> tuple[FieldKind, Media | None, Object | None]:
    """What a parameter is, what its links lead to, and the schema of each item of a list of texts."""
    kind = _type(schema)
    allowed = _values(schema)
    if ALTERNATIVES in schema:
        return FieldKind.JSON, None, None
    if allowed and {type(each) for each in allowed} != {bool}:
        return FieldKind.CHOICE, None, None
    if allowed or kind == "boolean":
        return FieldKind.CHOICE if len(allowed) == 1 else FieldKind.FLAG, None, None
    if _allowed(schema):  # of lists or objects only
        return FieldKind.JSON, None, None
    if kind == "string":
        media = leads_to(name, schema)
        return FieldKind.TEXT if media is None else FieldKind.LINK, media, None
    if kind == "array":
        try:
            items = document.flat(schema.get("items", {}))
        except UnusableSchema:
            return FieldKind.JSON, None, None
        if not items and leads_to(name, schema) is not None:
            items = {"type": "string"}  # nobody says of what, but links are texts
        if _type(items) == "string" and ALTERNATIVES not in items:
            media = None if _values(items) else leads_to(name, schema, items)
            return FieldKind.TEXT_LIST if media is None else FieldKind.LINK_LIST, media, items
        return FieldKind.JSON, None, None
    return {"integer": FieldKind.INTEGER, "number": FieldKind.NUMBER}.get(kind, FieldKind.JSON), None, None


def _type(schema: Mapping[str, Json]) -> str:
    """The one type of a schema, also where only its other words show it; empty where there are several."""
    named = types(schema)
    if not named and "items" in schema:
        return "array"
    if not named and (schema.get("format") in ("uri", "url") or "maxLength" in schema or "minLength" in schema):
        return "string"
    if set(named) == {"integer", "number"}:
        return "number"
    if set(named) == {"string", "array"} and "items" in schema:
        return "array"
    return named[0] if len(named) == 1 else ""


def _allowed(schema: Mapping[str, Json]) -> list[Json]:
    """The values a schema lists, as they stand there."""
    if "const" in schema and schema["const"] is not None:
        return [schema["const"]]
    listed = schema.get("enum")
    return listed if isinstance(listed, list) else []


def _values(schema: Mapping[str, Json]) -> list[Json]:
    """The plain values a schema allows, each once, as they go on the wire.

    Where all of them are of another type than the schema's own, as when `"5"` is listed for a whole number, the type
    counts: it is chosen from a list by whoever writes the document, and the values are typed.
    """
    plain = [each for each in _allowed(schema)[:_MAX_CHOICES] if type(each) in _PLAIN and not _is_odd(each)]
    named = types(schema)
    if len(named) == 1 and not any(_is_of(named[0], each) for each in plain):
        cast = [_as(named[0], each) for each in plain]
        plain = cast if all(each is not None for each in cast) else plain
    found: list[Json] = []
    for value in plain:
        if not any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in found):
            found.append(value)
    return found


def _is_of(name: str, value: Json) -> bool:
    match name:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return False


def _as(name: str, value: Json) -> Json:
    """A value as one of the named type, if it is one written otherwise; else None."""
    if name == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    if name == "integer" and isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    if isinstance(value, str) and name in ("integer", "number", "boolean"):
        try:
            read = json.loads(value)
        except (ValueError, RecursionError):
            return None
        return read if _is_of(name, read) and not _is_odd(read) else None
    return None


def _is_odd(value: Json) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _choices(name: str, schema: Mapping[str, Json]) -> tuple[Choice, ...]:
    values = _values(schema)
    if values and {type(each) for each in values} == {bool} and len(values) > 1:
        return ()  # a flag
    names = schema.get("x-apidog-enum")
    titles = [each for each in names if isinstance(each, dict)] if isinstance(names, list) else []
    seconds = prose.counts_seconds(name, text(schema.get("description")))
    return tuple(Choice(value, _choice_label(value, titles, seconds=seconds)) for value in values)


def _choice_label(value: Json, titles: list[Object], *, seconds: bool) -> str:
    title = next((text(each.get("name")) for each in titles if each.get("value") == value), "")
    if isinstance(value, bool):
        return title or ("on" if value else "off")
    shown = title or (value if isinstance(value, str) else json.dumps(value))
    return f"{shown} s" if seconds and shown.replace(".", "", 1).isdecimal() else shown


def _with_default(field: Field, schema: Mapping[str, Json]) -> Field:
    """A field with its default, if it takes it; of one value, that one if it is needed or said to be constant."""
    if only_value(field) is not None and (field.required or "const" in schema):
        return fixed(field)
    default = schema.get("default")
    kinds = {FieldKind.INTEGER: "integer", FieldKind.NUMBER: "number", FieldKind.FLAG: "boolean"}
    name = kinds.get(field.kind) or ("string" if field.kind is FieldKind.CHOICE else "")
    for each in (default, _as(name, default)):
        if each is None or (each == "" and field.kind is FieldKind.TEXT):
            continue  # no text is what goes out by itself anyway
        if not field.problem(each):
            return replace(field, default=each)
    return field
