"""From a task id alone to a row: the service's record proves which unconfirmed send it belongs to. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import uuid4

from sora_tui.studio.reading import apply
from sora_tui.studio.task import Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.messages import EchoedRequest, TaskRecord

_EARLY_MS = 120_000
"""How much earlier than our send the service's clock may say that it made the task."""
_LATE_MS = 15 * 60_000
_ID = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{32}|task_[0-9A-Za-z][0-9A-Za-z./_-]*_[0-9]{10,})(?![0-9A-Za-z])")
"""The two kinds of ids that were seen (contract §3)."""
_LIKE_A_REF = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")
_LONGEST_ID = 200
_ENDS_IN_A_REF = re.compile(r"/[0-9a-f]{32}/?\Z")
MOST_IDS = 100
"""How many ids of one text are looked up."""


class AdoptedAs(StrEnum):
    """How a task that was known by its id alone came into the list."""

    KNOWN = "known"
    """It was there already."""
    PROVED = "proved"
    """As the unconfirmed task whose ref the service repeats in the callback address."""
    MATCHED = "matched"
    """As the unconfirmed task with the same request at the same time."""
    NEW = "new"
    """As a row of its own: it was made elsewhere, or belongs to none of the unconfirmed ones."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A task that was taken in.

    Attributes:
        task: as it stands now.
        how: which row it became.
    """

    task: Task
    how: AdoptedAs

    @property
    def sentence(self) -> str:
        """The same in words for the user."""
        return f"{_WORDS[self.how]} Its state is {self.task.state}."


_WORDS = {
    AdoptedAs.KNOWN: "This task is in the list already.",
    AdoptedAs.PROVED: "Proved: the service repeats our own reference. The row whose answer was lost goes on.",
    AdoptedAs.MATCHED: "It fits: the same request at the same time. The row whose answer was lost goes on.",
    AdoptedAs.NEW: "It is none of the sends whose answer was lost, so it has a row of its own.",
}


def summary(adoptions: Sequence[Adoption], unknown: int) -> str:
    """What became of several ids, in a sentence; `unknown` of them led to no task."""
    found = Counter(adoption.how for adoption in adoptions)
    parts = [
        (found[AdoptedAs.PROVED] + found[AdoptedAs.MATCHED], "found the row whose answer was lost"),
        (found[AdoptedAs.NEW], "got a row of its own"),
        (found[AdoptedAs.KNOWN], "in the list already"),
        (unknown, "not found"),
    ]
    told = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    return f"{len(adoptions) + unknown:,} ids: {told}."


def ids_in(text: str, refs: Collection[str] = ()) -> list[str]:
    """The task ids in a text, each once: a list, a table copied from kie.ai/logs, a link, a raw answer.

    Args:
        text: what was pasted. A single word that looks like no id we know is taken for one: ids are opaque.
        refs: our own refs, which look like ids and are none.
    """
    found = [match for match in _ID.findall(text) if match not in refs]
    word = text.strip()
    if not found and word and word not in refs and len(word) <= _LONGEST_ID and not re.search(r"\s", word):
        found = [word]
    return list(dict.fromkeys(found))[:MOST_IDS]


def like_refs(text: str) -> set[str]:
    """What in a text looks like one of our own refs, which look like the vendor's ids."""
    return set(_LIKE_A_REF.findall(text))


def proof_of(task: Task, record: TaskRecord) -> AdoptedAs:
    """How certain it is that `record` belongs to `task`, which `owner_of` found."""
    return AdoptedAs.PROVED if bears_ref(record, task.ref) else AdoptedAs.MATCHED


def bears_ref(record: TaskRecord, ref: str) -> bool:
    """Whether the request as the service repeats it carries this ref of ours: proof of whose it is."""
    return record.request is not None and ref in (record.request.call_back_url or "")


def owner_of(record: TaskRecord, tasks: Iterable[Task], origin: str) -> Task | None:
    """The unconfirmed task that the record belongs to, if that is certain.

    Proof is our ref in the echoed callback address; else the same request, made at the time of the send.
    Of several alike, sent at different times, it is the one sent last before the service made the task;
    where its clock says that it made the task before any of them was sent, the first one. A ref that is none
    of theirs proves that it is the task of another send, however alike.
    """
    asked = record.request
    if asked is None:
        return None
    unsure = [t for t in tasks if t.state is TaskState.UNCONFIRMED and t.origin == origin]
    for task in unsure:
        if bears_ref(record, task.ref):
            return task
    if asked.call_back_url is not None and _ENDS_IN_A_REF.search(asked.call_back_url):
        return None
    alike = sorted(
        (task for task in unsure if _is_alike(task, asked) and _is_in_time(task, record)),
        key=lambda task: task.sent_at or 0,
    )
    before = [task for task in alike if (task.sent_at or 0) <= (record.created_at_ms or 0)]
    return next(iter(before[-1:] or alike), None)


def rebuilt(record: TaskRecord, origin: str, now_ms: int) -> Task:
    """A row for a task that was made elsewhere, from what the service repeats of its request."""
    asked = record.request
    task = Task(
        ref=uuid4().hex,
        state=TaskState.WAITING,
        model=record.model or (asked.model if asked else ""),
        prompt=asked.prompt if asked else "",
        parameters=asked.parameters if asked else {},
        origin=origin,
        created_at=record.created_at_ms or now_ms,
        task_id=record.task_id,
    )
    return apply(task, record, now_ms=now_ms)


def _is_alike(task: Task, asked: EchoedRequest) -> bool:
    return (
        task.prompt == asked.prompt
        and asked.model in ("", task.model)
        and dict(task.parameters) == dict(asked.parameters)
    )


def _is_in_time(task: Task, record: TaskRecord) -> bool:
    if record.created_at_ms is None or task.sent_at is None:
        return False
    return task.sent_at - _EARLY_MS <= record.created_at_ms <= task.sent_at + _LATE_MS
