"""Another model for the draft and for tasks, and the guard before a model that can't be had: against the simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sora_tui.kie.profiles import SORA_2_PRO
from sora_tui.settings import Settings, load
from sora_tui.simulator.server import Simulator
from sora_tui.studio.task import TaskState
from sora_tui.tui.screens.confirm import ConfirmScreen
from sora_tui.tui.screens.models import ModelsScreen
from sora_tui.tui.screens.substitutes import SubstitutesScreen
from sora_tui.tui.widgets.model_line import ModelLine
from sora_tui.tui.widgets.prompt_editor import PromptEditor
from tests.tui.kit import plain, running, said, screen_of, send, tasks_of, until

SORA = SORA_2_PRO.model


@pytest.fixture
def withdrawn(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(
        tmp_path / "simulator",
        small_clips=True,
        durations=lambda: 0.2,
        withdrawn=["sora-2"],
        discoveries_per_second=0,
    ) as running:
        yield running


@pytest.fixture
def sold(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(
        tmp_path / "simulator", small_clips=True, durations=lambda: 0.2, discoveries_per_second=0
    ) as running:
        yield running


def settings_for(simulator: Simulator, folder: Path) -> Settings:
    return load(base_url=simulator.url, api_key="demo-test", data_dir=folder / "data", confirm_above=100_000)


@asynccontextmanager
async def guarded(
    simulator: Simulator, tmp_path: Path, size: tuple[int, int] = (160, 45)
) -> AsyncIterator[Pilot[object]]:
    """The program, once it knows that the draft's model can't be had."""
    async with running(settings_for(simulator, tmp_path), size) as pilot:
        await until(pilot, lambda: "can't be had" in said(pilot))
        yield pilot


def is_on(pilot: Pilot[object], kind: type[object]) -> bool:
    return isinstance(pilot.app.screen, kind)


def has_tasks(pilot: Pilot[object], count: int) -> bool:
    return len(tasks_of(pilot)) == count


async def offered(pilot: Pilot[object]) -> SubstitutesScreen:
    await until(pilot, lambda: is_on(pilot, SubstitutesScreen))
    screen = pilot.app.screen
    assert isinstance(screen, SubstitutesScreen)
    await until(pilot, lambda: screen.candidates.highlighted is not None)
    return screen


async def test_at_the_start_it_is_said_without_taking_the_focus(withdrawn: Simulator, tmp_path: Path) -> None:
    async with guarded(withdrawn, tmp_path) as pilot:
        assert "Sora 2 Pro can't be had" in said(pilot)
        assert isinstance(pilot.app.focused, PromptEditor)
        assert "withdrawn" in str(screen_of(pilot).prompt.query_one(ModelLine).render())


async def test_send_offers_substitutes_instead_and_escape_leaves_all_as_it_was(
    withdrawn: Simulator, tmp_path: Path
) -> None:
    async with guarded(withdrawn, tmp_path) as pilot:
        screen_of(pilot).prompt.editor.put("koi under ice")
        before = screen_of(pilot).prompt.draft
        await pilot.press("ctrl+s")
        await offered(pilot)
        await until(pilot, lambda: "Sora 2 Pro can't be had." in plain(pilot))
        await pilot.press("escape")
        await pilot.pause()
        assert screen_of(pilot).prompt.draft == before
        assert tasks_of(pilot) == []


async def test_enter_switches_the_draft_and_the_next_send_goes_out(withdrawn: Simulator, tmp_path: Path) -> None:
    async with guarded(withdrawn, tmp_path) as pilot:
        prompt = screen_of(pilot).prompt
        prompt.editor.put("koi under ice")
        await pilot.press("ctrl+s")
        screen = await offered(pilot)
        wanted = screen.candidates.highlighted
        assert wanted is not None
        await pilot.press("enter")
        await until(pilot, lambda: prompt.model == wanted.model)
        assert prompt.draft.prompt == "koi under ice"
        assert tasks_of(pilot) == [], "switching sends nothing"
        assert "The draft is for" in said(pilot)
        assert "withdrawn" not in str(prompt.query_one(ModelLine).render())
        assert prompt.errors() == []
        await pilot.press("ctrl+s")
        await until(pilot, lambda: [task.model for task in tasks_of(pilot)] == [wanted.model])


async def test_s_sends_it_all_the_same(withdrawn: Simulator, tmp_path: Path) -> None:
    async with guarded(withdrawn, tmp_path) as pilot:
        screen_of(pilot).prompt.editor.put("koi under ice")
        await pilot.press("ctrl+s")
        await offered(pilot)
        await pilot.press("s")
        await until(pilot, lambda: any(task.state is TaskState.REFUSED for task in tasks_of(pilot)))
        await pilot.press("f3")
        await until(pilot, lambda: "m makes it with another model" in plain(pilot))


async def test_a_whole_batch_goes_to_one_other_model_after_a_question(withdrawn: Simulator, tmp_path: Path) -> None:
    async with guarded(withdrawn, tmp_path) as pilot:
        for count, prompt in enumerate(("koi", "boat"), start=1):
            screen_of(pilot).prompt.editor.put(prompt)
            await pilot.press("ctrl+s")
            await offered(pilot)
            await pilot.press("s")
            await until(pilot, partial(has_tasks, pilot, count))
        first = {task.prompt: task.ref for task in tasks_of(pilot)}
        await until(pilot, lambda: all(task.state is TaskState.REFUSED for task in tasks_of(pilot)))
        await pilot.press("f3", "ctrl+a", "m")
        screen = await offered(pilot)
        wanted = screen.candidates.highlighted
        assert wanted is not None
        await until(pilot, lambda: "Price" in plain(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: is_on(pilot, ConfirmScreen))
        assert len(tasks_of(pilot)) == 2, "nothing is sent before it is confirmed"
        assert "instead of Sora 2 Pro" in plain(pilot)
        await pilot.press("y")
        await until(pilot, lambda: len(tasks_of(pilot)) == 4)
        made = [task for task in tasks_of(pilot) if task.model == wanted.model]
        assert {task.prompt: task.parent_ref for task in made} == first


async def test_running_again_what_cannot_be_had_offers_another_model_first(
    withdrawn: Simulator, tmp_path: Path
) -> None:
    async with guarded(withdrawn, tmp_path) as pilot:
        screen_of(pilot).prompt.editor.put("koi")
        await pilot.press("ctrl+s")
        await offered(pilot)
        await pilot.press("s")
        await until(pilot, lambda: any(task.state is TaskState.REFUSED for task in tasks_of(pilot)))
        await pilot.press("f3", "r")
        await offered(pilot)
        await pilot.press("escape")
        assert len(tasks_of(pilot)) == 1


async def test_a_model_is_chosen_from_all_of_them(sold: Simulator, tmp_path: Path) -> None:
    async with running(settings_for(sold, tmp_path)) as pilot:
        prompt = screen_of(pilot).prompt
        prompt.editor.put("koi")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: is_on(pilot, ModelsScreen))
        screen = pilot.app.screen
        assert isinstance(screen, ModelsScreen)
        await until(pilot, lambda: len(screen.models._items) > 3)
        await pilot.press(*"veo 3.1")
        item = screen.models.highlighted
        assert item is not None
        await pilot.press("enter")
        await until(pilot, lambda: prompt.model == item.model)
        assert prompt.errors() == []
        assert prompt.editor.text == "koi"


@pytest.mark.parametrize("key", ["ctrl+o", "f6"])
@pytest.mark.parametrize("pane", ["f2", "f3", "f4"])
async def test_the_models_are_a_key_away_from_everywhere(sold: Simulator, tmp_path: Path, pane: str, key: str) -> None:
    async with running(settings_for(sold, tmp_path)) as pilot:
        await pilot.press(pane, key)
        await until(pilot, lambda: is_on(pilot, ModelsScreen))
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_the_models_line_can_be_clicked(sold: Simulator, tmp_path: Path) -> None:
    async with running(settings_for(sold, tmp_path)) as pilot:
        await pilot.click("#model")
        await until(pilot, lambda: is_on(pilot, ModelsScreen))


async def test_a_task_of_another_model_is_edited_again_though_nothing_is_known_of_it_yet(
    sold: Simulator, tmp_path: Path
) -> None:
    settings = settings_for(sold, tmp_path)
    async with running(settings) as pilot:
        prompt = screen_of(pilot).prompt
        await until(pilot, lambda: bool(tasks_of(pilot)) or bool(pilot.app.studio.market.listings))  # type: ignore[attr-defined]
        await pilot.press("ctrl+o", *"veo 3.1", "enter")
        await until(pilot, lambda: prompt.model != SORA and prompt.profile is not None)
        model = prompt.model
        await send(pilot, "koi")
    for kept in (tmp_path / "data").rglob("*schema*"):
        if kept.is_file():
            kept.unlink()
    async with running(settings) as pilot:
        prompt = screen_of(pilot).prompt
        await pilot.press("f3", "e")
        await until(pilot, lambda: prompt.model == model and prompt.profile is not None)
        assert prompt.editor.text == "koi"
        assert prompt.errors() == []
