"""Text as it is compared: one way for the filter, the orders and the search, in Python and in SQL."""

from __future__ import annotations

_UNUSUAL = ("\0", "\ufffe", "\uffff")
_REPLACEMENT = "\ufffd"


def fold(text: str) -> str:
    """The text without the difference between capitals and small letters, in every script.

    NUL, U+FFFE and U+FFFF become U+FFFD: SQLite's search takes the first for the end of a text and the others for
    U+FFFD itself. Folds character by character, so that a part of a text, folded, is a part of the folded text.
    """
    folded = text.casefold()
    for character in _UNUSUAL:
        folded = folded.replace(character, _REPLACEMENT)
    return folded


def fold_ascii(text: str) -> str:
    """The same for the letters A to Z alone: how SQLite's NOCASE compares, and so how ids are compared."""
    return text.translate(_SMALL)


_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
