"""The little language that says which tasks: words, `state:`, `tag:`, `cost:`, `rating:`, `-` for *not*, and others.

Terms stand beside one another and must all hold: `boat -dusk state:fail,refused cost:>300 "macro lens"`. What is
not a field we know is plain text, so that `16:9` finds what it says. Pure: terms are data (`terms.py`), which
`finding.py` says in SQL as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from sora_tui.studio.moments import moment_ms
from sora_tui.studio.tags import NO_TAG
from sora_tui.studio.task import Task
from sora_tui.studio.terms import (
    AnyOf,
    Between,
    Collected,
    Costs,
    CostUnknown,
    Discarded,
    Expiring,
    Held,
    InBatch,
    InState,
    InThread,
    Kept,
    Not,
    Noted,
    OfModel,
    Parked,
    Rated,
    Says,
    Since,
    Starred,
    Tagged,
    Term,
    Unrated,
    Untagged,
)
from sora_tui.studio.text import fold

_TERM = re.compile(r'(?P<no>-?)(?:(?P<field>[A-Za-z]+):)?(?P<value>"[^"]*"?|\S*)\s*')
_MAX_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter.

    Attributes:
        text: as it was typed.
        terms: what must hold of a task, all of it.
        problems: what could not be understood and so hides nothing, a sentence each.
    """

    text: str = ""
    terms: tuple[Term, ...] = ()
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out at all."""
        return bool(self.terms)

    def matches(self, task: Task) -> bool:
        """Whether a task may be shown."""
        return all(term.holds(task) for term in self.terms)


def parse_filter(text: str, *, now_ms: int, zone: tzinfo | None = None) -> Filter:
    """Read a filter as it is being typed: any text is one, a field without a value yet hides nothing.

    Args:
        text: what was typed; only its first 500 characters count.
        now_ms: epoch ms, for `today` and `3d`.
        zone: whose days they are; None is this machine's.
    """
    terms: list[Term] = []
    problems: list[str] = []
    when = _When(now_ms, zone)
    # What was pasted may hold what can be neither stored nor found.
    whole = text[:_MAX_CHARACTERS].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    for match in _TERM.finditer(whole.strip()):
        field, value = (match["field"] or "").lower(), match["value"]
        read = _FIELDS.get(field)
        if read is None:
            read, value = _says, match[0].strip().removeprefix(match["no"])
        value = fold(value.strip('"'))
        if not value.strip(",") and not (value and read is _says):
            continue
        try:
            term = read(value, when)
        except _NotUnderstoodError as error:
            problems.append(str(error))
        else:
            terms.append(Not(term) if match["no"] else term)
    return Filter(text, tuple(terms), tuple(dict.fromkeys(problems)))


# What a field's value means


class _NotUnderstoodError(Exception):
    """A field's value means nothing. The message is a sentence with an example."""


@dataclass(frozen=True, slots=True)
class _When:
    now_ms: int
    zone: tzinfo | None


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split(",") if part)


def _says(value: str, when: _When) -> Term:
    return Says(value)


def _state(value: str, when: _When) -> Term:
    return InState(_parts(value))


def _model(value: str, when: _When) -> Term:
    return OfModel(_parts(value))


def _tag(value: str, when: _When) -> Term:
    parts = [part.lstrip("#") for part in _parts(value)]
    terms: list[Term] = [Untagged()] if NO_TAG in parts else []
    if beginnings := tuple(part for part in parts if part and part != NO_TAG):
        terms.append(Tagged(beginnings))
    if not terms:
        raise _NotUnderstoodError("tag: takes a tag, as in tag:boat, or tag:none for tasks without one")
    return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))


_NUMBER = r"\d{1,12}(?:\.\d{0,6})?"
_BOUND = re.compile(rf"(?P<sign><=|>=|<|>|=)?(?P<number>{_NUMBER})", re.ASCII)
_RANGE = re.compile(rf"(?P<low>{_NUMBER})?\.\.(?P<high>{_NUMBER})?", re.ASCII)


def _cost(value: str, when: _When) -> Term:
    costs = tuple(map(_one_cost, _parts(value)))
    return costs[0] if len(costs) == 1 else AnyOf(costs)


def _one_cost(value: str) -> Term:
    if value in ("?", "unknown"):
        return CostUnknown()
    bounds = _bounds(value)
    if bounds is None:
        raise _NotUnderstoodError("cost: takes a number of credits, as in cost:>300, cost:100..400 or cost:?")
    return Costs(bounds)


def _bounds(value: str) -> Between | None:
    """Two numbers, one of them, or a comparison with one; None where the value is none of these."""
    if (bound := _BOUND.fullmatch(value)) is not None:
        sign, number = bound["sign"], float(bound["number"])
        if sign in (">", ">="):
            return Between(low=number, is_above=sign == ">")
        if sign in ("<", "<="):
            return Between(high=number, is_below=sign == "<")
        return Between(number, number)
    between = _RANGE.fullmatch(value)
    if between is None or value == "..":
        return None
    low, high = between["low"], between["high"]
    return Between(float(low) if low else -math.inf, float(high) if high else math.inf)


def _after(value: str, when: _When) -> Term:
    return Since(_moment("after", value, when))


def _before(value: str, when: _When) -> Term:
    return Not(Since(_moment("before", value, when)))


def _moment(field: str, value: str, when: _When) -> int:
    at = moment_ms(value, now_ms=when.now_ms, zone=when.zone)
    if at is None:
        raise _NotUnderstoodError(
            f"{field}: takes a day, a time or an age, as in {field}:2026-11-20, {field}:yesterday or {field}:3d"
        )
    return at


def _is(value: str, when: _When) -> Term:
    terms: Mapping[str, Term] = {
        "parked": Parked(),
        "starred": Starred(),
        "discarded": Discarded(),
        "held": Held(),
        "rated": Not(Unrated()),
        "keeper": Kept(),
        "collected": Collected(),
        "expiring": Expiring(when.now_ms),
    }
    found = tuple(term for word, term in terms.items() if word.startswith(value))
    if not found:
        *words, last = terms
        raise _NotUnderstoodError(f"is: takes one of the words {', '.join(words)} and {last}, as in is:starred")
    return found[0]


def _star(value: str, when: _When) -> Term:
    if "yes".startswith(value):
        return Starred()
    if "no".startswith(value):
        return Not(Starred())
    raise _NotUnderstoodError("star: takes yes or no, as in star:yes")


def _rating(value: str, when: _When) -> Term:
    ratings = tuple(map(_one_rating, _parts(value)))
    return ratings[0] if len(ratings) == 1 else AnyOf(ratings)


def _one_rating(value: str) -> Term:
    if value == "?" or NO_TAG.startswith(value):
        return Unrated()
    bounds = _bounds(value)
    if bounds is None:
        raise _NotUnderstoodError("rating: takes 1 to 5, as in rating:>=3, rating:2..4, or rating:none without one")
    return Rated(bounds)


def _thread(value: str, when: _When) -> Term:
    return InThread(value)


def _batch(value: str, when: _When) -> Term:
    return InBatch(value)


def _note(value: str, when: _When) -> Term:
    return Noted(value)


_FIELDS: Mapping[str, Callable[[str, _When], Term]] = {
    "state": _state,
    "model": _model,
    "tag": _tag,
    "cost": _cost,
    "after": _after,
    "before": _before,
    "is": _is,
    "star": _star,
    "rating": _rating,
    "thread": _thread,
    "batch": _batch,
    "note": _note,
}
