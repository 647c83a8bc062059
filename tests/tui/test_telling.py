"""Being told: only one who looks elsewhere, once for what ends together, and never in quiet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from sora_tui.settings import Settings
from sora_tui.studio.events import Notice
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.app import SoraApp
from sora_tui.tui.telling import words_for
from sora_tui.tui.widgets.code_card import card_for
from tests.tui.kit import running, said, screen_of, send, tasks_of, until


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sequences the terminal is sent, and the bells."""
    told: list[str] = []
    monkeypatch.setattr(SoraApp, "write_to_terminal", lambda _, sequence: told.append(sequence))
    monkeypatch.setattr(SoraApp, "bell", lambda _: told.append("\a"))
    return told


def task(state: TaskState, prompt: str = "koi") -> Task:
    return Task(ref="1" * 32, state=state, model="m", prompt=prompt, parameters={}, origin="demo", created_at=0)


async def ended(pilot: Pilot[object]) -> None:
    await until(pilot, lambda: bool(tasks_of(pilot)) and not any(task.state.is_running for task in tasks_of(pilot)))


async def test_one_who_looks_elsewhere_is_told_once_for_all_that_ends_together(
    settings: Settings, told: list[str]
) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:disabled] koi")
        await send(pilot, "[sim:disabled] rail")
        await ended(pilot)
        assert "\a" not in told
        pilot.app.post_message(events.AppBlur())
        await until(pilot, lambda: not pilot.app.app_focus)
        for prompt in ("[sim:disabled] boat", "[sim:lost] lighthouse"):
            screen_of(pilot).prompt.editor.put(prompt)
            screen_of(pilot).action_act("send")
        await until(pilot, lambda: "\a" in told)
        assert [sequence for sequence in told if "2 tasks: 1 failed, 1 unsure" in sequence]
        assert told.count("\a") == 1


async def test_in_quiet_nothing_rings(settings: Settings, told: list[str]) -> None:
    async with running(settings.model_copy(update={"quiet": True})) as pilot:
        pilot.app.post_message(events.AppBlur())
        await until(pilot, lambda: not pilot.app.app_focus)
        screen_of(pilot).prompt.editor.put("[sim:disabled] koi")
        screen_of(pilot).action_act("send")
        await ended(pilot)
        screen_of(pilot).action_act("quiet")
        await until(pilot, lambda: "You are told when tasks end" in said(pilot))
        screen_of(pilot).prompt.editor.put("[sim:disabled] rail")
        screen_of(pilot).action_act("send")
        await until(pilot, lambda: "\a" in told)
        assert len([sequence for sequence in told if "Failed: [sim:disabled] rail" in sequence]) == 1
        assert not [sequence for sequence in told if "koi" in sequence]


async def test_the_windows_title_counts(settings: Settings, told: list[str]) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:stuck] koi")
        await send(pilot, "[sim:lost] rail")
        await until(pilot, lambda: any("sora-tui · 1 running · 1 needs you" in sequence for sequence in told))


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([TaskState.SUCCESS], "Ready: koi"),
        ([TaskState.FAIL], "Failed: koi"),
        ([TaskState.UNCONFIRMED], "Needs you: koi"),
        ([TaskState.SUCCESS, TaskState.SUCCESS], "2 tasks: 2 ready"),
        ([TaskState.SUCCESS, TaskState.REFUSED, TaskState.UNCONFIRMED], "3 tasks: 1 ready, 1 failed, 1 unsure"),
    ],
)
def test_few_words_say_what_became_of_them(states: list[TaskState], words: str) -> None:
    assert words_for([task(state) for state in states]) == words


def test_a_prompt_is_cut_and_drives_no_terminal() -> None:
    words = words_for([task(TaskState.SUCCESS, "\x1b]52;c;aGk=\a" + "long " * 50)])
    assert len(words) < 80
    assert words.isprintable()


async def test_a_notice_is_not_said_again_at_once_by_each_who_meets_its_cause(settings: Settings) -> None:
    async with running(settings) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        for text in ("The disk is full.", "The disk is full.", "The disk is gone."):
            screen_of(pilot)._heard(Notice(text, topic="store"))
        await until(pilot, lambda: "gone" in said(pilot))
        assert said(pilot) == "The disk is full.\nThe disk is gone."


def test_what_waits_to_be_sent_has_waited_since_the_press() -> None:
    queued = replace(task(TaskState.QUEUED), created_at=1_000, sent_at=9_000, attempts=1)
    assert queued.elapsed_ms(12_000) == 11_000
    assert replace(queued, state=TaskState.WAITING).elapsed_ms(12_000) == 3_000
    assert card_for(queued, 12_000).title == "Waiting for a connection"
    assert card_for(replace(queued, code=429), 12_000).title == "Waiting for its place"
