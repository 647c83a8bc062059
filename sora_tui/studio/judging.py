"""What the user thinks of a task: its mark, its star, whether it is done with, and a note. Pure."""

from __future__ import annotations

from dataclasses import replace

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Task

BEST = 5
"""The highest mark; the lowest is 1, and 0 takes it away."""
KEPT_FROM = 4
"""The mark from which on a task counts as a keeper, as a starred one does."""
LONGEST_REMARK = 2_000
"""Characters of a note."""


class BadJudgement(StudioError):
    """There is no such mark, or the note is too long. Nothing was changed."""


def rated(task: Task, rating: int) -> Task:
    """The task with this mark, 1 to 5; 0 takes it away.

    Raises:
        BadJudgement: there is no such mark.
    """
    if not 0 <= rating <= BEST:
        raise BadJudgement(f"A rating is a number from 1 to {BEST}, or 0 for none. {rating} is neither.")
    return replace(task, rating=rating)


def starred(task: Task, is_starred: bool = True) -> Task:
    """The task with or without its star. What is starred is no longer discarded."""
    return replace(task, is_starred=is_starred, is_discarded=task.is_discarded and not is_starred)


def discarded(task: Task, is_discarded: bool = True) -> Task:
    """The task as one the user has done with, or not. What is discarded loses its star and keeps its mark."""
    return replace(task, is_discarded=is_discarded, is_starred=task.is_starred and not is_discarded)


def remarked(task: Task, remark: str) -> Task:
    """The task with this note of the user's, of one line or several; an empty one takes it away.

    Raises:
        BadJudgement: it is too long.
    """
    remark = remark.strip()
    if len(remark) > LONGEST_REMARK:
        raise BadJudgement(f"A note has {LONGEST_REMARK:,} characters at most, this one has {len(remark):,}.")
    return replace(task, remark=remark)


def is_keeper(task: Task) -> bool:
    """Whether the user wants to keep what came of it: starred, or marked 4 or higher."""
    return task.is_starred or task.rating >= KEPT_FROM
