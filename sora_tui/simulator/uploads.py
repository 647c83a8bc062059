"""The upload host's store: files that tasks may link to, each for 24 hours (contract §6)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sora_tui.simulator.clock import Clock
from sora_tui.simulator.journal import Journal

KEPT_S = 24 * 3600.0

_UNSAFE = r"[^A-Za-z0-9._-]+"
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that came.

    Attributes:
        name: the file's own, as it was given, made safe.
        path: where it lies below `/uploads/`.
        sha256: of its content, in hex digits.
        bytes: how many.
        mime: what its first bytes say that it is.
        account: the fingerprint of the key that sent it.
        route: how it came.
        at: when, in epoch milliseconds.
    """

    name: str
    path: str
    sha256: str
    bytes: int
    mime: str
    account: str
    route: str
    at: int

    @property
    def file(self) -> str:
        """Its file, below the simulator's folder. The same content is kept once."""
        return _below(self.sha256)


class Uploads:
    """The files of one folder."""

    def __init__(self, folder: Path, journal: Journal, clock: Clock) -> None:
        self._folder = folder
        self._journal = journal
        self._clock = clock
        self._uploads: dict[str, Upload] = {}

    def tidy(self) -> None:
        """Remove the files that no link leads to any more, once the journal has been read."""
        wanted = {upload.sha256 for upload in self._uploads.values() if self._is_kept(upload)}
        for path in (self._folder / "uploads").glob("*"):
            if path.name not in wanted:
                path.unlink()

    def all(self) -> tuple[Upload, ...]:
        """Every upload, oldest first, those that have expired too."""
        return tuple(self._uploads.values())

    def write(self, content: bytes) -> str:
        """Put a file's content on the disk. Answers its SHA-256; may be called from any thread."""
        digest = hashlib.sha256(content).hexdigest()
        kept = self._folder / _below(digest)
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True, mode=0o700)
            part = kept.with_name(f"{digest}-{secrets.token_hex(4)}.part")
            part.write_bytes(content)
            part.replace(kept)
        return digest

    def admit(self, digest: str, *, size: int, mime: str, name: str, folder: str, account: str, route: str) -> Upload:
        """Give what was written a path of its own below `folder`."""
        name = _safe(name) or f"upload.{mime.partition('/')[2]}"
        path = "/".join([*filter(None, map(_safe, folder.split("/"))), f"{secrets.token_hex(6)}-{name}"])
        upload = Upload(name, path, digest, size, mime, account, route, round(self._clock.now() * 1000))
        self._journal.add({"event": "upload", "upload": asdict(upload)})
        self._uploads[path] = upload
        return upload

    def replay(self, event: Mapping[str, Any]) -> None:
        """Take in what `keep` wrote down."""
        upload = Upload(**event)
        self._uploads[upload.path] = upload

    def at(self, path: str) -> tuple[Upload, Path] | None:
        """The upload at a path and its file, while it is kept; None for none, or none any more."""
        upload = self._uploads.get(path)
        if upload is None or not self._is_kept(upload):
            return None
        file = self._folder / upload.file
        return (upload, file) if file.exists() else None

    def linked(self, given: Any, base_url: str) -> list[Upload | None]:
        """The uploads that an input links to, in its order; None for each that is not, or no longer, there."""
        found = []
        for text in texts_in(given):
            path = path_in(text, base_url)
            if path is not None:
                kept = self.at(path)
                found.append(None if kept is None else kept[0])
        return found

    def _is_kept(self, upload: Upload) -> bool:
        return self._clock.now() <= upload.at / 1000 + KEPT_S


def _below(digest: str) -> str:
    return f"uploads/{digest}"


def link_path(upload: Upload) -> str:
    """The path of a link to an upload."""
    return f"/uploads/{quote(upload.path)}"


def mime_of(content: bytes) -> str | None:
    """What a file's first bytes say that it is; None if that is no image, video or sound."""
    for start, mime in _MAGIC:
        if content.startswith(start):
            return mime
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    return "audio/mpeg" if content[:1] == b"\xff" and content[1:2] > b"\xdf" else None


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
}


def _safe(name: str) -> str:
    return re.sub(_UNSAFE, "-", name).strip("-.")[-100:]


def path_in(text: str, base_url: str) -> str | None:
    """The path below `/uploads/` in a link to this simulator, on whatever port it was made."""
    try:
        parts = urlsplit(text) if text.isprintable() else None
        here = urlsplit(base_url).hostname
    except ValueError:
        return None
    if parts is None or parts.hostname != here or not parts.path.startswith("/uploads/"):
        return None
    return unquote(parts.path.removeprefix("/uploads/"))


def texts_in(value: Any, depth: int = 0) -> Iterator[str]:
    """Every text in an input, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)) and depth < _DEEPEST:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner, depth + 1)
