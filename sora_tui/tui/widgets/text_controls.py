"""Controls that hold text: words that grow over a few lines, a list with an entry a line, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea

from sora_tui.kie.fields import Field
from sora_tui.tui.json_template import template
from sora_tui.tui.paste import clean_paste
from sora_tui.tui.text import outside
from sora_tui.tui.widgets.control import ValueChanged

PASTE_LIMIT = 20_000
"""Characters taken from one paste."""


class TextBox(TextArea):
    """A text without the blanks around it. Grows to four lines, then scrolls; up and down leave it at its ends."""

    problem = ""
    DEFAULT_CSS = """
    TextBox {
        width: 1fr;
        height: auto;
        min-height: 1;
        max-height: 4;
        padding: 0;
        border: none;
        background: transparent;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, *, one_line: bool = False, emptied: Any = None, hint: str = "", id: str | None = None) -> None:
        """Make a box.

        Args:
            one_line: whether enter and a pasted line break write nothing.
            emptied: its value when nothing stands in it.
            hint: stands there then.
            id: of the widget.
        """
        super().__init__(
            id=id,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=Content(hint),
            compact=True,
        )
        self.match_cursor_bracket = False  # there is but a line or two, and the mark outlasts the focus
        self._one_line = one_line
        self._emptied = emptied

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw; nothing once it was taken away: a frame may still be made of it that has no styles any more."""
        if not self.is_attached:
            return [Strip.blank(crop.width)] * crop.height
        return super().render_lines(crop)

    @property
    def wire_value(self) -> Any:
        """What stands in it."""
        return self.text.strip() or self._emptied

    def show(self, value: Any) -> None:
        """Show a value. Posts nothing."""
        self._put("" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the form."""
        event.stop()
        self.post_message(ValueChanged(self))

    def on_key(self, event: events.Key) -> None:
        """Enter writes a line only where there may be several."""
        if event.key == "enter" and self._one_line:
            event.prevent_default()
            event.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste in, cleaned."""
        event.prevent_default()
        event.stop()
        self.take(event.text)

    def action_paste(self) -> None:
        """The same for what was copied inside the program."""
        self.take(self.app.clipboard)

    def take(self, text: str) -> None:
        """Put text from elsewhere where the cursor is."""
        text = clean_paste(text[:PASTE_LIMIT])
        self.write(" ".join(text.splitlines()) if self._one_line else text)

    def write(self, text: str) -> None:
        """Put text where the cursor is, which is behind it then."""
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    def action_cursor_up(self, select: bool = False) -> None:
        """Go a line up; from the first one, to the field above."""
        if not select and self.navigator.is_first_wrapped_line(self.cursor_location):
            raise SkipAction
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Go a line down; from the last one, to the field below."""
        if not select and self.navigator.is_last_wrapped_line(self.cursor_location):
            raise SkipAction
        super().action_cursor_down(select)

    def _put(self, text: str) -> None:
        text = clean_paste(text)
        with self.prevent(TextArea.Changed):
            self.text = " ".join(text.splitlines()) if self._one_line else text
        self.move_cursor(self.document.end)


class ListBox(TextBox):
    """Texts, one a line; where there is but one line, commas part them as well."""

    @property
    def wire_value(self) -> Any:
        """The entries."""
        text = self.text
        entries = text.splitlines() if "\n" in text else text.split(",")
        return [entry.strip() for entry in entries if entry.strip()] or self._emptied

    def show(self, value: Any) -> None:
        """Show a list. Posts nothing."""
        entries = _texts(value)
        line = ", ".join(entries)
        plain = line if not any("," in entry for entry in entries) and len(line) <= 40 else "\n".join(entries)
        # The end of a line says that its commas belong to the entry.
        self._put(f"{plain}\n" if len(entries) == 1 and "," in plain else plain)


class JsonBox(TextBox):
    """A JSON value as text. ctrl+t writes a template where nothing stands yet."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "template", "Put a template", show=False)]
    DEFAULT_CSS = """
    JsonBox { max-height: 8; }
    """

    def __init__(self, field: Field, *, id: str | None = None) -> None:
        hint = "JSON, ctrl+t puts a template" if field.json_schema else "JSON"
        super().__init__(hint=hint, id=id)
        self._label = field.label
        self._schema = field.json_schema
        self._read: tuple[str, Any, str] = ("", None, "")
        """A text, its value, and what is wrong with it: read once, not at each key elsewhere."""

    @property
    def wire_value(self) -> Any:
        """The value; text that is no JSON as it stands."""
        return self._look()[1]

    @property
    def problem(self) -> str:  # type: ignore[override]
        """Where it stops being JSON."""
        return self._look()[2]

    def show(self, value: Any) -> None:
        """Show a value. Posts nothing."""
        if value is None:
            self._put("")
            return
        line = json.dumps(value, ensure_ascii=False)
        self._put(line if len(line) <= 40 else json.dumps(value, ensure_ascii=False, indent=2))

    def action_template(self) -> None:
        """Write what such a value looks like, where nothing stands yet."""
        if self._schema is None or self.text.strip():
            raise SkipAction
        self.text = clean_paste(json.dumps(template(self._schema), ensure_ascii=False, indent=2))
        self.move_cursor(self.document.start)

    def _look(self) -> tuple[str, Any, str]:
        text = self.text.strip()
        if text != self._read[0]:
            self._read = (text, *self._parsed(text))
        return self._read

    def _parsed(self, text: str) -> tuple[Any, str]:
        if not text:
            return None, ""
        try:
            return json.loads(text, parse_constant=_refuse), ""
        except json.JSONDecodeError as error:
            return text, f"{self._label} is no JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}."
        except (ValueError, RecursionError):
            return text, f"{self._label} is no JSON: correct it or leave it empty."


def _refuse(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _texts(value: Any) -> list[str]:
    items: Iterable[Any] = value if isinstance(value, list | tuple) else []
    return [str(outside(str(item), multiline=False)) for item in items]
