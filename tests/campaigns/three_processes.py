"""Three programs on one store race for the queued tasks of dead ones, and each is sent once."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from sora_tui.kie.client import KieClient
from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.settings import Settings
from sora_tui.studio.book import Book
from sora_tui.studio.callback_addresses import addresses_for
from sora_tui.studio.clock import SYSTEM_CLOCK
from sora_tui.studio.instances import Instance
from sora_tui.studio.outcomes import classify, settle
from sora_tui.studio.requests import request_for
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.campaigns import careless
from tests.campaigns.audit import judge, rows_in
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.child import Child, Link
from tests.campaigns.service import KEY, draft, service_in, settings_for, store_of

_PROCESSES = 3
_START_S = 0.005
"""From the word to the start of each race: time enough for all three to hear it."""
_NO_LIMIT = 1_000_000
"""Of the account's window: the claims are tried here, not the window."""

Work: TypeAlias = Callable[[Link, Settings], None]


def _starts(link: Link) -> bool:
    """Waits for the start of the next race, on the clock that all processes share; whether there is one."""
    start = link.recv()
    if start is not None:
        time.sleep(max(0.0, start - time.monotonic()))
    return start is not None


def program(link: Link, settings: Settings) -> None:
    """Takes over, claims and sends as the studio does, without its pauses."""
    asyncio.run(_take_over_and_send(link, settings))


async def _take_over_and_send(link: Link, settings: Settings) -> None:
    book = Book(store_of(settings), Instance(settings.data_dir), SYSTEM_CLOCK, lambda _: None)
    await book.open()
    link.send(0)
    async with KieClient(KEY, base_url=settings.base_url) as client:
        while _starts(link):
            taken = await book.take_over(settings.origin)
            for ref in taken:
                claimed = await book.claim(ref, limit=_NO_LIMIT, window_ms=1_000)
                if isinstance(claimed, Task):
                    answer = classify(await client.create_task(request_for(claimed, addresses_for(settings)), ref=ref))
                    now_ms = SYSTEM_CLOCK.now_ms()
                    await book.change(ref, partial(settle, answer=answer, now_ms=now_ms, pause_s=None))
            link.send(len(taken))
    await book.close()


def selects_then_updates(link: Link, settings: Settings) -> None:
    """Looks which tasks are queued, then says that it has them."""
    asyncio.run(_select_then_update(link, settings))


async def _select_then_update(link: Link, settings: Settings) -> None:
    link.send(0)
    with closing(sqlite3.connect(store_of(settings), isolation_level=None, timeout=60)) as db:
        async with KieClient(KEY, base_url=settings.base_url) as client:
            while _starts(link):
                found = db.execute("SELECT ref, prompt FROM tasks WHERE state = 'queued'").fetchall()
                for ref, prompt in found:
                    db.execute("UPDATE tasks SET state = 'sending' WHERE ref = ?", (ref,))
                    created = await client.create_task(careless.request_for(draft(prompt)), ref=ref)
                    db.execute("UPDATE tasks SET state = 'waiting', task_id = ? WHERE ref = ?", (created.task_id, ref))
                link.send(len(found))


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
            store = Store(store_of(settings))
            children = [stack.enter_context(Child(work, settings)) for _ in range(_PROCESSES)]
            taken = [child.hear() for child in children]
            for number in range(count):
                store.insert(_queued(number, settings), owner=f"dead {number}", at=number)
                start = time.monotonic() + _START_S
                for child in children:
                    child.tell(start)
                taken = [before + child.hear() for before, child in zip(taken, children, strict=True)]
            for child in children:
                child.tell(None)
                child.wait()
            store.close()
            rows = rows_in(store_of(settings))
            return {
                "rows": len(rows),
                **judge(service.ledger(), rows),
                "never sent": sum(row.state in ("queued", "sending") for row in rows),
                "fewest taken": min(taken),
                "most taken": max(taken),
            }

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="three-processes",
    promise="of three programs that want the same queued task one sends it, once",
    never=("lost", "doubled", "never sent"),
    always=("rows", "charged", "recorded"),
    program=_trial("the program", program),
    controls=(_trial("selects, then updates", selects_then_updates),),
    full=600,
    small=30,
)
