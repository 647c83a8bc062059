"""`sora-tui tasks`, `show` and `wait`: what the store holds, in each format, for a script and for a person."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.unit.cli.conftest import Command
from tests.unit.studio.scripted_service import ScriptedService, put_in_store, succeeded, waiting
from tests.unit.studio.virtual_time import EPOCH_MS

HOSTILE = "a\x1b[2J\x9b31m\u202eb\r\nSTATE success\u2028c\x07"
LINK = "https://files.example/boat.mp4"


def done(number: int, settings: Settings, **known: Any) -> Task:
    changes: dict[str, Any] = {
        "state": TaskState.SUCCESS,
        "links": (LINK, f"{LINK}?2"),
        "finished_at": EPOCH_MS + 231_000,
        "credits": 330.0,
        "created_at": EPOCH_MS + number,
    }
    return waiting(number, settings, **{**changes, **known})


def failed(number: int, settings: Settings, **known: Any) -> Task:
    return done(number, settings, **{"state": TaskState.FAIL, "links": (), "code": 501, "text": "No luck", **known})


def lost(number: int, settings: Settings) -> Task:
    return done(number, settings, state=TaskState.UNCONFIRMED, links=(), task_id=None, credits=None, finished_at=None)


def test_a_task_in_json_has_the_promised_keys_and_times_in_utc(command: Command, settings: Settings) -> None:
    task = done(
        1,
        settings,
        parameters={"size": "high"},
        watermark_links=(f"{LINK}?w",),
        created_at=EPOCH_MS,
        tags=("Boat", "no.2"),
    )
    put_in_store(settings, task)
    ended = command("tasks", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json == [
        {
            "ref": task.ref,
            "task_id": "task-1",
            "state": "success",
            "vendor_state": None,
            "model": "sora-2-pro-text-to-video",
            "prompt": "Boat 1",
            "parameters": {"size": "high"},
            "origin": "https://kie.example",
            "credits": 330.0,
            "price": None,
            "links": [LINK, f"{LINK}?2"],
            "watermark_links": [f"{LINK}?w"],
            "result_text": "",
            "created_at": "2026-11-18T11:06:40.000Z",
            "sent_at": "2026-11-18T11:06:40.000Z",
            "finished_at": "2026-11-18T11:10:31.000Z",
            "code": None,
            "http_status": None,
            "text": "",
            "note": "",
            "parent_ref": None,
            "retry_of": None,
            "parked": False,
            "balance_before": None,
            "balance_after": None,
            "tags": ["Boat", "no.2"],
            "rating": None,
            "starred": False,
            "discarded": False,
            "remark": "",
            "thread_ref": task.ref,
            "batch_ref": None,
            "held": False,
            "price_bound": None,
            "files": [],
            "files_note": "",
        }
    ]


def test_times_read_back_as_the_moments_they_are_and_unknown_ones_are_null(
    command: Command, settings: Settings
) -> None:
    put_in_store(settings, done(7, settings), waiting(8, settings))
    running, finished = command("tasks", "--json").json
    assert datetime.fromisoformat(finished["created_at"]).timestamp() * 1000 == pytest.approx(EPOCH_MS + 7)
    assert datetime.fromisoformat(finished["created_at"]).tzinfo == UTC
    assert running["finished_at"] is None


def test_json_lines_are_the_same_objects_one_a_line(command: Command, settings: Settings) -> None:
    put_in_store(settings, done(1, settings, prompt=HOSTILE), failed(2, settings))
    lines = command("tasks", "--jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == command("tasks", "--json").json
    assert json.loads(lines[0])["prompt"] == HOSTILE


def test_links_alone_are_one_a_line_and_nothing_for_a_task_without(command: Command, settings: Settings) -> None:
    put_in_store(settings, done(1, settings), failed(2, settings))
    assert command("tasks", "--urls").out == f"{LINK}\n{LINK}?2\n"


def test_an_empty_store_is_no_data_and_a_word_on_stderr(command: Command) -> None:
    as_table = command("tasks")
    assert (as_table.code, as_table.out) == (0, "")
    assert "No tasks." in as_table.err
    for flag, out in (("--json", "[]\n"), ("--jsonl", ""), ("--urls", "")):
        ended = command("tasks", flag)
        assert (ended.code, ended.out, ended.err) == (0, out, "")


def test_the_newest_so_many_of_a_state_are_listed_oldest_first(command: Command, settings: Settings) -> None:
    put_in_store(settings, *(done(n, settings) for n in (1, 2, 3)), failed(4, settings), waiting(5, settings))

    def listed(*arguments: str) -> list[int]:
        return [int(task["ref"], 16) for task in command("tasks", "--json", *arguments).json]

    assert listed("--limit", "2", "--state", "success") == [2, 3]
    assert listed("--limit", "99", "--state", "fail", "--state", "success") == [1, 2, 3, 4]
    assert listed("--state", "refused") == []


def test_a_filter_says_which_tasks_are_listed(command: Command, settings: Settings) -> None:
    put_in_store(
        settings,
        done(1, settings, prompt="A paper boat"),
        done(2, settings, prompt="A paper boat at dusk"),
        failed(3, settings, prompt="A BOAT of paper"),
    )

    def listed(*arguments: str) -> list[int]:
        return [int(task["ref"], 16) for task in command("tasks", "--json", *arguments).json]

    assert listed("boat") == [1, 2, 3]
    assert listed("boat -dusk") == [1, 3]
    assert listed("boat", "dusk") == [2]
    assert listed("--", "-dusk") == [1, 3]
    assert listed("boat cost:>300", "--limit", "1") == [3]
    assert listed("boat", "--state", "fail") == [3]
    assert listed("koi") == []
    ended = command("tasks", "koi")
    assert (ended.code, ended.out, ended.err) == (0, "", "No task matches.\n")


def test_a_filter_that_means_nothing_is_wrong_usage(command: Command, settings: Settings) -> None:
    put_in_store(settings, done(1, settings))
    ended = command("tasks", "boat cost:cheap after:soon")
    assert (ended.code, ended.out) == (2, "")
    assert "cost: takes a number of credits, as in cost:>300" in ended.err
    assert "after: takes a day" in ended.err


def test_for_people_a_task_is_one_clean_line(command: Command, settings: Settings) -> None:
    put_in_store(settings, done(1, settings, prompt=HOSTILE), failed(2, settings))
    ended = command("tasks")
    head, first, second = ended.out.splitlines()
    assert head.split() == ["REF", "STATE", "PROMPT", "ELAPSED", "CREDITS"]
    assert re.fullmatch("00000000  success   a␛\\[2J�31m�b STATE success c␇ +3:51 +330", first)
    assert "fail 501" in second


def test_the_store_is_the_users_alone(command: Command, settings: Settings) -> None:
    assert command("tasks").code == 0
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.data_dir / FILE_NAME).stat().st_mode) == 0o600


def test_a_folder_that_can_t_be_used_is_a_sentence(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = command("tasks", "--data-dir", str(tmp_path / "file" / "data"))
    assert (ended.code, ended.out) == (2, "")
    assert "could not be made" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("name", ["0" * 31 + "2", "task-2"])
def test_a_task_is_shown_whole_with_what_its_code_means(command: Command, settings: Settings, name: str) -> None:
    put_in_store(settings, done(1, settings), failed(2, settings, prompt=HOSTILE, text="\x1b]0;x\x07 no"))
    ended = command("show", name)
    assert (ended.code, ended.err) == (0, "")
    fields = [line.split("  ")[0] for line in ended.out.splitlines() if not line.startswith(" ")]
    assert fields[:9] == ["ref", "state", "prompt", "tags", "model", "parameters", "task id", "sent", "elapsed"]
    assert {"charged", "links", "code", "meaning", "charge", "again", "next", "the service said", "history"} <= set(
        fields
    )
    assert "501 generation failed" in ended.out
    assert "␛]0;x␇ no" in ended.out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ended.out)


def test_a_task_is_shown_as_one_object_or_as_its_links(command: Command, settings: Settings) -> None:
    put_in_store(settings, done(1, settings))
    assert command("show", "task-1", "--json").json == command("tasks", "--json").json[0]
    assert command("show", "task-1", "--urls").out == f"{LINK}\n{LINK}?2\n"


def test_a_result_in_words_is_shown_and_is_data(command: Command, settings: Settings) -> None:
    put_in_store(settings, done(1, settings, links=(), result_text="A boat,\n\x1b[2Jsaid aloud"))
    assert re.search(r"^result +A boat,\n +␛\[2Jsaid aloud$", command("show", "task-1").out, re.MULTILINE)
    assert command("show", "task-1", "--json").json["result_text"] == "A boat,\n\x1b[2Jsaid aloud"
    assert command("show", "task-1", "--urls").out == command("tasks", "--urls").out == ""


@pytest.mark.usefixtures("service")
def test_a_result_in_words_alone_is_a_success_and_nothing_at_all_is_said(command: Command, settings: Settings) -> None:
    put_in_store(
        settings, done(1, settings, links=(), result_text="A boat"), done(2, settings, links=(), result_text="")
    )
    assert command("wait", "task-1", "--json").err.endswith("00000000: success.\n")
    assert command("wait", "task-2", "--json").err.endswith("00000000: success, but without a result.\n")


def test_the_raw_answer_comes_as_the_service_gave_it(command: Command, settings: Settings) -> None:
    raw = '{"code":200,  "msg":"\u202e\x1b"}'
    store = Store(settings.data_dir / FILE_NAME)
    store.insert(done(1, settings), owner="gone", at=EPOCH_MS, raw=raw)
    store.close()
    put_in_store(settings, done(2, settings))
    assert command("show", "task-1", "--raw").out == f"{raw}\n"
    assert command("show", "task-2", "--raw").out.strip() == ""


@pytest.mark.parametrize("arguments", [("show",), ("show", "--json"), ("wait",)])
@pytest.mark.usefixtures("service")
def test_a_ref_of_no_task_or_of_several_is_wrong_usage(
    command: Command, settings: Settings, arguments: tuple[str, ...]
) -> None:
    put_in_store(settings, done(1, settings), done(2, settings))
    unknown = command(*arguments, "9c1f")
    assert (unknown.code, unknown.out) == (2, "")
    assert "No task has the ref or id '9c1f'." in unknown.err
    several = command(*arguments, "0000")
    assert (several.code, several.out) == (2, "")
    assert "2 tasks begin with '0000'." in several.err
    assert command(*arguments, "").code == 2


def test_waiting_for_what_has_ended_prints_it_and_tells_the_worst(
    command: Command, settings: Settings, service: ScriptedService
) -> None:
    put_in_store(settings, done(1, settings), failed(2, settings, text="\x1b[2J no"), lost(3, settings))
    all_well = command("wait", "task-1", "--urls")
    assert (all_well.code, all_well.out) == (0, f"{LINK}\n{LINK}?2\n")
    assert all_well.err.endswith("00000000: success.\n")

    ended = command("wait", "task-1", "task-2", "0" * 31 + "3", "--jsonl")
    assert ended.code == 1
    assert [json.loads(line)["state"] for line in ended.out.splitlines()] == ["success", "fail", "unconfirmed"]
    assert 'The service said: "␛[2J no"' in ended.err
    assert command("wait", "task-1", "0" * 31 + "3").code == 6
    assert service.creates == []


@pytest.mark.usefixtures("service")
def test_a_wait_that_is_over_leaves_the_task_as_it_is(command: Command, settings: Settings) -> None:
    put_in_store(settings, waiting(1, settings))
    ended = command("wait", "task-1", "--timeout", "0", "--json")
    assert (ended.code, ended.out) == (8, "")
    assert "The tasks go on." in ended.err
    assert "`sora-tui wait REF` waits again." in ended.err
    assert command("tasks", "--json").json[0]["state"] == "waiting"


def test_waiting_for_a_parked_task_asks_about_it_again(
    command: Command, service: ScriptedService, settings: Settings
) -> None:
    service.answer_look = succeeded
    put_in_store(settings, waiting(1, settings, is_parked=True))
    ended = command("wait", "task-1", "--json")
    assert (ended.code, ended.json[0]["state"]) == (0, "success")
    assert "was parked" in ended.err
