"""How far a download is, in words and a bar: a line of the detail, a cell of the table. Pure.

The problems hold words from outside.
"""

from __future__ import annotations

from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.studio.inputs import megabytes
from sora_tui.tui.format import bar, clock

_BAR = 12
_BRIEF_BAR = 5
ARROW = "↓"
"""Stands before a download in a cell, so that it is not taken for the making."""


def pace(bytes_per_second: float) -> str:
    """How fast it comes: `3.1 MB/s`, `84 kB/s`."""
    return f"{megabytes(round(bytes_per_second))}/s"


def download_words(download: Download) -> str:
    """`━━━━━─────── 42 % · 3.1 MB/s · 0:04 left`, or why it waits or failed."""
    if download.problem:
        return download.problem
    match download.state:
        case DownloadState.WAITING:
            return "Waiting to be downloaded"
        case DownloadState.CHECKING:
            return "All of it is here and is being checked"
        case DownloadState.RUNNING if download.share is not None:
            return " · ".join([f"{bar(download.share, _BAR)} {int(download.share * 100)} %", *_pace(download)])
        case DownloadState.RUNNING:
            return " · ".join([f"Downloading, {megabytes(download.received)} so far", *_pace(download)])
        case _:
            return ""


def download_cell(download: Download, width: int) -> tuple[str, str]:
    """The same in at most `width` cells, 10 or more: a bar, or nothing, and what stands behind it."""
    share = download.share
    match download.state:
        case DownloadState.WAITING:
            return "", f"{ARROW} {'later' if download.problem else 'queued'}"
        case DownloadState.CHECKING:
            return "", f"{ARROW} checking"
        case DownloadState.FAILED:
            return "", f"{ARROW} failed"
        case DownloadState.RUNNING if share is None:
            return "", f"{ARROW} {megabytes(download.received)}"
        case DownloadState.RUNNING if share is not None:
            return _with_bar(download, share, width)
        case _:
            return "", ""


def _with_bar(download: Download, share: float, width: int) -> tuple[str, str]:
    percent = f"{ARROW} {int(share * 100)} %"
    if not download.bytes_per_second or download.eta_s is None:
        return "", percent
    speed = pace(download.bytes_per_second)
    left = clock(round(download.eta_s * 1000))
    drawn = bar(share, _BRIEF_BAR)
    for words in (f"{speed} {left}", f"{left} left", left):
        if len(drawn) + 1 + len(words) <= width:
            return drawn, words
    return "", percent


def _pace(download: Download) -> list[str]:
    if not download.bytes_per_second:
        return []
    words = [pace(download.bytes_per_second)]
    if download.eta_s is not None:
        words.append(f"{clock(round(download.eta_s * 1000))} left")
    return words
