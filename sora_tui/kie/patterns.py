"""Which regular expressions of a schema may be run. Pure.

A pattern comes from outside, Python's `re` backtracks, and nothing can stop it once it runs: `(a+)+$` takes years
for forty letters. So only plain ones are run, whose cost is bounded by how they are built: begun with `^`, a row of
characters, classes and groups of plain words, of which one, but no group, may be repeated without a fixed count.
Any other is left to the service, which refuses a wrong value without billing it (contract §2).
"""

from __future__ import annotations

import re
from functools import lru_cache

_MAX_PATTERN = 200
_MAX_WAYS = 6
"""How often a pattern may leave open which way it goes on: each doubles the work at worst."""
_ATOM = re.compile(
    r"""
    (?: \\[dDwWsS] | \\[^\w\s] | \[ \^? (?: \\. | [^\\\[\]] )+ \]
      | (?P<group> \( (?:\?:)? [\w:/.@ -]+ \?? (?: \| [\w:/.@ -]+ \?? )* \) ) | [^\\\[\](){}^$.|?*+] | \. )
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
    place, open_ended, ways = 1, 0, 0
    while place < end:
        atom = _ATOM.match(pattern, place, end)
        if atom is None or (atom["group"] and atom["times"]):
            return None
        open_ended += bool(atom["times"] and not _FIXED.fullmatch(atom["times"]))
        ways += (atom["group"] or "").count("|") + (atom["group"] or "").count("?") + (atom["times"] == "?")
        place = atom.end()
    if open_ended > 1 or ways > _MAX_WAYS:
        return None
    closing = r"\Z" if end < len(pattern) else ""  # `$` would allow a line break at the end
    try:
        return re.compile(pattern[:end] + closing, re.ASCII)
    except re.error:
        return None
