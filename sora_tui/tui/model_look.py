"""Looking closer at the model under the cursor: one at a time, after a rest, given up when the cursor moves on.

The service answers one such question per second, so that a wish nobody has any more must not stand in the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.shelf import Item
from sora_tui.tui.model_words import takes
from sora_tui.tui.widgets.model_facts import ModelFacts

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from sora_tui.tui.market import Market

REST_S = 0.4
"""Seconds on one model after which somebody is taken to be interested in it."""
LATE_S = 0.3
"""Seconds after which it is said what is awaited."""


class ModelLook:
    """What is known of the models that were looked at, and the one question that is on its way.

    Args:
        screen: on which they are shown; the question ends with it.
        market: answers.
        changed: told when there is more to show of the model looked at.
    """

    def __init__(self, screen: Screen[Any], market: Market, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._market = market
        self._changed = changed
        self._unusable: dict[str, str] = {}
        self._trouble: dict[str, str] = {}
        self._no_health: dict[str, str] = {}
        self._at = ""
        self._is_late = False
        self._rest: Timer | None = None
        self._late: Timer | None = None

    def at(self, model: str) -> None:
        """The cursor is on this model now; an empty id for none."""
        if model == self._at:
            return
        self._at, self._is_late = model, False
        for timer in (self._rest, self._late):
            if timer is not None:
                timer.stop()
        self._screen.workers.cancel_group(self._screen, "looking")
        if model:
            self._rest = self._screen.set_timer(REST_S, self._look)

    def why_unusable(self, model: str) -> str:
        """Why a model can't be used, as a sentence; empty where nothing is known against it."""
        return self._unusable.get(model, "")

    def note_unusable(self, model: str, sentence: str) -> None:
        """Remember why a model can't be used."""
        self._unusable[model] = sentence
        self._changed()

    def facts(self, item: Item, price: str) -> ModelFacts:
        """What is known of a model now."""
        model = item.model
        profile = self._market.profile(model)
        unusable = self._unusable.get(model, "")
        word = unusable or self._trouble.get(model, "")
        if profile is None and not word:
            word = "Reading what it takes…" if self._is_late else ""
        return ModelFacts(
            item,
            self._market.availability(model),
            price,
            self._market.pricing(model) or item.pricing,
            self._market.health(model),
            () if profile is None or unusable else tuple(takes(profile)),
            word if profile is None or unusable else "",
            self._no_health.get(model, "") or ("Reading how it fares…" if self._is_late else ""),
            bool(unusable),
        )

    def _look(self) -> None:
        self._late = self._screen.set_timer(LATE_S, self._say_late)
        self._screen.run_worker(self._read(self._at), group="looking", exclusive=True)

    def _say_late(self) -> None:
        self._is_late = True
        self._changed()

    async def _read(self, model: str) -> None:
        from sora_tui.kie.openapi import UnusableSchema

        try:
            await self._market.learn(model)
            self._trouble.pop(model, None)
            self._unusable.pop(model, None)
        except UnusableSchema as error:
            self._unusable[model] = str(error)
        except NotAnswered as error:
            self._trouble[model] = str(error)
        self._changed()
        try:
            await self._market.look_at_health(model)
            self._no_health.pop(model, None)
        except NotAnswered as error:
            self._no_health[model] = str(error)
        if self._late is not None:
            self._late.stop()
        self._is_late = False
        self._changed()
