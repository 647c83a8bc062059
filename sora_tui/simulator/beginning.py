"""A create that was accepted, turned into a task: what it will make, and what it makes it of. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sora_tui.simulator import wishes
from sora_tui.simulator.bodies import text_in
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.markers import Plan
from sora_tui.simulator.records import SimulatedTask

if TYPE_CHECKING:
    from sora_tui.simulator.model_files import Model

_WATERMARKED = "sora-2"
"""The models whose results come with a second link to the version with a watermark (contract §4)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a create asks for.

    Attributes:
        model: the model.
        request: the whole body; its `input` is an object.
        values: the input with the model's defaults for what is missing.
        ref: the client's own id for it.
        account: the fingerprint of the key that pays.
    """

    model: Model
    request: Mapping[str, Any]
    values: Mapping[str, Any]
    ref: str | None
    account: str

    @property
    def price(self) -> float:
        """What it costs, in credits."""
        return self.model.price.of(self.values)


def begun(order: Order, plan: Plan, *, now: int, seconds: float, picture: str) -> SimulatedTask:
    """The task of an order.

    Args:
        order: what was asked for.
        plan: how it will go.
        now: in epoch milliseconds.
        seconds: how long it takes, if it ends at all.
        picture: the file of a picture that the input links to, below the simulator's folder; empty for none.
    """
    model = order.model
    writes = model.makes is Makes.TEXT and plan.links
    return SimulatedTask(
        task_id=uuid.uuid4().hex,
        account=order.account,
        model=model.id,
        input=order.request["input"],
        price=order.price,
        created=now,
        due=now + round(seconds * 1000) if plan.ends else None,
        plan=plan,
        ref=order.ref,
        call_back_url=text_in(order.request.get("callBackUrl")),
        progress_call_back_url=text_in(order.request.get("progressCallBackUrl")),
        wishes=wishes.wishes(model.makes, order.values, picture),
        answer=wishes.answer(order.values) if writes else None,
        is_marked=model.id.startswith(_WATERMARKED),
    )
