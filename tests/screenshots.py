"""`python -m tests.screenshots [FOLDER]`: pictures of the real program at work against the simulator, as SVG and PNG.

PNGs are made with librsvg's `rsvg-convert` where it is installed.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.pilot import Pilot

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.views import View
from sora_tui.tui.app import SoraApp
from sora_tui.tui.screens.studio import StudioScreen
from tests.benchmarks.stored import fill

ENDED = (
    ("Neon koi under ice, slow push in, breath on the glass", 9.4),
    ("Desert rail at golden hour, a lone wagon, heat haze", 12.2),
    ("Two boxers in slow motion, sweat and light, close on the gloves [sim:moderated-later]", 7.3),
    ("A lighthouse in a storm, seen from a small boat at sea [sim:lost]", 8.0),
    ("A paper boat drifts down a gutter in the rain, macro lens, dusk", 11.1),
)
"""Prompts, and the seconds their tasks take: with what is over, the estimates of what runs have something to go by."""
RUNNING = (
    ("City of glass at night, rain on the window, a tram passes", 90.0),
    ("A whale above the clouds, evening, wide shot", 90.0),
)
MODEL = "wan/2-7-text-to-video"
"""The model that is looked at in the list."""
HISTORY = 12_000
"""Tasks in the long history, as the benchmarks make them."""
FILTERED = "lighthouse cost:>100"
SHOWN_AFTER_S = 4.0
NEXT_WORDING = "A whale above the clouds, evening light, wide shot, a flock of swifts crosses below it"
SIZES = {"studio-160": (160, 45), "studio-100": (100, 30), "studio-60": (60, 24)}


async def draw(folder: Path) -> None:
    """All pictures into `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        durations = iter([seconds for _, seconds in (*ENDED, *RUNNING)])
        simulator = Simulator(
            Path(scratch) / "simulator",
            durations=lambda: next(durations),
            discoveries_per_second=0,
        )
        with simulator:
            settings = load(data_dir=Path(scratch) / "data", base_url=simulator.url, api_key="demo-studio")
            os.environ["HOME"] = scratch  # paths are shown from there
            settings = settings.for_demo(simulator.url).model_copy(update={"download_dir": Path(scratch) / "Videos"})
            await _make_tasks(settings)
            for name, size in SIZES.items():
                await _picture(settings, folder / name, size, lambda task: task.state is TaskState.SUCCESS)
            await _picture(settings, folder / "failure", (120, 36), lambda task: task.state is TaskState.FAIL)
            await _models_picture(settings, folder / "models")
            long = settings.model_copy(update={"data_dir": Path(scratch) / "long"})
            await _history_picture(long, folder / "history")
            keyless = settings.model_copy(update={"api_key": None, "demo": False, "base_url": "https://api.kie.ai"})
            await _picture(keyless, folder / "welcome", (100, 30), None)


async def _make_tasks(settings: Settings) -> None:
    app = SoraApp(settings)
    async with app.run_test(size=(160, 45)) as pilot:
        await _send(pilot, app, [prompt for prompt, _ in ENDED])
        await _until(pilot, lambda: not any(task.state.is_running for task in _tasks(app)))
        await _until(pilot, lambda: all(task.files for task in _tasks(app) if task.links))
        await _send(pilot, app, [prompt for prompt, _ in RUNNING])
        await _until(pilot, lambda: sum(task.state is TaskState.WAITING for task in _tasks(app)) == len(RUNNING))
        _studio_screen(pilot).prompt.editor.put(NEXT_WORDING)
        started = time.monotonic()
        await _until(pilot, lambda: time.monotonic() - started > SHOWN_AFTER_S)


async def _send(pilot: Pilot[object], app: SoraApp, prompts: Sequence[str]) -> None:
    for prompt in prompts:
        known = len(_tasks(app))
        _studio_screen(pilot).prompt.editor.put(prompt)
        await pilot.press("ctrl+s")
        await _until(pilot, lambda known=known: len(_tasks(app)) > known)  # type: ignore[misc]


async def _picture(
    settings: Settings, path: Path, size: tuple[int, int], wanted: Callable[[Task], bool] | None
) -> None:
    app = SoraApp(settings)
    async with app.run_test(size=size) as pilot:
        if wanted is not None:
            assert app.studio is not None
            chosen = next(task for task in await app.studio.tasks_in(View()) if wanted(task))
            screen = _studio_screen(pilot)
            await pilot.press("f3")
            await _until(pilot, lambda: screen.tasks_pane.table.move_to(chosen.ref))
            if path.name == "failure" or size[0] < 60:
                await pilot.press("f4")
            await _until(pilot, lambda: app.studio is not None and app.studio.balance is not None)
            if chosen.links and size[0] >= 100:  # below it stands under another tab
                await _until(pilot, lambda: bool(screen.detail.panel.preview._keys))
        await _save(pilot, path)


async def _save(pilot: Pilot[object], path: Path) -> None:
    await pilot.wait_for_scheduled_animations()
    await pilot.pause()
    svg = pilot.app.export_screenshot(title="sora-tui")
    path.with_suffix(".svg").write_text(_portable(svg), encoding="utf-8")
    _add_png(path)


async def _history_picture(settings: Settings, path: Path) -> None:
    fill(settings.data_dir, HISTORY, origin=settings.origin)
    app = SoraApp(settings)
    async with app.run_test(size=SIZES["studio-160"]) as pilot:
        table = _studio_screen(pilot).tasks_pane.table
        await pilot.press("f3", "slash", *FILTERED)
        await _until(pilot, lambda: table.filter_text == FILTERED and 0 < table.visible_count < HISTORY)
        await pilot.press("enter", "down", *["shift+down"] * 3)
        await _until(pilot, lambda: app.studio is not None and app.studio.balance is not None)
        await _save(pilot, path)


async def _models_picture(settings: Settings, path: Path) -> None:
    app = SoraApp(settings)
    async with app.run_test(size=(120, 36)) as pilot:
        await _until(pilot, lambda: app.studio is not None and bool(app.studio.market.listings))
        await pilot.press("ctrl+o", *["down"] * 5)
        assert app.studio is not None
        market = app.studio.market
        await _until(pilot, lambda: market.profile(MODEL) is not None and market.health(MODEL) is not None)
        await _save(pilot, path)


def _add_png(path: Path) -> None:
    converter = shutil.which("rsvg-convert")
    if converter:
        svg, png = path.with_suffix(".svg"), path.with_suffix(".png")
        subprocess.run([converter, "--zoom", "0.8", "-o", png, svg], check=True)


def _portable(svg: str) -> str:
    """The picture without the port of this machine, and with its spaces kept by every renderer."""
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8400", svg)


def _studio_screen(pilot: Pilot[object]) -> StudioScreen:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, StudioScreen)
    return screen


def _tasks(app: SoraApp) -> list[Task]:
    return list(app.studio.tasks.values()) if app.studio else []


async def _until(pilot: Pilot[object], is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not is_so():
            await pilot.pause()


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    target.mkdir(exist_ok=True)
    asyncio.run(draw(target))
