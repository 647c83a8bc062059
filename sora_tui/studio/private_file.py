"""Small files beside the store: written whole or not at all, readable by the user alone."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4


def write_private(path: Path, text: str) -> None:
    """Puts `text` into the file at `path`, whose folder must be there.

    Raises:
        OSError: it could not be written; what the file held before is still there.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
