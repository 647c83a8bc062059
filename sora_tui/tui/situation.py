"""What is selected when an act is asked for, and whether the act makes sense then. Pure.

A predicate answers with the sentence that says why not; an empty one means that it does.
"""

from __future__ import annotations

from dataclasses import dataclass

from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.studio.collected import uncollected
from sora_tui.studio.task import Task, TaskState


@dataclass(frozen=True, slots=True)
class Situation:
    """What an act's predicate may look at.

    Attributes:
        task: the task under the cursor.
        chosen: the marked tasks, or without marks the one under the cursor.
        count: how many tasks there are.
        needs_you: how many of them wait for the user's word.
        downloads_alone: whether results are downloaded without being asked for.
        demo: whether nothing of it is real.
    """

    task: Task | None = None
    chosen: tuple[Task, ...] = ()
    count: int = 0
    needs_you: int = 0
    downloads_alone: bool = True
    demo: bool = False


def always(_: Situation) -> str:
    """Nothing is needed."""
    return ""


def whenever(_: Situation) -> bool:
    """Whatever is selected."""
    return True


def some(now: Situation) -> str:
    """There must be tasks."""
    return "" if now.count else "There are no tasks yet."


def one(now: Situation) -> str:
    """A task must be under the cursor."""
    return "" if now.task else "No task is selected."


def any_chosen(now: Situation) -> str:
    """A task must be under the cursor or marked."""
    return "" if now.chosen else "No task is selected."


def links(now: Situation) -> str:
    """One of the chosen tasks must have a link."""
    if not now.chosen or any(task.links for task in now.chosen):
        return any_chosen(now)
    yet = " yet" if any(task.state.is_running for task in now.chosen) else ""
    return f"This task has no link{yet}." if len(now.chosen) == 1 else f"None of the marked tasks has a link{yet}."


def seen(now: Situation) -> str:
    """The task under the cursor must have a result on this machine."""
    if now.task is None or any(now.task.files):
        return one(now)
    if now.task.files_note:
        return now.task.files_note
    return "It is not on this machine yet: d downloads it." if now.task.links else "It has no result to see."


def played(now: Situation) -> str:
    """The same, or a film whose beginning can be fetched to show its first picture."""
    task = now.task
    if task is None or any(task.files) or task.files_note:
        return seen(now)
    return one(now) if task.links and media_of(task.links[0]) is Media.VIDEO else seen(now)


def to_be_downloaded(now: Situation) -> bool:
    """Whether nobody but the user will download a result of the chosen tasks."""
    return not now.downloads_alone and any(uncollected(task) and not task.files_note for task in now.chosen)


def results(now: Situation) -> str:
    """One of the chosen tasks must have a link, or a text as its result."""
    return "" if any(task.result_text for task in now.chosen) else links(now)


def own_link(now: Situation) -> str:
    """The task under the cursor must have a link."""
    return one(now) or links(Situation(chosen=(now.task,) if now.task else ()))


def files(now: Situation) -> str:
    """A result of one of the chosen tasks must have been downloaded."""
    if not now.chosen or any(any(task.files) for task in now.chosen):
        return any_chosen(now)
    return links(now) or "Nothing of it is downloaded. d downloads it."


def own_file(now: Situation) -> str:
    """A result of the task under the cursor must have been downloaded."""
    return one(now) or files(Situation(chosen=(now.task,) if now.task else ()))


def unconfirmed(now: Situation) -> str:
    """The answer to the send must have been lost."""
    if now.task is None:
        return one(now)
    return "" if now.task.state is TaskState.UNCONFIRMED else "Only for a task whose answer was lost."


def can_be_let_go(now: Situation) -> str:
    """One of the chosen tasks must wait for its place, or for an answer that was lost."""
    if not now.chosen or any(task.state in (TaskState.QUEUED, TaskState.UNCONFIRMED) for task in now.chosen):
        return any_chosen(now)
    return "Only for a task that is not sent yet or whose answer was lost. What the service has can't be stopped."


def queued(now: Situation) -> str:
    """One of the chosen tasks must wait to be sent."""
    if not now.chosen or any(task.state is TaskState.QUEUED for task in now.chosen):
        return any_chosen(now)
    return "Only for a task that is not sent yet."


def running(now: Situation) -> str:
    """The service must have one of the chosen tasks and not be done with it."""
    if not now.chosen or _at_work(now):
        return any_chosen(now)
    return "The service has nothing to do with it now."


def can_be_parked(now: Situation) -> str:
    """The service must have one of the chosen tasks and not be done with it."""
    if not now.chosen or _at_work(now):
        return any_chosen(now)
    return "Only for a task that the service is working on."


def _at_work(now: Situation) -> list[Task]:
    return [task for task in now.chosen if task.task_id is not None and task.state is TaskState.WAITING]


def needy(now: Situation) -> str:
    """A task must wait for the user's word."""
    return "" if now.needs_you else "Nothing needs you."


def real(now: Situation) -> str:
    """It must not be the demo."""
    return "The demo needs no key. With yours, start sora-tui without demo." if now.demo else ""
