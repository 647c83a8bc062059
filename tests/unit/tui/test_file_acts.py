"""Downloading by hand: what is asked of the studio, and what is said of how it went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from sora_tui.desktop.opener import OpenResult
from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.tui.file_acts import FileActs, how_it_went

TASK: Any = SimpleNamespace(ref="r1", links=("https://example.org/a.mp4",), files=())


def _acts(before: list[Download], made: list[Download], after: list[Download]) -> tuple[FileActs, Any, Any]:
    collecting = Mock(collect=AsyncMock(return_value=made), stop=AsyncMock(return_value=1), settled=AsyncMock())
    collecting.progress_of = Mock(return_value=before)
    collecting.settled = AsyncMock(return_value=after)
    app: Any = Mock()
    return FileActs(app, Mock(collecting=collecting)), collecting, app


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


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What was opened, and with which command; a path with `gone` in it can't be."""
    from sora_tui.desktop import opener

    asked: list[tuple[str, ...]] = []

    async def open_file(path: Path, player: Sequence[str] = ()) -> OpenResult:
        asked.append((str(path), *player))
        return OpenResult("gone" not in str(path), f"{path} is no longer there." if "gone" in str(path) else "Opening.")

    async def open_link(url: str) -> OpenResult:
        asked.append((url,))
        return OpenResult(True, "Opening the video.")

    monkeypatch.setattr(opener, "open_file", open_file)
    monkeypatch.setattr(opener, "open_link", open_link)
    return asked


def _task(ref: str, *files: str) -> Any:
    return SimpleNamespace(ref=ref, prompt=ref, links=(f"https://example.org/{ref}.mp4",), files=files)


def _openers(player: str = "") -> tuple[FileActs, Any]:
    app: Any = Mock()
    return FileActs(app, Mock(settings=SimpleNamespace(player=player))), app


async def test_films_are_opened_with_the_player_pictures_and_links_are_not(opened: list[tuple[str, ...]]) -> None:
    acts, app = _openers("mpv '--title=a film'")
    await acts.open_all([_task("a", "/v/a.mp4"), _task("b", "/v/b.png"), _task("c")])
    assert opened == [("/v/a.mp4", "mpv", "--title=a film"), ("/v/b.png",), ("https://example.org/c.mp4",)]
    app.say.assert_called_once_with("Opening 3 results.")


async def test_what_could_not_be_opened_is_said_beside_what_could(opened: list[tuple[str, ...]]) -> None:
    acts, app = _openers()
    await acts.open_all([_task("a", "/v/a.mp4"), _task("b", "/gone/b.mp4"), _task("c")])
    assert [call.args[0] for call in app.say.call_args_list] == [
        "Opening 2 results.",
        "/gone/b.mp4 is no longer there.",
    ]
    assert len(opened) == 3


async def test_before_many_windows_it_asks(opened: list[tuple[str, ...]]) -> None:
    acts, app = _openers()
    many = [_task(str(number), f"/v/{number}.mp4") for number in range(6)]
    await acts.open_all(many)
    assert opened == []
    screen, answered = app.push_screen.call_args.args
    assert screen.question.title == "Open 6 results?"
    answered(False)
    app.spawn.assert_not_called()
    answered(True)
    await app.spawn.call_args.args[0]
    assert len(opened) == 6
