"""What a start leaves out and the first frame brings back: looking for rubbish where all is in use."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sora_tui.settings import Settings
from sora_tui.tui import app as module
from tests.tui.kit import running
from tests.unit.cli.conftest import Command, command

__all__ = ["command"]


@pytest.fixture(autouse=True)
def _collecting_as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


async def test_from_the_first_frame_on_it_is_collected_again_but_not_what_was_there_before(settings: Settings) -> None:
    gc.disable()
    async with running(settings):
        assert gc.isenabled()
        assert gc.get_freeze_count() > 10_000


async def test_where_it_was_never_left_out_nothing_is_set_aside(settings: Settings) -> None:
    async with running(settings):
        assert gc.isenabled()
        assert gc.get_freeze_count() == 0


def test_the_studio_starts_without_collecting_and_leaves_it_as_it_was(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_on = []

    def run(app: object, **_: object) -> int:
        was_on.append(gc.isenabled())
        return 0

    monkeypatch.setattr(module, "run_safely", run)
    assert command().code == 0
    assert was_on == [False]
    assert gc.isenabled()


def test_a_command_collects_as_any_program(command: Command) -> None:
    assert command("codes", "200").code == 0
    assert gc.isenabled()
