"""Held tasks: written down and queued, and not sent before the user releases them. Pure."""

from __future__ import annotations

from dataclasses import replace

from sora_tui.studio.task import Task, TaskState


def held(task: Task, is_held: bool = True) -> Task:
    """The queued task held, or released; any other is left as it is: it is on its way, or was."""
    return replace(task, is_held=is_held) if task.state is TaskState.QUEUED else task


def turn(task: Task) -> tuple[float, int, str]:
    """Where a queued task stands in the outbox: by its place, then by age."""
    return task.place, task.created_at, task.ref
