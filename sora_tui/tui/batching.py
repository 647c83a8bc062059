"""From the draft in the pane, or a file, to a batch the user has seen whole; only `Sending` sends it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.studio.errors import StudioError
from sora_tui.studio.matrix import MOST
from sora_tui.studio.task import Draft, Task
from sora_tui.tui import format
from sora_tui.tui.screens.confirm import AskScreen, ConfirmScreen, Question

if TYPE_CHECKING:
    from sora_tui.studio.batches import Row
    from sora_tui.studio.matrix import Combinations
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.screens.batch import Release
    from sora_tui.tui.sending import Failed, Sending, Sent
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.prompt_pane import PromptPane


class Batching:
    """Makes batches, shows them, and hands over what the user lets go.

    Args:
        app: for screens, words and work in the background.
        studio: knows models, prices and caps.
        pane: holds the draft.
        sending: the way every draft takes.
        sent: told of each task of a batch.
        failed: told why none could be written down.
    """

    def __init__(
        self, app: SafeApp, studio: Studio, pane: PromptPane, sending: Sending, sent: Sent, failed: Failed
    ) -> None:
        self._app = app
        self._studio = studio
        self._pane = pane
        self._sending = sending
        self._sent = sent
        self._failed = failed

    def takes(self, draft: Draft, combinations: Combinations) -> bool:
        """Whether a draft without errors is a batch; then it is shown."""
        if combinations.count == 1 and not combinations.matrix.axes:
            return False
        self._app.spawn(self._show_combinations(draft, combinations), name="Making the batch")
        return True

    def hold(self, draft: Draft) -> None:
        """Write one draft down, to be sent when it is released."""
        self._sending.send_all([draft], self._held, self._failed, is_held=True)

    def show_outbox(self) -> None:
        """Show what waits to be sent."""
        from sora_tui.tui.screens.outbox import OutboxScreen

        self._app.push_screen(OutboxScreen(self._app, self._studio))

    async def pause_or_resume(self) -> None:
        """Let nothing be sent, or let it be sent again; the header says that it is paused."""
        outbox = self._studio.outbox
        try:
            await (outbox.resume() if outbox.paused else outbox.pause())
        except StudioError as error:
            self._app.say(str(error), "warning")

    async def hold_or_release(self, tasks: Sequence[Task]) -> None:
        """Hold those of the tasks that wait to be sent; where all of them are held, release them."""
        from sora_tui.tui.screens.outbox import hold_or_release

        await hold_or_release(self._studio, self._app, tasks)

    def ask_about_list(self, prompts: Sequence[str]) -> None:
        """Ask whether what was pasted, and stands in the editor as one text, are prompts of a batch."""
        if self._pane.profile is None or not self._pane.profile.takes_prompt:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._pane.editor.put("")
                self.take_list(prompts)

        question = Question(
            f"{len(prompts):,} prompts: a batch, or one text?",
            "What you pasted looks like a list. As a batch each line is a task of its own, shown before it is sent.",
            quotes=prompts,
            yes="A batch",
            no="One text",
        )
        self._app.push_screen(ConfirmScreen(question), answered)

    def take_list(self, prompts: Sequence[str]) -> None:
        """Show a batch of these prompts, each with the settings of the pane, as they are written."""
        draft = self._pane.draft
        self._show([self._checked(replace(draft, prompt=prompt)) for prompt in prompts[:MOST]])

    def ask_file(self) -> None:
        """Ask for a file of prompts and show its batch."""

        def answered(name: str | None) -> None:
            if name:
                self._app.spawn(self._show_file(Path(name).expanduser()), name="Reading the file")

        self._app.push_screen(
            AskScreen(
                "Open a batch file",
                "A .txt file with a prompt on each line; a .csv file with a column prompt, and others named as the "
                "model's settings; or .jsonl. What a row does not say is as in the form.",
                hint="~/prompts.csv",
                yes="Read it",
            ),
            answered,
        )

    async def _show_file(self, path: Path) -> None:
        from sora_tui.studio.batch_files import read_batch_file
        from sora_tui.studio.batches import models_in, rows_of_file

        try:
            file = await asyncio.to_thread(read_batch_file, path)
            draft = self._pane.draft
            await self._learn(models_in([row.model for row in file.rows], draft))
        except StudioError as error:
            self._app.say(str(error), "warning")
            return
        if len(file.rows) > MOST:
            self._app.say(f"{path.name} has {len(file.rows):,} prompts, and {MOST:,} can be sent at once.", "warning")
            return
        if not file.rows and not file.problems:
            self._app.say(f"{path.name} has no prompts.", "warning")
            return
        self._show(rows_of_file(file, draft, self._studio.profile, self._studio.check))

    async def _show_combinations(self, draft: Draft, combinations: Combinations) -> None:
        from sora_tui.studio.batches import models_of, rows_of

        await self._learn(models_of(combinations.matrix))
        self._show(rows_of(combinations, draft, self._studio.profile, self._studio.check))

    async def _learn(self, models: Sequence[str]) -> None:
        """Read what these models take; what can't be read is said by the rows that want it."""
        from sora_tui.kie.openapi import UnusableSchema
        from sora_tui.studio.errors import NotAnswered

        for model in models:
            if self._studio.profile(model) is None:
                try:
                    await self._studio.market.learn(model)
                except (NotAnswered, UnusableSchema) as error:
                    self._app.say(f"What {model} takes can't be read: {error}", "warning")

    def _checked(self, draft: Draft) -> Row:
        from sora_tui.studio.batches import Row

        errors = self._studio.check(draft)
        return Row(draft, errors[0].message if errors else "")

    def _show(self, rows: Sequence[Row]) -> None:
        self._app.spawn(self._show_with_what_is_known(rows), name="Showing the batch")

    async def _show_with_what_is_known(self, rows: Sequence[Row]) -> None:
        from sora_tui.tui.screens.batch import BatchScreen

        cap, words = self._studio.outbox.caps, ""
        if cap.day is not None:
            try:
                left = max(0.0, cap.day - (await self._studio.costs.overview()).committed)
                words = f"{format.credits(left)} credits left of today's cap"
            except StudioError as error:
                self._app.say(str(error), "warning")
        refusals, likenesses = self._studio.refusals, {}
        with suppress(StudioError):  # a warning less; sending says what is wrong with the store
            likenesses = await refusals.likenesses([row.draft.prompt for row in rows])
        screen = BatchScreen(rows, self._studio, cap=words, likenesses=likenesses, likeness=refusals.likeness)
        self._app.push_screen(screen, self._answered)

    def _answered(self, answer: Release | None) -> None:
        if answer is not None:
            self._sending.send_all(
                answer.drafts, self._held if answer.is_held else self._sent, self._failed, is_held=answer.is_held
            )
            if answer.is_held:
                self._app.say(f"{len(answer.drafts):,} held. h releases them; F9 shows the outbox.")

    def _held(self, task: object) -> None:
        """Held tasks show in the table by themselves; the editor goes on as it was."""
