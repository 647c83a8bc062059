"""What the user thinks of a task: its mark, its star, whether it is done with, and a note. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def raised(task: Task, by: int) -> Task:
    """The task with a mark that is so much higher, or lower; between none and the best."""
    return replace(task, rating=min(BEST, max(0, task.rating + by)))


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


def in_words(task: Task) -> list[str]:
    """What the user thinks of a task, but for the note: `rated 4 of 5`, `starred`, `discarded`."""
    words = [f"rated {task.rating} of {BEST}"] if task.rating else []
    words += ["starred"] if task.is_starred else []
    return words + (["discarded"] if task.is_discarded else [])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be changed of what the user thinks; None leaves a part as it is.

    Called with a task, it answers the judged one. What is discarded loses its star, whatever else is said.

    Attributes:
        rating: 1 to 5, or 0 to take it away.
        is_starred: with a star or without.
        is_discarded: done with or not.
        remark: a note; an empty one takes it away.
    """

    rating: int | None = None
    is_starred: bool | None = None
    is_discarded: bool | None = None
    remark: str | None = None

    def __call__(self, task: Task) -> Task:
        """The task, judged.

        Raises:
            BadJudgement: there is no such mark, or the note is too long.
        """
        if self.rating is not None:
            task = rated(task, self.rating)
        if self.is_starred is not None:
            task = starred(task, self.is_starred)
        if self.is_discarded is not None:
            task = discarded(task, self.is_discarded)
        return task if self.remark is None else remarked(task, self.remark)
