"""A setting's value in the words of the form. Pure. May hold words from outside: a front end sanitises them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sora_tui.kie.profiles import Field, FieldKind, Media
from sora_tui.studio.roles import Role, in_words, meaning
from sora_tui.studio.task import Json

if TYPE_CHECKING:
    from sora_tui.studio.carried_inputs import Input

_LONGEST = 40


def label_of(name: str, field: Field | None) -> str:
    """What a setting is called."""
    return name.replace("_", " ").strip().capitalize() or name if field is None else field.label


def shown(name: str, value: Json, field: Field | None, role: Role | None) -> str:
    """A value as the form shows it: a choice's label, `10 s`, `on`; empty for none."""
    if value is None or value in ("", [], ()):
        return ""
    if field is not None and field.kind is FieldKind.CHOICE:
        for choice in field.choices:
            if type(choice.value) is type(value) and choice.value == value:
                if choice.label != str(value):
                    return choice.label
                break
    meant = None if role is None else meaning(role, name, value)
    if role is not None and meant is not None and (words := in_words(role, meant)):
        return words
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return _cut(", ".join(value))
    try:
        return _cut(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError, RecursionError):
        return "a value"


def counted(inputs: Sequence[Input]) -> str:
    """`1 image`, `2 images and 1 video`."""
    counts: dict[Media, int] = {}
    for each in inputs:
        counts[each.media] = counts.get(each.media, 0) + 1
    words = [f"{count} {_noun(media, count)}" for media, count in counts.items()]
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def _noun(media: Media, count: int) -> str:
    noun = {Media.AUDIO: "sound", Media.TEXT: "text"}.get(media, media.value)
    return noun if count == 1 else f"{noun}s"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
