"""From a press of *send* to the studio: ask where it must be asked, upload files, hand over, say what went wrong.

Uploading costs nothing and may be stopped; nothing else here can be cancelled by the screen: once a draft is handed
over, only the studio decides its fate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.studio.task import Draft, Task
from sora_tui.tui.caution import Caution, bill, with_likeness
from sora_tui.tui.foresight import Foresight
from sora_tui.tui.format import credits
from sora_tui.tui.screens.confirm import ConfirmScreen, Question

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.studio.uploads import UploadProgress
    from sora_tui.tui.terminal import SafeApp

Sent = Callable[[Task], None]
Failed = Callable[[Exception], None]
Uploading = Callable[[str], None]
"""Told what is being uploaded, as `Uploading photo.png 63 %`; empty when nothing is any more."""


STILL_UPLOADING = "The files of this draft are being uploaded: it is sent as soon as they are there."
LOOKS_DONE_S = 0.2
"""How long getting the files ready may take before it is said; what was uploaded before takes no time."""


class Sending:
    """The way every draft takes, from the editor, from *run again*, one or many."""

    def __init__(self, app: SafeApp, studio: Studio, caution: Caution) -> None:
        self._app = app
        self._studio = studio
        self._caution = caution
        self._handing_over: set[asyncio.Task[object]] = set()
        self._preparing: dict[asyncio.Task[Draft], Draft] = {}
        self._progress: dict[Path, tuple[int, int]] = {}
        self._is_told = False
        self._is_looking = False
        self._foresight = Foresight(studio)
        self.on_uploading: Uploading = _say_nothing
        """Who shows what is being uploaded."""

    @property
    def handing_over(self) -> int:
        """Sendings, each of one draft or several, that the studio has not written down whole yet."""
        return len(self._handing_over)

    def send(self, drafts: Sequence[Draft], sent: Sent, failed: Failed, question: Question | None = None) -> None:
        """Send these drafts, all of them or none, after a question where one is due.

        Args:
            drafts: what to send.
            sent: told of each task as soon as it is written down.
            failed: told why they could not even be written down.
            question: asked in any case; None asks only where `Caution` finds a reason.
        """
        if any(_plain(draft) == _plain(other) for draft in drafts for other in self._preparing.values()):
            self._app.say(STILL_UPLOADING)  # a key held down, or pressed again while nothing seems to happen
            return
        if self._foresight.is_clear:
            self._ask(drafts, sent, failed, question)
        elif not self._is_looking:  # else a key held down
            self._is_looking = True
            self._app.spawn(self._look_and_ask(drafts, sent, failed, question), name="Looking before sending")

    async def _look_and_ask(
        self, drafts: Sequence[Draft], sent: Sent, failed: Failed, question: Question | None
    ) -> None:
        from sora_tui.studio.errors import StudioError

        try:
            left = await self._foresight.look(drafts)
        except StudioError as error:
            failed(error)
            return
        finally:
            self._is_looking = False
        self._ask(drafts, sent, failed, question, left=left)

    def _ask(
        self,
        drafts: Sequence[Draft],
        sent: Sent,
        failed: Failed,
        question: Question | None,
        left: float | None = None,
    ) -> None:
        like = self._foresight.likeness(drafts)
        if question is None:
            cost = bill(drafts, self._studio.quote, self._studio.balance)
            question = self._caution.question(drafts, cost, like)
        elif like is not None:
            question = with_likeness(question, like)
        if question is None:
            self._hand_over(drafts, sent, failed)
            return
        if left is not None:
            question = replace(question, facts=[*question.facts, ("Left today", f"{credits(left)} credits (cap_day)")])

        def answered(yes: bool | None) -> None:
            if yes:
                self._foresight.brave(drafts)
                self._hand_over(drafts, sent, failed)

        self._app.push_screen(ConfirmScreen(question), answered)

    def send_all(self, drafts: Sequence[Draft], sent: Sent, failed: Failed, *, is_held: bool = False) -> None:
        """Send these drafts, all of them or none, without a question: the user has seen each of them and the sum.

        Args:
            drafts: what to send.
            sent: told of each task as soon as all are written down.
            failed: told why they could not even be written down.
            is_held: whether they wait in the outbox until they are released.
        """
        self._hand_over(drafts, sent, failed, is_held=is_held)

    def stop_uploading(self) -> bool:
        """Send nothing of what is still being uploaded; whether there was any. What has been uploaded is kept."""
        if not self._is_told:  # nothing but a look at what needs no upload, which ends by itself
            return False
        for work in self._preparing:
            work.cancel()
        return True

    async def finish(self) -> None:
        """Returns when the studio has all drafts. What is still being uploaded is not sent."""
        self.stop_uploading()
        if self._handing_over:
            await asyncio.wait(self._handing_over)

    def _hand_over(
        self, drafts: Sequence[Draft], sent: Sent, failed: Failed, *, is_held: bool = False, any_price: bool = False
    ) -> None:
        self._caution.sent(drafts)  # before anything is awaited: the next press may already wait
        work = self._app.spawn(
            self._submit(list(drafts), sent, failed, is_held=is_held, any_price=any_price), name="Sending"
        )
        self._handing_over.add(work)
        work.add_done_callback(self._handing_over.discard)

    async def _submit(self, drafts: list[Draft], sent: Sent, failed: Failed, *, is_held: bool, any_price: bool) -> None:
        from sora_tui.studio.caps import PriceUnknown
        from sora_tui.studio.errors import StudioError

        ready: list[Draft] = []
        try:
            for draft in drafts:
                prepared = await self._prepared(draft)
                if prepared is None:  # stopped by the user, who wants none of the others either
                    return
                ready.append(prepared)
            tasks = await self._studio.submit_all(ready, is_held=is_held, accepts_unknown_price=any_price)
        except PriceUnknown as error:
            self._ask_about_price(error, partial(self._hand_over, drafts, sent, failed, is_held=is_held))
            return
        except StudioError as error:
            failed(error)
            return
        for task in tasks:
            sent(task)

    def _ask_about_price(self, error: Exception, go_on: Callable[..., None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                go_on(any_price=True)

        question = Question("Send it without a known price?", str(error), warning=True)
        self._app.push_screen(ConfirmScreen(question), answered)

    async def _prepared(self, draft: Draft) -> Draft | None:
        """The draft with links in place of its files; None where the user stopped it."""
        work = asyncio.create_task(self._studio.prepared(draft, self._uploading), name="Uploading")
        self._preparing[work] = draft
        try:
            await asyncio.wait([work], timeout=LOOKS_DONE_S)
            if not work.done() and not self._progress:
                self._tell("Getting the files ready")
            await asyncio.wait([work])
        finally:
            work.cancel()
            del self._preparing[work]
            if not self._preparing:
                self._progress.clear()
                self._tell("")
        return None if work.cancelled() else work.result()

    def _uploading(self, progress: UploadProgress) -> None:
        self._progress[progress.path] = (progress.sent, progress.total)
        self._tell(_words(self._progress))

    def _tell(self, words: str) -> None:
        if words or self._is_told:
            self._is_told = bool(words)
            self.on_uploading(words)


def _words(progress: dict[Path, tuple[int, int]]) -> str:
    """`Uploading photo.png 63 %`, or how many files are on their way."""
    under_way = {path: done for path, done in progress.items() if done[0] < done[1]} or progress
    sent, total = (sum(part) for part in zip(*under_way.values(), strict=True))
    what = next(iter(under_way)).name if len(under_way) == 1 else f"{len(under_way)} files"
    return f"Uploading {what} {sent * 100 // total if total else 100} %"


def _say_nothing(words: str) -> None:
    pass


def _plain(draft: Draft) -> Draft:
    parameters = {name: list(value) if isinstance(value, tuple) else value for name, value in draft.parameters.items()}
    return replace(draft, parameters=parameters, parent_ref=None, retry_of=None)
