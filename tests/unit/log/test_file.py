"""The file: whole lines from several processes, set aside when full, for the user alone, and never waited for."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from sora_tui.log.file import LogFile

WRITER = """
import sys
from pathlib import Path
from sora_tui.log.file import LogFile

path, name, lines, limit = sys.argv[1:]
log = LogFile(Path(path), limit=int(limit), kept=1000)
print("ready", flush=True)
sys.stdin.read()
for number in range(int(lines)):
    log.append(f"{name} {number:04} {'x' * (number % 90)}.\\n".encode())
"""

FULL_DISK = """
import resource, sys
from pathlib import Path
from sora_tui.log.file import LogFile

def room(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

log = LogFile(Path(sys.argv[1]))
room(25)
log.append(b"the first line\\n")
for line in (b"the second line\\n", b"the third line\\n"):
    try:
        log.append(line)
    except OSError as error:
        print(error.strerror)
room(10_000)
log.append(b"the fourth line\\n")
log.append(b"the fifth line\\n")
"""


def all_of(path: Path) -> list[Path]:
    """The file and those that were set aside."""
    return [found for found in path.parent.iterdir() if re.fullmatch(rf"{re.escape(path.name)}(\.[0-9]+)?", found.name)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "log" / "a.log"
    LogFile(path).append(b"one\n")
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert path.read_bytes() == b"one\n"


def test_what_was_there_is_kept_and_others_lose_sight_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"before\n")
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    LogFile(path).append(b"now\n")
    assert path.read_bytes() == b"before\nnow\n"
    assert mode(path) == 0o600
    assert mode(tmp_path) == 0o755  # a folder that was there is the user's own affair


def test_a_full_file_is_set_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = LogFile(path, limit=20, kept=2)
    for number in range(8):
        log.append(b"line %d\n" % number)
    told = {found.name: found.read_bytes() for found in all_of(path)}
    assert told == {"a.log": b"line 6\nline 7\n", "a.log.1": b"line 4\nline 5\n", "a.log.2": b"line 2\nline 3\n"}
    assert {mode(found) for found in tmp_path.iterdir()} == {0o600}


def test_a_line_longer_than_the_file_may_be_is_still_written(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = LogFile(path, limit=10)
    log.append(b"x" * 50 + b"\n")
    log.append(b"y" * 50 + b"\n")
    assert path.read_bytes() == b"y" * 50 + b"\n"
    assert Path(f"{path}.1").read_bytes() == b"x" * 50 + b"\n"


@pytest.mark.parametrize("limit", [3_000, 10**9], ids=["set aside all the time", "one file"])
def test_no_line_of_several_processes_is_lost_torn_or_doubled(limit: int, tmp_path: Path) -> None:
    path, names, count = tmp_path / "a.log", "ABCD", 500
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), name, str(count), str(limit)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in names
    ]
    for writer in writers:  # all are up: now, all at once
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0] * len(names)
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.close()
    files = all_of(path)
    lines = Counter(line for found in files for line in found.read_text().splitlines())
    assert lines == Counter(f"{name} {number:04} {'x' * (number % 90)}." for name in names for number in range(count))
    assert len(files) > 10 if limit == 3_000 else len(files) == 1


def test_it_follows_the_name_when_another_program_has_set_the_file_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = LogFile(path)
    log.append(b"one\n")
    path.rename(tmp_path / "elsewhere")
    log.append(b"two\n")
    path.unlink()
    path.write_bytes(b"theirs\n")
    log.append(b"three\n")
    assert (tmp_path / "elsewhere").read_bytes() == b"one\n"
    assert path.read_bytes() == b"theirs\nthree\n"


def test_a_file_that_another_process_is_setting_aside_is_written_on(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = LogFile(path, limit=10)
    log.append(b"one line\n")
    with FileLock(f"{path}.lock"):
        log.append(b"another\n")
    assert path.read_bytes() == b"one line\nanother\n"
    log.append(b"a third\n")
    assert path.read_bytes() == b"a third\n"


def test_a_file_that_another_process_has_just_set_aside_is_not_set_aside_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.log"
    ours, theirs = LogFile(path, limit=10), LogFile(path, limit=10)
    acquire = FileLock.acquire

    def late(lock: FileLock, **how: Any) -> object:
        monkeypatch.setattr(FileLock, "acquire", acquire)
        theirs.append(b"theirs\n")
        return acquire(lock, **how)

    ours.append(b"one line\n")
    monkeypatch.setattr(FileLock, "acquire", late)
    ours.append(b"x\n")
    told = {found.name: found.read_bytes() for found in all_of(path)}
    assert told == {"a.log": b"theirs\nx\n", "a.log.1": b"one line\n"}


def test_where_nothing_can_be_set_aside_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    (tmp_path / "a.log.lock").mkdir()
    log = LogFile(path, limit=10)
    for line in (b"one line\n", b"another\n"):
        log.append(line)
    assert path.read_bytes() == b"one line\nanother\n"


def test_when_the_disk_is_full_no_line_after_it_is_spoilt(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert len(done.stdout.splitlines()) == 2
    assert path.read_text().splitlines() == ["the first line", "the second", "the fourth line", "the fifth line"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_device_that_is_full_says_so_and_keeps_its_permissions() -> None:
    before = mode(Path("/dev/full"))
    with pytest.raises(OSError, match="No space left"):
        LogFile(Path("/dev/full")).append(b"one\n")
    assert mode(Path("/dev/full")) == before


def test_what_can_be_no_log_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    (tmp_path / "file").touch()
    for path in (tmp_path, fifo, tmp_path / "file" / "a.log"):
        with pytest.raises(OSError):  # noqa: PT011 - each has words of its own
            LogFile(path).append(b"one\n")
