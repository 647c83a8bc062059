"""A server of one film for as many as ask, as fast as they take it or at a given pace; in a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

BYTES = 100_000_000
_PIECE = 1 << 16
_HEAD = (24).to_bytes(4) + b"ftypisom\0\0\2\0isomiso2"
_TAIL = (8).to_bytes(4) + b"moov"
_FILM = _HEAD + (BYTES - len(_HEAD) - len(_TAIL)).to_bytes(4) + b"mdat"


@contextmanager
def serving(bytes_per_second: float | None) -> Iterator[str]:
    """The address at which films lie, each of its names another link; `bytes_per_second` is for each delivery."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, bytes_per_second), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _serve(line: Connection[Any, Any], bytes_per_second: float | None) -> None:
    film = _FILM + bytes(BYTES - len(_FILM) - len(_TAIL)) + _TAIL

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(film)))
            self.send_header("Content-Type", "video/mp4")
            self.send_header("ETag", '"film"')
            self.end_headers()
            began, view = time.monotonic(), memoryview(film)
            for start in range(0, len(film), _PIECE):
                if bytes_per_second is not None:
                    time.sleep(max(0.0, began + start / bytes_per_second - time.monotonic()))
                self.wfile.write(view[start : start + _PIECE])

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    line.send(server.server_port)
    sys.setswitchinterval(0.001)
    server.serve_forever()
