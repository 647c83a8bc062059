"""Which results of a task are on this machine, and how long the service keeps the others. Pure."""

from __future__ import annotations

from dataclasses import replace

from sora_tui.studio.task import Task, TaskState

DAY_MS = 86_400_000
LINK_LIFE_MS = 14 * DAY_MS
"""How long the service keeps a file (contract §6)."""
SOON_MS = 3 * DAY_MS
"""With so much time left, or less, a result is about to be lost."""


def file_of(task: Task, number: int = 0) -> str:
    """The path of the file of a link, counted from 0; empty where there is none."""
    return task.files[number] if number < len(task.files) else ""


def uncollected(task: Task) -> list[int]:
    """The numbers of the links without a file, counted from 0."""
    return [number for number in range(len(task.links)) if not file_of(task, number)]


def is_collected(task: Task) -> bool:
    """Whether it has links, and a file for each."""
    return bool(task.links) and not uncollected(task)


def with_file(task: Task, number: int, path: str) -> Task:
    """The task with the file of a link; an empty path takes it away."""
    files = [file_of(task, each) for each in range(max(len(task.files), number + 1))]
    files[number] = path
    while files and not files[-1]:
        files.pop()
    return replace(task, files=tuple(files))


def expires_at(task: Task) -> int | None:
    """Epoch ms at which the service deletes its results; None where there are none."""
    if task.state is not TaskState.SUCCESS or not task.links or task.finished_at is None:
        return None
    return task.finished_at + LINK_LIFE_MS


def is_to_be_collected(task: Task, now_ms: int) -> bool:
    """Whether something of it can still be had and is not there. What the user has done with is not."""
    expiry = expires_at(task)
    return (
        expiry is not None
        and expiry > now_ms
        and not task.is_discarded
        and not task.files_note
        and bool(uncollected(task))
    )


def is_about_to_be_lost(task: Task, now_ms: int) -> bool:
    """Whether something of it is not there, and the service will soon delete it."""
    return is_to_be_collected(task, now_ms) and is_soon_deleted(task, now_ms)


def is_soon_deleted(task: Task, now_ms: int) -> bool:
    """Whether the service will soon delete its results, or has done so already."""
    expiry = expires_at(task)
    return expiry is not None and expiry - now_ms <= SOON_MS
