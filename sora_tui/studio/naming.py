"""Which task a few characters mean."""

from __future__ import annotations

from collections.abc import Mapping

from sora_tui.studio.errors import AmbiguousTask, UnknownTask
from sora_tui.studio.task import Task


def named(name: str, tasks: Mapping[str, Task]) -> Task:
    """The task with this ref or vendor's id, or the only one whose ref or id begins so.

    Raises:
        UnknownTask: there is none.
        AmbiguousTask: there are several.
    """
    exact = tasks.get(name)
    if exact is not None:
        return exact
    if any(found := [task for task in tasks.values() if task.task_id == name]):
        return found[-1]
    found = [
        task for task in tasks.values() if name and (task.ref.startswith(name) or (task.task_id or "").startswith(name))
    ]
    if not found:
        raise UnknownTask(f"No task has the ref or id {name!r}. `sora-tui tasks` lists them.")
    if len(found) > 1:
        raise AmbiguousTask(f"{len(found)} tasks begin with {name!r}. Give more of the ref.")
    return found[0]
