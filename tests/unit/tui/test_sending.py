"""From a press to the studio: a question where one is due, each draft once, and a word on what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from sora_tui.studio.caps import CapReached, Caps, PriceUnknown
from sora_tui.studio.errors import NotUploaded, StudioError
from sora_tui.studio.prices import Basis, Quote
from sora_tui.studio.recalling import TurnedAway
from sora_tui.studio.refusals import Likeness
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, Task, TaskState
from sora_tui.studio.uploads import UploadProgress
from sora_tui.tui.again import send_again
from sora_tui.tui.caution import Caution
from sora_tui.tui.screens.confirm import ConfirmScreen
from sora_tui.tui.sending import STILL_UPLOADING, Sending
from sora_tui.tui.terminal import SafeApp
from tests.unit.tui.tasks import a_task

KOI, BOAT = Draft("koi", "m"), Draft("boat", "m")


class Remembering:
    """Stands in for the memory of what was refused: every prompt that says `blood` is like it."""

    def __init__(self) -> None:
        self.is_loaded = True
        self.may_load = asyncio.Event()

    async def load(self) -> None:
        await self.may_load.wait()
        self.is_loaded = True

    def likeness(self, prompts: Sequence[str]) -> Likeness | None:
        assert self.is_loaded
        refused = TurnedAway("r" * 32, "a bloody brawl", "m", 0, "no")
        return next((Likeness(p, refused, ("blood",), 0.8) for p in prompts if "blood" in p), None)


class Capped:
    """Stands in for the outbox: with caps, so much is left of today's."""

    def __init__(self) -> None:
        self.caps: Caps = Caps()
        self.left = 0.0
        self.asked: list[list[float | None]] = []

    async def foresee(self, stakes: Sequence[float | None]) -> float | None:
        self.asked.append(list(stakes))
        if self.left < 0:
            raise CapReached("Over the cap.", "cap_day", 1.0)
        return self.left if self.caps else None


class Writing:
    """Stands in for the studio: writes drafts down once it is let, and can't write those named in `broken`."""

    balance: float | None = 1000.0

    def __init__(self) -> None:
        self.refusals, self.outbox = Remembering(), Capped()
        self.written: list[Draft] = []
        self.held: list[Draft] = []
        self.tasks: dict[str, Task] = {}
        self.broken: Mapping[str, Exception] = {}
        self.is_uploading, self.uploaded = asyncio.Event(), asyncio.Event()
        self.may = asyncio.Event()
        self.may.set()

    def quote(self, _draft: Draft) -> Quote:
        return Quote(100.0, Basis.LISTED)

    async def retries_of(self, refs: Collection[str]) -> int:
        return sum(task.retry_of in refs for task in self.tasks.values())

    async def prepared(self, draft: Draft, on_progress: Callable[[UploadProgress], None]) -> Draft:
        if "image" not in draft.parameters:
            return draft
        if draft.parameters["image"] == "broken.png":
            raise NotUploaded("broken.png can't be read. Choose another file.")
        on_progress(UploadProgress(Path("/a/photo.png"), 63, 100))
        self.is_uploading.set()
        await self.uploaded.wait()
        return replace(draft, parameters={"image": "https://host/photo.png"})

    async def submit_all(
        self, drafts: list[Draft], *, is_held: bool = False, accepts_unknown_price: bool = False
    ) -> list[Task]:
        await self.may.wait()
        for draft in drafts:
            error = self.broken.get(draft.prompt)
            if error is not None and not (isinstance(error, PriceUnknown) and accepts_unknown_price):
                raise error
        self.written += drafts
        self.held += [draft for draft in drafts if is_held]
        return [a_task(draft.prompt, TaskState.QUEUED) for draft in drafts]


class Asking:
    """Stands in for the app: keeps questions until a test answers them, and what it was given to do."""

    def __init__(self) -> None:
        self.questions: list[ConfirmScreen] = []
        self.answers: list[Callable[[bool | None], None]] = []
        self.work: list[asyncio.Task[object]] = []
        self.said: list[str] = []

    def push_screen(self, screen: ConfirmScreen, answered: Callable[[bool | None], None]) -> None:
        self.questions.append(screen)
        self.answers.append(answered)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def spawn(self, work: Coroutine[Any, Any, object], *, name: str) -> asyncio.Task[object]:
        self.work.append(asyncio.create_task(work, name=name))
        return self.work[-1]


class Bench:
    """The way of a draft with stand-ins at both ends."""

    def __init__(self) -> None:
        self.app, self.studio = Asking(), Writing()
        self.sending = Sending(cast(SafeApp, self.app), cast(Studio, self.studio), Caution(lambda: 0.0, above=500))
        self.sent: list[str] = []
        self.failed: list[str] = []

    def send(self, *drafts: Draft) -> None:
        self.sending.send(drafts, lambda task: self.sent.append(task.ref), lambda e: self.failed.append(str(e)))

    async def send_again(self, *tasks: Task) -> None:
        studio = cast(Studio, self.studio)
        sent, failed = (lambda task: self.sent.append(task.ref)), (lambda e: self.failed.append(str(e)))
        await send_again(tasks, studio, self.sending, sent, failed)


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_a_plain_draft_is_written_down_without_a_question(bench: Bench) -> None:
    bench.send(KOI)
    await bench.sending.finish()
    assert (bench.studio.written, bench.sent, bench.app.questions) == ([KOI], ["koi"], [])


async def test_the_second_press_meets_a_question_before_the_first_is_written_down(bench: Bench) -> None:
    bench.studio.may.clear()
    bench.send(KOI)
    bench.send(KOI)
    assert len(bench.app.questions) == 1
    bench.studio.may.set()
    await bench.sending.finish()
    assert bench.studio.written == [KOI]


@pytest.mark.parametrize("answer", [False, None])
async def test_nothing_is_sent_without_a_yes(bench: Bench, answer: bool | None) -> None:
    bench.send(KOI, BOAT)
    bench.app.answers[0](answer)
    await bench.sending.finish()
    assert bench.studio.written == []
    bench.send(BOAT)
    assert len(bench.app.questions) == 1  # what was not sent is not remembered as sent


async def test_after_a_yes_all_are_sent_in_their_order(bench: Bench) -> None:
    bench.send(KOI, BOAT)
    assert bench.sending.handing_over == 0
    bench.app.answers[0](True)
    await bench.sending.finish()
    assert bench.studio.written == [KOI, BOAT]
    assert bench.sent == ["koi", "boat"]


async def test_what_is_being_written_down_is_counted_and_waited_for(bench: Bench) -> None:
    bench.studio.may.clear()
    bench.send(KOI)
    assert bench.sending.handing_over == 1
    ending = asyncio.create_task(bench.sending.finish())
    await asyncio.sleep(0)
    assert not ending.done()
    bench.studio.may.set()
    await ending
    assert bench.studio.written == [KOI]
    assert bench.sending.handing_over == 0


async def test_with_nothing_on_its_way_there_is_nothing_to_wait_for(bench: Bench) -> None:
    await bench.sending.finish()
    assert bench.sending.handing_over == 0


async def test_where_one_cant_be_written_down_none_is_and_it_is_said(bench: Bench) -> None:
    bench.studio.broken = {"boat": StudioError("The disk is full.")}
    bench.send(KOI, BOAT, Draft("rail", "m"))
    bench.app.answers[0](True)
    await bench.sending.finish()
    assert (bench.sent, bench.studio.written, bench.failed) == ([], [], ["The disk is full."])


async def test_where_one_can_not_be_uploaded_none_is_sent(bench: Bench) -> None:
    bench.send(KOI, Draft("rail", "m", {"image": "broken.png"}))
    bench.app.answers[0](True)
    await bench.sending.finish()
    assert (bench.sent, bench.studio.written) == ([], [])
    assert bench.failed == ["broken.png can't be read. Choose another file."]


async def test_a_batch_that_was_confirmed_elsewhere_is_sent_or_held_without_a_question(bench: Bench) -> None:
    sent = lambda task: bench.sent.append(task.ref)  # noqa: E731
    bench.sending.send_all([KOI, BOAT], sent, lambda _: None, is_held=True)
    await bench.sending.finish()
    assert (bench.studio.written, bench.studio.held, bench.sent) == ([KOI, BOAT], [KOI, BOAT], ["koi", "boat"])
    assert bench.app.questions == []
    bench.send(KOI)  # but what was sent is remembered
    assert "a moment ago" in bench.app.questions[0].question.text


async def test_where_caps_stand_and_no_price_is_known_the_user_says(bench: Bench) -> None:
    bench.studio.broken = {"koi": PriceUnknown("The price is not known.", "cap_day", 100.0)}
    bench.send(KOI)
    await bench.sending.finish()
    assert (bench.sent, bench.failed) == ([], [])
    assert bench.app.questions[0].question.text == "The price is not known."
    bench.app.answers[0](True)
    await bench.sending.finish()
    assert bench.sent == ["koi"]


async def test_a_fault_of_our_own_is_left_to_rise(bench: Bench) -> None:
    bench.studio.broken = {"koi": RuntimeError("a defect")}
    bench.send(KOI)
    await bench.sending.finish()
    assert isinstance(bench.app.work[0].exception(), RuntimeError)
    assert bench.failed == []


async def test_running_again_keeps_the_wording_and_says_where_it_came_from(bench: Bench) -> None:
    parameters = {"size": "high"}
    await bench.send_again(a_task("r1", TaskState.SUCCESS, prompt="koi", model="m", parameters=parameters))
    await bench.sending.finish()
    assert bench.studio.written == [Draft("koi", "m", {"size": "high"}, parent_ref="r1")]
    assert bench.studio.written[0].parameters is not parameters


@pytest.mark.parametrize("state", [TaskState.UNCONFIRMED, TaskState.EXPIRED])
async def test_a_lost_one_is_sent_again_only_after_a_warning(bench: Bench, state: TaskState) -> None:
    await bench.send_again(a_task("r1", state, prompt="koi", model="m"))
    assert bench.studio.written == []
    assert bench.app.questions[0].question.warning
    bench.app.answers[0](True)
    await bench.sending.finish()
    assert bench.studio.written == [Draft("koi", "m", {}, retry_of="r1")]


async def test_the_warning_knows_what_was_sent_again_and_what_the_balance_says(bench: Bench) -> None:
    lost = a_task("r1", TaskState.UNCONFIRMED, price=100.0, balance_before=500.0, balance_after=400.0)
    bench.studio.tasks = {"r1": lost, "r2": a_task("r2", TaskState.UNCONFIRMED, retry_of="r1"), "r3": a_task("r3")}
    await bench.send_again(lost)
    question = bench.app.questions[0].question
    assert "once already" in question.text
    assert "from 500 to 400" in dict(question.facts)["The balance says"]


async def test_among_several_only_the_lost_one_is_called_a_retry(bench: Bench) -> None:
    lost, done = a_task("r1", TaskState.UNCONFIRMED), a_task("r2", TaskState.FAIL)
    await bench.send_again(lost, done)
    assert "The answer to 1 of them was lost" in bench.app.questions[0].question.text
    bench.app.answers[0](True)
    await bench.sending.finish()
    assert [(draft.retry_of, draft.parent_ref) for draft in bench.studio.written] == [("r1", None), (None, "r2")]


async def test_running_again_says_why_it_could_not(bench: Bench) -> None:
    bench.studio.broken = {"koi": StudioError("There is no key.")}
    await bench.send_again(a_task("r1", TaskState.FAIL, prompt="koi"))
    await bench.sending.finish()
    assert bench.failed == ["There is no key."]


PICTURE = Draft("koi", "m", {"image": "photo.png"})


async def test_files_are_uploaded_first_and_how_far_they_are_is_told(bench: Bench) -> None:
    told: list[str] = []
    bench.sending.on_uploading = told.append
    bench.send(PICTURE)
    await bench.studio.is_uploading.wait()
    assert told == ["Uploading photo.png 63 %"]
    assert bench.studio.written == []
    bench.studio.uploaded.set()
    await asyncio.wait(bench.app.work)
    assert told[-1] == ""
    assert [draft.parameters for draft in bench.studio.written] == [{"image": "https://host/photo.png"}]


async def test_pressed_again_while_it_is_uploaded_it_is_sent_once(bench: Bench) -> None:
    told: list[str] = []
    bench.sending.on_uploading = told.append
    bench.send(PICTURE)
    await bench.studio.is_uploading.wait()
    bench.send(PICTURE)
    assert bench.app.said == [STILL_UPLOADING]
    assert bench.app.questions == []
    bench.studio.uploaded.set()
    await asyncio.wait(bench.app.work)
    assert len(bench.studio.written) == 1


async def test_a_stopped_upload_sends_nothing_and_is_no_failure(bench: Bench) -> None:
    told: list[str] = []
    bench.sending.on_uploading = told.append
    assert not bench.sending.stop_uploading()
    bench.send(PICTURE)
    await bench.studio.is_uploading.wait()
    assert bench.sending.stop_uploading()
    await bench.sending.finish()
    assert (bench.studio.written, bench.sent, bench.failed, told[-1]) == ([], [], [], "")
    assert bench.sending.handing_over == 0


async def test_what_needs_no_upload_is_sent_though_the_program_ends(bench: Bench) -> None:
    bench.send(KOI)
    await asyncio.sleep(0)
    await bench.sending.finish()
    assert bench.studio.written == [KOI]


async def test_a_file_that_can_not_be_uploaded_is_told_and_nothing_is_sent(bench: Bench) -> None:
    bench.send(Draft("koi", "m", {"image": "broken.png"}))
    await bench.sending.finish()
    assert (bench.failed, bench.studio.written) == (["broken.png can't be read. Choose another file."], [])


BLOODY = Draft("blood on the snow", "m")


async def test_a_prompt_like_a_refused_one_is_asked_about_once(bench: Bench) -> None:
    bench.send(BLOODY)
    (screen,) = bench.app.questions
    assert "both say “blood”" in screen.question.text
    assert ("Refused then", "a bloody brawl") in screen.question.facts
    assert screen.question.warning
    bench.app.answers[0](False)
    bench.send(BLOODY)
    assert len(bench.app.questions) == 2  # who thought better of it is told again
    bench.app.answers[1](True)
    await bench.sending.finish()
    assert bench.studio.written == [BLOODY]
    bench.sending._caution._sent.clear()
    bench.send(BLOODY)
    await bench.sending.finish()
    assert (len(bench.app.questions), bench.studio.written) == (2, [BLOODY, BLOODY])


async def test_where_there_is_a_question_already_the_refusal_is_part_of_it(bench: Bench) -> None:
    task = replace(a_task("lost", TaskState.UNCONFIRMED), prompt="blood on the snow")
    bench.studio.tasks[task.ref] = task
    await bench.send_again(task)
    (screen,) = bench.app.questions
    assert "pay twice" in screen.question.text
    assert "both say “blood”" in screen.question.text


async def test_what_was_refused_is_waited_for_and_a_key_held_down_sends_once(bench: Bench) -> None:
    bench.studio.refusals.is_loaded = False
    bench.send(KOI)
    bench.send(KOI)
    await asyncio.sleep(0)
    assert (bench.studio.written, bench.app.questions, len(bench.app.work)) == ([], [], 1)
    bench.studio.refusals.may_load.set()
    await bench.app.work[0]
    await bench.sending.finish()
    assert bench.studio.written == [KOI]


async def test_what_a_cap_forbids_is_not_even_asked_about(bench: Bench) -> None:
    bench.studio.outbox.caps, bench.studio.outbox.left = Caps(day=150), -1.0
    bench.studio.refusals.may_load.set()
    bench.send(KOI, BOAT)
    await bench.app.work[0]
    assert bench.studio.outbox.asked == [[100.0, 100.0]]
    assert (bench.failed, bench.app.questions, bench.studio.written) == (["Over the cap."], [], [])


async def test_the_question_says_what_is_left_of_todays_cap(bench: Bench) -> None:
    bench.studio.outbox.caps, bench.studio.outbox.left = Caps(day=500), 300.0
    bench.studio.refusals.may_load.set()
    bench.send(KOI, BOAT)
    await bench.app.work[0]
    assert ("Left today", "300 credits (cap_day)") in bench.app.questions[0].question.facts
