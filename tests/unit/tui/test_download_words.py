"""What is said of a download."""

from __future__ import annotations

import pytest

from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.tui.download_words import download_cell, download_words

RUNNING, MB = DownloadState.RUNNING, 1_000_000


@pytest.mark.parametrize(
    ("download", "words"),
    [
        (Download("r", 0), "Waiting to be downloaded"),
        (Download("r", 0, problem="No room."), "No room."),
        (Download("r", 0, DownloadState.FAILED, problem="Gone."), "Gone."),
        (Download("r", 0, RUNNING, 42 * MB, 100 * MB), "━━━━━─────── 42 %"),
        (Download("r", 0, RUNNING, 42 * MB, 100 * MB, 14.5 * MB), "━━━━━─────── 42 % · 14.5 MB/s · 0:04 left"),
        (Download("r", 0, RUNNING, 42 * MB, None, 2 * MB), "Downloading, 42.0 MB so far · 2.0 MB/s"),
        (Download("r", 0, DownloadState.CHECKING, 9, 9), "All of it is here and is being checked"),
        (Download("r", 0, DownloadState.DONE, 9, 9, path="/a"), ""),
    ],
)
def test_it_says_how_far_it_is_or_what_is_wrong(download: Download, words: str) -> None:
    assert download_words(download) == words


FAST = Download("r", 0, RUNNING, 42 * MB, 100 * MB, 14.5 * MB)


@pytest.mark.parametrize(
    ("download", "width", "bar", "words"),
    [
        (FAST, 20, "━━───", "14.5 MB/s 0:04"),
        (FAST, 16, "━━───", "0:04 left"),
        (FAST, 12, "━━───", "0:04"),
        (FAST, 10, "━━───", "0:04"),
        (Download("r", 0, RUNNING, 42 * MB, 100 * MB), 20, "", "↓ 42 %"),
        (Download("r", 0, RUNNING, 42 * MB, None, 2 * MB), 20, "", "↓ 42.0 MB"),
        (Download("r", 0, RUNNING, 0, 5_000 * MB, 1), 10, "", "↓ 0 %"),
        (Download("r", 0, RUNNING, 42 * MB, 100 * MB, 84_200.0), 20, "━━───", "84 kB/s 11:28"),
        (Download("r", 0), 10, "", "↓ queued"),
        (Download("r", 0, problem="No room."), 10, "", "↓ later"),
        (Download("r", 0, DownloadState.FAILED, problem="Gone."), 10, "", "↓ failed"),
        (Download("r", 0, DownloadState.CHECKING, 9, 9), 10, "", "↓ checking"),
        (Download("r", 0, DownloadState.DONE, 9, 9, path="/a"), 10, "", ""),
    ],
)
def test_a_cell_has_what_it_has_room_for(download: Download, width: int, bar: str, words: str) -> None:
    assert download_cell(download, width) == (bar, words)
    assert len(bar) + bool(bar) + len(words) <= width
