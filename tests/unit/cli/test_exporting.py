"""`sora-tui export`: which tasks, in which form, where to; and the report that holds no secret."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.callback_addresses import token_in
from sora_tui.studio.task import TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import KEY, put_in_store, waiting
from tests.unit.studio.virtual_time import EPOCH_MS

SIGNED = "https://files.example/boat.mp4?X-Signature=canary-signature&Expires=1"


@pytest.fixture
def refs(settings: Settings) -> list[str]:
    """A boat, a koi and one more boat, oldest first."""
    tasks = [
        waiting(number, settings, ref=f"{number}{'ab' * 15}c", created_at=EPOCH_MS + number, prompt=prompt)
        for number, prompt in enumerate(["a boat", "a koi", "=a boat"], 1)
    ]
    put_in_store(settings, *tasks)
    return [task.ref for task in tasks]


def lines(text: str) -> list[str]:
    return [json.loads(line)["ref"] for line in text.splitlines()]


def test_everything_comes_oldest_first_a_line_each(command: Command, refs: list[str]) -> None:
    ended = command("export")
    assert (ended.code, ended.err) == (0, "")
    assert lines(ended.out) == refs


def test_a_filter_and_refs_say_which(command: Command, refs: list[str]) -> None:
    assert lines(command("export", "boat").out) == [refs[0], refs[2]]
    assert lines(command("export", refs[2][:6], refs[0]).out) == [refs[2], refs[0]]
    assert lines(command("export", "face").out) == [], "a word that no task begins with is a filter"
    unknown = command("export", "abcdef", refs[0])
    assert (unknown.code, unknown.out) == (2, "")
    assert "No task has the ref or id" in unknown.err
    wrong = command("export", "cost:x")
    assert wrong.code == 2


def test_the_name_of_the_file_says_the_form_and_nothing_is_written_over(
    command: Command, refs: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "all.csv"
    ended = command("export", "--to", str(path))
    assert (ended.code, ended.out) == (0, "")
    assert f"3 tasks are in {path}" in ended.err
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert [row["prompt"] for row in rows] == ["a boat", "a koi", "'=a boat"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    again = command("export", "--to", str(path))
    assert again.code == 2
    assert "is there already" in again.err
    assert path.read_text() == before
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []
    nowhere = command("export", "--to", str(tmp_path / "no" / "all.json"))
    assert "can't be written" in nowhere.err


def test_json_to_standard_output_is_one_document(command: Command, refs: list[str]) -> None:
    assert [each["ref"] for each in command("export", "--format", "json").json] == refs


def test_a_report_is_about_one_task(command: Command, refs: list[str]) -> None:
    several = command("export", "boat", "--format", "report")
    assert (several.code, several.out) == (2, "")
    assert "these words name 2" in several.err
    assert command("export", "--no-prompt").code == 2
    one = command("export", refs[1], "--format", "report")
    assert one.code == 0, one.err
    assert "a koi" in one.out
    assert "curl" in one.out
    assert "Authorization: Bearer •••" in one.out


@pytest.mark.parametrize("with_prompt", [True, False])
def test_no_canary_gets_into_a_report_from_any_field(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch, with_prompt: bool
) -> None:
    token = token_in(settings.data_dir)
    monkeypatch.setenv("SORA_TUI_CALLBACK_URL", "https://hooks.example/canary-callback")
    monkeypatch.setenv("SORA_TUI_WEBHOOK_KEY", "canary-webhook")
    monkeypatch.setenv("SORA_TUI_CALLBACK_PORT", "8410")
    secrets = f"{KEY} {SIGNED} https://hooks.example/canary-callback/{token}/9c1f Bearer canary-bearer"
    secrets += " https://user:canary-password@files.example/ canary-webhook"
    prompt = f"a canary-prompt {secrets}"
    task = waiting(
        7,
        settings,
        state=TaskState.FAIL,
        prompt=prompt,
        parameters={"image_urls": [SIGNED], "note": secrets, "shots": ["the canary-prompt again"]},
        text=f'refused: "{prompt}" {secrets}',
        note=secrets,
        remark="canary-remark",
        vendor_state=secrets,
        model=f"model {secrets}",
        code=501,
        http_status=200,
        links=(SIGNED,),
        watermark_links=(SIGNED,),
        files=("/home/canary-home/boat.mp4",),
        result_text=f"canary-result {secrets}",
    )
    put_in_store(settings, task)
    ended = command("export", task.ref, "--format", "report", *([] if with_prompt else ["--no-prompt"]))
    assert ended.code == 0, ended.err
    assert task.ref in ended.out
    assert "501" in ended.out
    said = ended.out.replace("canary-prompt", "")
    assert "canary" not in said
    assert KEY not in said
    assert token not in said
    assert ("canary-prompt" in ended.out) == with_prompt
