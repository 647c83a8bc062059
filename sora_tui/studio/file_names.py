"""Names of the files made in the download folder: a day, a ref and a number, never a word from outside. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date

SHORT = 8
"""Digits of the ref in a name."""
_REF = re.compile(r"[0-9a-f]{8,64}", re.ASCII)


def file_names(kind: str, day: date, ref: str | None, suffix: str) -> Iterator[str]:
    """Names for a new file, without end: `links_2026-11-25_9c1f0ab2.txt`, then the same with `_2` and so on.

    Args:
        kind: what the file holds, in a word of ours.
        day: when it was made.
        ref: of the task it is about; None where it is about none. One that is none of ours is only counted, not quoted.
        suffix: without a dot, a word of ours.
    """
    stem = f"{kind}_{day.isoformat()}" + ("" if ref is None else f"_{_short(ref)}")
    yield f"{stem}.{suffix}"
    number = 2
    while True:
        yield f"{stem}_{number}.{suffix}"
        number += 1


def _short(ref: str) -> str:
    known = ref if _REF.fullmatch(ref) else hashlib.sha256(ref.encode("utf-8", "surrogatepass")).hexdigest()
    return known[:SHORT]
