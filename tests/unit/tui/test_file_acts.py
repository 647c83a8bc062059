"""Downloading by hand: what is asked of the studio, and what is said of how it went."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.tui.file_acts import FileActs, how_it_went

TASK: Any = SimpleNamespace(ref="r1", links=("https://example.org/a.mp4",), files=())


def _acts(before: list[Download], made: list[Download], after: list[Download]) -> tuple[FileActs, Any, Any]:
    collecting = Mock(collect=AsyncMock(return_value=made), stop=AsyncMock(return_value=1), settled=AsyncMock())
    collecting.progress_of = Mock(return_value=before)
    collecting.settled = AsyncMock(return_value=after)
    app: Any = Mock()
    return FileActs(app, Mock(collecting=collecting), AsyncMock()), collecting, app


async def test_a_result_is_downloaded_and_where_it_is_is_said() -> None:
    done = Download("r1", 0, DownloadState.DONE, path="/v/a.mp4")
    acts, collecting, app = _acts([], [Download("r1", 0)], [done])
    await acts.download([TASK])
    collecting.collect.assert_awaited_once_with(["r1"])
    assert [call.args[0] for call in app.say.call_args_list] == [
        "Downloading 1 result. d stops it.",
        "Downloaded: /v/a.mp4",
    ]


async def test_one_on_its_way_is_stopped() -> None:
    acts, collecting, _ = _acts([Download("r1", 0, DownloadState.RUNNING)], [], [])
    await acts.download([TASK])
    collecting.stop.assert_awaited_once_with(["r1"])
    collecting.collect.assert_not_awaited()


async def test_what_is_here_is_not_downloaded_again() -> None:
    acts, _, app = _acts([], [], [])
    await acts.download([TASK])
    app.say.assert_called_once_with("It is on this machine already.")


def test_a_problem_is_said_once() -> None:
    failed = [Download("r1", number, DownloadState.FAILED, problem="The disk is full.") for number in range(2)]
    assert how_it_went(failed) == [("The disk is full.", True)]
