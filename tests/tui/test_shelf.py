"""The shelf: drafts, templates and snippets are kept, found, taken, renamed and deleted; nothing written is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from textual.pilot import Pilot

from sora_tui.kie.profiles import ModelProfile
from sora_tui.settings import Settings
from sora_tui.studio.kept import AllKept, Kept, KeptKind, KeptTexts
from sora_tui.studio.task import Draft
from sora_tui.studio.templates import FILE
from sora_tui.tui.screens.confirm import AskScreen, ConfirmScreen
from sora_tui.tui.screens.shelf import Present, ShelfScreen
from sora_tui.tui.screens.shelf_holes import HolesScreen
from tests.tui.kit import plain, running, said, screen_of, send, until
from tests.tui.test_snapshots import WIDTHS, Compare, Still

DRAFT, TEMPLATE, SNIPPET = KeptKind
MODEL = "sora-2-pro-text-to-video"
SIZES = [(160, 45), (100, 30), (60, 24)]


def shelf_of(settings: Settings) -> KeptTexts:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return KeptTexts(settings.data_dir, now_ms=lambda: 0)


def things(settings: Settings, kind: KeptKind) -> dict[str, str]:
    return {kept.name: kept.text for kept in shelf_of(settings).all().things if kept.kind is kind}


async def on(pilot: Pilot[object], kind: type[Any]) -> Any:
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.screen.focused is not None)
    return pilot.app.screen


async def opened(pilot: Pilot[object]) -> ShelfScreen:
    await pilot.press("f7")
    screen: ShelfScreen = await on(pilot, ShelfScreen)
    await until(pilot, lambda: screen._all is not None)
    return screen


async def named(pilot: Pilot[object], name: str) -> None:
    await on(pilot, AskScreen)
    await pilot.press(*name, "enter")


def shown(screen: ShelfScreen) -> list[str]:
    return [kept.name or kept.text for kept in screen._shown]


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_shelf_says_what_it_is_for(settings: Settings, size: tuple[int, int]) -> None:
    async with running(settings, size) as pilot:
        await opened(pilot)
        await until(pilot, lambda: "Nothing is kept yet" in plain(pilot))
        assert all(key in plain(pilot) for key in ("ctrl+k", "ctrl+t", "ctrl+y"))
        await pilot.press("enter", "delete", "f2", "tab", "tab")
        await until(pilot, lambda: "No template is kept" in plain(pilot))
        await pilot.press("f1")
        await until(pilot, lambda: "Three kinds of things" in plain(pilot))
        await pilot.press("escape")
        await on(pilot, ShelfScreen)
        await pilot.press("ctrl+k")
        await until(pilot, lambda: "There is nothing in the editor to keep" in said(pilot))
        await pilot.press("f7")
        assert pilot.app.screen is screen_of(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_draft_is_kept_whole_and_comes_back_whole(settings: Settings, size: tuple[int, int]) -> None:
    async with running(settings, size) as pilot:
        prompt = screen_of(pilot).prompt
        await send(pilot, "sent [b]")
        prompt.editor.put("a boat")
        prompt.form.load({"size": "standard", "n_frames": "15"})
        before = prompt.draft
        assert before.parent_ref
        await opened(pilot)
        await pilot.press("ctrl+k")
        await named(pilot, "my boat")
        screen = await on(pilot, ShelfScreen)
        await until(pilot, lambda: shown(screen) == ["my boat"])
        await pilot.press("escape", "ctrl+n")
        prompt.form.load({})
        assert prompt.draft != before
        await opened(pilot)
        await pilot.press(*"bt", "enter")
        await until(pilot, lambda: prompt.draft == before)
        assert prompt.editor.has_focus
        assert list(things(settings, DRAFT)) == ["my boat"]  # an empty editor is not put by
        await pilot.press("ctrl+z")
        await until(pilot, lambda: prompt.editor.text == "")


async def test_what_stood_there_unsent_goes_to_the_shelf_with_its_settings(settings: Settings) -> None:
    shelf_of(settings).keep_draft("boat", Draft("a boat", MODEL))
    async with running(settings) as pilot:
        prompt = screen_of(pilot).prompt
        prompt.editor.put("half a thought")
        prompt.form.load({"size": "standard"})
        before = prompt.draft
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: prompt.editor.text == "a boat")
        await until(pilot, lambda: "neither sent nor kept" in said(pilot))
        put_by = next(kept for kept in shelf_of(settings).all().things if not kept.name)
        assert put_by.draft == before
        await pilot.press("ctrl+z")
        assert prompt.editor.text == "half a thought"


async def test_what_was_sent_or_kept_is_not_put_by_again(settings: Settings) -> None:
    shelf_of(settings).keep_draft("boat", Draft("a boat", MODEL))
    async with running(settings) as pilot:
        prompt = screen_of(pilot).prompt
        await send(pilot, "a koi")
        for _ in range(2):
            await opened(pilot)
            await pilot.press(*"boat", "enter")
            await until(pilot, lambda: prompt.editor.text == "a boat" and pilot.app.screen is screen_of(pilot))
            await opened(pilot)
            await pilot.press("ctrl+k")
            await on(pilot, AskScreen)
            assert "boat" in plain(pilot)  # the name it has is offered
            await pilot.press("escape")
            await on(pilot, ShelfScreen)
            await pilot.press("escape")
        assert all(kept.name for kept in shelf_of(settings).all().things if kept.text == "a koi")


async def test_nothing_is_taken_where_the_draft_can_t_be_put_by(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf_of(settings).keep_draft("boat", Draft("a boat", MODEL))

    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(KeptTexts, "put_by", full)
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("precious")
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "The draft was not taken" in said(pilot))
        assert screen_of(pilot).prompt.editor.text == "precious"


@pytest.mark.parametrize("size", SIZES)
async def test_a_template_asks_for_each_hole_and_leaves_the_variants(settings: Settings, size: tuple[int, int]) -> None:
    shelf_of(settings).keep_text(TEMPLATE, "sea", "a {thing} at {dawn|dusk} in {place=the rain}, {thing}")
    async with running(settings, size) as pilot:
        editor = screen_of(pilot).prompt.editor
        editor.put("precious")
        await opened(pilot)
        await until(pilot, lambda: "asks for thing, place" in plain(pilot))
        await pilot.press("enter")
        await on(pilot, HolesScreen)
        assert "left empty: the rain" in plain(pilot)
        await pilot.press(*"{x}", "enter", "enter")
        await until(pilot, lambda: editor.text == "a {{x}} at {dawn|dusk} in {place=the rain}, {{x}}")
        assert editor.has_focus
        await pilot.press("ctrl+z")
        assert editor.text == "precious"
        await opened(pilot)
        await pilot.press("enter")
        await on(pilot, HolesScreen)
        await until(pilot, lambda: "{{x}}" in plain(pilot))  # what was filled in last is offered
        await pilot.press("down", *"ice", "up", "escape")
        assert editor.text == "precious"


async def test_a_bar_among_alternatives_is_refused_where_it_is_typed(settings: Settings) -> None:
    shelf_of(settings).keep_text(TEMPLATE, "sea", "{a {thing}|b}")
    async with running(settings) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await on(pilot, HolesScreen)
        await pilot.press(*"x|y", "enter")
        await until(pilot, lambda: "The | in thing would part the alternatives" in plain(pilot))
        assert isinstance(pilot.app.screen, HolesScreen)
        await pilot.press("backspace", "backspace", "enter")
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "{a x|b}")


async def test_a_snippet_is_put_in_at_the_cursor_and_undone_alone(settings: Settings) -> None:
    shelf_of(settings).keep_text(SNIPPET, "film", "35 mm, {dawn|dusk}")
    async with running(settings) as pilot:
        editor = screen_of(pilot).prompt.editor
        await pilot.press(*"a boat.", "left")
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: editor.text == "a boat35 mm, {dawn|dusk}.")
        await pilot.press("!")
        assert editor.text == "a boat35 mm, {dawn|dusk}!."
        await pilot.press("ctrl+z", "ctrl+z")
        assert editor.text == "a boat."


async def test_the_selection_is_kept_as_a_snippet_and_all_as_a_template(settings: Settings) -> None:
    async with running(settings) as pilot:
        editor = screen_of(pilot).prompt.editor
        editor.put("a {thing} at dusk")
        await opened(pilot)
        await pilot.press("ctrl+t")
        await named(pilot, "thing")
        await until(pilot, lambda: things(settings, TEMPLATE) == {"thing": "a {thing} at dusk"})
        await on(pilot, ShelfScreen)
        await pilot.press("escape", *["shift+left"] * 7)
        await opened(pilot)
        await pilot.press("ctrl+y")
        await named(pilot, "dusk")
        await until(pilot, lambda: things(settings, SNIPPET) == {"dusk": "at dusk"})


async def test_a_name_in_use_asks_before_it_is_replaced(settings: Settings) -> None:
    shelf_of(settings).keep_text(SNIPPET, "film", "35 mm")
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("16 mm")
        await opened(pilot)
        await pilot.press("ctrl+y")
        await named(pilot, "film")
        await on(pilot, ConfirmScreen)
        assert "35 mm" in plain(pilot)
        await pilot.press("escape")
        await on(pilot, AskScreen)
        await pilot.press("enter")
        await on(pilot, ConfirmScreen)
        assert things(settings, SNIPPET) == {"film": "35 mm"}
        await pilot.press("y")
        await until(pilot, lambda: things(settings, SNIPPET) == {"film": "16 mm"})


async def test_bad_names_are_said_and_asked_again(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("16 mm")
        await opened(pilot)
        await pilot.press("ctrl+y")
        await named(pilot, "x" * 61)
        await until(pilot, lambda: "60 characters at most" in said(pilot))
        await on(pilot, AskScreen)
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: list(things(settings, SNIPPET)) == ["x" * 60])


@pytest.mark.parametrize("kind", KeptKind)
async def test_things_are_renamed_and_deleted_after_a_question(settings: Settings, kind: KeptKind) -> None:
    shelf = shelf_of(settings)
    for name in ("boat", "koi"):
        if kind is DRAFT:
            shelf.keep_draft(name, Draft(name, MODEL))
        else:
            shelf.keep_text(kind, name, name)
    async with running(settings) as pilot:
        screen = await opened(pilot)
        await pilot.press(*"boat", "f2")
        await on(pilot, AskScreen)
        await pilot.press(*["backspace"] * 4, *"koi", "enter")
        await until(pilot, lambda: "This name is in use" in said(pilot))
        await on(pilot, AskScreen)
        await pilot.press(*"te", "enter")
        await until(pilot, lambda: sorted(things(settings, kind)) == ["koi", "koite"])
        await until(pilot, lambda: screen._at_hand is not None and screen._at_hand.name == "koite")
        await on(pilot, ShelfScreen)
        await pilot.press("delete")
        await on(pilot, ConfirmScreen)
        await pilot.press("enter")  # the focus is on what costs nothing
        await on(pilot, ShelfScreen)
        assert "koite" in things(settings, kind)
        await pilot.press("delete")
        await on(pilot, ConfirmScreen)
        await pilot.press("y")
        await until(pilot, lambda: list(things(settings, kind)) == ["koi"])


async def test_kinds_are_shown_alone_and_found_by_letters(settings: Settings) -> None:
    shelf = shelf_of(settings)
    shelf.keep_draft("boat", Draft("a boat", MODEL))
    shelf.keep_text(TEMPLATE, "sea", "a {thing}")
    shelf.keep_text(SNIPPET, "film", "35 mm")
    async with running(settings) as pilot:
        screen = await opened(pilot)
        assert shown(screen) == ["boat", "sea", "film"]
        for alone in ("boat", "sea", "film"):
            await pilot.press("tab")
            await until(pilot, lambda alone=alone: shown(screen) == [alone])  # type: ignore[misc]
        await pilot.press("tab", *"35")
        await until(pilot, lambda: shown(screen) == ["film"])
        await pilot.press(*"zebra")
        await until(pilot, lambda: "Nothing that is kept is like that" in plain(pilot))


async def test_what_other_programs_wrote_harms_nothing(settings: Settings) -> None:
    shelf = shelf_of(settings)
    shelf.keep_draft("boat", Draft("a [b]boat[/] \x1b[31m", MODEL))
    (settings.data_dir / "drafts" / f"{'a' * 32}.json").write_text("{")
    odd = {"[red]\x1b]0;x\x07\nname": "text [/b] \x1b[2J {", "": "no name", "x" * 5_000: "long"}
    lines = "\n".join(f"{json.dumps(name)} = {json.dumps(text)}" for name, text in odd.items())
    (settings.data_dir / FILE).write_text(f"[templates]\n{lines}\n")
    async with running(settings, (60, 24)) as pilot:
        screen = await opened(pilot)
        await until(pilot, lambda: "A draft is damaged and was left out" in plain(pilot))
        assert len(screen._shown) == 4
        await pilot.press("down", "down", "down", "up", "up", "delete")
        await on(pilot, ConfirmScreen)
        await pilot.press("y")
        await until(pilot, lambda: len(things(settings, TEMPLATE)) == 2)
        (settings.data_dir / FILE).write_text("[templates")
        await on(pilot, ShelfScreen)
        await pilot.press("escape")
        await opened(pilot)
        await until(pilot, lambda: "is not TOML" in plain(pilot))


async def test_a_model_without_a_prompt_takes_no_words(settings: Settings) -> None:
    shelf_of(settings).keep_text(SNIPPET, "film", "35 mm")
    async with running(settings) as pilot:
        editor = screen_of(pilot).prompt.editor
        await screen_of(pilot).prompt.use_profile(ModelProfile("up/scale", "Upscale", (), 0))
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "This model takes no prompt" in said(pilot))
        assert editor.text == ""


# How it looks

NOW = 1_764_000_000_000


class StillTexts:
    """A shelf that stands still."""

    def __init__(self, *things: Kept) -> None:
        self.things = things

    def all(self) -> AllKept:
        return AllKept(self.things)


FULL = (
    Kept(
        DRAFT,
        "1",
        "paper boat",
        "A paper boat drifts down a gutter in the rain, macro lens, {dawn|dusk}",
        Draft(
            "A paper boat drifts down a gutter in the rain, macro lens, {dawn|dusk}",
            MODEL,
            {"aspect_ratio": "landscape", "n_frames": "15", "size": "high"},
        ),
        NOW - 3_600_000,
    ),
    Kept(DRAFT, "2", "", "Neon koi under ice", Draft("Neon koi under ice", MODEL), NOW - 86_400_000),
    Kept(TEMPLATE, "in the rain", "in the rain", "A {subject} in the rain at {time=dusk}, {wide|macro} lens"),
    Kept(SNIPPET, "film look", "film look", "35 mm film, grain, halation"),
)


def app_of(*kept: Kept) -> Still:
    texts: Any = StillTexts(*kept)
    return Still(lambda app: ShelfScreen(app, texts, lambda: Present(Draft("", MODEL), ""), now_ms=NOW))


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("kept", [FULL, ()], ids=["full", "empty"])
def test_shelf(snap_compare: Compare, size: tuple[int, int], kept: tuple[Kept, ...]) -> None:
    async def read(pilot: Pilot[object]) -> None:
        await until(pilot, lambda: "Reading" not in plain(pilot))
        await pilot.pause()

    assert snap_compare(app_of(*kept), terminal_size=size, run_before=read)


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_holes(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = Still(lambda _: HolesScreen("in the rain", FULL[2].text, {"subject": "paper boat"}))
    assert snap_compare(app, terminal_size=size)
