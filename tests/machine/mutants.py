"""Seven programs that each do one thing that the real one must not. The same machine must catch every one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

from sora_tui.kie.errors import KieError
from sora_tui.kie.messages import TaskRecord
from sora_tui.studio import queueing, submitting, watching
from sora_tui.studio.book import Book
from sora_tui.studio.outcomes import Answer, Outcome, classify, pause_before_retry, settle
from sora_tui.studio.reading import apply
from sora_tui.studio.store import TaskIdTaken
from sora_tui.studio.submitting import Submitting
from sora_tui.studio.task import Task, TaskState
from tests.machine.program import Program


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is done wrong, and the promise that breaks.

    Attributes:
        name: in a few words.
        breaks: `I1` to `I7`.
        change: puts it in the place of the real thing.
        program: what is started.
    """

    name: str
    breaks: str
    change: Callable[[], AbstractContextManager[Any]]
    program: type[Program] = Program


# Sends before it writes


async def _send_first(self: Submitting, tasks: Sequence[Task], admission: object) -> list[Task]:
    client, saved = await self._connect(), []
    for task in tasks:
        sent = task.moved(TaskState.SENDING, sent_at=self._clock.now_ms(), attempts=1)
        try:
            answer = classify(await client.create_task(self._request(task), ref=task.ref))
        except KieError as error:
            answer = classify(error)
        settled = settle(sent, answer, now_ms=self._clock.now_ms(), pause_s=None)
        saved.append(await self._book.insert(settled))
    return saved


# Sends again at the start what a dead program was sending


def _queue_dead(self: Book) -> list[Any]:
    refs = self._store.held_by(self._dead(), TaskState.SENDING)
    return [self._change(ref, lambda task: task.moved(TaskState.QUEUED), at=self._clock.now_ms()) for ref in refs]


# Tries again when it cannot know


def _try_again(answer: Answer, attempts: int, random: Random) -> float | None:
    return 1.0 if answer.outcome is Outcome.UNKNOWN else pause_before_retry(answer, attempts, random)


# Leaves what a dead program was sending as it is


def _leave_dead(self: Book) -> list[Any]:
    return []


# Believes what a callback says


class _TrustingProgram(Program):
    def called_back(self, body: TaskRecord, ref: str | None) -> None:
        self.begin(self._believe(body, ref))

    async def _believe(self, body: TaskRecord, ref: str | None) -> None:
        book = self.studio._book
        for task in list(book.values()):
            if task.ref == ref or task.task_id == body.task_id:
                with suppress(TaskIdTaken):
                    await book.change(task.ref, partial(apply, record=body, now_ms=0))


# Takes an older answer for news, though the task has ended


def _regress(task: Task, record: TaskRecord, *, now_ms: int) -> Task:
    was_running = replace(task, state=TaskState.WAITING) if task.state.is_final and task.task_id else task
    return apply(was_running, record, now_ms=now_ms)


MUTANTS = (
    Mutant("sends first", "I2", lambda: patch.object(Submitting, "_write_down", _send_first)),
    Mutant("resends on start", "I1", lambda: patch.object(Book, "_interrupt_dead", _queue_dead)),
    Mutant("retries when in doubt", "I1", lambda: patch.object(submitting, "pause_before_retry", _try_again)),
    Mutant("never recovers", "I4", lambda: patch.object(Book, "_interrupt_dead", _leave_dead)),
    Mutant("trusts the callback", "I6", nullcontext, _TrustingProgram),
    Mutant("sends while paused", "I7", lambda: patch.object(queueing, "paused", lambda _: frozenset())),
    Mutant("goes back from the end", "I5", lambda: patch.object(watching, "apply", _regress)),
)
