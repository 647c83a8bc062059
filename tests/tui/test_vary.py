"""The settings to go through belong to their draft: kept with it, and gone with it."""

from __future__ import annotations

from textual.widgets import Input

from sora_tui.settings import Settings
from sora_tui.studio.drafts import load_draft, load_vary
from sora_tui.studio.task import Draft
from sora_tui.tui.widgets.price_line import PriceLine
from tests.tui.kit import running, screen_of, send, tasks_of, until
from tests.tui.pane_app import drafting

VARY = "n_frames=10,15"


async def test_they_are_kept_as_they_are_typed_and_are_there_after_a_restart(settings: Settings) -> None:
    async with running(settings) as pilot:
        await pilot.press("ctrl+t", *"n_frames=10,15")
        await until(pilot, lambda: load_vary(settings.data_dir) == VARY)  # without an end of the program
    async with running(settings) as pilot:
        prompt = screen_of(pilot).prompt
        assert prompt.vary.display
        assert prompt.vary.query_one(Input).value == VARY
        assert prompt.combinations.count == 2
        await pilot.press("f2")  # elsewhere is typed
        assert prompt.vary.display


async def test_a_draft_that_is_edited_again_brings_none_of_the_one_before(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "A paper boat")
        prompt = screen_of(pilot).prompt
        await pilot.press("ctrl+t", *VARY)
        await until(pilot, lambda: prompt.combinations.count == 2)
        await prompt.edit_again(tasks_of(pilot)[0])
        assert prompt.combinations.count == 1
        await pilot.pause()
        assert not prompt.vary.display
        assert str(prompt.query_one(PriceLine).render()).startswith("330 credits")
        await until(pilot, lambda: load_vary(settings.data_dir) == "" and load_draft(settings.data_dir) is not None)


async def test_an_emptied_editor_keeps_them_as_it_keeps_its_settings(settings: Settings) -> None:
    async with running(settings) as pilot:
        await pilot.press("ctrl+t", *VARY)
        await pilot.press("f2", "ctrl+n")
        assert screen_of(pilot).prompt.vary.text == VARY


async def test_another_model_for_the_same_draft_keeps_them() -> None:
    async with drafting() as (pilot, pane, _, app):
        pane.vary.put(VARY)
        await pane.use_draft(Draft("A koi", pane.model), pane.vary.text)
        assert pane.combinations.count == 2
        await pane.use_draft(Draft("A koi", "unknown/model"))
        assert (pane.vary.text, pane.combinations.count) == ("", 1)
        await pilot.pause()
        assert "Edited" in app.told


async def test_a_change_of_them_is_a_change_of_the_draft() -> None:
    async with drafting() as (pilot, pane, _, app):
        app.told.clear()
        pane.vary.query_one(Input).value = VARY
        await pilot.pause()
        assert app.told == ["Edited"]
