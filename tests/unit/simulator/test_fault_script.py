"""The script of faults: when each fault comes, and what is said of one that is written wrongly."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import httpx
import pytest

from sora_tui.simulator.__main__ import main
from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.faults import Fault, FaultKind, Faults, calls
from sora_tui.simulator.faults.app import BEHAVIOURS
from sora_tui.simulator.faults.keys import HOW, WHEN
from sora_tui.simulator.faults.kinds import CALLS, KINDS, ROUTES
from sora_tui.simulator.faults.script import read_file
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import CREATE, Caller

WRONG = [
    ('route = "createTask"\nfault = "stal"', "'stal' is not a fault. Did you mean stall?"),
    ('route = "createTask"\nfault = "xyz"', "'xyz' is not a fault. There are: close_before_reading, "),
    ('route = "createTask"\nfault = ["stall"]', "['stall'] is not a fault. There are: "),
    ('route = "createtask"\nfault = "stall"', "'createtask' is not a route. Did you mean createTask?"),
    ('route = 3\nfault = "stall"', "3 is not a route. There are: createTask, recordInfo, "),
    ('route = "files"', "A fault needs the keys route and fault."),
    ('route = "files"\nfault = "stall"\nsecond = 1', "stall has no key second. Did you mean seconds?"),
    ('route = "files"\nfault = "html"\nsize = 1', "html has no key size. There are: times, "),
    ('route = "files"\nfault = "stall"\nseen = 1', "stall has no key seen."),
    ('route = "files"\nfault = "task_id"', "task_id can't befall files, only createTask."),
    ('route = "callback"\nfault = "stall"', "stall can't befall callback, only createTask, recordInfo, credit, "),
    ('route = "createTask"\nfault = "late"', "late can't befall createTask, only callback, progress."),
    ('route = "credit"\nfault = "gone"', "gone can't befall credit, only files."),
    ('times = "always"', "times must be a whole number from 0 on, not 'always'."),
    ("times = -1", "times must be a whole number from 0 on, not -1."),
    ("times = true", "times must be a whole number from 0 on, not True."),
    ("skip = 1.5", "skip must be a whole number from 0 on, not 1.5."),
    ("only = 7", "only must be text, not 7."),
    ("after_s = inf", "after_s must be seconds from 0 to 1e9, not inf."),
    ("for_s = nan", "for_s must be seconds from 0 to 1e9, not nan."),
    ('seconds = "x"', "seconds must be seconds from 0 to 1e9, not 'x'."),
    ('charged = "yes"', "charged must be true or false, not 'yes'."),
    ("headers = { a = 1 }", "headers must be a table of header lines in ASCII, "),
    ('headers = { "a b" = "" }', "headers must be a table"),
    ('headers = { a = "1\\r\\nb: 2" }', "headers must be a table"),
    ('headers = { Content-Length = "1" }', "headers must be a table of header lines in ASCII, without Content-Length"),
    ('without = "etag"', "without must be a list of names of headers, not 'etag'."),
    ('fault = "html"\nstatus = 99999', "status must be an HTTP status from 200 to 599, not 99999."),
    ('fault = "code"\ncode = "200"', "code must be a whole number, not '200'."),
    ('fault = "code"\ntext = 1', "text must be text, not 1."),
    ('fault = "body"\nbody = {}', "body must be text, not {}."),
    ('fault = "truncated"\nat = 1.0', "at must be a number of bytes, or a share of the body such as 0.5, not 1.0."),
    ('fault = "truncated"\nat = -1', "at must be a number of bytes"),
    ('fault = "trickle"\npiece = 0', "piece must be a whole number from 1 to 1,000,000, not 0."),
    ('fault = "trickle"\nendless = 1', "endless must be true or false, not 1."),
    ('fault = "reordered"\nbehind = 0', "behind must be a whole number from 1 on, not 0."),
    ('fault = "huge"\nsize = 0', "size must be a whole number from 1 on, not 0."),
    ('fault = "redirect"\nlocation = "/a\\nb"', "location must be an address in ASCII, on one line, not '/a\\nb'."),
    ('fault = "task_id"\nvalue = 2026-01-01', "value must be something JSON can say, not datetime.date(2026, 1, 1)."),
    ('fault = "record"\ndata = []', "data must be a table of what JSON can say, not []."),
    ('fault = "odd"\nvalue = 14', "value must be a whole number from 0 to 13, not 14."),
    (
        'route = "files"\nfault = "changed_file"\nversion = 256',
        "version must be a whole number from 1 to 255, not",
    ),
    ('route = "files"\nfault = "changed_file"\nsame_etag = "no"', "same_etag must be true or false, not 'no'."),
]


def entry(text: str) -> str:
    """A whole entry: what `text` leaves out is a stall of createTask."""
    for key, usual in (("fault", "stall"), ("route", "createTask")):
        if not re.search(rf"^{key} =", text, re.MULTILINE) and text != 'route = "files"':
            text = f'{key} = "{usual}"\n{text}'
    return text


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    script = tmp_path / "faults.toml"
    script.write_text(f'# A good one first.\n[[fault]]\nroute = "credit"\nfault = "html"\n\n[[fault]]\n{entry(text)}\n')
    with pytest.raises(ValueError, match=re.escape(f"{script}: Fault 2 (line 6): {sentence}")):
        read_file(script)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[faults]", "There is no key faults. Did you mean fault?"),
        ('[fault]\nroute = "files"', "fault must be a list of faults: each under [[fault]] in TOML"),
        ("fault = [3]", "Fault 1: A fault must be a table of keys and values."),
        ("[[", "Invalid initial character"),
        ('fault = "\\ud83d"', "Escaped character is not a Unicode scalar value"),
    ],
)
def test_a_file_that_is_no_script(tmp_path: Path, text: str, sentence: str) -> None:
    script = tmp_path / "faults.toml"
    script.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{script}: {sentence}")):
        read_file(script)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_bytes(b"\xff")
    with pytest.raises(ValueError, match=re.escape(str(script))):
        read_file(script)


def test_a_script_from_a_file(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nroute = "createTask"\nfault = "stall"\nseconds = 40\nskip = 2\n', "utf-8")
    assert read_file(script) == [Fault("createTask", FaultKind.STALL, seconds=40, skip=2)]


def test_a_wrong_script_ends_the_command_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[fault]]\nroute = "createTask"\nfault = "melt"\n')
    assert main(["--faults", str(script)]) == 2
    assert f"{script}: Fault 1 (line 1): 'melt' is not a fault." in capsys.readouterr().err


def control(simulator: Simulator, body: Any) -> httpx.Response:
    return httpx.post(f"{simulator.url}/_simulator/faults", json=body)


def test_faults_over_http(caller: Caller, simulator: Simulator) -> None:
    asked = {"route": "credit", "fault": "html", "times": 0}
    assert control(simulator, {"fault": [asked]}).json() == {"faults": [{**asked, "seen": 0}]}
    assert caller.http.get("/api/v1/chat/credit").status_code == 502
    assert control(simulator, {}).json()["faults"][0]["seen"] == 1
    assert control(simulator, {"clear": True}).json() == {"faults": []}
    assert caller.credit() == 10_000


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"fault": [{"route": "credit", "fault": "html"}, {"route": "x"}]}, "Fault 2: A fault needs the keys"),
        ({"fault": [{"route": "credit", "fault": "html", "status": None}]}, "Fault 1: status must be an HTTP status"),
        ({"fault": ["x"]}, "Fault 1: A fault must be a table"),
        ({"fault": 3}, "fault must be a list of faults"),
        ({"faults": []}, "There is no key faults. Did you mean fault?"),
        ({"clear": "no"}, "clear must be true or false."),
        ({"clears": True}, "There is no key clears. Did you mean clear?"),
    ],
)
def test_a_wrong_fault_over_http_changes_nothing(simulator: Simulator, body: dict[str, Any], sentence: str) -> None:
    simulator.fault("credit", "html")
    answer = control(simulator, {"clear": True, **body})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(sentence)
    assert [fault["fault"] for fault in control(simulator, {}).json()["faults"]] == ["html"]


def test_a_wrong_fault_of_a_test_is_an_error(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match=re.escape("stall has no key second. Did you mean seconds?")):
        simulator.fault("createTask", "stall", second=1)


def test_skip_times_and_order(caller: Caller, simulator: Simulator) -> None:
    simulator.fault("createTask", "code", code=433, skip=1, times=2)
    simulator.fault("createTask", "code", code=505, skip=1)
    codes = [caller.http.post("/api/v1/jobs/createTask", json=CREATE).json()["code"] for _ in range(6)]
    assert codes == [200, 433, 433, 505, 200, 200]
    assert len(simulator.ledger()) == 3


def test_only_some_requests(caller: Caller, simulator: Simulator) -> None:
    first, second = caller.task(), caller.task()
    simulator.fault("recordInfo", "code", code=455, only=first, times=0)
    simulator.fault("createTask", "code", code=505, only="ref-2", times=0)
    assert [caller.read(task_id)["code"] for task_id in (first, second, first)] == [455, 200, 455]
    assert [caller.create(ref=f"ref-{number}")["code"] for number in (1, 2, 3)] == [200, 505, 200]


def test_a_fault_begins_and_ends_by_the_clock(caller: Caller, simulator: Simulator, clock: ManualClock) -> None:
    clock.advance(1000)
    simulator.fault("createTask", "code", code=455, times=0, after_s=60, for_s=10)
    codes = []
    for _ in range(4):
        codes.append(caller.create()["code"])
        clock.advance(59.5 if len(codes) == 1 else 0.5 if len(codes) == 2 else 10)
    assert codes == [200, 200, 455, 200]
    assert len(simulator.ledger()) == 3


def test_the_clock_of_a_script_begins_with_the_simulator() -> None:
    clock = ManualClock()
    faults = Faults([Fault("credit", FaultKind.HTML, times=0, after_s=5)], clock)
    clock.advance(4.5)
    assert faults.take("credit", "") is None
    clock.advance(0.5)
    assert faults.take("credit", "") is not None


def test_every_kind_has_one_behaviour_and_one_line_of_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(BEHAVIOURS).isdisjoint(calls.BEHAVIOURS)
    assert {*BEHAVIOURS, *calls.BEHAVIOURS} == set(KINDS) == set(FaultKind)
    assert {kind for kind in KINDS if KINDS[kind].routes == CALLS} == set(calls.BEHAVIOURS)
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    rows = re.findall(r"^  (\w+)  +\S", told.partition("close_before_reading")[2], re.MULTILINE)
    assert rows == [*FaultKind, *WHEN, *HOW][1:]
    assert all(name in told for name in ROUTES)


def test_the_examples_of_the_help_are_scripts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    examples = re.findall(r"(?:^  \[\[fault\]\]\n(?:  [\w ].*\n)+)", told, re.MULTILINE)
    script = tmp_path / "faults.toml"
    script.write_text(textwrap.dedent("".join(examples)))
    assert [fault.fault for fault in read_file(script)] == ["close_after_charging", "record", "headers", "replayed"]
