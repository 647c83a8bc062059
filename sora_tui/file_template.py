"""The pattern of the names of kept files: `{date}_{slug}_{ref8}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

FIELDS = ("date", "time", "slug", "ref8", "model", "n")
"""What a pattern may name: day and time of the end, the prompt in small letters, the task, its model, the number."""
_PIECES = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_PLAIN = re.compile(r"[A-Za-z0-9 ._,()+=@-]+")
_LONGEST = 100


def check_pattern(pattern: str) -> str:
    """The pattern.

    Raises:
        ValueError: no file name can be made of it; the message says why.
    """
    if not pattern.strip() or len(pattern) > _LONGEST:
        raise ValueError(f"it must have 1 to {_LONGEST} characters")
    fields = [field for field, _ in pieces(pattern) if field]
    if not {"slug", "ref8", "date", "time"} & set(fields):
        raise ValueError("it must name {ref8}, {slug}, {date} or {time}, or all files are called the same")
    return pattern


def pieces(pattern: str) -> Iterator[tuple[str, str]]:
    """The pattern as fields and plain text: of each pair one is empty.

    Raises:
        ValueError: it names a field that there is not, or holds a character that a name must not have.
    """
    for field, plain, stray in _PIECES.findall(pattern):
        if stray:
            raise ValueError(f"the {stray} has no other brace")
        if plain and not _PLAIN.fullmatch(plain):
            raise ValueError("between the fields only letters, digits, blanks and - _ . , ( ) + = @ may stand")
        if not plain and field not in FIELDS:
            known = ", ".join(f"{{{each}}}" for each in FIELDS)
            raise ValueError(f"there is no {{{field[:20]}}}; the fields are {known}")
        yield field, plain
