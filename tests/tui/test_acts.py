"""Single acts of the studio screen: keys in the order in which they were pressed, copying, another key, letting go."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from sora_tui.desktop.clipboard import CopyResult, How
from sora_tui.known_keys import known_keys
from sora_tui.settings import Settings
from sora_tui.simulator.server import Simulator
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import TaskState
from sora_tui.tui.app import SoraApp
from sora_tui.tui.screens.confirm import AskScreen, ConfirmScreen
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until


def press_at_once(pilot: Pilot[object], *keys: str) -> None:
    """Keys that arrive together, as from a fast hand on a slow line: none waits for what the one before it does."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def finished(pilot: Pilot[object]) -> None:
    await until(pilot, lambda: bool(tasks_of(pilot)) and not any(task.state.is_running for task in tasks_of(pilot)))


async def test_what_is_typed_after_a_new_prompt_stays(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("an old wording")
        press_at_once(pilot, "ctrl+n", *"koi")
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "koi")


async def test_what_is_typed_after_sending_is_not_sent(settings: Settings) -> None:
    async with running(settings) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        press_at_once(pilot, *"koi", "ctrl+s", *" at dusk")
        await until(pilot, lambda: len(tasks_of(pilot)) == 1)
        assert tasks_of(pilot)[0].prompt == "koi"
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "koi at dusk")


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (50, 24)])
async def test_a_key_after_the_panes_key_goes_to_that_pane(settings: Settings, size: tuple[int, int]) -> None:
    async with running(settings, size) as pilot:
        await send(pilot, "koi")
        await finished(pilot)
        press_at_once(pilot, "f3", "e")
        await until(pilot, lambda: screen_of(pilot).prompt.draft.parent_ref is not None)
        assert screen_of(pilot).prompt.editor.text == "koi"


@pytest.mark.parametrize(
    ("how", "mark"), [(How.CONFIRMED, "copied ✓"), (How.SENT, "sent to the terminal"), (How.FAILED, "not copied")]
)
async def test_the_mark_beside_a_link_is_honest(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, how: How, mark: str
) -> None:
    copied: list[str] = []

    async def copy(text: str, _terminal: object) -> CopyResult:
        copied.append(text)
        return CopyResult(how, "was tried.")

    monkeypatch.setattr("sora_tui.tui.task_acts.copy", copy)
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await finished(pilot)
        await pilot.press("f3", "c")
        await until(pilot, lambda: mark in plain(pilot))
        assert copied == [tasks_of(pilot)[0].links[0]]


async def test_nothing_is_called_copied_where_no_clipboard_is(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await finished(pilot)
        await pilot.press("f3", "c")
        await until(pilot, lambda: "sent to the terminal" in plain(pilot))
        assert "copied" not in plain(pilot)


async def test_another_key_ends_the_pause(settings: Settings) -> None:
    refused = settings.with_key("sk-not-known-here")
    async with running(refused) as pilot:
        await send(pilot, "koi")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.REFUSED)
        screen_of(pilot).action_act("use_key")
        await until(pilot, lambda: bool(pilot.app.screen.query("AskScreen Input")))
        pilot.app.screen.query_one(Input).value = "demo-another"
        assert "demo-another" not in plain(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: screen_of(pilot).header.status.balance == 10_000)
        await send(pilot, "koi at dusk")
        await until(pilot, lambda: tasks_of(pilot)[-1].state is TaskState.SUCCESS)
        assert not screen_of(pilot).header.status.paused


async def test_both_the_old_and_the_new_key_are_kept_out_of_reports(settings: Settings) -> None:
    async with running(settings) as pilot:
        app = pilot.app
        assert isinstance(app, SoraApp)
        await until(pilot, lambda: app.studio is not None)
        assert app.studio is not None
        await app.studio.use_key(SecretStr("demo-another"))
        assert {"demo-test", "demo-another"} <= known_keys()


async def test_one_can_leave_though_closing_fails(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Studio) -> None:
        raise OSError("the disk is gone")

    async with running(settings) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        monkeypatch.setattr(Studio, "close", broken)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)


async def test_the_demo_asks_for_no_key(settings: Settings) -> None:
    async with running(settings.for_demo(settings.base_url)) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        screen_of(pilot).action_act("use_key")
        await until(pilot, lambda: "needs no key" in said(pilot))


async def test_a_lost_send_is_let_go_only_after_a_question(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:lost] koi")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.UNCONFIRMED)
        await pilot.press("f3", "x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("escape", "x")
        assert tasks_of(pilot)[0].state is TaskState.UNCONFIRMED
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.ABANDONED)
    assert len(simulator.ledger()) == 1


async def test_a_lost_send_is_sent_again_only_knowingly(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:lost] koi")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.UNCONFIRMED)
        await pilot.press("f3", "r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert len(simulator.ledger()) == 1
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 2)
        first, second = tasks_of(pilot)
        assert second.retry_of == first.ref


async def test_a_lost_send_is_adopted_by_its_id(settings: Settings, simulator: Simulator) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:lost] koi")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.UNCONFIRMED)
        await pilot.press("f3", "i")
        await until(pilot, lambda: bool(pilot.app.screen.query("AskScreen Input")))
        pilot.app.screen.query_one(Input).value = simulator.ledger()[0].task_id
        await pilot.press("enter")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.SUCCESS)
        assert len(tasks_of(pilot)) == 1


async def test_a_pasted_table_of_several_lines_brings_every_task_in_it(
    settings: Settings, simulator: Simulator
) -> None:
    async with running(settings) as pilot:
        for prompt in ("[sim:lost] koi", "[sim:lost] boat"):
            await send(pilot, prompt)
        await until(pilot, lambda: all(task.state is TaskState.UNCONFIRMED for task in tasks_of(pilot)))
        await pilot.press("f3", "i")
        await until(pilot, lambda: bool(pilot.app.screen.query("AskScreen Input")))
        table = "\n".join(f"{charge.task_id}\tsuccess\t330" for charge in simulator.ledger())
        pilot.app.screen.query_one(Input).post_message(events.Paste(table))
        await until(pilot, lambda: bool(pilot.app.screen.query_one(Input).value))
        await pilot.press("enter")
        await until(pilot, lambda: all(task.state is TaskState.SUCCESS for task in tasks_of(pilot)))
        assert {task.task_id for task in tasks_of(pilot)} == {charge.task_id for charge in simulator.ledger()}
        await until(pilot, lambda: "2 ids: 2 found the row whose answer was lost." in said(pilot))


async def test_a_task_made_elsewhere_is_taken_in_from_the_palette(settings: Settings, simulator: Simulator) -> None:
    async with running(settings.model_copy(update={"data_dir": settings.data_dir / "elsewhere"})) as pilot:
        await send(pilot, "Made at another desk")
        await finished(pilot)
    async with running(settings) as pilot:
        screen_of(pilot).action_act("take_in")
        await until(pilot, lambda: bool(pilot.app.screen.query("AskScreen Input")))
        pilot.app.screen.query_one(Input).value = simulator.ledger()[0].task_id
        await pilot.press("enter")
        await until(pilot, lambda: [task.prompt for task in tasks_of(pilot)] == ["Made at another desk"])
        await until(pilot, lambda: "a row of its own" in said(pilot))


async def test_a_parked_task_says_so_and_is_asked_about_again(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "[sim:stuck] koi")
        await until(pilot, lambda: tasks_of(pilot)[0].state is TaskState.WAITING)
        await pilot.press("f3", "z")
        await until(pilot, lambda: tasks_of(pilot)[0].is_parked and "parked" in plain(pilot))
        await pilot.press("z")
        await until(pilot, lambda: not tasks_of(pilot)[0].is_parked)


async def test_the_digits_pick_a_link_and_say_when_there_is_none(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await finished(pilot)
        await pilot.press("f3", "7")
        await until(pilot, lambda: "There is no link 7" in said(pilot))


async def test_tags_are_edited_in_a_line_and_given_to_the_marked_tasks(settings: Settings) -> None:
    async with running(settings) as pilot:
        for prompt in ("koi", "boat"):
            await send(pilot, prompt)
        await finished(pilot)
        press_at_once(pilot, "f3", "t")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskScreen))
        await pilot.press(*"Night #v2", "enter")
        await until(pilot, lambda: tags(pilot) == {"koi": (), "boat": ("Night", "v2")})
        assert "Tagged Night, v2." in said(pilot)
        await until(pilot, lambda: "Night, v2" in plain(pilot))

        press_at_once(pilot, "space", "down", "space", "t")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskScreen))
        assert pilot.app.screen.query_one(Input).value == ""  # what not all of them have is not touched
        await pilot.press(*"night new", "enter")
        await until(pilot, lambda: tags(pilot) == {"koi": ("night", "new"), "boat": ("Night", "v2", "new")})

        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskScreen))
        line = pilot.app.screen.query_one(Input)
        assert line.value.lower() == "night new"
        line.value = ""
        await pilot.press("enter")
        await until(pilot, lambda: tags(pilot) == {"koi": (), "boat": ("v2",)})
        assert "The tags are gone." in said(pilot)


async def test_a_bad_tag_is_said_and_changes_nothing(settings: Settings) -> None:
    async with running(settings) as pilot:
        await send(pilot, "koi")
        await finished(pilot)
        press_at_once(pilot, "f3", "t")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskScreen))
        pilot.app.screen.query_one(Input).value = "boat none"
        await pilot.press("enter")
        await until(pilot, lambda: "none can't be a tag" in said(pilot))
        assert tags(pilot) == {"koi": ()}


def tags(pilot: Pilot[object]) -> dict[str, tuple[str, ...]]:
    return {task.prompt: task.tags for task in tasks_of(pilot)}
