"""How the rows of a batch read: which words set a prompt apart, which settings, how long sending takes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from sora_tui.studio.batches import Row, pacing, settings_apart
from sora_tui.studio.outcomes import WINDOW_LIMIT
from sora_tui.tui import format
from sora_tui.tui.caution import DOUBTFUL
from sora_tui.tui.text import clean, shorten
from sora_tui.tui.theme import MUTED

if TYPE_CHECKING:
    from sora_tui.studio.refusals import Likeness

_WORD = re.compile(r"\w+")
_BEFORE = 12
"""Characters kept before the first word that differs, where the shared beginning is longer."""
SHOWN = 240
"""Characters of a prompt that a line has room for at most."""


def row_contents(
    rows: Sequence[Row], ticked: Sequence[bool], prices: Sequence[str], doubtful: Collection[str] = ()
) -> list[Content]:
    """A line for each row: whether it goes, its price, the settings of its own, its prompt.

    Args:
        rows: of the batch.
        ticked: which are to be sent.
        prices: of each, as figures.
        doubtful: prompts that are close to a refused one; they carry a sign.
    """
    common = common_words([row.draft.prompt for row in rows])
    settings = settings_apart([row.draft for row in rows])
    width = max((len(price) for price in prices), default=1)
    return [
        _line(
            row,
            tick,
            price.rjust(width),
            format.brief_parameters(own),
            common,
            is_doubtful=row.draft.prompt in doubtful,
        )
        for row, tick, price, own in zip(rows, ticked, prices, settings, strict=True)
    ]


def common_words(prompts: Sequence[str]) -> set[str]:
    """The words that all of the prompts have."""
    counts = Counter(word for prompt in prompts for word in set(_WORD.findall(prompt)))
    return {word for word, count in counts.items() if count == len(prompts)}


def pacing_words(count: int) -> str:
    """`20 per 10 s: about 40 s`; empty where all go at once."""
    seconds = pacing(count)
    if not seconds:
        return ""
    about = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    return f"{WINDOW_LIMIT} per 10 s: about {about}"


def likeness_summary(likenesses: Sequence[Likeness]) -> str:
    """What the foot says of the rows that are close to a refused prompt; empty where none is."""
    if not likenesses:
        return ""
    closest = max(likenesses, key=lambda like: like.similarity)
    count = "1 of them is" if len(likenesses) == 1 else f"{len(likenesses):,} of them are"
    return f"{DOUBTFUL} {count} like a refused one. {closest.sentence}"


def _line(row: Row, is_ticked: bool, price: str, own: str, common: set[str], *, is_doubtful: bool) -> Content:
    parts: list[Content | str | tuple[str, str]] = [
        ("■ " if is_ticked else "□ ", "$text-accent" if is_ticked else MUTED),
        (f"{price}  ", MUTED),
    ]
    if is_doubtful:
        parts.append((f"{DOUBTFUL} ", "$text-warning"))
    if row.line:
        parts.append((f"line {row.line}  ", MUTED))
    if row.problem:
        parts += [(shorten(row.problem, SHOWN), "$text-error"), "  "]
    if own:
        parts.append((f"{shorten(own, 60)}  ", "$text-primary"))
    parts.append(set_apart(row.draft.prompt, common))
    return Content.assemble(*parts)


def set_apart(prompt: str, common: set[str]) -> Content:
    """A prompt on one line, the words that not all have in bold, and these in sight.

    Where hardly a word is shared nothing is set off: then the whole differs.
    """
    text = clean(prompt, multiline=False)
    differing = [match.span() for match in _WORD.finditer(text) if match[0] not in common]
    if not common or len(differing) * 2 > len(_WORD.findall(text)):
        return Content(shorten(text, SHOWN))
    start = max(0, differing[0][0] - _BEFORE) if differing else 0
    shown = Content(text[start : start + SHOWN])
    for begin, end in differing:
        if begin - start < SHOWN:
            shown = shown.stylize("bold", begin - start, min(end - start, SHOWN))
    return Content.assemble(("…" if start else "", MUTED), shown, "…" if start + SHOWN < len(text) else "")
