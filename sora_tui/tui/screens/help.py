"""F1: what the focused pane is for and which keys work in it."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from sora_tui.tui.actions import ACTS, Where, key_names


@runtime_checkable
class Helpable(Protocol):
    """A widget that can say what it is for."""

    help_title: str
    help_text: str


def help_for(widget: Widget | None) -> Helpable | None:
    """The nearest pane around `widget`, itself included, that can explain itself."""
    if widget is None:
        return None
    return next((node for node in widget.ancestors_with_self if isinstance(node, Helpable)), None)


class HelpScreen(ModalScreen[None]):
    """The explanation, the keys of the pane itself, and the keys that work everywhere."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss(None)", "Close", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
    ]

    def __init__(
        self, pane: Helpable | None, own_keys: list[tuple[str, str]], *, working: bool, is_alone: bool = False
    ) -> None:
        """Make the help.

        Args:
            pane: what is explained; None explains the program.
            own_keys: (key, what it does) of the focused widget itself.
            working: whether the single-letter acts on a task work where the focus is.
            is_alone: whether it stands on a screen of its own, where no other keys work.
        """
        super().__init__()
        self._pane = pane
        self._own_keys = own_keys
        self._working = working
        self._is_alone = is_alone

    def compose(self) -> ComposeResult:
        """One scrolling column."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = self._pane.help_title if self._pane else "sora-tui"
            dialog.border_subtitle = "esc closes"
            if self._pane:
                yield Static(Content(self._pane.help_text), classes="text")
            if self._working:
                yield from self._section(
                    "On the selected task",
                    [
                        (key_names(act.keys[:1]) if not act.each_key else "1 … 9", act.title)
                        for act in ACTS
                        if act.where is Where.WORK
                    ],
                )
            if self._own_keys:
                yield from self._section("Here" if self._is_alone else "In this pane", self._own_keys)
            if self._is_alone:
                return
            yield from self._section(
                "Everywhere",
                [(key_names(act.keys[:2]), act.title) for act in ACTS if act.where is Where.ANYWHERE and act.keys]
                + [("tab", "Next pane")],
            )
            yield Static(Content("Every act is in the palette too (ctrl+p), also those without a key."), classes="text")

    def on_mount(self) -> None:
        """Let the arrows scroll at once."""
        self.query_one("#dialog").focus()

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one("#dialog").scroll_relative(y=by, animate=False)

    def _section(self, title: str, keys: list[tuple[str, str]]) -> ComposeResult:
        yield Static(Content(title), classes="section")
        width = max(len(key) for key, _ in keys) + 2
        lines = [Content.assemble((key.ljust(width), "$text-accent"), words) for key, words in keys]
        yield Static(Content("\n").join(lines), classes="keys")
