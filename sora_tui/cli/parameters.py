"""`--set NAME=VALUE`: a model's parameters from the command line, each as its schema wants it. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from sora_tui.kie.profiles import Field, ModelProfile

Json: TypeAlias = Any

_ON = frozenset({"true", "yes", "on", "1"})
_OFF = frozenset({"false", "no", "off", "0"})


def read_parameters(profile: ModelProfile, pairs: Iterable[str]) -> dict[str, Json]:
    """What `NAME=VALUE` pairs say, with the types of the model's fields; a list is a name given several times.

    Whether the values are right is the studio's to say: a number that is none stays a text, and is refused there.

    Args:
        profile: of the model, in the mode that is meant.
        pairs: as they were written.

    Raises:
        click.UsageError: a pair has no `=`, or names what the model does not take.
    """
    given: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--set wants NAME=VALUE, not {pair!r}.")
        given.setdefault(name.strip(), []).append(value)
    return {name: _value(_field(profile, name), values) for name, values in given.items()}


def _field(profile: ModelProfile, name: str) -> Field:
    field = profile.field(name)
    if field is not None:
        return field
    names = [each.name for each in profile.fields]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(names)}." if names else "It takes none."
    raise click.UsageError(f"{profile.model} has no parameter {name!r}. {hint}")


def _value(field: Field, values: list[str]) -> Json:
    from sora_tui.kie.fields import FieldKind

    text = values[-1]
    match field.kind:
        case FieldKind.TEXT_LIST | FieldKind.LINK_LIST:
            return [value for value in values if value]
        case FieldKind.CHOICE:
            return next((choice.value for choice in field.choices if _spelled(choice.value) == text), text)
        case FieldKind.FLAG:
            return True if text.lower() in _ON else False if text.lower() in _OFF else text
        case FieldKind.INTEGER | FieldKind.NUMBER | FieldKind.JSON:
            return _read(text)
        case _:
            return text


def _read(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _spelled(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
