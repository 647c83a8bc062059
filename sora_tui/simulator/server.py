"""The simulator as a server: `Simulator` runs it in a thread of its own, for tests, demo and `python -m`.

    with Simulator(folder, durations=lambda: 0.2, small_clips=True) as simulator:
        client = KieClient("demo-key", base_url=simulator.url)

`create_app` gives the bare ASGI application.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sora_tui.simulator.clock import Clock, SystemClock
from sora_tui.simulator.controls import end_and_call_back, finish_tasks
from sora_tui.simulator.engine import Engine
from sora_tui.simulator.faults import Fault, Faults, FaultyApp
from sora_tui.simulator.journal import last_address, remember_address
from sora_tui.simulator.ledger import Arrival, CallbackTry, Charge, Create, Refusal, fingerprint
from sora_tui.simulator.markers import Plan
from sora_tui.simulator.options import Options
from sora_tui.simulator.records import SimulatedTask
from sora_tui.simulator.routes import create_app
from sora_tui.simulator.serving import Server, listen
from sora_tui.simulator.uploads import Upload

__all__ = ["Simulator", "create_app"]

T = TypeVar("T")


class Simulator:
    """A running simulator.

    Everything it knows lives in `folder`, so that another one on the same folder goes on with its tasks.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        any_port: bool = False,
        faults: Iterable[Fault] = (),
        clock: Clock | None = None,
        options: Options | None = None,
        speed: float = 1.0,
        seed: int | None = None,
        median_s: float = 300.0,
        durations: Callable[[], float] | None = None,
        failure_rate: float = 0.0,
        credits: float = 10_000.0,
        small_clips: bool = False,
        webhook_keys: Iterable[str] = (),
        catalogue: Path | None = None,
        withdrawn: Iterable[str] = (),
        discoveries_per_second: int = 1,
    ) -> None:
        """Open the folder and take the port; nothing is served before `start`.

        Args:
            folder: where tasks, purses and videos are kept.
            port: where to listen; 0 for the port this folder had last if it is free, else any.
            host: the interface; 127.0.0.1 is this machine only.
            any_port: take any port when `port` is taken, instead of raising.
            faults: the script of faults to begin with.
            clock: the simulator's time.
            options: everything at once, instead of what follows.
            speed: how much faster than real.
            seed: makes durations and failures the same each time.
            median_s: the usual duration at speed 1.
            durations: draws each task's seconds instead.
            failure_rate: share of unmarked tasks that fail early.
            credits: what each new key has.
            small_clips: videos of one second at 160 by 90, made in this process.
            webhook_keys: sign the callbacks, one after the other; none leaves them unsigned.
            catalogue: a folder of further models; it need not exist.
            withdrawn: models, or how their ids begin, that are not sold.
            discoveries_per_second: questions about models in a second; 0 for any number.

        Raises:
            FolderInUse: another simulator has this folder open.
            OSError: the port is taken.
        """
        clock = clock or SystemClock()
        self._script = Faults(faults, clock)
        self.engine = Engine(
            folder,
            options
            or Options(
                speed=speed,
                seed=seed,
                median_s=median_s,
                durations=durations,
                failure_rate=failure_rate,
                credits=credits,
                small_clips=small_clips,
                webhook_keys=tuple(webhook_keys),
                catalogue=catalogue,
                withdrawn=tuple(withdrawn),
                discoveries_per_second=discoveries_per_second,
            ),
            clock=clock,
            script=self._script,
        )
        try:
            self._socket = listen(host, port, last_address(folder), any_port=any_port)
        except BaseException:
            self.engine.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        self.engine.base_url = self.url
        remember_address(folder, self.url)
        self._is_stopped = False
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Serve, in a thread of its own. Returns once requests are answered."""
        app = create_app(self.engine, self._script)
        faulty = FaultyApp(
            app,
            self._script,
            self.engine.ledger,
            self.engine.clock,
            call_back=partial(end_and_call_back, self.engine),
        )
        self._server = Server(faulty, self.engine)
        self._thread = threading.Thread(
            target=self._server.serve_until_stopped, args=(self._socket,), name="simulator", daemon=True
        )
        self._thread.start()
        self._server.is_up.wait()
        if not self._server.started:
            raise RuntimeError("The simulator could not start; the error above says why.")
        return self

    def stop(self) -> None:
        """Stop serving and let port and folder go. Running tasks go on at the next start. Once is enough."""
        if self._is_stopped:
            return
        self._is_stopped = True
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = self._thread = None
        self._socket.close()
        self.engine.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ledger(self) -> tuple[Charge, ...]:
        """Every create that was charged for, oldest first."""
        return self._on_loop(lambda: self.engine.ledger.charges)

    def refusals(self) -> tuple[Refusal, ...]:
        """Every create that was answered with an error, since the start."""
        return self._on_loop(lambda: tuple(self.engine.ledger.refusals))

    def arrivals(self) -> tuple[Arrival, ...]:
        """Every create that came in, whatever became of it, since the start."""
        return self._on_loop(lambda: tuple(self.engine.ledger.arrivals))

    def creates(self) -> tuple[Create, ...]:
        """The latest creates as they were read, whatever became of them, since the start."""
        return self._on_loop(lambda: tuple(self.engine.ledger.creates))

    def uploads(self) -> tuple[Upload, ...]:
        """Every file that was uploaded, oldest first."""
        return self._on_loop(self.engine.uploads.all)

    def requests(self) -> dict[str, int]:
        """How often each route answered each code, by `"createTask 200"` and the like."""
        return self._on_loop(lambda: dict(self.engine.requests))

    def callbacks(self) -> tuple[CallbackTry, ...]:
        """The latest calls of tasks' addresses and what came of them, since the start."""
        return self._on_loop(lambda: tuple(self.engine.ledger.callbacks))

    def tasks(self) -> list[SimulatedTask]:
        """Every task, oldest first."""
        return self._on_loop(self.engine.tasks)

    def credits(self, key: str) -> float:
        """What is left in a key's purse."""
        return self._on_loop(lambda: self.engine.ledger.credits(fingerprint(key)))

    def sell(self, pattern: str, sold: bool = True) -> None:
        """Sell a model or withdraw it; `*` at the end stands for every ending."""
        self._on_loop(lambda: self.engine.catalogue.switch(pattern, sold=sold))

    def set_success_rate(self, pattern: str, percent: float | None) -> None:
        """Let a model succeed so often, by what it tells of its last two hours; None for as ever."""
        self._on_loop(lambda: self.engine.catalogue.switch(pattern, success_rate=percent))

    def set_credits(self, key: str, credits: float) -> None:
        """Fill or empty a key's purse."""
        self._on_loop(lambda: self.engine.set_credits(key, credits))

    def fault(self, route: str, kind: str, **more: Any) -> None:
        """Add a fault to the script; `more` as in a TOML file."""
        fault = Fault.from_mapping({"route": route, "fault": kind, **more})
        self._on_loop(lambda: self._script.add(fault))

    def clear_faults(self) -> None:
        """Let everything go well from now on."""
        self._on_loop(self._script.clear)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Let nothing listen for a while: connections end, new ones are refused. Time goes on."""
        server = self._running()
        kept = self._there(server.leave())
        try:
            yield
        finally:
            self._there(server.come_back(kept))

    def finish(self, task_id: str) -> None:
        """End a task now, as planned. Returns once its video is there."""
        self._finish(task_id, None)

    def finish_all(self) -> None:
        """End every running task now."""
        self._finish(None, None)

    def fail(self, task_id: str, code: int | str = 501, text: str = "Generation failed, please try again.") -> None:
        """End a task now with a failure; its credits are given back."""
        self._finish(task_id, Plan(succeeds=False, code=code, text=text))

    def _finish(self, task_id: str | None, plan: Plan | None) -> None:
        self._there(finish_tasks(self.engine, task_id, plan))

    def _on_loop(self, act: Callable[[], T]) -> T:
        """Do `act` on the server's thread: the engine is never touched from two."""

        async def there() -> T:
            return act()

        return self._there(there())

    def _there(self, act: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(act, self._running().loop).result()

    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("The simulator is not running.")
        return self._server
