"""What a key in the prompt costs: a new line of text, and no new layout of the screen."""

from __future__ import annotations

from typing import Any

import pytest
from textual._compositor import Compositor

from sora_tui.settings import Settings
from tests.tui.kit import plain, running, until


async def test_a_key_lays_nothing_out_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    layouts = 0
    reflow = Compositor.reflow

    def counted(compositor: Compositor, *arguments: Any) -> Any:
        nonlocal layouts
        layouts += 1
        return reflow(compositor, *arguments)

    async with running(settings) as pilot:
        await pilot.press(*"a boat")
        await until(pilot, lambda: "6 of 10,000" in plain(pilot))
        monkeypatch.setattr(Compositor, "reflow", counted)
        await pilot.press(*"s at dusk")
        await until(pilot, lambda: "15 of 10,000" in plain(pilot))
        assert layouts == 0
