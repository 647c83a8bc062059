"""The header line tells what stands between us and the service."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings, load
from tests.tui.kit import plain, running, screen_of, until


async def test_a_proxy_on_the_way_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@127.0.0.1:9")
    async with running(load(base_url="https://kie.invalid", api_key="demo-test"), (80, 24)) as pilot:
        await until(pilot, lambda: "kie.invalid via proxy" in plain(pilot))
        assert "canary" not in plain(pilot)


async def test_without_one_nothing_is_said_of_it(settings: Settings) -> None:
    async with running(settings) as pilot:
        await until(pilot, lambda: screen_of(pilot).header.status.balance is not None)
        assert "via proxy" not in plain(pilot)


@pytest.mark.parametrize(("warn_below", "low"), [(None, False), (9_999.0, False), (10_000.0, False), (10_001.0, True)])
async def test_a_balance_below_what_should_be_there_is_a_warning(
    settings: Settings, warn_below: float | None, low: bool
) -> None:
    async with running(settings.model_copy(update={"warn_below": warn_below})) as pilot:
        header = screen_of(pilot).header
        await until(pilot, lambda: header.status.balance == 10_000)
        assert header.status.low is low
        styles = [str(span.style) for span in header.render().spans]
        assert any("warning" in style for style in styles) is low
