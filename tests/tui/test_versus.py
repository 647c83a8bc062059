"""Two results side by side: what sets them apart is seen, the pick is kept, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot

from sora_tui.settings import Settings
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.app import SoraApp
from sora_tui.tui.screens.versus import VersusScreen
from tests.tui.kit import plain, running, said, screen_of, tasks_of, until

KOI, BOAT, RAIL = "A neon koi at dusk", "A neon koi at dawn", "A neon rail at noon"


async def done(pilot: Pilot[object], *prompts: str) -> None:
    """Tasks that came out, the last one on top and under the cursor."""
    app = cast(SoraApp, pilot.app)
    assert app.studio is not None
    parent = None
    for prompt in prompts:
        task = await app.studio.submit(Draft(prompt, "sora-2-pro-text-to-video", {}, parent_ref=parent))
        parent = task.ref
    await until(pilot, lambda: len(tasks_of(pilot)) == len(prompts) and all(task.links for task in tasks_of(pilot)))
    await pilot.press("f3", "home")


async def comparing(pilot: Pilot[object], *keys: str) -> VersusScreen:
    await pilot.press(*keys, "v")
    await until(pilot, lambda: isinstance(pilot.app.screen, VersusScreen) and pilot.app.screen.is_mounted)
    await pilot.pause()
    return cast(VersusScreen, pilot.app.screen)


def task(pilot: Pilot[object], prompt: str) -> Task:
    return next(task for task in tasks_of(pilot) if task.prompt == prompt)


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (60, 24)])
async def test_a_version_is_compared_with_what_it_came_from_and_the_pick_has_the_star(
    settings: Settings, size: tuple[int, int]
) -> None:
    async with running(settings, size) as pilot:
        await done(pilot, KOI, BOAT)
        screen = await comparing(pilot)
        assert [side.prompt for side in screen.sides] == [KOI, BOAT]
        assert "dusk" in plain(pilot)
        assert "dawn" in plain(pilot)
        await pilot.press("b")
        await until(pilot, lambda: task(pilot, BOAT).is_starred)
        await until(pilot, lambda: "B has the star" in plain(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert screen_of(pilot).tasks_pane.table.cursor_ref == task(pilot, BOAT).ref


async def test_a_pick_is_taken_back_with_the_stars_there_were(settings: Settings) -> None:
    async with running(settings) as pilot:
        await done(pilot, KOI, BOAT)
        await pilot.press("f")
        await until(pilot, lambda: task(pilot, BOAT).is_starred)
        await comparing(pilot)
        await pilot.press("a")
        await until(pilot, lambda: task(pilot, KOI).is_starred and not task(pilot, BOAT).is_starred)
        await pilot.press("u")
        await until(pilot, lambda: task(pilot, BOAT).is_starred and not task(pilot, KOI).is_starred)
        await until(pilot, lambda: "taken back" in plain(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "Nothing was picked yet" in plain(pilot))


async def test_of_several_the_winner_meets_the_next_until_one_is_left(settings: Settings) -> None:
    async with running(settings) as pilot:
        await done(pilot, KOI, BOAT, RAIL)
        screen = await comparing(pilot, "space", "space", "space")
        assert "3 of 3 left" in plain(pilot)
        first = screen.sides[0]
        await pilot.press("a")
        await until(pilot, lambda: "2 of 3 left" in plain(pilot))
        assert screen.sides[0].ref == first.ref
        await pilot.press("b")
        await until(pilot, lambda: "has the star" in plain(pilot))
        assert sum(each.is_starred for each in tasks_of(pilot)) == 1
        await pilot.press("a", "b")  # there is nobody left to compare with
        await pilot.pause()
        assert sum(each.is_starred for each in tasks_of(pilot)) == 1


async def test_blind_neither_words_nor_settings_nor_refs_are_shown(settings: Settings) -> None:
    async with running(settings) as pilot:
        await done(pilot, KOI, BOAT)
        await comparing(pilot)
        await pilot.press("x")
        await pilot.pause()
        middle = "\n".join(line[8:-8] for line in plain(pilot).splitlines()[6:30])
        assert "neon" not in middle
        assert task(pilot, KOI).ref[:4] not in middle
        await pilot.press("x", "s")
        await pilot.pause()
        assert [side.prompt for side in cast(VersusScreen, pilot.app.screen).sides] == [BOAT, KOI]


async def test_the_side_with_the_focus_is_rated(settings: Settings) -> None:
    async with running(settings) as pilot:
        await done(pilot, KOI, BOAT)
        await comparing(pilot)
        await pilot.press("tab", "plus", "plus")
        await until(pilot, lambda: task(pilot, BOAT).rating == 2)
        assert task(pilot, KOI).rating == 0


async def test_one_without_another_version_says_so(settings: Settings) -> None:
    async with running(settings) as pilot:
        await done(pilot, KOI)
        await pilot.press("v")
        await until(pilot, lambda: "No other version of this prompt has a result" in said(pilot))


async def test_two_films_play_in_step_and_stand_together(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    collecting = settings.model_copy(update={"download": "auto", "download_dir": tmp_path / "videos"})
    async with running(collecting) as pilot:
        await done(pilot, KOI, BOAT)
        await until(pilot, lambda: all(task.files for task in tasks_of(pilot)))
        screen = await comparing(pilot)
        await pilot.press("space")
        await until(pilot, lambda: len(screen._films) == 2 and all(film.position > 0 for film in screen._films))
        assert all(film.is_playing for film in screen._films)
        await pilot.press("space")
        await until(pilot, lambda: not any(film.is_playing for film in screen._films))


async def test_without_their_files_there_is_nothing_to_play(settings: Settings) -> None:
    async with running(settings) as pilot:
        await done(pilot, KOI, BOAT)
        await comparing(pilot)
        await pilot.press("space", "full_stop")
        await until(pilot, lambda: "Neither is on this machine yet" in plain(pilot))
