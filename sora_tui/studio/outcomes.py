"""The submit policy: what an answer to a create proves, and what follows from it. Pure.

The law is the table of the reliability design, §2. Whatever does not *prove* that nothing was made leaves
the task unconfirmed: it is never sent again by itself and never called failed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Any

from sora_tui.kie.codes import Charged, explain
from sora_tui.kie.errors import KieError, NotDelivered, Refused
from sora_tui.studio.task import IllegalTransition, Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.messages import CreatedTask

WINDOW_LIMIT = 20
"""New tasks an account may start within `WINDOW_S` (contract §3)."""
WINDOW_S = 10.2
"""The service's window of 10 s and a margin for requests that overtake one another on the way."""
MOST_ATTEMPTS = 6
EXPIRES_AFTER_MS = 14 * 24 * 3600 * 1000
"""How long a lost answer may still turn up: the service keeps files no longer than that (contract §6)."""
LONGEST_RETRY_AFTER_S = 60.0

LOST = "The answer was lost. The task may exist and may have been paid for. It is not sent again by itself."
OFFLINE = "No connection. Nothing was sent and nothing was charged."
THROTTLED = "The service turned it away as one too many, each time. Nothing was charged."
WITHDRAWN = "Withdrawn before it was sent. Nothing was charged."
INTERRUPTED = "The program ended before the answer came. The task may exist and may have been paid for."
REPAIRED = (
    "It waited to be sent when the store was damaged, and may have been sent since. "
    "It may exist and may have been paid for."
)
ID_TAKEN = "The service answered with the id of another task. This one may exist and may have been paid for."

_REFUSALS = frozenset({401, 402, 404, 422, 433, 455, 500, 505})
"""Body codes that can be a refusal; a 500 only with a text that says so."""


class Outcome(StrEnum):
    """What is proved about a create request."""

    ACCEPTED = "accepted"
    """The task exists and has an id."""
    REFUSED = "refused"
    """The service said no: nothing was made."""
    THROTTLED = "throttled"
    """One too many (429): nothing was made, and sending again later is safe."""
    NOT_SENT = "not sent"
    """No byte left this machine."""
    UNKNOWN = "unknown"
    """Nothing is proved."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one create request.

    Attributes:
        outcome: what it proves.
        task_id: the vendor's id, if it was accepted.
        code: the body's code.
        http_status: the HTTP status.
        text: the vendor's words.
        raw: the whole answer.
        retry_after: seconds the service asks us to wait.
        note: our sentence for the user about a task left unconfirmed.
    """

    outcome: Outcome
    task_id: str | None = None
    code: int | None = None
    http_status: int | None = None
    text: str = ""
    raw: str | None = None
    retry_after: float | None = None
    note: str = LOST

    def without_id(self) -> Answer:
        """The same once its task id has turned out to belong to another task."""
        return replace(self, outcome=Outcome.UNKNOWN, task_id=None, note=ID_TAKEN)


def classify(result: CreatedTask | Exception) -> Answer:
    """What the result of `KieClient.create_task` proves. Any exception it is not made for proves nothing."""
    if not isinstance(result, Exception):
        return Answer(
            Outcome.ACCEPTED,
            task_id=result.task_id,
            code=200,
            http_status=result.http_status,
            raw=result.raw,
        )
    if not isinstance(result, KieError):
        return Answer(Outcome.UNKNOWN)
    return Answer(
        _proved(result),
        code=result.code,
        http_status=result.http_status,
        text=result.text,
        raw=result.raw or None,
        retry_after=result.retry_after,
    )


def _proved(error: KieError) -> Outcome:
    if isinstance(error, NotDelivered):
        return Outcome.NOT_SENT
    if error.is_throttled:
        return Outcome.THROTTLED
    if isinstance(error, Refused) and error.code in _REFUSALS:
        meaning = explain(error.code, error.text, http_status=error.http_status)
        if meaning.charged is Charged.NO:
            return Outcome.REFUSED
    return Outcome.UNKNOWN


def pause_before_retry(answer: Answer, attempts: int, random: Random) -> float | None:
    """Seconds after which the same task may be sent again; None if it may not be.

    Args:
        answer: to the last attempt.
        attempts: made so far, the last included.
        random: for the jitter.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    if answer.outcome is Outcome.NOT_SENT:
        return min(30.0, 2.0 ** (attempts - 1)) * random.uniform(0.8, 1.2)
    if answer.outcome is Outcome.THROTTLED:
        asked = min(LONGEST_RETRY_AFTER_S, max(0.0, answer.retry_after or 0.0))
        return max(WINDOW_S, asked) + random.uniform(0.0, 1.0)
    return None


def settle(task: Task, answer: Answer, *, now_ms: int, pause_s: float | None) -> Task:
    """The task after an answer to its create.

    Args:
        task: as stored now: `sending`, or moved on since by another process.
        answer: what came back.
        now_ms: epoch ms.
        pause_s: from `pause_before_retry`.
    """
    facts: dict[str, Any] = {"code": answer.code, "http_status": answer.http_status, "text": answer.text}
    if task.state is TaskState.UNCONFIRMED and answer.outcome is Outcome.ACCEPTED:
        # Another process took us for dead while the answer was under way.
        return task.moved(TaskState.WAITING, task_id=answer.task_id, note="", **facts)
    if task.state is not TaskState.SENDING:
        return task
    if pause_s is not None:
        return task.moved(TaskState.QUEUED, note=_retry_note(answer, task.attempts, pause_s), **facts)
    match answer.outcome:
        case Outcome.ACCEPTED:
            return task.moved(TaskState.WAITING, task_id=answer.task_id, note="", **facts)
        case Outcome.UNKNOWN:
            return task.moved(TaskState.UNCONFIRMED, note=answer.note, **facts)
        case Outcome.NOT_SENT:
            return task.moved(TaskState.REFUSED, finished_at=now_ms, note=OFFLINE)
        case Outcome.THROTTLED:
            return task.moved(TaskState.REFUSED, finished_at=now_ms, note=THROTTLED, **facts)
        case Outcome.REFUSED:
            return task.moved(TaskState.REFUSED, finished_at=now_ms, note="", **facts)


def withdraw(task: Task, *, now_ms: int) -> Task:
    """The task the user takes back before it is sent.

    Raises:
        IllegalTransition: it is being sent, or was.
    """
    if task.state is not TaskState.QUEUED:  # from `sending` only the service's word leads to `refused`
        raise IllegalTransition(f"{task.ref}: {task.state} can't be withdrawn")
    return task.moved(TaskState.REFUSED, finished_at=now_ms, note=WITHDRAWN, code=None, http_status=None, text="")


def interrupt(task: Task) -> Task:
    """The task whose sender died or had to leave before the answer came; any other is left as it is."""
    if task.state is not TaskState.SENDING:
        return task
    return task.moved(TaskState.UNCONFIRMED, note=INTERRUPTED)


def expire(task: Task, *, now_ms: int) -> Task:
    """The task once nothing was heard of it for 14 days; one that is younger, or settled, is left as it is."""
    if task.state is not TaskState.UNCONFIRMED or now_ms - (task.sent_at or task.created_at) < EXPIRES_AFTER_MS:
        return task
    return task.moved(TaskState.EXPIRED, finished_at=now_ms)


def doubt(task: Task) -> Task:
    """The queued task of a repaired store: the copy it was read from may be older than its sending."""
    if task.state is not TaskState.QUEUED:
        return task
    # About when it was sent, if it was: what it is compared with once its id is found.
    sending = task.moved(TaskState.SENDING, sent_at=task.sent_at or task.created_at)
    return sending.moved(TaskState.UNCONFIRMED, note=REPAIRED)


def _retry_note(answer: Answer, attempts: int, pause_s: float) -> str:
    why = "No connection" if answer.outcome is Outcome.NOT_SENT else "Too many at once"
    return f"{why}. Trying again in {max(1, round(pause_s))} s ({attempts} of {MOST_ATTEMPTS})."
