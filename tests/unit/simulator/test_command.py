"""`python -m sora_tui.simulator`, as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from sora_tui.simulator.__main__ import main
from tests.unit.simulator.conftest import Caller
from tests.unit.simulator.inbox import Inbox

ROOT = Path(__file__).parents[3]
Launch = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def launch() -> Iterator[Launch]:
    with ExitStack() as stack:

        def start(*words: str | Path) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "sora_tui.simulator", *map(str, words)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    word, url = process.stdout.readline().split()
    assert word == "listening"
    return url


def end_stdin(process: subprocess.Popen[str]) -> int:
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(20)


def test_it_announces_itself_and_ends_with_its_stdin(launch: Launch, tmp_path: Path) -> None:
    process = launch("--folder", tmp_path, "--announce", "--credits", "500", "--small-clips")
    assert Caller(address(process)).credit() == 500
    assert end_stdin(process) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(launch: Launch, tmp_path: Path, number: signal.Signals) -> None:
    process = launch("--folder", tmp_path)
    address(process)
    process.send_signal(number)
    assert process.wait(20) == 0


def test_without_announce_the_end_of_stdin_means_nothing(launch: Launch, tmp_path: Path) -> None:
    process = launch("--folder", tmp_path)
    url = address(process)
    assert process.stdin is not None
    process.stdin.close()
    assert Caller(url).credit() == 10_000


def test_the_demo_takes_another_port_when_its_own_is_taken(launch: Launch, tmp_path: Path) -> None:
    taken = address(launch("--folder", tmp_path / "one")).rpartition(":")[2]
    other = launch("--folder", tmp_path / "two", "--port", taken, "--announce")
    assert address(other).rpartition(":")[2] != taken
    refused = launch("--folder", tmp_path / "three", "--port", taken)
    assert refused.wait(20) == 1
    assert refused.stderr is not None
    assert "The simulator can't start" in refused.stderr.read()


def test_a_demos_tasks_take_8_to_15_seconds(launch: Launch, tmp_path: Path) -> None:
    process = launch("--folder", tmp_path, "--announce")
    caller = Caller(address(process))
    for _ in range(5):
        caller.task("[sim:fail]")
    end_stdin(process)
    events = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    tasks = [event["task"] for event in events if event["event"] == "create"]
    assert len(tasks) == 5
    assert all(8000 <= task["due"] - task["created"] <= 15_000 for task in tasks)


def test_a_second_demo_shares_the_server_and_takes_over(launch: Launch, tmp_path: Path) -> None:
    first = launch("--folder", tmp_path, "--announce", "--small-clips")
    url = address(first)
    second = launch("--folder", tmp_path, "--announce", "--small-clips")
    assert address(second) == url
    task_id = Caller(url).task("[sim:stuck]")
    assert end_stdin(first) == 0
    connected = httpx.HTTPTransport(retries=10)  # the address is silent for a moment; each try waits longer
    with httpx.Client(transport=connected, base_url=url) as client:
        ledger = client.get("/_simulator/ledger").json()
    assert [create["task_id"] for create in ledger["creates"]] == [task_id]
    assert end_stdin(second) == 0


def test_a_folder_in_use_is_refused_to_a_lone_server(launch: Launch, tmp_path: Path) -> None:
    address(launch("--folder", tmp_path))
    second = launch("--folder", tmp_path)
    assert second.wait(20) == 1
    assert second.stderr is not None
    assert "Another simulator is using" in second.stderr.read()


def test_a_killed_server_leaves_no_worker_behind(launch: Launch, tmp_path: Path) -> None:
    process = launch("--folder", tmp_path)
    caller = Caller(address(process))
    task_id = caller.task("a boat", size="standard")
    caller.http.post("/_simulator/finish", json={"taskId": task_id}, timeout=60)  # the worker has started
    caller.task("another boat", size="standard")
    children = _children(process.pid)
    assert children
    process.kill()
    process.wait(20)
    # The workers hold the other end of this pipe's twin; wait for them as init's children can be.
    for child in children:
        _wait_until_gone(child)


def test_models_are_dropped_in_and_withdrawn_by_its_words(launch: Launch, tmp_path: Path) -> None:
    process = launch("--folder", tmp_path / "a", "--catalogue", tmp_path / "more", "--withdrawn", "sora-2")
    url = address(process)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "acme__one.json").write_text('{"openapi": null}', "utf-8")
    (tmp_path / "more" / "broken.json").write_text("{", "utf-8")
    rows = Caller(url).http.get("/api/v1/models").json()["data"]["models"]
    ids = [row["model"] for row in rows]
    assert "acme/one" in ids
    assert not [model for model in ids if model.startswith("sora-2")]
    process.terminate()
    assert process.wait(20) == 0
    assert process.stderr is not None
    assert process.stderr.read().startswith('Catalogue: "broken.json": It is not JSON')


def test_it_signs_with_the_keys_that_it_is_given(launch: Launch, tmp_path: Path, inbox: Inbox) -> None:
    keys = tmp_path / "keys"
    keys.write_text("from a file\n\n", "utf-8")
    caller = Caller(address(launch("--webhook-key", "given", "--webhook-key-file", keys, "--small-clips")))
    fits = []
    for _ in range(2):
        task_id = caller.task("[sim:fail]", callBackUrl=inbox.url)
        caller.http.post("/_simulator/finish", json={"taskId": task_id})
        came = inbox.next()
        fits.append([key for key in ("given", "from a file") if came.verifies(key, task_id, time.time())])
    assert fits == [["given"], ["from a file"]]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["--webhook-key", ""], "--webhook-key is empty."), (["--webhook-key-file", "/nowhere/keys"], "No such file")],
)
def test_a_key_that_is_none_is_said(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert sentence in capsys.readouterr().err


def test_wrong_words_are_answered_with_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--faults", str(tmp_path / "none.toml")]) == 2
    assert "No such file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--speed", "0"])
    assert ended.value.code == 2
    assert "0 is not above 0" in capsys.readouterr().err


def test_the_server_starts_without_what_draws() -> None:
    program = (
        "import sys, sora_tui.simulator.__main__\n"
        "slow = ('av', 'PIL', 'httpx', 'textual', 'jsonschema', 'sora_tui.kie')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def _children(pid: int) -> list[int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listing.splitlines()]
    return [child for child, parent in rows if parent == pid]


def _wait_until_gone(pid: int) -> None:
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if not state.stdout.strip() or state.stdout.strip().startswith("Z"):
            return
