"""What is said of a download."""

from __future__ import annotations

import pytest

from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.tui.download_words import download_words

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
