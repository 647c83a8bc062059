"""What a call to the inbox is worth: its path, body and signature in; a status, and what it hints at, out. Pure.

A signature covers neither the body nor our ref (contract §5), so what is accepted here is still nothing but a
reason to look. Without a webhook key the path alone, which nobody can guess, tells the service from others.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sora_tui.kie.envelope import Json, real_number
from sora_tui.kie.webhooks import TOLERANCE, named_task, read_body, verify
from sora_tui.studio.callback_addresses import PROGRESS

MAX_BODY = 65_536
"""Bytes of a call's body that are read; a larger one is answered 413."""
MOST_REMEMBERED = 4_096
"""Calls that are known again when they come a second time; the oldest are forgotten first."""
REMEMBERED_S = 2.0 * TOLERANCE
"""A signature made 300 s ahead of our clock verifies for so long."""

_REF = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LONGEST_WORDS = 80
_SHARE_NAMES = ("progress", "percent", "percentage")
_WORD_NAMES = ("progress", "state", "status", "stage", "step")
_LAST_WORDS = frozenset({"success", "completed", "fail", "failed"})


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came.

    Attributes:
        method: `POST` and the like.
        path: decoded, without the query.
        content_type: the header, empty if there is none.
        timestamp: the header `X-Webhook-Timestamp`.
        signature: the header `X-Webhook-Signature`.
        body: all of it; None if it is larger than `MAX_BODY`.
    """

    method: str
    path: str
    content_type: str
    timestamp: str | None
    signature: str | None
    body: bytes | None


class Kind(StrEnum):
    """Which of a task's two addresses was called."""

    END = "end"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class Callback:
    """A call that was accepted.

    Attributes:
        kind: what it is about, by its path.
        ref: the task whose send it is said to come from.
        task_id: the vendor's id, as the body has it.
        is_signed: whether one of our keys fits its signature.
        is_last: whether it says that the task is over.
        words: how far the task is, in the vendor's words; may be empty, and must be cleaned to be shown.
    """

    kind: Kind
    ref: str
    task_id: str
    is_signed: bool
    is_last: bool
    words: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a call is answered.

    Attributes:
        status: 200, 400, 401, 404, 405 or 413.
        words: why, for the answer's body.
        callback: what there is to follow up; None if it was refused, or came before.
    """

    status: int
    words: str
    callback: Callback | None = None


class Doorkeeper:
    """Judges calls one after the other, and knows again what came before.

    Args:
        token: the part of the path that nobody can guess.
        keys: the account's webhook keys; with one of them a signature must have been made. Empty: none is asked for.
        now: Unix seconds.
    """

    def __init__(self, token: str, keys: Sequence[str], now: Callable[[], float]) -> None:
        self._token = token.encode()
        self._keys = tuple(keys)
        self._now = now
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def judge(self, call: Call) -> Judgement:
        """What the call is answered. Never raises, whatever it holds."""
        place = self._place(call.path)
        if place is None:
            return Judgement(404, "not found")
        kind, ref = place
        if call.method != "POST":
            return Judgement(405, "only POST")
        if call.body is None:
            return Judgement(413, f"more than {MAX_BODY} bytes")
        if not _is_json(call.content_type):  # a web page can post anything else without being asked (fault C11)
            return Judgement(400, "only application/json")
        try:
            body = read_body(call.body)
            task_id = named_task(body)
        except ValueError as error:
            return Judgement(400, str(error))
        now = self._now()
        is_signed = verify(self._keys, task_id, call.timestamp, call.signature, now=now)
        if self._keys and not is_signed:
            return Judgement(401, "the signature does not fit")
        if self._came_before(kind, ref, call, now):
            return Judgement(200, "success")
        words, is_whole = _progress_in(body)
        is_last = kind is Kind.END or is_whole
        return Judgement(200, "success", Callback(kind, ref, task_id, is_signed, is_last, words))

    def _place(self, path: str) -> tuple[Kind, str] | None:
        """Kind and ref, if the path ends in our token and them. A proxy may have put something before it."""
        *before, last = path.removesuffix("/").split("/")
        kind = Kind.PROGRESS if before[-1:] == [PROGRESS] else Kind.END
        token = before[:-1][-1:] if kind is Kind.PROGRESS else before[-1:]
        given = token[0].encode("utf-8", "surrogatepass") if token else b""
        if not hmac.compare_digest(given, self._token) or not _REF.fullmatch(last):
            return None
        return kind, last

    def _came_before(self, kind: Kind, ref: str, call: Call, now: float) -> bool:
        """Whether the very same call was accepted before; from now on it was."""
        # All of it: two calls in one second carry the same signature, and the second may be the one that matters.
        parts = (kind, ref, call.timestamp or "", call.signature or "")
        digest = hashlib.sha256(repr(parts).encode("ascii", "backslashreplace") + (call.body or b"")).digest()
        while self._seen and (
            len(self._seen) >= MOST_REMEMBERED or self._is_over(next(iter(self._seen.values())), now)
        ):
            self._seen.popitem(last=False)
        if digest in self._seen:
            return True
        self._seen[digest] = now
        return False

    def _is_over(self, since: float, now: float) -> bool:
        return not 0 <= now - since <= REMEMBERED_S  # a clock that was set back makes all of it old


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _progress_in(body: dict[str, Json]) -> tuple[str, bool]:
    """How far the task is in the vendor's words, and whether that is the end.

    What these calls hold is documented nowhere (contract §5), so it is looked for under the names that are usual.
    """
    data = body.get("data")
    places = [data, body] if isinstance(data, dict) else [body]
    share = next((found for place in places for name in _SHARE_NAMES if (found := _percent(place.get(name)))), "")
    words = [place[name].strip() for place in places for name in _WORD_NAMES if isinstance(place.get(name), str)]
    told = [share, *(word[:_LONGEST_WORDS] for word in words if word and not _is_number(word))]
    is_whole = share == "100 %" or any(word.lower() in _LAST_WORDS for word in words)
    return " · ".join(dict.fromkeys(part for part in told if part))[:_LONGEST_WORDS], is_whole


def _is_number(word: str) -> bool:
    return real_number(word.removesuffix("%")) is not None


def _percent(value: Json) -> str:
    """A number from 0 to 100, or a share between 0 and 1, as `45 %`; empty for anything else."""
    number = real_number(value.removesuffix("%") if isinstance(value, str) else value)
    if number is None or not 0 <= number <= 100:
        return ""
    is_share = isinstance(value, float) and 0 < number < 1
    return f"{number * 100 if is_share else number:.0f} %"
