"""The pane where a draft is made: editor, counter, parameters, price, and the button that sends.

Asks the studio only what costs nothing (limits, prices); sending is the screen's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static, TextArea

from sora_tui.kie.profiles import SORA_2_PRO, FieldError, ModelProfile
from sora_tui.studio.prices import Quote
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.caution import Bill, bill
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.widgets.parameter_form import ParameterForm
from sora_tui.tui.widgets.price_line import PriceLine
from sora_tui.tui.widgets.prompt_editor import PromptEditor


class Adviser(Protocol):
    """What the pane asks: the part of the `Studio` that costs nothing."""

    @property
    def balance(self) -> float | None:
        """Credits of the account, None when not known."""
        ...

    def check(self, draft: Draft) -> Sequence[FieldError]:
        """What is wrong with a draft."""
        ...

    def quote(self, draft: Draft) -> Quote:
        """Its price, and how that is known."""
        ...

    def profile(self, model: str) -> ModelProfile | None:
        """What can be set for a model; None for one that is not known."""
        ...


class PromptPane(VerticalGroup):
    """A draft in the making. `lineage` says which task it was edited from."""

    editor = getters.query_one(PromptEditor)
    form = getters.query_one(ParameterForm)

    @dataclass
    class Edited(Message):
        """The draft differs from what it was."""

        pane: PromptPane

        @property
        def control(self) -> PromptPane:
            """The pane."""
            return self.pane

    @dataclass
    class SendPressed(Message):
        """The button was pressed."""

        pane: PromptPane

        @property
        def control(self) -> PromptPane:
            """The pane."""
            return self.pane

    def __init__(self, adviser: Adviser, draft: Draft, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._adviser = adviser
        self._first = draft
        self._model = draft.model
        self._parent_ref: str | None = draft.parent_ref
        self._tried = False
        """Whether sending was tried: before that, an empty prompt is no mistake worth a word."""
        self.border_title = "Prompt"

    def compose(self) -> ComposeResult:
        """Writing on top, settings below; the stylesheet may put them side by side."""
        with VerticalGroup(id="writing"):
            yield PromptEditor(self._first.prompt, id="editor")
            yield Static(id="count")
        with VerticalGroup(id="settings") as settings:
            settings.border_title = shorten(self._model, 40)
            yield ParameterForm(self._profile, id="form")
            yield PriceLine(id="price")
            yield Button(Content.assemble("Send  ", ("ctrl+s", "not bold")), id="send", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Show the draft that was given."""
        if self._first.parameters:
            self.form.load(self._first.parameters)
        self.review()

    @property
    def draft(self) -> Draft:
        """What stands in the pane now."""
        return Draft(self.editor.text, self._model, self.form.parameters(), parent_ref=self._parent_ref)

    def errors(self) -> list[FieldError]:
        """What is wrong with it."""
        return list(self._adviser.check(self.draft))

    async def edit_again(self, task: Task) -> None:
        """Load a task's prompt and parameters. ctrl+z brings the text before it back."""
        self._model = task.model
        await self.form.use(self._profile)
        self.query_one("#settings").border_title = shorten(task.model, 40)
        self.form.load(task.parameters)
        self.editor.put(task.prompt)
        self.descend(task.ref, f"editing again {task.ref[:4]}")
        self._tried = False
        self.editor.focus()

    def descend(self, ref: str | None, words: str = "") -> None:
        """From now on the draft is a version of that task."""
        self._parent_ref = ref
        self.border_title = f"Prompt · {words}" if words else "Prompt"

    def clear(self) -> None:
        """Empty the editor; the parameters stay."""
        self.editor.put("")
        self.descend(None)
        self._tried = False
        self.editor.focus()

    def complain(self, errors: Sequence[FieldError]) -> None:
        """Say what is wrong where it is wrong, and put the cursor there."""
        self._tried = True
        self.review()
        if not any(error.field == "prompt" for error in errors):
            self.form.focus_field(next((error.field for error in errors), ""))
        else:
            self.editor.focus()

    def review(self) -> None:
        """Check, count and price what stands in the pane now."""
        draft = self.draft
        errors: Mapping[str, str] = {error.field: error.message for error in reversed(self._adviser.check(draft))}
        self.form.show_errors(errors)
        self._show_count(draft, errors.get("prompt", ""))
        self._show_price(bill([draft], self._adviser.quote, self._adviser.balance), valid=not set(errors) - {"prompt"})

    @on(TextArea.Changed)
    @on(ParameterForm.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        self.review()
        self.post_message(self.Edited(self))

    @on(Button.Pressed, "#send")
    def _send_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.SendPressed(self))

    @property
    def _profile(self) -> ModelProfile:
        return self._adviser.profile(self._model) or SORA_2_PRO

    def _show_count(self, draft: Draft, error: str) -> None:
        count = self.query_one("#count", Static)
        limit = self.form.profile.prompt_limit
        counted = f"{len(draft.prompt):,} of {limit:,}" if limit else f"{len(draft.prompt):,} characters"
        said = error if error and (self._tried or draft.prompt.strip()) else ""
        # A count is one line: only what is wrong may take more, and a new layout of the screen 40 ms at each key.
        may_change_height = bool(said) or count.has_class("-wrong")
        count.set_class(bool(said), "-wrong")
        count.update(outside(said, multiline=False) if said else Content(counted), layout=may_change_height)

    def _show_price(self, cost: Bill, *, valid: bool) -> None:
        self.query_one(PriceLine).show(cost, valid=valid)
