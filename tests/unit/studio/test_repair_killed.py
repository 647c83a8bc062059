"""A repair killed at any of its acts leaves the damaged file in its place, or the new store, whole; the next ends it.

Every call that changes a file or a folder is one act, those of SQLite's connections included. One process
forks a child for each act and looks at what the dead child left.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sora_tui.studio.backups import back_up
from sora_tui.studio.store import Store
from tests.unit.studio.stored import path_in, put, running
from tests.unit.studio.virtual_time import EPOCH_MS

DIES_IN_A_REPAIR = """
import json, os, shutil, signal, sqlite3, sys
from pathlib import Path
from sora_tui.studio.repair import repair
from sora_tui.studio.schema import StoreCorrupt
from sora_tui.studio.store import Store

folder, name, now_ms = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
damaged = (folder / name).read_bytes()
journal = (folder / (name + "-journal")).read_bytes()
ACTS = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect"}
left = [0]

def count(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    opened = event == "open" and arguments[1] is None and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if left[0] and (event in ACTS or writes or opened):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)

class Connection(sqlite3.Connection):
    def execute(self, sql, *rest):
        if sql == "COMMIT":
            count("os.rename", ())
        return super().execute(sql, *rest)

connect = sqlite3.connect
sqlite3.connect = lambda *args, **rest: connect(*args, **rest, factory=Connection)

def refs(path):
    store = Store(path)
    try:
        assert store.faults() == [], store.faults()
        return len(store.tasks())
    finally:
        store.close()

def kept(folder):
    for aside in folder.glob(name + ".corrupt-*[0-9]"):
        beside = aside.with_name(aside.name + "-journal")
        if aside.read_bytes() == damaged and beside.exists() and beside.read_bytes() == journal:
            return True
    return False

seen, act, code = [], 0, -9
while code:
    act += 1
    there = folder.with_name(f"act-{act}")
    shutil.copytree(folder, there)
    path = there / name
    child = os.fork()
    if not child:
        left[0] = act
        repair(path, now_ms=now_ms)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    is_old = path.read_bytes() == damaged
    beside = path.with_name(name + "-journal")
    has_journal = beside.exists() and beside.read_bytes() == journal
    if is_old:
        assert has_journal or kept(there), act
        repair(path, now_ms=now_ms + 60_000)
    asides = list(there.glob(name + ".corrupt-*[0-9]"))
    seen.append({
        "code": code, "was_old": is_old, "tasks": refs(path), "asides": len(asides), "kept": kept(there),
        "rests": sorted(p.name for p in there.iterdir() if ".repair" in p.name or p.name.endswith(".part")),
    })
    shutil.rmtree(there)
print(json.dumps(seen))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store whose header is gone and that has a journal, with a backup that lacks the last tasks."""
    store = Store(path_in(tmp_path))
    put(store, *(running(number, prompt="word " * 300) for number in range(1, 10)))
    back_up(store.path, EPOCH_MS)
    put(store, *(running(number, prompt="word " * 300) for number in range(10, 15)))
    store.close()
    store.path.write_bytes(b"\xff" * 100 + store.path.read_bytes()[100:])
    store.path.with_name(f"{store.path.name}-journal").write_bytes(b"what an interrupted change left " * 30)
    return store.path


def test_a_repair_killed_at_any_act_loses_nothing_and_the_next_one_ends_it(path: Path) -> None:
    arguments = [sys.executable, "-c", DIES_IN_A_REPAIR, str(path.parent), path.name, str(EPOCH_MS)]
    seen = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    assert len(seen) > 15, "a repair has many acts"
    assert [one["code"] for one in seen] == [-9] * (len(seen) - 1) + [0]
    assert [one["was_old"] for one in seen] == sorted((one["was_old"] for one in seen), reverse=True)
    assert {one["tasks"] for one in seen} == {14}, "the backup's nine and the damaged file's five"
    assert {one["asides"] for one in seen} == {1}, "the damaged file is kept once"
    assert {one["kept"] for one in seen} == {True}
    assert all(one["rests"] == [] for one in seen if one["was_old"])
