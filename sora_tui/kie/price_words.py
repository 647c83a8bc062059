"""The vendor's price prose as rates, where every word of it is understood; else nothing. Pure.

A closed vocabulary on purpose: one unknown word may be a surcharge, and a bound that leaves it out is worse than none.
How the prose looks: contract §6, `pricingDesc`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

_CREDIT_USD = 0.005
_LONGEST = 20_000
_MOST_CREDITS = 1e6

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_BY_PIECES = r"\s*/\s*[0-9]"
"""Of `20 credits/5s`, which is no price of a video and not one of a second."""
_SECOND = r"(?:seconds?|secs?|s)\b"
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "credits": rf"{_NUMBER}\s*credits?\b(?!{_BY_PIECES})",
            "dollars": rf"(?:[≈~]\s*)?(?:us)?\$\s*{_NUMBER}(?!{_BY_PIECES})",
            "duration": rf"[0-9]+(?:\.[0-9]+)?[\s-]*{_SECOND}",
            "factor": r"[0-9]{1,2}x(?=\s*[/:–—-])",
            "resolution": r"(?:[0-9]{3,4}p|[1248]k)\b",
            "per_second": rf"(?:/|\bper\b)\s*{_SECOND}",
            "per_task": r"(?:/|\bper\b)\s*(?:video|clip|generation|image|task|run|request|song|track)\b(?![\s-]*to\b)",
            "per_task_of": rf"\bper\s+(?=[0-9]+[\s-]*{_SECOND}[\s-]+(?:video|clip)\b)",
            "no_audio": r"\b(?:no|without)\s+(?:native\s+)?(?:audio|sound)\b|\b(?:audio|sound)\s+off\b",
            "audio": r"\bwith\s+(?:native\s+)?(?:audio|sound)\b|\b(?:audio|sound)\s+on\b",
            "no_video": r"\b(?:no|without)\s+(?:a\s+)?(?:reference[\s-]+)?videos?[\s-]+inputs?\b",
            "video": r"\bwith\s+(?:a\s+)?(?:reference[\s-]+)?videos?[\s-]+inputs?\b",
            "purpose": r"\b(?:text|image|reference|video|frames?)[\s-]*to[\s-]*(?:video|image)\b",
            "label": r"\b(?:lite|fast|turbo|standard|std|pro|professional|basic|normal|master|ultra|flash|high|medium"
            r"|low|quality)\b(?:[\s-]+(?:mode|quality|tier)\b)?",
            "filler": r"\b(?:pricing|prices?|costs?|videos?|clips?|output|resolutions?|mode|for|at|is|the|and|or)\b"
            r"|[/•*=–—-]",
            "mark": r"[,;|:()]",
            "blank": r"\s+",
        }.items()
    )
)
"""The whole vocabulary. Of two that fit, the earlier counts."""
_COUNTED = frozenset({"video", "clip", "image", "song", "track"})
SAME_LABEL = {"std": "standard", "professional": "pro"}
"""Labels by the word that is used for them here."""
_SENTENCE = re.compile(r"(?<=[a-z)])\.(?:\s+|$)")
_DISCOUNT = re.compile(
    r"(?:high-tier top-ups|effective (?:pricing|price|cost))"
    r"(?: |,|\(|\)|\+?[0-9]{1,2}%|the above (?:rates|prices)|of the listed prices?"
    r"|(?:includes?|reduces?|an?|bonus|credits|making|the|effective|pricing|prices|cost|even|lower|than|listed|by|about"
    r"|around|approximately|is|for|across|all|resolutions|and|lite|fast|quality|mode)\b)+"
)
"""That who buys many credits at once pays less for each, in the words of every model that says so."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What something costs under conditions; an empty condition is none.

    Attributes:
        credits: for one task, or for each of its seconds.
        is_per_second: which of them; None while the words have not said.
        thing: what it is for each of: `image`, `video` …; empty where it is for the task whatever it makes.
        resolutions: `720p`, `4k` …
        durations: seconds.
        factors: how many times larger a picture gets.
        labels: `fast`, `pro` … in lower case.
        audio: whether a sound is made.
        video_input: whether a video goes in.
    """

    credits: float = 0.0
    is_per_second: bool | None = None
    thing: str = ""
    resolutions: frozenset[str] = frozenset()
    durations: frozenset[float] = frozenset()
    factors: frozenset[float] = frozenset()
    labels: frozenset[str] = frozenset()
    audio: bool | None = None
    video_input: bool | None = None

    def under(self, outer: Rate) -> Rate:
        """The same with what was said before it and holds for it too."""
        return replace(
            self,
            is_per_second=outer.is_per_second if self.is_per_second is None else self.is_per_second,
            thing=self.thing or outer.thing,
            resolutions=self.resolutions or outer.resolutions,
            durations=self.durations or outer.durations,
            factors=self.factors or outer.factors,
            labels=self.labels | outer.labels,
            audio=outer.audio if self.audio is None else self.audio,
            video_input=outer.video_input if self.video_input is None else self.video_input,
        )


class _NotUnderstood(Exception):
    """A word, a number or a contradiction that could change the price."""


class _Token(NamedTuple):
    kind: str
    text: str

    @property
    def number(self) -> float:
        """The number in it."""
        found = re.search(_NUMBER, self.text)
        return float(found[0].replace(",", "")) if found else 0.0


def read_rates(prose: str) -> tuple[Rate, ...]:
    """Every rate in a price prose; none where a single word of it is not understood."""
    if len(prose) > _LONGEST:
        return ()
    try:
        return tuple(_rates(prose))
    except _NotUnderstood:
        return ()


def _rates(prose: str) -> Iterator[Rate]:
    heading = Rate()
    for line in prose.split("\n"):
        if not line.strip():
            heading = Rate()  # what follows may be about something else; without a condition it counts always
        for sentence in _SENTENCE.split(_plain(line)):
            if not sentence or _DISCOUNT.fullmatch(sentence):
                continue
            tokens = _tokens(sentence)
            if any(token.kind == "credits" for token in tokens):
                yield from (rate.under(heading) for rate in _of_line(tokens))
            elif tokens and tokens[-1].text == ":":
                heading = _read(tokens)
            else:
                raise _NotUnderstood


def _plain(line: str) -> str:
    """In lower case, without pictures and blanks around."""
    pictures = ("So", "Mn", "Cf")
    return "".join(" " if unicodedata.category(sign) in pictures else sign for sign in line.lower()).strip()


def _tokens(sentence: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while place < len(sentence):
        match = _TOKEN.match(sentence, place)
        if match is None:
            raise _NotUnderstood
        place = match.end()
        kind = str(match.lastgroup)
        if kind != "blank":
            tokens.append(_Token(kind, match[0]))
    return tokens


def _of_line(tokens: list[_Token]) -> Iterator[Rate]:
    """The rates of one line: `condition: rate, rate; rate`."""
    before = Rate()
    for segment in _split(tokens, ";|"):
        *conditions, rates = _split(segment, ":")
        if conditions:
            before = _read([token for condition in conditions for token in condition])
            if before.credits:
                raise _NotUnderstood
        carried: list[_Token] = []
        for chunk in _split(rates, ","):
            carried += chunk
            if any(token.kind == "credits" for token in chunk):
                yield _priced(_read(carried).under(before))
                carried = []
        if carried:
            raise _NotUnderstood


def _split(tokens: list[_Token], marks: str) -> list[list[_Token]]:
    """The parts between marks that are in no brackets."""
    parts: list[list[_Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if depth not in (0, 1):
            raise _NotUnderstood
        if depth == 0 and token.kind == "mark" and token.text in marks:
            parts.append([])
        else:
            parts[-1].append(token)
    if depth:
        raise _NotUnderstood
    return parts


def _priced(rate: Rate) -> Rate:
    """A rate that says what it is for: a number of seconds alone is one video of that length."""
    if rate.is_per_second is None and rate.durations:
        rate = replace(rate, is_per_second=False)
    if rate.is_per_second is None or not 0 < rate.credits <= _MOST_CREDITS:
        raise _NotUnderstood
    return rate


def _read(tokens: list[_Token]) -> Rate:
    """The conditions in some words, and the one amount that they may hold.

    Raises:
        _NotUnderstood: they say two different things, or the dollars are not those of the credits.
    """
    said: dict[str, list[_Token]] = {}
    for token in tokens:
        said.setdefault(token.kind, []).append(token)
    amounts, dollars = said.get("credits", []), said.get("dollars", [])
    is_alone = len(amounts) <= 1 and len(dollars) <= len(amounts)
    opposites = (
        ("audio", "no_audio"),
        ("video", "no_video"),
        ("per_second", "per_task"),
        ("per_second", "per_task_of"),
    )
    if not is_alone or any(one in said and other in said for one, other in opposites):
        raise _NotUnderstood
    credits = amounts[0].number if amounts else 0.0
    if dollars and not _is_worth(credits, dollars[0]):
        raise _NotUnderstood
    return Rate(
        credits,
        True if "per_second" in said else False if "per_task" in said or "per_task_of" in said else None,
        _thing(said.get("per_task", [])),
        frozenset(token.text for token in said.get("resolution", [])),
        frozenset(token.number for token in said.get("duration", [])),
        frozenset(token.number for token in said.get("factor", [])),
        frozenset(_label(token) for token in said.get("label", [])),
        True if "audio" in said else False if "no_audio" in said else None,
        True if "video" in said else False if "no_video" in said else None,
    )


def _thing(units: list[_Token]) -> str:
    things = {unit.text.removeprefix("/").removeprefix("per").strip() for unit in units}
    if len(things) > 1:
        raise _NotUnderstood
    return "".join(things & _COUNTED)


def _label(token: _Token) -> str:
    first = re.split(r"[\s-]", token.text)[0]
    return SAME_LABEL.get(first, first)


def _is_worth(credits: float, dollars: _Token) -> bool:
    """Whether the dollars are those of the credits, as far as their digits go."""
    digits = len(dollars.text.partition(".")[2])
    return abs(credits * _CREDIT_USD - dollars.number) <= 0.5 * 10.0**-digits + 1e-9
