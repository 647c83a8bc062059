"""The screen of all models: finding one, looking at it, using it; reading nothing that nobody wants any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from sora_tui.kie.openapi import UnusableSchema
from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.substitutes import Substitution
from sora_tui.studio.task import Draft
from sora_tui.tui.screens.help import HelpScreen
from sora_tui.tui.screens.models import ModelsScreen
from sora_tui.tui.themed import ThemedApp
from tests.tui.kit import plain, until
from tests.unit.tui.fake_market import FakeMarket, FakeStudio, many_listings
from tests.unit.tui.tasks import DAY, NOW_MS

DRAFT = Draft("koi", SORA_2_PRO.model, {"aspect_ratio": "portrait", "n_frames": "15"})


class Shop(ThemedApp):
    """An app that asks for a model and keeps the answer."""

    def __init__(self, market: FakeMarket, draft: Draft) -> None:
        super().__init__()
        self.market, self.studio = market, FakeStudio(market)
        self.draft = draft
        self.answers: list[Substitution | None] = []

    def on_mount(self) -> None:
        self.push_screen(ModelsScreen(self.studio, self.draft, now=lambda: NOW_MS), self.answers.append)


@asynccontextmanager
async def shopping(
    market: FakeMarket | None = None, *, draft: Draft = DRAFT, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[Pilot[object], ModelsScreen, Shop]]:
    app = Shop(market or FakeMarket(many_listings()), draft)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ModelsScreen)
        yield pilot, screen, app


def at(screen: ModelsScreen) -> str:
    item = screen.models.highlighted
    return "" if item is None else item.model


async def test_typing_finds_and_enter_uses_with_its_settings() -> None:
    async with shopping() as (pilot, _, app):
        await pilot.press(*"31 veo", "enter")
        await until(pilot, lambda: bool(app.answers))
        answer = app.answers[0]
        assert answer is not None
        assert answer.draft.model == "veo-3-1"
        assert answer.draft.parameters["aspect_ratio"] == "9:16"
        assert answer.differences[0].before == "15 s"


async def test_it_begins_on_the_model_in_use_and_escape_changes_nothing() -> None:
    async with shopping() as (pilot, screen, app):
        assert at(screen) == SORA_2_PRO.model
        await pilot.press("escape")
        assert app.answers == [None]


async def test_using_the_model_in_use_is_no_change() -> None:
    async with shopping() as (pilot, _, app):
        await pilot.press("enter")
        assert app.answers == [None]
        assert SORA_2_PRO.model not in app.market.asked


async def test_what_it_takes_and_how_it_fares_is_read_when_one_stays() -> None:
    async with shopping() as (pilot, _, app):
        await pilot.press(*"veo")
        await until(pilot, lambda: "99 % in the last hour" in plain(pilot))
        assert app.market.asked[-2:] == ["veo-3-1", "health veo-3-1"]
        assert "at most 370 credits ($1.85)" in plain(pilot)
        assert "Fast mode: 720P" in plain(pilot)
        assert "up to 3 links or paths" in plain(pilot)


async def test_passing_over_models_asks_about_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    # However long a slow machine takes for a key, it is no rest; after the last one, any time is.
    monkeypatch.setattr("sora_tui.tui.model_look.REST_S", 3600.0)
    async with shopping() as (pilot, screen, app):
        await pilot.press(*["down"] * 19)
        monkeypatch.setattr("sora_tui.tui.model_look.REST_S", 0.01)
        await pilot.press("down")
        passed = at(screen)
        await until(pilot, lambda: bool(app.market.asked))
        assert app.market.asked[0] == passed


async def test_moving_on_gives_up_the_question_that_is_under_way() -> None:
    market = FakeMarket(many_listings())
    market.may_answer.clear()
    async with shopping(market) as (pilot, screen, _):
        await pilot.press("down")
        first = at(screen)
        await until(pilot, lambda: market.asked[-1:] == [first])
        await until(pilot, lambda: "Reading what it takes…" in plain(pilot))
        await pilot.press("down")
        await until(pilot, lambda: market.given_up[-1:] == [first])
        second = at(screen)
        await until(pilot, lambda: market.asked[-2:] == [first, second])
        assert second != first
        market.may_answer.set()
        await until(pilot, lambda: "Healthy" in plain(pilot))


async def test_leaving_gives_up_the_question_too() -> None:
    market = FakeMarket(many_listings())
    market.may_answer.clear()
    async with shopping(market) as (pilot, _, app):
        await pilot.press("down")
        await until(pilot, lambda: bool(market.asked))
        await pilot.press("escape")
        await until(pilot, lambda: market.given_up == market.asked)
        assert app.studio.listeners == []


async def test_a_model_without_a_usable_schema_says_so_and_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sora_tui.tui.model_look.REST_S", 3600.0)  # only enter asks
    market = FakeMarket(many_listings())
    market.refusals["odd/one"] = UnusableSchema("The service describes no input for this model.")
    async with shopping(market) as (pilot, _, app):
        await pilot.press(*"odd", "enter")
        await until(pilot, lambda: "describes no input" in plain(pilot))
        assert app.answers == []
        await until(pilot, lambda: "no form" in plain(pilot))
        asked = market.asked.count("odd/one")
        await pilot.press("enter")
        assert app.answers == []
        assert market.asked.count("odd/one") == asked


async def test_a_service_that_does_not_answer_is_said_and_can_be_asked_again() -> None:
    market = FakeMarket(many_listings())
    market.refusals["veo-3-1"] = NotAnswered("The service can't be reached.")
    async with shopping(market) as (pilot, _, app):
        await pilot.press(*"veo", "enter")
        await until(pilot, lambda: "can't be reached" in plain(pilot))
        assert app.answers == []
        del market.refusals["veo-3-1"]
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.answers))


async def test_kinds_and_providers_narrow_the_list_and_are_counted() -> None:
    async with shopping(size=(200, 45)) as (pilot, screen, _):
        assert "◉ all 219" in plain(pilot)
        await pilot.press("tab", "right")
        assert str(screen.providers.value) == "Black Forest Labs"
        assert "Models · 26 of 219" in plain(pilot)
        await pilot.press("tab", "right")
        kind = screen.kinds.value
        assert all(kind in item.kinds for item in screen.models._items)
        await pilot.press(*"zzz")
        assert screen.words.value == "zzz", "letters are meant for the search, wherever the focus is"
        assert "No model is like that" in plain(pilot)


async def test_the_mouse_does_what_the_keys_do() -> None:
    async with shopping(size=(200, 45)) as (pilot, screen, app):
        await pilot.click("#kinds", offset=(14, 0))
        assert str(screen.kinds.value) == "text to video"
        await pilot.click("#models", offset=(8, 3))
        assert at(screen) == screen.models._items[1].model
        await pilot.click("#models", offset=(8, 2), times=2)
        await until(pilot, lambda: bool(app.answers))


async def test_the_cursor_keeps_its_model_while_the_list_is_read_anew() -> None:
    market = FakeMarket(many_listings(), read_at=NOW_MS)
    async with shopping(market) as (pilot, screen, _):
        await pilot.press(*["pagedown"] * 2)
        before = at(screen)
        market.next_list = many_listings()[:-3]
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Listed just now" in plain(pilot) and "216" in plain(pilot))
        assert at(screen) == before


async def test_an_old_list_is_read_by_itself_and_says_so_where_that_fails() -> None:
    market = FakeMarket(many_listings(), read_at=NOW_MS - 3 * DAY)
    market.refusals["list"] = NotAnswered("The service can't be reached.")
    async with shopping(market) as (pilot, _, app):
        await until(pilot, lambda: "From the cache, 3 d old: The service can't be reached" in plain(pilot))
        assert app.market.asked[0] == "list"
        assert "Kling 3.0" in plain(pilot)


async def test_without_any_list_it_is_read_and_meanwhile_said() -> None:
    market = FakeMarket()
    market.may_answer.clear()
    market.next_list = many_listings()
    async with shopping(market) as (pilot, _, __):
        await until(pilot, lambda: "Reading the list…" in plain(pilot))
        market.may_answer.set()
        await until(pilot, lambda: "Kling 3.0" in plain(pilot))


async def test_a_model_that_is_withdrawn_meanwhile_is_shown_so_at_once() -> None:
    async with shopping() as (pilot, _, app):
        assert "withdrawn" not in plain(pilot)
        app.market.withdraw(SORA_2_PRO.model)
        await until(pilot, lambda: "withdrawn" in plain(pilot))
        assert "The service says that it is paused." in plain(pilot)


async def test_words_of_the_service_drive_no_terminal() -> None:
    odd = many_listings(4)[:3]
    hostile = odd[0].model_copy(
        update={"title": "V\x1b[31meo\u202e", "provider": "G\x07[b]", "pricing": "\x1b]0;x\x07", "model": "v\n1"}
    )
    async with shopping(FakeMarket([hostile, *odd[1:]])) as (pilot, _, __):
        await pilot.press(*"eo")
        text = plain(pilot)
        assert "V␛[31meo" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


async def test_f1_explains_the_screen_and_leads_back() -> None:
    async with shopping() as (pilot, screen, _):
        await pilot.press("f1")
        assert HelpScreen in map(type, pilot.app.screen_stack)
        assert "Read the list again" in plain(pilot)
        assert "Send the prompt" not in plain(pilot)
        await pilot.press("escape")
        assert pilot.app.screen is screen


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (80, 24), (60, 24)])
async def test_every_size_shows_list_facts_age_and_keys(size: tuple[int, int]) -> None:
    async with shopping(size=size) as (pilot, _, __):
        await pilot.press(*"kling 3.0")
        text = plain(pilot)
        assert "▸ Kling 3.0 Omni" in text
        assert "kling-3.0-omni/text-to" in text
        assert "Listed 2 h ago" in text
        assert "enter Use it" in text
        assert "esc Back" in text
