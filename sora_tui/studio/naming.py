"""Which task a few characters mean."""

from __future__ import annotations

from collections.abc import Sequence

from sora_tui.studio.errors import AmbiguousTask, UnknownTask
from sora_tui.studio.task import Task


def the_one(name: str, found: Sequence[Task]) -> Task:
    """The task that a name means, among those whose ref or vendor's id it is or begins; oldest first.

    Raises:
        UnknownTask: there is none.
        AmbiguousTask: there are several.
    """
    exact = [task for task in found if task.ref == name] or [task for task in found if task.task_id == name]
    if exact:
        return exact[-1]
    if not found:
        raise UnknownTask(f"No task has the ref or id {name!r}. `sora-tui tasks` lists them.")
    if len(found) > 1:
        raise AmbiguousTask(f"{len(found)} tasks begin with {name!r}. Give more of the ref.")
    return found[0]
