"""Files of a draft become links: each content is uploaded once while its link is good, whoever asks how often.

Over restarts, over several programs on one store and over drafts sent at the same time. An upload costs nothing, so
it may be tried again; what is paid for begins only once every file has its link.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from sora_tui.kie.addresses import is_loopback
from sora_tui.kie.errors import KieError, UnusableFile
from sora_tui.kie.profiles import Media, ModelProfile
from sora_tui.studio.clock import Clock
from sora_tui.studio.errors import NotUploaded
from sora_tui.studio.file_contents import Content, Stamp, name_to_send, read_whole, sha_of, stamp_of, type_at
from sora_tui.studio.file_kinds import FileType
from sora_tui.studio.inputs import file_problem, path_in, texts_in, with_texts
from sora_tui.studio.kept_links import KeptLink, KeptLinks
from sora_tui.studio.task import Draft
from sora_tui.studio.upload_failures import in_words, may_pass, origin, refusal

if TYPE_CHECKING:
    from sora_tui.kie.uploads import UploadedFile
    from sora_tui.settings import Settings

log = logging.getLogger(__name__)

FOLDER = "uploads"
"""Beside the store: the remembered links, and the locks that keep programs from uploading the same twice."""
AT_ONCE = 3
"""Uploads at the same time; more share the same line and are slower each."""
PAUSES_S = (1.0, 4.0)
"""Before the second and the third try, where the network was at fault."""
IN_ONE_READING = 8_000_000
"""Bytes up to which a file is sent from memory, and so just as it was judged."""
_CHANGES = 3
_LOOKS_S = 0.1
_SETTLED_MS = 2_000


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far one file is.

    Attributes:
        path: the file.
        sent: bytes of it that have gone out, from 0 to `total`. Begins anew when an upload is tried again.
        total: bytes of it.
    """

    path: Path
    sent: int
    total: int


class Uploader(Protocol):
    """What is asked of `KieClient`."""

    async def upload(
        self,
        content: bytes | Path,
        *,
        file_name: str,
        media_type: str,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        """As `KieClient.upload`."""
        ...


Tell = Callable[[UploadProgress], None]


class Uploads:
    """The uploads of one store to one host.

    Args:
        settings: the service, the upload host and the store's folder.
        connect: gives the client; not asked before there is something to upload.
        clock: the time.
    """

    def __init__(self, settings: Settings, connect: Callable[[], Awaitable[Uploader]], *, clock: Clock) -> None:
        self._refusal = refusal(settings)
        self._host = origin(settings.upload_url)
        self._folder = settings.data_dir / FOLDER
        self._connect = connect
        self._clock = clock
        self._kept = KeptLinks(self._folder / "links.json")
        self._places = asyncio.Semaphore(AT_ONCE)
        self._shas: dict[Stamp, str] = {}

    def of_file(self, path: Path) -> KeptLink | None:
        """The newest upload of this file as it now is, judged by its size and time of change."""
        return self._kept.of_file(path, self._host)

    def of_link(self, link: str) -> KeptLink | None:
        """The upload behind a link of ours."""
        return self._kept.of_link(link)

    async def prepared(self, draft: Draft, profile: ModelProfile, on_progress: Tell | None = None) -> Draft:
        """The draft with links in place of its files, and with new links in place of ours that are no longer good.

        Can be cancelled at any time: what has been uploaded by then is remembered. Asks nothing of the network where
        nothing is to be uploaded.

        Args:
            draft: what the user wants made.
            profile: of its model, in its mode.
            on_progress: told how far each file is that is uploaded now.

        Raises:
            NotUploaded: a file has no link. The sentence says which, why, and what to do.
            NoKey: there is no key.
        """
        tell = on_progress or (lambda progress: None)
        links: dict[str, str] = {}
        for field, text in texts_in(profile, draft.parameters):
            if text not in links:
                path = path_in(text)
                links[text] = await (
                    self._renewed(text.strip(), tell) if path is None else self._link_of(path, field.media, tell)
                )
        if all(text == link for text, link in links.items()):
            return draft
        return replace(draft, parameters=with_texts(profile, draft.parameters, links))

    async def _renewed(self, link: str, tell: Tell) -> str:
        """A link as it is, or a new one to the same content where it is ours and its time is over."""
        known = await asyncio.to_thread(self._kept.of_link, link)
        now_ms = self._clock.now_ms()
        if known is None or (known.is_good(now_ms) and not self._is_of_another_demo(known)):
            return link
        again = self._kept.of_content(known.sha, self._host, now_ms)
        if again is not None:
            return again.link
        path = Path(known.path)
        try:
            sha, _ = await self._summed_up(path)
        except (OSError, ValueError):
            raise NotUploaded(_gone(known, "can't be read any more")) from None
        if sha != known.sha:
            raise NotUploaded(_gone(known, "has changed since"))
        return await self._link_of(path, Media.FILE, tell)

    def _is_of_another_demo(self, known: KeptLink) -> bool:
        """Whether it was given to a server on this machine that was another one: what it kept is gone."""
        return known.host != self._host and is_loopback(urlsplit(known.host).hostname)

    async def _link_of(self, path: Path, media: Media, tell: Tell) -> str:
        for _ in range(_CHANGES):
            if problem := await asyncio.to_thread(file_problem, path, media):
                raise NotUploaded(problem)
            with _read(path):
                sha, stamp = await self._summed_up(path)
            async with self._alone_with(sha):
                link = await self._known(path, sha, stamp) or await self._sent(path, sha, stamp, tell)
            if link is not None:
                return link
        raise NotUploaded(f"{path.name} keeps changing. Send again once nothing writes to it.")

    async def _known(self, path: Path, sha: str, stamp: Stamp) -> str | None:
        """The link of the same content where it was uploaded before, by whatever name."""
        now_ms = self._clock.now_ms()
        found = await asyncio.to_thread(self._kept.of_content, sha, self._host, now_ms)
        if found is None:
            return None
        as_here = replace(found, name=path.name, path=str(path), modified_ns=stamp.modified_ns)
        if as_here != found:
            await self._remember(as_here)
        return found.link

    async def _sent(self, path: Path, sha: str, stamp: Stamp, tell: Tell) -> str | None:
        """Uploads a file; None where it is no longer what it was judged to be."""
        if self._refusal:
            raise NotUploaded(self._refusal)
        content: Content = path
        with _read(path):
            kind = await asyncio.to_thread(type_at, path)
            if stamp.size <= IN_ONE_READING:
                content = await asyncio.to_thread(read_whole, path, stamp.size)
                if await asyncio.to_thread(sha_of, content) != sha:
                    return None
        async with self._places:
            began_ms = self._clock.now_ms()
            uploaded = await self._tried(path, content, stamp.size, name_to_send(path.name, sha, kind), kind, tell)
        with _read(path):
            if isinstance(content, Path) and await asyncio.to_thread(sha_of, content) != sha:
                return None
        entry = KeptLink(self._host, sha, uploaded.link, began_ms, stamp.size, stamp.modified_ns, path.name, str(path))
        await self._remember(entry)
        return uploaded.link

    async def _tried(
        self, path: Path, content: Content, size: int, name: str, kind: FileType | None, tell: Tell
    ) -> UploadedFile:
        client = await self._connect()
        pauses = list(PAUSES_S)
        while True:
            try:
                return await client.upload(
                    content,
                    file_name=name,
                    media_type="application/octet-stream" if kind is None else kind.mime,
                    on_progress=lambda sent, total: tell(UploadProgress(path, max(0, min(sent, size)), size)),
                )
            except UnusableFile as error:
                raise NotUploaded(str(error)) from error
            except KieError as error:
                if not pauses or not may_pass(error):
                    raise NotUploaded(in_words(path.name, self._host, error)) from error
                log.info("an upload is tried again: %s", type(error).__name__)
                await self._clock.sleep(max(pauses.pop(0), error.retry_after or 0.0))

    async def _remember(self, entry: KeptLink) -> None:
        try:
            await asyncio.to_thread(self._kept.keep, entry, self._clock.now_ms())
        except OSError as error:  # the link is good all the same
            log.warning("the link of an upload could not be remembered: %s", error)

    async def _summed_up(self, path: Path) -> tuple[str, Stamp]:
        """The SHA-256 of a file, and how the file was before it was read."""
        stamp = await asyncio.to_thread(stamp_of, path)
        known = self._shas.get(stamp)
        if known is not None:
            return known, stamp
        sha = await asyncio.to_thread(sha_of, path)
        # what changed just now may change again within the same tick of the file system's clock
        if self._clock.now_ms() - stamp.changed_ns // 1_000_000 > _SETTLED_MS:
            self._shas[stamp] = sha
        return sha, stamp

    @asynccontextmanager
    async def _alone_with(self, sha: str) -> AsyncIterator[None]:
        """Keeps everybody else from uploading the same content. Few files share a lock, so that few files are left."""
        lock = FileLock(self._folder / f"sending-{sha[:2]}.lock", mode=0o600, thread_local=False)
        with suppress(OSError, NotImplementedError):  # without locks: at worst twice, for nothing
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            while not lock.is_locked:
                try:
                    lock.acquire(timeout=0)
                except Timeout:
                    await self._clock.sleep(_LOOKS_S)
        try:
            yield
        finally:
            lock.release()


@contextmanager
def _read(path: Path) -> Iterator[None]:
    """Says in words what goes wrong while a file is read."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "the path can't be used"
        raise NotUploaded(f"{path.name} can't be read: {reason}. Choose another file.") from None


def _gone(known: KeptLink, what: str) -> str:
    at = datetime.fromtimestamp(known.uploaded_at / 1000)
    return (
        f"{known.name} was uploaded on {at.day} {at:%b} and is no longer kept by the service, and {known.path} {what}. "
        "Choose the file again."
    )
