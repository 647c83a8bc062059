"""The user's verdicts on tasks, kept in the store: several at once in one transaction, in whatever state they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sora_tui.studio.book import Book
from sora_tui.studio.judging import discarded, rated, remarked, starred
from sora_tui.studio.task import Task


class Verdicts:
    """Writes them down.

    Args:
        book: the tasks.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    async def judge(self, refs: Iterable[str], judgement: Callable[[Task], Task]) -> list[Task]:
        """Changes what the user thinks of tasks in more than one way, or by what each has.

        Args:
            refs: which tasks.
            judgement: makes the judged task: a `Judgement`, or another of `judging.py`. Runs on the store's thread.

        Raises:
            BadJudgement: there is no such mark, or the note is too long; nothing was changed.
        """
        return await self._book.change_all(refs, judgement)

    async def rate(self, refs: Iterable[str], rating: int) -> list[Task]:
        """Marks tasks 1 to 5; 0 takes their mark away.

        Raises:
            BadJudgement: there is no such mark; nothing was changed.
        """
        return await self._book.change_all(refs, partial(rated, rating=rating))

    async def star(self, refs: Iterable[str], is_starred: bool = True) -> list[Task]:
        """Gives tasks a star or takes it away. What is starred is no longer discarded."""
        return await self._book.change_all(refs, partial(starred, is_starred=is_starred))

    async def discard(self, refs: Iterable[str], is_discarded: bool = True) -> list[Task]:
        """Marks tasks as done with, or not. They stay in the store, in the lists and in the bill."""
        return await self._book.change_all(refs, partial(discarded, is_discarded=is_discarded))

    async def remark(self, refs: Iterable[str], remark: str) -> list[Task]:
        """Puts a note to tasks in the place of the one they have; an empty one takes it away.

        Raises:
            BadJudgement: it is too long; nothing was changed.
        """
        return await self._book.change_all(refs, partial(remarked, remark=remark))

    async def prefer(self, better: str, worse: str) -> list[Task]:
        """Picks one of two: it is starred, and the other one loses its star. One transaction.

        Returns:
            The two, the better one first.
        """
        return await self._book.change_all([better, worse], lambda task: starred(task, task.ref == better))
