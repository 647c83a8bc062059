"""Links and costs in files: for a terminal whose clipboard can't be reached, and for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.kie.addresses import result_link
from sora_tui.studio.costs import CSV_HEAD, csv_rows
from sora_tui.studio.download_folder import NotSaved, save_text
from sora_tui.studio.file_names import file_names
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.settings import Settings


def save_links(tasks: Sequence[Task], settings: Settings, *, now_ms: int) -> Path:
    """Write the links of tasks, one a line, to a new file in the download folder.

    Args:
        tasks: at least one; the first gives the file its name.
        settings: which folder, and whether the user chose it.
        now_ms: epoch ms.

    Returns:
        Where it is.

    Raises:
        NotSaved: there is no such file; the sentence says why.
    """
    links = [link for task in tasks for link in map(result_link, task.links) if link is not None]
    if not links:
        raise NotSaved("Nothing was saved: there is no https link.")
    text = "".join(f"{link}\n" for link in links)
    return _save("links", tasks[0].ref, "txt", text, settings, now_ms)


def save_costs(tasks: Sequence[Task], settings: Settings, *, now_ms: int) -> Path:
    """Write what each task cost to a new file for a spreadsheet in the download folder. Otherwise as `save_links`."""
    if not tasks:
        raise NotSaved("Nothing was saved: nothing was sent in this time.")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([CSV_HEAD, *csv_rows(tasks)])
    return _save("costs", None, "csv", text.getvalue(), settings, now_ms)


def _save(kind: str, ref: str | None, suffix: str, text: str, settings: Settings, now_ms: int) -> Path:
    day = datetime.fromtimestamp(now_ms / 1000).date()
    is_ours = settings.demo or "download_dir" not in settings.came_from
    return save_text(settings.download_dir, file_names(kind, day, ref, suffix), text, is_ours=is_ours)
