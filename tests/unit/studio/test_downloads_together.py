"""Several downloads of one task, told as one."""

from __future__ import annotations

from sora_tui.studio.collecting import Download, DownloadState, together

RUNNING, WAITING, FAILED = DownloadState.RUNNING, DownloadState.WAITING, DownloadState.FAILED


def test_none_is_none_and_one_is_itself() -> None:
    one = Download("r", 3, FAILED, problem="Gone.")
    assert together([]) is None
    assert together([one]) is one


def test_what_runs_is_added_up() -> None:
    some = [Download("r", 0, RUNNING, 10, 100, 5.0), Download("r", 1, WAITING), Download("r", 2, RUNNING, 30, 100, 7.0)]
    found = together(some)
    assert found is not None
    assert (found.received, found.total, found.bytes_per_second) == (40, 200, 12.0)
    assert found.share == 0.2


def test_where_one_length_is_not_known_the_whole_is_not() -> None:
    found = together([Download("r", 0, RUNNING, 10, 100), Download("r", 1, RUNNING, 30)])
    assert found is not None
    assert found.total is None
    assert found.bytes_per_second is None


def test_what_waits_is_told_before_what_failed() -> None:
    waits = Download("r", 1, WAITING)
    assert together([Download("r", 0, FAILED, problem="Gone."), waits]) == waits
