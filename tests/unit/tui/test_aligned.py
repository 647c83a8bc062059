"""Labels in one column, values wrapped beside them: no line wider than the widget, no word lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Size

from sora_tui.tui.text import clean, outside
from sora_tui.tui.widgets.aligned import BLANK, Aligned, Line
from tests.unit.tui.tasks import ANY_TEXT

LABELS = st.none() | st.sampled_from(["Charged", "What next"])
CARD = [
    Line(Content("501 generation failed")),
    BLANK,
    Line(Content("No. Credits are given back when a task fails."), "Charged"),
    Line(Content("Run it again."), "What next"),
]


class Showing(App[None]):
    """Lines at a width."""

    def __init__(self, entries: list[Line]) -> None:
        super().__init__()
        self.entries = entries

    def compose(self) -> ComposeResult:
        yield Aligned()

    def on_mount(self) -> None:
        self.query_one(Aligned).show_lines(self.entries)


def lines_at(width: int, *entries: Line) -> list[str]:
    aligned = Aligned()
    aligned._entries = entries
    return aligned._fit(width).plain.split("\n")


def test_values_stand_in_one_column_beside_their_labels() -> None:
    assert lines_at(60, *CARD) == [
        "501 generation failed",
        "",
        "Charged    No. Credits are given back when a task fails.",
        "What next  Run it again.",
    ]


def test_a_wrapped_value_goes_on_below_itself() -> None:
    lines = lines_at(44, CARD[2], CARD[3])
    assert [line.rstrip() for line in lines] == [
        "Charged    No. Credits are given back when a",
        "           task fails.",
        "What next  Run it again.",
    ]


def test_where_it_is_narrow_a_value_stands_below_its_label() -> None:
    lines = lines_at(30, CARD[2])
    assert [line.rstrip() for line in lines] == ["Charged", "  No. Credits are given back", "  when a task fails."]


def test_breaks_in_a_value_are_kept() -> None:
    assert lines_at(60, Line(Content("one\n\ntwo"), "Said")) == ["Said  one", "      ", "      two"]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(ANY_TEXT, st.none() | st.sampled_from(["Charged", "What next"])), max_size=5),
    st.integers(9, 120),
)
def test_no_line_is_wider_than_the_widget_and_nothing_is_lost(
    entries: list[tuple[str, str | None]], width: int
) -> None:
    aligned = Aligned()
    aligned._entries = tuple(Line(outside(text), label) for text, label in entries)
    fitted = aligned._fit(width)
    assert all(line.cell_length <= width for line in fitted.split("\n"))
    said = "".join((label or "") + clean(text) for text, label in entries)
    assert "".join(fitted.plain.split()) == "".join(said.split())
    assert aligned.get_content_height(Size(0, 0), Size(0, 0), width) == (fitted.plain.count("\n") + 1 if entries else 0)


@pytest.mark.parametrize("width", [120, 60, 30, 10, 1])
async def test_it_is_as_high_as_its_lines(width: int) -> None:
    app = Showing(CARD)
    async with app.run_test(size=(width, 80)):
        aligned = app.query_one(Aligned)
        assert aligned.size.height == len(lines_at(width, *CARD))


async def test_it_grows_and_shrinks_with_what_it_says() -> None:
    app = Showing(CARD)
    async with app.run_test(size=(60, 80)) as pilot:
        aligned = app.query_one(Aligned)
        for entries in (CARD[:2], CARD * 2, []):
            aligned.show_lines(entries)
            await pilot.pause()
            assert aligned.size.height == len(entries)


async def test_a_clock_that_ticks_lays_nothing_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Showing([Line(Content("Sent 0:01 ago."))])
    async with app.run_test(size=(60, 80)) as pilot:
        aligned = app.query_one(Aligned)
        asked: list[bool] = []
        refresh = aligned.refresh

        def watched(*, layout: bool = False) -> None:
            asked.append(layout)
            refresh(layout=layout)

        monkeypatch.setattr(aligned, "refresh", watched)
        aligned.show_lines([Line(Content("Sent 0:02 ago."))])
        aligned.show_lines([Line(Content("Sent 0:02 ago."))])
        await pilot.pause()
        assert asked == [False]
        aligned.show_lines([Line(Content("Sent\n0:02 ago."))])
        assert asked == [False, True]
