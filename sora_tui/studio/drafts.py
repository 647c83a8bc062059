"""The draft being written, kept in a file so that a crash loses no words."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from sora_tui.studio.private_file import write_private
from sora_tui.studio.task import Draft, Json

_FILE = "draft.json"


def save_draft(data_dir: Path, draft: Draft, vary: str = "") -> None:
    """Keeps the draft and the settings it goes through: whole or not at all, readable by the user alone.

    Raises:
        OSError: it could not be written; the one kept before is still there.
    """
    write_private(data_dir / _FILE, json.dumps({**asdict(draft), "parameters": dict(draft.parameters), "vary": vary}))


def load_draft(data_dir: Path) -> Draft | None:
    """The draft kept last; None if there is none, or none that can be read."""
    kept = _kept(data_dir)
    prompt, model, parameters = kept.get("prompt"), kept.get("model"), kept.get("parameters")
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


def load_vary(data_dir: Path) -> str:
    """The settings that the draft kept last goes through, as they were written; empty where it goes through none."""
    vary = _kept(data_dir).get("vary")
    return vary if isinstance(vary, str) else ""


def _kept(data_dir: Path) -> dict[str, Json]:
    try:
        kept = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
