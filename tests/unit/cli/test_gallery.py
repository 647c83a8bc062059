"""`sora-tui gallery`: where the page is, whose results are in it, and what is said where there are none."""

from __future__ import annotations

from pathlib import Path

from sora_tui.settings import Settings
from sora_tui.studio.task import TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import put_in_store, waiting


def test_the_path_of_the_page_is_the_output_and_a_filter_is_its_title(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    links = ("https://files.example/boat.mp4",)
    put_in_store(
        settings,
        waiting(1, settings, state=TaskState.SUCCESS, links=links, prompt="a boat"),
        waiting(2, settings, state=TaskState.SUCCESS, links=links, prompt="a koi"),
        waiting(3, settings, prompt="a boat that is not there yet"),
    )
    folder = tmp_path / "best"
    ended = command("gallery", "boat", "--to", str(folder))
    assert ended.code == 0, ended.err
    assert ended.out == f"{folder / 'index.html'}\n"
    assert "The gallery of 1 result is" in ended.err
    assert "1 of them is not on this machine" in ended.err
    html = (folder / "index.html").read_text()
    assert "<title>boat</title>" in html
    assert "a koi" not in html
    again = command("gallery", "--to", str(folder), "--title", "All & more")
    assert "<title>All &amp; more</title>" in (folder / "index.html").read_text()
    assert "2 results" in again.err


def test_without_a_result_no_folder_is_made(command: Command, settings: Settings, tmp_path: Path) -> None:
    put_in_store(settings, waiting(1, settings))
    ended = command("gallery", "--to", str(tmp_path / "best"))
    assert (ended.code, ended.out) == (2, "")
    assert "none of these tasks has a result" in ended.err
    assert not (tmp_path / "best").exists()
