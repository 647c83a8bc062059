"""Tiny pictures for the table: made once each, the newest wish first, none of what is scrolled past."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sora_tui.studio.task import Task, TaskState
from sora_tui.tui import thumbnails
from sora_tui.tui.thumbnails import CELLS, MOST_WANTED, Thumbnails
from tests.unit.film.films import a_film
from tests.unit.studio.virtual_time import in_virtual_time
from tests.unit.tui.tasks import a_task


class Home:
    def __init__(self) -> None:
        self.work: list[asyncio.Task[object]] = []

    def spawn(self, work: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[object]:
        self.work.append(asyncio.create_task(work, name=name))
        return self.work[-1]


def with_file(ref: str, path: str) -> Task:
    return replace(a_task(ref, TaskState.SUCCESS, links=("https://files.example/1.mp4",)), files=(path,))


async def test_a_film_has_a_picture_once_it_was_looked_at_and_what_is_none_has_not(tmp_path: Path) -> None:
    home, told = Home(), list[str]()
    tiny = Thumbnails(home, told.append)  # type: ignore[arg-type]
    film = with_file("film", str(a_film(tmp_path / "a.mp4")))
    (tmp_path / "b.mp4").write_bytes(b"no film")
    broken, missing = with_file("broken", str(tmp_path / "b.mp4")), with_file("missing", str(tmp_path / "c.mp4"))
    assert [tiny.of(task) for task in (film, broken, missing)] == [None] * 3
    assert tiny.of(a_task("none")) is None
    await asyncio.gather(*home.work)
    assert sorted(told) == ["broken", "film", "missing"]
    picture = tiny.of(film)
    assert picture is not None
    assert picture.text == "▀" * picture.cell_length
    assert picture.cell_length <= CELLS
    assert tiny.of(broken) is None
    assert tiny.of(missing) is None
    assert len(home.work) == 1, "each was looked at once"


@in_virtual_time
async def test_what_is_scrolled_past_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(thumbnails, "_made", looked.append)
    home = Home()
    tiny = Thumbnails(home, lambda _: None)  # type: ignore[arg-type]
    for number in range(5 * MOST_WANTED):
        tiny.of(with_file(str(number), f"/{number}.mp4"))
        await asyncio.sleep(0.1)
    assert looked == []
    await asyncio.gather(*home.work)
    assert looked == [f"/{number}.mp4" for number in range(5 * MOST_WANTED - 1, 4 * MOST_WANTED - 1, -1)]
