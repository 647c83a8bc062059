"""A batch from a file survives the death of its program: the next start sends what is left, each row exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import TaskState
from sora_tui.studio.views import View
from tests.campaigns.service import wait_for

COUNT = 30


def _killed_halfway(file: Path, environment: dict[str, str], simulator: Simulator) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "sora_tui", "submit", "-f", str(file), "--yes"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: len(simulator.ledger()) >= 10)  # the window lets 20 go at once, the others wait
        assert program.poll() is None
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()


async def test_a_batch_that_was_killed_halfway_is_sent_whole_and_once(
    simulator: Simulator, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "prompts.csv"
    file.write_text("prompt,n_frames\n" + "".join(f"Take {number},10\n" for number in range(COUNT)))
    environment = {
        **os.environ,
        "SORA_TUI_DATA_DIR": str(settings.data_dir),
        "SORA_TUI_API_KEY": "demo-test",
        "SORA_TUI_BASE_URL": simulator.url,
    }
    _killed_halfway(file, environment, simulator)
    async with Studio(settings) as studio:
        rows = await studio.tasks_in(View())
        assert len(rows) == COUNT
        assert {row.batch_ref for row in rows} == {rows[0].batch_ref} != {""}
        studio.start()
        refs = [row.ref for row in rows if row.state is not TaskState.UNCONFIRMED]
        await studio.wait(refs)
        ended = await studio.tasks_in(View())
    times = Counter(charge.ref for charge in simulator.ledger())
    assert max(times.values()) == 1
    for task in ended:  # a send that the kill cut off may have been paid: it is never made again by itself
        assert times[task.ref] == 1 or task.state is TaskState.UNCONFIRMED
    assert len(times) >= COUNT - sum(task.state is TaskState.UNCONFIRMED for task in ended)
