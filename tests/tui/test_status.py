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
