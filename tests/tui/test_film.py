"""Results seen in the terminal: the first picture by itself, played in place and on the whole screen."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from sora_tui.settings import Settings
from sora_tui.tui.screens.film import FilmScreen
from sora_tui.tui.widgets.preview import Preview
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until


@pytest.fixture
def collecting(settings: Settings, tmp_path: Path) -> Settings:
    (tmp_path / "videos").mkdir()
    return settings.model_copy(update={"download": "auto", "download_dir": tmp_path / "videos"})


def preview_of(pilot: Pilot[object]) -> Preview:
    return screen_of(pilot).detail.panel.preview


async def collected(pilot: Pilot[object], prompt: str = "koi") -> Preview:
    """A task under the cursor whose result is here."""
    await send(pilot, prompt)
    await pilot.press("f3")
    await until(pilot, lambda: bool(tasks_of(pilot)[-1].files))
    return preview_of(pilot)


def film_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("playing ")]


@pytest.mark.parametrize("size", [(160, 45), (120, 36)])
async def test_a_finished_task_shows_its_picture_by_itself_and_what_the_file_holds(
    collecting: Settings, size: tuple[int, int]
) -> None:
    async with running(collecting, size) as pilot:
        preview = await collected(pilot)
        await until(pilot, lambda: "▀" * 5 in plain(pilot))
        await until(pilot, lambda: "160×90 · 1.0 s · " in plain(pilot))
        assert "h264 · sound" in plain(pilot)
        assert not preview.is_playing
        assert film_threads() == []


async def test_p_plays_in_place_and_stops_for_another_task(collecting: Settings) -> None:
    async with running(collecting) as pilot:
        preview = await collected(pilot)
        await until(pilot, lambda: bool(preview._keys))
        await pilot.press("p")
        await until(pilot, lambda: preview.is_playing and preview.position > 0)
        await until(pilot, lambda: preview._number > 2)
        await pilot.press("p")
        await until(pilot, lambda: not preview.is_playing)
        await pilot.press("p")
        await until(pilot, lambda: preview.is_playing)
        await send(pilot, "boat")
        await until(pilot, lambda: not preview.is_playing)
        await until(pilot, lambda: film_threads() == [])


async def test_what_is_not_here_yet_can_not_be_played(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:stuck] koi")
        await pilot.press("f3", "p")
        await until(pilot, lambda: "It has no result to see." in said(pilot))
        await send(pilot, "boat")
        await until(pilot, lambda: bool(tasks_of(pilot)[-1].links))
        await pilot.press("f3", "P")
        await until(pilot, lambda: "It is not on this machine yet: d downloads it." in said(pilot))


async def test_p_shows_the_first_picture_of_a_film_that_is_not_here_and_d_downloads_it(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await pilot.press("f3")
        await until(pilot, lambda: bool(tasks_of(pilot)[0].links))
        assert "▀" * 5 not in plain(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "▀" * 5 in plain(pilot))
        await until(pilot, lambda: "The first picture. The film is not on this machine" in plain(pilot))
        assert tasks_of(pilot)[0].files == ()
        assert not preview_of(pilot).is_playing
        await send(pilot, "boat")
        await until(pilot, lambda: "The first picture." not in plain(pilot))


async def test_where_the_first_picture_can_not_be_had_it_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def beginnings(link: str) -> AsyncGenerator[bytes, None]:
        yield b"no film"

    monkeypatch.setattr("sora_tui.studio.beginning.beginnings", beginnings)
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await pilot.press("f3")
        await until(pilot, lambda: bool(tasks_of(pilot)[0].links))
        await pilot.press("p")
        await until(pilot, lambda: "Its beginning does not show a picture yet. d downloads the film." in said(pilot))
        assert "▀" * 5 not in plain(pilot)


async def test_a_file_that_is_gone_is_said_where_the_picture_would_be(collecting: Settings) -> None:
    async with running(collecting) as pilot:
        await collected(pilot)
        await send(pilot, "boat")
        koi = tasks_of(pilot)[0]
        os.unlink(koi.files[0])
        await pilot.press("f3", "down")
        await until(pilot, lambda: "is not there any more" in plain(pilot))


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (60, 24)])
async def test_on_the_whole_screen_it_plays_steps_and_shows_eight_at_once(
    collecting: Settings, size: tuple[int, int]
) -> None:
    async with running(collecting, size) as pilot:
        await collected(pilot)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(pilot.app.screen, FilmScreen))
        screen = cast(FilmScreen, pilot.app.screen)
        await until(pilot, lambda: screen.preview.is_playing and screen.preview.position > 0)
        await pilot.press("space")
        await until(pilot, lambda: not screen.preview.is_playing)
        await pilot.press("home", "full_stop")
        await until(pilot, lambda: 0 < screen.preview.position < 0.1)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: screen.preview.speed == 1.5)
        await until(pilot, lambda: "1.5×" in str(screen.query_one("#bar", Static).content))
        shown = list(screen.preview._keys)
        await pilot.press("k")
        await until(pilot, lambda: bool(screen.preview._keys) and screen.preview._keys != shown)
        await until(pilot, lambda: film_threads() == [])
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))


async def test_leaving_while_it_plays_leaves_no_thread(collecting: Settings) -> None:
    async with running(collecting) as pilot:
        await collected(pilot)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(pilot.app.screen, FilmScreen))
        await until(pilot, lambda: cast(FilmScreen, pilot.app.screen).preview.is_playing)
    for thread in threading.enumerate():
        if thread.name.startswith("playing "):
            thread.join(10)
    assert film_threads() == []


@pytest.mark.parametrize(("size", "is_wide"), [((160, 45), True), (((120, 36)), False)])
async def test_where_there_is_room_each_row_has_a_tiny_picture(
    collecting: Settings, size: tuple[int, int], is_wide: bool
) -> None:
    async with running(collecting, size) as pilot:
        await collected(pilot)
        table = screen_of(pilot).tasks_pane.table
        await until(pilot, lambda: preview_of(pilot)._number >= 0 and bool(preview_of(pilot)._keys))
        if is_wide:
            await until(pilot, lambda: "▀▀ " in table.render_line(2).text)
            await send(pilot, "boat")
            await until(pilot, lambda: "       boat" in table.render_line(2).text)
        else:
            await pilot.pause()
            assert "▀" not in table.render_line(2).text
