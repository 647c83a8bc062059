"""Three programs on one store race for the queued tasks of dead ones, and each is sent once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from sora_tui.kie.client import KieClient
from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.settings import Settings
from sora_tui.studio.book import Book
from sora_tui.studio.clock import SYSTEM_CLOCK
from sora_tui.studio.instances import Instance
from sora_tui.studio.outcomes import classify, settle
from sora_tui.studio.requests import request_for
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.campaigns import careless
from tests.campaigns.audit import judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.child import Child, Link, who_speaks
from tests.campaigns.service import KEY, draft, service_in, settings_for, store_of

_PROCESSES = 3
_QUEUE = 5
"""Tasks that each dead program leaves behind."""
_PAUSE_S = 0.001
_NO_LIMIT = 1_000_000
"""Of the account's window: the claims are tried here, not the window."""

Work: TypeAlias = Callable[[Link, Settings], None]


def program(link: Link, settings: Settings) -> None:
    """Takes over, claims and sends as the studio does, without its pauses."""
    asyncio.run(_take_over_and_send(link, settings))


async def _take_over_and_send(link: Link, settings: Settings) -> None:
    book = Book(store_of(settings), Instance(settings.data_dir), SYSTEM_CLOCK, lambda _: None)
    await book.open()
    await book.hold()
    link.send(0)
    async with KieClient(KEY, base_url=settings.base_url) as client:
        while not link.poll(_PAUSE_S):
            if refs := await book.take_over(settings.origin):
                link.send(len(refs))
            for ref in refs:
                claimed = await book.claim(ref, limit=_NO_LIMIT, window_ms=1_000)
                if isinstance(claimed, Task):
                    answer = classify(await client.create_task(request_for(claimed, settings), ref=ref))
                    now_ms = SYSTEM_CLOCK.now_ms()
                    await book.change(ref, partial(settle, answer=answer, now_ms=now_ms, pause_s=None))
    await book.close()


def selects_then_updates(link: Link, settings: Settings) -> None:
    """Looks which tasks are queued, then says that it has them."""
    asyncio.run(_select_then_update(link, settings))


async def _select_then_update(link: Link, settings: Settings) -> None:
    link.send(0)
    with closing(sqlite3.connect(store_of(settings), isolation_level=None, timeout=60)) as db:
        async with KieClient(KEY, base_url=settings.base_url) as client:
            while not link.poll(_PAUSE_S):
                if found := db.execute("SELECT ref, prompt FROM tasks WHERE state = 'queued'").fetchall():
                    link.send(len(found))
                for ref, prompt in found:
                    db.execute("UPDATE tasks SET state = 'sending' WHERE ref = ?", (ref,))
                    created = await client.create_task(careless.request_for(draft(prompt)), ref=ref)
                    db.execute("UPDATE tasks SET state = 'waiting', task_id = ? WHERE ref = ?", (created.task_id, ref))


def _write_queues(settings: Settings, count: int) -> Iterator[Instance]:
    """Fills the store with the queued tasks of several programs, and gives these one after the other, alive."""
    store = Store(store_of(settings))
    for first in range(0, count, _QUEUE):
        owner = Instance(settings.data_dir)
        owner.hold()
        for number in range(first, min(count, first + _QUEUE)):
            store.insert(_queued(number, settings), owner=owner.id, at=0)
        yield owner
    store.close()


def _queued(number: int, settings: Settings) -> Task:
    asked = draft(f"left behind {number}")
    return Task(
        ref=uuid4().hex,
        state=TaskState.QUEUED,
        model=asked.model,
        prompt=asked.prompt,
        parameters=SORA_2_PRO.completed(asked.parameters),
        origin=settings.origin,
        created_at=number,
    )


def _trial(name: str, work: Work) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        with service_in(folder) as service, ExitStack() as stack:
            settings = settings_for(service, folder)
            owners = list(_write_queues(settings, count))
            children = [stack.enter_context(Child(work, settings)) for _ in range(_PROCESSES)]
            for child in children:
                child.hear()
            taken = dict.fromkeys(children, 0)
            while sum(taken.values()) < count:
                if owners:
                    owners.pop().release()  # one dies, and those who have nothing to do race for what it leaves
                speaker = who_speaks(children)
                taken[speaker] += speaker.hear()
            for child in children:
                child.tell("that was all")
            for child in children:
                child.wait()
            rows = rows_in(store_of(settings))
            return {
                "rows": len(rows),
                **judge(service.ledger(), rows),
                "never-sent": sum(row.state in ("queued", "sending") for row in rows),
                "fewest-taken": min(taken.values()),
                "most-taken": max(taken.values()),
            }

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="three-processes",
    promise="of three programs that want the same queued task one sends it, once",
    never=("lost", "doubled", "never-sent"),
    always=("rows", "charged", "recorded"),
    some=("fewest-taken",),
    program=_trial("the program", program),
    controls=(_trial("selects, then updates", selects_then_updates),),
    full=600,
    small=30,
)
