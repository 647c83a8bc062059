"""Collects results: what the service deletes after 14 days lies on this machine long before.

Decides what is downloaded, when, how many at a time and how often it is tried again; `downloading.py` gets the single
file. What is collected is written into the task, so that every program on the store knows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from sora_tui.studio.bell import Bell
from sora_tui.studio.book import Book
from sora_tui.studio.clock import Clock
from sora_tui.studio.collected import (
    expires_at,
    file_of,
    is_about_to_be_lost,
    is_to_be_collected,
    uncollected,
    with_file,
)
from sora_tui.studio.errors import StudioError
from sora_tui.studio.events import DownloadChanged, Event, Notice, Severity, TaskChanged
from sora_tui.studio.filters import parse_filter
from sora_tui.studio.part_file import part_name, published_parts, remove_published
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.views import View

if TYPE_CHECKING:
    from sora_tui.settings import Settings
    from sora_tui.studio.downloading import Downloading

TRIES = 5
"""How often one result is tried in a row where the trouble may pass."""
FOLDER_PAUSE_S = 60.0
"""After which a folder that took nothing is tried again."""
FINISHES_WITHIN_S = 5.0
"""How long leaving waits for what is all here to be checked and written down."""
TELLS_EVERY_S = 0.2
RATE_OVER_S = 5.0
"""The seconds over which the speed is measured."""
LOOKS_EVERY_S = 3600.0
"""After which it is looked for results that came near their end meanwhile, or could not be had."""
_MOST_FOUND = 10_000
"""Tasks that are looked at then, newest first."""


class DownloadState(Enum):
    """Where a download stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Download:
    """One result on its way.

    Attributes:
        ref: of the task.
        number: of the link, from 0.
        state: where it stands.
        received: bytes that are here.
        total: bytes of the whole; None where that is not known.
        bytes_per_second: over the last seconds; None before that can be told.
        problem: why it waits or failed and what to do, in a sentence; empty when all is well.
        is_stuck: whether it waits for the folder to take something again, which may be for ever.
        may_pass: of what failed, whether the same may go well a little later.
        path: where it is, once it is done.
    """

    ref: str
    number: int
    state: DownloadState = DownloadState.WAITING
    received: int = 0
    total: int | None = None
    bytes_per_second: float | None = None
    problem: str = ""
    is_stuck: bool = False
    may_pass: bool = False
    path: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (DownloadState.WAITING, DownloadState.RUNNING, DownloadState.CHECKING)

    @property
    def share(self) -> float | None:
        """How much of it is here, 0 to 1; None where that is not known."""
        return None if not self.total else min(1.0, self.received / self.total)

    @property
    def eta_s(self) -> float | None:
        """Seconds until all of it is here, at the present speed; None where that can't be told."""
        if self.total is None or not self.bytes_per_second:
            return None
        return max(0, self.total - self.received) / self.bytes_per_second


@dataclass(slots=True)
class _Job:
    """A result that is wanted."""

    ref: str
    number: int
    shown: Download
    is_again: bool = False
    """Whether it is wanted though its file is here."""
    tries: int = 0
    at: float = float("-inf")
    """From when on (monotonic) it may be tried."""
    marks: deque[tuple[float, int]] = field(default_factory=deque)
    """When how many bytes were here, over the last seconds."""
    told_at: float = float("-inf")
    work: asyncio.Task[None] | None = None


class Collecting:
    """The results of one service.

    Args:
        book: the tasks.
        settings: which results are collected by themselves, and how many at a time.
        make: makes what downloads one; called once, when the first is wanted.
        clock: for every wait.
        random: for the jitter.
        publish: told of every change.
    """

    def __init__(
        self,
        book: Book,
        settings: Settings,
        make: Callable[[], Awaitable[Downloading]],
        *,
        clock: Clock,
        random: Random,
        publish: Callable[[Event], None],
    ) -> None:
        self._book = book
        self._settings = settings
        self._make = make
        self._clock = clock
        self._random = random
        self._publish = publish
        self._bell = Bell(clock)
        self._jobs: dict[tuple[str, int], _Job] = {}
        self._downloading: Downloading | None = None
        self._folder_free_at = float("-inf")
        self._expiring: set[str] = set()
        self._is_closed = False

    # What there is to see

    @property
    def expiring(self) -> Set[str]:
        """The tasks a result of which is not here and will soon be deleted by the service."""
        return self._expiring

    @property
    def active(self) -> int:
        """Results that are being downloaded."""
        return sum(job.work is not None for job in self._jobs.values())

    @property
    def queued(self) -> int:
        """Results that wait for their turn."""
        return sum(job.shown.is_active and job.work is None for job in self._jobs.values())

    @property
    def bytes_per_second(self) -> float:
        """Of all downloads that run, over the last seconds."""
        return sum(job.shown.bytes_per_second or 0.0 for job in self._jobs.values() if job.work is not None)

    def progress_of(self, ref: str) -> list[Download]:
        """The downloads of a task that run, wait or failed since the program was started, by their number."""
        return [job.shown for (of, _), job in sorted(self._jobs.items(), key=lambda item: item[0][1]) if of == ref]

    def download_of(self, task: Task) -> Download | None:
        """The same as one, for a line in a table; None where there is none. Looks at no other task's."""
        jobs = (self._jobs.get((task.ref, number)) for number in range(len(task.links)))
        return together([job.shown for job in jobs if job is not None])

    # What can be asked for

    async def collect(self, refs: Iterable[str], *, again: bool = False) -> list[Download]:
        """Wants every result of these tasks that is not here yet, before all that is collected by itself.

        Args:
            refs: the tasks; those without links are passed over.
            again: also those whose file is here, under another name.

        Returns:
            What is on its way now.
        """
        self._folder_free_at = float("-inf")  # he may have made room
        made: list[Download] = []
        for task in await self._book.load(refs):
            missing = await asyncio.to_thread(_missing, task)
            for number in range(len(task.links)) if again else missing:
                made.append(self._want(task, number, first=True, is_again=again).shown)
        self._bell.ring()
        return made

    async def stop(self, refs: Iterable[str]) -> int:
        """Stops what is downloaded for these tasks, or waits to be; answers how many were. What came is kept."""
        wanted = set(refs)
        stopped = [job for job in self._jobs.values() if job.ref in wanted and job.shown.is_active]
        for job in stopped:
            del self._jobs[job.ref, job.number]
            if job.work is not None:
                job.work.cancel()
        await asyncio.gather(*(job.work for job in stopped if job.work is not None), return_exceptions=True)
        for ref in {job.ref for job in stopped}:
            self._publish(DownloadChanged(ref))
        return len(stopped)

    async def settled(self, refs: Iterable[str]) -> list[Download]:
        """Returns once nothing of these tasks runs or waits for its turn.

        Returns:
            How each stands that was on its way, or had failed. One that is left to another program has neither a
            path nor a problem.
        """
        wanted = set(refs)
        jobs = [job for job in self._jobs.values() if job.ref in wanted]
        while any(job.shown.is_active and not job.shown.is_stuck for job in jobs if self._is_known(job)):
            await self._clock.sleep(0.05)
        return [job.shown for job in jobs]

    # Its work

    async def look_for_results(self) -> None:
        """Wants of the past what the settings say should be here: now, and again every hour. Never returns."""
        while True:
            await self._look()
            await self._clock.sleep(LOOKS_EVERY_S)

    async def _look(self) -> None:
        now_ms, before = self._clock.now_ms(), self._expiring
        soon = await self._tasks_found("is:expiring")
        self._expiring = {task.ref for task in soon}
        match self._settings.download:
            case "auto":
                wanted = await self._tasks_found("after:30d -is:collected")
            case "rescue":
                wanted = soon
            case "ask":
                wanted = []
                if news := len(self._expiring - before):
                    what = "1 result is" if news == 1 else f"{news:,} results are"
                    sentence = f"{what} about to be deleted by the service, within three days. Needs you shows which."
                    self._publish(Notice(sentence, Severity.WARNING, topic="expiring"))
        for task in sorted(wanted, key=lambda task: expires_at(task) or 0):
            if self._is_ours(task) and is_to_be_collected(task, now_ms):
                self._want_all(task)
        self._bell.ring()
        await self._tidy()

    async def _tidy(self) -> None:
        """Takes away what a program left that died when a result was kept and its hidden part was not gone yet."""
        folder = self._settings.download_dir
        if parts := await asyncio.to_thread(published_parts, folder):
            missing = await self._tasks_found("-is:collected")  # theirs is how the next try finds the result again
            parts -= {part_name(task.ref, number) for task in missing for number in uncollected(task)}
            await asyncio.to_thread(remove_published, folder, parts)

    def hear(self, event: Event) -> None:
        """Wants the results of a task that has just ended well, where the settings say so."""
        if not isinstance(event, TaskChanged):
            return
        task, previous, now_ms = event.task, event.previous, self._clock.now_ms()
        if is_about_to_be_lost(task, now_ms):
            self._expiring.add(task.ref)
        else:
            self._expiring.discard(task.ref)
        has_ended = previous is not None and previous.state is not task.state
        if has_ended and self._settings.download == "auto" and self._is_ours(task) and is_to_be_collected(task, now_ms):
            self._want_all(task)
            self._bell.ring()

    async def close(self) -> None:
        """Stops everything. What came is kept, and gone on with at the next start; what is all here is finished."""
        self._is_closed = True
        at_work = [(job, job.work) for job in self._jobs.values() if job.work is not None]
        finishing = [work for job, work in at_work if job.shown.state is DownloadState.CHECKING]
        for _, work in at_work:
            if work not in finishing:
                work.cancel()
        if finishing:
            _, late = await asyncio.wait(finishing, timeout=FINISHES_WITHIN_S)
            for work in late:
                work.cancel()
        await asyncio.gather(*(work for _, work in at_work), return_exceptions=True)

    async def download_wanted(self) -> None:
        """Downloads what is wanted, some at a time. Never returns."""
        while True:
            now = self._clock.monotonic()
            ready = [job for job in self._jobs.values() if self._is_ready(job)]
            room = self._settings.downloads_at_once - self.active
            for job in [job for job in ready if max(job.at, self._folder_free_at) <= now][: max(0, room)]:
                job.work = asyncio.create_task(self._run(job), name=f"downloading {job.ref}")
            waits = [max(job.at, self._folder_free_at) - now for job in ready if job.work is None]
            # With all places taken the end of one rings.
            wait = min(waits, default=None) if self.active < self._settings.downloads_at_once else None
            await self._bell.wait(wait if wait is None else max(0.0, wait))

    def _is_ready(self, job: _Job) -> bool:
        return job.work is None and job.shown.state is DownloadState.WAITING

    async def _run(self, job: _Job) -> None:
        from sora_tui.studio.downloading import NotCollected, Tell

        job.tries += 1
        tell = Tell(
            received=partial(self._received, job),
            checking=partial(self._show, job, state=DownloadState.CHECKING),
            is_wanted=partial(self._is_still_wanted, job),
            keep=partial(self._keep, job),
        )
        self._show(job, state=DownloadState.RUNNING, problem="", is_stuck=False)
        try:
            if self._downloading is None:
                self._downloading = await self._make()
            task = await self._task(job.ref)
            if task is None or job.number >= len(task.links):
                self._drop(job)
                return
            path = await self._downloading.download(task, job.number, tell)
            self._show(job, state=DownloadState.DONE, path=str(path), bytes_per_second=None)
            self._drop(job)
        except NotCollected as trouble:
            await self._failed(job, trouble)
        except StudioError as error:  # the store does not take it: the file is there, and found again the next time
            self._show(job, state=DownloadState.FAILED, problem=str(error))
        except Exception as error:
            sentence = f"A fault of this program ({type(error).__name__}). d tries again."
            self._show(job, state=DownloadState.FAILED, problem=sentence)
            context = {"message": f"studio: downloading {job.ref} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
        finally:
            job.work = None
            self._bell.ring()

    async def _is_still_wanted(self, job: _Job) -> bool:
        if job.is_again:
            return True
        await self._book.follow()  # another program may have kept it a moment ago
        task = await self._task(job.ref)
        return task is not None and job.number in await asyncio.to_thread(_missing, task)

    async def _keep(self, job: _Job, path: Path) -> None:
        await self._book.change(job.ref, lambda task: with_file(task, job.number, str(path)))

    async def _failed(self, job: _Job, trouble: Exception) -> None:
        from sora_tui.studio.downloading import NotCollected

        assert isinstance(trouble, NotCollected)
        now = self._clock.monotonic()
        if trouble.is_anothers:
            self._drop(job)
        elif trouble.is_folders:
            job.tries -= 1
            self._folder_free_at = now + FOLDER_PAUSE_S
            self._publish(Notice(f"Nothing is downloaded for now. {trouble}", Severity.ERROR, topic="downloads"))
            self._show(job, state=DownloadState.WAITING, problem=str(trouble), is_stuck=True)
        elif trouble.is_gone:
            with suppress(StudioError):  # then it is asked for again at the next start, and told again
                await self._book.change(job.ref, lambda task: replace(task, files_note=str(trouble)))
            self._show(job, state=DownloadState.FAILED, problem=str(trouble))  # only now it counts as settled
        elif trouble.may_pass and job.tries < TRIES:
            job.at = now + 2.0 ** (job.tries - 1) * (0.75 + self._random.random() / 2)
            self._show(job, state=DownloadState.WAITING, problem=str(trouble))
        else:
            sentence = str(trouble).replace("It is tried again.", "d tries again.")
            self._show(job, state=DownloadState.FAILED, problem=sentence, may_pass=trouble.may_pass)

    # What is wanted

    def _want_all(self, task: Task) -> None:
        for number in uncollected(task):
            known = self._jobs.get((task.ref, number))
            if known is None or known.shown.state is not DownloadState.FAILED or known.shown.may_pass:
                self._want(task, number)

    def _want(self, task: Task, number: int, *, first: bool = False, is_again: bool = False) -> _Job:
        key = (task.ref, number)
        known = self._jobs.get(key)
        if known is not None and known.shown.is_active:
            known.at = float("-inf")
            if known.shown.is_stuck:  # the folder may take it now
                self._show(known, is_stuck=False, problem="")
            return known
        job = _Job(task.ref, number, Download(task.ref, number), is_again)
        self._jobs.pop(key, None)
        self._jobs = {key: job, **self._jobs} if first else {**self._jobs, key: job}
        self._publish(DownloadChanged(task.ref))
        return job

    def _is_known(self, job: _Job) -> bool:
        return self._jobs.get((job.ref, job.number)) is job

    def _drop(self, job: _Job) -> None:
        if self._is_known(job):
            del self._jobs[job.ref, job.number]
        self._publish(DownloadChanged(job.ref))

    def _is_ours(self, task: Task) -> bool:
        return task.origin == self._settings.origin

    async def _task(self, ref: str) -> Task | None:
        return next(iter(await self._book.load([ref])), None)

    async def _tasks_found(self, filter: str) -> Sequence[Task]:
        """The finished tasks that a filter lets through."""
        view = View(frozenset({TaskState.SUCCESS}), parse_filter(filter, now_ms=self._clock.now_ms()))
        return await self._book.load([key[-1] for key in await self._book.find(view, _MOST_FOUND)])

    # What is told

    def _received(self, job: _Job, received: int, total: int | None) -> None:
        now = self._clock.monotonic()
        job.marks.append((now, received))
        while job.marks[0][0] < now - RATE_OVER_S and len(job.marks) > 2:
            job.marks.popleft()
        (since, before), rate = job.marks[0], None
        if now > since and received >= before:
            rate = (received - before) / (now - since)
        job.shown = replace(job.shown, received=received, total=total, bytes_per_second=rate)
        if now - job.told_at >= TELLS_EVERY_S:
            self._tell(job)

    def _show(self, job: _Job, **changes: object) -> None:
        job.shown = replace(job.shown, **changes)  # type: ignore[arg-type]
        self._tell(job)

    def _tell(self, job: _Job) -> None:
        if not self._is_closed and self._is_known(job):
            job.told_at = self._clock.monotonic()
            self._publish(DownloadChanged(job.ref))


def together(downloads: Sequence[Download]) -> Download | None:
    """Several downloads of one task as one: what runs before what waits, what waits before what failed. Pure."""
    if len(downloads) < 2:
        return next(iter(downloads), None)
    first = min(downloads, key=lambda download: _TELLING.index(download.state))
    if first.state is not DownloadState.RUNNING:
        return first
    running = [each for each in downloads if each.state is DownloadState.RUNNING]
    totals = [each.total for each in running if each.total is not None]
    return replace(
        first,
        received=sum(each.received for each in running),
        total=sum(totals) if len(totals) == len(running) else None,
        bytes_per_second=sum(each.bytes_per_second or 0.0 for each in running) or None,
        problem="",
    )


_TELLING = (
    DownloadState.RUNNING,
    DownloadState.CHECKING,
    DownloadState.WAITING,
    DownloadState.FAILED,
    DownloadState.DONE,
)


def _missing(task: Task) -> list[int]:
    """The numbers of the links whose file is not here, or no longer. Looks at the disk."""
    paths = {number: file_of(task, number) for number in range(len(task.links))}
    return [number for number, path in paths.items() if not path or not Path(path).is_file()]
