"""The studio screen with a real studio behind it and the simulator behind that. Nothing sleeps or guesses."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.task import TaskState
from sora_tui.tui.app import SAMPLE
from sora_tui.tui.screens.codes import CodesScreen
from sora_tui.tui.screens.confirm import ConfirmScreen
from sora_tui.tui.screens.help import HelpScreen
from sora_tui.tui.screens.raw import RawScreen
from sora_tui.tui.screens.studio import StudioScreen
from sora_tui.tui.screens.welcome import WelcomeScreen
from tests.tui.kit import plain, running, screen_of, send, tasks_of, until

HOSTILE = "[/red] zoom [b + pan \x1b]52;c;aGk=\x07 \x1b[2J \u202egnp.exe"


async def test_a_prompt_is_sent_followed_and_explained(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "A paper boat")
        assert screen_of(pilot).prompt.editor.text == "A paper boat"
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.SUCCESS)
        await until(pilot, lambda: "200 success" in plain(pilot))
        assert "/files/" in plain(pilot)


async def test_an_empty_prompt_is_said_at_the_field(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not tasks_of(pilot)
        assert screen_of(pilot).query_one("#count").has_class("-wrong")
    assert not simulator.ledger()


async def test_a_key_held_down_pays_once_and_asks(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A paper boat")
        await pilot.press(*["ctrl+s"] * 10)
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("enter")  # the focus is on the answer that costs nothing
        await until(pilot, lambda: bool(simulator.ledger()))
    assert len(simulator.ledger()) == 1


@pytest.mark.parametrize(
    ("mark", "card"),
    [
        ("paused", "500"),
        ("no-credits", "402"),
        ("bad-key", "401"),
        ("moderated", "guardrails"),
        ("lost", "kie.ai/logs"),
    ],
)
async def test_each_refusal_shows_its_card(settings: Settings, mark: str, card: str) -> None:
    async with running(settings) as pilot:
        await send(pilot, f"[sim:{mark}] boat")
        await until(pilot, lambda: not tasks_of(pilot)[0].state.is_running)
        await until(pilot, lambda: card in plain(pilot))


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (80, 24), (60, 24), (40, 20), (1, 1)])
async def test_nothing_breaks_on_hostile_words_at_any_size(settings: Settings, size: tuple[int, int]) -> None:
    async with running(settings, size) as pilot:
        await send(pilot, HOSTILE)
        await until(pilot, lambda: not tasks_of(pilot)[0].state.is_running)
        await pilot.press("f3", "j")
        await until(pilot, lambda: isinstance(pilot.app.screen, RawScreen))
        await pilot.press("escape")
        shown = plain(pilot)
        assert not any(character in shown for character in "\x1b\x07\u202e\x9b")


async def test_edit_again_and_run_again(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "A paper boat")
        await until(pilot, lambda: screen_of(pilot).task_at_hand is not None)
        screen_of(pilot).prompt.clear()
        await pilot.press("f3")
        await until(pilot, lambda: pilot.app.focused is screen_of(pilot).tasks_pane.table)
        await pilot.press("e")
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "A paper boat")
        screen_of(pilot).prompt.editor.put("A paper boat, dusk")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(tasks_of(pilot)) == 2)
        first, second = tasks_of(pilot)
        assert second.parent_ref == first.ref


async def test_help_and_codes_open_and_close(settings: Settings) -> None:
    async with running(settings) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.press("escape")
        screen_of(pilot).action_act("codes")
        await until(pilot, lambda: isinstance(pilot.app.screen, CodesScreen))
        await until(pilot, lambda: "Response codes" in plain(pilot))


async def test_the_draft_comes_back(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("half a thou")
        await pilot.pause()
    async with running(settings) as pilot:
        assert screen_of(pilot).prompt.editor.text == "half a thou"


async def test_without_a_key_there_are_two_ways(settings: Settings, simulator: Simulator) -> None:
    keyless = settings.model_copy(update={"api_key": None})
    async with running(keyless) as pilot:
        welcome = pilot.app.screen
        assert isinstance(welcome, WelcomeScreen)
        await pilot.click("#key")
        await pilot.press(*"bad")
        await pilot.press("enter")
        await until(pilot, lambda: "refused this key" in plain(pilot))
        await pilot.press(*["backspace"] * 3, *"demo-mine", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, StudioScreen))
        assert "demo-mine" not in plain(pilot)


async def test_a_new_demo_has_a_sample(settings: Settings) -> None:
    async with running(settings.for_demo(settings.base_url)) as pilot:
        assert screen_of(pilot).prompt.draft.prompt == SAMPLE
