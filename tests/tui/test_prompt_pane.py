"""The prompt pane: one draft through changes of its model, and nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Button, Static

from sora_tui.kie.profiles import SORA_2_PRO, FieldKind, Mode
from sora_tui.studio.inputs import InputNote
from sora_tui.studio.task import Draft
from tests.tui.form_app import a_field, a_profile
from tests.tui.kit import plain, until
from tests.tui.pane_app import drafting

OTHER = a_profile(
    a_field("size", FieldKind.CHOICE, "small", "high", default="small"), a_field("seed", FieldKind.INTEGER)
)
SILENT = replace(a_profile(a_field("steps", FieldKind.INTEGER, default=4), model="silent"), prompt_limit=0)
FREE = replace(a_profile(model="free"), prompt_required=False)


async def test_the_model_is_named_and_a_press_asks_for_another() -> None:
    async with drafting() as (pilot, _, _, app):
        assert "Sora 2 Pro ▾  sora-2-pro-text-to-video" in plain(pilot)
        await pilot.click("#model")
        app.query_one("#model").focus()
        await pilot.press("enter")
        assert app.told == ["ModelPressed", "ModelPressed"]


async def test_a_model_that_was_withdrawn_is_said_to_be_so_once_that_is_heard() -> None:
    async with drafting() as (pilot, pane, adviser, app):
        assert "withdrawn" not in plain(pilot)
        adviser.withdrawn.add(SORA_2_PRO.model)
        await pane.look_again()
        await pilot.pause()
        assert "withdrawn" in plain(pilot)
        assert app.told == []


async def test_another_model_keeps_what_fits_and_the_words() -> None:
    async with drafting(SORA_2_PRO, OTHER, draft=Draft("koi", SORA_2_PRO.model)) as (pilot, pane, _, app):
        await pane.use_profile(OTHER)
        await pilot.pause()
        assert pane.draft == Draft("koi", "other", {"size": "high"})
        assert "3 of 1,000" in plain(pilot)
        assert app.told == ["Edited"]
        await pane.use_profile(OTHER, {"seed": 7}, "a heron")
        assert pane.draft == Draft("a heron", "other", {"size": "small", "seed": 7})
        pane.editor.undo()
        assert pane.editor.text == "koi"


async def test_a_draft_for_a_model_not_known_yet_is_kept_whole_until_it_is() -> None:
    waiting = Draft("koi", "other", {"seed": 5, "size": "high"}, parent_ref="f00", mode="slow")
    async with drafting(SORA_2_PRO) as (pilot, pane, adviser, _):
        await pane.use_draft(waiting)
        await pilot.pause()
        assert pane.draft == waiting
        assert "being read" in plain(pilot)
        assert pane.query_one("#send", Button).disabled
        [error] = pane.errors()
        assert error.field == "model"
        await pilot.press(*"s")
        pane.say_trouble("The service publishes no schema for this model. Choose another one.")
        await pilot.pause()
        assert "publishes no schema" in plain(pilot)
        adviser.profiles["other"] = OTHER
        await pane.look_again()
        await pilot.pause()
        assert pane.draft == replace(waiting, prompt="kois", mode="")
        assert not pane.query_one("#trouble", Static).display
        assert not pane.query_one("#send", Button).disabled


async def test_a_model_without_a_prompt_keeps_the_words_for_the_next_one() -> None:
    async with drafting(SORA_2_PRO, SILENT, draft=Draft("koi", SORA_2_PRO.model)) as (pilot, pane, _, _):
        await pane.use_profile(SILENT)
        pane.editor.focus()
        await pilot.press(*"xyz")
        assert pane.draft == Draft("", "silent", {"steps": 4})
        assert "This model takes no prompt." in plain(pilot)
        await pane.use_profile(SORA_2_PRO)
        await pilot.press(*"!")
        assert pane.draft.prompt == "!koi"


async def test_an_optional_prompt_may_be_empty() -> None:
    async with drafting(FREE) as (pilot, _, _, _):
        assert "0 of 1,000 · may stay empty" in plain(pilot)


async def test_a_key_in_the_editor_checks_no_parameter_anew() -> None:
    async with drafting(OTHER) as (pilot, pane, adviser, _):
        pane.form.focus_field("seed")
        await pilot.press("4")
        pane.editor.focus()
        adviser.checked.clear()
        await pilot.press(*"koi")
        assert [draft.parameters for draft in adviser.checked] == [{}, {}, {}]
        assert pane.draft.parameters == {"size": "small", "seed": 4}


async def test_what_is_wrong_with_a_setting_that_has_no_row_is_said_as_well() -> None:
    async with drafting(OTHER, draft=Draft("koi", "other")) as (pilot, pane, adviser, _):
        adviser.profiles["other"] = replace(
            OTHER, fields=(*OTHER.fields, a_field("new", FieldKind.TEXT, required=True))
        )
        pane.complain(pane.errors())
        await pilot.pause()
        assert "New is needed by this model" in plain(pilot)


MODES = replace(
    a_profile(a_field("steps", FieldKind.INTEGER)),
    mode="text",
    modes=(
        Mode("text", (a_field("steps", FieldKind.INTEGER),), 1000),
        Mode("image", (a_field("image", FieldKind.LINK, required=True), a_field("steps", FieldKind.INTEGER)), 0),
    ),
)


async def test_a_draft_without_a_mode_gets_the_one_its_settings_fit() -> None:
    async with drafting(SORA_2_PRO, MODES) as (_, pane, _, _):
        await pane.use_draft(Draft("koi", "other", {"steps": 3}))
        assert pane.draft == Draft("koi", "other", {"steps": 3}, mode="text")
        await pane.use_draft(Draft("koi", "other", {"image": "https://x/y.png"}))
        assert pane.draft == Draft("", "other", {"image": "https://x/y.png"}, mode="image")


async def test_what_is_uploaded_is_seen_and_escape_or_a_click_stops_it() -> None:
    async with drafting() as (pilot, pane, _, app):
        pane.editor.focus()
        await pilot.press("escape")
        pane.show_uploading("Uploading [b]photo.png 63 %")
        await pilot.pause()
        assert "Uploading [b]photo.png 63 % · escape stops it" in plain(pilot)
        await pilot.press("escape")
        await pilot.click("#upload")
        assert app.told == ["StopPressed", "StopPressed"]
        pane.show_uploading("")
        await pilot.pause()
        assert "photo.png" not in plain(pilot)


SEVERAL = a_profile(
    a_field("picture", FieldKind.LINK, required=True),
    a_field("extra", FieldKind.JSON, json_schema={"type": "object"}),
)


async def test_what_is_needed_is_said_only_once_sending_was_tried() -> None:
    async with drafting(SEVERAL, draft=Draft("koi", "other")) as (pilot, pane, _, app):
        assert "Picture *" in plain(pilot)
        assert "needed by this model" not in plain(pilot)
        pane.complain(pane.errors())
        await pilot.pause()
        assert "Picture is needed by this model" in plain(pilot)
        assert app.focused is not None
        assert app.focused.id == "field-picture"


async def test_json_that_is_none_is_said_at_once_and_not_sent() -> None:
    async with drafting(SEVERAL, draft=Draft("koi", "other", {"picture": "https://x/y"})) as (pilot, pane, _, _):
        pane.form.focus_field("extra")
        await pilot.press(*"{a")
        assert "Extra is no JSON" in plain(pilot)
        assert [error.field for error in pane.errors()] == ["extra"]
        await pilot.press("backspace", "backspace", "ctrl+t")
        assert pane.errors() == []
        assert pane.draft.parameters["extra"] == {}


async def test_a_link_has_a_note_below_it_which_is_another_once_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with drafting(SEVERAL, draft=Draft("koi", "other", {"picture": "/a/b.png"})) as (pilot, pane, adviser, _):
        await until(pilot, lambda: "/a/b.png · file" in plain(pilot))
        monkeypatch.setattr(adviser, "describe_input", lambda *_: InputNote("uploaded a moment ago"))
        pane.form._describe = adviser.describe_input
        pane.descend("f00", "version of f00")
        await until(pilot, lambda: "uploaded a moment ago" in plain(pilot))


async def test_the_help_of_the_focused_field_stands_below() -> None:
    async with drafting(SEVERAL) as (pilot, pane, _, _):
        pane.form.focus_field("picture")
        await pilot.pause()
        assert "needed · a link or a path of a file · → completes a path" in plain(pilot)
        pane.editor.focus()
        await pilot.pause()
        assert "needed ·" not in plain(pilot)


async def test_another_mode_brings_its_own_prompt_or_none() -> None:
    async with drafting(MODES, draft=Draft("koi", "other", {"steps": 3})) as (pilot, pane, _, app):
        assert "3 of 1,000" in plain(pilot)
        pane.form.query("ChoiceLine").first().focus()
        await pilot.press("right")
        await pilot.pause()
        assert pane.draft == Draft("", "other", {"steps": 3}, mode="image")
        assert "This model takes no prompt." in plain(pilot)
        assert app.told == ["Edited"]
        await pane.look_again()
        assert pane.draft.mode == "image"
        await pilot.press("left")
        await pilot.pause()
        assert pane.draft == Draft("koi", "other", {"steps": 3}, mode="text")
