"""Callbacks end to end: the service says the end, the inbox takes it in, the record is believed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.inbox import Standing
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState

PATIENCE_S = 60.0
STUCK = "[sim:stuck] A paper boat"


async def post(address: str, task: Task, body: bytes | None = None) -> int:
    """Calls an inbox as the service would, unsigned; the status."""
    parts = urlsplit(address)
    body = body or json.dumps({"code": 200, "msg": "ok", "data": {"taskId": task.task_id}}).encode()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {parts.path}/{task.ref} HTTP/1.1\r\nHost: inbox\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    return int(answer[9:12])


async def starting(settings: Settings, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sora_tui", "listen", *arguments),
        env={
            **os.environ,
            "SORA_TUI_API_KEY": "demo-test",
            "SORA_TUI_BASE_URL": settings.base_url,
            "SORA_TUI_DATA_DIR": str(settings.data_dir),
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def listening(settings: Settings, *arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`sora-tui listen` in a program of its own, and the address it prints."""
    listener = await starting(settings, "--port", "0", *arguments)
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield listener, await _address(listener, in_stdout="--jsonl" not in arguments)
    finally:
        if listener.returncode is None:
            listener.kill()
            await listener.communicate()


async def _address(listener: asyncio.subprocess.Process, *, in_stdout: bool) -> str:
    stream = listener.stdout if in_stdout else listener.stderr
    assert stream is not None
    while line := (await stream.readline()).decode().strip():
        if line.startswith("http://"):
            return line
    raise AssertionError("it printed no address")


def with_inbox(settings: Settings) -> Settings:
    return load(base_url=settings.base_url, api_key="demo-test", data_dir=settings.data_dir, callback_port=0)


async def settled(studio: Studio, is_so: Callable[[], bool]) -> None:
    """Returns once something is so that some event brings about."""
    changed = asyncio.Event()
    stop = studio.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await changed.wait()
                changed.clear()
    finally:
        stop()


async def sent(studio: Studio) -> Task:
    task = await studio.submit(Draft(STUCK, "sora-2-pro-text-to-video", {"n_frames": "10", "size": "standard"}))
    return await studio.settled(task.ref)


async def test_a_task_that_is_told_of_is_seen_to_have_ended_without_its_turn(
    simulator: Simulator, settings: Settings
) -> None:
    async with Studio(with_inbox(settings)) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        address = studio.callback_address
        assert address is not None
        tasks = [await sent(studio) for _ in range(3)]
        for task in tasks:
            assert task.task_id is not None
            await asyncio.to_thread(simulator.finish, task.task_id)
            assert await post(address, task) == 200
            await studio.wait([task.ref], PATIENCE_S)
        assert studio.callbacks is Standing.PROVED
        told_of = [task.call_back_url for task in simulator.tasks()]
        assert told_of == [f"{address}/{task.ref}" for task in tasks]


@pytest.fixture
def signing(tmp_path: Path) -> Iterator[Simulator]:
    """A simulator that signs its calls with an old and a new key in turn, and whose tasks end when told to."""
    with Simulator(
        tmp_path / "signing", small_clips=True, durations=lambda: 100_000.0, webhook_keys=("the-old-key", "the-new-key")
    ) as running:
        yield running


async def test_told_by_the_service_itself_each_end_costs_one_look(signing: Simulator, tmp_path: Path) -> None:
    settings = load(
        base_url=signing.url,
        api_key="demo-test",
        data_dir=tmp_path / "data",
        callback_port=0,
        webhook_key="the-new-key,the-old-key",
    )
    async with Studio(settings) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        first = await sent(studio)
        await ended(signing, studio, first)
        assert studio.callbacks is Standing.PROVED
        before = signing.requests()["recordInfo 200"]
        tasks = [await sent(studio) for _ in range(20)]
        for task in tasks:
            await ended(signing, studio, task)
        assert signing.requests()["recordInfo 200"] - before == len(tasks)
        ends = [tried for tried in signing.callbacks() if tried.route == "callback"]
        assert {tried.status for tried in ends} == {200}
        assert len(ends) == len(tasks) + 1


async def test_calls_that_no_key_of_ours_fits_are_refused_and_polling_goes_on(
    signing: Simulator, tmp_path: Path
) -> None:
    settings = load(
        base_url=signing.url, api_key="demo-test", data_dir=tmp_path / "data", callback_port=0, webhook_key="another"
    )
    async with Studio(settings) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        task = await sent(studio)
        await ended(signing, studio, task)
        assert studio.callbacks is Standing.OPEN
        assert {tried.status for tried in signing.callbacks() if tried.route == "callback"} == {401}


async def test_doctor_finds_the_inbox_of_a_studio_at_work(signing: Simulator, tmp_path: Path) -> None:
    from sora_tui.kie import probing
    from sora_tui.studio.rehearsing import Outcome, rehearse

    settings = load(base_url=signing.url, api_key="demo-test", data_dir=tmp_path / "data", callback_port=0)
    async with Studio(settings) as studio:
        studio.start()
        await settled(studio, lambda: studio.callbacks is Standing.OPEN)
        port = urlsplit(studio.local_callback_address or "").port
        beside = settings.model_copy(update={"callback_port": port})
        rehearsal = await rehearse(beside, probing.call)
        assert (rehearsal.outcome, rehearsal.is_ours, rehearsal.port) == (Outcome.CAME, False, port)
        wrong_key = load(
            base_url=signing.url, data_dir=tmp_path / "other", callback_port=0, callback_url=f"http://127.0.0.1:{port}"
        )
        assert (await rehearse(wrong_key, probing.call)).outcome is Outcome.UNREACHED, "another store's token"
        assert not studio.tasks


async def ended(simulator: Simulator, studio: Studio, task: Task) -> None:
    """Lets the service end a task, and waits until the studio has seen it."""
    assert task.task_id is not None
    await asyncio.to_thread(simulator.finish, task.task_id)
    [seen] = await studio.wait([task.ref], PATIENCE_S)
    assert seen.state is TaskState.SUCCESS


async def test_when_the_inbox_is_killed_nothing_is_lost(simulator: Simulator, settings: Settings) -> None:
    async with Studio(settings) as studio:
        studio.start()
        async with listening(settings) as (listener, address):
            first, *others = [await sent(studio) for _ in range(6)]
            for task in (first, *others[:2]):
                assert task.task_id is not None
                await asyncio.to_thread(simulator.finish, task.task_id)
            assert await post(address, first) == 200
            await studio.wait([first.ref], PATIENCE_S)
            listener.kill()
            await listener.wait()
            with pytest.raises(OSError, match="Connect"):
                await post(address, others[0])
        await asyncio.to_thread(simulator.finish_all)
        others = await studio.wait([task.ref for task in others], PATIENCE_S)
        assert {task.state for task in others} == {TaskState.SUCCESS}


async def test_listen_takes_calls_in_beside_the_studio_and_ends_when_it_is_told_to(
    simulator: Simulator, settings: Settings
) -> None:
    async with Studio(settings) as studio:
        studio.start()
        async with listening(settings, "--jsonl") as (listener, address):
            assert listener.stdout is not None
            task = await sent(studio)
            assert task.task_id is not None
            await asyncio.to_thread(simulator.finish, task.task_id)
            assert await post(f"{address}x", task) == 404
            assert await post(address, task) == 200
            call = json.loads(await listener.stdout.readline())
            assert (call["kind"], call["ref"], call["task_id"]) == ("end", task.ref, task.task_id)
            assert not call["is_signed"]
            await studio.wait([task.ref], PATIENCE_S)
            listener.send_signal(signal.SIGTERM)
            out, err = await listener.communicate()
            assert (out, listener.returncode) == (b"", 0)
            assert b"Traceback" not in err


async def test_listen_tells_people_what_came(simulator: Simulator, settings: Settings) -> None:
    async with listening(settings) as (listener, address):
        ghost = Task("0" * 32, TaskState.WAITING, "m", "p", {}, "o", 0, task_id="task-of-nobody")
        assert await post(address, ghost) == 200
        listener.send_signal(signal.SIGINT)
        out, err = await listener.communicate()
        assert (out, listener.returncode) == (b"", 0)
        assert b"00000000: said to have ended. Asking the service." in err
        assert address.rpartition("/")[2].encode() not in err, "the token is for stdout alone"


async def test_a_second_listener_waits_for_its_turn_and_takes_it(simulator: Simulator, settings: Settings) -> None:
    del simulator
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    async with listening(settings, "--port", port) as (first, _):
        second = await starting(settings, "--port", port)
        assert second.stderr is not None
        while b"waits for its turn" not in (line := await second.stderr.readline()):
            assert line, "it ended"
        second.send_signal(signal.SIGTERM)
        await second.communicate()
        assert second.returncode == 0
        assert first.returncode is None
