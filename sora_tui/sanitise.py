"""The sanitiser: text from outside on its way to a terminal, whether to a widget or to a command's output.

What leaves here can neither drive the terminal (no control character), nor reorder or hide what is
read (no bidi control, nothing invisible), nor break an encoder (no surrogate). It never raises and never
interprets markup. The stored text stays as it was; only what is shown is cleaned. Pure, and free of
Textual, so that the commands can use it.
"""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len, split_graphemes

REPLACEMENT = "\ufffd"
"""Stands for what cannot be shown."""
ELLIPSIS = "…"
MAX_MARKS = 8
"""Combining marks kept on one base character; no living script needs more."""

_LINE_BREAK = re.compile("\r\n|[\n\u2028\u2029]")
# Not from within blanks: a long run of them would be read again from each of its places.
_LINE_BREAKS = re.compile("(?<![ \t])[ \t]*(?:\r\n|[\n\u2028\u2029])[ \t\r\n\u2028\u2029]*")

_C0 = "\x00-\x09\x0b-\x1f\x7f"
_HIDDEN = (
    "\x80-\x9f"  # C1: terminals take U+009B for CSI
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f"  # invisible
    "\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotations, shorthand and beam controls
    "\ud800-\udfff"  # half a surrogate pair, as in a cut emoji
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags: a whole sentence can hide in them
)
_UNSAFE = re.compile(f"[{_C0}]|[{_HIDDEN}]+")

# A run that may stack on one base: no letter, digit or space is a combining mark, but the vowels and finals
# of decomposed Hangul, which are letters, stack as well.
_STACK = "[^\\w\\s\x00-\u02ff]|[\u1161-\u11ff\ud7b0-\ud7fb]"
_STACKED = re.compile(f"(?:{_STACK}){{{MAX_MARKS + 1},}}")
_LINE_START = re.compile(f"(?:^|(?<=\n))(?:{_STACK})")

# Persian and the scripts of India spell with joiners; emoji are tied together with them. Everywhere else
# a joiner only hides. Tied emoji are drawn apart: terminals disagree on the width of the tied ones.
_SCRIPTS = "\u0600-\u0dff"
_EMOJI = "\u2190-\u21ff\u2600-\u2bff\U0001f000-\U0001faff"
_JOINER = re.compile(
    f"(?P<spelling>(?<=[{_SCRIPTS}])\u200c(?=[{_SCRIPTS}])(?=\\w))"
    f"|(?P<tie>(?<=[{_SCRIPTS}])\u200d(?=[{_SCRIPTS}])(?=\\w)|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}]))"
    "|[\u200c\u200d]+"
)


def clean(text: str, *, multiline: bool = True, limit: int | None = None) -> str:
    r"""Make text from outside fit to be shown. Cleaning twice changes nothing.

    Control characters become visible marks (ESC is ␛), what is invisible or reorders becomes `�`, tabs
    become spaces, more than eight combining marks on one character are left out.

    Args:
        text: Any text, lone surrogates included.
        multiline: Keep line breaks. Otherwise each, with the space around it, becomes one space.
        limit: The most characters to return, the ellipsis included. Only a head of a longer text is read.

    Returns:
        Text without any of `[\x00-\x08\x0b-\x1f\x7f-\x9f]`, tabs, bidi controls and surrogates.
    """
    shortened = False
    if limit is not None:
        head = 8 * max(limit, 0)  # room for what cleaning takes out; a megabyte costs no more than a line
        shortened = len(text) > head
        text = text[:head]
    if not (text.isascii() and text.isprintable()):
        text = _cleaned(text, multiline)
    if limit is not None and (shortened or len(text) > limit):
        return text[: limit - 1].rstrip("\u200c") + ELLIPSIS if limit > 0 else ""
    return text


def shorten(text: str, cells: int) -> str:
    """Clean text as one line that fills at most `cells` columns, with an ellipsis when something was cut."""
    if cells <= 0:
        return ""
    # A column holds at most one base and its marks, so this many characters always fill the columns.
    line = clean(text, multiline=False, limit=(MAX_MARKS + 2) * cells + 2).strip()
    if cell_len(line) <= cells:
        return line
    end = room = 0
    for _start, stop, width in split_graphemes(line)[0]:
        room += width
        if room > cells - 1:
            break
        end = stop
    return line[:end].rstrip() + ELLIPSIS


def _cleaned(text: str, multiline: bool) -> str:
    if multiline:
        text = _LINE_BREAK.sub("\n", text).replace("\t", "    ")
    else:
        text = _LINE_BREAKS.sub(" ", text).replace("\t", " ")
    text = _UNSAFE.sub(_mark, text)
    if not text.isascii():
        text = _LINE_START.sub(_give_base, text)
        text = _STACKED.sub(_cap, text)
        text = _JOINER.sub(_join, text)
    return text


def _mark(match: re.Match[str]) -> str:
    code = ord(match[0][0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else REPLACEMENT


def _give_base(match: re.Match[str]) -> str:
    # Without a base of its own it would stack on whatever stands left of the text, a border or another cell.
    return "◌" + match[0] if _stacks(match[0]) else match[0]


def _cap(match: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in match[0]:
        marks = marks + 1 if _stacks(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _stacks(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character).startswith("M")


def _join(match: re.Match[str]) -> str:
    if match["spelling"]:
        return match[0]
    return "" if match["tie"] is not None else REPLACEMENT
