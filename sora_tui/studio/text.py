"""Text as it is compared: one way for the filter, the orders and the search, in Python and in SQL."""

from __future__ import annotations

_NUL = "\0"
_REPLACEMENT = "\ufffd"


def fold(text: str) -> str:
    """The text without the difference between capitals and small letters, in every script.

    NUL becomes U+FFFD, as SQLite's search takes it for the end of a text. Folds character by character, so
    that a part of a text, folded, is a part of the folded text.
    """
    return text.casefold().replace(_NUL, _REPLACEMENT)


def fold_ascii(text: str) -> str:
    """The same for the letters A to Z alone: how SQLite's NOCASE compares, and so how ids are compared."""
    return text.translate(_SMALL)


_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
