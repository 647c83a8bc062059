"""`sora-tui submit`: what goes out, what comes back on stdout, and what is refused before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.kie.catalogue import ModelListing
from sora_tui.kie.errors import AnswerLost, Refused
from tests.unit.cli.conftest import Command
from tests.unit.studio.a_market import a_document
from tests.unit.studio.scripted_service import KEY, MODEL, ScriptedService, raising

pytestmark = pytest.mark.usefixtures("service")


def test_a_sent_task_is_its_ref_on_stdout_and_a_story_on_stderr(command: Command, service: ScriptedService) -> None:
    ended = command("submit", "A paper boat")
    assert ended.code == 0
    [sent] = service.creates
    assert ended.out == f"{sent.about}\n"
    assert f"Sending {sent.about[:8]}." in ended.err
    assert f"`sora-tui wait {sent.about[:8]}`" in ended.err
    assert KEY not in ended.out + ended.err


def test_a_task_in_json_is_one_object(command: Command, service: ScriptedService) -> None:
    task = command("submit", "A paper boat", "--json").json
    assert (task["state"], task["task_id"], task["prompt"]) == ("waiting", "task-1", "A paper boat")
    assert [sent.about for sent in service.creates] == [task["ref"]]


def test_without_a_video_there_are_no_links(command: Command) -> None:
    assert command("submit", "A paper boat", "--urls").out == ""


def test_the_parameters_are_those_of_the_options(command: Command) -> None:
    options = ["--aspect-ratio", "portrait", "--length", "15", "--size", "standard", "--keep-watermark"]
    task = command(
        "submit", "A boat", *options, "--upload-method", "oss", "--character", "a", "--character", "b", "--json"
    )
    assert task.json["parameters"] == {
        "aspect_ratio": "portrait",
        "n_frames": "15",
        "size": "standard",
        "remove_watermark": False,
        "upload_method": "oss",
        "character_id_list": ["a", "b"],
    }


def test_without_options_the_profile_s_defaults_go_out(command: Command) -> None:
    parameters = command("submit", "A boat", "--json").json["parameters"]
    assert (parameters["aspect_ratio"], parameters["n_frames"], parameters["size"]) == ("landscape", "10", "high")
    assert parameters["remove_watermark"] is True


def test_a_dash_reads_the_prompt_from_standard_input(command: Command) -> None:
    text = "  A boat\n\n紙の舟 {a|b} [x]"
    ended = command("submit", "-", "--json", stdin=f"{text}\n\n".encode())
    assert ended.json["prompt"] == text


def test_a_prompt_that_is_not_text_is_refused_before_anything_is_sent(
    command: Command, service: ScriptedService
) -> None:
    ended = command("submit", "-", stdin=b"A boat \xff")
    assert (ended.code, ended.out) == (2, "")
    assert "not UTF-8" in ended.err
    assert service.creates == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("",), "prompt"),
        (("   ",), "prompt"),
        (("x" * 10_001,), "10,000"),
        (("A boat", "--size", "huge"), '"standard" or "high"'),
        (("A boat", "--length", "12"), "10"),
        (("A boat", *["--character", "a"] * 6), "5"),
        (("A boat", "--model", "sora-9"), "publishes no schema"),
        (("A boat", "--timeout", "3"), "--timeout goes with --wait."),
        (("A boat", "--wait", "--timeout", "soon"), "--timeout"),
    ],
)
def test_what_would_be_refused_is_not_sent(
    command: Command, service: ScriptedService, arguments: tuple[str, ...], words: str
) -> None:
    ended = command("submit", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words.lower() in ended.err.lower()
    assert service.creates == []
    assert command("tasks", "--json").json == []


@pytest.mark.parametrize(
    ("error", "code", "state"),
    [
        (Refused("no", code=401, http_status=200), 3, "refused"),
        (Refused("no", code=433, http_status=200), 4, "refused"),
        (Refused("no", code=422, text="size \x1b[2J is wrong", http_status=200), 5, "refused"),
        (Refused("no", code=500, text="Internal Error", http_status=200), 6, "unconfirmed"),
        (AnswerLost("timeout"), 6, "unconfirmed"),
    ],
)
def test_what_became_of_it_is_the_exit_code_and_the_task_is_still_data(
    command: Command, service: ScriptedService, error: Exception, code: int, state: str
) -> None:
    service.answer_create = raising(error)
    ended = command("submit", "A paper boat", "--json")
    assert ended.code == code
    assert ended.json["state"] == state
    assert len(service.creates) == 1
    assert f"Warning: {ended.json['ref'][:8]}: {state}" in ended.err
    assert "\x1b" not in ended.err


def test_a_wait_without_patience_ends_8_and_the_task_is_kept(command: Command, service: ScriptedService) -> None:
    ended = command("submit", "A paper boat", "--wait", "--timeout", "0")
    assert (ended.code, ended.out) == (8, "")
    assert "Ctrl-C stops waiting; the task goes on." in ended.err
    assert len(service.creates) == 1
    assert command("tasks", "--json").json[0]["state"] == "waiting"


def test_any_model_is_sent_with_its_own_parameters(command: Command, service: ScriptedService) -> None:
    service.listings = [ModelListing(model="veo-3-1", title="Veo 3.1")]
    service.documents["veo-3-1"] = a_document(
        duration={"type": "integer", "enum": [4, 8], "default": 8}, sound={"type": "boolean"}
    )
    ended = command("submit", "A boat", "--model", "veo-3-1", "--set", "duration=4", "--set", "sound=off")
    assert ended.code == 0
    [request] = service.requests
    assert request.wire() == {
        "model": "veo-3-1",
        "input": {"prompt": "A boat", "duration": 4, "sound": False},
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "duration=5"], "4 or 8"),
        (["--set", "length=4"], "no parameter 'length'"),
        (["--size", "high"], 'no parameter "size"'),
        (["--mode", "image"], "no mode 'image'"),
    ],
)
def test_what_a_model_does_not_take_is_said_before_anything_is_sent(
    command: Command, service: ScriptedService, arguments: list[str], words: str
) -> None:
    service.documents["veo-3-1"] = a_document(duration={"type": "integer", "enum": [4, 8]})
    ended = command("submit", "A boat", "--model", "veo-3-1", *arguments)
    assert ended.code == 2
    assert words in ended.err
    assert service.requests == []


def test_a_model_without_a_schema_is_not_sent(command: Command, service: ScriptedService) -> None:
    ended = command("submit", "A boat", "--model", "nobody/knows")
    assert ended.code == 2
    assert "no schema" in ended.err
    assert "Nothing was sent." in ended.err
    assert service.requests == []


def test_a_withdrawn_model_is_told_with_others_before_it_is_paid(command: Command, service: ScriptedService) -> None:
    service.listings = [ModelListing(model="veo-3-1", title="Veo 3.1", task_types=("Text to Video",))]
    command("models")
    ended = command("submit", "A boat")
    assert f"Warning: {MODEL} is withdrawn." in ended.err
    assert "Instead: veo-3-1." in ended.err


def test_a_file_is_uploaded_once_and_its_link_goes_out(
    command: Command, service: ScriptedService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "a boat.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    monkeypatch.setenv("SORA_TUI_UPLOAD_URL", "https://uploads.example")
    service.documents["veo-3-1"] = a_document(image_urls={"type": "array", "items": {"type": "string"}})
    arguments = ("submit", "A boat", "--model", "veo-3-1", "--set", f"image_urls={picture}")
    first, second = command(*arguments), command(*arguments)
    assert "Uploading a boat.png (108 bytes)." in first.err
    assert "Uploading" not in second.err
    assert service.uploads == [picture.read_bytes()]
    link = "https://uploads.example/1"
    assert [request.input["image_urls"] for request in service.requests] == [[link], [link]]
