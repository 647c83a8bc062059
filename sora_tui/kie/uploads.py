"""Files on their way to the upload host: as JSON while they are small, else in pieces; and what it answers.

Facts about the wire: contract §6.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import secrets
import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, TypeVar

from sora_tui.kie.addresses import result_link
from sora_tui.kie.envelope import Answer, Json, message_of, whole_number
from sora_tui.kie.errors import Refused, UnreadableAnswer, UnusableFile

LARGEST_IN_JSON = 1 << 20
"""Bytes of a file that still goes as base64 in JSON, a third larger than it is."""
FOLDER = "sora-tui"
"""Where on the host our files are kept."""
KEPT_S = 24 * 3600
"""Seconds for which the host keeps a file."""

IN_PIECES = "/api/file-stream-upload"
IN_JSON = "/api/file-base64-upload"
FROM_LINK = "/api/file-url-upload"

_PIECE = 256 * 1024
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII | re.IGNORECASE)
_UNKNOWN_TYPE = "application/octet-stream"
_NOT_IN_A_NAME = re.compile('[\x00-\x1f\x7f"\ud800-\udfff]')
_LONGEST_NAME = 100

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many bytes of how many were sent."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file on the upload host.

    Attributes:
        link: where it is, for a field of a model. Good for 24 hours.
        size: bytes that arrived; None if the host does not say.
        media_type: what the host takes it for; empty if it does not say.
    """

    link: str
    size: int | None = None
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A request that can be sent once.

    Attributes:
        path: on the host.
        headers: beside those of every request.
        body: its pieces. To be closed, sent or not.
    """

    path: str
    headers: dict[str, str]
    body: AsyncGenerator[bytes, None]


async def prepared(content: bytes | Path, file_name: str, media_type: str, on_progress: Progress) -> Upload:
    """The request that uploads a file. The arguments are those of `KieClient.upload`.

    Raises:
        UnusableFile: it is missing, empty, no file or not readable.
    """
    name = _kept_name(file_name)
    kind = media_type if _MEDIA_TYPE.fullmatch(media_type) else _UNKNOWN_TYPE
    size = len(content) if isinstance(content, bytes) else await _in_thread(content, _size_of, content)
    if not size:
        raise UnusableFile(f"{name} is empty: choose another file.")
    if size <= LARGEST_IN_JSON:
        whole = content if isinstance(content, bytes) else await _in_thread(content, _read, content, size)
        return _in_json(whole, name, kind, on_progress)
    return _in_pieces(content, size, name, kind, on_progress)


def link_request(url: str, file_name: str) -> dict[str, Json]:
    """The body that has the host fetch a file itself."""
    return {"fileUrl": url, "uploadPath": FOLDER, "fileName": _kept_name(file_name)}


def read_uploaded(answer: Answer) -> UploadedFile:
    """The file that an answer tells of. Its link goes by several names in the vendor's documents.

    Raises:
        Refused: the host says that it did not take the file, although under the code of a success.
        UnreadableAnswer: it names no link that a model could fetch.
    """
    data = answer.data if isinstance(answer.data, dict) else {"url": answer.data}
    if data.get("success") is False:
        text = message_of(data)
        raise Refused(
            f"The upload host did not take the file: {text or 'no reason given'}",
            http_status=answer.http_status,
            code=200,
            text=text,
            raw=answer.raw,
        )
    links = (result_link(data.get(name)) for name in ("downloadUrl", "fileUrl", "url"))
    link = next((link for link in links if link is not None), None)
    if link is None:
        raise UnreadableAnswer(
            "The upload host took the file but named no link to it.",
            http_status=answer.http_status,
            code=200,
            raw=answer.raw,
        )
    kind = data.get("mimeType")
    if not isinstance(kind, str) or not _MEDIA_TYPE.fullmatch(kind):
        kind = ""
    return UploadedFile(link, whole_number(data.get("fileSize")), kind)


def _in_json(content: bytes, name: str, kind: str, on_progress: Progress) -> Upload:
    data = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    body = json.dumps({"base64Data": data, "uploadPath": FOLDER, "fileName": name}, ensure_ascii=False).encode()

    async def pieces() -> AsyncGenerator[bytes, None]:
        on_progress(0, len(content))
        yield body
        on_progress(len(content), len(content))

    return Upload(IN_JSON, {"Content-Length": str(len(body))}, pieces())


def _in_pieces(content: bytes | Path, size: int, name: str, kind: str, on_progress: Progress) -> Upload:
    boundary = secrets.token_hex(16)
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    head = (
        f'{part}"uploadPath"\r\n\r\n{FOLDER}\r\n'
        f'{part}"fileName"\r\n\r\n{name}\r\n'
        f'{part}"file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()

    async def pieces() -> AsyncGenerator[bytes, None]:
        sent = 0
        on_progress(sent, size)
        yield head
        async with aclosing(_sliced(content) if isinstance(content, bytes) else _read_in_pieces(content, size)) as file:
            async for piece in file:
                yield piece
                sent += len(piece)
                on_progress(sent, size)
        yield tail

    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    return Upload(IN_PIECES, headers, pieces())


async def _sliced(content: bytes) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


async def _read_in_pieces(path: Path, size: int) -> AsyncGenerator[bytes, None]:
    """The bytes of a file, read off the event loop. The last piece goes out only once they are `size` bytes in all."""
    file = await _in_thread(path, _open, path)
    try:
        left = size
        while left:
            piece = await _in_thread(path, file.read, min(left, _PIECE))
            left -= len(piece)
            beyond = b"" if left else await _in_thread(path, file.read, 1)
            if not piece or beyond:
                raise _changed(path)
            yield piece
    finally:
        file.close()


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _size_of(path: Path) -> int:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe would never end
        raise UnusableFile(f"{path.name} is not a file: choose one.")
    return status.st_size


def _read(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(size + 1)
    if len(content) != size:
        raise _changed(path)
    return content


def _changed(path: Path) -> UnusableFile:
    return UnusableFile(f"{path.name} changed while it was sent: try again once nothing writes to it.")


async def _in_thread(path: Path, act: Callable[..., _T], *arguments: object) -> _T:
    """What an act on a file gives, off the event loop.

    Raises:
        UnusableFile: the system does not allow it.
    """
    try:
        return await asyncio.to_thread(act, *arguments)
    except OSError as error:
        raise UnusableFile(
            f"{path.name} can't be read ({os.strerror(error.errno or 0)}): choose another file."
        ) from None


def _kept_name(file_name: str) -> str:
    """The name without folders and without what would end the header that it stands in."""
    last = _NOT_IN_A_NAME.sub("_", file_name.replace("\\", "/").rpartition("/")[2]).strip()
    return last[-_LONGEST_NAME:] or "file"
