"""A damaged store at the start: said on a screen, repaired there, and what was recovered is told in the studio."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.backups import back_up
from sora_tui.studio.instances import Instance
from sora_tui.studio.schema import FILE_NAME
from sora_tui.tui.screens.damaged import DamagedScreen
from sora_tui.tui.screens.studio import StudioScreen
from tests.tui.kit import plain, running, said, tasks_of, until
from tests.unit.studio.scripted_service import put_in_store, waiting
from tests.unit.studio.virtual_time import EPOCH_MS

LETTER = b"This is a letter, not a database. " * 200


@pytest.fixture
def damaged(settings: Settings) -> Path:
    """A store of two tasks of which a backup has one, damaged."""
    path = settings.data_dir / FILE_NAME
    put_in_store(settings, waiting(1, settings, task_id=None))
    back_up(path, EPOCH_MS)
    path.write_bytes(LETTER)
    return path


def is_untouched(path: Path) -> bool:
    return path.read_bytes() == LETTER


def words(shown: str) -> str:
    """What stands in the frame, in one line."""
    return " ".join(shown.replace("│", " ").split())


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (60, 24)])
async def test_what_is_wrong_and_what_a_repair_would_use_is_said(
    settings: Settings, damaged: Path, size: tuple[int, int]
) -> None:
    async with running(settings, size) as pilot:
        await until(pilot, lambda: "1 task from the backup" in words(plain(pilot)))
        assert "file is not a database" in words(plain(pilot))
        assert {"Repair", "Quit"} <= set(words(plain(pilot)).split())
        await pilot.press("escape")
    assert pilot.app.return_code == 0
    assert is_untouched(damaged)


async def test_a_repair_opens_the_studio_and_tells_what_was_recovered(settings: Settings, damaged: Path) -> None:
    async with running(settings) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, StudioScreen))
        await until(pilot, lambda: "The store is repaired" in said(pilot))
        assert [task.prompt for task in tasks_of(pilot)] == ["Boat 1"]
        [kept] = damaged.parent.glob(f"{FILE_NAME}.corrupt-*[0-9]")
        assert str(kept) in said(pilot)
        assert is_untouched(kept)


async def test_a_repair_that_cannot_be_made_is_said_and_can_be_tried_again(settings: Settings, damaged: Path) -> None:
    other = Instance(damaged.parent)
    other.hold()
    async with running(settings) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "Another sora-tui has the store open" in words(plain(pilot)))
        assert isinstance(pilot.app.screen, DamagedScreen)
        assert is_untouched(damaged)
        other.release()
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, StudioScreen))
