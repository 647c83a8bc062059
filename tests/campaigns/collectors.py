"""The programs of the download campaign, as they run in a child: they download until all is there."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from unittest.mock import patch

import av
import httpx

from sora_tui.kie.fetching import Delivery, Fetcher
from sora_tui.settings import Settings
from sora_tui.studio import downloading
from sora_tui.studio.collected import is_collected, with_file
from sora_tui.studio.events import Event, TaskChanged
from sora_tui.studio.studio import Studio
from sora_tui.studio.views import View
from tests.campaigns.child import Link
from tests.campaigns.service import wait_for

COLLECTING, DONE = "collecting", "done"

_LOADED = (downloading, av)
"""What the program loads when the first result is wanted, loaded before any child is forked."""


def program(link: Link, settings: Settings) -> None:
    """The program itself."""
    asyncio.run(_collect(link, settings))


def goes_on_with_whatever_is_there(link: Link, settings: Settings) -> None:
    """The program, but that it asks for the rest of a file without asking whether it is still the same file."""

    class Careless(Fetcher):
        async def _followed(self, link: str, headers: Mapping[str, str]) -> httpx.Response:
            return await super()._followed(link, {name: headers[name] for name in headers if name != "If-Range"})

        def _delivery(self, response: httpx.Response, start: int, etag: str) -> Delivery:
            return super()._delivery(response, start, response.headers["etag"])

    with patch("sora_tui.kie.fetching.Fetcher", Careless):
        asyncio.run(_collect(link, settings))


def writes_under_the_final_name(link: Link, settings: Settings) -> None:
    """What most scripts do: the name first, then the bytes; what has its name is taken to be there."""
    asyncio.run(_write(link, settings))


async def _collect(link: Link, settings: Settings) -> None:
    async with Studio(settings) as studio:
        all_there = asyncio.Event()

        def look(event: Event) -> None:
            there.update({event.task.ref} if isinstance(event, TaskChanged) and is_collected(event.task) else ())
            if len(there) == count:
                all_there.set()

        tasks = await studio.tasks_in(View())
        count, there = len(tasks), {task.ref for task in tasks if is_collected(task)}
        studio.subscribe(look)
        link.send(COLLECTING)
        studio.start_collecting()
        if len(there) < count:
            await all_there.wait()
        await asyncio.to_thread(wait_for, lambda: not any(settings.download_dir.glob(".*")))
    link.send(DONE)


async def _write(link: Link, settings: Settings) -> None:
    async with Studio(settings) as studio:
        link.send(COLLECTING)
        for task in [task for task in await studio.tasks_in(View()) if not is_collected(task)]:
            path = settings.download_dir / f"{task.ref[:8]}.mp4"
            if not path.exists():
                await asyncio.to_thread(_write_one, task.links[0], path)
            await studio._book.change(task.ref, partial(with_file, number=0, path=str(path)))
    link.send(DONE)


def _write_one(url: str, path: Path) -> None:
    with urllib.request.urlopen(url) as answer, path.open("wb", buffering=0) as file:
        while piece := answer.read(4_096):
            file.write(piece)
