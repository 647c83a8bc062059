"""Caps on what is spent: by task, by press of *send*, by day. Pure.

The store asks within the transaction that writes the intents, so that no two programs pass a cap together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.settings import Settings

_CENT = 0.005
"""Credits; sums of prices are not exact."""


class CapReached(StudioError):
    """A cap would be passed. Nothing was written down, nothing will be sent.

    Attributes:
        cap: the setting's name.
        limit: its credits.
    """

    def __init__(self, sentence: str, cap: str, limit: float) -> None:
        super().__init__(sentence)
        self.cap = cap
        self.limit = limit


class PriceUnknown(CapReached):
    """A cap is set and the price of a task is not known. The user may say that it is sent all the same."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be spent, in credits; None where there is no limit.

    Attributes:
        task: on one task.
        batch: on the tasks of one press of *send* together.
        day: on one calendar day: what was charged, what is on its way, and what is sent now.
    """

    task: float | None = None
    batch: float | None = None
    day: float | None = None

    @classmethod
    def of(cls, settings: Settings) -> Caps:
        """The user's."""
        return cls(settings.cap_task, settings.cap_batch, settings.cap_day)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(cap is not None for cap in (self.task, self.batch, self.day))


@dataclass(frozen=True, slots=True)
class Admission:
    """Lets new tasks of one service be written down, or not.

    Attributes:
        caps: what may be spent.
        origin: the service.
        day_from: epoch ms at which the day begins that it would be spent on.
        accepts_unknown: whether tasks without a known price may pass, counted as nothing.
    """

    caps: Caps
    origin: str
    day_from: int
    accepts_unknown: bool = False

    def check(self, tasks: Sequence[Task], committed: float) -> None:
        """Nothing if all of these tasks may be sent.

        Args:
            tasks: the new ones, of one press of *send*.
            committed: credits charged today and on their way (see `spending.committed`).

        Raises:
            CapReached: one of them, or all together, would pass a cap.
        """
        self.check_stakes([task.at_stake for task in tasks], committed)

    def check_stakes(self, stakes: Sequence[float | None], committed: float) -> None:
        """The same for tasks of which only the credits to reckon with are known, or not even those: None.

        Raises:
            CapReached: as `check` does.
        """
        caps = self.caps
        if not caps:
            return
        if None in stakes and not self.accepts_unknown:
            raise self._unknown(stakes.count(None), len(stakes))
        known = [stake for stake in stakes if stake is not None]
        dearest, asked = max(known, default=0.0), sum(known)
        if _passes(dearest, caps.task):
            raise CapReached(
                f"It costs {_said(dearest)} credits, and one task may cost {_said(caps.task)} at most (cap_task). "
                "Choose cheaper settings, or raise the cap.",
                "cap_task",
                caps.task or 0.0,
            )
        if _passes(asked, caps.batch):
            raise CapReached(
                f"Together they cost {_said(asked)} credits, and one send may cost {_said(caps.batch)} at most "
                "(cap_batch). Send fewer at once, or raise the cap.",
                "cap_batch",
                caps.batch or 0.0,
            )
        if _passes(committed + asked, caps.day):
            raise CapReached(
                f"Today {_said(committed)} credits are spent or on their way. With {_said(asked)} more it would be "
                f"{_said(committed + asked)}, and a day may cost {_said(caps.day)} at most (cap_day). "
                "Send fewer, wait until tomorrow, or raise the cap.",
                "cap_day",
                caps.day or 0.0,
            )

    def _unknown(self, unknown: int, of: int) -> PriceUnknown:
        names = {"cap_task": self.caps.task, "cap_batch": self.caps.batch, "cap_day": self.caps.day}
        name, limit = next((name, limit) for name, limit in names.items() if limit is not None)
        what = "The price is not known" if of == 1 else f"The price of {unknown} of the {of} tasks is not known"
        return PriceUnknown(
            f"{what}, and there is a cap of {_said(limit)} credits ({name}). Say that it may be sent all the same, "
            "or take the cap away.",
            name,
            limit,
        )


def _passes(credits: float, cap: float | None) -> bool:
    # Not `credits > cap`: what is no number passes every cap.
    return cap is not None and not credits <= cap + _CENT


def _said(credits: float | None) -> str:
    return f"{credits or 0.0:,.2f}".rstrip("0").rstrip(".")
