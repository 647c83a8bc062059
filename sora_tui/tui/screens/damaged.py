"""At a start with a damaged store: what is wrong, what a repair would use, and the choice between that and leaving."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static

from sora_tui.studio.errors import StudioError
from sora_tui.tui.text import outside
from sora_tui.tui.widgets.aligned import BLANK, Aligned, Line

if TYPE_CHECKING:
    from sora_tui.studio.repair import Recovery
    from sora_tui.studio.schema import StoreCorrupt
    from sora_tui.studio.upkeep import Upkeep
    from sora_tui.tui.terminal import SafeApp

WHY = (
    "Your tasks can't be read as they are. Nothing was changed, and nothing is sent. "
    "A repair keeps the damaged file beside a new one and never sends anything."
)


class DamagedScreen(Screen[None]):
    """Two ways on.

    Args:
        home: the app.
        damage: what was found.
        upkeep: knows the remedy and repairs.
        go_on: opens the studio with what was recovered.
    """

    CSS_PATH = ["damaged.tcss", "buttons.tcss"]
    AUTO_FOCUS = "#repair"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "repair", "Repair", show=False),
        Binding("q,escape,ctrl+q", "app.quit", "Quit", show=False),
        Binding("left", "app.focus_previous", "Other answer", show=False),
        Binding("right", "app.focus_next", "Other answer", show=False),
    ]

    def __init__(
        self,
        home: SafeApp,
        damage: StoreCorrupt,
        upkeep: Upkeep,
        go_on: Callable[[Recovery | None], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._home = home
        self._damage = damage
        self._upkeep = upkeep
        self._go_on = go_on
        self._is_repairing = False

    def compose(self) -> ComposeResult:
        """What is wrong, what a repair would use, a line for what went wrong with it, and two buttons."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = "The store is damaged"
            yield Static(Content(WHY), id="why")
            yield Aligned(id="facts")
            yield Static(id="said")
            with HorizontalGroup(id="answers"):
                yield Button(
                    Content.assemble("Repair", "  ", ("r", "not bold")), id="repair", variant="primary", compact=True
                )
                yield Button(Content.assemble("Quit", "  ", ("esc", "not bold")), id="quit", compact=True)

    def on_mount(self) -> None:
        """Say what is wrong, and find out what a repair would use."""
        self._show_facts("Looking for a backup…")
        self.run_worker(self._show_remedy(), name="Looking for a backup")

    @on(Button.Pressed, "#repair")
    def action_repair(self) -> None:
        """Repair, unless that is under way."""
        if self._is_repairing:
            return
        self._is_repairing = True
        self._say("Repairing…")
        self._home.spawn(self._repair(), name="Repairing the store")  # it outlives this screen

    @on(Button.Pressed, "#quit")
    async def _quit(self) -> None:
        await self.app.action_quit()

    async def _show_remedy(self) -> None:
        try:
            words = (await self._upkeep.remedy()).sentence
        except StudioError as error:
            words = str(error)
        self._show_facts(f"{words[0].upper()}{words[1:].rstrip('.')}.")

    def _show_facts(self, remedy: str) -> None:
        damage = f"{self._damage.what}: {self._damage.reason}"
        lines = [Line(outside(damage), "Damage"), BLANK, Line(outside(remedy), "Repair")]
        self.query_one("#facts", Aligned).show_lines(lines)

    async def _repair(self) -> None:
        try:
            recovery = await self._upkeep.repair()
        except StudioError as error:
            self._say(str(error), is_wrong=True)
            return
        finally:
            self._is_repairing = False
        await self._go_on(recovery)

    def _say(self, sentence: str, *, is_wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.add_class("-shown")
        said.set_class(is_wrong, "-wrong")
        said.update(outside(sentence))
