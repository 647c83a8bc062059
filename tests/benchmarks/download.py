"""How fast films come down beside curl's of the same, and how late the event loop is meanwhile."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sora_tui.kie.fetching import Fetcher
from sora_tui.settings import load
from sora_tui.studio.clock import SYSTEM_CLOCK
from sora_tui.studio.downloading import Downloading, Tell
from sora_tui.studio.task import Task, TaskState
from tests.benchmarks.figures import Benchmark, Figure, Measured, Unmeasured, at_most, ratio_at_least
from tests.benchmarks.file_server import BYTES, serving
from tests.benchmarks.programs import in_turn, percentile

AT_ONCE = 3
"""As many as the program downloads at the same time unless told otherwise."""
LINE = 125e6
"""Bytes per second of a line of 1 Gbit/s, which the three share."""
_ROUNDS = 3
_TICK_S = 0.005


def measure(folder: Path) -> Iterator[Measured]:
    """The speed of three at once on a fast line, and with no line between; the lags' 99th percentile."""
    curl = shutil.which("curl")
    if curl is None:
        yield Unmeasured("download", "there is no curl here")
        return
    for name, line, target in (("line", LINE, (ratio_at_least(0.8),)), ("loopback", None, ())):
        with serving(None if line is None else line / AT_ONCE) as address:
            lags: list[float] = []
            ends: list[float] = []

            def ours(address: str = address, lags: list[float] = lags, ends: list[float] = ends) -> float:
                told = _in_a_process(folder, address)
                lags.extend(told["lags_ms"])
                ends.append(told["whole_s"])
                return _mb_per_s(told["received_s"])

            def curls(address: str = address) -> float:
                return _mb_per_s(_curl(curl, folder, address))

            floor, speed = in_turn(_ROUNDS, curls, ours)
            whole = f"{_mb_per_s(statistics.median(ends)):,.0f} MB/s with fsync, check and sha256"
            yield Figure(f"download.{name}", statistics.median(speed), statistics.median(floor), "MB/s", target, whole)
            lag = f"at most {max(lags):.1f} ms"
            lag_target = (at_most(20),) if target else ()
            yield Figure(f"download.{name}.lag.p99", percentile(lags, 99), None, "ms", lag_target, lag)


def _mb_per_s(seconds: float) -> float:
    return AT_ONCE * BYTES / seconds / 1e6


def _curl(curl: str, folder: Path, address: str) -> float:
    began = time.perf_counter()
    command = [curl, "--silent", "--fail", "--output"]
    programs = [
        subprocess.Popen([*command, str(folder / f"{number}.mp4"), f"{address}/{number}.mp4"])
        for number in range(AT_ONCE)
    ]
    if any(program.wait() for program in programs):
        raise RuntimeError("curl could not get the films")
    return time.perf_counter() - began


def _in_a_process(folder: Path, address: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.download", str(folder), address]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(told.stdout)  # type: ignore[no-any-return]


async def _download(folder: Path, address: str) -> dict[str, Any]:
    """Three films at once by the program's own code, and how late a timer of 5 ms was meanwhile."""
    settings = load(data_dir=folder / "data", download_dir=folder / "videos")
    settings.download_dir.mkdir(exist_ok=True)
    fetcher = Fetcher()
    downloading = Downloading(settings, fetcher, _never, SYSTEM_CLOCK)
    began = time.perf_counter()
    received: list[float] = []

    async def one(number: int) -> None:
        async def is_wanted() -> bool:
            return True

        async def keep(path: Path) -> None:
            return None

        def checking() -> None:
            received.append(time.perf_counter() - began)

        tell = Tell(lambda _received, _total: None, checking, is_wanted, keep)
        path = await downloading.download(_task(number, address), 0, tell)
        path.unlink()
        path.with_suffix(".json").unlink()

    lags: list[float] = []
    sampling = asyncio.create_task(_sample(lags))
    await asyncio.gather(*(one(number) for number in range(AT_ONCE)))
    whole = time.perf_counter() - began
    sampling.cancel()
    await fetcher.aclose()
    return {"received_s": max(received), "whole_s": whole, "lags_ms": lags}


async def _sample(lags: list[float]) -> None:
    while True:
        due = time.perf_counter() + _TICK_S
        await asyncio.sleep(_TICK_S)
        lags.append(max(0.0, (time.perf_counter() - due) * 1000))


async def _never(link: str) -> str:
    raise AssertionError(f"{link} is not dead")


def _task(number: int, address: str) -> Task:
    return Task(
        f"{number:032x}", TaskState.SUCCESS, "m", f"film {number}", {}, address, 1, links=(f"{address}/{number}.mp4",)
    )


BENCHMARK = Benchmark(
    name="download",
    about=f"MB/s of {AT_ONCE} downloads of {BYTES // 1_000_000} MB beside curl's of the same, and the loop's lateness",
    measure=measure,
)

if __name__ == "__main__":
    print(json.dumps(asyncio.run(_download(Path(sys.argv[1]), sys.argv[2]))))
