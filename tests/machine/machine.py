"""Everything that can happen to the program, as rules in any order; after each, the judge looks."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sora_tui.kie.envelope import read_answer
from sora_tui.kie.messages import TaskRecord
from sora_tui.kie.profiles import profile_for
from sora_tui.settings import Settings
from sora_tui.studio.errors import StudioError
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.task import Draft
from tests.machine.judge import Broken, Judge, Row
from tests.machine.program import Program
from tests.machine.service import Create, Look, Made, Service
from tests.machine.world import DAY_MS, World
from tests.unit.studio.scripted_service import MODEL

T = TypeVar("T")

MOST_PROGRAMS = 2
NOBODYS_ID = "task-of-nobody"
FORGED_LINK = "https://forged.example/not-yours.mp4"

ANY = st.integers(0, 11)
"""Which of those there are, counted round."""
SOON = st.sampled_from([0.0, 0.1, 1.0, 5.0])
"""Seconds a rule lets pass when it has done what it does."""
LOOKS = st.lists(
    st.sampled_from([*Look, Look.TRUE, Look.TRUE, Look.OVERTAKEN, Look.RUNS_AGAIN]), min_size=1, max_size=3
)


class Forged(StrEnum):
    """What is a lie in a callback."""

    BODY = auto()
    REF = auto()
    ID = auto()


class Promises(RuleBasedStateMachine):
    """The real studio, several of them on one store, and a service that keeps its own books.

    Attributes:
        settings: made once; every run has a data folder of its own within the given one.
        program: what is started.
    """

    settings: Settings
    program: type[Program] = Program

    def __init__(self) -> None:
        super().__init__()
        folder = self.settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        shutil.copy(_empty_store(folder), self.folder / FILE_NAME)
        self.world = World()
        self.programs: list[Program] = []
        self.dead: list[Program] = []
        self.started = 0
        self.is_recovered = True

    @initialize(repeats_callbacks=st.booleans())
    def begin(self, repeats_callbacks: bool) -> None:
        self.service = Service(self.world, repeats_callbacks=repeats_callbacks)
        self.judge = Judge(self.folder / FILE_NAME, self.service)
        self._make_elsewhere("Another's boat", at=0.0, ref="e" * 32)
        self._make_elsewhere("Boat 0", at=-3600.0, ref=None)
        if repeats_callbacks:
            self._make_elsewhere("Boat 0", at=0.0, ref="f" * 32)
        self.start()

    def teardown(self) -> None:
        for program in self.programs:
            program.die()
        self.world.end()
        if hasattr(self, "judge"):
            self.judge.close()
        shutil.rmtree(self.folder)

    # Programs

    @precondition(lambda self: len(self.programs) < MOST_PROGRAMS)
    @rule()
    def start(self) -> None:
        self.started += 1
        settings = self.settings.model_copy(update={"data_dir": self.folder})
        program = self.program(self.world, settings, self.service, self.started)
        self.programs.append(program)
        program.start()
        self.is_recovered = True

    @precondition(lambda self: self.programs)
    @rule(number=ANY, steps=st.integers(0, 30))
    def crash(self, number: int, steps: int) -> None:
        self.world.steps(steps)
        self._die(_one(self.programs, number))

    @precondition(lambda self: self.programs)
    @rule(number=ANY)
    def leave(self, number: int) -> None:
        program = _one(self.programs, number)
        program.leave()
        self.programs.remove(program)

    @precondition(lambda self: self.programs)
    @rule(number=ANY, create=st.sampled_from(Create), seconds=SOON, steps=st.integers(0, 40), is_clean=st.booleans())
    def end_while_sending(self, number: int, create: Create, seconds: float, steps: int, is_clean: bool) -> None:
        program = _one(self.programs, number)
        self.service.creates = [create]
        program.begin(program.studio.submit(Draft(self._prompt(0), MODEL)))
        self.world.pass_s(seconds)
        self.world.steps(steps)
        if is_clean:
            self.leave(self.programs.index(program))
        else:
            self._die(program)

    # Sending

    @precondition(lambda self: self.programs)
    @rule(
        number=ANY,
        boat=st.integers(0, 1),
        creates=st.lists(st.sampled_from(Create), min_size=1, max_size=2),
        steps=st.sampled_from([3, 8, 20, 1000]),
        seconds=SOON,
    )
    def submit(self, number: int, boat: int, creates: list[Create], steps: int, seconds: float) -> None:
        self.service.creates = creates
        self._send(_one(self.programs, number), Draft(self._prompt(boat), MODEL), steps, seconds)

    @precondition(lambda self: self.programs and self._rows("unconfirmed"))
    @rule(number=ANY, row=ANY, boat=st.integers(0, 1), seconds=SOON)
    def send_again(self, number: int, row: int, boat: int, seconds: float) -> None:
        lost = _one(self._rows("unconfirmed"), row)
        draft = Draft(self._prompt(boat), MODEL, retry_of=lost.ref)
        self._send(_one(self.programs, number), draft, 1000, seconds)

    @precondition(lambda self: self.programs and self._rows("queued"))
    @rule(number=ANY, row=ANY)
    def withdraw(self, number: int, row: int) -> None:
        self._act(number, "withdraw", _one(self._rows("queued"), row).ref)

    @precondition(lambda self: self.programs and self._rows("unconfirmed"))
    @rule(number=ANY, row=ANY)
    def abandon(self, number: int, row: int) -> None:
        self._act(number, "abandon", _one(self._rows("unconfirmed"), row).ref)

    # Keeping from being sent

    @precondition(lambda self: self.programs and self._rows("queued"))
    @rule(number=ANY, row=ANY, act=st.sampled_from(["hold", "release", "release", "drop"]), seconds=SOON)
    def keep(self, number: int, row: int, act: str, seconds: float) -> None:
        program = _one(self.programs, number)
        program.do(getattr(program.studio.outbox, act)([_one(self._rows("queued"), row).ref]))
        self.world.pass_s(seconds)

    @precondition(lambda self: self.programs and self._rows("queued"))
    @rule(number=ANY, row=ANY, other=ANY)
    def move(self, number: int, row: int, other: int) -> None:
        program, rows = _one(self.programs, number), self._rows("queued")
        with suppress(StudioError):
            program.do(program.studio.outbox.move(_one(rows, row).ref, _one(rows, other).ref))

    @precondition(lambda self: self.programs)
    @rule(number=ANY, act=st.sampled_from(["pause", "resume", "resume"]), seconds=SOON)
    def pause(self, number: int, act: str, seconds: float) -> None:
        program = _one(self.programs, number)
        program.do(getattr(program.studio.outbox, act)())
        self.world.pass_s(seconds)

    @precondition(lambda self: self.programs)
    @rule(number=ANY, count=st.integers(2, 3), is_held=st.booleans(), steps=st.sampled_from([3, 20]), seconds=SOON)
    def submit_several(self, number: int, count: int, is_held: bool, steps: int, seconds: float) -> None:
        program = _one(self.programs, number)
        drafts = [Draft(f"{self._prompt(0)} of {place}", MODEL) for place in range(count)]
        program.begin(program.studio.submit_all(drafts, is_held=is_held))
        self.world.steps(steps)
        self.world.pass_s(seconds)

    # Time

    @rule(seconds=st.sampled_from([0.5, 2.0, 6.0, 15.0, 40.0]))
    def pass_s(self, seconds: float) -> None:
        self.world.pass_s(seconds)

    @rule(days=st.sampled_from([-1, 1]), seconds=SOON)
    def set_the_clock(self, days: int, seconds: float) -> None:
        self.world.jumped_ms += days * DAY_MS
        self.world.pass_s(seconds)

    # What the service does, and says when it is asked

    @precondition(lambda self: self._unfinished())
    @rule(task=ANY, state=st.sampled_from(["success", "success", "fail"]))
    def end(self, task: int, state: str) -> None:
        _one(self._unfinished(), task).state = state

    @precondition(lambda self: self.programs and self._rows("waiting"))
    @rule(row=ANY, looks=LOOKS, seconds=SOON)
    def answer(self, row: int, looks: list[Look], seconds: float) -> None:
        waiting = _one(self._rows("waiting"), row)
        self.service.looks[waiting.task_id or ""] = looks
        self.world.pass_s(seconds)

    @precondition(lambda self: self.programs and self._rows("waiting"))
    @rule(number=ANY, row=ANY, looks=LOOKS, ends_at=st.integers(0, 2), seconds=SOON)
    def look(self, number: int, row: int, looks: list[Look], ends_at: int, seconds: float) -> None:
        program, waiting = _one(self.programs, number), _one(self._rows("waiting"), row)
        made = self.service.task(waiting.task_id or "")
        for place, look in enumerate(looks):
            if made is not None and place == ends_at:
                made.state = "success"
            self.service.looks[waiting.task_id or ""] = [look]
            if waiting.ref in program.studio.tasks:
                program.begin(program.studio.poll_now(waiting.ref))
            self.world.pass_s(0.2)  # the next question before the answer to this one
        self.world.pass_s(seconds)

    @precondition(lambda self: self.programs)
    @rule(number=ANY, task=ANY, exists=st.integers(0, 9))
    def adopt(self, number: int, task: int, exists: int) -> None:
        self._act(number, "adopt", _one(self.service.tasks(), task).task_id if exists else NOBODYS_ID)

    # Callbacks, whose signature is true whatever the rest is

    @precondition(lambda self: self.programs and self._charged())
    @rule(number=ANY, task=ANY, seconds=SOON)
    def call_back(self, number: int, task: int, seconds: float) -> None:
        made = _one(self._charged(), task)
        _one(self.programs, number).called_back(_body(made.task_id, made.state), made.ref)
        self.world.pass_s(seconds)

    @precondition(lambda self: self.programs and self._charged())
    @rule(number=ANY, task=ANY, row=ANY, forged=st.sampled_from(Forged), seconds=SOON)
    def call_back_with_a_lie(self, number: int, task: int, row: int, forged: Forged, seconds: float) -> None:
        made, other = _one(self._charged(), task), _one(self.judge.rows(), row)
        body, ref = _body(made.task_id, made.state), made.ref
        match forged:
            case Forged.BODY:
                body = _body(made.task_id, "success").model_copy(update={"links": (FORGED_LINK,)})
            case Forged.REF:
                ref = other.ref
            case Forged.ID:
                body, ref = _body(NOBODYS_ID, "success"), other.ref
        _one(self.programs, number).called_back(body, ref)
        self.world.pass_s(seconds)

    # What must hold

    @invariant()
    def no_send_is_charged_twice(self) -> None:
        self.judge.no_send_is_charged_twice()

    @invariant()
    def what_is_charged_has_a_row(self) -> None:
        self.judge.what_is_charged_has_a_row()

    @invariant()
    def what_is_charged_is_never_called_refused(self) -> None:
        self.judge.what_is_charged_is_never_called_refused()

    @invariant()
    def nothing_of_the_dead_is_still_being_sent(self) -> None:
        if self.is_recovered:
            self.judge.nothing_of_the_dead_is_still_being_sent([program.id for program in self.programs])

    @invariant()
    def what_the_user_keeps_is_not_sent(self) -> None:
        self.judge.what_the_user_keeps_is_not_sent()

    @invariant()
    def what_has_ended_never_changes(self) -> None:
        self.judge.what_has_ended_never_changes()

    @invariant()
    def what_is_known_of_a_task_came_from_its_own_record(self) -> None:
        self.judge.what_is_known_of_a_task_came_from_its_own_record()

    @invariant()
    def nothing_raised_that_nobody_expected(self) -> None:
        for program in self.programs:
            for fault in program.loop.faults:
                raise Broken("P8", f"{fault}") from fault.get("exception")

    # Inside

    def _rows(self, state: str) -> list[Row]:
        return [row for row in self.judge.rows() if row.state == state]

    def _charged(self) -> list[Made]:
        return [made for made in self.service.tasks() if made.ref is not None]

    def _unfinished(self) -> list[Made]:
        return [made for made in self.service.tasks() if made.state == "generating"]

    def _prompt(self, boat: int) -> str:
        """Twins only where the records tell them apart: elsewhere only their words can."""
        return (
            f"Boat {boat}" if self.service.repeats_callbacks else f"Boat of {self.world.now!r} {len(self.judge.rows())}"
        )

    def _send(self, program: Program, draft: Draft, steps: int, seconds: float) -> None:
        program.begin(program.studio.submit(draft))
        self.world.steps(steps)
        self.world.pass_s(seconds)

    def _act(self, number: int, act: str, name: str) -> None:
        program = _one(self.programs, number)
        if act != "adopt" and name not in program.studio.tasks:
            return  # it has not followed the others yet
        with suppress(StudioError):
            program.do(getattr(program.studio, act)(name))

    def _die(self, program: Program) -> None:
        program.die()
        self.programs.remove(program)
        self.is_recovered = False

    def _make_elsewhere(self, prompt: str, *, at: float, ref: str | None) -> None:
        profile = profile_for(MODEL)
        assert profile is not None
        request: dict[str, Any] = {"model": MODEL, "input": {"prompt": prompt, **profile.completed({})}}
        if ref is not None:
            request["callBackUrl"] = f"{self.settings.callback_url}/{ref}"
        self.service.make(request, None, at=at)


def _body(task_id: str, state: str) -> TaskRecord:
    """A callback's body, which has the form of a record and is none."""
    data = {"taskId": task_id, "state": state}
    if state == "success":
        data["resultJson"] = json.dumps({"resultUrls": [f"https://files.example/{task_id}.mp4"]})
    return TaskRecord.from_answer(read_answer(200, json.dumps({"code": 200, "data": data}).encode()))


def _one(of: Sequence[T], number: int) -> T:
    return of[number % len(of)]


def _empty_store(folder: Path) -> Path:
    """A store without a task, made once: its schema takes longer to write than a run."""
    path = folder / "empty" / FILE_NAME
    if not path.exists():
        Store(path).close()
    return path
