"""The offer of another model: what stays, what differs and what it costs is seen before anything is switched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from sora_tui.kie.openapi import UnusableSchema
from sora_tui.kie.profiles import SORA_2_PRO, FieldError
from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.task import Draft
from sora_tui.tui.screens.substitutes import Instead, Offer, Outcome, SubstitutesScreen
from sora_tui.tui.themed import ThemedApp
from tests.tui.kit import plain, until
from tests.unit.tui.fake_market import FakeMarket, FakeStudio, many_listings
from tests.unit.tui.tasks import NOW_MS

WIDE = Draft("koi", SORA_2_PRO.model, {"aspect_ratio": "landscape", "n_frames": "10"})
TALL = Draft("boat", SORA_2_PRO.model, {"aspect_ratio": "portrait", "n_frames": "15"})


class Asking(ThemedApp):
    """An app that offers another model and keeps the answer."""

    def __init__(self, studio: FakeStudio, offer: Offer) -> None:
        super().__init__()
        self.studio, self.offer = studio, offer
        self.answers: list[Outcome | None] = []

    def on_mount(self) -> None:
        self.push_screen(SubstitutesScreen(self.studio, self.offer, now=lambda: NOW_MS), self.answers.append)


@asynccontextmanager
async def offering(
    *drafts: Draft,
    market: FakeMarket | None = None,
    can_send: bool = True,
    batch: bool = False,
    wrong: FieldError | None = None,
    size: tuple[int, int] = (120, 36),
) -> AsyncIterator[tuple[Pilot[object], Asking]]:
    market = market or FakeMarket(many_listings())
    studio = FakeStudio(market)
    if wrong is not None:
        studio.errors["veo-3-1"] = [wrong]
    market.withdraw(SORA_2_PRO.model)
    app = Asking(studio, Offer(drafts or (WIDE,), "Sora 2 Pro", can_send=can_send, batch=batch))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app


async def test_what_is_known_and_what_would_become_of_the_draft_is_said() -> None:
    async with offering() as (pilot, _):
        await until(pilot, lambda: "at most 370 credits ($1.85) · balance 2,480 → at least 2,110" in plain(pilot))
        text = plain(pilot)
        assert "Sora 2 Pro can't be had. The service says that it is paused. Heard 5 min ago." in text
        assert "16:9" in text
        assert "10 s → 8 s" in text
        assert "removed → no such setting" in text


async def test_enter_answers_with_the_drafts() -> None:
    async with offering() as (pilot, app):
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.answers))
        made = app.answers[0]
        assert isinstance(made, tuple)
        assert [each.draft.model for each in made] == ["veo-3-1"]


@pytest.mark.parametrize(
    ("key", "answer"), [("escape", None), ("s", Instead.SEND_ANYWAY), ("ctrl+o", Instead.ALL_MODELS)]
)
async def test_the_other_ways_out(key: str, answer: Outcome | None) -> None:
    async with offering() as (pilot, app):
        await pilot.press(key)
        assert app.answers == [answer]


async def test_where_sending_is_no_way_out_s_does_nothing() -> None:
    async with offering(can_send=False) as (pilot, app):
        await pilot.press("s")
        assert app.answers == []
        assert "Send anyway" not in plain(pilot)


async def test_of_a_batch_the_differences_are_summed_up() -> None:
    async with offering(WIDE, TALL, WIDE, batch=True) as (pilot, app):
        await until(pilot, lambda: "Price" in plain(pilot))
        text = plain(pilot)
        assert "Choose what makes these 3 instead." in text
        assert "16:9 (2 of 3) · 9:16 (1 of 3)" in text
        assert "10 s → 8 s  (2 of 3)" in text
        assert "15 s → 8 s  (1 of 3)" in text
        assert "removed → no such setting" in text
        assert "at most 1,110 credits" in text
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.answers))
        made = app.answers[0]
        assert isinstance(made, tuple)
        assert [each.draft.prompt for each in made] == ["koi", "boat", "koi"]


async def test_a_batch_that_could_not_be_sent_says_why_and_stays() -> None:
    wrong = FieldError("image_urls", "Images is needed by this model.")
    async with offering(WIDE, TALL, batch=True, wrong=wrong) as (pilot, app):
        await pilot.press("enter")
        await until(pilot, lambda: "Images is needed by this model." in plain(pilot))
        await pilot.press("enter")
        assert app.answers == []


@pytest.mark.parametrize("error", [UnusableSchema("It describes no input."), NotAnswered("It can't be reached.")])
async def test_a_candidate_that_cannot_be_read_says_why_and_another_can_be_taken(error: Exception) -> None:
    market = FakeMarket(many_listings())
    market.refusals["veo-3-1"] = error
    async with offering(market=market) as (pilot, app):
        await until(pilot, lambda: str(error) in plain(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: bool(app.answers))
        made = app.answers[0]
        assert isinstance(made, tuple)
        assert made[0].draft.model == "kling-3.0-omni/text-to-video"


async def test_without_a_list_it_is_read() -> None:
    market = FakeMarket()
    market.next_list = many_listings()
    async with offering(market=market) as (pilot, _):
        await until(pilot, lambda: "Veo 3.1" in plain(pilot))
        assert "list" in market.asked


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (80, 24), (60, 24)])
async def test_every_size_shows_reason_candidate_price_and_keys(size: tuple[int, int]) -> None:
    async with offering(size=size) as (pilot, _):
        await until(pilot, lambda: "at most 370 credits" in plain(pilot))
        text = plain(pilot)
        assert "Sora 2 Pro can't be had." in text
        assert "▸ Veo 3.1" in text
        assert "enter Use it" in text
