"""The first start, without a key: try the demo, or use a key of one's own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from sora_tui.kie.errors import KieError
from sora_tui.settings import demo_folder
from sora_tui.settings_checks import check_key
from sora_tui.tui.key_change import keep, no_key, why_not
from sora_tui.tui.text import outside

if TYPE_CHECKING:
    from sora_tui.demo import DemoServer
    from sora_tui.settings import Settings
    from sora_tui.tui.terminal import SafeApp

log = logging.getLogger(__name__)


class WelcomeScreen(Screen[None]):
    """Two ways to begin.

    Args:
        home: the app.
        settings: as they are, without a key.
        begin_demo: goes on with a demo server that was started.
        begin_with_key: goes on with settings whose key the service knows.
    """

    CSS_PATH = ["welcome.tcss", "buttons.tcss"]
    AUTO_FOCUS = "#demo"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Up", show=False),
        Binding("down", "app.focus_next", "Down", show=False),
        Binding("escape,ctrl+q", "app.quit", "Quit", show=False),
    ]

    def __init__(
        self,
        home: SafeApp,
        settings: Settings,
        begin_demo: Callable[[DemoServer], Awaitable[None]],
        begin_with_key: Callable[[Settings], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._home = home
        self._settings = settings
        self._begin_demo = begin_demo
        self._begin_with_key = begin_with_key

    def compose(self) -> ComposeResult:
        """The name, the two ways, and a line for what went wrong."""
        with VerticalGroup(id="welcome") as welcome:
            welcome.border_title = "sora-tui"
            yield Static(Content("Write a prompt, send it, watch many tasks, take the links."), id="what")
            yield Button("Try the demo", id="demo", variant="primary", compact=True)
            yield Static(
                Content("No key, no cost: a server on this machine makes real videos in 8 to 15 seconds."),
                classes="about",
            )
            with HorizontalGroup(id="own"):
                yield Input(placeholder="Paste your kie.ai key", password=True, id="key")
                yield Button("Use my key", id="use", compact=True)
            yield Static(
                Content.assemble(
                    "The key is checked by reading your credits at ", outside(self._settings.base_url), "."
                ),
                classes="about",
            )
            yield Static(id="said")
            yield Static(Content("tab next · enter choose · esc quit"), id="hint")

    @on(Button.Pressed, "#demo")
    def _demo(self) -> None:
        self._begin(self._start_demo(), "Starting the demo")

    @on(Button.Pressed, "#use")
    @on(Input.Submitted, "#key")
    def _use(self) -> None:
        self._begin(self._check(self.query_one("#key", Input).value), "Checking the key")

    def _begin(self, way: Coroutine[Any, Any, None], name: str) -> None:
        """Go one of the ways, unless one is already being gone."""
        if any(not worker.is_finished for worker in self.workers if worker.node is self):
            way.close()
            return
        self.run_worker(way, name=name)

    async def _start_demo(self) -> None:
        from sora_tui.demo import DemoFailed, DemoServer

        self._say("Starting the demo's server…")
        demo = DemoServer(demo_folder(self._settings.data_dir))
        try:
            demo.start()
            await asyncio.to_thread(lambda: demo.url)
        except DemoFailed as error:
            self._say(str(error), is_wrong=True)
            return
        await self._begin_demo(demo)

    async def _check(self, typed: str) -> None:
        try:
            settings = self._settings.with_key(check_key(typed))
        except ValueError as error:
            self._say(no_key(error), is_wrong=True)
            return
        self._say("Asking the service about this key…")
        from sora_tui.kie.client import KieClient

        key = settings.api_key or SecretStr("")
        try:
            async with KieClient(key, base_url=settings.base_url, upload_url=settings.upload_url) as client:
                balance = await client.credits()
        except KieError as error:
            self._say(why_not(error), is_wrong=True)
            return
        await keep(self._home, settings, balance)
        await self._begin_with_key(settings)

    def _say(self, sentence: str, *, is_wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(is_wrong, "-wrong")
        log.log(logging.WARNING if is_wrong else logging.INFO, "said: %s", sentence)
        said.update(outside(sentence))
