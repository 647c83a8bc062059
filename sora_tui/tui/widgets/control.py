"""What every control of a form is to its row: it has a value for the wire, and tells when the user changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from textual.message import Message
from textual.widget import Widget


class Control(Protocol):
    """A widget that holds the value of one field."""

    @property
    def wire_value(self) -> Any:
        """The value for the wire, None for nothing. What makes no sense stays text, for the check to refuse."""
        ...

    @property
    def problem(self) -> str:
        """Why what stands here is no value at all, as a sentence; empty where it is one."""
        ...

    def show(self, value: Any) -> None:
        """Show a value of the wire, None for nothing. Tells nobody."""
        ...


@dataclass
class ValueChanged(Message):
    """The user changed the value of a control."""

    widget: Widget

    @property
    def control(self) -> Widget:
        """The control."""
        return self.widget
