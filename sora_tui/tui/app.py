"""Wiring: settings, studio and screens put together. What is shown and done stands in the screens."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import textual
from textual.app import SystemCommand
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.theme import Theme

from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.log.run import RUN_LOG
from sora_tui.settings import SettingsError, store_theme
from sora_tui.studio.errors import StudioError
from sora_tui.studio.schema import StoreCorrupt
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft
from sora_tui.tui.actions import ACTS
from sora_tui.tui.caution import Caution
from sora_tui.tui.pixels import Pixels
from sora_tui.tui.screens.confirm import WaitScreen
from sora_tui.tui.screens.studio import StudioScreen
from sora_tui.tui.sending import Sending
from sora_tui.tui.table_commands import table_commands
from sora_tui.tui.terminal import run_safely
from sora_tui.tui.themed import ThemedApp

if TYPE_CHECKING:
    from sora_tui.demo import DemoServer
    from sora_tui.settings import Settings
    from sora_tui.studio.repair import Recovery

log = logging.getLogger(__name__)

RECOVERY_S = 60.0
"""How long what a repair did can be read on the screen."""
SAMPLE = "A paper boat drifts down a gutter in the rain, macro lens, dusk, warm street lights in the water."
"""What stands in the editor of a demo that has never been used, so that the first act is one key."""


class SoraApp(ThemedApp):
    """The program with a face.

    Args:
        settings: without a key the welcome screen comes first.
        demo: the embedded server, when it already runs.
    """

    TITLE = "sora-tui"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, settings: Settings, *, demo: DemoServer | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.pixels = Pixels(settings.pictures, os.environ)
        self._demo = demo
        self.studio: Studio | None = None
        self._sending: Sending | None = None
        self._screen_at_work: StudioScreen | None = None
        self._is_closing = False

    async def on_mount(self) -> None:
        """Open the studio, or ask how to begin."""
        loop = asyncio.get_running_loop()

        def log_trouble(sentence: str) -> None:
            loop.call_soon_threadsafe(self.say, sentence, "warning")

        RUN_LOG.tell_trouble(log_trouble)
        self.put_on(self.settings.theme)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        if self.settings.api_key is not None:
            await self.open_studio()
            return
        from sora_tui.tui.screens.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(self, self.settings, self.begin_demo, self.begin_with_key))

    def on_ready(self) -> None:
        """Log what the screen runs on; only now, as Textual's version takes 2 ms to find."""
        if not gc.isenabled():
            gc.freeze()  # what a start leaves behind stays in use: no collection has to look through it again
            gc.enable()
        terminal = os.environ.get("TERM", "")
        log.info("first frame: Textual %s, TERM %s, %d columns, %d rows", textual.__version__, terminal, *self.size)

    async def open_studio(self) -> None:
        """Open the store and show the studio."""
        studio = Studio(self.settings)
        try:
            await studio.open()
        except StoreCorrupt as error:
            await studio.close()
            await self._offer_repair(studio, error)
            return
        except StudioError as error:
            log.error("the studio can't be opened: %s", error)
            self.exit(return_code=1, message=str(error))
            return
        self.studio = studio
        self._sending = Sending(self, studio, Caution(time.monotonic, self.settings.confirm_above))
        draft = await studio.load_draft() or self._first_draft(studio)
        screen = self._screen_at_work = StudioScreen(
            self,
            studio,
            self._sending,
            draft,
            vary=await studio.load_vary(),
            now=lambda: time.time_ns() // 1_000_000,
            leave=self.leave,
        )
        await screen.prepare()
        await self.push_screen(screen)
        studio.start()
        studio.start_collecting()
        for caution in self.settings.cautions():
            self.say(caution, "warning")

    async def _offer_repair(self, studio: Studio, damage: StoreCorrupt) -> None:
        from sora_tui.tui.screens.damaged import DamagedScreen

        async def go_on(recovery: Recovery | None) -> None:
            await self.pop_screen()
            await self.open_studio()
            if recovery is not None:
                severity: SeverityLevel = "information" if recovery.is_complete else "warning"
                self.say(recovery.sentence, severity, timeout=RECOVERY_S)

        await self.push_screen(DamagedScreen(self, damage, studio.upkeep, go_on))

    async def begin_demo(self, demo: DemoServer) -> None:
        """Go on with the embedded server from the welcome screen."""
        self._demo = demo
        await self._begin(self.settings.for_demo(demo.url, webhook_key=demo.webhook_key))

    async def begin_with_key(self, settings: Settings) -> None:
        """Go on with a key that was entered and found good."""
        await self._begin(settings)

    async def action_quit(self) -> None:
        """Leave, from wherever."""
        self.leave()

    def leave(self) -> None:
        """Leave as soon as the answers to the sends in flight are known; say so meanwhile."""
        if self._is_closing:
            return
        self._is_closing = True
        log.info("leaving")
        in_flight = self.studio.in_flight if self.studio else 0
        if self._sending is not None:
            in_flight += self._sending.handing_over
        if in_flight:
            what = "1 send" if in_flight == 1 else f"{in_flight:,} sends"
            self.push_screen(WaitScreen("Leaving", f"Finishing {what}: the answer is about to come."))
        self.spawn(self._close_and_exit(), name="Leaving")

    async def on_unmount(self) -> None:
        """Whatever ends the program, the studio is closed with care."""
        await self._close()
        RUN_LOG.tell_trouble(None)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every act of the studio, and what can be done with its table."""
        if not isinstance(screen, StudioScreen):
            yield from super().get_system_commands(screen)
            return
        seen: set[str] = set()
        for act in ACTS:
            if act.title in seen or act.each_key or act.id == "palette":
                continue
            seen.add(act.title)
            yield SystemCommand(act.title, act.help, lambda act=act: screen.action_act(act.id))
        yield from table_commands(screen.tasks_pane.table)

    def _keep_theme(self, theme: Theme) -> None:
        try:
            store_theme(theme.name, self.settings)
        except (SettingsError, OSError) as error:
            self.say(f"The theme lasts until you quit; it could not be kept: {error}", "warning")

    async def _begin(self, settings: Settings) -> None:
        self.settings = settings
        RUN_LOG.move(settings.log_file)
        await self.open_studio()

    async def _close_and_exit(self) -> None:
        try:
            await self._close()
        finally:
            self.exit()  # whatever failed: one who wants to leave can leave

    async def _close(self) -> None:
        if self._sending is not None:
            await self._sending.finish()
        studio, self.studio = self.studio, None
        if studio is not None:
            if self._screen_at_work is not None:
                await self._screen_at_work.keep_draft()
            await studio.close()
        if self._demo is not None:
            self._demo.stop()

    def _first_draft(self, studio: Studio) -> Draft:
        is_new = self.settings.demo and not sum(studio.counts.values())
        return Draft(SAMPLE if is_new else "", SORA_2_PRO.model)


def run_tui(settings: Settings, *, demo: DemoServer | None = None) -> int:
    """Run the program in this terminal; its exit code.

    Args:
        settings: where and with what key.
        demo: the embedded server `settings` point to, if they do.
    """
    RUN_LOG.move(settings.log_file)  # the demo has its own
    try:
        return run_safely(SoraApp(settings, demo=demo), mouse=settings.mouse)
    finally:
        gc.enable()  # where no first frame did
