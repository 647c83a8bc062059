"""What a folder remembers from one simulator to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.journal import FolderInUse, Journal
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import HOUR, KEY, Caller

Running = Callable[..., Simulator]


def test_running_tasks_purses_and_links_survive_a_restart(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    with Simulator(tmp_path, clock=clock, durations=lambda: HOUR, small_clips=True) as before:
        caller = Caller(before.url)
        done, failed, open_, extra = (caller.task(ref=ref) for ref in "abcd")
        before.finish(done)
        before.fail(failed)
        before.fail(extra, 500, "no")
        before.set_credits(KEY, 1000)
        last = caller.task()
        record, ledger = caller.record(done), before.ledger()
        signed = caller.http.post("/api/v1/common/download-url", json={"url": caller.link(done)}).json()["data"]
        port = before.port
    after = running(tmp_path, clock=clock)
    caller = Caller(after.url)
    assert after.port == port
    assert after.ledger() == ledger
    assert caller.record(done) == record
    assert caller.record(failed)["state"] == "fail"
    assert caller.credit() == 1000 - 330
    assert httpx.head(signed).status_code == 200
    assert caller.record(open_)["state"] == "waiting"
    after.finish_all()
    assert [caller.record(task)["state"] for task in (open_, last)] == ["success", "success"]


def test_a_task_that_became_due_meanwhile_ends_at_its_time(
    running: Running, tmp_path: Path, clock: ManualClock
) -> None:
    with Simulator(tmp_path, clock=clock, durations=lambda: HOUR, small_clips=True) as before:
        task_id = Caller(before.url).task("[sim:fail]")
    clock.advance(24 * HOUR)
    record = Caller(running(tmp_path, clock=clock).url).record(task_id)
    assert record["completeTime"] - record["createTime"] == HOUR * 1000


def test_links_move_to_the_present_port(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    with Simulator(tmp_path, clock=clock, durations=lambda: HOUR, small_clips=True) as before:
        caller = Caller(before.url)
        task_id = caller.task()
        before.finish(task_id)
        old = caller.link(task_id)
        taken = running(tmp_path / "other")  # keeps another port busy
    after = running(tmp_path, clock=clock, port=taken.port, any_port=True)
    assert after.port != taken.port
    caller = Caller(after.url)
    link = caller.link(task_id)
    assert link.startswith(after.url)
    assert httpx.head(link).status_code == 200
    assert caller.http.post("/api/v1/common/download-url", json={"url": old}).json()["code"] == 200


def test_a_taken_port_is_an_error_unless_any_will_do(running: Running, tmp_path: Path) -> None:
    taken = running(tmp_path / "one")
    with pytest.raises(OSError, match="in use"):
        Simulator(tmp_path / "two", port=taken.port)
    running(tmp_path / "two")  # the folder was let go


def test_one_folder_has_one_simulator(running: Running, tmp_path: Path) -> None:
    running(tmp_path)
    with pytest.raises(FolderInUse, match="Another simulator"):
        Simulator(tmp_path)


@pytest.mark.parametrize("torn", [b'{"event":"crea', b"\x00\x00\x00"])
def test_a_torn_last_line_is_cut_off(tmp_path: Path, torn: bytes) -> None:
    journal = Journal(tmp_path)
    journal.add({"event": "one"})
    journal.close()
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(torn)
    journal = Journal(tmp_path)
    journal.add({"event": "two"})
    assert [event["event"] for event in journal.events()] == ["one", "two"]
    journal.close()


def test_an_unreadable_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_bytes(b'{"event":"x"}\nrubbish\n')
    with pytest.raises(ValueError, match="line 2 is not readable"):
        Simulator(tmp_path)
    (tmp_path / "journal.jsonl").unlink()
    healthy = Simulator(tmp_path)
    healthy.stop()
    healthy.stop()


def test_a_full_disk_charges_nothing(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = running(tmp_path)
    caller = Caller(simulator.url)
    size = (tmp_path / "journal.jsonl").stat().st_size
    with monkeypatch.context() as patched:
        real = __import__("os").write
        patched.setattr("sora_tui.simulator.journal.os.write", lambda file, line: real(file, line[: len(line) // 2]))
        answer = caller.http.post(
            "/api/v1/jobs/createTask",
            json={"model": "sora-2-pro-text-to-video", "input": {"prompt": "x", "upload_method": "s3"}},
        )
    assert answer.status_code == 500
    assert simulator.ledger() == ()
    assert (tmp_path / "journal.jsonl").stat().st_size == size
    assert caller.create()["code"] == 200


def test_half_made_and_old_videos_are_tidied_away(running: Running, tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    (films / ".x.part").write_bytes(b"half")
    (films / "old.mp4").write_bytes(b"old")
    __import__("os").utime(films / "old.mp4", (0, 0))
    (films / "new.mp4").write_bytes(b"new")
    running(tmp_path)
    assert [path.name for path in films.iterdir()] == ["new.mp4"]
