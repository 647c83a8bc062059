"""Names of result files: by the user's pattern, of letters that every file system takes, never a path. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, tzinfo

from sora_tui.file_template import pieces
from sora_tui.studio.task import Task
from sora_tui.studio.text import fold

SLUG = 40
"""Characters of the prompt in a name."""
_LONGEST = 120
_OTHERS = re.compile(r"[^a-z0-9]+")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9 ._,()+=@-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\.|$)", re.IGNORECASE)
"""Names that Windows, and file systems it shares, take for devices."""
_NOTHING = "untitled"


def slug_of(prompt: str) -> str:
    """The prompt in small ASCII letters and digits with dashes between words, cut after a word; `untitled` for none."""
    plain = unicodedata.normalize("NFKD", fold(prompt[:1_000])).encode("ascii", "ignore").decode()
    words = _OTHERS.sub("-", plain).strip("-")
    if len(words) > SLUG:
        cut = words[: SLUG + 1].rpartition("-")[0]
        words = cut if len(cut) >= SLUG // 2 else words[:SLUG]
    return words.strip("-") or _NOTHING


def names_for(task: Task, number: int, pattern: str, ending: str, zone: tzinfo | None = None) -> Iterator[str]:
    """Names for the file of a result, without end: the first by the pattern, then the same with `_2` and so on.

    Args:
        task: that made it.
        number: of the link, from 0.
        pattern: as `file_template` allows it.
        ending: of the name, a word of ours without a dot.
        zone: the user's; None for this machine's.
    """
    stem = stem_of(task, number, pattern, zone)
    yield f"{stem}.{ending}"
    for again in range(2, 1_000_000):
        yield f"{stem}_{again}.{ending}"


def stem_of(task: Task, number: int, pattern: str, zone: tzinfo | None = None) -> str:
    """The name without its ending. See `names_for`."""
    ended = datetime.fromtimestamp((task.finished_at or task.created_at) / 1000, zone)
    values = {
        "date": f"{ended:%Y-%m-%d}",
        "time": f"{ended:%H%M%S}",
        "slug": slug_of(task.prompt),
        "ref8": _OTHERS.sub("", task.ref.lower())[:8] or _NOTHING,
        "model": _OTHERS.sub("-", task.model.lower()).strip("-")[:SLUG] or _NOTHING,
        "n": str(number + 1),
    }
    made = "".join(values[field] if field else plain for field, plain in pieces(pattern))
    if number and "{n}" not in pattern:
        made = f"{made[: _LONGEST - 8]}_{number + 1}"
    made = _NOT_IN_A_NAME.sub("_", made)[:_LONGEST].rstrip(" .").lstrip(" .-")
    return f"_{made}" if _RESERVED.match(made) else made or _NOTHING
