"""How many pictures of a film reach the terminal, and how long a key takes to be seen beside it."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

from sora_tui.film.encode import Mp4Writer
from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.studio.schema import FILE_NAME
from tests.benchmarks.figures import Benchmark, Figure, Measured, at_least, ratio_at_most
from tests.benchmarks.programs import SIZE, Program, Screen, percentile, studio
from tests.benchmarks.stored import FIRST, fill
from tests.benchmarks.typing_echo import echoes_ms
from tests.campaigns.service import service_in

FILM = (1280, 720)
"""As the service makes them in landscape."""
SECONDS, FPS = 10, 30
_WATCHED_S = 6.0
_ROUNDS = 3
_CELL = re.compile(rb"\x1b\[(\d+;\d+)H(?:\x1b\[[0-9;:]*m| )*\xe2\x96\x80")
"""Where a line of half blocks begins to be drawn."""


def measure(folder: Path) -> Iterator[Measured]:
    """Pictures a second in the panel at two sizes and on the whole screen; then keys, idle and beside the film."""
    film = folder / "film.mp4"
    make(film)
    with service_in(folder) as service:
        fill(folder / "data", 50, origin=service.url)
        _give_results(folder / "data", film)
        (folder / "data" / "draft.json").write_text(
            json.dumps({"prompt": "", "model": SORA_2_PRO.model, "parameters": {}})
        )
        program = studio(folder / "data", url=service.url, shows=FIRST[:14], download="ask")
        for name, size, key in (
            ("film.panel.120x36", (120, 36), "p"),
            ("film.panel.160x45", SIZE, "p"),
            ("film.screen.100x30", (100, 30), "P"),
        ):
            found = [pictures_a_second(program, size, key) for _ in range(_ROUNDS)]
            yield Figure(name, statistics.median(found), None, "fps", (at_least(12),), note=f"of {FPS} in the film")
        idle, playing = _typed(program)
    note = f"medians {statistics.median(playing):.1f} and {statistics.median(idle):.1f} ms"
    yield Figure("film.typing.p95", percentile(playing, 95), percentile(idle, 95), "ms", (ratio_at_most(2),), note=note)


def make(path: Path) -> None:
    """A film in which every picture differs from the last one everywhere: a cloud of stripes that drifts."""
    width, height = FILM
    random = Random(1)
    rows = [bytes(128 + round(100 * (random.random() - 0.5)) for _ in range(256)) for _ in range(height // 4)]
    wide = [b"".join(bytes([value]) * 8 for value in row) * 2 for row in rows]
    grey = bytes([128]) * 4096
    with Mp4Writer(path, width=width, height=height, fps=FPS, seconds=SECONDS, max_bytes=60_000_000) as film:
        luma_stride, chroma_stride = film.strides
        chroma = grey[:chroma_stride] * (height // 2)
        for number in range(SECONDS * FPS):
            shifts = [number * (3 + y // 4 % 5) % 2048 for y in range(height)]
            luma = b"".join(wide[y // 4][shift : shift + luma_stride] for y, shift in enumerate(shifts))
            film.picture(luma, chroma, chroma)
        film.sound(bytes(44_100 * 4 * SECONDS))


def pictures_a_second(program: Program, size: tuple[int, int], key: str) -> float:
    """How often the line of the picture that is drawn most often is drawn in a second, as the terminal sees it."""
    with replace(program, size=size).on_screen() as screen:
        screen.terminal.send("\x1bOR")  # F3: the tasks
        screen.terminal.read_until("▀")
        screen.terminal.send(key)
        _wait_for_pictures(screen)
        before, began = len(screen.terminal.output), time.monotonic()
        while time.monotonic() < began + _WATCHED_S:
            screen.terminal.read_until("▀")
        drawn = Counter(_CELL.findall(screen.terminal.output, before))
        return max(drawn.values(), default=0) / (time.monotonic() - began)


def _wait_for_pictures(screen: Screen) -> None:
    """Returns once it plays: the first picture has a few hundred half blocks."""
    for _ in range(5_000):
        screen.terminal.read_until("▀")


def _typed(program: Program) -> tuple[list[float], list[float]]:
    found: Mapping[bool, list[float]] = {False: [], True: []}
    for _ in range(_ROUNDS):
        for plays in found:
            with program.on_screen() as screen:
                screen.terminal.send("\x1bOR")
                screen.terminal.read_until("▀")
                if plays:
                    screen.terminal.send("p")
                    _wait_for_pictures(screen)
                screen.terminal.send("\x1bOQ")  # F2: the prompt
                found[plays].extend(echoes_ms(screen))
    return found[False], found[True]


def _give_results(data_dir: Path, film: Path) -> None:
    """The newest task has this film."""
    with closing(sqlite3.connect(data_dir / FILE_NAME)) as db, db:
        newest = db.execute("SELECT ref FROM tasks ORDER BY created_at DESC LIMIT 1").fetchone()
        db.execute(
            "UPDATE tasks SET state = 'success', links = ?, files = ? WHERE ref = ?",
            (json.dumps(["https://files.example/film.mp4"]), json.dumps([str(film)]), *newest),
        )


BENCHMARK = Benchmark(
    name="film",
    about=f"pictures of a film of {FILM[0]}x{FILM[1]} that reach the terminal, and keys beside it beside keys alone",
    measure=measure,
)
