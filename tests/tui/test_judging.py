"""Judging with single keys: marks, stars, discarding and notes, of one task and of the marked ones."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Input

from sora_tui.settings import Settings
from sora_tui.studio.task import Task
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until


async def sent(pilot: Pilot[object], *prompts: str) -> None:
    """Tasks, the last prompt on top of the table and under the cursor."""
    for prompt in prompts:
        await send(pilot, prompt)
    await pilot.press("f3")


def task(pilot: Pilot[object], prompt: str) -> Task:
    return next(task for task in tasks_of(pilot) if task.prompt == prompt)


async def test_plus_and_minus_change_the_mark_and_the_table_and_detail_show_it(settings: Settings) -> None:
    async with running(settings) as pilot:
        await sent(pilot, "koi")
        assert "★" not in plain(pilot).split("Detail")[0]
        await pilot.press("plus", "plus", "plus")
        await until(pilot, lambda: task(pilot, "koi").rating == 3)
        await until(pilot, lambda: "rated 3 of 5" in plain(pilot))
        await pilot.press("minus", "f")
        await until(pilot, lambda: (task(pilot, "koi").rating, task(pilot, "koi").is_starred) == (2, True))
        await until(pilot, lambda: "★ 2" in plain(pilot))
        await pilot.press("f", *["minus"] * 2)
        await until(pilot, lambda: (task(pilot, "koi").rating, task(pilot, "koi").is_starred) == (0, False))
        assert said(pilot) == ""


async def test_the_ends_of_the_scale_are_said(settings: Settings) -> None:
    async with running(settings) as pilot:
        await sent(pilot, "koi")
        await pilot.press("minus")
        await until(pilot, lambda: "There is no rating to lower." in said(pilot))
        await pilot.press(*["plus"] * 5)
        await until(pilot, lambda: task(pilot, "koi").rating == 5)
        await pilot.press("plus")
        await until(pilot, lambda: "5 is the highest rating." in said(pilot))
        assert task(pilot, "koi").rating == 5


async def test_the_marked_tasks_are_judged_together(settings: Settings) -> None:
    async with running(settings) as pilot:
        await sent(pilot, "boat", "koi", "rail")
        await pilot.press("space", "space", "f")
        await until(pilot, lambda: "2 tasks have a star." in said(pilot))
        assert [task(pilot, name).is_starred for name in ("boat", "koi", "rail")] == [False, True, True]
        await pilot.press("plus")
        await until(pilot, lambda: "2 tasks rated higher." in said(pilot))
        assert [task(pilot, name).rating for name in ("boat", "koi", "rail")] == [0, 1, 1]


async def test_discarding_asks_nothing_and_the_same_key_takes_it_back(settings: Settings) -> None:
    async with running(settings) as pilot:
        await sent(pilot, "boat", "koi")
        await pilot.press("f", "D")
        await until(pilot, lambda: task(pilot, "koi").is_discarded)
        assert not task(pilot, "koi").is_starred
        await until(pilot, lambda: "It is discarded. D takes that back." in said(pilot))
        assert pilot.app.screen is screen_of(pilot)
        await pilot.press("D")
        await until(pilot, lambda: not task(pilot, "koi").is_discarded)
        # What of several only one has: all get it, so that one more press takes it from all.
        await pilot.press("D")
        await until(pilot, lambda: task(pilot, "koi").is_discarded)
        await pilot.press("ctrl+a", "D")
        await until(pilot, lambda: task(pilot, "boat").is_discarded and task(pilot, "koi").is_discarded)


async def test_a_note_is_one_line_kept_and_found_again(settings: Settings) -> None:
    async with running(settings) as pilot:
        await sent(pilot, "boat", "koi")
        await pilot.press("N", *"a rainy [b", "enter")
        await until(pilot, lambda: task(pilot, "koi").remark == "a rainy [b")
        await until(pilot, lambda: "Your note" in plain(pilot) and "a rainy [b" in plain(pilot))
        screen_of(pilot).tasks_pane.table.filter("note:rainy")
        await until(pilot, lambda: screen_of(pilot).tasks_pane.table.visible_count == 1)
        await pilot.press("N")
        await until(pilot, lambda: bool(pilot.app.screen.query("AskScreen Input")))
        assert pilot.app.screen.query_one(Input).value == "a rainy [b"
        pilot.app.screen.query_one(Input).value = ""
        await pilot.press("enter")
        await until(pilot, lambda: task(pilot, "koi").remark == "")
        assert task(pilot, "boat").remark == ""
