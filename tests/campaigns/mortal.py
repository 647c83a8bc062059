"""The clients of the submit kills, as they run in a child: they send draft after draft and tell how far they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from unittest.mock import patch

from sora_tui.kie.client import KieClient
from sora_tui.kie.messages import CreatedTask, CreateTask
from sora_tui.settings import Settings
from sora_tui.studio.events import Event, TaskChanged
from sora_tui.studio.store import Store
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import TaskState
from tests.campaigns import careless
from tests.campaigns.child import Link
from tests.campaigns.service import draft, store_of


class Point(StrEnum):
    """How far a send is."""

    SUBMITTING = "submitting"
    WRITTEN = "written"
    CLAIMED = "claimed"
    POSTING = "posting"
    CHARGED = "charged"
    """Seen in the ledger alone; the child knows nothing of it."""
    ANSWERED = "answered"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Fate:
    """When a child dies: in its send number `send`, at or after `point`.

    Attributes:
        is_held: whether it stands still there, so that the kill falls exactly at the point.
    """

    send: int
    point: Point
    is_held: bool


class Voice:
    """Tells the parent how far the present send is, and stands still where the child is to die.

    Args:
        link: to the parent.
        name: begins the names of this child's sends.
        fate: None for a child that only recovers and is not killed.
    """

    def __init__(self, link: Link, name: str, fate: Fate | None) -> None:
        self._link = link
        self._name = name
        self._fate = fate
        self._sends = 0
        self._prompt = ""

    @property
    def is_mortal(self) -> bool:
        """Whether there is anything to send until the end comes."""
        return self._fate is not None

    def opened(self) -> None:
        """The store is open and recovered. Returns when the parent has looked at it."""
        self._link.send(None)
        self._link.recv()

    def begin(self) -> str:
        """A new send begins; its name."""
        self._sends += 1
        name = f"{self._name}.{self._sends}"
        self._prompt = draft(name).prompt
        self.tell(Point.SUBMITTING, self._prompt)
        return name

    def tell(self, point: Point, prompt: str) -> None:
        """The send of `prompt` is at `point`. Of those taken over from the dead nothing is told."""
        if prompt != self._prompt:
            return
        self._link.send(point)
        fate = self._fate
        if fate is not None and fate.is_held and (fate.send, fate.point) == (self._sends, point):
            self._link.recv()  # nothing comes any more

    def hear(self, event: Event) -> None:
        """Tells what the studio says of the send."""
        if not isinstance(event, TaskChanged):
            return
        task, before = event.task, event.previous
        if before is None:
            self.tell(Point.WRITTEN, task.prompt)
        elif task.state is TaskState.SENDING:
            self.tell(Point.CLAIMED, task.prompt)
        elif before.state is TaskState.SENDING:
            self.tell(Point.SAVED, task.prompt)


class TellingClient(KieClient):
    """A client that says when its request for money begins and when it has ended."""

    def __init__(self, settings: Settings, voice: Voice) -> None:
        assert settings.api_key is not None
        super().__init__(settings.api_key, base_url=settings.base_url)
        self._voice = voice

    async def create_task(self, request: CreateTask, *, ref: str | None = None) -> CreatedTask:
        prompt = request.input["prompt"]
        self._voice.tell(Point.POSTING, prompt)
        try:
            return await super().create_task(request, ref=ref)
        finally:
            self._voice.tell(Point.ANSWERED, prompt)


Work: TypeAlias = Callable[[Link, Settings, str, Fate | None], None]


def program(link: Link, settings: Settings, name: str, fate: Fate | None) -> None:
    """The program without a face."""
    with patch("sora_tui.studio.submitting.WINDOW_LIMIT", 1_000_000):  # the window would set the pace
        asyncio.run(_send_on(settings, Voice(link, name, fate)))


def sends_before_it_writes(link: Link, settings: Settings, name: str, fate: Fate | None) -> None:
    """A client that writes a task down when its answer has come."""
    asyncio.run(_send_before_writing(settings, Voice(link, name, fate)))


def sends_again_on_start(link: Link, settings: Settings, name: str, fate: Fate | None) -> None:
    """The program, if it sent again what was on its way when it died."""
    careless.queue_again(store_of(settings))
    program(link, settings, name, fate)


async def _send_on(settings: Settings, voice: Voice) -> None:
    studio = Studio(settings, client_factory=lambda settings: TellingClient(settings, voice))
    studio.subscribe(voice.hear)
    async with studio:
        voice.opened()
        inherited = [task.ref for task in studio.tasks.values() if task.state is TaskState.QUEUED]
        studio.start()
        while voice.is_mortal:
            task = await studio.submit(draft(voice.begin()))
            await studio.settled(task.ref)
        for ref in inherited:
            await studio.settled(ref)


async def _send_before_writing(settings: Settings, voice: Voice) -> None:
    store = Store(store_of(settings))
    voice.opened()
    async with TellingClient(settings, voice) as client:
        while voice.is_mortal:
            sent = draft(voice.begin())
            await careless.send_then_write(client, store, sent)
            voice.tell(Point.SAVED, sent.prompt)
