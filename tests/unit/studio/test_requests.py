"""What goes on the wire for a task, and the same as a command that a shell reads as it was meant."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sora_tui.settings import Settings
from sora_tui.studio.callback_addresses import addresses_for
from sora_tui.studio.requests import as_curl, request_for
from sora_tui.studio.task import Task
from tests.unit.studio.scripted_service import KEY, settings_in
from tests.unit.studio.stored import queued

SHELL = shutil.which("sh")
FOLDER = Path("/nowhere")
WEBHOOK_KEY = "secret-webhook-key-of-a-test"


@pytest.fixture
def calling_back(tmp_path: Path) -> Settings:
    return settings_in(
        tmp_path,
        callback_url="https://hooks.example/in",
        progress_callback_url="https://hooks.example/progress",
        webhook_key=WEBHOOK_KEY,
    )


def as_the_shell_reads_it(command: str, key: str = "") -> list[str]:
    """The arguments that curl is given."""
    assert SHELL is not None
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{command}\n"
    done = subprocess.run([SHELL, "-c", script], env={"SORA_TUI_API_KEY": key}, capture_output=True, check=True)
    assert not done.stderr
    return done.stdout.decode().split("\0")[:-1]


def test_the_prompt_and_the_parameters_go_out_exactly_as_the_task_has_them(settings: Settings) -> None:
    task = queued(prompt="  A boat\n", parameters={"n_frames": "10", "remove_watermark": True, "seed": 7})
    assert request_for(task, addresses_for(settings)).wire() == {
        "model": task.model,
        "input": {"prompt": "  A boat\n", "n_frames": "10", "remove_watermark": True, "seed": 7},
    }


def test_without_a_prompt_no_prompt_goes_out(settings: Settings) -> None:
    task = queued(prompt="", parameters={"image_url": "https://a.example/1.png"})
    body = request_for(task, addresses_for(settings)).encoded()
    assert json.loads(body)["input"] == {"image_url": "https://a.example/1.png"}
    command = as_the_shell_reads_it(as_curl(task, settings))
    assert "prompt" not in command[command.index("-d") + 1]


def test_the_ref_rides_at_the_end_of_both_callbacks(calling_back: Settings) -> None:
    wire = request_for(queued(7), addresses_for(calling_back)).wire()
    assert wire["callBackUrl"] == f"https://hooks.example/in/{queued(7).ref}"
    assert wire["progressCallBackUrl"] == f"https://hooks.example/progress/{queued(7).ref}"


def test_neither_the_request_nor_the_command_holds_a_key(calling_back: Settings) -> None:
    for text in (
        as_curl(queued(), calling_back),
        request_for(queued(), addresses_for(calling_back)).encoded().decode(),
    ):
        assert KEY not in text
        assert WEBHOOK_KEY not in text


def test_the_shell_puts_the_key_in_from_the_environment(settings: Settings) -> None:
    command = as_curl(queued(), settings)
    assert as_the_shell_reads_it(command, key="the key") == [
        "https://kie.example/api/v1/jobs/createTask",
        "-H",
        "Authorization: Bearer the key",
        "-H",
        "Content-Type: application/json",
        "-d",
        json.dumps(request_for(queued(), addresses_for(settings)).wire()),
    ]


@hypothesis_settings(max_examples=40, deadline=None)
@given(prompt=st.text(st.characters(codec="utf-8"), min_size=1))
@example('It\'s $(echo run) `echo run` "quoted" \\ !! ; & | > < * ? # ~ $SORA_TUI_API_KEY')
@example("'; curl evil.example; '")
@example("@/etc/passwd")
@example("line\nline\r\n\x00\x1b[31m 紙 🚣")
def test_the_shell_reads_any_prompt_as_it_was_written(prompt: str) -> None:
    settings, task = settings_in(FOLDER), queued(prompt=prompt)
    *_, flag, body = as_the_shell_reads_it(as_curl(task, settings))
    assert flag == "-d"
    assert json.loads(body) == request_for(task, addresses_for(settings)).wire()
    assert body.startswith("{"), "curl would read a file for a body that starts with @"


def test_a_task_of_another_day_is_asked_for_as_it_was_then(settings: Settings) -> None:
    task: Task = queued(model="a-model-no-longer-known", parameters={"gone": [1, {"deep": None}]})
    assert request_for(task, addresses_for(settings)).wire()["input"] == {
        "prompt": task.prompt,
        "gone": [1, {"deep": None}],
    }
