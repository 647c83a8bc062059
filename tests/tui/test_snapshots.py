"""Pictures of the screens at three widths, with frozen time and fixed tasks: any change on screen shows in review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from sora_tui.settings import Settings, load
from sora_tui.studio.collected import DAY_MS
from sora_tui.studio.collecting import Download, DownloadState
from sora_tui.studio.orders import SortKey
from sora_tui.studio.task import Draft, Step, Task, TaskState
from sora_tui.studio.views import View
from sora_tui.tui.screens.codes import CodesScreen
from sora_tui.tui.screens.confirm import ConfirmScreen, Question
from sora_tui.tui.screens.models import ModelsScreen
from sora_tui.tui.screens.studio import StudioScreen
from sora_tui.tui.screens.substitutes import Offer, SubstitutesScreen
from sora_tui.tui.screens.welcome import WelcomeScreen
from sora_tui.tui.theme import SORA, SORA_LIGHT
from sora_tui.tui.themed import ThemedApp
from tests.tui.kit import plain, until
from tests.unit.tui.fake_market import FakeMarket, FakeStudio, many_listings
from tests.unit.tui.rows import MemoryRows

NOW = 1_795_000_000_000
MINUTE = 60_000
WIDTHS = [(160, 45), (100, 30), (60, 24)]
PARAMETERS = {"aspect_ratio": "landscape", "n_frames": "10", "size": "high", "remove_watermark": True}

Compare = Callable[..., bool]


def task(number: int, state: TaskState, prompt: str, **changes: Any) -> Task:
    at = NOW - number * MINUTE
    ref = f"{number:x}" * 32
    return Task(ref[:32], state, "sora-2-pro-text-to-video", prompt, PARAMETERS, "demo", at, sent_at=at, **changes)


TASKS = (
    task(
        5, TaskState.SUCCESS, "Neon koi under ice", task_id="t5", code=200, credits=330.0,
        finished_at=NOW - MINUTE, links=("https://tempfile.aiquickdraw.com/v/5.mp4",),
    ),
    task(4, TaskState.FAIL, "Two boxers", code=501, text="Generation failed", finished_at=NOW - 2 * MINUTE),
    task(3, TaskState.UNCONFIRMED, "Desert rail, golden hour", note="The answer was lost."),
    task(2, TaskState.REFUSED, "[/red] zoom [b + pan", code=402, text="Credits insufficient", finished_at=NOW),
    task(1, TaskState.WAITING, "A paper boat drifts down a gutter", vendor_state="waiting", task_id="t1", price=330.0),
)  # fmt: skip


class Still(ThemedApp):
    """One screen that nothing moves."""

    def __init__(self, make: Callable[[Still], Any], theme: str = SORA.name) -> None:
        super().__init__()
        self._make, self._theme_name = make, theme

    def on_mount(self) -> None:
        self.put_on(self._theme_name)
        self.push_screen(self._make(self))


class StillStudio:
    """A studio whose tasks stand still: what the screen asks of the real one, answered from values."""

    is_collecting = False

    def __init__(self, settings: Settings, tasks: Iterable[Task] = ()) -> None:
        from sora_tui.studio.estimates import Estimates
        from sora_tui.studio.studio import Studio

        self.settings = settings
        self.estimates = Estimates()
        self.rows = MemoryRows(tasks or TASKS)
        self.tasks = self.rows.tasks
        self.counts = Counter(task.state for task in self.tasks.values())
        self.balance = 2480.0
        self.polls_per_second = 0.4
        self.paused = ""
        self.proxy = ""
        self.in_flight = 0
        self._real = Studio(settings)

    def __getattr__(self, name: str) -> Any:
        """What asks neither the store nor the service is the real one's."""
        return getattr(self._real, name)

    def subscribe(self, _listener: object) -> Callable[[], None]:
        return lambda: None

    async def find(self, view: View, limit: int | None = None) -> list[SortKey]:
        return self.rows.found(view).keys[:limit]

    async def load(self, refs: Iterable[str]) -> list[Task]:
        return [self.tasks[ref] for ref in refs]

    async def history(self, ref: str) -> list[Step]:
        sent = self.tasks[ref]
        return [Step(sent.created_at, TaskState.QUEUED), Step(sent.created_at + 400, sent.state, code=sent.code)]

    async def save_draft(self, _draft: object, _vary: str = "") -> None:
        return None


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TZ", "UTC")
    import time

    time.tzset()
    return load(data_dir=tmp_path, api_key="demo-test").for_demo("http://127.0.0.1:8400")


class Arriving(StillStudio):
    """One whose results are on their way to this machine, each in another way."""

    is_collecting = True

    def __init__(self, settings: Settings) -> None:
        done = [
            task(
                number, TaskState.SUCCESS, prompt, task_id=f"t{number}", code=200, credits=330.0,
                finished_at=NOW - age * DAY_MS, links=(f"https://tempfile.aiquickdraw.com/v/{number}.mp4",),
            )
            for number, (prompt, age) in enumerate([
                ("Neon koi under ice", 0), ("Two boxers", 1), ("A paper boat", 2), ("Desert rail", 2), ("Kites", 12),
                ("Rain on tin roofs", 13.5), ("Old harbour", 0),
            ], 1)
        ]  # fmt: skip
        done[6] = replace(done[6], files=("/videos/nowhere/old-harbour.mp4",))
        super().__init__(settings, done)
        self.expiring = frozenset({done[4].ref, done[5].ref})
        mega = 1_000_000
        self.collecting = StillCollecting([
            Download(done[0].ref, 0, DownloadState.RUNNING, 34 * mega, 82 * mega, 6.2 * mega),
            Download(done[1].ref, 0, DownloadState.RUNNING, 1 * mega, 90 * mega, 84_000.0),
            Download(done[2].ref, 0),
            Download(done[3].ref, 0, DownloadState.FAILED, problem="The server can't be reached. d tries again."),
        ])  # fmt: skip

    def download_of(self, task: Task) -> Download | None:
        return next(iter(self.collecting.progress_of(task.ref)), None)


class StillCollecting:
    """Downloads that stand still."""

    active, queued, bytes_per_second = 2, 1, 6_284_000.0

    def __init__(self, downloads: list[Download]) -> None:
        self.downloads = downloads

    def progress_of(self, ref: str) -> list[Download]:
        return [each for each in self.downloads if each.ref == ref]


def studio_screen(
    settings: Settings, made: Callable[[Settings], StillStudio] = StillStudio
) -> Callable[[Still], StudioScreen]:
    from sora_tui.kie.profiles import SORA_2_PRO
    from sora_tui.tui.caution import Caution
    from sora_tui.tui.sending import Sending

    def make(app: Still) -> StudioScreen:
        studio: Any = made(settings)
        sending = Sending(app, studio, Caution(lambda: 0.0, 1000.0))
        draft = Draft("A paper boat drifts down a gutter in the rain", SORA_2_PRO.model)
        return StudioScreen(app, studio, sending, draft, now=lambda: NOW, leave=lambda: None)

    return make


async def rest(pilot: Pilot[object]) -> None:
    await pilot.press("f3")
    await pilot.pause()
    await pilot.app.animator.wait_for_idle()
    await pilot.pause()


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_studio(snap_compare: Compare, settings: Settings, size: tuple[int, int]) -> None:
    assert snap_compare(Still(studio_screen(settings)), terminal_size=size, run_before=rest)


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_results_on_their_way(snap_compare: Compare, settings: Settings, size: tuple[int, int]) -> None:
    asking = settings.model_copy(update={"download": "ask"})
    assert snap_compare(Still(studio_screen(asking, Arriving)), terminal_size=size, run_before=rest)


@pytest.mark.parametrize("theme", [SORA_LIGHT.name, "ansi-dark", "monokai"])
def test_studio_in_other_colours(snap_compare: Compare, settings: Settings, theme: str) -> None:
    app = Still(studio_screen(settings), theme)
    assert snap_compare(app, terminal_size=(100, 30), run_before=rest)


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: str(size[0]))
def test_welcome(snap_compare: Compare, settings: Settings, size: tuple[int, int]) -> None:
    keyless = settings.model_copy(update={"base_url": "https://api.kie.ai"})
    app = Still(lambda home: WelcomeScreen(home, keyless, _never, _never))
    assert snap_compare(app, terminal_size=size)


async def _never(_: object) -> None:
    raise AssertionError("nothing was chosen")


def test_confirm(snap_compare: Compare) -> None:
    question = Question(
        "Send it?",
        "This costs more than 1,000 credits.",
        quotes=["[/red] zoom [b + pan"],
        facts=[("Price", "1,320 credits ($6.60)"), ("Balance", "2,480 → 1,160")],
    )
    assert snap_compare(Still(lambda _: ConfirmScreen(question)), terminal_size=(100, 30))


def test_codes(snap_compare: Compare) -> None:
    assert snap_compare(Still(lambda _: CodesScreen()), terminal_size=(100, 30))


@pytest.mark.parametrize("size", [(160, 45), (60, 24)], ids=lambda size: str(size[0]))
def test_models(snap_compare: Compare, size: tuple[int, int]) -> None:
    market = FakeMarket(many_listings())
    market.withdraw("sora-2-pro-text-to-video")
    draft = Draft("A paper boat", "sora-2-pro-text-to-video", PARAMETERS)
    app = Still(lambda _: ModelsScreen(FakeStudio(market), draft, now=lambda: NOW))

    async def find(pilot: Pilot[object]) -> None:
        await pilot.press(*"3.1 veo")
        await until(pilot, lambda: "veo-3-1" in market.healths)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=find)


@pytest.mark.parametrize("size", [(160, 45), (60, 24)], ids=lambda size: str(size[0]))
def test_substitutes(snap_compare: Compare, size: tuple[int, int]) -> None:
    market = FakeMarket(many_listings())
    market.withdraw("sora-2-pro-text-to-video")
    offer = Offer([Draft("A paper boat", "sora-2-pro-text-to-video", PARAMETERS)], "Sora 2 Pro", can_send=True)
    app = Still(lambda _: SubstitutesScreen(FakeStudio(market), offer, now=lambda: NOW))

    async def wait(pilot: Pilot[object]) -> None:
        await until(pilot, lambda: "at most 370" in plain(pilot))

    assert snap_compare(app, terminal_size=size, run_before=wait)
