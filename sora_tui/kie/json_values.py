"""What is wrong with a JSON value, by its schema, in one plain sentence that names the place.

The only module that imports jsonschema. Nothing is fetched: the schemas of `strict_schema` refer to nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from sora_tui.kie.fields import Json, is_link, is_multiple, overlong, shown_number, too_short, unsendable
from sora_tui.kie.patterns import plain_pattern
from sora_tui.kie.schema_prose import label

_MAX_DEPTH = 24
_MAX_NAMED = 6
_MAX_QUOTED = 60
_KINDS = {
    "object": "an object in braces",
    "array": "a list in brackets",
    "string": "a text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def first_problem(schema: Mapping[str, Json], value: Json) -> str:
    """What is wrong with a value, as what follows the field's name; empty if nothing is.

    Args:
        schema: as `strict_schema` makes it.
        value: what `json.loads` returns.
    """
    try:
        for path, text in _texts_in(value):
            if broken := unsendable(text):
                return _at(path, broken)
        error = next(_VALIDATOR(dict(schema)).iter_errors(value), None)
    except RecursionError:
        return " is nested too deep: make it flatter."
    if error is None:
        return ""
    for _ in range(_MAX_DEPTH):
        nearest = _nearest(error)
        if nearest is None:
            break
        error = nearest
    return _at(list(error.absolute_path), _said(error))


def _at(path: list[str | int], said: str) -> str:
    """`, item 2, duration: must be …`, or ` must be …` for the value itself."""
    steps = [f"item {step + 1}" if isinstance(step, int) else (label(step) or step).lower() for step in path]
    return f"{''.join(f', {step}' for step in steps)}{':' if steps else ''} {said}"


def _nearest(error: ValidationError) -> ValidationError | None:
    """Of several shapes that do not fit, the first problem of the one that fits best."""
    shapes: dict[Any, list[ValidationError]] = {}
    for each in error.context or ():
        shapes.setdefault(each.schema_path[0], []).append(each)
    if error.validator != "anyOf" or not shapes:
        return None
    # the right kind of value comes first, then the right constant, then whatever has the fewest problems
    found = min(shapes.values(), key=lambda all: (_misses("type", all), _misses("const", all), len(all)))
    if _misses("type", found):
        return None  # of none is the kind right: all the kinds are said
    return found[0]


def _misses(keyword: str, errors: list[ValidationError]) -> bool:
    depth = 0 if keyword == "type" else 1
    return any(each.validator == keyword and len(each.path) <= depth for each in errors)


def _said(error: ValidationError) -> str:
    value, wanted = error.instance, error.validator_value
    match error.validator:
        case "type":
            return f"must be {_kinds(wanted)}."
        case "anyOf":
            return f"must be {_kinds([each for shape in wanted for each in _types(shape)])}."
        case "enum":
            named = [_quoted(each) for each in wanted]
            if len(named) > _MAX_NAMED:
                return f"must be one of {len(named)} values, such as {_or(named[:3])}."
            return f"must be {_or(named)}."
        case "const":
            return f"must be {_quoted(wanted)}."
        case "required":
            missing = [name for name in wanted if name not in value]
            return f'needs "{missing[0]}": add it.'
        case "additionalProperties":
            known = error.schema.get("properties", {})
            unknown = [str(name) for name in value if name not in known]
            takes = f"it takes {_or([_quoted(name) for name in known][:_MAX_NAMED])}" if known else "it takes none"
            return f'has no parameter "{unknown[0]}", and would bill it unread: {takes}.'
        case "items":
            return f"has more than {len(error.schema.get('prefixItems', []))} entries: remove some."
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            return f"must be {_BOUNDS[error.validator]} {shown_number(wanted)}."
        case "multipleOf":
            return f"must be a multiple of {shown_number(wanted)}."
        case "minLength":
            return "is empty: write something." if not value else f"is {too_short(len(value), wanted)}: write more."
        case "maxLength":
            return f"is {overlong(len(value), wanted)}: shorten it."
        case "minItems" | "minProperties":
            return f"takes at least {wanted}, not {len(value)}: add some."
        case "maxItems" | "maxProperties":
            return f"takes at most {wanted}, not {len(value)}: remove some."
        case "uniqueItems":
            return "holds an entry twice: remove one."
        case "pattern":
            return f"does not have the form this model asks for, {wanted} as a pattern: change it."
        case "format":
            return "must be a link (https://…)."
    return "is not what this model takes: see its help."


_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


def _types(shape: Json) -> list[str]:
    named = shape.get("type", []) if isinstance(shape, dict) else []
    if isinstance(shape, dict) and "anyOf" in shape:
        return [each for inner in shape["anyOf"] for each in _types(inner)]
    return named if isinstance(named, list) else [named]


def _kinds(named: Json) -> str:
    names = named if isinstance(named, list) else [named]
    known = [_KINDS[each] for each in dict.fromkeys(names) if each in _KINDS]
    return _or(known) if known else "another kind of value"


def _or(said: list[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def _quoted(value: Json) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= _MAX_QUOTED else f"{said[: _MAX_QUOTED - 1]}…"


def _texts_in(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[list[str | int], str]]:
    if isinstance(value, str):
        yield list(path), value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts_in(each, (*path, name))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _texts_in(each, (*path, number))


# The words of JSON Schema whose own meaning is too lax for the wire: 1 is not true, 1.0 not 1, and a pattern may hang


def _same(one: Json, other: Json) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _enum(_: object, allowed: list[Json], value: Json, schema: object) -> Iterator[ValidationError]:
    if not any(_same(value, each) for each in allowed):
        yield ValidationError("not one of them")


def _const(_: object, wanted: Json, value: Json, schema: object) -> Iterator[ValidationError]:
    if not _same(value, wanted):
        yield ValidationError("another value")


def _multiple(_: object, of: float, value: Json, schema: object) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_multiple(value, of):
        yield ValidationError("no multiple")


def _pattern(_: object, pattern: str, value: Json, schema: object) -> Iterator[ValidationError]:
    allowed = plain_pattern(pattern)
    if isinstance(value, str) and allowed is not None and not allowed.match(value):
        yield ValidationError("another form")


def _format(_: object, name: str, value: Json, schema: object) -> Iterator[ValidationError]:
    if name == "uri" and isinstance(value, str) and not is_link(value):
        yield ValidationError("no link")


def _is_whole(_: object, value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_VALIDATOR = cast(
    "Any",
    extend(
        Draft202012Validator,
        {"enum": _enum, "const": _const, "multipleOf": _multiple, "pattern": _pattern, "format": _format},
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole),
    ),
)
