"""Where the results of the download campaign lie: films whose bytes change, sent piece by piece."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from types import TracebackType
from typing import ClassVar

_PIECE = 4_096
_BYTES = 128_000
_RANGE = re.compile(r"bytes=(\d+)-")


def film(number: int, version: int) -> bytes:
    """An MP4 as far as its boxes go; no two numbers or versions have a byte of their pictures in common."""
    pictures = Random(f"{number}.{version}").randbytes(_BYTES)
    boxes = ((b"ftyp", b"isom\0\0\2\0isom"), (b"mdat", pictures), (b"moov", b"\0" * 24))
    return b"".join((len(body) + 8).to_bytes(4) + kind + body for kind, body in boxes)


class FileHost:
    """Serves `/1.mp4`, `/2.mp4` and so on; use as a context manager.

    Args:
        pause_s: before each piece of 4 kB.

    Attributes:
        versions: which bytes a number has now; 0 for those that are not in it.
        served: the SHA-256 of every film that was ever asked for, by its number.
        gone_on_with: answers that sent the rest of a film.
        begun_anew: answers that sent a whole film though its rest was asked for.
    """

    def __init__(self, pause_s: float) -> None:
        self.pause_s = pause_s
        self.versions: dict[int, int] = {}
        self.served: dict[int, set[str]] = {}
        self.gone_on_with = self.begun_anew = 0
        self._lock = threading.Lock()

        class Handler(_Handler):
            host: ClassVar[FileHost] = self

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> FileHost:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def link(self, number: int) -> str:
        """The link of a film."""
        return f"http://127.0.0.1:{self._server.server_port}/{number}.mp4"

    def take(self, number: int) -> bytes:
        """The bytes a film has now, noted as served."""
        content = film(number, self.versions.get(number, 0))
        with self._lock:
            self.served.setdefault(number, set()).add(hashlib.sha256(content).hexdigest())
        return content

    def count(self, *, asked_rest: bool, sent_rest: bool) -> None:
        """Notes how a question for a rest was answered."""
        with self._lock:
            self.gone_on_with += sent_rest
            self.begun_anew += asked_rest and not sent_rest


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked is dead."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: ClassVar[FileHost]

    def do_GET(self) -> None:
        content = self.host.take(int(self.path.strip("/").removesuffix(".mp4")))
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(asked[1]) if asked is not None and self.headers.get("If-Range", etag) == etag else 0
        start = start if start < len(content) else 0
        self.host.count(asked_rest=asked is not None, sent_rest=start > 0)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("Content-Type", "video/mp4")
        self.send_header("ETag", etag)
        self.end_headers()
        try:
            for place in range(start, len(content), _PIECE):
                time.sleep(self.host.pause_s)
                self.wfile.write(content[place : place + _PIECE])
        except OSError:  # who asked is dead
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""
