"""`sora-tui import`: there and back by the command line, and a file that is wrong somewhere takes in nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.task import TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import put_in_store, waiting


@pytest.fixture
def export(command: Command, settings: Settings, tmp_path: Path) -> Path:
    """An export of a task that runs, one that is done and one that was never sent."""
    put_in_store(
        settings,
        waiting(1, settings, prompt="a boat"),
        waiting(2, settings, state=TaskState.SUCCESS, links=("https://files.example/k.mp4",), credits=330.0),
        waiting(3, settings, state=TaskState.QUEUED, task_id=None, sent_at=None),
    )
    path = tmp_path / "studio.jsonl"
    assert command("export", "--to", str(path)).code == 0
    return path


@pytest.fixture
def elsewhere(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another store, empty."""
    monkeypatch.setenv("SORA_TUI_DATA_DIR", str(tmp_path / "elsewhere"))


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_there_and_back_again(command: Command, export: Path, form: str) -> None:
    wanted = [line for line in export.read_text().splitlines() if json.loads(line)["state"] != "queued"]
    if form == "json":
        export.write_text(f"[{','.join(export.read_text().splitlines())}]")
    dry = command("import", str(export), "--dry-run")
    assert (dry.code, dry.out) == (0, "")
    assert "2 tasks would be taken in. 1 of them is still running at the service. 1 was never sent" in dry.err
    assert command("export").out == ""
    ended = command("import", str(export))
    assert ended.code == 0, ended.err
    assert "2 tasks were taken in." in ended.err
    assert command("export").out.splitlines() == wanted
    assert "0 tasks were taken in. 2 were there already" in command("import", str(export)).err
    assert command("export").out.splitlines() == wanted


@pytest.mark.usefixtures("elsewhere")
def test_one_wrong_line_and_nothing_comes_in(command: Command, export: Path) -> None:
    export.write_text(export.read_text() + '{"ref": "9c1f"}\n\nboat\n')
    ended = command("import", str(export))
    assert ended.code == 2
    assert "Line 4: state is missing." in ended.err
    assert "Line 6: it is no JSON" in ended.err
    assert "Nothing was imported." in ended.err
    assert command("export").out == ""


@pytest.mark.usefixtures("elsewhere")
def test_a_file_of_something_else_is_said(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(b"\xff\xfe\x00")
    ended = command("import", str(path))
    assert (ended.code, "is not UTF-8" in ended.err) == (2, True)
    path.write_text("boat\n" * 30)
    assert "And 10 more." in command("import", str(path)).err
    assert command("import", str(tmp_path / "gone.json")).code == 2
