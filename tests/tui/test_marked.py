"""Acts on several tasks at once, and taking back what is not sent yet."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from sora_tui.desktop.clipboard import CopyResult, How
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.task import TaskState
from sora_tui.tui.screens.confirm import QUOTES_SHOWN, ConfirmScreen, Question
from sora_tui.tui.themed import ThemedApp
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until


async def test_copying_takes_the_links_of_the_marked_tasks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def copy(text: str, _terminal: object) -> CopyResult:
        copied.append(text)
        return CopyResult(How.CONFIRMED, "copied.")

    monkeypatch.setattr("sora_tui.tui.task_acts.copy", copy)
    async with running(settings) as pilot:
        for prompt in ("koi", "rail", "boat"):
            await send(pilot, prompt)
        await until(pilot, lambda: all(task.links for task in tasks_of(pilot)))
        await pilot.press("f3", "home", "space", "down", "space", "c")
        await until(pilot, lambda: bool(copied))
        koi, _, boat = tasks_of(pilot)
        assert copied == [f"{boat.links[0]}\n{koi.links[0]}"]
        await pilot.press("escape", "c")
        await until(pilot, lambda: len(copied) == 2)
        assert copied[1] == koi.links[0]


async def test_marked_tasks_are_sent_again_after_one_question(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        for prompt in ("koi", "[sim:lost] rail"):
            await send(pilot, prompt)
        await until(pilot, lambda: all(not task.state.is_running for task in tasks_of(pilot)))
        await pilot.press("f3", "home", "space", "space", "r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "The answer to 1 of them was lost" in " ".join(plain(pilot).split())
        assert len(simulator.ledger()) == 2
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 4)
        koi, rail, rail_again, koi_again = tasks_of(pilot)
        assert (rail_again.retry_of, koi_again.parent_ref) == (rail.ref, koi.ref)


async def test_what_waits_for_its_place_is_taken_back(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:throttled] koi")
        await until(pilot, lambda: tasks_of(pilot)[0].attempts == 1)
        await pilot.press("f3")
        await until(pilot, lambda: "x withdraws it before it is sent" in " ".join(plain(pilot).split()))
        await pilot.press("x")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.REFUSED)
        await until(pilot, lambda: "It was not sent" in plain(pilot))
    assert not simulator.ledger()


async def test_what_the_service_has_is_not_let_go(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:stuck] koi")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.WAITING)
        screen_of(pilot).action_act("abandon")
        await until(pilot, lambda: "What the service has can't be stopped" in said(pilot))
        assert tasks_of(pilot)[0].state is TaskState.WAITING


async def test_of_several_taken_back_it_is_said_how_many(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        for prompt in ("koi", "boat"):
            await send(pilot, f"[sim:throttled] {prompt}")
        await until(pilot, lambda: all(task.attempts for task in tasks_of(pilot)))
        await pilot.press("f3", "ctrl+a", "x")
        await until(pilot, lambda: all(task.state is TaskState.REFUSED for task in tasks_of(pilot)))
        await until(pilot, lambda: "2 of 2 tasks were taken back" in said(pilot))
    assert not simulator.ledger()


async def test_asked_about_several_at_once_it_is_said_how_many(settings: Settings) -> None:
    async with running(settings) as pilot:
        for prompt in ("koi", "boat"):
            await send(pilot, f"[sim:stuck] {prompt}")
        await until(pilot, lambda: all(task.state is TaskState.WAITING for task in tasks_of(pilot)))
        await pilot.press("f3", "ctrl+a", "a")
        await until(pilot, lambda: "Asking about 2 tasks" in said(pilot))


async def test_a_question_about_very_many_shows_the_first_and_counts_the_others() -> None:
    question = Question("Let 1,000 go?", "Why", quotes=[f"koi {number}" for number in range(1_000)])
    async with ThemedApp().run_test() as pilot:
        await pilot.app.push_screen(ConfirmScreen(question))
        shown = [str(quote.render()) for quote in pilot.app.screen.query("#quotes Static").results(Static)]
        assert len(shown) == QUOTES_SHOWN + 1
        assert shown[-1] == f"and {1_000 - QUOTES_SHOWN:,} more"
