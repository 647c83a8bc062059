"""The first start, without a key: try the demo, or use a key of one's own."""

from __future__ import annotations

import asyncio
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

from sora_tui.kie.codes import Cause, explain_error
from sora_tui.kie.errors import KieError
from sora_tui.settings import check_key, demo_folder, store_key
from sora_tui.tui.format import credits
from sora_tui.tui.text import outside

if TYPE_CHECKING:
    from sora_tui.demo import DemoServer
    from sora_tui.settings import Settings


class WelcomeScreen(Screen[None]):
    """Two ways to begin.

    Args:
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
        settings: Settings,
        begin_demo: Callable[[DemoServer], Awaitable[None]],
        begin_with_key: Callable[[Settings], Awaitable[None]],
    ) -> None:
        super().__init__()
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
            self._say(f"This can't be a key: {error}. Paste it again from kie.ai/api-key.", is_wrong=True)
            return
        self._say("Asking the service about this key…")
        from sora_tui.kie.client import KieClient

        key = settings.api_key or SecretStr("")
        try:
            async with KieClient(key, base_url=settings.base_url, upload_url=settings.upload_url) as client:
                balance = await client.credits()
        except KieError as error:
            self._say(_why_not(error), is_wrong=True)
            return
        try:
            where = await asyncio.to_thread(store_key, key.get_secret_value(), settings)
        except (ValueError, OSError) as error:
            where = ""
            self.app.notify(f"The key could not be kept ({error}). It is used until you quit.", markup=False)
        if where:
            self.app.notify(f"{credits(balance)} credits. The key is kept in {where}.", markup=False, timeout=10)
        await self._begin_with_key(settings)

    def _say(self, sentence: str, *, is_wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(is_wrong, "-wrong")
        said.update(outside(sentence))


def _why_not(error: KieError) -> str:
    meaning = explain_error(error)
    if meaning.cause is Cause.BAD_KEY:
        return "The service refused this key (401). Copy it again from kie.ai/api-key."
    if meaning.cause is Cause.OFFLINE:
        return "The service could not be reached. Check the connection and try again."
    return f"The service did not accept the question about this key: {meaning.title}. Try again."
