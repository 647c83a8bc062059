"""Export and report from the palette: what they are about, and where they say it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sora_tui.desktop.opener import OpenResult
from sora_tui.settings import Settings
from sora_tui.tui.app import SoraApp
from tests.tui.kit import running, said, screen_of, send, tasks_of, until


def files_of(pilot: Pilot[object], pattern: str) -> list[Path]:
    app = pilot.app
    assert isinstance(app, SoraApp)
    assert app.studio is not None
    return sorted(app.studio.settings.download_dir.glob(pattern))


async def test_the_shown_tasks_are_exported_and_of_marked_ones_only_those(settings: Settings) -> None:
    async with running(settings) as pilot:
        for prompt in ("boat", "koi", "rail"):
            await send(pilot, prompt)
        await pilot.press("f3")
        screen_of(pilot).action_act("export")
        await until(pilot, lambda: "3 tasks are in " in said(pilot))
        [path] = files_of(pilot, "tasks_*.jsonl")
        assert str(path) in said(pilot).replace("\n", "")
        assert [json.loads(line)["prompt"] for line in path.read_text().splitlines()] == ["boat", "koi", "rail"]
        screen_of(pilot).tasks_pane.table.filter("koi")
        screen_of(pilot).action_act("export")
        await until(pilot, lambda: "One task is in " in said(pilot))
        assert len(files_of(pilot, "tasks_*.jsonl")) == 2, "the first is not written over"
        screen_of(pilot).tasks_pane.table.filter("")
        await until(pilot, lambda: screen_of(pilot).tasks_pane.table.visible_count == 3)
        await pilot.press("home", "space", "space")
        screen_of(pilot).action_act("export")
        await until(pilot, lambda: "2 tasks are in " in said(pilot))
        screen_of(pilot).tasks_pane.table.filter("nothing of this")
        await pilot.press("escape")


async def test_the_report_of_the_task_under_the_cursor_is_written(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await pilot.press("f3")
        screen_of(pilot).action_act("report")
        await until(pilot, lambda: "The report is in " in said(pilot))
        [path] = files_of(pilot, "report_*.md")
        text = path.read_text()
        assert tasks_of(pilot)[0].ref in text
        assert "demo-test" not in text
        assert "koi" in text


async def test_the_gallery_is_made_of_what_is_shown_and_opened(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    async def open_page(path: Path) -> OpenResult:
        opened.append(path)
        return OpenResult(True, "Opening the page.")

    monkeypatch.setattr("sora_tui.desktop.opener.open_page", open_page)
    async with running(settings) as pilot:
        await pilot.press("f3")
        screen_of(pilot).action_act("gallery")
        await until(pilot, lambda: "There are no tasks yet." in said(pilot))
        for prompt in ("boat", "koi"):
            await send(pilot, prompt)
        await until(pilot, lambda: all(task.links for task in tasks_of(pilot)))
        screen_of(pilot).tasks_pane.table.filter("koi")
        screen_of(pilot).action_act("gallery")
        await until(pilot, lambda: bool(opened))
        assert "The gallery of 1 result is" in said(pilot)
        html = opened[0].read_text()
        assert "<title>koi</title>" in html
        assert "boat" not in html.split("<main>")[1].split("</main>")[0]
