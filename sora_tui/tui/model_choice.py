"""Which model a draft is for: chosen, learned where it is not known, replaced where it can't be had.

Nothing is sent from here but through `Sending`, and a model that can't be had is offered a substitute first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.events import ModelsChanged
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.again import again, send_again
from sora_tui.tui.caution import bill, other_model_question
from sora_tui.tui.model_words import substitution_words, withdrawn_words

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.studio.substitutes import Substitution
    from sora_tui.tui.screens.substitutes import Outcome
    from sora_tui.tui.sending import Failed, Sending, Sent
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.prompt_pane import PromptPane

READ_S = 15.0
"""How long what differs can be read on the screen."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """What happens to the drafts of an offer.

    Attributes:
        use: with the drafts for the chosen model.
        anyway: when they are to be sent as they are; None where that is not offered.
    """

    use: Callable[[Sequence[Substitution]], None]
    anyway: Callable[[], None] | None = None


class ModelChoice:
    """The model of the draft in a pane, and other models for tasks.

    Args:
        home: for screens, words and work in the background.
        studio: has the market.
        pane: holds the draft.
        sending: the way every draft takes.
        now: the time in epoch ms.
    """

    def __init__(
        self, home: SafeApp, studio: Studio, pane: PromptPane, sending: Sending, *, now: Callable[[], int]
    ) -> None:
        self._home = home
        self._studio = studio
        self._market = studio.market
        self._pane = pane
        self._sending = sending
        self._now = now
        self._learning = ""
        self._told = ""

    # What is known of the draft's model

    def review(self) -> None:
        """Say once that the draft's model can't be had, and read what it takes where that is not known."""
        model = self._pane.model
        is_withdrawn = self.is_withdrawn(model)
        if is_withdrawn and self._told != model:
            words = withdrawn_words(self._title(model), self._market.availability(model), self._now())
            self._home.say(f"{words} ctrl+s shows what could take its place.", "warning", timeout=READ_S)
        self._told = model if is_withdrawn else ""
        if not self._pane.trouble:
            self.learn()

    def heard(self, event: ModelsChanged) -> None:
        """Something became known of the models."""
        if event.model in ("", self._pane.model):
            self._home.spawn(self._look_again(), name="Showing the model")

    def learn(self) -> None:
        """Read what the draft's model takes, unless that is known or under way."""
        model = self._pane.model
        if self._pane.profile is None and self._learning != model:
            self._pane.say_trouble("")
            self._learning = model
            self._home.spawn(self._learn(model), name="Reading what the model takes")

    def look_at_health(self, task: Task) -> None:
        """Read how a task's model fares for everybody; the news of it comes as any other of the models."""
        if task.origin == self._studio.settings.origin:
            self._home.spawn(self._read_health(task.model), name="Reading how the model fares")

    def is_withdrawn(self, model: str) -> bool:
        """Whether sending anything with this model would be in vain."""
        return self._market.availability(model).is_withdrawn

    # What the user chooses

    def choose(self) -> None:
        """Look through all models and use one for the draft."""
        self._browse([self._pane.draft], _Ways(self._use_one))

    def stops(self, draft: Draft, anyway: Callable[[], None]) -> bool:
        """Whether a draft is better not sent; then substitutes are offered, with `anyway` as another way out."""
        if not self.is_withdrawn(draft.model):
            return False
        self._offer([draft], _Ways(self._use_one, anyway), batch=False)
        return True

    async def another(self, tasks: Sequence[Task], sent: Sent, failed: Failed) -> None:
        """Send the same with another model, all of it with the same one, once the user has chosen and confirmed."""
        drafts = [again(task) for task in tasks]
        self._offer(drafts, _Ways(partial(self._send_all, drafts[0].model, sent, failed)), batch=True)

    async def again(self, tasks: Sequence[Task], sent: Sent, failed: Failed) -> None:
        """Send the same once more; where a model can't be had, offer another one first."""
        as_they_are = partial(send_again, tasks, self._studio, self._sending, sent, failed)
        withdrawn = [task for task in tasks if self.is_withdrawn(task.model)]
        if not withdrawn:
            await as_they_are()
            return
        # The model that can't be had is the one to replace, whatever else is among the tasks.
        drafts = [again(task) for task in sorted(tasks, key=lambda task: task not in withdrawn)]

        def anyway() -> None:
            self._home.spawn(as_they_are(), name="Sending again")

        self._offer(drafts, _Ways(partial(self._send_all, drafts[0].model, sent, failed), anyway), batch=True)

    def _offer(self, drafts: Sequence[Draft], ways: _Ways, *, batch: bool) -> None:
        from sora_tui.tui.screens.substitutes import Instead, Offer, SubstitutesScreen

        def answered(outcome: Outcome | None) -> None:
            if outcome is Instead.ALL_MODELS:
                self._browse(drafts, ways)
            elif outcome is Instead.SEND_ANYWAY:
                if ways.anyway is not None:
                    ways.anyway()
            elif isinstance(outcome, tuple):
                ways.use(outcome)

        offer = Offer(drafts, self._title(drafts[0].model), can_send=ways.anyway is not None, batch=batch)
        self._home.push_screen(SubstitutesScreen(self._studio, offer, now=self._now), answered)

    def _browse(self, drafts: Sequence[Draft], ways: _Ways) -> None:
        from sora_tui.tui.screens.models import ModelsScreen

        def answered(chosen: Substitution | None) -> None:
            if chosen is not None:
                self._home.spawn(self._use_for_all(chosen, drafts[1:], ways), name="Changing the model")

        self._home.push_screen(ModelsScreen(self._studio, drafts[0], now=self._now), answered)

    async def _use_for_all(self, first: Substitution, others: Sequence[Draft], ways: _Ways) -> None:
        made = [first, *[await self._market.substitute(draft, first.draft.model) for draft in others]]
        ways.use(made)

    def _use_one(self, made: Sequence[Substitution]) -> None:
        self._home.spawn(self._use(made[0]), name="Changing the model")

    async def _use(self, made: Substitution) -> None:
        await self._pane.use_draft(made.draft, self._pane.vary.text)
        self._home.say(substitution_words(self._title(made.draft.model), made), timeout=READ_S)

    def _send_all(self, before: str, sent: Sent, failed: Failed, made: Sequence[Substitution]) -> None:
        drafts = [each.draft for each in made]
        cost = bill(drafts, self._studio.quote, self._studio.balance)
        titles = self._title(before), self._title(drafts[0].model)
        self._sending.send(drafts, sent, failed, other_model_question(*titles, made, cost))

    # Inside

    def _title(self, model: str) -> str:
        profile = self._market.profile(model)
        return model if profile is None else profile.title

    async def _read_health(self, model: str) -> None:
        with suppress(NotAnswered):  # a word more on the card, which says all else without it
            await self._market.look_at_health(model)

    async def _look_again(self) -> None:
        await self._pane.look_again()
        self.review()

    async def _learn(self, model: str) -> None:
        from sora_tui.kie.openapi import UnusableSchema

        trouble = ""
        try:
            await self._market.learn(model)
        except UnusableSchema as error:
            trouble = f"{error} ctrl+o shows other models."
        except NotAnswered as error:
            trouble = f"What this model takes can't be read: {error} ctrl+s tries it again."
        finally:
            self._learning = ""
        if self._pane.model != model:
            return
        if trouble:
            self._pane.say_trouble(trouble)
        else:
            await self._pane.look_again()
