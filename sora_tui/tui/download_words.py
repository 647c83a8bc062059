"""How far a download is, in words and a bar. Pure; the problems hold words from outside."""

from __future__ import annotations

from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.tui.format import bar, clock

_BAR = 12


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
            return " · ".join([f"Downloading, {download.received / 1e6:.1f} MB so far", *_pace(download)])
        case _:
            return ""


def _pace(download: Download) -> list[str]:
    if not download.bytes_per_second:
        return []
    pace = [f"{download.bytes_per_second / 1e6:.1f} MB/s"]
    if download.eta_s is not None:
        pace.append(f"{clock(round(download.eta_s * 1000))} left")
    return pace
