"""Locks between processes: one holder at a time, and none once it has ended or taken its file away."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sora_tui.locks import FileLock

HOLDER = """
import sys
from pathlib import Path
from sora_tui.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.lock"


def test_one_at_a_time(path: Path) -> None:
    ours, theirs = FileLock(path), FileLock(path)
    assert ours.take()
    assert ours.is_locked
    assert ours.take()
    assert not theirs.take()
    assert not theirs.is_locked
    ours.release()
    ours.release()
    assert not ours.is_locked
    assert theirs.take()


def test_it_is_let_go_when_its_holder_is_killed(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        lock = FileLock(path)
        assert not lock.take()
        holder.kill()
        assert lock.take(patience_s=60.0)


def test_patience_has_an_end(path: Path) -> None:
    holder = FileLock(path)
    assert holder.take()
    assert not FileLock(path).take(patience_s=0.01)


def test_a_file_that_its_holder_took_away_is_made_anew(path: Path) -> None:
    holder, next_one = FileLock(path), FileLock(path)
    assert holder.take()
    path.unlink()
    assert next_one.take()
    assert path.exists()
    assert not FileLock(path).take()


def test_what_is_locked_is_never_a_file_that_is_gone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is opened, its holder takes it away and lets go, and only then is it locked."""
    import fcntl

    flock = fcntl.flock

    def late(handle: int, how: int) -> None:
        path.unlink()
        monkeypatch.setattr(fcntl, "flock", flock)
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    lock = FileLock(path)
    assert lock.take(patience_s=60.0)
    assert path.exists()
    assert not FileLock(path).take()


def test_the_file_is_the_users_alone(path: Path) -> None:
    assert FileLock(path).take()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_is_missing_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "gone" / "a.lock").take()
