"""Whether this terminal shows true pictures, and which of them it has already.

It is asked for its name while the screen is drawn, and only where the environment hints at one that can: nothing waits
for the answer, and pictures are half blocks until it comes. By the name and not by a trial, as some terminals answer to
the protocol and do not know its placeholders.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from random import Random
from typing import Literal, TypeAlias

Choice: TypeAlias = Literal["auto", "kitty", "blocks"]
ASK_NAME = "\x1b[>q"
"""XTVERSION: the terminal answers with its name and version."""
CELL = (10, 20)
"""Pixels of a cell where the terminal does not say: the picture is then a little coarser or finer than it could be."""
KEPT = 16
"""Pictures that are left in the terminal, of a MB each at most."""
LARGEST = (960, 960)
LARGEST_AFAR = (480, 480)
"""Pixels of a picture at most; over ssh, each has to go through the line."""
_LARGEST_ID = 0xFFFFFF
"""A colour says which picture a cell belongs to."""
_NAMED = re.compile(r"(?P<name>kitty|ghostty)\D{0,3}(?P<major>\d{1,4})\.(?P<minor>\d{1,4})", re.IGNORECASE | re.ASCII)
_SINCE = {"kitty": (0, 28), "ghostty": (1, 0)}


class Pixels:
    """What is known of this terminal's pictures.

    Args:
        choice: of the user.
        environ: the program's environment.
        random: for the numbers of the pictures, which should not be those of another program.
    """

    def __init__(self, choice: Choice, environ: Mapping[str, str], random: Random | None = None) -> None:
        self._choice = choice
        self._is_afar = bool(environ.get("SSH_CONNECTION"))
        self._is_hinted = _is_hinted(environ)
        self._last_id = (random or Random()).randrange(_LARGEST_ID)
        self._sent: OrderedDict[int, None] = OrderedDict()
        self.is_on = choice == "kitty"
        """Whether pictures are sent as pixels."""
        self.cell = CELL
        """Pixels of a cell, width and height."""
        self.listeners: list[Callable[[], None]] = []
        """Told when `is_on` has become another."""

    @property
    def asks_name(self) -> bool:
        """Whether the terminal is to be asked for its name."""
        return self._choice == "auto" and self._is_hinted

    @property
    def largest(self) -> tuple[int, int]:
        """Pixels of a picture at most, width and height."""
        return LARGEST_AFAR if self._is_afar else LARGEST

    def named(self, words: str) -> None:
        """The terminal has said its name and version: `kitty(0.36.4)`."""
        before, self.is_on = self.is_on, self._choice == "auto" and knows_placeholders(words)
        if self.is_on != before:
            for listener in list(self.listeners):
                listener()

    def measured(self, rows: int, columns: int, width: int, height: int) -> None:
        """The terminal's size, in cells and in pixels; 0 where it does not say."""
        cell = (width // max(1, columns), height // max(1, rows))
        self.cell = cell if 2 <= cell[0] <= 200 and 2 <= cell[1] <= 200 else CELL

    def room(self, cells: tuple[int, int]) -> tuple[int, int]:
        """Pixels, width and height, that a picture for so many columns and rows is worth."""
        width, height = cells[0] * self.cell[0], cells[1] * self.cell[1]
        return max(1, min(width, self.largest[0])), max(2, min(height, self.largest[1]))

    def new_id(self) -> int:
        """A number for a picture, which no other of this program has."""
        self._last_id = self._last_id % _LARGEST_ID + 1
        return self._last_id

    def is_there(self, image_id: int) -> bool:
        """Whether the terminal has this picture."""
        return image_id in self._sent

    def sent(self, image_id: int) -> list[int]:
        """The terminal has got this picture. Answers which it should forget for that."""
        self._sent[image_id] = None
        self._sent.move_to_end(image_id)
        return [self._sent.popitem(last=False)[0] for _ in range(len(self._sent) - KEPT)]

    def take_all(self) -> list[int]:
        """All pictures that the terminal has; from now on it counts as having none."""
        ids, self._sent = list(self._sent), OrderedDict()
        return ids


def knows_placeholders(words: str) -> bool:
    """Whether a terminal of this name and version shows pictures as cells."""
    match = _NAMED.match(words.strip())
    return match is not None and (int(match["major"]), int(match["minor"])) >= _SINCE[match["name"].lower()]


def _is_hinted(environ: Mapping[str, str]) -> bool:
    if environ.get("TMUX") or environ.get("STY"):  # what stands between takes the pictures away
        return False
    words = f"{environ.get('TERM', '')} {environ.get('TERM_PROGRAM', '')}".lower()
    return "kitty" in words or "ghostty" in words or bool(environ.get("KITTY_WINDOW_ID"))
