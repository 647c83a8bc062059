"""The parameters of a model as a form, a row each, made from the model's profile.

Knows no model: what can be set, its choices and its limits all come from `ModelProfile`. Values are those that
go on the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.message import Message
from textual.widget import Widget

from sora_tui.kie.profiles import Choice, Field, FieldKind, Media, ModelProfile
from sora_tui.tui.widgets.control import ValueChanged
from sora_tui.tui.widgets.field_row import FieldRow, name_of
from sora_tui.tui.widgets.fold_line import FoldLine
from sora_tui.tui.widgets.link_box import LinkBox

MODE = "\0mode"
"""Stands for the name of the row that is no parameter: no wire name has a NUL in it."""
FOLDED_FROM = 7
"""Fields from which on the rarely used ones stand behind a line of their own."""
_ALWAYS_IN_SIGHT = (FieldKind.CHOICE, FieldKind.LINK, FieldKind.LINK_LIST)


class Note(Protocol):
    """What is said of an input: the part of `InputNote` that is no error, which the check tells."""

    @property
    def words(self) -> str:
        """What stands at a path or a link, in quiet words."""
        ...


Describe = Callable[[str, Media], Note]
"""May read the disk, and so is asked in a thread."""


class ParameterForm(VerticalGroup):
    """A row per field. Up and down walk the fields, left and right change one, tab leaves the form."""

    help_title = "The parameters"
    help_text = (
        "Up and down walk the fields, left and right change a value, enter opens a list, tab leaves the form. "
        "A field that is not set is left to the service. Where a file or a link is wanted, drag the file here, "
        "paste or type it; the right arrow completes a path. What can be set depends on the model; a wrong value "
        "is said here, before anything is sent."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "walk(-1)", "Field above", show=False),
        Binding("down", "walk(1)", "Field below", show=False),
        Binding("tab", "leave(1)", "Leave the form", show=False),
        Binding("shift+tab", "leave(-1)", "Leave the form", show=False),
    ]
    DEFAULT_CSS = """
    ParameterForm { height: auto; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Changed(Message):
        """The user changed a value."""

        form: ParameterForm

        @property
        def control(self) -> ParameterForm:
            """The form."""
            return self.form

    @dataclass
    class Walked(Message):
        """Another field has the focus, or none."""

        form: ParameterForm
        field: Field | None

        @property
        def control(self) -> ParameterForm:
            """The form."""
            return self.form

    def __init__(self, profile: ModelProfile, *, describe: Describe | None = None, id: str | None = None) -> None:
        """Make the form of a model.

        Args:
            profile: in the mode that is shown at first.
            describe: says what an input is; None says nothing.
            id: of the widget.
        """
        super().__init__(id=id)
        self.profile = profile
        self._describe = describe
        self._aside: dict[str, Any] = {}
        """What was set for other models, for one that takes it again."""
        self._changing = asyncio.Lock()
        self._rows: list[FieldRow] = []
        self._mode_row: FieldRow | None = None
        self._fold: FoldLine | None = None
        self._folded: list[FieldRow] = []

    def compose(self) -> ComposeResult:
        """A row for the mode, if there are several, and for each field; the rarely used ones last."""
        fields = self.profile.fields
        rare = _rarely_used(fields)
        shown = [field for field in fields if field not in rare]
        mode = _mode_field(self.profile)
        named = [field for field in (*fields, *([mode] if mode else [])) if field.kind is not FieldKind.FLAG]
        width = max((name_of(field).cell_length for field in named), default=0)
        self._mode_row = FieldRow(mode, width) if mode else None
        rows = [FieldRow(field, width) for field in shown]
        self._folded = [FieldRow(field, width) for field in rare]
        self._rows = [*rows, *self._folded]
        self._fold = FoldLine(len(rare)) if rare else None
        if self._mode_row is not None:
            yield self._mode_row
        yield from rows
        if self._fold is not None:
            yield self._fold
        for row in self._folded:
            row.display = False
            yield row

    def on_mount(self) -> None:
        """Start from the model's defaults."""
        self.load(self.profile.defaults())

    async def use(self, profile: ModelProfile, parameters: Mapping[str, Any] | None = None) -> None:
        """Become the form of another model, or of another of its modes.

        Args:
            profile: of that model.
            parameters: what to show, the rest as by default; None keeps what there is and fits.
        """
        async with self._changing:
            values = self._fitting(profile) if parameters is None else parameters
            before = self.profile
            self.profile = profile
            if (profile.fields, profile.modes) != (before.fields, before.modes):
                await self.recompose()
            self.load(values)

    def parameters(self) -> dict[str, Any]:
        """What the form says, as it goes on the wire. Fields without a value are left out."""
        values = {row.field.name: row.value() for row in self._rows}
        return {field.name: values[field.name] for field in self.profile.fields if values.get(field.name) is not None}

    def problems(self) -> dict[str, str]:
        """What is no value at all, by field: no check of a value would tell."""
        told = {row.field.name: row.problem() for row in self._rows}
        return {name: words for name, words in told.items() if words}

    def load(self, parameters: Mapping[str, Any]) -> None:
        """Show these values; what they do not mention becomes the model's default. Posts nothing."""
        defaults = self.profile.defaults()
        for row in self._rows:
            name = row.field.name
            row.show(parameters.get(name, defaults.get(name)))
            self._note(row)
        if self._mode_row is not None:
            self._mode_row.show(self.profile.mode)
        if any(row.value() is not None for row in self._folded):
            self._unfold()

    def look_at_inputs(self) -> None:
        """Say anew what stands at links and paths, as after an upload."""
        for row in self._rows:
            self._note(row)

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong at each field named; the others are right."""
        for row in self._rows:
            row.show_error(errors.get(row.field.name, ""))
        if any(row.field.name in errors for row in self._folded):
            self._unfold()

    def focus_field(self, name: str) -> bool:
        """Move to a field, to the first where there is none of that name; whether there is."""
        named = [row for row in self._rows if row.field.name == name]
        if any(row in self._folded for row in named):
            self._unfold()
        for row in named or self._rows[:1]:
            row.control.focus()
        return bool(named)

    @on(ValueChanged)
    async def _changed(self, event: ValueChanged) -> None:
        event.stop()
        row = self._row_of(event.widget)
        if row is None:  # of the model before
            return
        if row is self._mode_row:
            await self.use(self.profile.in_mode(str(row.value())))
            self._mode_row.control.focus()
        elif row.control.has_focus:
            self._note(row)
            self.call_after_refresh(self.scroll_to_widget, row, animate=False)  # it may have grown
        self.post_message(self.Changed(self))

    @on(FoldLine.Turned)
    def _turned(self, event: FoldLine.Turned) -> None:
        event.stop()
        for row in self._folded:
            row.display = event.is_open

    def on_descendant_focus(self) -> None:
        """Say which field it is about, and have all of its row in sight."""
        self._tell_focus()

    def on_descendant_blur(self) -> None:
        """Say that it is about none, unless another one has the focus by now."""
        self._tell_focus()

    def _tell_focus(self) -> None:
        row = self._row_of(self.screen.focused)
        if row is not None:
            self.scroll_to_widget(row, animate=False)
        self.post_message(self.Walked(self, None if row is None else row.field))

    def _row_of(self, control: Widget | None) -> FieldRow | None:
        return next((row for row in self._all_rows if row.control is control), None)

    def action_walk(self, by: int) -> None:
        """Move to the field above or below; from the first and the last one, out of the form."""
        stops = self._stops()
        here = next((i for i, control in enumerate(stops) if control.has_focus), 0)
        if 0 <= here + by < len(stops):
            stops[here + by].focus()
        else:
            self.action_leave(by)

    def action_leave(self, by: int) -> None:
        """Move to what comes after or before the form."""
        chain = self.screen.focus_chain
        inside = [index for index, widget in enumerate(chain) if self in widget.ancestors]
        if inside and len(inside) < len(chain):
            index = inside[-1] + 1 if by > 0 else inside[0] - 1
            chain[index % len(chain)].focus()

    @property
    def _all_rows(self) -> list[FieldRow]:
        return [*([self._mode_row] if self._mode_row else []), *self._rows]

    def _stops(self) -> list[Widget]:
        """What has the focus one after the other, from above."""
        stops: list[Widget] = [row.control for row in self._all_rows if row not in self._folded]
        if self._fold is not None:
            stops.append(self._fold)
            if self._fold.is_open:
                stops += [row.control for row in self._folded]
        return stops

    def _unfold(self) -> None:
        if self._fold is not None:
            self._fold.is_open = True
            for row in self._folded:
                row.display = True

    def _fitting(self, profile: ModelProfile) -> dict[str, Any]:
        self._aside |= self.parameters()
        fields = [field for field in profile.fields if field.name in self._aside]
        return {
            field.name: self._aside[field.name]
            for field in fields
            if not field.problem(self._aside[field.name], with_files=True)
        }

    def _note(self, row: FieldRow) -> None:
        control = row.control
        if self._describe is None or not isinstance(control, LinkBox):
            return
        if not control.links:
            row.show_note("")
            return
        look = self._look_at(row, control.links)
        self.run_worker(look, name=f"Looking at {row.field.label}", group=row.field.name, exclusive=True)

    async def _look_at(self, row: FieldRow, links: list[str]) -> None:
        describe, media = self._describe, row.field.media
        assert describe is not None
        words = await asyncio.to_thread(lambda: [describe(link, media).words for link in links])
        row.show_note("\n".join(each for each in words if each))


def _mode_field(profile: ModelProfile) -> Field | None:
    if not profile.modes:
        return None
    choices = tuple(Choice(mode.name, mode.name) for mode in profile.modes)
    told = "This model takes its settings in several shapes. What two of them have in common is kept."
    taken = any(field.label.casefold() == "mode" for each in profile.modes for field in each.fields)
    label = "Variant" if taken else "Mode"  # some models call one of their settings so
    return Field(MODE, label, FieldKind.CHOICE, choices=choices, default=profile.mode, help=told)


def _rarely_used(fields: tuple[Field, ...]) -> list[Field]:
    """Those that most people leave to the service, where there are so many that it matters."""
    rare = [
        field for field in fields if not field.required and field.default is None and field.kind not in _ALWAYS_IN_SIGHT
    ]
    return rare if len(fields) >= FOLDED_FROM and 1 < len(rare) < len(fields) else []
