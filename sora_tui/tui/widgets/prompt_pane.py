"""The pane where a draft is made: editor, counter, parameters, price, and the button that sends.

Asks the studio only what costs nothing (limits, prices); sending is the screen's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import events, getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, TextArea

from sora_tui.kie.profiles import FieldError, ModelProfile
from sora_tui.studio.matrix import Combinations
from sora_tui.studio.prompts import escape
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.draft_review import VARY, DraftReview
from sora_tui.tui.widgets.adviser import Adviser
from sora_tui.tui.widgets.draft_foot import DraftFoot
from sora_tui.tui.widgets.model_line import ModelLine
from sora_tui.tui.widgets.parameter_form import ParameterForm
from sora_tui.tui.widgets.prompt_count import NO_PROMPT, PromptCount
from sora_tui.tui.widgets.prompt_editor import PLACEHOLDER, PromptEditor
from sora_tui.tui.widgets.settings_box import SettingsBox
from sora_tui.tui.widgets.upload_line import UploadLine
from sora_tui.tui.widgets.vary_line import VaryLine
from sora_tui.tui.widgets.warning_line import WarningLine

LOW = 22
"""Lines of the pane below which there are no empty ones in it."""


@dataclass
class _OfPane(Message):
    """Something that happened in a pane."""

    pane: PromptPane

    @property
    def control(self) -> PromptPane:
        """The pane."""
        return self.pane


class PromptPane(VerticalGroup):
    """A draft in the making. `lineage` says which task it was edited from.

    The model may be one whose profile is not known yet: then the pane keeps its settings as they came, says that
    they are being read, and `look_again` makes the form once they are.
    """

    editor = getters.query_one(PromptEditor)
    form = getters.query_one(ParameterForm)
    count = getters.query_one(PromptCount)
    vary = getters.query_one(VaryLine)
    foot = getters.query_one(DraftFoot)

    class Edited(_OfPane):
        """The draft differs from what it was."""

    class SendPressed(_OfPane):
        """The button was pressed."""

    class ModelPressed(_OfPane):
        """The user wants to choose another model."""

    class StopPressed(_OfPane):
        """The user wants the upload to stop."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop_uploading", "Stop the upload", show=False)]

    def __init__(self, adviser: Adviser, draft: Draft, *, vary: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._adviser = adviser
        self._review = DraftReview(adviser)
        self._first = draft
        self._first_vary = vary
        self._model = draft.model
        self._parent_ref: str | None = draft.parent_ref
        self._kept = draft
        """Holds mode and parameters while there is no form for them."""
        self._trouble = ""
        self._tried = False
        """Whether sending was tried: before that, what is merely empty is no mistake worth a word."""
        self.profile = self._review.profile(draft)
        """What the draft's model takes; None while that is not known."""
        self.border_title = "Prompt"

    def compose(self) -> ComposeResult:
        """Writing on top, settings below; the stylesheet may put them side by side."""
        with VerticalGroup(id="writing"):
            yield PromptEditor(self._first.prompt, id="editor")
            yield PromptCount(id="count")
            yield WarningLine(id="warning")
        with SettingsBox(id="settings"):
            yield ModelLine(id="model")
            form = self.profile or _nothing_of(self._model)
            yield ParameterForm(form, describe=self._adviser.describe_input, id="form")
            yield DraftFoot(self._first_vary, id="foot")

    def on_mount(self) -> None:
        """Show the draft that was given."""
        if self._first.parameters:
            self.form.load(self._first.parameters)
        self._show_model()
        self.review()

    def on_resize(self, event: events.Resize) -> None:
        """Where lines are few, what is said takes fewer of them."""
        self.set_class(event.size.height < LOW, "-low")

    @property
    def draft(self) -> Draft:
        """What stands in the pane now."""
        text, parent = self.editor.text, self._parent_ref
        if self.profile is None:
            return replace(self._kept, prompt=text, model=self._model, parent_ref=parent)
        prompt = text if self.profile.takes_prompt else ""
        mode = self.form.profile.mode
        return Draft(prompt, self._model, self.form.parameters(), parent_ref=parent, retry_of=None, mode=mode)

    @property
    def draft_to_send(self) -> Draft:
        """The draft with its prompt as it goes out: `{{` is a brace. Only where it is a single task."""
        draft = self.draft
        return replace(draft, prompt=self._review.expansion(draft).variant(0))

    @property
    def combinations(self) -> Combinations:
        """Every variant of the prompt with every setting to go through; a plain draft is one."""
        return self._review.combinations(self.draft, self.vary.matrix)

    def errors(self) -> list[FieldError]:
        """What is wrong with it."""
        if self.profile is None:
            return [FieldError("model", self._waiting)]
        self.review()
        found = self._review.errors(self.draft, self.vary.matrix, self.form.problems())
        wrong_matrix = self._review.wrong_matrix(self.vary.matrix)
        return [*found, FieldError(VARY, wrong_matrix)] if wrong_matrix else found

    async def use_profile(
        self, profile: ModelProfile, parameters: Mapping[str, Any] | None = None, prompt: str | None = None
    ) -> None:
        """Make the draft one for another model.

        Args:
            profile: of that model, in the mode that is wanted.
            parameters: its settings, what they do not mention becomes its default; None keeps what there is and fits.
            prompt: takes the place of the text, as one step to undo; None leaves it.
        """
        self._model, self.profile, self._trouble = profile.model, profile, ""
        self._review.wrong_settings = {}
        await self.form.use(profile, parameters)
        if prompt is not None and profile.takes_prompt and prompt != self.editor.text:
            self.editor.put(prompt)
        self._tried = False
        self._show_model()
        self.review()
        self.post_message(self.Edited(self))

    async def use_draft(self, draft: Draft, vary: str = "") -> None:
        """Load a whole draft, also one for a model that is not known yet.

        Args:
            draft: takes the place of the one that stands here.
            vary: the settings it goes through; those of the draft before are none of its.
        """
        self.vary.put(vary)
        profile = self._review.profile(draft)
        self._parent_ref = draft.parent_ref
        if profile is not None:
            await self.use_profile(profile, draft.parameters, draft.prompt)
            return
        self._model, self.profile, self._kept, self._trouble = draft.model, None, draft, ""
        await self.form.use(_nothing_of(draft.model))
        if draft.prompt and draft.prompt != self.editor.text:
            self.editor.put(draft.prompt)
        self._show_model()
        self.review()
        self.post_message(self.Edited(self))

    async def look_again(self) -> None:
        """Something became known of the models: show what concerns this draft."""
        profile = self._review.profile(self.draft)
        if profile is None or profile == self.profile:
            self._show_model()
            self.review()
        elif self.profile is None:
            await self.use_profile(profile, self._kept.parameters)
        else:
            await self.use_profile(profile.in_mode(self.form.profile.mode))

    @property
    def model(self) -> str:
        """The id of the draft's model."""
        return self._model

    @property
    def trouble(self) -> str:
        """Why the settings of this draft's model can't be shown; empty where nothing is known against it."""
        return self._trouble

    def say_trouble(self, words: str) -> None:
        """Say why the settings of this draft's model can't be shown, and what to do; nothing that is typed is lost."""
        self._trouble = words
        self._show_model()

    def warn(self, words: str) -> None:
        """Say below the editor what should be known before this prompt is sent; empty for nothing any more."""
        self.query_one(WarningLine).show(words)

    def show_uploading(self, words: str) -> None:
        """Say what is being uploaded, `Uploading photo.png 63 %`; empty for nothing any more."""
        self.foot.show_uploading(words)

    def action_stop_uploading(self) -> None:
        """Ask for the upload to stop."""
        if not self.foot.is_uploading:
            raise SkipAction
        self.post_message(self.StopPressed(self))

    async def edit_again(self, task: Task) -> None:
        """Load a task's prompt and parameters. ctrl+z brings the text before it back."""
        await self.use_draft(replace(task.draft, prompt=escape(task.prompt), parent_ref=task.ref))
        self.descend(task.ref, f"editing again {task.ref[:4]}")
        self.editor.focus()

    def descend(self, ref: str | None, words: str = "") -> None:
        """From now on the draft is a version of that task."""
        self._parent_ref = ref
        self.border_title = Content(f"Prompt · {words}") if words else "Prompt"
        self.form.look_at_inputs()

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
        at_once = next((error for error in errors if error.field == "prompt"), next(iter(errors), None))
        if at_once is None:
            return
        if at_once.field == "prompt":
            self.editor.focus()
        elif at_once.field == VARY:
            self.vary.ask()
        elif not self.form.focus_field(at_once.field):
            self.foot.show_trouble(at_once.message, wrong=True)

    def review(self) -> None:
        """Check, count and price what stands in the pane now."""
        draft = self.draft
        if self.profile is None:
            self.count.show(draft.prompt, None)
            self.foot.show_price(self._review.price_alone(draft), valid=False)
            return
        wrong_prompt = self._review.check(draft, self.vary.matrix, self.form.problems())
        self.vary.complain(self._review.wrong_matrix(self.vary.matrix))
        # What was not given yet is no mistake before somebody tries to send it.
        wrong = self._review.wrong_settings
        self.form.show_errors({n: words for n, words in wrong.items() if self._tried or n in draft.parameters})
        self._show_rest(draft, wrong_prompt)

    def _look_at_prompt(self) -> None:
        """The same where only the prompt has changed: what else was checked is not checked anew at each key."""
        if self.profile is None:
            self.review()
            return
        draft = self.draft
        self._show_rest(draft, self._review.check_prompt(draft, self.vary.matrix))

    def _show_rest(self, draft: Draft, wrong_prompt: str) -> None:
        wrong = self._review.wrong_settings
        elsewhere = [words for name, words in wrong.items() if self.profile and not self.profile.field(name)]
        self.foot.show_trouble(next(iter(elsewhere), ""), wrong=True)
        # An empty one is no mistake before somebody tries to send it.
        is_a_mistake = self._tried or bool(draft.prompt.strip())
        combinations = self.combinations
        expansion = combinations.expansion
        text = self.editor.text if expansion.is_plain else expansion.longest()
        self.count.show(text, self.profile, wrong_prompt if is_a_mistake else "", combinations)
        valid = not wrong and not self._review.wrong_matrix(self.vary.matrix)
        self.foot.show_price(self._review.price(draft), valid=valid)

    @on(TextArea.Changed, "#editor")
    def _prompt_edited(self, event: TextArea.Changed) -> None:
        event.stop()
        self._look_at_prompt()
        self.post_message(self.Edited(self))

    @on(ParameterForm.Changed)
    def _form_edited(self, event: ParameterForm.Changed) -> None:
        event.stop()
        if self.profile is not None and self.profile != self.form.profile:  # another of its modes
            self.profile = self.form.profile
            self._show_model()
        self.review()
        self.post_message(self.Edited(self))

    @on(VaryLine.Changed)
    def _varied(self, event: VaryLine.Changed) -> None:
        event.stop()
        self.review()
        self.post_message(self.Edited(self))

    @on(ParameterForm.Walked)
    def _walked(self, event: ParameterForm.Walked) -> None:
        event.stop()
        self.foot.show_help(event.field)

    @on(Button.Pressed, "#send")
    def _send_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.SendPressed(self))

    @on(UploadLine.Pressed)
    def _stop_pressed(self, event: UploadLine.Pressed) -> None:
        event.stop()
        self.post_message(self.StopPressed(self))

    @on(ModelLine.Pressed)
    def _model_pressed(self, event: ModelLine.Pressed) -> None:
        event.stop()
        self.post_message(self.ModelPressed(self))

    @property
    def _waiting(self) -> str:
        return self._trouble or "What this model takes is being read. Nothing you wrote is lost."

    def _show_model(self) -> None:
        known = self.profile is not None
        withdrawn = self._adviser.market.availability(self._model).is_withdrawn
        state = "withdrawn" if withdrawn else "" if known else "can't be used" if self._trouble else "being read…"
        title = self.profile.title if self.profile is not None else self._model
        self.query_one(ModelLine).show(title, self._model, state, warning=withdrawn)
        self.foot.show_trouble("" if known else self._waiting, wrong=bool(self._trouble))
        self.foot.allow_sending(allowed=known)
        unused = self.profile is not None and not self.profile.takes_prompt
        if unused != self.editor.read_only:
            self.editor.read_only = unused
            self.editor.set_class(unused, "-unused")
            self.editor.placeholder = Content(NO_PROMPT if unused else PLACEHOLDER)


def _nothing_of(model: str) -> ModelProfile:
    """Stands in for a profile that is not known."""
    return ModelProfile(model, model, (), 0)
