"""The user's own editor: which it is, what it sees, what is taken from it, and what a killed one left."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from sora_tui.desktop.editor import FOLDER, Edited, edit, editor_command, leftovers

PYTHON = sys.executable


def script(folder: Path, body: str) -> list[str]:
    """An editor that does that with `path`."""
    file = folder / "editor.py"
    file.write_text(f"import os, pathlib, signal, sys\npath = pathlib.Path(sys.argv[1])\n{body}\n")
    return [PYTHON, str(file)]


def test_visual_comes_before_editor_and_what_is_not_there_is_passed_over() -> None:
    path = {"PATH": os.environ["PATH"]}
    assert editor_command({**path, "VISUAL": "sh -c", "EDITOR": "cat"}) == ["sh", "-c"]
    assert editor_command({**path, "VISUAL": "no-such-editor", "EDITOR": "cat"}) == ["cat"]
    assert editor_command({**path, "VISUAL": "'unclosed"}) is None
    assert editor_command(path) is None


async def test_the_text_goes_there_and_comes_back_and_the_private_file_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SORA_TUI_API_KEY", "demo-secret")
    body = (
        "mode = oct(path.stat().st_mode & 0o777) + oct(path.parent.stat().st_mode & 0o777)\n"
        "path.write_text(path.read_text() + mode + os.environ.get('SORA_TUI_API_KEY', 'no key') + '\\n')"
    )
    edited = await edit(script(tmp_path, body), "böat\n\n", tmp_path)
    assert edited == Edited("böat\n\n0o6000o700no key")
    assert list((tmp_path / FOLDER).iterdir()) == []
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700


async def test_an_editor_that_was_killed_leaves_what_it_saved(tmp_path: Path) -> None:
    edited = await edit(script(tmp_path, "path.write_text('new'); os.kill(os.getpid(), signal.SIGKILL)"), "a", tmp_path)
    assert edited.text == "new"
    assert "was ended from outside" in edited.problem
    assert list((tmp_path / FOLDER).iterdir()) == []


async def test_one_that_gives_up_changes_nothing(tmp_path: Path) -> None:
    edited = await edit(script(tmp_path, "path.write_text('new'); sys.exit(3)"), "a", tmp_path)
    assert edited.text is None
    assert "code 3" in edited.problem
    assert (await edit([str(tmp_path / "gone")], "a", tmp_path)).text is None


def test_what_a_dead_program_left_is_found_and_that_of_a_living_one_is_let_be(tmp_path: Path) -> None:
    assert leftovers(tmp_path) == {}
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / f"{os.getpid()}-0a.txt").write_text("being written")
    left = folder / "999999999-0b.txt"
    left.write_text("a boat\n")
    assert leftovers(tmp_path) == {left: "a boat"}
