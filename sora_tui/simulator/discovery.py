"""The four free questions about models: the list, one model's schema, its price, its recent success (contract §6).

They share one request a second for each key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sora_tui.simulator import answers, success
from sora_tui.simulator.answers import Answer
from sora_tui.simulator.catalogue import Catalogue
from sora_tui.simulator.clock import Clock
from sora_tui.simulator.options import Options
from sora_tui.simulator.window import Window

if TYPE_CHECKING:
    from sora_tui.simulator.model_files import Model


class Discovery:
    """What is answered about the models of a catalogue. `account` is the fingerprint of the key that asks."""

    def __init__(self, catalogue: Catalogue, options: Options, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._seed = options.seed
        self._limit = options.discoveries_per_second
        self._asked = Window(self._limit, 1.0, clock)

    def models(self, account: str, *, task_type: str = "", provider: str = "", words: str = "") -> Answer:
        """The list, whole or filtered by what is not empty; never in pages."""
        if self._is_too_much(account):
            return Answer(429, answers.THROTTLED)
        rows = [
            model.as_row()
            for model in self._catalogue.listed()
            if (not task_type or task_type.lower() in map(str.lower, model.task_types))
            and (not provider or provider.lower() == model.provider.lower())
            and words.lower() in f"{model.id} {model.title} {model.provider}".lower()
        ]
        return Answer(data={"total": len(rows), "models": rows})

    def schema(self, account: str, name: str) -> Answer:
        """A model's OpenAPI document; None where none is published."""
        return self._about(account, name, lambda model: {"openapi": model.document and model.document.openapi})

    def price(self, account: str, name: str) -> Answer:
        """A model's price in prose."""
        return self._about(account, name, lambda model: {"pricingDesc": model.pricing})

    def success_rate(self, account: str, name: str) -> Answer:
        """A model's points of the last 24 hours."""
        degraded = self._catalogue.success_rate(name)
        now = self._clock.now()
        return self._about(account, name, lambda model: {"points": success.points(model.id, now, self._seed, degraded)})

    def _about(self, account: str, name: str, tell: Callable[[Model], dict[str, Any]]) -> Answer:
        if self._is_too_much(account):
            return Answer(429, answers.THROTTLED)
        model = self._catalogue.model(name)
        if model is None or not self._catalogue.is_sold(name):
            return Answer(404, answers.NO_SUCH_MODEL)
        return Answer(data={"model": model.id, **tell(model)})

    def _is_too_much(self, account: str) -> bool:
        if self._limit == 0:
            return False
        if self._asked.is_full(account):
            return True
        self._asked.count(account)
        return False
