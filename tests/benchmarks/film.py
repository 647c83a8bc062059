"""How many pictures of a film reach the terminal while it plays in the panel, and what typing and the loop suffer.

A picture counts once the line of it that is drawn most often has come out of the pty: every pixel moves, so that
each picture draws each line anew.
"""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sora_tui.film.clip import Clip
from sora_tui.studio.schema import FILE_NAME
from sora_tui.tui.half_blocks import UPPER, cells_of, strip_of
from tests.benchmarks.figures import Benchmark, Figure, Measured, at_least, at_most, ratio_at_least, ratio_at_most
from tests.benchmarks.moving import FPS, a_moving_film
from tests.benchmarks.programs import Program, Screen, environment, percentile
from tests.benchmarks.stored import FIRST, fill
from tests.benchmarks.typing_echo import echoes_ms
from tests.campaigns.service import service_in

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "portrait": (720, 1280)}
CELLS = (60, 20)
_SECONDS = 10
_WATCHED_S = 6.0
_KEYS = 60
_TO_TABLE, _TO_EDITOR = "\x1bOR", "\x1bOQ"
_MOVED = re.compile(rb"\x1b\[(\d+);\d+H([^\x1b]*(?:\x1b\[[0-9;]*m[^\x1b]*)*)")


def measure(folder: Path) -> Iterator[Measured]:
    """Decoding alone; then the program itself with a film playing, its pictures, its keys and its lags."""
    films = {
        name: a_moving_film(folder / f"{name}.mp4", width=width, height=height, seconds=_SECONDS)
        for name, (width, height) in SIZES.items()
    }
    for name, film in films.items():
        note = f"{film.stat().st_size / 1e6:.1f} MB, to {CELLS[0]} by {CELLS[1]} cells"
        yield Figure(f"film.decode.{name}", pictures_per_s(film), FPS, "/s", (ratio_at_least(1),), note)
    with service_in(folder) as service:
        programs = {}
        for name, size in (("720p", (100, 30)), ("720p", (120, 36)), ("1080p", (120, 36))):
            data_dir = folder / f"data-{name}-{size[0]}"
            fill(data_dir, 50, origin=service.url)
            _give(data_dir, films[name])
            env = {**environment(data_dir, url=service.url, download="ask"), "COLORTERM": "truecolor"}
            command = [sys.executable, "-m", "tests.benchmarks.busy", "told", "0"]
            programs[f"{name}.{size[0]}x{size[1]}"] = Program(command, FIRST[:9], env, size)
        for name, program in programs.items():
            yield from _of_panel(f"film.panel.{name}", program, folder / "lags.json")
        few = {f"{name}.256": replace(each, env={**each.env, "COLORTERM": ""}) for name, each in programs.items()}
        for name, program in {**programs, **few}.items():
            with program.on_screen() as screen:
                screen.terminal.send(_TO_TABLE + "P")
                yield Figure(f"film.screen.{name}.fps", _watched(screen), None, "/s", (at_least(12),))


def pictures_per_s(film: Path) -> float:
    """Pictures of a whole film that one thread decodes and makes cells of in a second."""
    began, count = time.perf_counter(), 0
    with Clip(film) as clip:
        size = clip.fitted((CELLS[0], CELLS[1] * 2))
        while (picture := clip.picture_after(size)) is not None:
            for key in cells_of(picture):
                strip_of(key)
            count += 1
    return count / (time.perf_counter() - began)


def drawn(output: bytes) -> int:
    """Pictures that a terminal was given: how often the line drawn most often was drawn."""
    rows = Counter(row for row, words in _MOVED.findall(output) if words.count(UPPER.encode()) > 3)
    return max(rows.values(), default=0)


def _of_panel(name: str, program: Program, lags: Path) -> Iterator[Measured]:
    with program.on_screen() as screen:
        idle = echoes_ms(screen, _KEYS)
        screen.terminal.send(_TO_TABLE + "p")
        shown = _watched(screen)
        screen.terminal.send(_TO_EDITOR)
        began = len(screen.terminal.output)
        since = time.perf_counter()
        busy = echoes_ms(screen, _KEYS, first=_KEYS)
        beside = drawn(screen.terminal.output[began:]) / (time.perf_counter() - since)
    yield Figure(f"{name}.fps", shown, None, "/s", (at_least(12),), f"{beside:.1f}/s beside typing")
    note = f"medians {statistics.median(busy):.1f} and {statistics.median(idle):.1f} ms"
    yield Figure(f"{name}.typing.p95", percentile(busy, 95), percentile(idle, 95), "ms", (ratio_at_most(2),), note)
    floor, value = (_lag_p99(program, lags, keys) for keys in ("", _TO_TABLE + "p"))
    yield Figure(f"{name}.lag.p99", value, floor, "ms", (at_most(20),))


def _watched(screen: Screen) -> float:
    """Pictures a second, while nothing else is done."""
    screen.terminal.read_until(UPPER)
    screen.terminal.read_for(1.0)
    before, began = len(screen.terminal.output), time.perf_counter()
    screen.terminal.read_for(_WATCHED_S)
    return drawn(screen.terminal.output[before:]) / (time.perf_counter() - began)


def _lag_p99(program: Program, lags: Path, keys: str) -> float:
    with replace(program, command=[*program.command, str(lags)]).on_screen() as screen:
        screen.terminal.send(keys)
        screen.terminal.wait()
    return percentile(json.loads(lags.read_text()), 99)


def _give(data_dir: Path, film: Path) -> None:
    """Let the newest task's result be this file."""
    with closing(sqlite3.connect(data_dir / FILE_NAME)) as db, db:
        db.execute(
            "UPDATE tasks SET files = ? WHERE created_at = (SELECT max(created_at) FROM tasks)",
            (json.dumps([str(film)]),),
        )


BENCHMARK = Benchmark(
    name="film",
    about="pictures a second of films of the service's sizes that reach the terminal, and typing beside them",
    measure=measure,
)
