"""`--set NAME=VALUE`: a model's parameters from the command line, each as its schema wants it. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from sora_tui.kie.profiles import Field, ModelProfile

Json: TypeAlias = Any


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
    from sora_tui.studio.batch_files import typed

    if field.kind in (FieldKind.TEXT_LIST, FieldKind.LINK_LIST):
        return [value for value in values if value]
    return typed(field, values[-1])
