"""From a press of *send* to the studio: ask where it must be asked, hand over, say what went wrong.

Nothing here can be cancelled by the screen: once a draft is handed over, only the studio decides its fate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sora_tui.studio.task import Draft, Task
from sora_tui.tui.caution import Caution, bill
from sora_tui.tui.screens.confirm import ConfirmScreen, Question

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

Sent = Callable[[Task], None]
Failed = Callable[[Exception], None]


class Sending:
    """The way every draft takes, from the editor, from *run again*, one or many."""

    def __init__(self, app: SafeApp, studio: Studio, caution: Caution) -> None:
        self._app = app
        self._studio = studio
        self._caution = caution
        self._handing_over: set[asyncio.Task[object]] = set()

    @property
    def handing_over(self) -> int:
        """Sendings, each of one draft or several, that the studio has not written down whole yet."""
        return len(self._handing_over)

    def send(self, drafts: Sequence[Draft], sent: Sent, failed: Failed, question: Question | None = None) -> None:
        """Send these drafts, after a question where one is due.

        Args:
            drafts: what to send.
            sent: told of each task as soon as it is written down.
            failed: told why one could not even be written down.
            question: asked in any case; None asks only where `Caution` finds a reason.
        """
        cost = bill(drafts, self._studio.quote, self._studio.balance)
        question = question or self._caution.question(drafts, cost)
        if question is None:
            self._hand_over(drafts, sent, failed)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._hand_over(drafts, sent, failed)

        self._app.push_screen(ConfirmScreen(question), answered)

    async def finish(self) -> None:
        """Returns when the studio has all drafts."""
        if self._handing_over:
            await asyncio.wait(self._handing_over)

    def _hand_over(self, drafts: Sequence[Draft], sent: Sent, failed: Failed) -> None:
        self._caution.sent(drafts)  # before anything is awaited: the next press may already wait
        work = self._app.spawn(self._submit(list(drafts), sent, failed), name="Sending")
        self._handing_over.add(work)
        work.add_done_callback(self._handing_over.discard)

    async def _submit(self, drafts: list[Draft], sent: Sent, failed: Failed) -> None:
        from sora_tui.studio.errors import StudioError

        for draft in drafts:
            try:
                task = await self._studio.submit(draft)
            except StudioError as error:
                failed(error)
                return
            sent(task)
