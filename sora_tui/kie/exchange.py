"""What is known of one request on its way: can it have left this machine, and what came back? Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sora_tui.kie.envelope import MAX_ANSWER, decode_text, seconds_to_wait
from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, UnreadableAnswer


class Exchange:
    """The books of one request. The client reports what happens; afterwards they name the error that fits.

    Attributes:
        status: the HTTP status; 0 until an answer begins.
        retry_after: seconds the answer asks us to wait.
        handed_over: whether the request was given to the transport.
    """

    def __init__(self, masked: Callable[[bytes], bytes] = bytes) -> None:
        self._masked = masked
        self.status = 0
        self.retry_after: float | None = None
        self.handed_over = False
        self._body = bytearray()
        self._traced = False
        self._sending = False
        self._encoded = False
        self._too_large = False

    @property
    def body(self) -> bytes:
        """What came of the answer's body."""
        return self._masked(bytes(self._body))

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Hears of the transport's steps; of the request's first byte just before it is written."""
        self._traced = True
        if event.endswith("send_request_headers.started"):
            # CONNECT asks a proxy for a tunnel and carries nothing of ours
            self._sending |= getattr(info.get("request"), "method", b"") != b"CONNECT"

    def answered(self, status: int, headers: Mapping[str, str]) -> bool:
        """Notes the head of the answer. True if its body can be read, that is if it is not compressed."""
        self.status = status
        self.retry_after = seconds_to_wait(headers.get("retry-after"))
        self._encoded = headers.get("content-encoding", "").strip().lower() not in ("", "identity")
        return not self._encoded

    def received(self, chunk: bytes) -> bool:
        """Keeps a piece of the body. False once there is more than an answer may have."""
        room = MAX_ANSWER - len(self._body)
        self._body += chunk[:room]
        self._too_large = len(chunk) > room
        return not self._too_large

    def failure(self, name: str, *, never_sent: bool) -> KieError:
        """The error for a fault on the wire. `NotDelivered` only on proof.

        Args:
            name: what the fault is called.
            never_sent: whether a fault of this kind can only happen before anything is sent.
        """
        if not self.handed_over or (not self._sending and (self._traced or never_sent)):
            return NotDelivered(f"The service could not be reached ({name}).")
        if not self.status:
            return AnswerLost(f"The connection was lost before an answer came ({name}).")
        return AnswerLost(
            f"The connection was lost in the middle of the answer ({name}).",
            http_status=self.status,
            raw=decode_text(self.body),
            retry_after=self.retry_after,
        )

    def rejection(self) -> KieError | None:
        """The error for an answer that arrived but is not taken; None if it is."""
        if self._encoded:
            sentence = "The answer was compressed although that was not asked for."
        elif self._too_large:
            sentence = f"The answer was larger than {MAX_ANSWER:,} bytes."
        else:
            return None
        return UnreadableAnswer(
            sentence, http_status=self.status, raw=decode_text(self.body), retry_after=self.retry_after
        )
