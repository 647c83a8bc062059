"""The controls of a form under keys, mouse and pastes: what they show, and exactly what goes on the wire."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from sora_tui.kie.fields import Media
from sora_tui.kie.profiles import FieldKind, Mode
from sora_tui.tui.widgets.choice_list import ChoiceList
from sora_tui.tui.widgets.fold_line import FoldLine
from tests.tui.form_app import a_field, a_profile, control, filling
from tests.tui.kit import plain, until
from tests.unit.tui.tasks import UNSHOWABLE

DURATION = a_field("duration", FieldKind.INTEGER, default=5, minimum=2, maximum=15)
SCALE = a_field("scale", FieldKind.NUMBER, minimum=0, maximum=1)
FPS = a_field("fps", FieldKind.INTEGER, minimum=12, maximum=60, multiple_of=12)


async def paste(pilot: Pilot[object], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


@pytest.mark.parametrize(
    ("made", "keys", "value"),
    [
        (DURATION, [], 5),
        (DURATION, ["right", "right"], 7),
        (DURATION, ["left"] * 9, 2),
        (DURATION, ["end", "right"], 15),
        (DURATION, ["shift+right"], 15),
        (DURATION, ["1", "2"], 12),
        (DURATION, ["9", "9"], 99),
        (DURATION, ["1", "2", "backspace", "4"], 14),
        (DURATION, ["x"], "x"),
        (DURATION, ["delete"], None),
        (SCALE, [], None),
        (SCALE, ["right"], 0),
        (SCALE, ["right", "right"], 0.1),
        (SCALE, ["right"] * 8, 0.7),
        (SCALE, ["left"], 1),
        (SCALE, ["0", "full_stop", "2", "5", "right"], 0.3),
        (SCALE, ["0", "full_stop", "2", "5", "left"], 0.2),
        (FPS, ["1", "3", "right"], 24),
        (FPS, ["1", "3", "left"], 12),
    ],
)
async def test_a_number_is_stepped_and_written(made: Any, keys: list[str], value: Any) -> None:
    async with filling(a_profile(made)) as (pilot, form, _):
        form.focus_field(made.name)
        await pilot.press(*keys)
        got = form.parameters().get(made.name)
        assert (got, type(got)) == (value, type(value))


async def test_the_bounds_of_a_number_stand_beside_it_and_a_click_steps() -> None:
    async with filling(a_profile(DURATION)) as (pilot, form, _):
        assert "‹ 5 ›  2 – 15" in plain(pilot)
        await pilot.click("#field-duration", offset=(4, 0))
        assert form.parameters() == {"duration": 6}
        await pilot.click("#field-duration", offset=(0, 0))
        await pilot.click("#field-duration", offset=(0, 0))
        assert form.parameters() == {"duration": 4}


VOICES = a_field("voice", FieldKind.CHOICE, *[f"[b]Voice {number}" for number in range(25)])


async def test_a_choice_that_is_not_set_is_left_out_and_can_be_so_again() -> None:
    async with filling(a_profile(a_field("ratio", FieldKind.CHOICE, "16:9", 1))) as (pilot, form, _):
        assert "◉ not set  ○ 16:9  ○ 1" in plain(pilot)
        assert form.parameters() == {}
        form.focus_field("ratio")
        await pilot.press("right", "right")
        assert form.parameters() == {"ratio": 1}
        await pilot.press("delete")
        assert form.parameters() == {}


async def test_a_choice_that_must_be_made_is_made_by_the_user() -> None:
    async with filling(a_profile(a_field("ratio", FieldKind.CHOICE, "16:9", "9:16", required=True))) as (
        pilot,
        form,
        _,
    ):
        assert "Ratio *  ○ 16:9  ○ 9:16" in plain(pilot)
        assert form.parameters() == {}
        form.focus_field("ratio")
        await pilot.press("right")
        assert form.parameters() == {"ratio": "16:9"}
        await pilot.press("delete")
        assert form.parameters() == {"ratio": "16:9"}


async def test_many_choices_open_as_a_list_that_is_searched_by_typing() -> None:
    async with filling(a_profile(VOICES)) as (pilot, form, app):
        form.focus_field("voice")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceList))
        await pilot.press(*"voice", "space", *"2", "down", "enter")
        await pilot.pause()
        assert form.parameters() == {"voice": "[b]Voice 12"}
        assert app.changes == 1


@pytest.mark.parametrize("way", ["escape", "beside"])
async def test_a_list_that_is_left_changes_nothing(way: str) -> None:
    async with filling(a_profile(VOICES)) as (pilot, form, app):
        await pilot.click("#field-voice", offset=(2, 0))
        await until(pilot, lambda: isinstance(app.screen, ChoiceList))
        await pilot.press(*"nobody is called that", "enter")
        assert "Nothing is called that" in plain(pilot)
        if way == "escape":
            await pilot.press("escape")
        else:
            await pilot.click(offset=(0, 0))
        await pilot.pause()
        assert not isinstance(app.screen, ChoiceList)
        assert (form.parameters(), app.changes) == ({}, 0)


async def test_arrows_change_a_choice_in_place() -> None:
    async with filling(a_profile(VOICES)) as (pilot, form, _):
        form.focus_field("voice")
        await pilot.press("right", "right", "left")
        assert form.parameters() == {"voice": "[b]Voice 0"}
        assert "‹ [b]Voice 0 ▾ ›" in plain(pilot)


async def test_a_flag_without_a_default_has_three_states() -> None:
    async with filling(a_profile(a_field("audio", FieldKind.FLAG))) as (pilot, form, _):
        form.focus_field("audio")
        seen: list[Any] = []
        for _ in range(4):
            seen.append(form.parameters().get("audio"))
            await pilot.press("space")
        assert seen == [None, True, False, None]
        assert "Audio · on" in plain(pilot)


async def test_a_long_text_grows_to_four_lines_and_its_ends_lead_out() -> None:
    fields = a_field("above", FieldKind.INTEGER), a_field("script", FieldKind.TEXT), a_field("below", FieldKind.INTEGER)
    async with filling(a_profile(*fields)) as (pilot, form, app):
        form.focus_field("script")
        await pilot.press("a", *["enter", "b"] * 6)
        await pilot.pause()
        assert form.parameters() == {"script": "a\n" + "\n".join("b" * 6)}
        assert control(form, "script").size.height == 4
        await pilot.press("down")
        assert app.focused is control(form, "below")
        await pilot.press("up", *["up"] * 7)
        assert app.focused is control(form, "above")


async def test_enter_writes_nothing_in_a_short_text() -> None:
    async with filling(a_profile(a_field("tag", FieldKind.TEXT, max_length=20))) as (pilot, form, _):
        form.focus_field("tag")
        await pilot.press("a", "enter", "b")
        await paste(pilot, "c\nd")
        assert form.parameters() == {"tag": "abc d"}


async def test_a_text_with_a_default_that_is_emptied_goes_out_empty() -> None:
    async with filling(a_profile(a_field("style", FieldKind.TEXT, default="x"))) as (pilot, form, _):
        form.focus_field("style")
        await pilot.press("backspace")
        assert form.parameters() == {"style": ""}


@pytest.mark.parametrize("entries", [["a", "b"], ["a, b"], ["one, two", "three"], ["x" * 60, "y"]])
async def test_a_list_comes_out_as_it_went_in(entries: list[str]) -> None:
    async with filling(a_profile(a_field("tags", FieldKind.TEXT_LIST))) as (_, form, _):
        form.load({"tags": entries})
        assert form.parameters() == {"tags": entries}


LINKS = a_profile(
    a_field("picture", FieldKind.LINK, media=Media.IMAGE), a_field("pictures", FieldKind.LINK_LIST, media=Media.IMAGE)
)


async def test_dragged_files_and_links_stand_one_a_line() -> None:
    async with filling(LINKS) as (pilot, form, _):
        form.focus_field("pictures")
        await paste(pilot, "'/a b.png' '/c, d.png' ")
        await paste(pilot, "https://x/e.png")
        assert form.parameters() == {"pictures": ["/a b.png", "/c, d.png", "https://x/e.png"]}
        form.focus_field("picture")
        await paste(pilot, r"/a\ b.png ")
        await paste(pilot, "file:///c%20d.png")
        assert form.parameters()["picture"] == "/c d.png"


async def test_the_right_arrow_completes_a_path_and_goes_round_what_fits(tmp_path: Path) -> None:
    for name in ("photo 1.png", "photo 2.png", "notes.txt"):
        (tmp_path / name).touch()
    async with filling(LINKS, size=(120, 20)) as (pilot, form, app):
        form.focus_field("picture")
        await paste(pilot, f"{tmp_path}/p")
        seen = []
        for _ in range(4):
            await pilot.press("right")
            await pilot.pause()
            seen.append(Path(form.parameters()["picture"]).name)
        assert seen == ["photo", "photo 1.png", "photo 2.png", "photo 1.png"]
        await pilot.press("tab")
        assert app.focused is app.query_one("#after")


async def test_json_begins_with_a_template_and_says_where_it_is_wrong() -> None:
    made = a_field("camera", FieldKind.JSON, json_schema={"type": "object", "properties": {"pan": {"type": "number"}}})
    async with filling(a_profile(made)) as (pilot, form, _):
        form.focus_field("camera")
        await pilot.press("ctrl+t")
        assert form.parameters() == {"camera": {"pan": 0}}
        form.load({"camera": {"tilt": [1, 2.5, None]}})
        assert form.parameters() == {"camera": {"tilt": [1, 2.5, None]}}
        await pilot.press("end", "x")
        assert list(form.problems()) == ["camera"]
        assert "line 1" in form.problems()["camera"]


MANY = a_profile(
    *[a_field(f"f{number}", FieldKind.INTEGER, default=number) for number in range(5)],
    a_field("seed", FieldKind.INTEGER),
    a_field("negative", FieldKind.TEXT),
)


async def test_rarely_used_fields_stand_behind_a_line_that_opens() -> None:
    async with filling(MANY) as (pilot, form, app):
        assert "▸ More (2)" in plain(pilot)
        assert "Seed" not in plain(pilot)
        form.focus_field("f4")
        await pilot.press("down", "down")
        assert app.focused is app.query_one("#after")
        form.query_one(FoldLine).focus()
        await pilot.press("right", "down", "7")
        assert form.parameters()["seed"] == 7
        await pilot.press("up", "left")
        await pilot.pause()
        assert "Seed" not in plain(pilot)
        assert form.parameters()["seed"] == 7


@pytest.mark.parametrize("way", ["value", "error", "focus", "click"])
async def test_it_opens_by_itself_for_what_must_be_seen(way: str) -> None:
    async with filling(MANY) as (pilot, form, _):
        if way == "value":
            form.load({"seed": 3})
        elif way == "error":
            form.show_errors({"negative": "Shorten it."})
        elif way == "focus":
            form.focus_field("seed")
        else:
            await pilot.click(FoldLine)
        await pilot.pause()
        assert "Seed" in plain(pilot)


STEPS, SIZE = a_field("steps", FieldKind.INTEGER), a_field("size", FieldKind.CHOICE, "s", "l", default="s")
MODES = replace(
    a_profile(STEPS, SIZE),
    mode="[text]",
    modes=(
        Mode(
            "[text]", (a_field("steps", FieldKind.INTEGER), a_field("size", FieldKind.CHOICE, "s", "l", default="s")), 9
        ),
        Mode("image", (a_field("picture", FieldKind.LINK, required=True), a_field("steps", FieldKind.INTEGER)), 9),
    ),
)


async def test_another_mode_swaps_the_fields_and_keeps_what_both_have() -> None:
    async with filling(MODES) as (pilot, form, app):
        assert "Mode   ◉ [text]  ○ image" in plain(pilot)
        form.load({"steps": 4, "size": "l"})
        form.query_one("ChoiceLine").focus()
        await pilot.press("right")
        await pilot.pause()
        assert form.profile.mode == "image"
        assert form.parameters() == {"steps": 4}
        assert "Picture *" in plain(pilot)
        assert app.changes == 1
        await pilot.press("left")
        await pilot.pause()
        assert form.parameters() == {"steps": 4, "size": "l"}


async def test_the_focused_row_is_in_sight_in_a_form_that_scrolls() -> None:
    many = a_profile(*[a_field(f"f{number}", FieldKind.INTEGER, default=number) for number in range(30)])
    async with filling(many, size=(60, 10)) as (pilot, form, _):
        form.styles.max_height = 6
        await pilot.pause()
        form.focus_field("f0")
        for _ in range(29):
            await pilot.press("down")
        await pilot.pause()
        assert "F29" in plain(pilot)
        assert "F0 " not in plain(pilot)


async def test_words_from_outside_are_shown_as_they_are_and_harmless() -> None:
    evil = "\x1b[2J[red]\u202e\x07"
    made = [
        replace(
            a_field(f"f{number}", kind, evil, "b", help=evil * 9, default=None),
            label=evil,
            json_schema={"type": "object", "properties": {evil: {}}},
        )
        for number, kind in enumerate(FieldKind)
    ]
    async with filling(replace(a_profile(*made), modes=(Mode(evil, tuple(made), 9),), mode=evil), size=(80, 40)) as (
        pilot,
        form,
        _,
    ):
        form.load({"f0": evil, "f2": evil, "f5": [evil], "f6": evil, "f7": [evil], "f8": {evil: evil}})
        form.show_errors({field.name: evil for field in made})
        await pilot.pause()
        for row in made:
            form.focus_field(row.name)
            await pilot.press("right", "space")
            if isinstance(pilot.app.screen, ChoiceList):
                await pilot.press("escape")
        await pilot.pause()
        assert not UNSHOWABLE.search(plain(pilot).replace("\n", ""))


async def test_a_setting_that_the_model_calls_mode_is_not_mistaken_for_the_mode() -> None:
    own = replace(a_field("mode", FieldKind.CHOICE, "std", "pro", default="std"), label="Mode")
    both = (Mode("one", (own,), 9), Mode("two", (own,), 9))
    async with filling(replace(a_profile(own), mode="one", modes=both)) as (pilot, form, _):
        assert "Variant  ◉ one  ○ two" in plain(pilot)
        assert "Mode     ◉ std  ○ pro" in plain(pilot)
        assert form.parameters() == {"mode": "std"}
