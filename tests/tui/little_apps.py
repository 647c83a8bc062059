"""Small programs that a test runs in a pty: `python -m tests.tui.little_apps NAME`. Each ends another way."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
from pathlib import Path

from pydantic import SecretStr
from textual import work
from textual.app import ComposeResult, RenderResult
from textual.events import Key, Paste
from textual.widgets import Static, TextArea

from sora_tui.settings import Settings
from sora_tui.tui.terminal import SafeApp, run_safely

SENTINEL = "sk-canary-4d7f1c9b2ae8"


class Little(SafeApp):
    """Shows "ready" and each key; `q` quits."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings(api_key=SecretStr(SENTINEL))
        self.key = SENTINEL

    def compose(self) -> ComposeResult:
        yield Static("starting", id="word")

    def on_mount(self) -> None:
        self.call_after_refresh(self.say, "ready")

    def say(self, word: str) -> None:
        self.query_one("#word", Static).update(word)

    def on_key(self, event: Key) -> None:
        if event.key == "q":
            self.exit()
        else:
            self.say(f"key:{event.key}")


class CrashInCompose(Little):
    def compose(self) -> ComposeResult:
        key = self.key
        raise RuntimeError("boom in compose", len(key))
        yield Static()


class CrashInHandler(Little):
    def on_key(self, event: Key) -> None:
        key = self.key
        raise RuntimeError("boom in handler", len(key))


class CrashInRender(Little):
    class Broken(Static):
        def render(self) -> RenderResult:
            key = SENTINEL
            raise RuntimeError("boom in render", len(key))

    def compose(self) -> ComposeResult:
        yield Static(id="word")
        yield self.Broken("x")


class CrashWithTheKeyInItsWords(Little):
    def secrets(self) -> list[str]:
        return [self.key]

    def on_key(self, event: Key) -> None:
        raise ValueError(f"Illegal header value: Bearer {self.key}")


class CrashInStyles(Little):
    CSS = "Static { color: no-such-colour; }"


class CrashInWorker(Little):
    def on_key(self, event: Key) -> None:
        if event.key == "q":
            self.exit()
        else:
            self.labour()

    @work
    async def labour(self) -> None:
        key = self.key
        raise RuntimeError("boom in worker", len(key))


class CrashInTask(Little):
    def on_key(self, event: Key) -> None:
        async def labour() -> None:
            key = self.key
            raise RuntimeError("boom in task", len(key))

        if event.key == "q":
            self.exit()
            return
        task = asyncio.get_running_loop().create_task(labour())
        task.add_done_callback(lambda _: asyncio.get_running_loop().call_soon(gc.collect))


class CrashInSpawned(Little):
    def on_key(self, event: Key) -> None:
        async def labour() -> None:
            key = self.key
            raise RuntimeError("boom in spawned", len(key))

        if event.key == "q":
            self.exit()
        else:
            self.spawn(labour(), name="Counting frames")


class CrashInThread(Little):
    def on_key(self, event: Key) -> None:
        def labour() -> None:
            key = self.key
            raise RuntimeError("boom in thread", len(key))

        if event.key == "q":
            self.exit()
        else:
            threading.Thread(target=labour).start()


class SystemExitInHandler(Little):
    def on_key(self, event: Key) -> None:
        sys.exit(1)


class HangingHandler(Little):
    LEAVING_LIMIT_S = 0.2

    async def on_key(self, event: Key) -> None:
        self.say("hanging")
        await asyncio.get_running_loop().create_future()


class BlockedLoop(Little):
    def on_key(self, event: Key) -> None:
        os.write(2, b"blocked")
        Path(os.environ["LITTLE_FIFO"]).read_bytes()  # until the test writes to it


class HandsOver(Little):
    """Gives the terminal to a program that waits for a line, while the loop goes on."""

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(0.001, lambda: self.say(str(time.monotonic_ns())))

    @work
    async def on_key(self, event: Key) -> None:
        if event.key == "q":
            self.exit()
            return
        with self.suspend():
            program = "import sys; print('editor up', flush=True); print('read', sys.stdin.readline())"
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
            await process.wait()
            if event.key == "x":
                raise RuntimeError("the editor is gone")


class Pasting(Little):
    def compose(self) -> ComposeResult:
        yield Static(id="word")
        yield TextArea(id="editor")

    def on_paste(self, event: Paste) -> None:
        self.say(f"pasted {len(event.text)}")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self.say(f"text:{event.text_area.text!r}")

    def on_key(self, event: Key) -> None:
        if event.key == "ctrl+s":
            self.say("SENT")
        elif event.key == "f10":
            self.exit()


if __name__ == "__main__":
    sys.exit(run_safely(globals()[sys.argv[1]]()))
