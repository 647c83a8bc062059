"""Which regular expressions of a schema may be run. Pure.

A pattern comes from outside, Python's `re` backtracks, and nothing can stop it once it runs: `(a+)+$` takes years
for forty letters. So only plain ones are run, whose cost is bounded by how they are built: begun with `^`, a row of
characters, classes and groups of plain words, of which one may be repeated without a fixed count. Any other
is left to the service, which refuses a wrong value without billing it (contract §2).
"""

from __future__ import annotations

import re
from functools import lru_cache

_MAX_PATTERN = 200
_ATOM = re.compile(
    r"""
    (?: \\[dDwWsS] | \\[^\w\s] | \[ \^? (?: \\. | [^\\\[\]] )+ \]
      | \( (?:\?:)? [\w:/.@ -]+ \?? (?: \| [\w:/.@ -]+ \?? )* \) | [^\\\[\](){}^$.|?*+] | \. )
    (?P<times> [?*+] | \{ \d{1,3} (?:,\d{0,3})? \} )?
    """,
    re.VERBOSE,
)
_FIXED = re.compile(r"\{\d+\}|\?")


@lru_cache(maxsize=256)
def plain_pattern(pattern: str) -> re.Pattern[str] | None:
    """The pattern, ready to run with `match`; None where it may not be run."""
    if len(pattern) > _MAX_PATTERN or not pattern.startswith("^"):
        return None
    end = len(pattern) - pattern.endswith("$")
    place, open_ended, optional = 1, 0, 0
    while place < end:
        atom = _ATOM.match(pattern, place, end)
        if atom is None:
            return None
        times = atom["times"]
        open_ended += bool(times and not _FIXED.fullmatch(times))
        optional += times == "?"
        place = atom.end()
    if open_ended > 1 or optional > 4:
        return None
    closing = r"\Z" if end < len(pattern) else ""  # `$` would allow a line break at the end
    try:
        return re.compile(pattern[:end] + closing, re.ASCII)
    except re.error:
        return None
