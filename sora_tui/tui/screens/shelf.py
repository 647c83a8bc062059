"""The shelf: drafts under names, templates and snippets, found as one types, kept, renamed, deleted, taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.studio.errors import StudioError
from sora_tui.studio.kept import LOOKED_AT, AllKept, Kept, KeptKind, KeptTexts, found
from sora_tui.studio.prompts import parse
from sora_tui.studio.task import Draft
from sora_tui.studio.templates import checked_name
from sora_tui.tui import format
from sora_tui.tui.act import Act, key_names
from sora_tui.tui.gist import gist, gist_of_input
from sora_tui.tui.screens.confirm import AskScreen, ConfirmScreen, Question
from sora_tui.tui.text import clean, outside, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.choices import ChoiceLine
from sora_tui.tui.widgets.control import ValueChanged
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from sora_tui.tui.terminal import SafeApp

MOST_SHOWN = 300
"""Things that are listed at once: more than anybody reads before typing another letter."""
_NAME_ROOM = 24
_KEYS = (
    Act("take", "Take", "Take it into the editor", "", ("enter",), rank=0),
    Act("keep('draft')", "Keep", "Keep the draft under a name, with model and settings", "", ("ctrl+k",), rank=1),
    Act("keep('template')", "Template", "Keep the words as a template", "", ("ctrl+t",), rank=2),
    Act("keep('snippet')", "Snippet", "Keep the words as a snippet", "", ("ctrl+y",), rank=3),
    Act("back", "Back", "Back", "", ("escape",), rank=4),
    Act("rename", "Rename", "Give it another name", "", ("f2",), rank=5),
    Act("drop", "Remove", "Delete it, after a question", "", ("delete",), rank=6),
    Act("kind(1)", "Kind", "Only drafts, templates or snippets", "", ("tab",), rank=7),
    Act("help", "Help", "Help for this screen", "", ("f1",), rank=8),
)
_EMPTY = {
    None: "Nothing is kept yet. Drafts, templates and snippets that you keep stand here, found by typing.",
    KeptKind.DRAFT: "No draft is kept.",
    KeptKind.TEMPLATE: "No template is kept.",
    KeptKind.SNIPPET: "No snippet is kept.",
}
_HOW = {
    KeptKind.DRAFT: "ctrl+k keeps what stands in the editor under a name: prompt, model and settings.",
    KeptKind.TEMPLATE: (
        "ctrl+t keeps the words as a template. Write {subject}, or {subject=a boat}, where it is to ask you each time."
    ),
    KeptKind.SNIPPET: (
        "ctrl+y keeps what is selected in the editor, or all of it, as a snippet: taking it puts it in at the cursor."
    ),
}
_ASK = {
    KeptKind.DRAFT: "Prompt, model and settings are kept. Under which name?",
    KeptKind.TEMPLATE: "Taking it asks for each {hole} in it. Under which name is it kept?",
    KeptKind.SNIPPET: "Taking it puts it in at the cursor. Under which name is it kept?",
}


@dataclass(frozen=True, slots=True)
class Present:
    """What stands in the editor.

    Attributes:
        draft: all of it.
        words: what is selected there; without a selection the whole prompt.
        name: under which the draft is kept already; empty for none.
    """

    draft: Draft
    words: str
    name: str = ""


class ShelfScreen(ModalScreen[Kept | None]):
    """Answers with what is to be taken into the editor, or with None.

    Args:
        home: the app, for words.
        texts: the shelf.
        present: what can be kept. Asked for then: keys that were typed just before this screen came may arrive late.
        now_ms: epoch ms.
    """

    help_title = "The shelf"
    help_text = (
        "Three kinds of things are kept here. A draft is all that stands in the prompt pane: the words, the model, the "
        "settings and the task it comes from. A template is a whole prompt with holes: {subject}, or {subject=a boat} "
        "with what stands there if you leave it empty; taking it asks for each. {dawn|dusk} stays as it is, two "
        "variants. A snippet is a part of a prompt and is put in at the cursor.\n\n"
        "Type to find something by its name or its words, in any order, or by letters of them. ctrl+z in the editor "
        "brings the text before back. A draft brings settings too: what stood there before, neither sent nor kept, is "
        "put on the shelf first, without a name; the last 20 of these stay.\n\n"
        "Templates and snippets are in templates.toml in the data folder, which you may edit as well."
    )
    CSS_PATH = "shelf.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f7", "back", "Back", show=False, priority=True),
        Binding("up", "cursor(-1)", "Up", show=False, priority=True),
        Binding("down", "cursor(1)", "Down", show=False, priority=True),
        Binding("pageup", "cursor(-10)", "Page up", show=False, priority=True),
        Binding("pagedown", "cursor(10)", "Page down", show=False, priority=True),
        Binding("enter", "take", "Take it", show=False, priority=True),
        Binding("tab", "kind(1)", "Next kind", show=False, priority=True),
        Binding("shift+tab", "kind(-1)", "Kind before", show=False, priority=True),
        Binding("ctrl+k", "keep('draft')", "Keep the draft", show=False, priority=True),
        Binding("ctrl+t", "keep('template')", "Keep as a template", show=False, priority=True),
        Binding("ctrl+y", "keep('snippet')", "Keep as a snippet", show=False, priority=True),
        Binding("f2", "rename", "Rename", show=False, priority=True),
        Binding("delete", "drop", "Delete", show=False, priority=True),
        Binding("f1", "help", "Help", show=False, priority=True),
    ]

    words = getters.query_one("#words", Input)
    kinds = getters.query_one("#kinds", ChoiceLine)
    things = getters.query_one("#things", OptionList)

    def __init__(self, home: SafeApp, texts: KeptTexts, present: Callable[[], Present], *, now_ms: int) -> None:
        super().__init__()
        self._home = home
        self._texts = texts
        self._present = present
        self._now_ms = now_ms
        self._all: AllKept | None = None
        self._shown: Sequence[Kept] = ()

    def compose(self) -> ComposeResult:
        """What is looked for, the kinds, the list, the whole of one, the keys."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Shelf"
            yield Input(placeholder="words of a name or a text, or letters of them", compact=True, id="words")
            kinds = ChoiceLine([(None, "all"), *((kind, f"{kind.value}s") for kind in KeptKind)], id="kinds")
            kinds.can_focus = False
            yield kinds
            yield Static(id="problems")
            with Horizontal(id="kept"):
                yield OptionList(id="things")
                with VerticalScroll(id="whole", can_focus=False):
                    yield Static(id="text")
            yield Static("Reading what is kept…", id="empty")
            yield KeyLine()

    async def on_mount(self) -> None:
        """Read what there is."""
        self.things.can_focus = False
        self.query_one(KeyLine).acts = _KEYS
        self.add_class("-nothing")
        self.run_worker(self._read())

    # What is shown

    async def _read(self, then_at: tuple[KeptKind, str] | None = None) -> None:
        """Read everything anew, with the cursor on the thing of that kind and name, else where it was."""
        self._all = await asyncio.to_thread(self._texts.all)
        problems = self.query_one("#problems", Static)
        problems.display = bool(self._all.problems)
        problems.update(outside("\n".join(self._all.problems)))
        if then_at is not None:
            self.words.value = ""
            if self.kinds.value not in (None, then_at[0]):
                self.kinds.pick(None)
        self._show()
        if then_at is not None:
            self._go_to(lambda kept: (kept.kind, kept.name) == then_at)

    @on(Input.Changed, "#words")
    @on(ValueChanged)
    def _show(self) -> None:
        if self._all is None:
            return
        at, kind, query = self._at_hand, self.kinds.value, self.words.value
        of_kind = [kept for kept in self._all.things if kind in (None, kept.kind)]
        self._shown = found(of_kind, query)[:MOST_SHOWN]
        with self.app.batch_update():
            self.things.clear_options()
            self.things.add_options(Option(self._line(kept)) for kept in self._shown)
            self.set_class(not self._shown, "-nothing")
            if self._shown:
                self.things.highlighted = 0
            else:
                self.query_one("#empty", Static).update(self._nothing(bool(of_kind)))
        if at is not None and not query.strip():  # what was typed is answered by the best
            self._go_to(lambda kept: (kept.kind, kept.key) == (at.kind, at.key))
        self._look()

    def _go_to(self, is_it: Callable[[Kept], bool]) -> None:
        place = next((place for place, kept in enumerate(self._shown) if is_it(kept)), None)
        if place is not None:
            self.things.highlighted = place

    def _nothing(self, is_filtered: bool) -> Content:
        if is_filtered:
            return Content("Nothing that is kept is like that. Type fewer letters.")
        kind = self.kinds.value
        hows = [_HOW[each] for each in KeptKind if kind in (None, each)]
        return Content("\n\n".join([_EMPTY[kind], *hows]))

    def _line(self, kept: Kept) -> Content:
        name = shorten(clean(kept.name, multiline=False) or "put by, no name", _NAME_ROOM)
        return Content.assemble(
            (f"{kept.kind.value:<9} ", MUTED),
            (name + " " * (_NAME_ROOM - cell_len(name)), "" if kept.name else MUTED),
            "  ",
            (clean(gist(kept.draft) if kept.draft else kept.text, multiline=False, limit=200), MUTED),
        )

    @on(OptionList.OptionHighlighted)
    def _look(self) -> None:
        kept = self._at_hand
        if kept is not None:
            whole = Content.assemble(
                outside(about(kept, self._now_ms), MUTED), "\n\n", outside(kept.text, limit=LOOKED_AT)
            )
            self.query_one("#text", Static).update(whole)

    @property
    def _at_hand(self) -> Kept | None:
        place = self.things.highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    # What can be done

    async def action_act(self, act_id: str) -> None:
        """What was clicked in the key line."""
        await self.run_action(act_id)

    def action_back(self) -> None:
        """Leave the editor as it was."""
        self.dismiss(None)

    def action_cursor(self, by: int) -> None:
        """Go up or down in the list."""
        if self._shown:
            self.things.highlighted = max(0, min(len(self._shown) - 1, (self.things.highlighted or 0) + by))

    def action_kind(self, by: int) -> None:
        """Show the next kind alone, or all."""
        self.kinds.action_step(by)

    def action_take(self) -> None:
        """Leave with the thing under the cursor."""
        if (kept := self._at_hand) is not None:
            self.dismiss(kept)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take()

    def action_keep(self, word: str) -> None:
        """Keep what stands in the editor as a thing of this kind, under a name that is asked for."""
        kind, present = KeptKind(word), self._present()
        if not (present.words if kind is not KeptKind.DRAFT else gist_of(present.draft)).strip():
            self._home.say("There is nothing in the editor to keep. Write something first.", "warning")
            return
        self.run_worker(self._keep(kind, present), group="asking", exclusive=True)

    async def _keep(self, kind: KeptKind, present: Present) -> None:
        name = present.name if kind is KeptKind.DRAFT else ""
        while name := await self._named(f"Keep as a {kind.value}", _ASK[kind], name):
            before = (await asyncio.to_thread(self._texts.all)).named(kind, name)
            if before is None or await self._may_replace(before):
                break
        if name:
            text = present.words
            keep = (
                partial(self._texts.keep_draft, name, present.draft)
                if kind is KeptKind.DRAFT
                else partial(self._texts.keep_text, kind, name, text)
            )
            unread = parse(text).problems if kind is KeptKind.TEMPLATE else ()
            told = f" {unread[0].sentence}" if unread else ""
            await self._do(keep, f"Kept as the {kind.value} “{name}”.{told}", (kind, name))

    async def _named(self, title: str, why: str, name: str) -> str:
        """A name that something can have; empty where the user thought better of it."""
        while True:
            answer = await self.app.push_screen_wait(AskScreen(title, why, value=name, hint="a name", yes="Keep it"))
            if answer is None:
                return ""
            try:
                return checked_name(answer)
            except StudioError as error:
                self._home.say(str(error), "warning")
                name = answer

    async def _may_replace(self, before: Kept) -> bool:
        question = Question(
            f"Replace the {before.kind.value}?",
            "There is one of this name. What it says is gone then.",
            quotes=[f"{before.name}: {gist(before.draft) if before.draft else before.text}"],
            yes="Replace",
            no="Another name",
            warning=True,
        )
        answer: bool | None = await self.app.push_screen_wait(ConfirmScreen(question))
        return answer is True

    def action_rename(self) -> None:
        """Give the thing under the cursor another name."""
        if (kept := self._at_hand) is not None:
            self.run_worker(self._rename(kept), group="asking", exclusive=True)

    async def _rename(self, kept: Kept) -> None:
        name = clean(kept.name, multiline=False)
        while name := await self._named(f"Rename the {kept.kind.value}", "What is it to be called?", name):
            rename = partial(self._texts.rename, kept, name)
            if await self._do(rename, f"It is called “{name}” now.", (kept.kind, name)):
                return

    def action_drop(self) -> None:
        """Delete the thing under the cursor, after a question."""
        if (kept := self._at_hand) is not None:
            self.run_worker(self._drop(kept), group="asking", exclusive=True)

    async def _drop(self, kept: Kept) -> None:
        question = Question(
            f"Delete the {kept.kind.value}?",
            "It can't be brought back.",
            quotes=[": ".join(filter(None, [kept.name, gist(kept.draft) if kept.draft else kept.text]))],
            yes="Delete",
            no="Keep",
            warning=True,
        )
        answer: bool | None = await self.app.push_screen_wait(ConfirmScreen(question))
        if answer:
            await self._do(partial(self._texts.drop, kept), "", None)

    async def _do(self, act: Callable[[], str], said: str, then_at: tuple[KeptKind, str] | None) -> bool:
        try:
            told = await asyncio.to_thread(act)
        except StudioError as error:
            self._home.say(str(error), "warning")
            return False
        except OSError as error:
            self._home.say(f"Nothing was changed: {error.strerror}.", "error")
            return False
        if told or said:
            self._home.say(" ".join(filter(None, [said, told])), "warning" if told else "information")
        await self._read(then_at)
        return True

    def action_help(self) -> None:
        """Explain this screen."""
        from sora_tui.tui.screens.help import HelpScreen

        keys = [("↑ ↓", "Move in the list"), *((key_names(act.keys), act.title) for act in _KEYS)]
        self.app.push_screen(HelpScreen(self, keys, working=False, is_alone=True))


def about(kept: Kept, now_ms: int) -> str:
    """What is to be known of a thing beside its text, in a line or two."""
    if kept.draft is not None:
        when = f"kept {format.day_or_time(kept.saved_at, now_ms)}" if kept.saved_at is not None else ""
        settings = format.parameters(kept.draft.parameters)
        return " · ".join(filter(None, [when, clean(kept.draft.model, multiline=False, limit=80), settings]))
    expansion = parse(kept.text)
    if kept.kind is KeptKind.SNIPPET:
        return "put in at the cursor"
    if expansion.problems:
        return expansion.problems[0].sentence
    asked = ", ".join(hole.name for hole in expansion.holes)
    return f"asks for {asked}" if asked else "asks for nothing: it has no {hole}"


def gist_of(draft: Draft) -> str:
    """What there is to keep of a draft: its prompt, else what its settings say."""
    return draft.prompt if draft.prompt.strip() else gist_of_input(draft.parameters)
