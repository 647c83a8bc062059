"""The theme: chosen, kept for the next start, and a name that is none."""

from __future__ import annotations

from sora_tui.settings import Settings, load
from tests.tui.kit import running, said, until


async def test_a_chosen_theme_is_worn_at_the_next_start(settings: Settings) -> None:
    settings.config_file.write_text("# mine\npoll_rate = 5.0\n")
    async with running(settings) as pilot:
        assert pilot.app.theme == "sora"
        pilot.app.theme = "nord"
        await until(pilot, lambda: "nord" in settings.config_file.read_text())
    again = load(config_file=settings.config_file, base_url=settings.base_url, data_dir=settings.data_dir)
    assert (again.theme, again.poll_rate) == ("nord", 5.0)
    assert settings.config_file.read_text().startswith("# mine\n")
    async with running(settings.model_copy(update={"theme": again.theme})) as pilot:
        await until(pilot, lambda: pilot.app.theme == "nord")


async def test_an_unknown_theme_is_named_and_ours_is_worn(settings: Settings) -> None:
    async with running(settings.model_copy(update={"theme": "gruvbx[/]"})) as pilot:
        await until(pilot, lambda: "There is no theme gruvbx[/]. Did you mean gruvbox?" in said(pilot))
        assert pilot.app.theme == "sora"


async def test_a_theme_of_the_terminals_own_colours_sends_no_others(settings: Settings) -> None:
    async with running(settings.model_copy(update={"theme": "ansi-dark"})) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        assert pilot.app.native_ansi_color
