"""Has results made: one file per different wish, rendered outside the server's event loop, published whole.

Each bench is a thread with a worker process of its own (`film_worker`), started when there is work and let go
when there has been none for a while. With `small` the thread draws by itself: no process, no beauty.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Protocol

from sora_tui.simulator.makes import Makes
from sora_tui.simulator.wishes import Wish

STYLE = 2
"""Part of every file's name: raise it when the same wish shall look different."""

KEPT_S = 14 * 24 * 3600.0
"""Files are kept for 14 days (contract §6)."""

_IDLE_S = 60.0


class FilmFailed(Exception):
    """A video could not be made."""


class _Bench(Protocol):
    def make(self, wish: Wish, path: Path) -> None: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...


class FilmMaker:
    """Makes and keeps the videos of one folder. `made` is called from a bench's thread after each."""

    def __init__(
        self, folder: Path, *, workers: int = 2, small: bool = False, made: Callable[[], None] = lambda: None
    ) -> None:
        folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        _tidy(folder)
        self._folder = folder
        self._small = small
        self._made = made
        self._lock = threading.Lock()
        self._under_way: dict[Path, Future[Path]] = {}
        self._jobs: queue.PriorityQueue[tuple[float, int, Wish, Path, Future[Path]]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._benches: list[_Bench] = []
        self._threads: list[threading.Thread] = []
        self._most_threads = workers
        self._idle = 0
        self._closing = False

    def order(self, wish: Wish, *, due: float = 0.0) -> Future[Path]:
        """The file for `wish`, made unless it is there or under way.

        The earliest `due` (epoch milliseconds) is made first; 0 is for what somebody waits for now.
        The future ends with `FilmFailed` when it cannot be made.
        """
        path = self._folder / self._name(wish)
        with self._lock:
            if path in self._under_way:
                return self._under_way[path]
            future: Future[Path] = Future()
            if path.exists():
                future.set_result(path)
                return future
            self._under_way[path] = future
            self._jobs.put((due, next(self._order), wish, path, future))
            if self._jobs.qsize() > self._idle and len(self._threads) < self._most_threads:
                thread = threading.Thread(target=self._work, name="film bench", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def place(self, wish: Wish) -> str:
        """Where the file for `wish` is, or will be, below the simulator's folder."""
        return f"{self._folder.name}/{self._name(wish)}"

    def close(self) -> None:
        """Stop making videos: what is under way is given up, its half-made file removed."""
        with self._lock:
            self._closing = True
            benches = list(self._benches)
        for bench in benches:
            bench.stop()
        for _ in self._threads:
            self._jobs.put((-1.0, next(self._order), Wish(Makes.VIDEO), Path(), Future()))
        for thread in self._threads:
            thread.join()

    def _name(self, wish: Wish) -> str:
        told = json.dumps([STYLE, self._small, asdict(wish)], sort_keys=True)
        return hashlib.sha256(told.encode("ascii")).hexdigest()[:32] + wish.suffix

    def _work(self) -> None:
        bench: _Bench | None = None
        try:
            while True:
                with self._lock:
                    self._idle += 1
                try:
                    _, _, wish, path, future = self._jobs.get(timeout=_IDLE_S if bench else None)
                except queue.Empty:
                    assert bench is not None
                    self._dismiss(bench)
                    bench = None
                    continue
                finally:
                    with self._lock:
                        self._idle -= 1
                with self._lock:
                    if self._closing:
                        return
                    if bench is None:
                        bench = _ThisThread() if self._small else _Process()
                        self._benches.append(bench)
                self._make(bench, wish, path, future)
        finally:
            if bench is not None:
                self._dismiss(bench)

    def _make(self, bench: _Bench, wish: Wish, path: Path, future: Future[Path]) -> None:
        part = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}.part")
        error: Exception | None = None
        try:
            picture = str(self._folder.parent / wish.picture) if wish.picture else ""
            bench.make(replace(wish, picture=picture), part)
            os.replace(part, path)
        except Exception as trouble:  # whatever went wrong while drawing is told to whoever ordered
            error = trouble
        part.unlink(missing_ok=True)
        with self._lock:
            del self._under_way[path]
        if error is None:
            future.set_result(path)
        else:
            failure = error if isinstance(error, FilmFailed) else FilmFailed(f"{type(error).__name__}: {error}")
            future.set_exception(failure)
        self._made()

    def _dismiss(self, bench: _Bench) -> None:
        with self._lock:
            self._benches.remove(bench)
        bench.close()


class _ThisThread:
    """Draws small clips in the calling thread."""

    def make(self, wish: Wish, path: Path) -> None:
        from sora_tui.simulator.cinema import make_small  # Pillow and PyAV take 0.15 s to import

        make_small(wish, path)

    def stop(self) -> None:
        """A small clip is done before anyone could wait for it."""

    def close(self) -> None:
        """Nothing to let go."""


class _Process:
    """Has one worker process draw. The process ends when its stdin does, so it cannot outlive this one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._starting = threading.Lock()
        self._stopped = False

    def make(self, wish: Wish, path: Path) -> None:
        process = self._alive()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({"wish": asdict(wish), "path": str(path)}) + "\n")
            process.stdin.flush()
        except OSError as error:
            raise FilmFailed("the process that draws has ended") from error
        answer = process.stdout.readline()
        if not answer:
            process.wait()
            raise FilmFailed(f"the process that draws has ended with {process.returncode}")
        trouble = json.loads(answer)["error"]
        if trouble is not None:
            raise FilmFailed(trouble)

    def stop(self) -> None:
        """End the process now, whatever it is doing; `make` then fails."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process and let its pipes go."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what was left to write has no reader
                    pipe.close()

    def _alive(self) -> subprocess.Popen[str]:
        """The process, started if it has not been or has ended."""
        with self._starting:
            if self._stopped:
                raise FilmFailed("the simulator is closing")
            if self._process is None or self._process.poll() is not None:
                self.close()
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "sora_tui.simulator.film_worker"],
                    cwd=Path(__file__).parents[2],  # `-m` looks into the working directory first
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="ascii",
                )
            return self._process


def _tidy(folder: Path) -> None:
    """Remove what a killed process left half made, and what nobody can ask for any more."""
    oldest = time.time() - KEPT_S
    for path in folder.iterdir():
        if path.suffix == ".part" or (path.suffix in (".mp4", ".png", ".wav") and path.stat().st_mtime < oldest):
            path.unlink()
