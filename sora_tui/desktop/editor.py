"""The user's own editor: a private file with the text, the editor on it, and what it left. Never with our keys."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sora_tui.desktop.environment import child_environment

FOLDER = "editing"
MOST_BYTES = 1_000_000
NONE_SET = "No editor is set. Put its name into EDITOR, as in: export EDITOR=nano"


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an editing.

    Attributes:
        text: as the editor left it; None where there is none to take.
        problem: what the user should know, as a sentence; empty where all went well.
    """

    text: str | None
    problem: str = ""


def editor_command(environment: Mapping[str, str] = os.environ) -> list[str] | None:
    """The command of `VISUAL`, else of `EDITOR`, with its arguments; None where neither can be run."""
    for name in ("VISUAL", "EDITOR"):
        try:
            command = shlex.split(environment.get(name, ""))
        except ValueError:
            continue
        if command and shutil.which(command[0], path=environment.get("PATH")):
            return command
    return None


async def edit(command: list[str], text: str, data_dir: Path) -> Edited:
    """Runs the editor in our terminal, which must have been given up, and waits for its end.

    Args:
        command: of the editor.
        text: to begin with.
        data_dir: a private folder; the file lies in one of its own there while it is edited.
    """
    path = data_dir / FOLDER / f"{os.getpid()}-{uuid4().hex[:8]}.txt"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text.encode("utf-8", "replace").decode("utf-8"))
        running = await asyncio.create_subprocess_exec(*command, str(path), env=child_environment())
        code = await running.wait()
        left = _text_of(path)
    except OSError as error:
        path.unlink(missing_ok=True)
        return Edited(None, f"{command[0]} could not be used: {error.strerror}. The prompt is as it was.")
    path.unlink(missing_ok=True)
    if code < 0:
        return Edited(left, f"{command[0]} was ended from outside. What it had saved is here.")
    if code > 0:
        return Edited(None, f"{command[0]} ended with code {code}: the prompt is as it was.")
    return Edited(left)


def leftovers(data_dir: Path) -> dict[Path, str]:
    """What editors had saved whose program was killed meanwhile. Take the file away once its text is safe."""
    texts = {}
    for path in sorted((data_dir / FOLDER).glob("*-*.txt")):
        if not _is_alive(path.name.partition("-")[0]):
            with suppress(OSError):
                texts[path] = _text_of(path)
    return texts


def _text_of(path: Path) -> str:
    """The text without the newline that editors end a file with."""
    with path.open("rb") as file:
        text = file.read(MOST_BYTES).decode("utf-8", "replace")
    return text.replace("\r\n", "\n").removesuffix("\n")


def _is_alive(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
