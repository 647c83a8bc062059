"""What a draft will cost, and how we know. Pure; a bound or a memory is never shown as a fact."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sora_tui.studio.task import Json, Task

if TYPE_CHECKING:
    from sora_tui.kie.profiles import ModelProfile

MOST_KEPT = 20
"""Charges kept of the same settings, the newest."""
_WORD = 32
"""Characters up to which a text is a setting; a longer one is words, which cost nothing by themselves."""
_WORDS_OR_PLACE = re.compile(r"[\s/\\~]|\.[A-Za-z0-9]{2,4}$")
"""Several words, a link, or a file that has not got its link yet."""
_FREE = frozenset({"seed"})
"""Settings that decide what comes out and not what it costs."""


class Basis(StrEnum):
    """How a price is known."""

    LISTED = "listed"
    """From the model's own price table."""
    CHARGED = "charged"
    """From what the service took for the same settings before."""
    AT_MOST = "at_most"
    """An upper bound, from the service's prose where that leaves no doubt."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one task.

    Attributes:
        credits: what it costs, or at most costs; None where that is not known.
        basis: how it is known.
        charges: how many of the user's own tasks tell it, for `CHARGED`.
    """

    credits: float | None = None
    basis: Basis = Basis.UNKNOWN
    charges: int = 0

    @property
    def expected(self) -> float | None:
        """What it costs, where more than a bound is known."""
        return None if self.basis is Basis.AT_MOST else self.credits

    @property
    def bound(self) -> float | None:
        """The most it costs, where no more than that is known."""
        return self.credits if self.basis is Basis.AT_MOST else None


@dataclass(frozen=True, slots=True)
class Charge:
    """What the service took for one task.

    Attributes:
        ref: our id of the task.
        model: the vendor's model id.
        parameters: the `input` fields that were sent, without the prompt.
        at: when it was sent, in epoch ms.
        credits: what was taken.
    """

    ref: str
    model: str
    parameters: Mapping[str, Json]
    at: int
    credits: float


def charge_of(task: Task) -> Charge | None:
    """What a task was charged; None where the service has not said, or gave it back."""
    if not task.credits:
        return None
    return Charge(task.ref, task.model, task.parameters, task.sent_at or task.created_at, task.credits)


@dataclass(slots=True)
class Charges:
    """What one service took, by model and settings. The newest charges of the same settings count."""

    _kept: dict[tuple[str, str], deque[Charge]] = field(default_factory=dict)

    def learn(self, charges: Iterable[Charge]) -> None:
        """Takes charges in, in any order; the same task twice teaches once."""
        for charge in charges:
            kept = self._kept.setdefault(_settings(charge.model, charge.parameters), deque())
            if any(each.ref == charge.ref and each.credits == charge.credits for each in kept):
                continue
            others = [each for each in kept if each.ref != charge.ref]
            kept.clear()
            kept.extend(sorted([*others, charge], key=lambda each: (each.at, each.ref))[-MOST_KEPT:])

    def quote(self, model: str, parameters: Mapping[str, Json]) -> Quote:
        """What these settings cost the last times.

        Where the two newest charges differ, something else than the settings decides: then it is not known.
        """
        kept = self._kept.get(_settings(model, parameters))
        if not kept:
            return Quote()
        newest = kept[-1].credits
        if len(kept) > 1 and kept[-2].credits != newest:
            return Quote()
        return Quote(newest, Basis.CHARGED, sum(each.credits == newest for each in kept))


def quote_for(
    profile: ModelProfile | None, model: str, parameters: Mapping[str, Json], *, charges: Charges, pricing: str
) -> Quote:
    """The price of a task with these settings, as well as it can be known.

    What the service really took comes first, then the model's table, then the bound that its prose gives.

    Args:
        profile: of the model, in the draft's mode; None where it is not known.
        model: the vendor's id.
        parameters: the settings, with or without the defaults.
        charges: what was taken before.
        pricing: the service's prose about the price; empty where there is none.
    """
    if profile is None:
        return Quote()
    completed = profile.completed(parameters)
    charged = charges.quote(model, completed)
    listed = profile.price(completed)
    if charged.credits is not None and charged.credits != listed:
        return charged
    if listed is not None:
        return Quote(listed, Basis.LISTED)
    if not pricing:
        return Quote()
    from sora_tui.kie.pricing import upper_bound  # only where a price is told in prose

    bound = upper_bound(pricing, completed, profile)
    return Quote() if bound is None else Quote(bound, Basis.AT_MOST)


def _settings(model: str, parameters: Mapping[str, Json]) -> tuple[str, str]:
    """What decides the price: short values as they are; of words and links only how many there are."""
    told = {name: _told(value) for name, value in parameters.items() if name not in _FREE}
    return model, json.dumps({name: value for name, value in told.items() if value not in (None, 0)}, sort_keys=True)


def _told(value: Json) -> Json:
    if isinstance(value, str):
        return "…" if len(value) > _WORD or _WORDS_OR_PLACE.search(value) else value
    if isinstance(value, list | tuple):
        return f"{len(value)} items" if value else 0
    if isinstance(value, bool) or value is None or isinstance(value, int | float):
        return value if not isinstance(value, bool) else str(value)
    return json.dumps(value, sort_keys=True, default=str)
