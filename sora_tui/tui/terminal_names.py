"""The terminal's answers to what it was asked, taken out of what the user types. Pure."""

from __future__ import annotations

import re

_BEGINNING = "\x1bP>|"
_ANSWER = re.compile(r"\x1bP>\|(?P<name>[^\x1b]{0,200})\x1b\\")
_LONGEST = 256


class TerminalNames:
    r"""Takes XTVERSION's answers (`ESC P > | kitty(0.36.4) ESC \\`) out of the input, in however many pieces it comes.

    Attributes:
        found: the names that were answered and nobody has taken yet.
        is_awaited: whether an answer is on its way: a single ESC may be its beginning then, and not the key.
    """

    def __init__(self, *, is_awaited: bool = False) -> None:
        self._held = ""
        self.is_awaited = is_awaited
        self.found: list[str] = []

    def without(self, text: str) -> str:
        """What of the input is the user's. The beginning of an answer is held back until its end comes."""
        text = self._held + text
        self._held = ""
        if found := [match["name"] for match in _ANSWER.finditer(text)]:
            self.found += found
            self.is_awaited = False
        text = _ANSWER.sub("", text)
        at = self._where_one_begins(text)
        if len(text) - at < _LONGEST:
            text, self._held = text[:at], text[at:]
        return text

    def _where_one_begins(self, text: str) -> int:
        if (at := text.find(_BEGINNING)) >= 0:
            return at
        at = text.rfind("\x1b")
        begun = text[at:] if at >= 0 else ""
        is_beginning = len(begun) > (not self.is_awaited) and _BEGINNING.startswith(begun)
        return at if is_beginning else len(text)

    def rest(self) -> str:
        """What was held back and did not become an answer."""
        held, self._held = self._held, ""
        return held
