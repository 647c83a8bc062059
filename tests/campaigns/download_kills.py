"""A program is killed at any moment amid twenty downloads; the next one goes on, until every file is there."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sora_tui.settings import Settings, load
from sora_tui.studio.schema import FILE_NAME
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.child import Child, Link
from tests.campaigns.collectors import (
    DONE,
    goes_on_with_whatever_is_there,
    program,
    writes_under_the_final_name,
)
from tests.campaigns.file_host import FileHost

FILES = 20
_PAUSE_S = 0.02
_NOBODY = "http://127.0.0.1:1"
"""A service that is not there: none of this asks it."""
_LATEST_S = 1.5
"""After which every kill has fallen: a third of the time that twenty downloads take."""
_CHANGES = 0.4
"""Share of the films that are others at the next start."""
Collector = Callable[[Link, Settings], None]


@dataclass(slots=True)
class _Hunt:
    """One kind of program, killed again and again; each round has a store, a folder and twenty results of its own.

    Attributes:
        bad: sights of a file under its final name that was no whole version of what the host ever had.
        vanished: files that were good once, and changed or went.
        lost: results that are not there at the end of a round.
        doubled: files that are there once more than their result.
        forgotten: results whose file the store does not know, or knows wrongly.
        unlabelled: files without a sidecar that knows them.
        left_over: hidden files at the end of a round.
        amid: kills that left a part of a file.
    """

    host: FileHost
    folder: Path
    collector: Collector
    random: Random
    kills: int = 0
    rounds: int = 0
    bad: int = 0
    vanished: int = 0
    lost: int = 0
    doubled: int = 0
    forgotten: int = 0
    unlabelled: int = 0
    left_over: int = 0
    amid: int = 0
    _good: dict[Path, str] = field(default_factory=dict)

    def run(self, count: int) -> None:
        """Rounds until there were so many kills; the last is finished without one."""
        while self.kills < count:
            self.rounds += 1
            settings = self._new_round()
            while self._is_killed(settings, count):
                pass
            self._judge(settings)

    def _new_round(self) -> Settings:
        place = self.folder / f"round-{self.rounds}"
        (place / "videos").mkdir(parents=True)
        settings = load(
            base_url=_NOBODY,
            api_key="demo-campaign",
            data_dir=place / "data",
            download_dir=place / "videos",
            config_file=place / "config.toml",
        )
        self._good = {}
        self.host.versions.clear()
        self.host.served.clear()
        now_ms = time.time_ns() // 1_000_000
        settings.data_dir.mkdir(mode=0o700)
        store = Store(settings.data_dir / FILE_NAME)
        for number in range(FILES):
            store.insert(_ended(number, self.host.link(number), settings.origin, now_ms), owner="gone", at=now_ms)
        store.close()
        return settings

    def _is_killed(self, settings: Settings, count: int) -> bool:
        """Let one program download, and kill it; False where it was done before, or is the last."""
        for number in range(FILES):
            if self.random.random() < _CHANGES:
                self.host.versions[number] = self.host.versions.get(number, 0) + 1
        with Child(self.collector, settings) as child:
            child.hear()
            if self.kills >= count:
                child.hear()
                child.wait()
                self._look(settings)
                return False
            time.sleep(self.random.uniform(0.0, _LATEST_S))
            is_done = DONE in child.kill()
        self._look(settings)
        self.kills += not is_done
        self.amid += not is_done and any(path.stat().st_size for path in settings.download_dir.glob(".*.part"))
        return not is_done

    def _look(self, settings: Settings) -> None:
        """Every file that has its name must be good, now and from now on."""
        versions = {sha: number for number, shas in self.host.served.items() for sha in shas}
        there = {path: _sha(path) for path in _films(settings.download_dir)}
        self.bad += sum(sha not in versions for sha in there.values())
        self.vanished += sum(there.get(path) != sha for path, sha in self._good.items())
        self._good = {path: sha for path, sha in there.items() if sha in versions}

    def _judge(self, settings: Settings) -> None:
        numbers = {sha: number for number, shas in self.host.served.items() for sha in shas}
        films = {path: numbers.get(_sha(path)) for path in _films(settings.download_dir)}
        found = [number for number in films.values() if number is not None]
        self.lost += FILES - len(set(found))
        self.doubled += len(found) - len(set(found))
        store = Store(settings.data_dir / FILE_NAME)
        for task in store.tasks():
            number = int(task.prompt.split()[-1])
            self.forgotten += len(task.files) != 1 or films.get(Path(task.files[0])) != number
        store.close()
        self.unlabelled += sum(_labelled_sha(path) != _sha(path) for path in films)
        self.left_over += sum(1 for _ in settings.download_dir.glob(".*"))


def _ended(number: int, link: str, origin: str, now_ms: int) -> Task:
    return Task(
        ref=hashlib.md5(str(number).encode()).hexdigest(),
        state=TaskState.SUCCESS,
        model="sora-2-pro-text-to-video",
        prompt=f"Take {number}",
        parameters={},
        origin=origin,
        created_at=now_ms - 1,
        sent_at=now_ms - 1,
        finished_at=now_ms,
        task_id=f"task-{number}",
        links=(link,),
    )


def _films(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.mp4") if not path.name.startswith("."))


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _labelled_sha(path: Path) -> str:
    try:
        return str(json.loads(path.with_suffix(".json").read_bytes())["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _trial(name: str, collector: Collector) -> Trial:
    def run(count: int, folder: Path) -> Figures:
        with FileHost(_PAUSE_S) as host:
            hunt = _Hunt(host, folder, collector, Random(1))
            hunt.run(count)
            return {
                "kills": hunt.kills,
                "rounds": hunt.rounds,
                "amid a file": hunt.amid,
                "gone on with": host.gone_on_with,
                "begun anew": host.begun_anew,
                "bad": hunt.bad,
                "vanished": hunt.vanished,
                "lost": hunt.lost,
                "doubled": hunt.doubled,
                "forgotten": hunt.forgotten,
                "unlabelled": hunt.unlabelled,
                "left over": hunt.left_over,
            }

    return Trial(name, run)


CAMPAIGN = Campaign(
    name="download-kills",
    promise="kill -9 amid twenty downloads, of files that change too: every file is whole, once, and known",
    never=("bad", "vanished", "lost", "doubled", "forgotten", "unlabelled", "left over"),
    always=("kills",),
    some=("amid a file", "gone on with", "begun anew"),
    program=_trial("the program", program),
    controls=(
        _trial("writes under the final name", writes_under_the_final_name),
        _trial("goes on with whatever is there", goes_on_with_whatever_is_there),
    ),
    full=200,
    small=10,
    control_count=40,
)
