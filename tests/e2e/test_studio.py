"""The main job without a face. The judge of money is the simulator's ledger, not the studio's own books."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sora_tui.film.inspect import probe
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.errors import AmbiguousTask, InvalidDraft, UnknownTask, WaitTimeout, WrongState
from sora_tui.studio.events import Event, TaskChanged
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState

MODEL = "sora-2-pro-text-to-video"


def draft(prompt: str) -> Draft:
    return Draft(prompt, MODEL, {"size": "standard"})


async def made(studio: Studio, prompt: str) -> Task:
    task = await studio.submit(draft(prompt))
    return await studio.settled(task.ref)


async def test_a_prompt_becomes_a_video_that_plays(studio: Studio, simulator: Simulator, tmp_path: Path) -> None:
    sent = await made(studio, "A paper boat")
    assert sent.state is TaskState.WAITING
    simulator.finish_all()
    [task] = await studio.wait([sent.ref])
    assert task.state is TaskState.SUCCESS
    assert task.charge == 150

    import httpx

    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(task.links[0])
    video = tmp_path / "video.mp4"
    video.write_bytes(answer.content)
    clip = probe(video)
    assert clip.video_codec == "h264"
    assert clip.audio_codec == "aac"
    assert clip.width > clip.height


@pytest.mark.parametrize(
    ("prompt", "state", "code"),
    [
        ("[sim:paused] boat", TaskState.REFUSED, 500),
        ("[sim:no-credits] boat", TaskState.REFUSED, 402),
        ("[sim:bad-key] boat", TaskState.REFUSED, 401),
        ("[sim:maintenance] boat", TaskState.REFUSED, 455),
        ("[sim:lost] boat", TaskState.UNCONFIRMED, None),
    ],
)
async def test_what_the_service_says_decides_the_state(
    studio: Studio, simulator: Simulator, prompt: str, state: TaskState, code: int | None
) -> None:
    task = await made(studio, prompt)
    assert (task.state, task.code) == (state, code)
    charged = [charge for charge in simulator.ledger() if charge.ref == task.ref]
    assert len(charged) == (1 if state is TaskState.UNCONFIRMED else 0)


@pytest.mark.parametrize(
    "fault", ["close_before_reading", "close_after_charging", "reset_after_charging", "truncated", "html", "redirect"]
)
async def test_a_lost_answer_is_never_sent_again(studio: Studio, simulator: Simulator, fault: str) -> None:
    simulator.fault("createTask", fault)
    task = await made(studio, "A paper boat")
    assert task.state is TaskState.UNCONFIRMED
    assert task.attempts == 1
    assert sum(charge.ref == task.ref for charge in simulator.ledger()) <= 1


async def test_an_answer_lost_after_the_charge_is_adopted_by_its_id(studio: Studio, simulator: Simulator) -> None:
    simulator.fault("createTask", "close_after_charging")
    lost = await made(studio, "A paper boat")
    [charge] = simulator.ledger()
    found = (await studio.adopt(charge.task_id)).task
    assert found.ref == lost.ref
    assert found.task_id == charge.task_id
    assert found.state in (TaskState.WAITING, TaskState.SUCCESS)


async def test_a_task_made_elsewhere_gets_a_row_of_its_own(studio: Studio, settings: Settings, tmp_path: Path) -> None:
    theirs = await made(studio, "Made at another desk")
    assert theirs.task_id is not None
    other = settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    async with Studio(other) as elsewhere:
        task = (await elsewhere.adopt(theirs.task_id)).task
    assert task.prompt == "Made at another desk"
    assert task.parameters["size"] == "standard"


async def test_a_restart_picks_up_what_runs(settings: Settings, simulator: Simulator) -> None:
    async with Studio(settings) as first:
        first.start()
        sent = await made(first, "A paper boat")
    simulator.finish_all()
    async with Studio(settings) as second:
        assert second.tasks[sent.ref].state is TaskState.WAITING
        second.start()
        [task] = await second.wait([sent.ref])
    assert task.state is TaskState.SUCCESS
    assert len(simulator.ledger()) == 1


async def test_two_programs_on_one_store_see_each_other(studio: Studio, settings: Settings) -> None:
    seen = asyncio.Event()
    studio.subscribe(lambda event: seen.set() if _is_new(event) else None)
    async with Studio(settings) as other:
        other.start()
        task = await made(other, "Sent by a command")
        await seen.wait()
    assert studio.tasks[task.ref].prompt == "Sent by a command"


def _is_being_sent(event: Event) -> bool:
    return isinstance(event, TaskChanged) and event.task.state is TaskState.SENDING


def _is_new(event: Event) -> bool:
    return isinstance(event, TaskChanged) and event.previous is None


async def test_closing_waits_for_the_answer(settings: Settings, simulator: Simulator) -> None:
    async with Studio(settings) as closing:
        on_its_way = asyncio.Event()
        closing.subscribe(lambda event: on_its_way.set() if _is_being_sent(event) else None)
        closing.start()
        sent = [await closing.submit(draft(f"Boat {number}")) for number in range(5)]
        await on_its_way.wait()
    charged = {charge.ref for charge in simulator.ledger()}
    async with Studio(settings) as reopened:
        states = {task.ref: reopened.tasks[task.ref].state for task in sent}
    assert {ref for ref, state in states.items() if state is not TaskState.QUEUED} == charged


async def test_a_wrong_draft_is_never_written_down(studio: Studio, simulator: Simulator) -> None:
    for wrong in (draft(""), draft("x" * 10_001), Draft("boat", MODEL, {"n_frames": 10}), Draft("boat", "unknown")):
        with pytest.raises(InvalidDraft):
            await studio.submit(wrong)
    assert not studio.tasks
    assert not simulator.ledger()


async def test_waiting_may_end_before_the_task(studio: Studio) -> None:
    task = await made(studio, "[sim:stuck] boat")
    with pytest.raises(WaitTimeout):
        await studio.wait([task.ref], 0.05)


async def test_tasks_are_found_by_the_beginning_of_their_ref(studio: Studio) -> None:
    task = await made(studio, "A paper boat")
    assert await studio.get(task.ref[:8]) == await studio.get(task.ref)
    assert (await studio.get(task.task_id or "")).ref == task.ref
    with pytest.raises(UnknownTask):
        await studio.get("nothing")
    for number in range(17):  # by the pigeonhole two of them begin alike
        await studio.submit(draft(f"Boat {number}"))
    first = [ref[0] for ref in studio.tasks]
    with pytest.raises(AmbiguousTask):
        await studio.get(max(first, key=first.count))


async def test_only_an_unconfirmed_task_can_be_let_go(studio: Studio) -> None:
    lost = await made(studio, "[sim:lost] boat")
    assert (await studio.abandon(lost.ref)).state is TaskState.ABANDONED
    with pytest.raises(WrongState):
        await studio.abandon(lost.ref)


async def test_the_request_as_curl_holds_no_key(studio: Studio) -> None:
    task = await made(studio, "It's a boat")
    shown = studio.request_as_curl(task)
    assert "demo-test" not in shown
    assert "$SORA_TUI_API_KEY" in shown


async def test_a_draft_survives(studio: Studio, settings: Settings) -> None:
    kept = Draft("half a thou", MODEL, {"size": "high"})
    await studio.save_draft(kept)
    assert await studio.load_draft() == kept
    assert (settings.data_dir / "draft.json").stat().st_mode & 0o077 == 0
