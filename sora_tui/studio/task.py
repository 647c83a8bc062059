"""One task's life as values and legal transitions. Pure: no clock, no network, no storage.

A `Task` never changes; `moved()` answers the next value or raises `IllegalTransition`. Everything that
changes a task's state goes through it, so this module alone decides what may follow what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A JSON value: str, int, float, bool, None, list or dict of them."""


class TaskState(StrEnum):
    """Where a task stands, as far as we can prove it."""

    QUEUED = "queued"
    """Written down, not sent: it waits for its place in the account's window of creates."""
    SENDING = "sending"
    """The create request is, or may be, on the wire."""
    WAITING = "waiting"
    """The service has it and has not finished. The vendor's own word is `Task.vendor_state`."""
    SUCCESS = "success"
    FAIL = "fail"
    REFUSED = "refused"
    """The service, or the lack of a network, refused it: provably nothing was created or charged."""
    UNCONFIRMED = "unconfirmed"
    """The answer to the create was lost: it may exist and may have been paid. Never sent again by itself."""
    ABANDONED = "abandoned"
    """The user gave up on an unconfirmed task."""
    EXPIRED = "expired"
    """Nothing was heard of an unconfirmed task for 14 days."""

    @property
    def is_final(self) -> bool:
        """Whether no transition leaves this state."""
        return not _NEXT[self]

    @property
    def is_running(self) -> bool:
        """Whether the task is on its way: queued, being sent, or in the vendor's hands."""
        return self in (TaskState.QUEUED, TaskState.SENDING, TaskState.WAITING)

    @property
    def needs_you(self) -> bool:
        """Whether only the user can say how it goes on."""
        return self is TaskState.UNCONFIRMED


_NEXT: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.QUEUED: frozenset({TaskState.SENDING, TaskState.REFUSED}),
    TaskState.SENDING: frozenset({TaskState.QUEUED, TaskState.WAITING, TaskState.REFUSED, TaskState.UNCONFIRMED}),
    TaskState.WAITING: frozenset({TaskState.WAITING, TaskState.SUCCESS, TaskState.FAIL}),
    TaskState.UNCONFIRMED: frozenset(
        {TaskState.WAITING, TaskState.SUCCESS, TaskState.FAIL, TaskState.ABANDONED, TaskState.EXPIRED}
    ),
    TaskState.SUCCESS: frozenset(),
    TaskState.FAIL: frozenset(),
    TaskState.REFUSED: frozenset(),
    TaskState.ABANDONED: frozenset(),
    TaskState.EXPIRED: frozenset(),
}


class IllegalTransition(ValueError):
    """A task was asked to enter a state that its present one does not lead to."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the user wants made, before it is sent.

    Attributes:
        prompt: the words, at most what the model's profile allows (10 000 characters for Sora 2 Pro).
        model: the vendor's id of the model.
        parameters: the other fields of `input`, exactly as they go on the wire.
        parent_ref: the task this wording was edited from, if any.
        retry_of: the unconfirmed task this one was knowingly sent again for, if any.
        mode: which of the model's modes is meant, where it has several; empty for the one that fits best.
    """

    prompt: str
    model: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    parent_ref: str | None = None
    retry_of: str | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One press of *send* and all that is known of what became of it.

    All `*_at` are epoch milliseconds (as on the wire), of this machine's clock unless said otherwise.

    Attributes:
        ref: our own id, 32 hex digits, given before anything is sent. Never reused.
        state: where it stands.
        model: the vendor's model id.
        prompt: the words that were sent.
        parameters: the other `input` fields that were sent.
        origin: the service it belongs to: `demo`, or scheme and host of the base URL. A key or a poll
            never crosses origins.
        created_at: when the user pressed *send*.
        sent_at: when the create request started.
        finished_at: when it ended: by the vendor's clock for success and fail, else by ours.
        vendor_created_at: the vendor's `createTime`.
        task_id: the vendor's id, opaque.
        vendor_state: the vendor's own running word, shown as it came (`waiting`, `queuing`, ...).
        code: the response code that explains the state (from the body, else from a failed task's `failCode`).
        http_status: the HTTP status that came with it.
        text: the vendor's words that came with it, whole and unsanitised.
        credits: what the vendor says it took. None while it has not said.
        price: what we expected it to take when it was sent. None where the price is not known.
        links: result links, in the vendor's order.
        watermark_links: the same with the vendor's watermark on them.
        parent_ref: the task this wording was edited from.
        retry_of: the unconfirmed task it was knowingly sent again for.
        note: why we know less than we should, in one sentence (an unreadable answer, an id the vendor
            does not know). Empty when all is well.
        asked_at: when the vendor was last asked about it.
        attempts: how many times the create request was started; more than once only after proof that
            the earlier ones created nothing.
        revision: the store's counter at the last change; grows with every saved change.
        is_parked: the user wants the service asked no more about it until he says so.
        balance_before: the account's credits just before the create, where nothing else moved them since.
        balance_after: the same once its answer was lost. Both only ever a hint (reliability design, §2).
        tags: the user's own words for it, as `tags.py` allows them; they may change in any state.
        result_text: what came out in words, where that is more than links. From outside.
        rating: the user's mark for it, 1 to 5; 0 while it has none. This and the next three are `judging.py`'s
            and may change in any state.
        is_starred: the user wants to find it again.
        is_discarded: the user has done with it. It stays in the store and in every sum.
        remark: the user's own words about it.
        thread_ref: ref of the first task of its prompt thread: its parent's thread, else its own ref. The store
            fills it in where it is empty.
        batch_ref: names the press of *send* that wrote several tasks down at once; empty for a single one.
        is_held: waits in the queue until the user releases it; nothing sends it before.
        place: where it stands in the outbox, lowest first. The store fills it in where it is 0.
        price_bound: the most it can cost, where the price itself is not known.
        files: for each link in the links' order the absolute path of its file on this machine; empty where there is
            none yet, and the last of these may be missing. May change in any state, as the next one.
        files_note: why not all results can be collected, for good, in one sentence. Empty when all is well.
    """

    ref: str
    state: TaskState
    model: str
    prompt: str
    parameters: Mapping[str, Json]
    origin: str
    created_at: int
    sent_at: int | None = None
    finished_at: int | None = None
    vendor_created_at: int | None = None
    task_id: str | None = None
    vendor_state: str | None = None
    code: int | None = None
    http_status: int | None = None
    text: str = ""
    credits: float | None = None
    price: float | None = None
    links: tuple[str, ...] = ()
    watermark_links: tuple[str, ...] = ()
    parent_ref: str | None = None
    retry_of: str | None = None
    note: str = ""
    asked_at: int | None = None
    attempts: int = 0
    revision: int = 0
    is_parked: bool = False
    balance_before: float | None = None
    balance_after: float | None = None
    tags: tuple[str, ...] = ()
    result_text: str = ""
    rating: int = 0
    is_starred: bool = False
    is_discarded: bool = False
    remark: str = ""
    thread_ref: str = ""
    batch_ref: str = ""
    is_held: bool = False
    place: float = 0.0
    price_bound: float | None = None
    files: tuple[str, ...] = ()
    files_note: str = ""

    def moved(self, state: TaskState, **changes: Any) -> Task:
        """The task in its next state.

        Raises:
            IllegalTransition: `state` may not follow the present one. Final states never change.
        """
        if state not in _NEXT[self.state]:
            raise IllegalTransition(f"{self.ref}: {self.state} does not lead to {state}")
        return replace(self, state=state, **changes)

    @property
    def draft(self) -> Draft:
        """What was asked for, ready to be edited or sent again."""
        return Draft(self.prompt, self.model, dict(self.parameters))

    @property
    def charge(self) -> float | None:
        """Credits this task has cost so far: the vendor's figure, else what is certain from the state.

        None means unknown: unconfirmed, or running at a price that neither side has stated.
        """
        if self.state in (TaskState.QUEUED, TaskState.SENDING, TaskState.REFUSED):
            return 0.0
        if self.credits is not None:
            return self.credits
        if self.state is TaskState.FAIL:
            return 0.0  # contract §6: a failed task is given back
        if self.state in (TaskState.WAITING, TaskState.SUCCESS):
            return self.price
        return None

    @property
    def at_stake(self) -> float | None:
        """Credits to reckon with while it is unfinished: what was said, else the price, else the most it can be."""
        return next((known for known in (self.credits, self.price, self.price_bound) if known is not None), None)

    @property
    def started_at(self) -> int:
        """From when it counts as under way: the vendor's start, until that is known our sending.

        While it waits to be sent it is the user's press.
        """
        sent_at = None if self.state is TaskState.QUEUED else self.sent_at
        return self.vendor_created_at or sent_at or self.created_at

    def elapsed_ms(self, now_ms: int) -> int:
        """Milliseconds from `started_at` to the end or to `now_ms`, never below 0."""
        return max(0, (self.finished_at if self.finished_at is not None else now_ms) - self.started_at)

    def as_json(self) -> dict[str, Json]:
        """The public JSON shape of `--json`: snake_case keys, times as ISO 8601 UTC or null."""
        return {
            "ref": self.ref,
            "task_id": self.task_id,
            "state": self.state.value,
            "vendor_state": self.vendor_state,
            "model": self.model,
            "prompt": self.prompt,
            "parameters": dict(self.parameters),
            "origin": self.origin,
            "credits": self.charge,
            "price": self.price,
            "links": list(self.links),
            "watermark_links": list(self.watermark_links),
            "result_text": self.result_text,
            "created_at": iso(self.created_at),
            "sent_at": iso(self.sent_at),
            "finished_at": iso(self.finished_at),
            "code": self.code,
            "http_status": self.http_status,
            "text": self.text,
            "note": self.note,
            "parent_ref": self.parent_ref,
            "retry_of": self.retry_of,
            "parked": self.is_parked,
            "balance_before": self.balance_before,
            "balance_after": self.balance_after,
            "tags": list(self.tags),
            "rating": self.rating or None,
            "starred": self.is_starred,
            "discarded": self.is_discarded,
            "remark": self.remark,
            "thread_ref": self.thread_ref,
            "batch_ref": self.batch_ref or None,
            "held": self.is_held,
            "price_bound": self.price_bound,
            "files": [path or None for path in self.files],
            "files_note": self.files_note,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a task's history: a state it entered, when, and what the service said then."""

    at: int
    state: TaskState
    vendor_state: str | None = None
    code: int | None = None
    http_status: int | None = None
    text: str = ""


def iso(epoch_ms: int | None) -> str | None:
    """Epoch milliseconds as ISO 8601 in UTC with milliseconds, e.g. `2026-11-23T14:05:13.000Z`."""
    if epoch_ms is None:
        return None
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
