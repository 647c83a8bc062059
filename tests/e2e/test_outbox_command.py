"""What is released from the command line is charged once, killed halfway or not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from tests.campaigns.service import wait_for

COUNT = 30
"""More than the 20 that may be sent at once: the others wait their turn."""


@pytest.fixture
def environment(simulator: Simulator, settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "SORA_TUI_DATA_DIR": str(settings.data_dir),
        "SORA_TUI_API_KEY": "demo-test",
        "SORA_TUI_BASE_URL": simulator.url,
    }


def told(environment: dict[str, str], *arguments: str) -> Any:
    """The JSON that a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sora_tui", *arguments, "--json"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def test_two_releases_at_once_charge_each_task_once(simulator: Simulator, environment: dict[str, str]) -> None:
    held = told(environment, "submit", "--hold", "--variants", "A {red|blue|green} boat", "--yes")
    assert not simulator.ledger()
    releases = [
        subprocess.Popen(
            [sys.executable, "-m", "sora_tui", "outbox", "release", "--all", "--wait", "--json"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for release in releases:
        _, words = release.communicate(timeout=60)
        assert release.returncode == 0, words
    assert Counter(charge.ref for charge in simulator.ledger()) == {task["ref"]: 1 for task in held}
    assert {task["state"] for task in told(environment, "tasks")} == {"success"}


def test_a_release_that_was_killed_halfway_is_finished_and_charged_once(
    simulator: Simulator, environment: dict[str, str]
) -> None:
    wishes = "{" + "|".join(map(str, range(COUNT))) + "}"
    held = told(environment, "submit", "--hold", "--variants", f"Take {wishes}", "--yes")
    release = subprocess.Popen(
        [sys.executable, "-m", "sora_tui", "outbox", "release", "--all"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: len(simulator.ledger()) >= 10)
        assert release.poll() is None
    finally:
        release.send_signal(signal.SIGKILL)
        release.wait()
    waiting = told(environment, "outbox")["tasks"]
    assert waiting
    assert not any(task["held"] for task in waiting)
    told(environment, "outbox", "resume")
    times = Counter(charge.ref for charge in simulator.ledger())
    assert max(times.values()) == 1
    unsure = {task["ref"] for task in told(environment, "tasks", "--state", "unconfirmed")}
    assert set(times) | unsure == {task["ref"] for task in held}
