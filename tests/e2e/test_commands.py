"""The commands as a script runs them: data on stdout, words on stderr, the exit code tells the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sora_tui.simulator.server import Simulator


def run(
    *arguments: str, simulator: Simulator | None = None, tmp_path: Path, key: str = "demo-test"
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SORA_TUI_DATA_DIR": str(tmp_path / "data")}
    if key:
        environment["SORA_TUI_API_KEY"] = key
    if simulator is not None:
        environment["SORA_TUI_BASE_URL"] = simulator.url
    return subprocess.run(
        [sys.executable, "-m", "sora_tui", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def test_submit_and_wait_prints_the_task(simulator: Simulator, tmp_path: Path) -> None:
    done = run("submit", "--wait", "--json", "A paper boat", simulator=simulator, tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    task = json.loads(done.stdout)
    assert task["state"] == "success"
    assert task["links"]

    listed = run("tasks", "--json", simulator=simulator, tmp_path=tmp_path)
    [row] = json.loads(listed.stdout)
    assert row == task
    promised = "ref task_id state model prompt parameters credits links created_at finished_at code text"
    assert set(promised.split()) <= set(row)

    shown = run("show", task["ref"][:6], simulator=simulator, tmp_path=tmp_path)
    assert task["links"][0] in shown.stdout


@pytest.mark.parametrize(
    ("prompt", "key", "exit_code"),
    [
        ("[sim:paused] boat", "demo-test", 5),
        ("[sim:no-credits] boat", "demo-test", 4),
        ("[sim:lost] boat", "demo-test", 6),
        ("boat", "wrong-key", 3),
        ("boat", "", 3),
        ("", "demo-test", 2),
    ],
)
def test_the_exit_code_tells_why(simulator: Simulator, tmp_path: Path, prompt: str, key: str, exit_code: int) -> None:
    done = run("submit", prompt, simulator=simulator, tmp_path=tmp_path, key=key)
    assert done.returncode == exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_prompt_like_a_refused_one_is_said_before_it_is_sent(simulator: Simulator, tmp_path: Path) -> None:
    brawl = "[sim:moderated-later] Two drunk sailors in a bloody brawl"
    assert run("submit", "--wait", brawl, simulator=simulator, tmp_path=tmp_path).returncode == 1
    alike = run("submit", "Two drunk sailors in a bloody brawl at sea", simulator=simulator, tmp_path=tmp_path)
    assert alike.returncode == 0, "nobody is there to be asked"
    assert "A prompt like this was refused" in alike.stderr
    batch = run("submit", "--variants", "--yes", "{Two drunk|A paper} sailors in a bloody brawl {on land|at sea}",
                simulator=simulator, tmp_path=tmp_path)  # fmt: skip
    assert "of 4: A prompt like this was refused" in batch.stderr
    far = run("submit", "A paper boat", simulator=simulator, tmp_path=tmp_path)
    assert "refused" not in far.stderr


def test_a_timeout_leaves_the_task_running(simulator: Simulator, tmp_path: Path) -> None:
    arguments = ("submit", "--wait", "--timeout", "0.1", "[sim:stuck] boat")
    assert run(*arguments, simulator=simulator, tmp_path=tmp_path).returncode == 8


def test_a_kept_template_is_filled_and_sent_as_variants(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "templates.toml").write_text('[templates]\nrain = "a {thing} at {dawn|dusk}"\n')
    filled = run("kept", "rain", "--fill", "thing={boat}", tmp_path=tmp_path, key="")
    assert filled.returncode == 0, filled.stderr
    sent = run(
        "submit", "--variants", "--yes", "--json", filled.stdout.rstrip("\n"), simulator=simulator, tmp_path=tmp_path
    )
    assert sent.returncode == 0, sent.stderr
    assert [task["prompt"] for task in json.loads(sent.stdout)] == ["a {boat} at dawn", "a {boat} at dusk"]


def test_credits(simulator: Simulator, tmp_path: Path) -> None:
    done = run("credits", "--json", simulator=simulator, tmp_path=tmp_path)
    assert json.loads(done.stdout) == {"credits": 10_000.0, "usd": 50.0}


@pytest.mark.parametrize("arguments", [("codes",), ("codes", "402"), ("--version",), ("config",), ("tasks",)])
def test_what_needs_no_service(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*arguments, tmp_path=tmp_path, key="")
    assert done.returncode == 0, done.stderr


def test_doctor_reports_without_the_key(simulator: Simulator, tmp_path: Path) -> None:
    done = run("doctor", "--json", simulator=simulator, tmp_path=tmp_path, key="demo-canary-key")
    assert done.returncode == 0, done.stderr
    assert {"program", "store", "key", "service"} <= {finding["topic"] for finding in json.loads(done.stdout)}
    assert "canary" not in done.stdout + done.stderr


def test_the_screen_refuses_to_start_without_a_terminal(tmp_path: Path) -> None:
    done = run(tmp_path=tmp_path, key="demo-test")
    assert done.returncode == 2
    assert "terminal" in done.stderr
