"""Pasted text: told apart from typed keys, and cleaned before it enters an editor. Pure.

A paste arrives between two marks. Text that itself contains the closing mark would end the paste early and
have its rest taken for keys, so everything up to the last closing mark of one burst of input is pasted text.
"""

from __future__ import annotations

import re
from typing import Final

from sora_tui.sanitise import REPLACEMENT, clean

PASTE_START: Final = "\x1b[200~"
PASTE_END: Final = "\x1b[201~"

_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, reports
    # OSC, DCS and the like. What has no end is no sequence: the words behind it stay.
    "|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]?"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_paste(text: str) -> str:
    """Text for an editor: what `clean` would mark is taken out, and escape sequences with it.

    A mark would be sent along as part of the prompt. Use it for whatever enters an editor without being
    typed: a paste, a stored prompt, a file.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _SEQUENCE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = clean(_CONTROL.sub("", text)).replace(REPLACEMENT, "")
    return clean(text).replace(REPLACEMENT, "")  # what a mark stood between stands together now


class PasteSplitter:
    """Splits what the terminal sends into keys and pastes.

    Feed it what was read; while `pasting`, wait whether more comes before taking the result, so that a
    closing mark in the pasted text is not mistaken for the end.
    """

    def __init__(self) -> None:
        self._text = ""

    @property
    def pasting(self) -> bool:
        """Whether a paste has begun that was not taken yet."""
        return PASTE_START in self._text

    def feed(self, text: str) -> None:
        """Add what was read."""
        self._text += text

    def take(self, *, idle: bool = False) -> tuple[str, str | None, str]:
        """What is complete by now: keys, then a paste (None if there is none), then keys.

        Args:
            idle: Nothing has come for a while, so what looks like half an opening mark is none.
        """
        keys, start, rest = self._text.partition(PASTE_START)
        if not start:
            held = "" if idle else _half_a_mark(keys)
            self._text = held
            return keys.removesuffix(held), None, ""
        if PASTE_END not in rest:
            self._text = start + rest
            return keys, None, ""
        pasted, _, after = rest.rpartition(PASTE_END)
        later, start, rest = after.partition(PASTE_START)
        self._text = start + rest
        return keys, pasted.replace(PASTE_END, "").replace(PASTE_START, ""), later


def _half_a_mark(text: str) -> str:
    # A lone ESC is not held back: it is most likely the key.
    for length in range(len(PASTE_START) - 1, 1, -1):
        if text.endswith(PASTE_START[:length]):
            return PASTE_START[:length]
    return ""
