"""A program that is killed again and again amid twenty downloads leaves twenty good files and no bad one."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

from sora_tui.film.inspect import check_boxes
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.studio import Studio
from sora_tui.studio.views import View
from tests.e2e.test_collecting import finished, settings

__all__ = ["settings"]

COUNT = 20
KILLS = 6
"""Of the program, one after the other, while there is something left to download."""
COLLECTS = """
import asyncio
from sora_tui.settings import load
from sora_tui.studio.studio import Studio
from sora_tui.studio.views import View

async def main():
    async with Studio(load()) as studio:
        studio.start_collecting()
        print("collecting", flush=True)
        while not all(task.files for task in await studio.tasks_in(View())):
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


def collector(settings: Settings) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "SORA_TUI_DATA_DIR": str(settings.data_dir),
        "SORA_TUI_DOWNLOAD_DIR": str(settings.download_dir),
        "SORA_TUI_API_KEY": "demo-test",
        "SORA_TUI_BASE_URL": settings.base_url,
    }
    program = subprocess.Popen(
        [sys.executable, "-c", COLLECTS], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "collecting\n"
    return program


def films(folder: Path) -> list[Path]:
    """What lies under a final name; each of them is whole."""
    found = sorted(path for path in folder.glob("*.mp4") if not path.name.startswith("."))
    for path in found:
        check_boxes(path)
    return found


async def test_killed_in_the_middle_of_twenty_downloads_every_file_is_good(
    simulator: Simulator, settings: Settings, tmp_path: Path
) -> None:
    random = Random(7)
    async with Studio(settings.model_copy(update={"download": "ask"})) as studio:
        studio.start()
        tasks = await finished(studio, simulator, *(f"Take {number}" for number in range(COUNT)))
    assert all(task.links for task in tasks)
    simulator.fault("files", "trickle", seconds=0.02, piece=4_000, times=0)
    seen: list[int] = []
    for _ in range(KILLS):
        program = await asyncio.to_thread(collector, settings)
        await asyncio.sleep(random.uniform(0.0, 0.5))
        program.send_signal(signal.SIGKILL)
        program.wait()
        seen.append(len(films(settings.download_dir)))
    assert seen == sorted(seen), "what is there stays there"
    assert seen[0] < COUNT, "the first one was killed in the middle"
    simulator.clear_faults()
    last = await asyncio.to_thread(collector, settings)
    await asyncio.to_thread(last.wait)
    done = films(settings.download_dir)
    assert len(done) == COUNT
    async with Studio(settings) as studio:
        kept = {path for task in await studio.tasks_in(View()) for path in task.files}
    assert kept == {str(path) for path in done}
    made = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "simulator").rglob("*.mp4")}
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in done} <= made
