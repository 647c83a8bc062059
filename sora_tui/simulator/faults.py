"""Scripted faults: which route misbehaves, how, from which request on and how often.

They come from a TOML file (`--faults FILE`) or at run time (`POST /_simulator/faults`, same keys):

    [[fault]]
    route = "createTask"            # createTask, recordInfo, credit, download-url, files
    fault = "close_after_charging"  # one of FaultKind
    skip = 2                        # let two requests pass first (default 0)
    times = 1                       # how often (default 1, 0 = always)
    only = "9c1f"                   # only requests with this in the query or X-Request-Id

A new kind of fault is a member of `FaultKind` and a function in `BEHAVIOURS`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sora_tui.simulator import connection
from sora_tui.simulator.odd_answers import ODD_ANSWERS

ROUTES = ("createTask", "recordInfo", "credit", "download-url", "files")


class FaultKind(StrEnum):
    """What can go wrong. `charging` stands for carrying the request out, whatever the route."""

    CLOSE_BEFORE_READING = "close_before_reading"
    RESET_BEFORE_READING = "reset_before_reading"
    CLOSE_AFTER_CHARGING = "close_after_charging"
    RESET_AFTER_CHARGING = "reset_after_charging"
    STALL = "stall"
    """Carry it out, answer after `seconds`; without `seconds` never."""
    TRUNCATED = "truncated"
    """Carry it out, promise the whole body, send half of it and close."""
    HTML = "html"
    """An HTML page of a gateway with `status` (default 502), after carrying it out."""
    BODY = "body"
    """`body` as it stands, with `status` (default 200), after carrying it out."""
    CODE = "code"
    """`code` and `text` in the body, under HTTP `status` (default 200), carrying nothing out."""
    REDIRECT = "redirect"
    """`status` (default 307) to `location` (default: the same address), after carrying it out."""
    TASK_ID = "task_id"
    """Carry it out, answer `value`, anything, as the task id."""
    RECORD = "record"
    """Carry it out, put `data` over the answer's data."""
    ODD = "odd"
    """The odd answer number `value` of `odd_answers.py`; without `value` one after the other."""


_CARRIES_NOTHING_OUT = (
    FaultKind.CLOSE_BEFORE_READING,
    FaultKind.RESET_BEFORE_READING,
    FaultKind.CODE,
    FaultKind.ODD,
)


@dataclass(slots=True)
class Fault:
    """One line of the script. See the module's docstring and `FaultKind`.

    Attributes:
        charged: whether the request is carried out first; None for what the kind does by itself.
        headers: added to the answer, `Retry-After` for one.
        seen: how many fitting requests there have been.
    """

    route: str
    fault: FaultKind
    times: int = 1
    skip: int = 0
    only: str = ""
    charged: bool | None = None
    status: int | None = None
    code: int = 500
    text: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float | None = None
    location: str = ""
    value: Any = None
    data: dict[str, Any] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        if self.fault not in list(FaultKind):
            raise ValueError(f"{self.fault!r} is not a fault; choose one of {', '.join(FaultKind)}.")
        self.fault = FaultKind(self.fault)
        if self.route not in ROUTES:
            raise ValueError(f"{self.route!r} is not a route; choose one of {', '.join(ROUTES)}.")

    @classmethod
    def from_mapping(cls, entry: Mapping[str, Any]) -> Fault:
        """A fault from TOML or JSON.

        Raises:
            ValueError: a key is missing, unknown, or has a value that means nothing; the message says which.
        """
        unknown = set(entry) - {known.name for known in fields(cls)} | ({"seen"} & set(entry))
        if unknown:
            raise ValueError(f"A fault has no key {', '.join(sorted(unknown))}.")
        if "route" not in entry or "fault" not in entry:
            raise ValueError("A fault needs the keys route and fault.")
        return cls(**entry)

    @property
    def carries_out(self) -> bool:
        """Whether the request is carried out before things go wrong."""
        return self.fault not in _CARRIES_NOTHING_OUT if self.charged is None else self.charged


class Faults:
    """The script, and how far it has been played.

    Attributes:
        script: the faults, in the order they are looked at.
    """

    def __init__(self, script: Iterable[Fault] = ()) -> None:
        self.script = list(script)

    @classmethod
    def from_file(cls, path: Path) -> Faults:
        """The script in a TOML file.

        Raises:
            OSError: it can't be read.
            ValueError: it is not TOML, or not a script.
        """
        document = tomllib.loads(path.read_text("utf-8"))
        if set(document) - {"fault"}:
            raise ValueError(f"{path} may hold [[fault]] tables only.")
        return cls(Fault.from_mapping(entry) for entry in document.get("fault", []))

    def add(self, fault: Fault) -> None:
        """Put a fault at the end of the script."""
        self.script.append(fault)

    def clear(self) -> None:
        """Let everything go well from now on."""
        self.script.clear()

    def take(self, route: str, subject: str) -> Fault | None:
        """The fault that befalls this request, if any: the first that fits and is not used up."""
        for fault in self.script:
            if fault.route != route or fault.only not in subject:
                continue
            if fault.times and fault.seen >= fault.skip + fault.times:
                continue
            fault.seen += 1
            if fault.seen > fault.skip:
                return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """The script with how often each fault was looked at."""
        return [asdict(fault) for fault in self.script]


@dataclass(slots=True)
class Exchange:
    """One request that a fault befalls."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send

    async def carry_out(self) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Let the application do what was asked, keeping its answer: status, headers, body."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(self.scope, self.receive, keep)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return messages[0]["status"], list(messages[0]["headers"]), body

    async def reply(self, status: int, body: bytes, headers: Mapping[str, str], *, promise: int | None = None) -> None:
        """Answer `body`. With `promise` as its announced length, leave it unfinished."""
        lines = {"content-type": "application/json", **{name.lower(): text for name, text in headers.items()}}
        lines["content-length"] = str(len(body) if promise is None else promise)
        raw = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in lines.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": raw})
        await self.send({"type": "http.response.body", "body": body, "more_body": promise is not None})


class FaultyApp:
    """The application, with its script of faults in front."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or misbehave."""
        fault = self._faults.take(*_subject(scope)) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await BEHAVIOURS[fault.fault](fault, Exchange(self._app, scope, receive, send))


async def _close(fault: Fault, exchange: Exchange) -> None:
    if fault.carries_out:
        await exchange.carry_out()
    await connection.close(exchange.scope, exchange.receive)


async def _reset(fault: Fault, exchange: Exchange) -> None:
    if fault.carries_out:
        await exchange.carry_out()
    await connection.reset(exchange.scope, exchange.receive)


async def _stall(fault: Fault, exchange: Exchange) -> None:
    status, headers, body = await exchange.carry_out() if fault.carries_out else (503, [], b"")
    if await connection.pause(fault.seconds, exchange.receive):
        await exchange.reply(status, body, {**_texts(headers), **fault.headers})


async def _truncated(fault: Fault, exchange: Exchange) -> None:
    status, headers, body = await exchange.carry_out()
    await exchange.reply(status, body[: len(body) // 2], {**_texts(headers), **fault.headers}, promise=len(body))
    await connection.close(exchange.scope, exchange.receive)


async def _html(fault: Fault, exchange: Exchange) -> None:
    if fault.carries_out:
        await exchange.carry_out()
    page = f"<html><head><title>{fault.status or 502}</title></head><body>cloudflare</body></html>"
    await exchange.reply(fault.status or 502, page.encode(), {"content-type": "text/html", **fault.headers})


async def _body(fault: Fault, exchange: Exchange) -> None:
    if fault.carries_out:
        await exchange.carry_out()
    await exchange.reply(fault.status or 200, fault.body.encode(), fault.headers)


async def _code(fault: Fault, exchange: Exchange) -> None:
    if fault.carries_out:
        await exchange.carry_out()
    envelope = {"code": fault.code, "msg": fault.text, "data": None}
    await exchange.reply(fault.status or 200, json.dumps(envelope).encode(), fault.headers)


async def _redirect(fault: Fault, exchange: Exchange) -> None:
    if fault.carries_out:
        await exchange.carry_out()
    location = fault.location or exchange.scope["path"]
    await exchange.reply(fault.status or 307, b"", {"location": location, **fault.headers})


async def _record(fault: Fault, exchange: Exchange) -> None:
    status, _, body = await exchange.carry_out()
    answer = json.loads(body)
    changes = {"taskId": fault.value} if fault.fault is FaultKind.TASK_ID else fault.data
    answer["data"] = {**(answer["data"] or {}), **changes}
    await exchange.reply(status, json.dumps(answer).encode(), fault.headers)


async def _odd(fault: Fault, exchange: Exchange) -> None:
    number = fault.value if isinstance(fault.value, int) else fault.seen - fault.skip - 1
    await exchange.reply(fault.status or 200, ODD_ANSWERS[number % len(ODD_ANSWERS)], fault.headers)


BEHAVIOURS: Mapping[FaultKind, Callable[[Fault, Exchange], Awaitable[None]]] = {
    FaultKind.CLOSE_BEFORE_READING: _close,
    FaultKind.RESET_BEFORE_READING: _reset,
    FaultKind.CLOSE_AFTER_CHARGING: _close,
    FaultKind.RESET_AFTER_CHARGING: _reset,
    FaultKind.STALL: _stall,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.HTML: _html,
    FaultKind.BODY: _body,
    FaultKind.CODE: _code,
    FaultKind.REDIRECT: _redirect,
    FaultKind.TASK_ID: _record,
    FaultKind.RECORD: _record,
    FaultKind.ODD: _odd,
}


def _subject(scope: Scope) -> tuple[str, str]:
    """The route's name, and the text that `only` is looked for in."""
    path = scope["path"]
    route = "files" if path.startswith("/files/") else path.rpartition("/")[2]
    ref = dict(scope["headers"]).get(b"x-request-id", b"")
    return route, f"{path}?{scope['query_string'].decode('latin-1')} {ref.decode('latin-1')}"


def _texts(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1"): text.decode("latin-1") for name, text in headers}
