"""What screens of their own have in common: a line of keys at their foot, and F1, which tells all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from sora_tui.tui.act import Act
from sora_tui.tui.explanations import explain_screen
from sora_tui.tui.widgets.status_bar import KeyLine

Answer = TypeVar("Answer")
HELP = Act("help", "Help", "", "", ("f1",), rank=99)
"""Stands behind the three most used keys, where it has room on the narrowest screen."""


class ExplainedScreen(ModalScreen[Answer]):
    """A screen that says what it is for, with a `KeyLine` among what it is composed of.

    F1 lists all that stands in its `BINDINGS`; the most used of them are in `KEYS`.
    """

    help_title: str
    help_text: str
    KEYS: ClassVar[Sequence[Act]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "help", "Help for this screen", show=False)]

    def on_mount(self) -> None:
        """Show the keys. Textual calls this beside the `on_mount` of the screen itself."""
        self.query_one(KeyLine).acts = (*self.KEYS[:3], HELP, *self.KEYS[3:])

    async def action_act(self, act_id: str) -> None:
        """What was clicked in the key line."""
        await self.run_action(act_id)

    def action_help(self) -> None:
        """Explain this screen."""
        explain_screen(self)
