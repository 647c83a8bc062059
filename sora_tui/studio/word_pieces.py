"""A text cut into words, blanks and signs, in scripts with and without blanks, emoji in one piece. Pure."""

from __future__ import annotations

import re
import unicodedata

_ASCII = re.compile(r"[A-Za-z0-9_]+(?:'[A-Za-z]+)*|\s+|.", re.DOTALL)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    "\u2e80-\u30ff\u31f0-\u9fff\ua000-\ua4cf\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_ZWJ = "\u200d"
_APOSTROPHES = "'’"


def pieces(text: str) -> list[str]:
    """The words, runs of blanks and single signs of the text. Joined they are the text again.

    A script that is written without blanks comes character by character, with its marks. An emoji made of several,
    a flag, and a letter with its accents are never cut.
    """
    if text.isascii():
        return _ASCII.findall(text)
    starts: list[int] = []
    before, flags = "", 0
    for place, character in enumerate(text):
        kind = _kind(character)
        previous = text[place - 1] if place else ""
        if kind == "mark":
            joins = before not in ("", "blank")
            kind = before if joins else "sign"
        elif previous == _ZWJ and kind == "sign":
            joins = True
        elif kind == "flag":
            joins = before == "flag" and flags % 2 == 1
            flags = flags + 1 if joins else 1
        elif kind == "word":
            joins = before in ("word", "inside")
        elif (
            character in _APOSTROPHES
            and before == "word"
            and text[place + 1 : place + 2].isalpha()
            and not _UNSPACED.match(text, place + 1)
        ):
            joins, kind = True, "inside"
        else:
            joins = kind == before == "blank"
        if not joins:
            starts.append(place)
        before = kind
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def is_word(piece: str) -> bool:
    """Whether this piece says something, and is neither a blank nor a punctuation mark."""
    return any(character.isalnum() for character in piece)


def is_unspaced(piece: str) -> bool:
    """Whether this piece is of a script that is written without blanks."""
    return _UNSPACED.match(piece) is not None


def _kind(character: str) -> str:
    if character.isspace():
        return "blank"
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "flag"
    # Skin tones stand behind an emoji as marks do; so do tags, which make the flags of regions.
    if (
        "\U0001f3fb" <= character <= "\U0001f3ff"
        or character in (_ZWJ, "\u200c")
        or "\U000e0020" <= character <= "\U000e007f"
        or unicodedata.category(character).startswith("M")
    ):
        return "mark"
    if _UNSPACED.match(character):
        return "single"
    return "word" if character.isalnum() or character == "_" else "sign"
