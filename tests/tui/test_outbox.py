"""The outbox on the screen: what waits, in which order, and what can be done before anything is paid."""

from __future__ import annotations

from textual.pilot import Pilot

from sora_tui.settings import Settings
from sora_tui.studio.task import TaskState
from sora_tui.tui.app import SoraApp
from sora_tui.tui.screens.batch import BatchScreen, EditPromptScreen
from sora_tui.tui.screens.confirm import ConfirmScreen
from sora_tui.tui.screens.outbox import OutboxScreen
from sora_tui.tui.widgets.prompt_editor import PromptEditor
from tests.tui.kit import plain, running, said, screen_of, tasks_of, until


async def held_batch(pilot: Pilot[object], prompt: str = "A {red|blue|green} boat") -> None:
    screen_of(pilot).prompt.editor.put(prompt)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, BatchScreen) and pilot.app.screen.is_mounted)
    await pilot.pause()
    await pilot.press("h")
    await until(pilot, lambda: len(tasks_of(pilot)) == 3)


async def open_outbox(pilot: Pilot[object]) -> None:
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(pilot.app.screen, OutboxScreen) and pilot.app.screen.is_mounted)
    await pilot.pause()


def waiting(pilot: Pilot[object]) -> list[str]:
    app = pilot.app
    assert isinstance(app, SoraApp)
    assert app.studio is not None
    return [task.prompt for task in app.studio.outbox.tasks]


async def test_an_empty_outbox_says_what_it_is_for(settings: Settings) -> None:
    async with running(settings) as pilot:
        await open_outbox(pilot)
        assert "Nothing waits to be sent." in plain(pilot)
        await pilot.press("h", "x", "e", "k", "j", "space", "a")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))


async def test_held_tasks_stand_apart_and_are_released_one_or_all(settings: Settings) -> None:
    async with running(settings) as pilot:
        await held_batch(pilot)
        await open_outbox(pilot)
        assert "0 to be sent · 3 held" in plain(pilot)
        await pilot.press("h")
        await until(pilot, lambda: sum(not task.is_held for task in tasks_of(pilot)) == 1)
        await pilot.press("a", "h")
        await until(pilot, lambda: all(task.state is not TaskState.QUEUED for task in tasks_of(pilot)))
        await until(pilot, lambda: "Nothing waits to be sent." in plain(pilot))


async def test_the_order_is_changed(settings: Settings) -> None:
    async with running(settings) as pilot:
        await held_batch(pilot)
        await open_outbox(pilot)
        assert waiting(pilot) == ["A red boat", "A blue boat", "A green boat"]
        await pilot.press("j")
        await until(pilot, lambda: waiting(pilot) == ["A blue boat", "A red boat", "A green boat"])
        await pilot.press("j")
        await until(pilot, lambda: waiting(pilot) == ["A blue boat", "A green boat", "A red boat"])
        await pilot.press("k")
        await until(pilot, lambda: waiting(pilot) == ["A blue boat", "A red boat", "A green boat"])


async def test_dropping_asks_once_and_sends_nothing(settings: Settings) -> None:
    async with running(settings) as pilot:
        await held_batch(pilot)
        await open_outbox(pilot)
        await pilot.press("space", "space", "x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen) and pilot.app.screen.is_mounted)
        assert "Drop 2 tasks?" in plain(pilot)
        await pilot.press("y")
        await until(pilot, lambda: waiting(pilot) == ["A green boat"])
        assert sorted(task.attempts for task in tasks_of(pilot)) == [0, 0, 0]


async def test_a_prompt_is_changed_in_its_place(settings: Settings) -> None:
    async with running(settings) as pilot:
        await held_batch(pilot)
        await open_outbox(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EditPromptScreen) and pilot.app.screen.is_mounted)
        await pilot.pause()
        pilot.app.screen.query_one(PromptEditor).put("A pale boat")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: waiting(pilot) == ["A pale boat", "A blue boat", "A green boat"])
        assert all(task.is_held for task in tasks_of(pilot) if task.state is TaskState.QUEUED)


async def test_a_paused_outbox_is_said_everywhere_and_sends_nothing(settings: Settings) -> None:
    async with running(settings) as pilot:
        await open_outbox(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "Sending is paused" in plain(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "Sending is paused" in plain(pilot).splitlines()[0])
        screen_of(pilot).prompt.editor.put("A boat")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: waiting(pilot) == ["A boat"])
        await open_outbox(pilot)
        await pilot.press("p")
        await until(pilot, lambda: waiting(pilot) == [])
        await until(pilot, lambda: "Sending is paused" not in plain(pilot))


async def test_h_on_a_task_holds_and_releases_it(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A boat")
        await pilot.press("f10")
        await until(pilot, lambda: len(tasks_of(pilot)) == 1)
        await pilot.press("f3", "h")
        await until(pilot, lambda: tasks_of(pilot)[0].state is not TaskState.QUEUED)
        await until(pilot, lambda: "It is sent as soon as can be." in said(pilot))
        await pilot.press("h")
        await until(pilot, lambda: "Only for a task that is not sent yet." in said(pilot))
