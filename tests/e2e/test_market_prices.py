"""What the program says that a task costs at most, against what the simulator charges by the same prose."""

from __future__ import annotations

from typing import Any

import pytest

from sora_tui.kie.pricing import upper_bound
from sora_tui.kie.profiles import profile_from_openapi
from sora_tui.simulator.model_files import market_file, read_model
from tests.unit.simulator.test_market import ACCEPTED

UNCERTAIN = {"demo/aria-text-to-speech", "demo/seer-image-to-text", "demo/ensemble-3-video"}
"""Prose that counts characters, or prices by what no single field says."""


@pytest.mark.parametrize(("model", "given", "price"), ACCEPTED)
def test_no_bound_is_below_what_is_charged(model: str, given: dict[str, Any], price: float) -> None:
    sold = read_model(market_file(model))
    profile = None if sold.document is None else profile_from_openapi(model, sold.document.openapi)
    bound = upper_bound(sold.pricing, given, profile)
    assert bound is not None or model in UNCERTAIN
    assert bound is None or bound >= price
