"""Versions of a prompt: the tree of a thread, what changed, and what changed in the one that worked."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import OptionList

from sora_tui.settings import Settings
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.screens.difference import DifferenceScreen
from sora_tui.tui.screens.versions import VersionsScreen
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until


def task(pilot: Pilot[object], prompt: str) -> Task:
    return next(task for task in tasks_of(pilot) if task.prompt == prompt)


async def three_versions(pilot: Pilot[object]) -> None:
    for prompt in ("a paper boat at dusk", "a paper boat at [b]dawn", "a red boat at [b]dawn"):
        await send(pilot, prompt)
        await until(pilot, lambda: screen_of(pilot).prompt.draft.parent_ref == tasks_of(pilot)[-1].ref)
    await until(pilot, lambda: all(task.state is TaskState.SUCCESS for task in tasks_of(pilot)))
    await pilot.press("f3")


async def test_the_title_counts_the_versions(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "a [b]paper boat")
        await until(pilot, lambda: "v2 of “a [b]paper boat”" in plain(pilot))
        await send(pilot, "another")
        await until(pilot, lambda: "v3 of “a [b]paper boat”" in plain(pilot))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "v3 of" not in plain(pilot))


async def test_the_thread_is_a_tree_in_which_one_goes_edits_and_compares(settings: Settings) -> None:
    async with running(settings) as pilot:
        await three_versions(pilot)
        await pilot.press("T")
        await until(pilot, lambda: isinstance(pilot.app.screen, VersionsScreen))
        await until(pilot, lambda: "3 versions of “a paper boat at dusk”" in plain(pilot))
        assert "└ v2" in plain(pilot)
        assert "{+[b]dawn+}" in plain(pilot)
        assert pilot.app.screen.query_one(OptionList).highlighted == 2
        await pilot.press("equals_sign")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferenceScreen) and "[-paper-]" in plain(pilot))
        await pilot.press("escape", "up", "up", "equals_sign")
        await until(pilot, lambda: "first wording" in said(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert screen_of(pilot).task_at_hand == task(pilot, "a paper boat at dusk")
        await pilot.press("T")
        await until(pilot, lambda: isinstance(pilot.app.screen, VersionsScreen))
        await pilot.press("down", "e")
        middle = task(pilot, "a paper boat at [b]dawn")
        await until(pilot, lambda: screen_of(pilot).prompt.draft.parent_ref == middle.ref)
        assert screen_of(pilot).prompt.editor.text == middle.prompt


async def test_a_task_is_compared_with_its_parent_and_two_marked_ones_with_each_other(settings: Settings) -> None:
    async with running(settings) as pilot:
        await three_versions(pilot)
        await pilot.press("equals_sign")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferenceScreen))
        await until(pilot, lambda: "[-paper-]{+red+}" in plain(pilot))
        assert "The settings are the same." in plain(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "[-red-]{+paper+}" in plain(pilot))
        await pilot.press("escape", "space", "down", "space", "equals_sign")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferenceScreen))
        await pilot.press("escape", "ctrl+a", "equals_sign")
        await until(pilot, lambda: "Mark two tasks" in said(pilot))


async def test_what_worked_is_compared_with_what_was_rated_lower(settings: Settings) -> None:
    async with running(settings) as pilot:
        await three_versions(pilot)
        await pilot.press("W")
        await until(pilot, lambda: "+ rates a version higher" in said(pilot))
        await pilot.press(*["plus"] * 5)
        await until(pilot, lambda: task(pilot, "a red boat at [b]dawn").rating == 5)
        await pilot.press("W")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferenceScreen))
        await until(pilot, lambda: "rated 5" in plain(pilot) and "{+red+}" in plain(pilot))


async def test_the_draft_is_compared_with_what_it_comes_from(settings: Settings) -> None:
    async with running(settings) as pilot:
        await pilot.press("alt+c")
        await until(pilot, lambda: "comes from no task" in said(pilot))
        await send(pilot, "a boat")
        await until(pilot, lambda: screen_of(pilot).prompt.draft.parent_ref is not None)
        screen_of(pilot).prompt.editor.put("a ship")
        await pilot.press("alt+c")
        await until(pilot, lambda: isinstance(pilot.app.screen, DifferenceScreen))
        await until(pilot, lambda: "[-boat-]{+ship+}" in plain(pilot))
