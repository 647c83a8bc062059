"""The filter's language in words, for the line in which it is typed, an empty table and the help."""

from __future__ import annotations

_WORDS = (
    "words", '"two words"', "-not", "state:fail", "model:veo", "tag:boat", "cost:>300", "rating:>=3",
    "is:starred", "is:parked", "after:3d", "before:monday",
)  # fmt: skip
FILTER_WORDS = " · ".join(_WORDS)
"""All of it by example."""
FILTER_HELP = (
    "A filter narrows the table while it is typed. All that stands in it must hold: words of the prompt, of the "
    'service\'s answer or of an id; "two words" that stand together; state:fail, also state:501 or state:needs; '
    "model:veo; tag:boat, or tag:none without any; cost:>300, cost:100..400 or cost:? for an unknown one; after:3d, "
    "before:monday, after:2026-11-20; rating:>=3 or rating:none; note:rain; is:starred, is:keeper for what has a star "
    "or at least a 4, is:discarded, is:held, is:parked, is:collected for what is on this "
    "machine, is:expiring for what will soon be deleted and is not; thread:9c1f and batch:02ab by the beginning of "
    "their ids. A comma is or, a minus in front is not: -state:done,failed."
)
"""The same in sentences."""


def filter_words(cells: int) -> list[str]:
    """All of it by example, on as many lines of at most so many cells as that takes. No line is empty."""
    lines = [_WORDS[0]]
    for word in _WORDS[1:]:
        longer = f"{lines[-1]} · {word}"
        if len(longer) <= cells:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
