"""The form of a model's parameters: walked by keys, told once per change, its values those of the wire."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events

from sora_tui.kie.profiles import SORA_2_PRO, FieldKind, check
from sora_tui.tui.widgets.choices import ChoiceLine, FlagLine
from sora_tui.tui.widgets.field_row import FieldRow
from sora_tui.tui.widgets.text_controls import ListBox
from tests.tui.form_app import a_field, a_profile, control, filling
from tests.tui.kit import plain
from tests.unit.tui.tasks import UNSHOWABLE

EVERY_KIND = a_profile(
    a_field("ratio", FieldKind.CHOICE, "16:9", "9:16", default="16:9"),
    a_field("audio", FieldKind.FLAG, default=True),
    a_field("style", FieldKind.TEXT),
    a_field("seed", FieldKind.INTEGER),
    a_field("strength", FieldKind.NUMBER),
    a_field("ids", FieldKind.TEXT_LIST),
    a_field("extra", FieldKind.JSON),
)


async def test_it_begins_with_the_defaults_and_tells_nothing() -> None:
    async with filling() as (_, form, app):
        assert form.parameters() == {**SORA_2_PRO.defaults()}
        assert check(SORA_2_PRO, "koi", form.parameters()) == []
        assert app.changes == 0


async def test_every_field_has_its_name_and_its_values_on_one_line() -> None:
    async with filling() as (pilot, form, _):
        text = plain(pilot)
        for line in ("Aspect      ◉ landscape  ○ portrait", "Length      ◉ 10 s  ○ 15 s", "[x] Remove watermark"):
            assert line in text
        assert form.size.height == len(SORA_2_PRO.fields)


async def test_left_and_right_change_a_value_and_are_told_once() -> None:
    async with filling() as (pilot, form, app):
        form.focus_field("size")
        await pilot.press("left")
        assert form.parameters()["size"] == "standard"
        assert app.changes == 1
        await pilot.press("right", "space", "enter")
        assert form.parameters()["size"] == "high"
        assert app.changes == 4


async def test_down_walks_all_fields_and_out() -> None:
    async with filling() as (pilot, form, app):
        form.focus_field("no such field")
        await pilot.pause()
        walked = []
        for _ in SORA_2_PRO.fields:
            assert app.focused is not None
            walked.append(app.focused.id)
            await pilot.press("down")
        assert walked == [f"field-{field.name}" for field in SORA_2_PRO.fields]
        assert app.focused is not None
        assert app.focused.id == "after"
        assert app.changes == 0


async def test_up_from_the_first_field_goes_to_what_comes_before() -> None:
    async with filling() as (pilot, form, app):
        form.focus_field("n_frames")
        await pilot.press("up", "up")
        assert app.focused is app.query_one("#before")


@pytest.mark.parametrize(("key", "target"), [("tab", "after"), ("shift+tab", "before")])
@pytest.mark.parametrize("name", ["aspect_ratio", "character_id_list", "upload_method"])
async def test_tab_leaves_the_form_at_once_from_any_field(name: str, key: str, target: str) -> None:
    async with filling() as (pilot, form, app):
        form.focus_field(name)
        await pilot.press(key)
        assert app.focused is app.query_one(f"#{target}")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("style", " noir ", "noir"),
        ("style", "", None),
        ("seed", "42", 42),
        ("seed", "-1", -1),
        ("seed", "4.5", "4.5"),
        ("seed", "koi", "koi"),
        ("strength", "0.5", 0.5),
        ("strength", "half", "half"),
        ("ids", "a, b  c,,", ["a", "b  c"]),
        ("ids", " , ", None),
        ("extra", '{"a": [1]}', {"a": [1]}),
        ("extra", "{broken", "{broken"),
    ],
)
async def test_what_is_typed_becomes_a_value_of_the_fields_kind(name: str, typed: str, value: Any) -> None:
    async with filling(EVERY_KIND) as (pilot, form, app):
        form.focus_field(name)
        await pilot.press(*["space" if key == " " else key for key in typed])
        values = form.parameters()
        assert (values.get(name), type(values.get(name))) == (value, type(value))
        assert (name in values) == (value is not None)
        assert app.changes == len(typed)


async def test_what_is_loaded_comes_out_as_it_was_and_tells_nothing() -> None:
    values = {
        "ratio": "9:16",
        "audio": False,
        "style": "noir [b] film",
        "seed": 7,
        "strength": 0.25,
        "ids": ["a", "b"],
        "extra": {"ä": [1, None]},
    }
    async with filling(EVERY_KIND) as (pilot, form, app):
        form.load(values)
        await pilot.pause()
        assert form.parameters() == values
        assert app.changes == 0
        form.load({})
        await pilot.pause()
        assert form.parameters() == EVERY_KIND.defaults()
        assert app.changes == 0


async def test_loaded_words_are_clean() -> None:
    async with filling(EVERY_KIND) as (pilot, form, _):
        form.load({"style": "\x1b[2J noir\n\u202e", "ids": ["\x9b31m"], "extra": ["\x1b]0;x\x07"]})
        await pilot.pause()
        assert not UNSHOWABLE.search(plain(pilot).replace("\n", ""))
        assert "noir" in plain(pilot)


async def test_another_model_keeps_what_it_has_in_common_and_the_first_gets_its_own_back() -> None:
    async with filling() as (pilot, form, app):
        form.load({"aspect_ratio": "portrait", "n_frames": "15"})
        other = a_profile(
            a_field("aspect_ratio", FieldKind.CHOICE, "landscape", "portrait", default="landscape"),
            a_field("seed", FieldKind.INTEGER, default=3),
        )
        await form.use(other)
        await pilot.pause()
        assert form.parameters() == {"aspect_ratio": "portrait", "seed": 3}
        assert form.size.height == 2
        await form.use(SORA_2_PRO)
        await pilot.pause()
        assert form.parameters() == {**SORA_2_PRO.defaults(), "aspect_ratio": "portrait", "n_frames": "15"}
        assert app.changes == 0


async def test_the_same_model_again_changes_nothing() -> None:
    async with filling() as (_, form, _):
        rows = list(form.query(FieldRow))
        await form.use(SORA_2_PRO)
        assert list(form.query(FieldRow)) == rows


NUMBERS = a_profile(a_field("n_frames", FieldKind.CHOICE, 5, 10, default=10))


async def test_another_models_value_that_is_none_of_the_choices_becomes_the_default() -> None:
    async with filling() as (pilot, form, _):
        await form.use(NUMBERS)
        await pilot.pause()
        assert form.parameters() == {"n_frames": 10}


async def test_a_loaded_value_that_is_none_of_the_choices_becomes_the_default() -> None:
    async with filling() as (_, form, _):
        form.load({"size": "standard"})
        form.load({"size": "no longer offered"})
        assert form.parameters()["size"] == "high"


async def test_a_choice_without_a_default_does_not_keep_the_value_of_another_task() -> None:
    async with filling(a_profile(a_field("ratio", FieldKind.CHOICE, "16:9", "9:16"))) as (_, form, _):
        untouched = form.parameters()
        form.load({"ratio": "9:16"})
        form.load({})
        assert form.parameters() == untouched


async def test_an_error_is_said_at_its_field_and_goes_when_it_is_right() -> None:
    async with filling() as (pilot, form, _):
        form.show_errors({"size": "Size must be\n\x1b[31mhigh.", "unknown": "Nowhere to say it."})
        await pilot.pause()
        lines = plain(pilot).split("\n")
        assert "Size" in lines[3]
        assert "Size must be ␛[31mhigh." in lines[4]
        assert [row.field.name for row in form.query(FieldRow) if row.has_class("-wrong")] == ["size"]
        form.show_errors({})
        await pilot.pause()
        assert form.size.height == len(SORA_2_PRO.fields)
        assert not form.query(".field--error")


async def test_a_wrong_value_is_found_by_the_check_and_not_lost() -> None:
    async with filling() as (pilot, form, _):
        form.focus_field("character_id_list")
        await pilot.press(*"a,b,c,d,e,f")
        errors = check(SORA_2_PRO, "koi", form.parameters())
        assert [error.field for error in errors] == ["character_id_list"]


async def test_a_paste_into_a_field_is_one_change() -> None:
    async with filling(EVERY_KIND) as (pilot, form, app):
        form.focus_field("ids")
        await pilot.pause()
        app.post_message(events.Paste("one, two"))
        await pilot.pause()
        assert form.parameters()["ids"] == ["one", "two"]
        assert app.changes == 1


async def test_odd_names_and_labels_from_a_schema_do_no_harm() -> None:
    odd = a_profile(
        a_field("a b[/c]", FieldKind.TEXT),
        a_field("\x1b[2J" * 20, FieldKind.CHOICE, "\x1b]0;x\x07" * 10, 2, default=2),
        a_field("x" * 200, FieldKind.FLAG),
    )
    async with filling(odd) as (pilot, form, _):
        assert form.parameters() == {
            "\x1b[2J" * 20: 2,
        }
        assert not UNSHOWABLE.search(plain(pilot).replace("\n", ""))


async def test_a_model_without_parameters_is_no_trouble() -> None:
    async with filling(a_profile()) as (_, form, _):
        form.focus_field("size")
        form.action_walk(1)
        form.show_errors({"size": "x"})
        assert form.parameters() == {}


@pytest.mark.parametrize("size", [(60, 20), (30, 20), (20, 12), (5, 12), (1, 1)])
async def test_at_any_width_every_field_can_be_changed(size: tuple[int, int]) -> None:
    async with filling(size=size) as (pilot, form, _):
        for name in ("aspect_ratio", "remove_watermark"):
            form.focus_field(name)
            await pilot.press("right")
        assert form.parameters()["aspect_ratio"] == "portrait"
        assert form.parameters()["remove_watermark"] is False
        assert isinstance(control(form, "size"), ChoiceLine)
        assert isinstance(control(form, "remove_watermark"), FlagLine)
        assert isinstance(control(form, "character_id_list"), ListBox)
