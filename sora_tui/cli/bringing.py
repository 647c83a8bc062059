"""Results brought to this machine for a command: progress on stderr, and how each ended."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sora_tui.cli.diagnostics import ExitCode, Interrupted, say, warn
from sora_tui.studio.collected import file_of
from sora_tui.studio.collecting import Download, DownloadState

if TYPE_CHECKING:
    from sora_tui.cli.session import Session
    from sora_tui.studio.task import Task

_LOOKS_S = 0.5
"""Between looks at what another program downloads."""
_SHOWN_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Brought:
    """How one result stands at the end.

    Attributes:
        ref: of the task.
        number: of the link, from 0.
        path: where its file is; empty where it is not.
        is_new: whether it was not there before.
        problem: why it is not there, in a sentence.
        may_pass: whether the same command may do better a little later.
    """

    ref: str
    number: int
    path: str = ""
    is_new: bool = False
    problem: str = ""
    may_pass: bool = False

    def as_json(self) -> dict[str, Any]:
        """For scripts; results are counted from 1."""
        return {
            "ref": self.ref,
            "result": self.number + 1,
            "file": self.path or None,
            "is_new": self.is_new,
            "problem": self.problem or None,
        }


async def bring(session: Session, refs: Sequence[str], *, again: bool = False) -> list[Brought]:
    """Download the results of these tasks, as the studio does, and tell how each ended.

    Args:
        session: of the command.
        refs: the tasks; those without links have no part in it.
        again: also what is there, under another name.

    Raises:
        Interrupted: by a signal. What came is kept, and gone on with by the next command or the studio.
    """
    session.studio.start_collecting(by_itself=False)
    line = _ProgressLine(session, refs)
    try:
        return await session.unless_interrupted(_bring(session, refs, again, line))
    except Interrupted:
        line.clear()
        say("Stopped. What came is kept: the same command goes on from there.")
        raise
    finally:
        line.clear()


def exit_code_of_results(results: Iterable[Brought]) -> ExitCode:
    """How a command ends: worst is what can't be had at all, then what may pass."""
    failed = [result for result in results if result.problem]
    if any(not result.may_pass for result in failed):
        return ExitCode.TASK_FAILED
    return ExitCode.NETWORK if failed else ExitCode.DONE


def tell_problems(results: Sequence[Brought]) -> None:
    """What is not there and why, on stderr; one sentence for each reason."""
    by_problem: dict[str, list[Brought]] = {}
    for result in results:
        if result.problem:
            by_problem.setdefault(result.problem, []).append(result)
    for problem, failed in by_problem.items():
        first = failed[0].ref[:8]
        which = first if len(failed) == 1 else f"{first} and {len(failed) - 1:,} more"
        warn(f"{which}: {_for_a_command(problem)}")
    new = sum(result.is_new for result in results)
    there = sum(bool(result.path) for result in results) - new
    told = [f"{new:,} downloaded"] if new or not there else []
    told += [f"{there:,} already there"] if there else []
    say(f"{', '.join(told)}.")


def _for_a_command(problem: str) -> str:
    """The sentence without the studio's key, which does nothing here."""
    return problem.replace("d tries again.", "The same command tries again.")


async def _bring(session: Session, refs: Sequence[str], again: bool, line: _ProgressLine) -> list[Brought]:
    studio = session.studio
    wanted = {(each.ref, each.number) for each in await studio.collecting.collect(refs, again=again)}
    if wanted:
        line.begin(len(wanted))
    ended: dict[tuple[str, int], Download] = {}
    left = wanted
    while True:
        for each in await studio.collecting.settled(refs):
            ended[each.ref, each.number] = each
        tasks = {task.ref: task for task in await studio.load(refs)}
        left = {key for key in left if not _is_settled(key, ended.get(key), tasks)}
        if not left:
            return [
                _brought(task, number, (ref, number) in wanted, ended.get((ref, number)))
                for ref, task in tasks.items()
                for number in range(len(task.links))
            ]
        # Another program has it: wait until it is done, or dead, which only asking for it again can tell.
        await asyncio.sleep(_LOOKS_S)
        await studio.collecting.collect(dict.fromkeys(ref for ref, _ in sorted(left)))


def _is_settled(key: tuple[str, int], end: Download | None, tasks: dict[str, Task]) -> bool:
    ref, number = key
    if end is not None and (end.problem or end.path):
        return True
    return ref not in tasks or bool(file_of(tasks[ref], number))


def _brought(task: Task, number: int, is_wanted: bool, end: Download | None) -> Brought:
    if end is not None and end.problem and not end.path:
        return Brought(task.ref, number, problem=end.problem, may_pass=end.may_pass or end.is_stuck)
    path = end.path if end is not None and end.path else file_of(task, number)
    return Brought(task.ref, number, path, is_new=is_wanted)


class _ProgressLine:
    """`3 of 20 · 41 % of 24.0 MB · 6.2 MB/s` on a terminal's last line; nothing anywhere else."""

    def __init__(self, session: Session, refs: Sequence[str]) -> None:
        self._session, self._refs = session, list(refs)
        self._is_shown = False
        self._count = 0
        self._shown_at = float("-inf")
        self._stop: Callable[[], None] | None = None

    def begin(self, count: int) -> None:
        """So many are on their way."""
        say(f"Downloading {count:,} {'result' if count == 1 else 'results'}.")
        self._count = count
        if sys.stderr.isatty():
            self._stop = self._session.studio.subscribe(lambda _: self._show())

    def clear(self) -> None:
        """Take the line away, and show it no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        if self._is_shown:
            self._is_shown = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._shown_at < _SHOWN_EVERY_S:
            return
        self._shown_at = now
        collecting = self._session.studio.collecting
        known = [each for ref in self._refs for each in collecting.progress_of(ref)]
        words = progress_words(known, self._count)
        self._is_shown = True
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


def progress_words(known: Sequence[Download], count: int) -> str:
    """How far `count` downloads are, of which those that are not there yet are known. Pure."""
    from sora_tui.studio.inputs import megabytes

    active = [each for each in known if each.is_active]
    running = [each for each in active if each.state is DownloadState.RUNNING]
    words = [f"{count - len(active):,} of {count:,}"]
    speed = sum(each.bytes_per_second or 0.0 for each in running)
    totals = [each.total for each in running if each.total is not None]
    if totals and len(totals) == len(running):
        received, total = sum(each.received for each in running), sum(totals)
        words.append(f"{int(100 * received / max(1, total))} % of {megabytes(total)}")
    if speed:
        words.append(f"{megabytes(round(speed))}/s")
    return " · ".join(words)
