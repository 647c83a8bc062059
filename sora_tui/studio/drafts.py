"""The draft being written, kept in a file so that a crash loses no words."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from sora_tui.studio.private_file import write_private
from sora_tui.studio.task import Draft

_FILE = "draft.json"


def save_draft(data_dir: Path, draft: Draft) -> None:
    """Keeps the draft: whole or not at all, readable by the user alone.

    Raises:
        OSError: it could not be written; the one kept before is still there.
    """
    write_private(data_dir / _FILE, json.dumps({**asdict(draft), "parameters": dict(draft.parameters)}))


def load_draft(data_dir: Path) -> Draft | None:
    """The draft kept last; None if there is none, or none that can be read."""
    try:
        kept = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
        prompt, model, parameters = kept["prompt"], kept["model"], kept["parameters"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not (isinstance(prompt, str) and isinstance(model, str) and isinstance(parameters, dict)):
        return None
    parent, mode = kept.get("parent_ref"), kept.get("mode")
    return Draft(
        prompt,
        model,
        parameters,
        parent_ref=parent if isinstance(parent, str) else None,
        mode=mode if isinstance(mode, str) else "",
    )
