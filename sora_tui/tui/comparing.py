"""Two wordings as lines to read: what was kept, added and removed, and the settings that differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, TypeAlias

from textual.content import Content

from sora_tui.studio.task import Draft, Task
from sora_tui.studio.word_diff import ABSENT, RunKind, changed_settings, word_diff
from sora_tui.tui import format
from sora_tui.tui.text import clean, shorten
from sora_tui.tui.theme import MUTED

Json: TypeAlias = Any

_STYLES = {RunKind.KEPT: "", RunKind.ADDED: "bold $text-success", RunKind.REMOVED: "strike $text-error"}
_SIGNS = {RunKind.KEPT: ("", ""), RunKind.ADDED: ("{+", "+}"), RunKind.REMOVED: ("[-", "-]")}
_VALUE_CELLS = 60


@dataclass(frozen=True, slots=True)
class Side:
    """One of two wordings.

    Attributes:
        name: what it is called, such as `9c1f · success`.
        prompt: its words.
        settings: the model under the name `model`, and its parameters.
    """

    name: str
    prompt: str
    settings: Mapping[str, Json]

    @classmethod
    def of_task(cls, task: Task) -> Side:
        """That of a task, called by its ref and state."""
        words = [task.ref[:4], clean(format.state_word(task), multiline=False, limit=30)]
        if task.rating:
            words.append(f"rated {task.rating}")
        return cls(" · ".join(words), task.prompt, {"model": task.model, **task.parameters})

    @classmethod
    def of_draft(cls, draft: Draft) -> Side:
        """That of what stands in the editor."""
        return cls("the draft", draft.prompt, {"model": draft.model, **draft.parameters})


def comparison(before: Side, after: Side) -> Content:
    """The difference with its heads: added words and removed ones are told by signs as well as by colour."""
    parts: list[Content | str | tuple[str, str]] = [
        ("[-" + before.name + "-]", _STYLES[RunKind.REMOVED]),
        "  →  ",
        ("{+" + after.name + "+}", _STYLES[RunKind.ADDED]),
        "\n\n",
    ]
    if before.prompt == after.prompt:
        parts += [clean(after.prompt), ("\n\nThe words are the same.", MUTED)]
    else:
        for run in word_diff(before.prompt, after.prompt):
            start, end = _SIGNS[run.kind]
            parts.append((f"{start}{clean(run.text)}{end}", _STYLES[run.kind]))
    changes = changed_settings(before.settings, after.settings)
    parts.append("\n\n")
    if not changes:
        parts.append(("The settings are the same.", MUTED))
    for number, change in enumerate(changes):
        parts += [
            "\n" if number else "",
            (f"{clean(change.name, multiline=False, limit=40)}  ", MUTED),
            (told(change.before), _STYLES[RunKind.REMOVED]),
            "  →  ",
            (told(change.after), _STYLES[RunKind.ADDED]),
        ]
    return Content.assemble(*parts)


def told(value: Json) -> str:
    """A setting's value in few cells, clean; `not set` for none."""
    if value is ABSENT:
        return "not set"
    text = value if isinstance(value, str) else dumps(value, ensure_ascii=False, default=str)
    return shorten(text, _VALUE_CELLS) or '""'


def first_change(before: str, after: str, cells: int) -> Content:
    """The first words that differ, one line: `[-dusk-] {+dawn+}`; nothing where no word does."""
    runs = word_diff(before, after)
    at = next((place for place, run in enumerate(runs) if run.kind is not RunKind.KEPT), None)
    if at is None:
        return Content.styled("the same words", MUTED)
    shown: list[tuple[str, str]] = []
    for run in runs[at : at + 2]:
        if run.kind is RunKind.KEPT:
            break
        start, end = _SIGNS[run.kind]
        if shown:
            shown.append((" ", ""))
        words = shorten(run.text.strip(), max(4, cells // 2 - 6))
        shown.append((f"{start}{words}{end}", _STYLES[run.kind]))
    return Content.assemble(*shown)
