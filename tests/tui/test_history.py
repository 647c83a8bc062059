"""The prompts that were sent: found as one types, taken with or without their settings, walked through."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from sora_tui.settings import Settings
from sora_tui.tui.screens.history import HistoryScreen
from tests.tui.kit import plain, running, said, screen_of, send, until


async def opened(pilot: Pilot[object]) -> HistoryScreen:
    await pilot.press("ctrl+r")
    await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
    screen = pilot.app.screen
    assert isinstance(screen, HistoryScreen)
    await until(pilot, lambda: screen._is_read)
    return screen


def rows(screen: HistoryScreen) -> list[str]:
    return [row.sent.prompt for row in screen._rows]


@pytest.mark.parametrize("size", [(160, 45), (60, 24)])
async def test_prompts_are_found_by_letters_and_taken_with_their_settings(
    settings: Settings, size: tuple[int, int]
) -> None:
    async with running(settings, size) as pilot:
        for prompt in ("neon [b]koi", "desert rail", "a paper boat"):
            await send(pilot, prompt)
        screen_of(pilot).prompt.editor.put("my draft")
        screen = await opened(pilot)
        assert rows(screen) == ["a paper boat", "desert rail", "neon [b]koi"]
        await until(pilot, lambda: "1×" in plain(pilot))
        await pilot.press(*"nkoi")
        await until(pilot, lambda: rows(screen) == ["neon [b]koi"])
        assert "neon [b]koi" in plain(pilot)
        await pilot.press("tab")
        await until(pilot, lambda: screen.query_one("#whole").display)
        await pilot.press("escape")
        assert screen_of(pilot).prompt.editor.text == "my draft"
        screen = await opened(pilot)
        await pilot.press(*"koi")
        await until(pilot, lambda: rows(screen) == ["neon [b]koi"])
        await pilot.press("enter")
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "neon [b]koi")
        koi = next(task for task in screen_of(pilot)._studio.tasks.values() if "koi" in task.prompt)
        assert screen_of(pilot).prompt.draft.parent_ref == koi.ref


async def test_the_words_alone_leave_the_settings_and_nothing_like_it_is_said(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "a boat")
        before = screen_of(pilot).prompt.draft.parameters
        await opened(pilot)
        await pilot.press(*"xyz")
        await until(pilot, lambda: "No prompt is like that" in plain(pilot))
        await pilot.press("enter", *["backspace"] * 3)
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        await until(pilot, lambda: rows(screen) == ["a boat"])
        assert screen.query_one(OptionList).highlighted == 0
        screen_of(pilot).prompt.editor.put("other")
        await pilot.press("alt+enter")
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "a boat")
        assert screen_of(pilot).prompt.draft.parameters == before


async def test_alt_and_an_arrow_walk_through_what_was_sent(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "boat")
        await send(pilot, "koi")
        editor = screen_of(pilot).prompt.editor
        editor.put("half a thou")
        editor.focus()
        for key, text in (("up", "koi"), ("up", "boat"), ("down", "koi"), ("down", "half a thou")):
            await pilot.press(f"alt+{key}")
            await until(pilot, lambda text=text: editor.text == text)  # type: ignore[misc]
        await pilot.press("alt+up", "alt+up", "alt+up")
        await until(pilot, lambda: "There is no earlier prompt." in said(pilot))
        assert editor.text == "boat"


async def test_without_prompts_the_list_says_so(settings: Settings) -> None:
    async with running(settings) as pilot:
        await opened(pilot)
        assert "No prompt was sent yet." in plain(pilot)
