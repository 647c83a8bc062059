"""Acts that make files of tasks, for other programs and other people. Pure values."""

from __future__ import annotations

from sora_tui.tui import situation as only
from sora_tui.tui.act import Act, Where

TAKING_OUT: tuple[Act, ...] = (
    Act(
        "export",
        "Export",
        "Export tasks to a file",
        "Writes the marked tasks, without marks all that is shown, to a new file in the download folder. "
        "`sora-tui import` reads it in again.",
        (),
        Where.PALETTE,
        None,
        only.some,
    ),
    Act(
        "gallery",
        "Gallery",
        "Gallery of the results",
        "Makes a page of the marked tasks, without marks of all that is shown, and opens it in the browser: posters "
        "that play, prompt, settings, cost and rating.",
        (),
        Where.PALETTE,
        None,
        only.some,
    ),
    Act(
        "report",
        "Report",
        "Report for the service's support",
        "Writes what support asks for about this task to a file in the download folder: ids, times, code, request. "
        "No secret is in it.",
        (),
        Where.PALETTE,
        None,
        only.one,
    ),
)
