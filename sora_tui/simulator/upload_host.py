"""The upload host's three ways in (contract §6): a form, base64 in JSON, and a link. Served beside the API."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from sora_tui.simulator import answers, links, multipart
from sora_tui.simulator.answers import Answer
from sora_tui.simulator.bodies import decode, text_in
from sora_tui.simulator.engine import Engine
from sora_tui.simulator.film_maker import FilmFailed
from sora_tui.simulator.ledger import fingerprint
from sora_tui.simulator.uploads import Upload, link_path, mime_of, path_in

_STREAM, _BASE64, _URL = "file-stream-upload", "file-base64-upload", "file-url-upload"

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w=-]+)*;base64,", re.IGNORECASE)
_MEDIA = ("image/", "video/", "audio/", "application/octet-stream")
_FORM_BYTES = 64 * 1024
"""What a form, or JSON, may have around its file."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A file as somebody sent it."""

    content: bytes
    name: str
    declared: str = ""


async def take_in(engine: Engine, key: str, request: Request) -> Answer:
    """Take the file of a request in, by the way that its path names."""
    host = _Host(engine)
    ways = {_STREAM: host.stream, _BASE64: host.base64, _URL: host.url}
    return await ways[request.url.path.rpartition("/")[2]](key, request)


class _Host:
    """Takes files in for an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def stream(self, key: str, request: Request) -> Answer:
        """`file-stream-upload`: a form of `file`, `uploadPath` and, if wanted, `fileName`."""
        body = await self._body(request, self._most + _FORM_BYTES)
        if body is None:
            return self._too_large()
        form = multipart.parts(body, request.headers.get("content-type", ""))
        file = None if form is None else form.get("file")
        if form is None or file is None or file.file_name is None:
            return _refused(answers.NO_UPLOAD)
        fields = {name: part.text for name, part in form.items() if name != "file"}
        return await self._keep(key, _STREAM, fields, _Given(file.content, file.file_name, file.content_type))

    async def base64(self, key: str, request: Request) -> Answer:
        """`file-base64-upload`: JSON of `base64Data`, a data URL or bare, `uploadPath` and `fileName`."""
        body = await self._body(request, self._most * 4 // 3 + _FORM_BYTES)
        if body is None:
            return self._too_large()
        fields = _fields(body)
        data = fields.get("base64Data", "")
        head = _DATA_URL.match(data)
        try:
            content = base64.b64decode(data[head.end() :] if head else data, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            return _refused(answers.NO_UPLOAD)
        return await self._keep(key, _BASE64, fields, _Given(content, "", (head and head[1]) or ""))

    async def url(self, key: str, request: Request) -> Answer:
        """`file-url-upload`: JSON of `fileUrl`, `uploadPath` and `fileName`. Only links of ours can be followed."""
        body = await self._body(request, _FORM_BYTES)
        fields = {} if body is None else _fields(body)
        link = fields.get("fileUrl", "")
        if not link:
            return _refused(answers.NO_UPLOAD)
        path = await self._behind(link)
        if path is None:
            return _refused(answers.NO_DOWNLOAD, 500)
        content = await asyncio.to_thread(path.read_bytes)
        return await self._keep(key, _URL, fields, _Given(content, link.rpartition("/")[2]))

    @property
    def _most(self) -> int:
        return self._engine.options.upload_bytes

    async def _body(self, request: Request, most: int) -> bytes | None:
        """The whole body; None, once it has all come, if it is larger than `most`."""
        pieces: list[bytes] = []
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size <= most:
                pieces.append(piece)
            else:
                pieces.clear()  # whoever sends is heard to the end, or could not read the answer
        return b"".join(pieces) if size <= most else None

    async def _behind(self, link: str) -> Path | None:
        path = path_in(link, self._engine.base_url)
        kept = None if path is None else self._engine.uploads.at(path)
        if kept is not None:
            return kept[1]
        film = self._engine.file(links.name_in(link))
        if film is None:
            return None
        try:
            return await asyncio.wrap_future(film)
        except FilmFailed:
            return None

    async def _keep(self, key: str, route: str, fields: Mapping[str, str], given: _Given) -> Answer:
        folder = fields.get("uploadPath", "")
        if not folder.strip("/ "):
            return _refused(answers.NO_UPLOAD_PATH)
        if len(given.content) > self._most:
            return self._too_large()
        mime = mime_of(given.content)
        if mime is None or not (given.declared or mime).lower().startswith(_MEDIA):
            return _refused(answers.WRONG_UPLOAD)
        uploads = self._engine.uploads
        digest = await asyncio.to_thread(uploads.write, given.content)
        upload = uploads.admit(
            digest,
            size=len(given.content),
            mime=mime,
            name=fields.get("fileName") or given.name,
            folder=folder,
            account=fingerprint(key),
            route=route,
        )
        data = self._told(upload)
        return Answer(msg=answers.UPLOADED, data=data, outside={"success": True})

    def _told(self, upload: Upload) -> dict[str, Any]:
        return {
            "success": True,
            "fileName": upload.name,
            "filePath": upload.path,
            "downloadUrl": self._engine.base_url + link_path(upload),
            "fileSize": upload.bytes,
            "mimeType": upload.mime,
            "uploadedAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(upload.at / 1000)),
        }

    def _too_large(self) -> Answer:
        return _refused(answers.too_large(self._most))


def _fields(body: bytes) -> dict[str, str]:
    decoded = decode(body)
    found = decoded.items() if isinstance(decoded, dict) else ()
    return {name: text for name, value in found if (text := text_in(value)) is not None}


def _refused(text: str, code: int = 400) -> Answer:
    return Answer(code, text, outside={"success": False})
