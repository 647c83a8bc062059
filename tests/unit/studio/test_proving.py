"""A task id alone finds the row it belongs to, only where that is certain."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from sora_tui.kie.envelope import read_answer
from sora_tui.kie.errors import Refused
from sora_tui.kie.messages import EchoedRequest, TaskRecord, Verdict
from sora_tui.settings import Settings
from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.pace import GUESTS_PER_SECOND
from sora_tui.studio.proving import MOST_IDS, AdoptedAs, Adoption, ids_in, owner_of, rebuilt, summary
from sora_tui.studio.task import Task, TaskState
from tests.unit.kie.wire import enveloped
from tests.unit.studio.scripted_service import MODEL, a_desk, put_in_store, raising
from tests.unit.studio.stored import ORIGIN, queued, running
from tests.unit.studio.virtual_time import EPOCH_MS, in_virtual_time

SECOND_MS = 1_000
MINUTE_MS = 60_000


def lost(number: int = 1, **changes: Any) -> Task:
    """A task whose answer was lost, sent when virtual time began."""
    told: dict[str, Any] = {
        "state": TaskState.UNCONFIRMED,
        "model": MODEL,
        "prompt": "A paper boat",
        "sent_at": EPOCH_MS,
        "attempts": 1,
    }
    return queued(number, **{**told, **changes})


def record(**changes: Any) -> TaskRecord:
    """What the service says of the task that `lost` asked for, made two seconds after it was sent."""
    told: dict[str, Any] = {
        "task_id": "task-9",
        "model": MODEL,
        "state": "generating",
        "created_at_ms": EPOCH_MS + 2 * SECOND_MS,
        "request": asked(),
    }
    return TaskRecord(**{**told, **changes})


def asked(**changes: Any) -> EchoedRequest:
    told: dict[str, Any] = {"model": MODEL, "prompt": "A paper boat", "parameters": {"size": "standard"}}
    return EchoedRequest(**{**told, **changes})


def test_the_same_request_at_the_time_of_the_send_is_that_task() -> None:
    assert owner_of(record(), [lost()], ORIGIN) == lost()


@pytest.mark.parametrize("echoed", [{}, {"prompt": ""}, {"prompt": None}])
def test_a_request_without_a_prompt_is_found_again(echoed: dict[str, Any]) -> None:
    upscale = lost(prompt="", parameters={"image_url": "https://a.example/1.png"})
    param = {"model": MODEL, "input": json.dumps({"image_url": "https://a.example/1.png", **echoed})}
    data = {"taskId": "task-9", "state": "generating", "createTime": EPOCH_MS, "param": json.dumps(param)}
    told = TaskRecord.from_answer(read_answer(200, enveloped(data)))
    assert owner_of(told, [lost(2), upscale], ORIGIN) == upscale
    assert rebuilt(told, ORIGIN, EPOCH_MS).prompt == ""


def test_our_ref_in_the_callback_is_proof_whatever_else_differs() -> None:
    ours = record(
        created_at_ms=None,
        request=asked(prompt="cut by the service", call_back_url=f"https://hooks.example/in/{lost(2).ref}"),
    )
    assert owner_of(ours, [lost(1), lost(2), lost(3)], ORIGIN) == lost(2)


def test_a_likeness_counts_for_nothing_where_the_callback_bears_the_ref_of_another_send() -> None:
    theirs = record(request=asked(call_back_url=f"https://hooks.example/in/{lost(2).ref}"))
    assert owner_of(theirs, [lost(1)], ORIGIN) is None
    assert owner_of(theirs, [lost(1), lost(2, state=TaskState.WAITING)], ORIGIN) is None
    resold = record(request=asked(call_back_url=f"https://reseller.example/{lost(2).ref}/done"))
    assert owner_of(resold, [lost(1)], ORIGIN) == lost(1)


def test_the_proof_counts_before_a_likeness() -> None:
    ours = record(request=asked(call_back_url=f"https://hooks.example/in/{lost(1).ref}"))
    assert owner_of(ours, [lost(2), lost(1, prompt="Another", sent_at=1), lost(3)], ORIGIN) == lost(
        1, prompt="Another", sent_at=1
    )


@pytest.mark.parametrize(
    "other",
    [
        asked(prompt="A paper boat "),
        asked(prompt=""),
        asked(model="another-model"),
        asked(parameters={"size": "high"}),
        asked(parameters={}),
        asked(parameters={"size": "standard", "seed": 1}),
        None,
    ],
    ids=["a space more", "no prompt", "another model", "another value", "a field less", "a field more", "no echo"],
)
def test_another_request_is_nobodys(other: EchoedRequest | None) -> None:
    assert owner_of(record(request=other), [lost()], ORIGIN) is None


def test_a_service_that_does_not_repeat_the_model_is_believed_by_the_rest() -> None:
    assert owner_of(record(request=asked(model="")), [lost()], ORIGIN) == lost()


@pytest.mark.parametrize(
    ("after_ms", "is_ours"),
    [
        (-2 * MINUTE_MS - 1, False),
        (-2 * MINUTE_MS, True),
        (0, True),
        (15 * MINUTE_MS, True),
        (15 * MINUTE_MS + 1, False),
        (24 * 60 * MINUTE_MS, False),
    ],
)
def test_the_same_request_at_another_time_is_another_task(after_ms: int, is_ours: bool) -> None:
    found = owner_of(record(created_at_ms=EPOCH_MS + after_ms), [lost()], ORIGIN)
    assert (found is not None) == is_ours


def test_without_a_time_on_either_side_likeness_proves_nothing() -> None:
    assert owner_of(record(created_at_ms=None), [lost()], ORIGIN) is None
    assert owner_of(record(), [lost(sent_at=None)], ORIGIN) is None


@pytest.mark.parametrize("state", [state for state in TaskState if state is not TaskState.UNCONFIRMED])
def test_only_a_task_whose_answer_was_lost_can_be_found_again(state: TaskState) -> None:
    known = lost(state=state)
    told = record(request=asked(call_back_url=f"https://hooks.example/in/{known.ref}"))
    assert owner_of(told, [known], ORIGIN) is None


def test_a_task_of_another_service_is_never_the_one() -> None:
    told = record(request=asked(call_back_url=f"https://hooks.example/in/{lost().ref}"))
    assert owner_of(told, [lost(origin="demo")], ORIGIN) is None


def test_of_several_alike_it_is_the_one_sent_last_before_the_service_made_it() -> None:
    tasks = [lost(number, sent_at=EPOCH_MS - number * MINUTE_MS) for number in (3, 1, 2)]
    assert owner_of(record(), tasks, ORIGIN) == tasks[1]


def test_one_sent_after_the_service_made_it_is_not_preferred_to_one_sent_before() -> None:
    first, second = lost(1), lost(2, sent_at=EPOCH_MS + MINUTE_MS)
    assert owner_of(record(), [first, second], ORIGIN) == first


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.RUNNING, TaskState.WAITING), (Verdict.SUCCESS, TaskState.SUCCESS), (Verdict.FAIL, TaskState.FAIL)],
)
def test_a_task_made_elsewhere_becomes_a_row_of_what_the_service_repeats(verdict: Verdict, state: TaskState) -> None:
    link = "https://files.example/9.mp4"
    task = rebuilt(record(verdict=verdict, links=(link,), credits_consumed=150.0), ORIGIN, EPOCH_MS + MINUTE_MS)
    assert (task.state, task.task_id, task.model, task.prompt, task.parameters, task.origin) == (
        state,
        "task-9",
        MODEL,
        "A paper boat",
        {"size": "standard"},
        ORIGIN,
    )
    assert (task.created_at, task.sent_at, task.attempts) == (EPOCH_MS + 2 * SECOND_MS, None, 0)
    assert task.credits == 150.0
    assert task.links == ((link,) if state is TaskState.SUCCESS else ())


def test_a_task_made_elsewhere_of_which_nothing_is_repeated_is_a_row_all_the_same() -> None:
    one, other = (rebuilt(TaskRecord(task_id="task-9"), ORIGIN, EPOCH_MS) for _ in range(2))
    assert (one.model, one.prompt, one.parameters, one.created_at) == ("", "", {}, EPOCH_MS)
    assert one.ref != other.ref
    assert len(one.ref) == 32


async def told(_: str) -> TaskRecord:
    return record(raw='{"code":200}')


@in_virtual_time
async def test_adopting_finds_the_lost_task_and_goes_on_with_it(settings: Settings) -> None:
    put_in_store(settings, lost(origin=settings.origin))
    async with a_desk(settings.data_dir.parent, settings=settings) as desk:
        desk.service.answer_look = told
        adoption = await desk.studio.adopt("task-9")
        task = adoption.task
        assert adoption.how is AdoptedAs.MATCHED
        assert task == await desk.studio.get("task-9")
        assert (task.ref, task.state) == (lost().ref, TaskState.WAITING)
        assert len(desk.studio.tasks) == 1
        assert await desk.studio.raw(task.ref) == '{"code":200}'
        asked_before = len(desk.service.looks)
        await desk.pass_s(30)
        assert len(desk.service.looks) > asked_before, "it is watched like any other"
        assert not desk.service.creates


@in_virtual_time
async def test_adopting_a_task_made_elsewhere_adds_a_row_once(settings: Settings) -> None:
    async with a_desk(settings.data_dir.parent, settings=settings) as desk:
        desk.service.answer_look = told
        adoption = await desk.studio.adopt("task-9")
        assert adoption.how is AdoptedAs.NEW
        looks = len(desk.service.looks)
        assert await desk.studio.adopt("task-9") == Adoption(adoption.task, AdoptedAs.KNOWN)
        assert len(desk.service.looks) == looks, "a known id asks nothing"
        assert list(desk.studio.tasks) == [adoption.task.ref]


@in_virtual_time
async def test_an_id_the_service_does_not_know_adds_nothing_and_is_said(settings: Settings) -> None:
    async with a_desk(settings.data_dir.parent, settings=settings) as desk:
        desk.service.answer_look = raising(Refused("no", code=422, text="recordInfo is null", http_status=200))
        with pytest.raises(NotAnswered, match=r"\w+\. \w+"):
            await desk.studio.adopt("task-9")
        assert not desk.studio.tasks


@in_virtual_time
async def test_two_that_adopt_the_same_task_get_the_same_row(settings: Settings) -> None:
    folder = settings.data_dir.parent
    async with a_desk(folder, settings=settings) as desk, a_desk(folder, settings=settings) as other:
        desk.service.answer_look = other.service.answer_look = told
        first, second, third = await asyncio.gather(
            desk.studio.adopt("task-9"), desk.studio.adopt("task-9"), other.studio.adopt("task-9")
        )
        assert first.task.ref == second.task.ref == third.task.ref
        assert [one.how for one in (first, second, third)].count(AdoptedAs.NEW) == 1


def hexadecimal(number: int) -> str:
    return f"{number:032x}"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (hexadecimal(10), [hexadecimal(10)]),
        (f"  {hexadecimal(10)}\n", [hexadecimal(10)]),
        ("task_sora-2-pro-text-to-video_1765183463848", ["task_sora-2-pro-text-to-video_1765183463848"]),
        ("task_veo/3.1_1765183463848,", ["task_veo/3.1_1765183463848"]),
        (f"{hexadecimal(2)}\tsuccess\n{hexadecimal(1)}\tfail\n", [hexadecimal(2), hexadecimal(1)]),
        (f'{{"taskId":"{hexadecimal(3)}","recordId":"{hexadecimal(3)}"}}', [hexadecimal(3)]),
        (f"https://tempfile.example/v/{hexadecimal(4)}_1790.mp4", [hexadecimal(4)]),
        ("an-id-of-a-new-kind", ["an-id-of-a-new-kind"]),
        ("no id here", []),
        (hexadecimal(5) + "0", [hexadecimal(5) + "0"]),
        (f"x {hexadecimal(5)}0", []),
        ("", []),
        (" \n", []),
        ("x" * 201, []),
    ],
)
def test_ids_are_found_in_whatever_is_pasted(text: str, ids: list[str]) -> None:
    assert ids_in(text) == ids


def test_our_own_refs_are_no_ids() -> None:
    raw = f'{{"taskId":"{hexadecimal(1)}","callBackUrl":"https://hooks.example/in/{hexadecimal(2)}"}}'
    assert ids_in(raw, [hexadecimal(2)]) == [hexadecimal(1)]
    assert ids_in(hexadecimal(2), [hexadecimal(2)]) == []


def test_a_text_full_of_ids_is_looked_up_in_parts() -> None:
    ids = [hexadecimal(number) for number in range(MOST_IDS + 1)]
    assert ids_in(" ".join(ids)) == ids[:MOST_IDS]


@in_virtual_time
async def test_the_ref_in_the_callback_is_said_to_be_proof(settings: Settings) -> None:
    put_in_store(settings, lost(origin=settings.origin))
    async with a_desk(settings.data_dir.parent, settings=settings) as desk:

        async def ours(_: str) -> TaskRecord:
            return record(request=asked(prompt="cut", call_back_url=f"https://hooks.example/in/{lost().ref}"))

        desk.service.answer_look = ours
        adoption = await desk.studio.adopt("task-9")
        assert (adoption.task.ref, adoption.how) == (lost().ref, AdoptedAs.PROVED)
        assert "Proved" in adoption.sentence


@in_virtual_time
async def test_many_ids_are_looked_up_at_the_common_pace_and_slowly_by_one_that_does_not_ask(
    settings: Settings,
) -> None:
    folder = settings.data_dir.parent
    async with a_desk(folder, settings=settings) as desk, a_desk(folder, settings=settings) as other:
        await desk.pass_s(2)
        for asker, number, per_second in ((desk, 40, settings.poll_rate), (other, 10, GUESTS_PER_SECOND)):
            seconds = number / per_second
            began = desk.clock.monotonic()
            await asyncio.gather(*(asker.studio.adopt(f"{id(asker)}-{place}") for place in range(number)))
            looks = [look.at for look in asker.service.looks if look.about.startswith(str(id(asker)))]
            assert len(looks) == number
            assert max(looks) - began >= seconds - seconds / number - 0.1
            assert max(looks) - began <= 1.2 * seconds


@in_virtual_time
async def test_the_same_id_at_another_service_is_another_task(settings: Settings) -> None:
    put_in_store(settings, running(9, origin="https://reseller.example"))
    async with a_desk(settings.data_dir.parent, settings=settings) as desk:
        desk.service.answer_look = told
        assert (await desk.studio.adopt("task-9")).how is AdoptedAs.NEW
        assert len(desk.studio.tasks) == 2


def test_of_several_ids_it_is_counted_what_became_of_them() -> None:
    told = [
        Adoption(running(1), how)
        for how in (AdoptedAs.PROVED, AdoptedAs.MATCHED, AdoptedAs.NEW, AdoptedAs.KNOWN, AdoptedAs.KNOWN)
    ]
    assert summary(told, 1) == (
        "6 ids: 2 found the row whose answer was lost, 1 got a row of its own, 2 in the list already, 1 not found."
    )
    assert summary([], 2) == "2 ids: 2 not found."
