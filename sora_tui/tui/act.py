"""One thing the user can do: what it is called, its keys, where they work and when it makes no sense. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from sora_tui.tui import situation as only
from sora_tui.tui.situation import Situation


class Where(Enum):
    """Where an act's keys work."""

    ANYWHERE = "Everywhere"
    WORK = "On a task"
    """In the task table and the detail panel, where a letter is a key and not text."""
    PALETTE = "In the palette"
    """No key of its own."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the user can do.

    Attributes:
        id: the name the screen knows it by, and the name for rebinding its keys.
        label: at most two words, for the key line.
        title: the whole of it, for the palette and the help.
        help: one sentence more.
        keys: Textual's names of its keys, the first is the one that is shown.
        where: where the keys work.
        rank: its place in the key line, None to leave it out. Low ranks stay when room is short.
        why_not: why it makes no sense now, in one sentence; empty when it does.
        each_key: each of the keys is an act of its own and is handed on (the digits).
        is_offered: whether it is worth its place in the key line now, where it makes sense.
        moves: it gives another pane or screen the focus, and so comes before keys that were pressed with it.
    """

    id: str
    label: str
    title: str
    help: str
    keys: tuple[str, ...] = ()
    where: Where = Where.ANYWHERE
    rank: int | None = None
    why_not: Callable[[Situation], str] = only.always
    each_key: bool = False
    moves: bool = False
    is_offered: Callable[[Situation], bool] = only.whenever


_WRITTEN = {
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
}


def key_name(key: str) -> str:
    """A key as people write it: `^s` for `ctrl+s`, `/` for `slash`, `F1`."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    if key in _WRITTEN:
        return _WRITTEN[key]
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return key


def key_names(keys: Iterable[str]) -> str:
    """Several keys for the help: `ctrl+s, F5`."""
    return ", ".join(key if key.startswith("ctrl+") else key_name(key) for key in keys)
