"""A number on one line: arrows step it, digits write it, and its bounds stand beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sora_tui.kie.fields import Field, FieldKind
from sora_tui.tui.field_words import bounds, step_of
from sora_tui.tui.paste import clean_paste
from sora_tui.tui.text import clean, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.choices import NOT_SET
from sora_tui.tui.widgets.control import ValueChanged

LIMIT = 40
"""Characters a number may be written with."""
LEAP = 10
"""Steps that shift and an arrow make."""


class NumberLine(Widget, can_focus=True):
    """`‹ 5 ›  2 – 15`. The first digit after arriving takes the place of what stood there."""

    ALLOW_SELECT = False
    problem = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Less", show=False),
        Binding("right", "step(1)", "More", show=False),
        Binding("shift+left", f"step(-{LEAP})", "Much less", show=False),
        Binding("shift+right", f"step({LEAP})", "Much more", show=False),
        Binding("home", "to_end('minimum')", "The least", show=False),
        Binding("end", "to_end('maximum')", "The most", show=False),
        Binding("backspace", "rub", "Take back a digit", show=False),
        Binding("delete,ctrl+u", "empty", "Not set", show=False),
    ]
    DEFAULT_CSS = """
    NumberLine { height: 1; width: 1fr; pointer: pointer; }
    """
    text: reactive[str] = reactive("")

    def __init__(self, field: Field, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.field = field
        self._writing = False
        """Whether digits are added to what stands there."""

    @property
    def wire_value(self) -> Any:
        """An int or a float as it was written; None for nothing; text that is no number."""
        if not self.text:
            return None
        try:
            return int(self.text)
        except ValueError:
            pass
        try:
            return float(self.text) if self.field.kind is FieldKind.NUMBER else self.text
        except ValueError:
            return self.text

    def show(self, value: Any) -> None:
        """Show a value. Posts nothing."""
        self.text = "" if value is None else clean(str(value), multiline=False, limit=LIMIT)
        self._writing = False

    def on_key(self, event: events.Key) -> None:
        """Write what is typed, but for blanks."""
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            event.prevent_default()
            self._write(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take a number from elsewhere."""
        event.stop()
        event.prevent_default()
        self._writing = False
        self._write("".join(clean_paste(event.text).split()))

    def on_focus(self) -> None:
        """What is typed next takes the place of what is there."""
        self._writing = False

    def on_click(self, event: events.Click) -> None:
        """A click on a bracket steps, in that direction."""
        event.stop()
        if event.x <= 1:
            self.action_step(-1)
        elif self.text and len(self.text) + 3 <= event.x + 1 <= len(self.text) + 4:
            self.action_step(1)

    def action_step(self, by: int) -> None:
        """Go to the next multiple of the step in that direction, no further than the bounds."""
        step = step_of(self.field)
        now = self.wire_value
        if not isinstance(now, int | float):
            now = self.field.default if self.field.default is not None else None
        if now is None:
            start = self.field.minimum if by > 0 else self.field.maximum
            self._set(Decimal(repr(start)) if start is not None else Decimal(0))
            return
        exact = Decimal(repr(now))
        if not exact.is_finite():
            return
        base = Decimal(repr(self.field.minimum or 0)) if not self.field.multiple_of else Decimal(0)
        steps = (exact - base) / step
        whole = steps.to_integral_value(rounding="ROUND_FLOOR" if by > 0 else "ROUND_CEILING")
        self._set(base + (whole + by) * step)

    def action_to_end(self, bound: str) -> None:
        """Go to the least or the most."""
        number = getattr(self.field, bound)
        if number is not None:
            self._set(Decimal(repr(number)))

    def action_rub(self) -> None:
        """Take the last character back."""
        if self.text:
            self._writing = True
            self._change(self.text[:-1])

    def action_empty(self) -> None:
        """Take all of it back."""
        if self.text:
            self._change("")

    def render(self) -> Content:
        """The number between brackets, and its bounds as far as there is room."""
        width = self.size.width
        if self.text:
            shown = shorten(self.text, max(1, width - 4))
            cursor = "▏" if self.has_focus and self._writing else " "
            number = Content.assemble(("‹ ", MUTED), (shown, "bold"), (f"{cursor}›", MUTED))
        else:
            default = self.field.default
            unset = NOT_SET if default is None else f"{clean(str(default), limit=LIMIT)}, as usual"
            number = Content.styled(f"‹ {shorten(unset, max(1, width - 4))} ›", MUTED)
        beside = bounds(self.field)
        if beside and number.cell_length + 2 + len(beside) <= width:
            number += Content.styled(f"  {beside}", MUTED)
        return number.truncate(width, ellipsis=True)

    def _write(self, characters: str) -> None:
        text = self.text if self._writing else ""
        self._writing = True
        self._change(f"{text}{characters}"[:LIMIT])

    def _set(self, number: Decimal) -> None:
        low, high = self.field.minimum, self.field.maximum
        if high is not None:
            number = min(number, Decimal(repr(high)))
        if low is not None:
            number = max(number, Decimal(repr(low)))
        self._writing = False
        whole = number == number.to_integral_value()
        self._change(str(int(number)) if whole else f"{number.normalize():f}")

    def _change(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.post_message(ValueChanged(self))
        self.refresh()
