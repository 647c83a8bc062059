"""The service as a script says, with books of its own: who was charged for what, and what it said of which task.

Its answers are bytes that go through the real decoding of `kie`. It is charged when a request arrives, whatever
becomes of the program that sent it.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from sora_tui.kie.catalogue import ModelListing
from sora_tui.kie.envelope import read_answer
from sora_tui.kie.errors import AnswerLost, NotDelivered
from sora_tui.kie.messages import CreatedTask, CreateTask, TaskRecord
from tests.machine.world import World

_ANSWERS_AFTER_S = 0.3
_SLOWLY_S = 6.0
_GIVEN_UP_S = 60.0
"""When the client stops waiting for an answer."""
ODD_IDS: tuple[Any, ...] = (None, 7, "", "x" * 300, "a\x1b[31m", ["task-1"])


class Create(StrEnum):
    """What becomes of a create request: every row of the submit policy."""

    ACCEPTED = auto()
    ACCEPTED_SLOWLY = auto()
    ACCEPTED_WITH_ANOTHERS_ID = auto()
    ACCEPTED_WITH_AN_ODD_ID = auto()
    REFUSED = auto()
    WITHDRAWN = auto()
    MAINTENANCE = auto()
    THROTTLED = auto()
    THROTTLED_BY_THE_EDGE = auto()
    NOT_DELIVERED = auto()
    LOST = auto()
    CHARGED_AND_LOST = auto()
    CHARGED_AND_NEVER_ANSWERED = auto()
    CHARGED_LATE = auto()
    CHARGED_AND_A_WEB_PAGE = auto()
    CHARGED_AND_A_FAULT = auto()


class Look(StrEnum):
    """What becomes of a question about a task."""

    TRUE = auto()
    OVERTAKEN = auto()
    """As things stand now, but answered later."""
    RUNS_AGAIN = auto()
    FAILED_AFTER_ALL = auto()
    WITHOUT_A_LINK = auto()
    UNREADABLE = auto()
    OF_ANOTHER_TASK = auto()
    UNKNOWN_ID = auto()
    BUSY = auto()
    LOST = auto()
    HANGS = auto()


_NOT_CHARGED: dict[Create, tuple[int, bytes]] = {
    Create.REFUSED: (200, b'{"code":402,"msg":"Credits insufficient"}'),
    Create.WITHDRAWN: (200, b'{"code":500,"msg":"This model is temporarily paused"}'),
    Create.MAINTENANCE: (200, b'{"code":455,"msg":"maintenance"}'),
    Create.THROTTLED: (200, b'{"code":429,"msg":"Your call frequency is too high"}'),
    Create.THROTTLED_BY_THE_EDGE: (429, b"<html>Too Many Requests</html>"),
}
_CHARGED: dict[Create, tuple[int, bytes]] = {
    Create.CHARGED_AND_A_WEB_PAGE: (502, b"<html>Bad Gateway</html>"),
    Create.CHARGED_AND_A_FAULT: (200, b'{"code":500,"msg":"Internal Server Error"}'),
}


@dataclass(slots=True)
class Made:
    """A task of the service.

    Attributes:
        ref: the send it was made and charged for; None for one made elsewhere.
        at: seconds of the world; later than now for one that is yet to be made.
        state: the truth, which answers may stray from.
        links: all that its answers ever told.
        ends: the final words that its answers ever told.
    """

    task_id: str
    request: dict[str, Any]
    ref: str | None
    at: float
    state: str = "generating"
    links: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)


class Service:
    """Stands in for `KieClient`, for all programs at once.

    Args:
        world: the time.
        repeats_callbacks: whether its records repeat the address of the callback; nobody knows (design, §2).

    Attributes:
        creates: what becomes of the next creates; the others are accepted.
        looks: what becomes of the next questions about a task; the others are answered truly.
        told: the ids it named in its answers to each send.
    """

    def __init__(self, world: World, *, repeats_callbacks: bool) -> None:
        self._world = world
        self.repeats_callbacks = repeats_callbacks
        self._made: dict[str, Made] = {}
        self.creates: list[Create] = []
        self.looks: dict[str, list[Look]] = {}
        self.told: dict[str, set[str]] = {}

    # Its books

    def tasks(self) -> list[Made]:
        """What it has made by now."""
        return [made for made in self._made.values() if made.at <= self._world.now]

    def charges(self) -> list[str]:
        """The ref of every send it has charged for by now, once for each charge."""
        return [made.ref for made in self.tasks() if made.ref is not None]

    def task(self, task_id: str) -> Made | None:
        """The task of this id."""
        made = self._made.get(task_id)
        return made if made is not None and made.at <= self._world.now else None

    def is_told(self, ref: str, task_id: str) -> bool:
        """Whether an id belongs to this send: made for it, or named in the answer to it."""
        made = self.task(task_id)
        return task_id in self.told.get(ref, ()) or (made is not None and made.ref == ref)

    def make(self, request: dict[str, Any], ref: str | None, *, at: float) -> Made:
        """Makes a task, for which the send `ref` is charged."""
        made = Made(f"task-{len(self._made) + 1}", request, ref, at)
        self._made[made.task_id] = made
        return made

    def record(self, made: Made, state: str, *, with_links: bool = True) -> bytes:
        """What recordInfo says of a task in this state."""
        request = dict(made.request, input=json.dumps(made.request["input"]))
        if not self.repeats_callbacks:
            request.pop("callBackUrl", None)
        data: dict[str, Any] = {
            "taskId": made.task_id,
            "model": made.request["model"],
            "state": state,
            "param": json.dumps(request),
            "resultJson": "",
            "createTime": self._world.true_ms - round((self._world.now - made.at) * 1000),
        }
        if state == "success" and with_links:
            link = f"https://files.example/{made.task_id}.mp4"
            data["resultJson"] = json.dumps({"resultUrls": [link]})
            made.links.add(link)
        if state in ("success", "fail"):
            made.ends.add(state)
        return json.dumps({"code": 200, "msg": "success", "data": data}).encode()

    # As a client sees it

    async def create_task(self, request: CreateTask, *, ref: str | None = None) -> CreatedTask:
        assert ref is not None
        outcome = self.creates.pop(0) if self.creates else Create.ACCEPTED
        named: Any = None
        if outcome not in _NOT_CHARGED and outcome not in (Create.NOT_DELIVERED, Create.LOST):
            late = 5.0 if outcome is Create.CHARGED_LATE else 0.0
            named = self.make(request.wire(), ref, at=self._world.now + late).task_id
        if outcome is Create.NOT_DELIVERED:
            raise NotDelivered("no route")
        if outcome is Create.ACCEPTED_WITH_ANOTHERS_ID:
            named = next((made.task_id for made in self.tasks() if made.ref != ref), named)
        elif outcome is Create.ACCEPTED_WITH_AN_ODD_ID:
            named = ODD_IDS[len(self._made) % len(ODD_IDS)]
        slow = {Create.ACCEPTED_SLOWLY: _SLOWLY_S, Create.CHARGED_AND_NEVER_ANSWERED: _GIVEN_UP_S}
        await asyncio.sleep(slow.get(outcome, _ANSWERS_AFTER_S))
        if outcome in _NOT_CHARGED or outcome in _CHARGED:
            read_answer(*(_NOT_CHARGED | _CHARGED)[outcome])
        if not outcome.startswith("accepted"):
            raise AnswerLost("reset")
        if isinstance(named, str):
            self.told.setdefault(ref, set()).add(named)
        body = json.dumps({"code": 200, "msg": "success", "data": {"taskId": named}}).encode()
        return CreatedTask.from_answer(read_answer(200, body))

    async def read_task(self, task_id: str) -> TaskRecord:
        script = self.looks.get(task_id)
        look = script.pop(0) if script else Look.TRUE
        made = self.task(task_id)
        body = b'{"code":422,"msg":"recordInfo is null"}'
        if made is not None and look is not Look.UNKNOWN_ID:
            body = self._answer(made, look)
        await asyncio.sleep({Look.OVERTAKEN: _SLOWLY_S, Look.HANGS: _GIVEN_UP_S}.get(look, _ANSWERS_AFTER_S))
        if look is Look.LOST:
            raise AnswerLost("reset")
        return TaskRecord.from_answer(read_answer(200, body), task_id=task_id)

    def _answer(self, made: Made, look: Look) -> bytes:
        match look:
            case Look.RUNS_AGAIN:
                return self.record(made, "generating")
            case Look.FAILED_AFTER_ALL:
                return self.record(made, "fail" if made.state == "success" else made.state)
            case Look.WITHOUT_A_LINK:
                return self.record(made, made.state, with_links=False)
            case Look.UNREADABLE:
                return b"<html>Bad Gateway</html>"
            case Look.OF_ANOTHER_TASK:
                other = next((task for task in self.tasks() if task is not made), made)
                return self.record(other, other.state)
            case Look.BUSY:
                return b'{"code":429,"msg":"Your call frequency is too high"}'
            case _:
                return self.record(made, made.state)

    async def models(self) -> list[ModelListing]:
        return []

    async def credits(self) -> float:
        return 5000.0

    async def drop_connections(self) -> None:
        return None

    async def aclose(self) -> None:
        return None
