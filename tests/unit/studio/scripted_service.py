"""A service that answers as a test says, without a network, and remembers what it was asked and when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

from sora_tui.kie.catalogue import ModelListing, ModelSchema, SuccessPoint
from sora_tui.kie.messages import CreatedTask, CreateTask, TaskRecord, Verdict
from sora_tui.kie.uploads import UploadedFile
from sora_tui.settings import Settings, load
from sora_tui.studio.events import Event
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState
from tests.unit.studio.virtual_time import EPOCH_MS, VirtualClock

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient

MODEL = "sora-2-pro-text-to-video"
KEY = "secret-key-of-a-test"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the service.

    Attributes:
        at: seconds of virtual time.
        about: our ref in a create, the vendor's id in a look.
    """

    at: float
    about: str


class ScriptedService:
    """Stands in for `KieClient`. Accepts everything and keeps it running, unless told otherwise.

    Attributes:
        creates: the create requests that arrived.
        requests: what stood in each.
        looks: the questions about tasks that arrived.
        answer_create: what a create ends in.
        answer_look: what a look ends in.
        answer_credits: what reading the credits ends in.
        questions: what was asked about models.
        uploads: what was uploaded.
        listings: the models it lists.
        documents: what each of them takes.
        points: how each of them fares.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.creates: list[Asked] = []
        self.requests: list[CreateTask] = []
        self.looks: list[Asked] = []
        self.credits_read: list[float] = []
        self.dropped_connections = 0
        self.is_closed = False
        self.questions: list[str] = []
        self.uploads: list[bytes] = []
        self.listings: list[ModelListing] = []
        self.documents: dict[str, dict[str, Any]] = {}
        self.points: list[SuccessPoint] = []
        self.answer_create: Callable[[str], Awaitable[CreatedTask]] = self._accept
        self.answer_look: Callable[[str], Awaitable[TaskRecord]] = running
        self.answer_credits: Callable[[], Awaitable[float]] = plenty

    async def create_task(self, request: CreateTask, *, ref: str | None = None) -> CreatedTask:
        self.creates.append(Asked(self._clock.monotonic(), ref or ""))
        self.requests.append(request)
        return await self.answer_create(ref or "")

    async def read_task(self, task_id: str) -> TaskRecord:
        self.looks.append(Asked(self._clock.monotonic(), task_id))
        return await self.answer_look(task_id)

    async def credits(self) -> float:
        self.credits_read.append(self._clock.monotonic())
        return await self.answer_credits()

    async def models(self) -> list[ModelListing]:
        self.questions.append("models")
        return self.listings

    async def schema(self, model: str) -> ModelSchema:
        self.questions.append(model)
        return ModelSchema(model=model, openapi=self.documents.get(model))

    async def success_rate(self, model: str) -> list[SuccessPoint]:
        self.questions.append(f"health of {model}")
        return self.points

    async def upload(
        self,
        content: bytes | Path,
        *,
        file_name: str,
        media_type: str,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        assert isinstance(content, bytes)  # what is small is sent from memory
        whole = content
        self.uploads.append(whole)
        for sent in (0, len(whole)):
            if on_progress is not None:
                on_progress(sent, len(whole))
        link = f"https://uploads.example/{len(self.uploads)}"
        return UploadedFile(link=link, size=len(whole), media_type=media_type)

    async def drop_connections(self) -> None:
        self.dropped_connections += 1

    async def aclose(self) -> None:
        self.is_closed = True

    def looks_at(self, task_id: str | None) -> list[float]:
        """When it was asked about one task."""
        return [look.at for look in self.looks if look.about == task_id]

    async def _accept(self, ref: str) -> CreatedTask:
        return accepted(f"task-{len(self.creates)}")


def accepted(task_id: str) -> CreatedTask:
    return CreatedTask(task_id=task_id, http_status=200, raw=f'{{"code":200,"data":{{"taskId":"{task_id}"}}}}')


async def plenty() -> float:
    return 5000.0


async def running(task_id: str) -> TaskRecord:
    return TaskRecord(task_id=task_id, model=MODEL, state="generating")


async def succeeded(task_id: str) -> TaskRecord:
    link = f"https://files.example/{task_id}.mp4"
    return TaskRecord(
        task_id=task_id, model=MODEL, state="success", verdict=Verdict.SUCCESS, links=(link,), raw='{"state":"success"}'
    )


def raising(error: Exception) -> Callable[[str], Awaitable[Any]]:
    """An answer that is an error, each time."""

    async def answer(_: str) -> Any:
        raise error

    return answer


def in_turn(*answers: Callable[[str], Awaitable[Any]]) -> Callable[[str], Awaitable[Any]]:
    """One answer after the other; the last one from then on."""
    left = list(answers)

    async def answer(about: str) -> Any:
        return await (left.pop(0) if len(left) > 1 else left[0])(about)

    return answer


def draft(prompt: str = "A paper boat") -> Draft:
    return Draft(prompt, MODEL, {"size": "standard"})


def settings_in(folder: Path, **more: Any) -> Settings:
    return load(base_url="https://kie.example", api_key=KEY, data_dir=folder / "data", **more)


def waiting(number: int, settings: Settings, **changes: Any) -> Task:
    """A task that the service has, as `task-<number>`, sent when virtual time began."""
    task = Task(
        ref=f"{number:032x}",
        state=TaskState.WAITING,
        model=MODEL,
        prompt=f"Boat {number}",
        parameters={},
        origin=settings.origin,
        created_at=EPOCH_MS,
        sent_at=EPOCH_MS,
        task_id=f"task-{number}",
    )
    return replace(task, **changes)


def put_in_store(settings: Settings, *tasks: Task) -> None:
    """Leaves tasks behind as a program does that is gone."""
    store = Store(settings.data_dir / FILE_NAME)
    for task in tasks:
        store.insert(task, owner="gone", at=task.created_at)
    store.close()


@dataclass(slots=True)
class Desk:
    """A studio at work in virtual time, the service it asks, and all it told."""

    studio: Studio
    service: ScriptedService
    clock: VirtualClock
    events: list[Event]

    def told(self, kind: type[Any]) -> list[Any]:
        """The events of one kind, in their order."""
        return [event for event in self.events if isinstance(event, kind)]

    async def pass_s(self, seconds: float) -> None:
        """Lets virtual time pass."""
        await self.clock.sleep(seconds)


@asynccontextmanager
async def a_desk(
    folder: Path,
    *,
    service: ScriptedService | None = None,
    clock: VirtualClock | None = None,
    settings: Settings | None = None,
    connect: Callable[[Settings], KieClient] | None = None,
    is_started: bool = True,
) -> AsyncIterator[Desk]:
    """An open studio with its own store in `folder`."""
    clock = clock or VirtualClock()
    service = service or ScriptedService(clock)
    studio = Studio(
        settings or settings_in(folder),
        clock=clock,
        client_factory=connect or (lambda _: cast("KieClient", service)),
        random=Random(1),
    )
    events: list[Event] = []
    studio.subscribe(events.append)
    async with studio:
        if is_started:
            studio.start()
        yield Desk(studio, service, clock, events)
