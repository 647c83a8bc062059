"""What is said of a model: nothing that is not known is shown as a fact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.kie.profiles import Choice, Field, FieldKind, Media, Mode, ModelProfile
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.prices import Basis, Quote
from sora_tui.tui.model_words import age_words, field_words, health_words, price_figure, takes
from sora_tui.tui.sparkline import BARS, NO_TRAFFIC, POINTS, sparkline
from tests.unit.tui.tasks import DAY, HOUR, MINUTE, NOW_MS


@pytest.mark.parametrize(
    ("quote", "figure"),
    [
        (Quote(), "?"),
        (Quote(330, Basis.LISTED), "330"),
        (Quote(62.5, Basis.CHARGED, 3), "62.5"),
        (Quote(1230, Basis.AT_MOST), "≤ 1,230"),
        (Quote(5, Basis.UNKNOWN), "?"),
    ],
)
def test_a_bound_is_never_shown_as_a_price(quote: Quote, figure: str) -> None:
    assert price_figure(quote) == figure


@pytest.mark.parametrize(
    ("rate", "degraded", "words"),
    [
        (99.2, False, "healthy, 99 % in the last hour, read 2 min ago"),
        (61.0, True, "degraded, 61 % in the last hour, read 2 min ago"),
        (None, False, "no traffic, read 2 min ago"),
    ],
)
def test_health_says_how_old_it_is(rate: float | None, degraded: bool, words: str) -> None:
    assert health_words(ModelHealth("m", (), NOW_MS - 2 * MINUTE, rate, degraded), NOW_MS) == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"read_at": NOW_MS - 2 * HOUR}, "Listed 2 h ago"),
        ({"read_at": NOW_MS}, "Listed just now"),
        ({"read_at": NOW_MS, "is_reading": True}, "Reading the list…"),
        ({"read_at": None}, "No list yet."),
        ({"read_at": None, "trouble": "It can't be reached."}, "No list yet. It can't be reached."),
        ({"read_at": NOW_MS - 3 * DAY, "trouble": "No net."}, "From the cache, 3 d old: No net."),
        ({"read_at": NOW_MS, "trouble": "No net."}, "From the cache, just read: No net."),
    ],
)
def test_the_age_of_the_list_is_always_said(known: dict[str, Any], words: str) -> None:
    assert age_words(now_ms=NOW_MS, **known) == words


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field("a", "A", FieldKind.CHOICE, (Choice(5, "5 s"), Choice(10, "10 s")), required=True), "5 s, 10 s, needed"),
        (Field("a", "A", FieldKind.CHOICE, (Choice(0, "x"),) * 14), "x, x, x, x, x, x, x, x, x, x, x, x, 2 more"),
        (Field("a", "A", FieldKind.FLAG, default=True, required=True), "on or off"),
        (Field("a", "A", FieldKind.INTEGER, minimum=1, maximum=10), "1 to 10"),
        (Field("a", "A", FieldKind.INTEGER, minimum=0), "at least 0"),
        (Field("a", "A", FieldKind.NUMBER, maximum=2.5), "at most 2.5"),
        (Field("a", "A", FieldKind.NUMBER), "a number"),
        (Field("a", "A", FieldKind.INTEGER), "a whole number"),
        (Field("a", "A", FieldKind.TEXT, max_length=5000), "up to 5,000 characters"),
        (Field("a", "A", FieldKind.TEXT), "a text"),
        (Field("a", "A", FieldKind.LINK, required=True, media=Media.IMAGE), "a link or a path of an image, needed"),
        (Field("a", "A", FieldKind.LINK_LIST, max_items=3, media=Media.AUDIO), "up to 3 links or paths, sounds"),
        (Field("a", "A", FieldKind.JSON), "JSON"),
    ],
)  # fmt: skip
def test_a_field_says_what_it_takes(field: Field, words: str) -> None:
    assert field_words(field) == words


def test_a_model_says_whether_it_takes_a_prompt_and_which_modes_it_has() -> None:
    assert takes(ModelProfile("m", "M", (), 0)) == [("Prompt", "none")]
    modes = (Mode("Frames", (), 10), Mode("References", (), 10))
    profile = ModelProfile("m", "M", (), 2500, prompt_required=False, mode="Frames", modes=modes)
    assert takes(profile) == [("Modes", "Frames, References"), ("Prompt", "up to 2,500 characters, may be empty")]


RATES = st.lists(st.none() | st.floats(0, 100), max_size=200)


@given(RATES, st.integers(1, 150))
def test_a_day_fits_whatever_is_told_of_it(rates: list[float | None], cells: int) -> None:
    line = sparkline(rates, cells).plain
    assert cell_len(line) == len(line) == cells
    assert set(line) <= {*BARS, NO_TRAFFIC}


def test_the_bars_tell_good_from_bad_and_from_nothing() -> None:
    assert sparkline([100.0] * POINTS, 4).plain == "████"
    assert sparkline([0.0] * POINTS, 2).plain == "▁▁"
    assert sparkline([], 3).plain == "···"
    assert sparkline([100.0] * 72, 4).plain == "··██", "what is told is the latest"
