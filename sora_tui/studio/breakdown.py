"""A bill taken apart, each part under a name that a person knows it by, the dearest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from sora_tui.studio.costs import Bill, By, Day

NAMELESS: Mapping[By, str] = {
    By.MODEL: "unknown model",
    By.TAG: "without a tag",
    By.THREAD: "without a thread",
    By.BATCH: "sent one by one",
}
"""What stands for the part that has no key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of a bill.

    Attributes:
        key: model id, tag, or the id of a thread or batch; empty for what has none.
        name: what a person knows it by: of a thread or batch the first prompt, which comes from outside.
        bill: its sums.
    """

    key: str
    name: str
    bill: Bill

    @property
    def spent(self) -> float:
        """Credits charged and in flight."""
        return self.bill.charged + self.bill.in_flight


def dearest(found: Mapping[str, Bill], by: By, names: Mapping[str, str] | None = None) -> list[Entry]:
    """The parts of a bill, the dearest first; of two that cost the same, the one with more tasks.

    Args:
        found: the bills by key, as `costs.bills` gives them.
        by: what they are broken down by.
        names: what the keys are known by; a key without a name is its own.
    """
    known = names or {}
    entries = [Entry(key, known.get(key) or key or NAMELESS[by], bill) for key, bill in found.items()]
    return sorted(entries, key=lambda entry: (-entry.spent, -entry.bill.tasks, entry.key))


def unknown_words(bill: Bill) -> str:
    """That the sums are not all, as a sentence; empty where they are."""
    if not bill.unknown:
        return ""
    have, they = ("task has", "It is") if bill.unknown == 1 else ("tasks have", "They are")
    return (
        f"{bill.unknown:,} {have} not said what {'it costs' if bill.unknown == 1 else 'they cost'}. {they} in no sum."
    )


def day_rows(days: Iterable[Day]) -> Iterator[Sequence[str]]:
    """A line for each day, in their order, under a line with the names of the columns; as `costs.bill_rows`."""
    names = [field.name for field in fields(Bill)]
    yield ("day", *names, "median_s")
    for each in days:
        took = "" if each.median_s is None else f"{each.median_s:g}"
        yield (each.day.isoformat(), *(f"{getattr(each.bill, name):g}" for name in names), took)
