"""`sora-tui download`, and `--download` of what waits, over real HTTP: files where they are said to be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sora_tui.film.inspect import check_boxes
from sora_tui.simulator.server import Simulator
from tests.campaigns.service import wait_for

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(simulator: Simulator, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "SORA_TUI_DATA_DIR": str(tmp_path / "data"),
        "SORA_TUI_DOWNLOAD_DIR": str(tmp_path / "videos"),
        "SORA_TUI_API_KEY": "demo-test",
        "SORA_TUI_BASE_URL": simulator.url,
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    (tmp_path / "videos").mkdir()

    def run_it(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sora_tui", *arguments],
            env=environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_it


@pytest.fixture
def refs(run: Run) -> list[str]:
    """Two finished tasks and one that failed."""
    done = run("submit", "--wait", "--variants", "A {red|blue|[sim:fail] green} boat", "--yes", "--json")
    return [task["ref"] for task in json.loads(done.stdout)]


def are_films(paths: list[str]) -> bool:
    for path in paths:
        check_boxes(Path(path))
    return True


def test_results_are_downloaded_once_and_named_again(run: Run, refs: list[str], tmp_path: Path) -> None:
    done = run("download", "--all")
    assert done.returncode == 0, done.stderr
    paths = done.stdout.splitlines()
    assert len(paths) == 2
    assert are_films(paths)
    assert {Path(path).parent for path in paths} == {tmp_path / "videos"}
    assert "2 downloaded." in done.stderr
    again = run("download", "red")
    assert again.stdout.splitlines() == [path for path in paths if "red" in path]
    assert "1 already there." in again.stderr
    another = json.loads(run("download", "red", "--again", "--json").stdout)
    assert [result["is_new"] for result in another] == [True]
    assert another[0]["file"] not in paths
    assert are_films([another[0]["file"], *paths])


def test_they_go_where_they_are_told_to_and_what_has_none_says_so(run: Run, refs: list[str], tmp_path: Path) -> None:
    done = run("download", *refs, "--to", str(tmp_path / "new" / "best"), "--jsonl")
    assert done.returncode == 1, "one of the tasks failed"
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(result["file"]).parent for result in results] == [tmp_path / "new" / "best"] * 2
    assert "it has no result" in done.stderr


def test_what_can_t_be_had_is_said_and_told_from_what_may_pass(run: Run, refs: list[str], simulator: Simulator) -> None:
    simulator.fault("files", "gone", times=0)
    done = run("download", refs[0])
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{refs[0][:8]}: The service does not keep this file any more" in done.stderr
    simulator.clear_faults()
    assert run("download", refs[0]).returncode == 0, "the user may ask for it all the same"


def test_a_folder_that_takes_nothing_ends_the_command(run: Run, refs: list[str], tmp_path: Path) -> None:
    (tmp_path / "videos").rmdir()
    (tmp_path / "videos").write_text("a file\n")
    done = run("download", "--all")
    assert done.returncode == 7, done.stderr
    assert str(tmp_path / "videos") in done.stderr
    done = run("download", "--all", "--to", str(tmp_path / "videos" / "best"))
    assert done.returncode == 2
    assert "can't be made" in done.stderr


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize("arguments", [[], ["red", "--all"], ["cost:much"], ["0" * 32]])
def test_what_is_meant_must_be_said(run: Run, arguments: list[str]) -> None:
    done = run("download", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()


def test_stopped_it_keeps_what_came_and_the_next_goes_on(
    run: Run, refs: list[str], environment: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault("files", "trickle", piece=500, seconds=0.05, times=0)
    command = subprocess.Popen(
        [sys.executable, "-m", "sora_tui", "download", refs[0]],
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: any(path.stat().st_size for path in (tmp_path / "videos").glob(".*.part")))
    command.send_signal(signal.SIGINT)
    _, words = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "Stopped. What came is kept" in words
    simulator.clear_faults()
    done = run("download", refs[0])
    assert done.returncode == 0
    assert are_films(done.stdout.splitlines())
    assert list((tmp_path / "videos").glob(".*")) == []


def test_two_at_once_download_it_once_and_both_say_where_it_is(
    refs: list[str], environment: dict[str, str], simulator: Simulator, tmp_path: Path, run: Run
) -> None:
    simulator.fault("files", "trickle", piece=2_000, seconds=0.02, times=0)
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "sora_tui", "download", refs[0]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [command.communicate(timeout=60)[0] for command in commands]
    assert told[0] == told[1]
    assert len(list((tmp_path / "videos").glob("*.mp4"))) == 1
    assert are_films(told[0].splitlines())


def test_what_is_waited_for_is_downloaded_too(run: Run) -> None:
    done = run("submit", "--wait", "--download", "A paper boat")
    assert done.returncode == 0, done.stderr
    assert are_films(done.stdout.splitlines())
    task = json.loads(run("submit", "--wait", "--download", "--json", "A kite").stdout)
    assert are_films(task["files"])
    sent = run("submit", "A koi").stdout.strip()
    assert are_films(run("wait", sent, "--download").stdout.splitlines())
    failed = run("submit", "--wait", "--download", "[sim:fail] boat")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert run("submit", "--download", "boat").returncode == 2
