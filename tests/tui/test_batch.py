"""Variants, settings and files on their way through the batch screen: seen whole, priced, sent together or held."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from sora_tui.settings import Settings
from sora_tui.studio.task import TaskState
from sora_tui.tui.screens.batch import BatchScreen, EditPromptScreen
from sora_tui.tui.screens.confirm import ConfirmScreen
from sora_tui.tui.widgets.prompt_editor import PromptEditor
from tests.tui.kit import plain, running, said, screen_of, tasks_of, until


async def batch_of(pilot: Pilot[object], prompt: str) -> BatchScreen:
    screen_of(pilot).prompt.editor.put(prompt)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(pilot.app.screen, BatchScreen) and pilot.app.screen.is_mounted)
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, BatchScreen)
    return screen


def prompts(pilot: Pilot[object]) -> list[str]:
    return sorted(task.prompt for task in tasks_of(pilot))


async def test_variants_are_counted_and_priced_as_they_are_typed(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A {red|blue} boat at {dawn|dusk}")
        await until(pilot, lambda: "19 of 10,000 · 4 variants" in plain(pilot))
        assert "4 × 330 = 1,320 credits ($6.60)" in plain(pilot)
        screen_of(pilot).prompt.editor.put("A {red|blue boat")
        await until(pilot, lambda: "is never closed" in plain(pilot))


async def test_a_broken_prompt_and_an_empty_hole_are_not_sent(settings: Settings) -> None:
    async with running(settings) as pilot:
        for prompt in ("A {red|blue boat", "A {colour} boat"):
            screen_of(pilot).prompt.editor.put(prompt)
            await pilot.press("ctrl+s")
            await pilot.pause()
            assert pilot.app.screen is screen_of(pilot)
        assert "{colour} must be filled in first" in plain(pilot)
        assert tasks_of(pilot) == []


async def test_doubled_braces_go_out_as_single_ones_and_come_back_doubled(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A {{boat}}")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(tasks_of(pilot)) == 1)
        assert prompts(pilot) == ["A {boat}"]
        await pilot.press("f3", "e")
        await until(pilot, lambda: screen_of(pilot).prompt.editor.text == "A {{boat}}")


async def test_nothing_is_sent_before_it_was_seen_and_then_all_is(settings: Settings) -> None:
    async with running(settings) as pilot:
        await batch_of(pilot, "A {red|blue} boat")
        assert "2 of 2 tasks · 660 credits ($3.30)" in plain(pilot)
        await pilot.press("ctrl+s", "ctrl+s")  # a key held down
        await pilot.pause()
        assert tasks_of(pilot) == []
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 2)
        assert prompts(pilot) == ["A blue boat", "A red boat"]
        assert len({task.batch_ref for task in tasks_of(pilot)}) == 1


async def test_a_row_is_taken_out_and_another_edited(settings: Settings) -> None:
    async with running(settings) as pilot:
        await batch_of(pilot, "A {red|blue|green} boat")
        await pilot.press("space", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EditPromptScreen))
        await pilot.pause()
        pilot.app.screen.query_one(PromptEditor).put("A pale blue boat")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "A pale blue boat" in plain(pilot))
        assert "2 of 3 tasks" in plain(pilot)
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 2)
        assert prompts(pilot) == ["A green boat", "A pale blue boat"]


async def test_all_or_none_and_none_can_not_be_sent(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen = await batch_of(pilot, "A {red|blue} boat")
        await pilot.press("a")
        assert screen.drafts == ()
        await pilot.press("y")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("a")
        assert len(screen.drafts) == 2
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert tasks_of(pilot) == []


async def test_a_held_batch_waits(settings: Settings) -> None:
    async with running(settings) as pilot:
        await batch_of(pilot, "A {red|blue} boat")
        await pilot.press("h")
        await until(pilot, lambda: len(tasks_of(pilot)) == 2)
        assert {(task.state, task.is_held) for task in tasks_of(pilot)} == {(TaskState.QUEUED, True)}
        assert "2 held" in said(pilot)


async def test_one_prompt_is_sent_held_by_its_own_key(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A boat")
        await pilot.press("f10")
        await until(pilot, lambda: len(tasks_of(pilot)) == 1)
        assert tasks_of(pilot)[0].is_held


async def test_settings_are_gone_through(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A {red|blue} boat")
        await pilot.press("ctrl+t")
        screen_of(pilot).prompt.vary.query_one(Input).value = "n_frames=10,15"
        await until(pilot, lambda: "2 variants × 2 settings" in plain(pilot))
        assert "4 tasks, " in plain(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, BatchScreen) and pilot.app.screen.is_mounted)
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 4)
        assert sorted((task.prompt, task.parameters["n_frames"]) for task in tasks_of(pilot)) == [
            ("A blue boat", "10"),
            ("A blue boat", "15"),
            ("A red boat", "10"),
            ("A red boat", "15"),
        ]


async def test_wrong_settings_are_said_and_nothing_is_sent(settings: Settings) -> None:
    async with running(settings) as pilot:
        screen_of(pilot).prompt.editor.put("A boat")
        await pilot.press("ctrl+t")
        screen_of(pilot).prompt.vary.query_one(Input).value = "frames=10"
        line = screen_of(pilot).prompt.vary.query_one("#vary-wrong", Static)
        await until(pilot, lambda: "Did you mean n_frames?" in str(line.content))
        assert line.display
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert (pilot.app.screen, tasks_of(pilot)) == (screen_of(pilot), [])


async def test_a_file_with_a_wrong_row_is_sent_only_once_that_is_out(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "prompts.csv"
    file.write_text("prompt,n_frames\nA boat,10\nA koi,99\nA rail,15\n")
    async with running(settings) as pilot:
        screen_of(pilot)._batching.ask_file()
        await until(pilot, lambda: bool(pilot.app.screen.query("AskScreen Input")))
        pilot.app.screen.query_one(Input).value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, BatchScreen) and "1 of them" in plain(pilot))
        assert "Line 3" in plain(pilot)
        await pilot.press("y")
        await pilot.pause()
        assert tasks_of(pilot) == []
        await pilot.press("w", "y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 2)
        assert prompts(pilot) == ["A boat", "A rail"]


async def test_two_hundred_rows_fit_a_small_terminal(settings: Settings) -> None:
    async with running(settings, (60, 24)) as pilot:
        await pilot.press("f2")
        numbers = "|".join(map(str, range(200)))
        await batch_of(pilot, f"A long prompt about a paper boat in the rain, take {{{numbers}}}")
        await pilot.press("end")
        await until(pilot, lambda: "take 199" in plain(pilot))
        assert "200 of 200 tasks" in plain(pilot)
        assert "20 per 10 s: about 2 min" in plain(pilot)
        assert "Send 200" in plain(pilot)


async def test_a_pasted_list_is_a_batch_or_one_text_as_the_user_says(settings: Settings) -> None:
    pasted = "1. A paper boat in the rain\n2. Neon koi under ice\n3. Desert rail at dawn {x}\n"
    async with running(settings) as pilot:
        editor = screen_of(pilot).prompt.editor
        editor.put("")
        editor.post_message(events.Paste(pasted))
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen) and pilot.app.screen.is_mounted)
        assert "3 prompts: a batch, or one text?" in plain(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert editor.text == pasted
        editor.put("")
        editor.post_message(events.Paste(pasted))
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen) and pilot.app.screen.is_mounted)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, BatchScreen) and pilot.app.screen.is_mounted)
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 3)
        assert prompts(pilot) == ["A paper boat in the rain", "Desert rail at dawn {x}", "Neon koi under ice"]


async def test_a_paste_into_a_text_is_not_asked_about(settings: Settings) -> None:
    async with running(settings) as pilot:
        editor = screen_of(pilot).prompt.editor
        editor.put("A boat\n")
        editor.post_message(events.Paste("- one more boat\n- and a koi\n"))
        await until(pilot, lambda: "and a koi" in editor.text)
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)


async def test_a_prompt_like_a_refused_one_is_said_while_it_is_written_and_before_it_is_paid(
    settings: Settings,
) -> None:
    async with running(settings) as pilot:
        screen = screen_of(pilot)
        screen.prompt.editor.put("[sim:moderated-later] A bloody brawl of two drunk sailors")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any(task.state is TaskState.FAIL for task in tasks_of(pilot)))
        screen.prompt.editor.put("Two drunk sailors in a {bloody|friendly} brawl")
        await until(pilot, lambda: "A prompt like this was refused" in plain(pilot))
        await pilot.press("alt+w")
        await until(pilot, lambda: "Refused, and the draft" in plain(pilot))
        await pilot.press("escape")
        batch = await batch_of(pilot, "Two drunk sailors in a {bloody|friendly} brawl at sea")
        assert "like a refused one" in plain(pilot)
        assert "▲" in str(batch.listed.get_option_at_index(0).prompt)
        await pilot.press("escape")
        screen.prompt.editor.put("Two drunk sailors in a bloody brawl")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "both say" in plain(pilot)
        await pilot.press("escape")
        screen.prompt.editor.put("A paper boat")
        await until(pilot, lambda: "was refused on" not in plain(pilot))
