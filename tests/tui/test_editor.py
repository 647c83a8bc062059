"""The prompt editor: what comes from outside enters clean, what is typed stays as it was typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from rich.containers import Lines
from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Button, TextArea
from textual.widgets.text_area import Selection

from sora_tui.tui.widgets.prompt_editor import PASTE_LIMIT, PromptEditor
from tests.tui.kit import plain, until
from tests.unit.tui.tasks import UNSHOWABLE

HOSTILE = "\x1b]52;c;aGk=\x07a \x1b[31mred\x1b[0m boat\x9b2J \u202edrifts\x00"
CLEAN = "a red boat drifts"


class EditorApp(App[object]):
    """An editor, and a button to have somewhere else to go."""

    BINDINGS = [Binding("ctrl+g", "app.note", "Of the app")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.editor = PromptEditor(text)
        self.trimmed: list[PromptEditor.Trimmed] = []
        self.noted = 0

    def compose(self) -> ComposeResult:
        yield self.editor
        yield Button("Elsewhere")

    def on_mount(self) -> None:
        self.editor.focus()

    def action_note(self) -> None:
        self.noted += 1

    @on(PromptEditor.Trimmed)
    def keep(self, event: PromptEditor.Trimmed) -> None:
        assert event.control is self.editor
        self.trimmed.append(event)


@asynccontextmanager
async def editing(
    text: str = "", size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[Pilot[object], PromptEditor, EditorApp]]:
    app = EditorApp(text)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.editor, app


async def paste(pilot: Pilot[object], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def test_an_empty_editor_says_what_to_write() -> None:
    async with editing() as (pilot, editor, _):
        assert "Describe the video" in plain(pilot)
        await pilot.press("k")
        assert "Describe the video" not in plain(pilot)
        assert editor.text == "k"


async def test_a_paste_enters_clean_and_the_cursor_is_behind_it() -> None:
    async with editing("so: ") as (pilot, editor, _):
        editor.move_cursor(editor.document.end)
        await paste(pilot, HOSTILE)
        await pilot.press(*"!")
        assert editor.text == f"so: {CLEAN}!"
        assert not UNSHOWABLE.search(plain(pilot).replace("\n", ""))


async def test_a_paste_takes_the_place_of_what_is_selected() -> None:
    async with editing("a paper boat") as (pilot, editor, _):
        for selection in (Selection((0, 2), (0, 7)), Selection((0, 5), (0, 2))):
            editor.selection = selection
            await paste(pilot, "tin")
        assert editor.text == "a tin boat"


async def test_the_lines_of_a_paste_are_kept_whatever_ends_them() -> None:
    async with editing() as (pilot, editor, _):
        await paste(pilot, "one\r\ntwo\rthree\nfour")
        assert editor.text == "one\ntwo\nthree\nfour"


async def test_what_is_copied_inside_the_program_enters_clean_as_well() -> None:
    async with editing() as (pilot, editor, _):
        pilot.app._clipboard = HOSTILE
        await pilot.press("ctrl+v")
        assert editor.text == CLEAN


@pytest.mark.parametrize(("offered", "kept"), [(PASTE_LIMIT, None), (PASTE_LIMIT + 1, PASTE_LIMIT)])
async def test_a_paste_that_is_too_long_is_cut_and_that_is_told(offered: int, kept: int | None) -> None:
    async with editing() as (pilot, editor, app):
        await paste(pilot, "x" * offered)
        assert len(editor.text) == PASTE_LIMIT
        assert [(event.kept, event.offered) for event in app.trimmed] == ([] if kept is None else [(kept, offered)])


async def test_a_stored_prompt_is_loaded_clean_from_the_first_frame_on() -> None:
    async with editing(HOSTILE) as (pilot, editor, _):
        assert editor.text == CLEAN
        editor.put(HOSTILE * 2)
        assert editor.text == CLEAN * 2
        await pilot.press(*"!")
        assert editor.text == CLEAN * 2 + "!"


async def test_a_loaded_prompt_is_one_step_to_undo() -> None:
    async with editing() as (pilot, editor, _):
        await pilot.press(*"koi")
        editor.put("a paper\nboat")
        await pilot.press("ctrl+z")
        assert editor.text == "koi"
        await pilot.press("ctrl+y")
        assert editor.text == "a paper\nboat"


async def test_a_loaded_prompt_can_be_typed_over() -> None:
    async with editing() as (pilot, editor, _):
        editor.put("a paper boat", select=True)
        await pilot.press(*"koi")
        assert editor.text == "koi"


async def test_tab_leaves_the_editor_and_writes_nothing() -> None:
    async with editing("koi") as (pilot, editor, app):
        await pilot.press("tab")
        assert isinstance(app.focused, Button)
        assert editor.text == "koi"


async def test_square_brackets_and_braces_are_typed_as_they_are() -> None:
    async with editing() as (pilot, editor, _):
        await pilot.press(*"[b]{a|b}", "enter", *"x")
        assert editor.text == "[b]{a|b}\nx"
        assert "[b]{a|b}" in plain(pilot)


async def test_a_key_of_the_app_is_no_letter_and_reaches_the_app() -> None:
    async with editing() as (pilot, editor, app):
        await pilot.press("ctrl+g")
        await until(pilot, lambda: app.noted == 1)
        assert editor.text == ""


@pytest.mark.parametrize("size", [(60, 20), (20, 6), (5, 3), (1, 1)])
async def test_a_long_prompt_wraps_at_any_width(size: tuple[int, int]) -> None:
    async with editing("日本語 " + "paper boat " * 50, size) as (pilot, editor, _):
        editor.move_cursor(editor.document.end)
        await pilot.press("x")
        assert editor.text.endswith("boat x")
        assert editor.scroll_offset.x == 0


PARAGRAPH = "a paper boat drifts down a gutter, 雨の中, in the rain at dusk; " * 40


class TwoEditors(App[object]):
    """The same text in our editor and in Textual's own."""

    CSS = "PromptEditor, TextArea { height: 20; }"

    def compose(self) -> ComposeResult:
        yield PromptEditor(PARAGRAPH)
        yield TextArea(
            PARAGRAPH,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            compact=True,
        )


async def test_a_wrapped_paragraph_looks_as_in_any_text_area_through_edits_and_selections() -> None:
    app = TwoEditors()
    async with app.run_test(size=(40, 40)) as pilot:
        editors = [*app.query(TextArea)]
        for edit in (
            lambda editor: editor.move_cursor((0, 700)),
            lambda editor: editor.insert("never "),
            lambda editor: editor.insert("a\tb\n\n"),
            lambda editor: editor.move_cursor((2, 90)),
            lambda editor: editor.action_delete_left(),
            lambda editor: setattr(editor, "selection", Selection((0, 650), (2, 200))),
            lambda editor: editor.undo(),
        ):
            for editor in editors:
                edit(editor)
            await pilot.pause()
            ours, plain_one = (
                [editor.render_line(y).text for y in range(editor.scrollable_content_region.height)]
                for editor in editors
            )
            assert ours == plain_one


async def test_a_key_in_a_wrapped_paragraph_cuts_it_once_and_not_once_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    cuts = 0
    divide = Text.divide

    def counted(text: Text, offsets: Iterable[int]) -> Lines:
        nonlocal cuts
        cuts += len(text) > 1000
        return divide(text, offsets)

    async with editing(PARAGRAPH, size=(40, 40)) as (pilot, editor, _):
        monkeypatch.setattr(Text, "divide", counted)
        await pilot.press("x")
        await until(pilot, lambda: cuts > 0)
        await pilot.pause()
        assert cuts < editor.size.height / 4  # a cut for each way it looked, such as with the cursor and without
        assert editor.text.count("x") == 1
