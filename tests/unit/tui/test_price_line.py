"""The price in as many words as there is room for."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from sora_tui.tui.caution import Bill
from sora_tui.tui.widgets.price_line import PriceLine


class Showing(App[None]):
    def compose(self) -> ComposeResult:
        yield PriceLine()


async def shown(width: int, cost: Bill, *, valid: bool = True) -> str:
    app = Showing()
    async with app.run_test(size=(width, 1)):
        line = app.query_one(PriceLine)
        line.show(cost, valid=valid)
        return line.render().plain


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (47, "330 credits ($1.65) · balance 2,480 → 2,150"),
        (43, "330 credits ($1.65) · balance 2,480 → 2,150"),
        (42, "330 credits ($1.65) · 2,480 → 2,150"),
        (35, "330 credits ($1.65) · 2,480 → 2,150"),
        (34, "330 credits · 2,480 → 2,150"),
        (27, "330 credits · 2,480 → 2,150"),
        (20, "330 credits · 2,480…"),
        (1, "…"),
    ],
)
async def test_the_longest_form_that_fits_is_taken(width: int, words: str) -> None:
    assert await shown(width, Bill(330.0, 2480.0)) == words


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Bill(330.0, None), "330 credits ($1.65)"),
        (Bill(None, None), "price not known"),
        (Bill(None, 2480.0), "price not known · balance 2,480"),
        (Bill(330.0, 300.0), "330 credits ($1.65) · balance 300, 30 too few"),
        (Bill(230.0, 300.0, is_bound=True), "at most 230 credits ($1.15) · balance 300 → at least 70"),
        (Bill(230.0, 200.0, is_bound=True), "at most 230 credits ($1.15) · balance 200, may not cover it"),
        (Bill(63.0, None, is_remembered=True), "63 credits ($0.32), as charged before"),
    ],
)
async def test_what_is_not_known_is_not_shown(cost: Bill, words: str) -> None:
    assert await shown(100, cost) == words


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (57, "63 credits ($0.32), as charged before · balance 100 → 37"),
        (48, "63 credits ($0.32), as charged before · 100 → 37"),
        (47, "63 credits ($0.32) · 100 → 37"),
        (28, "63 credits · 100 → 37"),
    ],
)
async def test_how_the_price_is_known_is_said_where_there_is_room(width: int, words: str) -> None:
    assert await shown(width, Bill(63.0, 100.0, is_remembered=True)) == words


async def test_a_bound_stays_a_bound_however_narrow() -> None:
    assert await shown(30, Bill(230.0, None, is_bound=True)) == "at most 230 credits ($1.15)"
    assert await shown(20, Bill(230.0, None, is_bound=True)) == "at most 230 credits"


async def test_while_something_is_wrong_no_price_is_guessed() -> None:
    assert await shown(100, Bill(None, 2480.0), valid=False) == "price shows when all is right"
    assert await shown(100, Bill(330.0, None), valid=False) == "330 credits ($1.65)"


async def test_too_little_on_the_account_is_seen_and_goes_away_again() -> None:
    app = Showing()
    async with app.run_test(size=(60, 1)):
        line = app.query_one(PriceLine)
        assert line.render().plain == ""
        line.show(Bill(330.0, 300.0), valid=True)
        assert line.has_class("-short")
        line.show(Bill(330.0, 330.0), valid=True)
        assert not line.has_class("-short")
        line.show(Bill(330.0, 300.0, is_bound=True), valid=True)
        assert line.has_class("-short")
