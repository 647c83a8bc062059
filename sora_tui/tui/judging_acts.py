"""What the user says of the selected tasks: higher, lower, star, done with, a note. Asks nothing it need not ask."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sora_tui.studio.errors import StudioError
from sora_tui.studio.judging import BEST, Judgement, raised
from sora_tui.studio.task import Task
from sora_tui.tui.actions import BY_ID, key_name
from sora_tui.tui.screens.confirm import AskScreen

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

Done = Callable[[], Coroutine[Any, Any, None] | None]


class JudgingActs:
    """Acts that change what the user thinks of tasks, and nothing else of them.

    Of one task the table and the detail show what became of it; only of several it is said in words.

    Args:
        app: for the question, words and work in the background.
        studio: keeps it.
    """

    def __init__(self, app: SafeApp, studio: Studio) -> None:
        self._app = app
        self._studio = studio

    def on(self, tasks: Sequence[Task]) -> Mapping[str, Done]:
        """What can be done with these tasks, by the act's id."""
        return {
            "better": partial(self.rate, tasks, 1),
            "worse": partial(self.rate, tasks, -1),
            "star": partial(self.star, tasks),
            "discard": partial(self.discard, tasks),
            "remark": partial(self.remark, tasks),
        }

    async def rate(self, tasks: Sequence[Task], by: int) -> None:
        """Give each a mark that is so much higher or lower."""
        if all(task.rating == (BEST if by > 0 else 0) for task in tasks):
            self._app.say(f"{BEST} is the highest rating." if by > 0 else "There is no rating to lower.")
        elif await self._judge(tasks, partial(raised, by=by)) and len(tasks) > 1:
            self._app.say(f"{len(tasks):,} tasks rated {'higher' if by > 0 else 'lower'}.")

    async def star(self, tasks: Sequence[Task]) -> None:
        """Give all a star; where all have one, take it away."""
        is_starred = not all(task.is_starred for task in tasks)
        if await self._judge(tasks, Judgement(is_starred=is_starred)) and len(tasks) > 1:
            self._app.say(f"{len(tasks):,} tasks {'have a star' if is_starred else 'have no star any more'}.")

    async def discard(self, tasks: Sequence[Task]) -> None:
        """Be done with all; where that is so of all, take it back."""
        is_discarded = not all(task.is_discarded for task in tasks)
        if await self._judge(tasks, Judgement(is_discarded=is_discarded)):
            what = "It is" if len(tasks) == 1 else f"{len(tasks):,} tasks are"
            key = key_name(BY_ID["discard"].keys[0])
            self._app.say(f"{what} discarded. {key} takes that back." if is_discarded else f"{what} back.")

    def remark(self, tasks: Sequence[Task]) -> None:
        """Ask for a note, beginning with the one that all of the tasks have, and give it to all."""
        shared = tasks[0].remark if len({task.remark for task in tasks}) == 1 else ""

        def answered(text: str | None) -> None:
            if text is not None and text != shared:
                self._app.spawn(self._remark(tasks, text), name="Writing the note")

        several = f" All {len(tasks):,} tasks get it, in place of the notes they have." if len(tasks) > 1 else ""
        self._app.push_screen(
            AskScreen(
                "What do you think of it?",
                f"A note of your own. In the filter note:rain finds what has rain in its note.{several}",
                value=" ".join(shared.split()),
                hint="the rain is right, the boat too big",
                yes="Keep it",
            ),
            answered,
        )

    async def _remark(self, tasks: Sequence[Task], text: str) -> None:
        if await self._judge(tasks, Judgement(remark=text)) and len(tasks) > 1:
            self._app.say(f"{len(tasks):,} tasks {'have the note' if text else 'have no note any more'}.")

    async def _judge(self, tasks: Sequence[Task], judgement: Callable[[Task], Task]) -> bool:
        try:
            await self._studio.verdicts.judge([task.ref for task in tasks], judgement)
        except StudioError as error:
            self._app.say(str(error), "warning")
            return False
        return True
