"""Sending tasks again as they are, one or the marked ones; after a question where that may pay twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sora_tui.studio.task import Draft, Task
from sora_tui.studio.weighing import weigh, what_the_balance_says
from sora_tui.tui.caution import bill, may_pay_twice, retry_question
from sora_tui.tui.sending import Failed, Sending, Sent

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio


async def send_again(tasks: Sequence[Task], studio: Studio, sending: Sending, sent: Sent, failed: Failed) -> None:
    """Send the same prompts with the same parameters once more.

    Args:
        tasks: what to repeat, in this order.
        studio: knows prices and balance.
        sending: the way every draft takes.
        sent: told of each new task.
        failed: told why nothing, or not all, was sent.
    """
    drafts = [again(task) for task in tasks]
    question = None
    if unsure := {task.ref: task for task in tasks if may_pay_twice(task)}:
        retried = await studio.retries_of(unsure)
        evidence = what_the_balance_says(tasks[0]) if len(tasks) == 1 and weigh(tasks[0]) is not None else ""
        cost = bill(drafts, studio.quote, studio.balance)
        question = retry_question(drafts, cost, retried=retried, evidence=evidence)
    sending.send(drafts, sent, failed, question)


def again(task: Task) -> Draft:
    """The same wish once more, which knows what it comes from."""
    if may_pay_twice(task):
        return replace(task.draft, retry_of=task.ref)
    return replace(task.draft, parent_ref=task.ref)
