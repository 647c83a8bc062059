"""One result on its way from its link to the download folder: whole under its name, or not there at all.

The bytes come into a `.part` beside it and are gone on with only where a strong ETag proves that they are of the
same version. Length and content are checked and everything is on the disk before the file gets its name; a name that
is taken is never written over.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sora_tui.film.inspect import NotAVideo, check_boxes, probe
from sora_tui.kie.errors import KieError, Refused
from sora_tui.kie.fetching import BadDelivery, Fetcher, FetchError, LinkDead, NotThere, Unreachable
from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.studio.clock import Clock
from sora_tui.studio.download_folder import in_words, opened
from sora_tui.studio.errors import StudioError
from sora_tui.studio.file_kinds import HEAD, FileType, type_of
from sora_tui.studio.part_file import PartBusy, PartFile, Version, part_name
from sora_tui.studio.result_names import names_for
from sora_tui.studio.sidecar import Facts, sidecar, without_query
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.settings import Settings

_AT_ONCE = 1 << 20
"""Bytes that are gathered before they are written: each writing is a trip to a thread."""
_AT_LEAST_EVERY_S = 0.25
"""After which they are written however few they are: what is told is what is there, also on a slow line."""
_MOST_NAMES = 1_000
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_DELETED = frozenset({404, 410})
"""How a file's server says that it does not have the file any more."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class NotCollected(StudioError):
    """A result is not here. The sentence says why and what to do.

    Attributes:
        may_pass: whether the same may go well a little later.
        is_gone: whether the service does not have the file any more.
        is_folders: whether nothing at all can be put into the folder now.
        is_anothers: whether another program is downloading it.
    """

    def __init__(
        self,
        sentence: str,
        *,
        may_pass: bool = False,
        is_gone: bool = False,
        is_folders: bool = False,
        is_anothers: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass
        self.is_gone = is_gone
        self.is_folders = is_folders
        self.is_anothers = is_anothers


@dataclass(frozen=True, slots=True)
class Tell:
    """Who is told how far it is. While the last two are awaited no other program downloads the same.

    Attributes:
        received: bytes that are here, and of how many, None where that is not known.
        checking: all are here and are being looked at.
        is_wanted: asked before anything is fetched: another program may have been quicker.
        keep: told where the file is, once it is whole under its name.
    """

    received: Callable[[int, int | None], None]
    checking: Callable[[], None]
    is_wanted: Callable[[], Awaitable[bool]]
    keep: Callable[[Path], Awaitable[None]]


class Downloading:
    """Downloads results into one folder.

    Args:
        settings: which folder, whether the user chose it, and how files are named.
        fetcher: fetches without the key.
        renewed: makes a link that is good for a while from a dead one; raises `KieError`.
        clock: for what the sidecar says.
    """

    def __init__(
        self, settings: Settings, fetcher: Fetcher, renewed: Callable[[str], Awaitable[str]], clock: Clock
    ) -> None:
        self._folder = settings.download_dir
        self._is_ours = settings.demo or "download_dir" not in settings.came_from
        self._pattern = settings.file_name
        self._fetcher = fetcher
        self._renewed = renewed
        self._clock = clock

    async def download(self, task: Task, number: int, tell: Tell) -> Path:
        """Gets one result; answers where it is.

        Args:
            task: that made it.
            number: of the link, from 0.
            tell: how far it is.

        Raises:
            NotCollected: it is not here.
        """
        try:
            place = await asyncio.to_thread(self._open_folder)
        except OSError as error:
            raise NotCollected(in_words(self._folder, error), is_folders=True) from None
        try:
            return await self._into(place, task, number, tell)
        except OSError as error:
            raise NotCollected(in_words(self._folder, error), is_folders=True) from None
        finally:
            os.close(place)

    def _open_folder(self) -> int:
        with opened(self._folder, is_ours=self._is_ours) as place:
            return os.dup(place)

    async def _into(self, place: int, task: Task, number: int, tell: Tell) -> Path:
        try:
            part = await asyncio.to_thread(PartFile, place, part_name(task.ref, number))
        except PartBusy:
            raise NotCollected("Another program is downloading it.", is_anothers=True) from None
        try:
            if not await tell.is_wanted():
                await asyncio.to_thread(part.remove)
                raise NotCollected("Another program has downloaded it.", is_anothers=True)
            await self._fill(part, task.links[number], tell)
            tell.checking()
            path = await asyncio.to_thread(self._publish, place, part, task, number)
            await tell.keep(path)
            await asyncio.to_thread(part.remove)
            return path
        except OSError as error:
            if error.errno in _FULL:  # what is here of it would keep the disk full
                await asyncio.to_thread(part.remove)
            raise
        finally:
            await asyncio.to_thread(part.close)

    # Bytes

    async def _fill(self, part: PartFile, link: str, tell: Tell) -> None:
        """Returns once all bytes of the file behind the link are in the part."""
        key = hashlib.sha256(without_query(link).encode()).hexdigest()
        if not part.is_published and part.version is not None and part.version.link != key:
            await asyncio.to_thread(part.restart, None)
        if part.is_whole:
            return
        is_renewed = is_restarted = False
        source = link
        while True:
            try:
                await self._receive(part, source, key, tell)
                return
            except LinkDead as dead:
                if is_renewed and dead.status in _DELETED:
                    raise NotCollected(_gone(dead.status), is_gone=True) from None
                if is_renewed:  # whatever stands in the way, it does not say that the file is not there
                    sentence = f"The link does not work (HTTP {dead.status}), nor does a new one. d tries again."
                    raise NotCollected(sentence) from None
                is_renewed, source = True, await self._new_link(link, dead.status)
            except NotThere as missing:
                if part.size and missing.total == part.size:
                    return
                if is_restarted:
                    raise NotCollected("The file's server contradicts itself (HTTP 416).", may_pass=True) from None
                is_restarted = True
                await asyncio.to_thread(part.restart, None)
            except Unreachable as error:
                raise NotCollected(f"{error} It is tried again.", may_pass=True) from None
            except FetchError as error:
                await asyncio.to_thread(part.remove)
                raise NotCollected(f"{error} d tries again.") from None

    async def _receive(self, part: PartFile, link: str, key: str, tell: Tell) -> None:
        etag = part.version.etag if part.version is not None else ""
        async with self._fetcher.fetch(link, start=part.size if etag else 0, etag=etag) as delivery:
            if delivery.start != part.size or not delivery.start:
                version = Version(key, delivery.etag, delivery.total)
                await asyncio.to_thread(part.restart, version)
            total = delivery.total
            tell.received(part.size, total)
            waiting = bytearray()
            written_at = self._clock.monotonic()
            try:
                async for piece in delivery.pieces:
                    waiting += piece
                    if len(waiting) >= _AT_ONCE or self._clock.monotonic() - written_at >= _AT_LEAST_EVERY_S:
                        ready, waiting = waiting, bytearray()
                        await asyncio.to_thread(part.write, bytes(ready))
                        tell.received(part.size, total)
                        written_at = self._clock.monotonic()
            finally:
                if waiting:  # also of a delivery that was cut: it is gone on with
                    await asyncio.to_thread(part.write, bytes(waiting))
                    tell.received(part.size, total)
        if total is not None and part.size != total:
            raise BadDelivery(f"The file should have {total:,} bytes, and {part.size:,} came.")

    async def _new_link(self, link: str, status: int) -> str:
        try:
            return await self._renewed(link)
        except Refused as refusal:
            # 422: no file of the service's own; others say that it can't be had just now.
            is_gone = status in _DELETED
            raise NotCollected(
                _gone(status)
                if is_gone
                else f"The link does not work (HTTP {status}), and the service gives no "
                f"other one (code {refusal.code}). d tries again.",
                is_gone=is_gone and refusal.code in (404, 422, 500),
            ) from None
        except KieError as error:
            raise NotCollected(
                f"The link does not work any more, and no new one can be had: {error}", may_pass=True
            ) from None

    # From bytes to a file

    def _publish(self, place: int, part: PartFile, task: Task, number: int) -> Path:
        """Checks the bytes and gives them their name. For a thread."""
        kind = self._checked(part, task.links[number])
        part.sync()
        names = names_for(task, number, self._pattern, kind.ending)
        name = _named(place, part, names)
        os.fsync(place)
        facts = _facts(self._folder / name, kind)
        _write_beside(place, name, sidecar(task, number, facts, collected_at=self._clock.now_ms()))
        return self._folder / name

    def _checked(self, part: PartFile, link: str) -> FileType:
        path = self._folder / part.name
        with path.open("rb") as file:
            kind = type_of(file.read(HEAD))
        problem = ""
        if kind is None or not kind.can_be(media_of(link)):
            problem = "What the link leads to is no film, picture or sound that can be kept."
        elif kind.ending in ("mp4", "mov") and kind.media is Media.VIDEO:
            try:
                check_boxes(path)
            except NotAVideo as error:
                problem = f"What came is no whole film: it {str(error).partition(' ')[2]}"
        if problem or kind is None:
            part.remove()
            raise NotCollected(f"{problem} Nothing was kept. d tries again.", may_pass=kind is not None)
        return kind


def _named(place: int, part: PartFile, names: Iterator[str]) -> str:
    """Gives the part the first of the names that is free, beside its own; the one it has, if it was killed here."""
    for name in islice(names, _MOST_NAMES):
        if _is_taken(place, f"{name.rpartition('.')[0]}.json") and not part.is_same(name):
            continue
        try:
            os.link(part.name, name, src_dir_fd=place, dst_dir_fd=place, follow_symlinks=False)
        except FileExistsError:
            if not part.is_same(name):
                continue
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # A file system without links, as on memory cards: between the look and the move another file may come.
            if _is_taken(place, name):
                continue
            os.rename(part.name, name, src_dir_fd=place, dst_dir_fd=place)
        return name
    raise NotCollected("No name is free for it in the download folder. Tidy it up, or change file_name.")


def _is_taken(place: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=place, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _facts(path: Path, kind: FileType) -> Facts:
    with path.open("rb") as file:
        sha = hashlib.file_digest(file, "sha256").hexdigest()
    media: dict[str, Any] = {}
    if kind.media is Media.VIDEO:
        with suppress(NotAVideo, OSError):
            info = probe(path)
            media = {
                "width": info.width,
                "height": info.height,
                "seconds": round(info.duration_s, 3),
                "fps": round(info.fps, 3),
                "video_codec": info.video_codec,
                "audio_codec": info.audio_codec or None,
            }
    return Facts(path.stat().st_size, sha, media)


def _write_beside(place: int, name: str, text: str) -> None:
    """The sidecar, whole or not at all; without room for it the film is still there."""
    beside = f"{name.rpartition('.')[0]}.json"
    fresh = f".{beside}.new"
    with suppress(OSError):
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600, dir_fd=place)
        with open(file, "w", encoding="utf-8") as writing:
            writing.write(text)
            writing.flush()
            os.fsync(writing.fileno())
        os.replace(fresh, beside, src_dir_fd=place, dst_dir_fd=place)


def _gone(status: int) -> str:
    return f"The service does not keep this file any more (HTTP {status})."
