"""An address that is called: it keeps what comes, and answers as a test says."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sora_tui.kie.webhooks import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify

PATIENCE_S = 20


@dataclass(frozen=True, slots=True)
class Came:
    """One call as it came."""

    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def is_signed(self) -> bool:
        return TIMESTAMP_HEADER in self.headers or SIGNATURE_HEADER in self.headers

    def verifies(self, key: str, task_id: str, now: float) -> bool:
        """What the client's own check says, which shares nothing with the simulator's signing."""
        stamp, signature = self.headers.get(TIMESTAMP_HEADER), self.headers.get(SIGNATURE_HEADER)
        return verify(key, task_id, stamp, signature, now=now)


@dataclass(slots=True)
class Inbox:
    """A running one.

    Attributes:
        url: its address.
        statuses: of the next answers; 200 when there are none left, None to close without an answer.
        on_call: is done with each call before it is answered.
    """

    url: str
    statuses: list[int | None] = field(default_factory=list)
    on_call: Callable[[Came], None] = lambda came: None
    _came: queue.Queue[Came] = field(default_factory=queue.Queue)

    def next(self) -> Came:
        """The next call; waits for it."""
        return self._came.get(timeout=PATIENCE_S)

    def next_ones(self, number: int) -> list[Came]:
        return [self.next() for _ in range(number)]

    @property
    def is_empty(self) -> bool:
        return self._came.empty()


@contextmanager
def an_inbox() -> Iterator[Inbox]:
    """An inbox on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            came = Came(self.path, dict(self.headers.items()), content)
            inbox.on_call(came)
            status = inbox.statuses.pop(0) if inbox.statuses else 200
            if status is not None:
                answer = b'{"code":200,"msg":"success"}'
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            inbox._came.put(came)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        inbox = Inbox(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield inbox
        finally:
            server.shutdown()
