"""One row of a form: a field's name, its control, and below it what is to be said of what stands there."""

from __future__ import annotations

from typing import Any, cast

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, Static

from sora_tui.kie.profiles import Field, FieldKind
from sora_tui.tui.field_words import help_for
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.widgets.choices import NOT_SET, ChoiceLine, FlagLine
from sora_tui.tui.widgets.control import Control
from sora_tui.tui.widgets.link_box import LinkBox
from sora_tui.tui.widgets.number_line import NumberLine
from sora_tui.tui.widgets.text_controls import JsonBox, ListBox, TextBox

LABEL_LIMIT = 16
"""Columns for the names at the left; longer ones are shortened."""
SHORT_TEXT = 200
"""Characters up to which a text is one of a line."""
TOOLTIP_LIMIT = 400


class FieldRow(VerticalGroup):
    """A name, its control, and below it what is wrong, or what is there, if anything is."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto;
        .field--name { color: $text-muted; width: auto; margin: 0 2 0 0; }
        .field--error { color: $text-error; height: auto; }
        .field--note { color: $text-muted; height: auto; }
        &:focus-within {
            background: $boost;
            .field--name { color: $primary; text-style: bold; }
        }
    }
    """

    def __init__(self, field: Field, name_width: int) -> None:
        super().__init__()
        self.field = field
        self.control = control_for(field)
        if words := help_for(field, TOOLTIP_LIMIT):
            self.control.tooltip = outside(words)
        self._name_width = name_width
        self._note = ""
        self._error = ""

    def compose(self) -> ComposeResult:
        """The line. What stands below it is made when it is needed: most fields never do."""
        with HorizontalGroup():
            if self.field.kind is not FieldKind.FLAG:  # its words stand beside its box
                yield Label(_padded(name_of(self.field), self._name_width), classes="field--name")
            yield self.control

    @property
    def holder(self) -> Control:
        """The control, as what holds the value."""
        return cast(Control, self.control)

    def value(self) -> Any:
        """The value for the wire, None for nothing. Text that is no number stays text, for the check to refuse."""
        return self.holder.wire_value

    def problem(self) -> str:
        """Why what stands here is no value at all."""
        return self.holder.problem

    def show(self, value: Any) -> None:
        """Put a wire value into the control; where it is none of the choices, the default."""
        if isinstance(self.control, ChoiceLine):
            self.control.pick(value, otherwise=self.field.default)
        else:
            self.holder.show(value)

    def show_error(self, message: str) -> None:
        """Say what is wrong, or nothing."""
        if message != self._error:  # at nearly every key in the editor it is the same
            self._error = message
            self._show_below()

    def show_note(self, words: str) -> None:
        """Say what is there, such as a file and its size, in quiet words."""
        if words != self._note:
            self._note = words
            self._show_below()

    def _show_below(self) -> None:
        words, wrong = self._error or self._note, bool(self._error)
        self.set_class(wrong, "-wrong")
        for line in self.query(".field--error, .field--note").results(Static):
            if words:
                line.set_classes("field--error" if wrong else "field--note")
                line.update(outside(words, multiline=False))
            else:
                line.remove()
            return
        if words:
            name = "field--error" if wrong else "field--note"
            self.mount(Static(outside(words, multiline=False), classes=name))


def control_for(field: Field) -> Widget:
    """The control that suits a field."""
    id = f"field-{field.name}" if field.name.isidentifier() else None
    free = field.default is None and not field.required
    match field.kind:
        case FieldKind.CHOICE if field.choices:
            choices = [(choice.value, shorten(choice.label, 40)) for choice in field.choices]
            undecided = field.default is None and len(choices) > 1
            return ChoiceLine(choices, optional=free, undecided=undecided, title=field.label, id=id)
        case FieldKind.FLAG:
            return FlagLine(shorten(field.label, 60), optional=field.default is None, id=id)
        case FieldKind.INTEGER | FieldKind.NUMBER:
            return NumberLine(field, id=id)
        case FieldKind.TEXT_LIST:
            hint = "ids, or none" if "id" in field.name.split("_") else NOT_SET if free else ""
            return ListBox(emptied=None if field.default is None else [], hint=hint, id=id)
        case FieldKind.LINK | FieldKind.LINK_LIST:
            return LinkBox(field, id=id)
        case FieldKind.JSON:
            return JsonBox(field, id=id)
        case _:
            short = field.max_length is not None and field.max_length <= SHORT_TEXT
            hint = NOT_SET if free else ""
            return TextBox(one_line=short, emptied=None if field.default is None else "", hint=hint, id=id)


def name_of(field: Field) -> Content:
    """The name at the left, with a mark where the service needs a value and has none of its own."""
    needed = field.required and field.default is None
    name = Content(shorten(field.label, LABEL_LIMIT))
    return name + Content.styled(" *", "$text-accent") if needed else name


def _padded(name: Content, width: int) -> Content:
    return name + Content(" " * (width - name.cell_length))
