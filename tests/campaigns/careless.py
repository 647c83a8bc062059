"""Clients that do with money what the program must not: the controls of the campaigns."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import KieError
from sora_tui.kie.messages import CreatedTask, CreateTask
from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.studio.store import Store
from sora_tui.studio.task import Draft, Task, TaskState


def request_for(draft: Draft) -> CreateTask:
    """What a careless client sends."""
    return CreateTask(model=draft.model, input={"prompt": draft.prompt, **SORA_2_PRO.completed(draft.parameters)})


async def send_then_write(client: KieClient, store: Store, draft: Draft) -> None:
    """Spends the money first and writes it down when the answer has come."""
    ref = uuid4().hex
    created = await client.create_task(request_for(draft), ref=ref)
    now_ms = time.time_ns() // 1_000_000
    sent = Task(
        ref=ref,
        state=TaskState.WAITING,
        model=draft.model,
        prompt=draft.prompt,
        parameters=draft.parameters,
        origin=client.base_url,
        created_at=now_ms,
        task_id=created.task_id,
    )
    store.insert(sent, owner="careless", at=now_ms)


async def send_until_it_works(client: KieClient, draft: Draft, *, ref: str, attempts: int = 3) -> CreatedTask | None:
    """Sends again after any error, as the retry libraries do."""
    for _ in range(attempts):
        try:
            return await client.create_task(request_for(draft), ref=ref)
        except KieError:
            continue
    return None


def queue_again(path: Path) -> None:
    """Puts what was being sent when a program died back into its queue: the next start sends it again."""
    if path.exists():
        with closing(sqlite3.connect(path)) as db, db:
            if db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'tasks'").fetchone():
                db.execute("UPDATE tasks SET state = 'queued' WHERE state = 'sending'")
