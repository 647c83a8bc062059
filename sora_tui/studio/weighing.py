"""What the account's balance tells of a send whose answer was lost. Pure, and never more than a hint.

The account may be shared, a debit may come late, a refund may hide one (reliability design, §2): whatever this
says changes no state. It only helps the user to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from sora_tui.studio.task import Task, TaskState

_CENT = 0.01
"""Credits; what is nearer than that is the same figure, written differently."""


class Weight(StrEnum):
    """What the balance before and after a send speaks for."""

    MADE = "made"
    """It fell by the price."""
    NOT_MADE = "not made"
    """It is what it was."""
    UNCLEAR = "unclear"
    """It changed by something else, or the price is not known."""


def moves_credits(task: Task, previous: Task | None) -> bool:
    """Whether this change of a task may have changed the balance, or be about to."""
    if previous is not None and previous.state is task.state:
        return False
    if previous is not None and previous.state is TaskState.SENDING:
        return True
    # A task that is written down or taken back moves nothing, and a success was paid when it was made.
    return task.state in (TaskState.SENDING, TaskState.WAITING, TaskState.UNCONFIRMED, TaskState.FAIL)


def awaits_weighing(task: Task) -> bool:
    """Whether the balance before a send whose answer was lost is known, and the one after it is not yet."""
    return task.state is TaskState.UNCONFIRMED and task.balance_before is not None and task.balance_after is None


def can_be_weighed(task: Task, tasks: Iterable[Task]) -> bool:
    """Whether the balance, read undisturbed now, can be held against the one before the send.

    Not if another task was sent or given back since, may be on its way, or runs and may have failed unheard.

    Args:
        task: the send.
        tasks: those among which such another one would be: the unfinished, and what was sent or ended since.
    """
    if not awaits_weighing(task):
        return False
    sent_at = task.sent_at or task.created_at
    others = (other for other in tasks if other.ref != task.ref and other.origin == task.origin)
    return not any(_may_have_moved_credits(other, sent_at) for other in others)


def weighed(task: Task, balance: float) -> Task:
    """The task with the balance as it was found afterwards; one that is settled meanwhile stays as it is."""
    if task.state is not TaskState.UNCONFIRMED or task.balance_after is not None:
        return task
    return replace(task, balance_after=balance)


def costs_otherwise(task: Task) -> bool:
    """Whether the service took, or says it took, other credits for a task than its price when it was sent."""
    if task.credits is None or task.price is None or task.state not in (TaskState.WAITING, TaskState.SUCCESS):
        return False
    return abs(task.credits - task.price) >= _CENT


def what_it_cost_instead(task: Task) -> str:
    """The same as a notice."""
    return (
        f"A task took {_amount(task.credits or 0.0)} credits where {_amount(task.price or 0.0)} were expected. "
        "The service may have changed its prices: look at kie.ai/pricing before you send more."
    )


def weigh(task: Task) -> Weight | None:
    """What the balance speaks for; None where it was not, or could not be, compared."""
    if task.balance_before is None or task.balance_after is None:
        return None
    fall = task.balance_before - task.balance_after
    if abs(fall) < _CENT:
        return Weight.NOT_MADE
    if task.price is not None and abs(fall - task.price) < _CENT:
        return Weight.MADE
    return Weight.UNCLEAR


def what_the_balance_says(task: Task) -> str:
    """The same as a sentence or two for the user; empty for a task whose answer was not lost."""
    if task.state not in (TaskState.UNCONFIRMED, TaskState.ABANDONED, TaskState.EXPIRED):
        return ""
    before, after = task.balance_before or 0.0, task.balance_after or 0.0
    match weigh(task):
        case Weight.MADE:
            return f"It fell from {_amount(before)} to {_amount(after)}, just the price: most likely it exists."
        case Weight.NOT_MADE:
            return f"It is {_amount(after)} as before: most likely nothing was made. A debit may still come late."
        case Weight.UNCLEAR:
            return f"It went from {_amount(before)} to {_amount(after)}, which is not the price: it can't tell."
        case _:
            return "It can't tell: it was not read just before, or other tasks moved it at the same time."


def _may_have_moved_credits(other: Task, since_ms: int) -> bool:
    if other.state in (TaskState.SENDING, TaskState.WAITING):
        return True
    nothing_made = other.state in (TaskState.QUEUED, TaskState.REFUSED)
    sent_later = other.sent_at is not None and other.sent_at >= since_ms and not nothing_made
    ended_later = other.state is TaskState.FAIL and (other.finished_at or since_ms) >= since_ms
    return sent_later or ended_later


def _amount(credits: float) -> str:
    return f"{credits:,.2f}".rstrip("0").rstrip(".")
