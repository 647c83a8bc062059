"""What a set of tasks cost and what it was worth. Pure sums over tasks; `spending.py` gives the same from SQL.

Money of what has ended is *charged*; money of what has not, an unconfirmed send included, is *in flight*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from statistics import median

from sora_tui.studio.judging import is_keeper
from sora_tui.studio.task import Task, TaskState, iso
from sora_tui.studio.text import fold

_OPEN = frozenset({TaskState.QUEUED, TaskState.SENDING, TaskState.WAITING, TaskState.UNCONFIRMED})


class By(StrEnum):
    """What a bill is broken down by."""

    MODEL = "model"
    TAG = "tag"
    THREAD = "thread"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Bill:
    """The sums over some tasks; credits where nothing else is said.

    Attributes:
        tasks: how many they are.
        done: how many of them succeeded.
        failed_free: how many failed and cost nothing.
        failed_charged: how many failed and were charged all the same.
        unknown: how many have ended or run at a cost that nobody has said.
        keepers: how many the user wants to keep (`judging.is_keeper`).
        charged: taken for what has ended.
        lost: the part of `charged` that was taken for failures.
        in_flight: at stake in what has not ended: what was said, else the price, else the most it can be.
    """

    tasks: int = 0
    done: int = 0
    failed_free: int = 0
    failed_charged: int = 0
    unknown: int = 0
    keepers: int = 0
    charged: float = 0.0
    lost: float = 0.0
    in_flight: float = 0.0

    @property
    def keepers_per_credit(self) -> float | None:
        """How many tasks worth keeping a credit brings; None while nothing was charged."""
        return self.keepers / self.charged if self.charged > 0 else None

    @property
    def credits_per_keeper(self) -> float | None:
        """What a task worth keeping costs; None while there is none."""
        return self.charged / self.keepers if self.keepers else None

    def __add__(self, other: Bill) -> Bill:
        """The bill of both sets of tasks, which share none."""
        return Bill(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Bill)))


@dataclass(frozen=True, slots=True)
class Day:
    """One local calendar day.

    Attributes:
        day: which.
        bill: of the tasks that were sent on it.
        median_s: how long half of those that succeeded took at most, in seconds; None if none did.
    """

    day: date
    bill: Bill
    median_s: float | None = None


def spent_at(task: Task) -> int:
    """When a task's money was, or will be, spent: epoch ms of its sending, before that of its press."""
    return task.created_at if task.sent_at is None else task.sent_at


def bill_of(tasks: Iterable[Task]) -> Bill:
    """The sums over these tasks."""
    return sum(map(_one, tasks), Bill())


def bills(tasks: Iterable[Task], by: By) -> dict[str, Bill]:
    """The sums by model, tag (small letters; a task with several counts for each), thread or batch.

    What has no tag, or belongs to no batch, is under the empty text.
    """
    found: dict[str, Bill] = {}
    for task in tasks:
        for key in _KEYS[by](task):
            found[key] = found.get(key, Bill()) + _one(task)
    return found


def median_s(tasks: Iterable[Task]) -> float | None:
    """How long half of the tasks that succeeded took at most, in seconds."""
    took = [
        task.finished_at - task.started_at
        for task in tasks
        if task.state is TaskState.SUCCESS and task.finished_at is not None
    ]
    return median(max(0, ms) for ms in took) / 1000 if took else None


CSV_HEAD = (
    "ref", "task_id", "spent_at", "state", "model", "credits", "price", "failed_charged", "rating", "starred",
    "tags", "thread_ref", "batch_ref", "prompt",
)  # fmt: skip
"""The columns of `csv_rows`."""


def csv_rows(tasks: Iterable[Task]) -> Iterator[Sequence[str]]:
    """A line of the bill for each task, in the columns of `CSV_HEAD`.

    Texts that a spreadsheet would take for a formula begin with an apostrophe.
    """
    for task in tasks:
        charged = task.state is TaskState.FAIL and _known(task.charge)
        row = (
            task.ref, task.task_id or "", iso(spent_at(task)) or "", task.state.value, task.model,
            _number(task.charge), _number(task.price), "yes" if charged else "", str(task.rating or ""),
            "yes" if task.is_starred else "", " ".join(task.tags), task.thread_ref, task.batch_ref, task.prompt,
        )  # fmt: skip
        yield tuple(f"'{text}" if text.startswith(_FORMULA) else text for text in row)


def bill_rows(found: Mapping[str, Bill]) -> Iterator[Sequence[str]]:
    """A line for each bill, the dearest first, under a line with the names of the columns."""
    names = [field.name for field in fields(Bill)]
    yield ("key", *names)
    for key, bill in sorted(found.items(), key=lambda item: (-item[1].charged, item[0])):
        yield (f"'{key}" if key.startswith(_FORMULA) else key, *(f"{getattr(bill, name):g}" for name in names))


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _one(task: Task) -> Bill:
    charge = _known(task.charge)
    is_open = task.state in _OPEN
    stake = next((known for known in (task.credits, task.price, task.price_bound) if _known(known) is not None), None)
    is_fail = task.state is TaskState.FAIL
    return Bill(
        tasks=1,
        done=int(task.state is TaskState.SUCCESS),
        failed_free=int(is_fail and not charge),
        failed_charged=int(is_fail and bool(charge)),
        unknown=int(stake is None if is_open else charge is None),
        keepers=int(is_keeper(task)),
        charged=0.0 if is_open else charge or 0.0,
        lost=(charge or 0.0) if is_fail else 0.0,
        in_flight=(stake or 0.0) if is_open else 0.0,
    )


def _known(credits: float | None) -> float | None:
    """A figure; None for none, and for what is no number."""
    return None if credits is None or math.isnan(credits) else credits


def _number(credits: float | None) -> str:
    return "" if _known(credits) is None else f"{credits:g}"


def _tags(task: Task) -> Iterable[str]:
    return dict.fromkeys(map(fold, task.tags)) or ("",)


_KEYS: Mapping[By, Callable[[Task], Iterable[str]]] = {
    By.MODEL: lambda task: (task.model,),
    By.TAG: _tags,
    By.THREAD: lambda task: (task.thread_ref,),
    By.BATCH: lambda task: (task.batch_ref,),
}
