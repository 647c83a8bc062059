"""What is known of models: read once, kept, old when it must be, never asked for faster than the service allows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from sora_tui.kie.catalogue import ModelListing, ModelSchema, SuccessPoint
from sora_tui.kie.codes import Cause
from sora_tui.kie.errors import AnswerLost, Refused
from sora_tui.kie.openapi import UnusableSchema
from sora_tui.studio.availability import Sold
from sora_tui.studio.catalogue_cache import CatalogueCache
from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.events import ModelsChanged
from sora_tui.studio.market import (
    HEALTH_GOOD_FOR_MS,
    LIST_GOOD_FOR_MS,
    MOST_THROTTLED,
    REFUSAL_HOLDS_MS,
    SCHEMA_GOOD_FOR_MS,
    TRY_AGAIN_S,
    Market,
)
from sora_tui.studio.prices import Basis
from sora_tui.studio.task import Draft, Task, TaskState
from tests.unit.studio.a_market import a_document
from tests.unit.studio.scripted_service import MODEL, a_desk, put_in_store, raising, settings_in, waiting
from tests.unit.studio.virtual_time import EPOCH_MS, VirtualClock, in_virtual_time

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient

ORIGIN = "https://kie.example"
VEO = ModelListing(
    model="veo-3-1",
    title="Veo 3.1",
    provider="Google",
    task_types=("Text to Video",),
    pricing="250 credits per video.",
)
WAN = ModelListing(model="wan/2-7-text-to-video", title="Wan 2.7")
SORA = ModelListing(model=MODEL, title="Sora 2 Pro")
THROTTLED = Refused("no", code=429, text="Your call frequency is too high.", http_status=200)
LOST = AnswerLost("no answer")


class Vendor:
    """The four questions about models, answered as a test says, and when each was asked."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.asked: list[tuple[str, float]] = []
        self.rows: list[ModelListing] = [VEO, WAN]
        self.documents: dict[str, dict[str, Any] | None] = {VEO.model: a_document()}
        self.points = [SuccessPoint(start="2026-10-02T04:40:00Z", success_rate=99.0, is_normal=True)]
        self.trouble: list[Exception | None] = []

    def questions(self, about: str) -> list[float]:
        return [at for what, at in self.asked if what == about]

    async def models(self) -> list[ModelListing]:
        self._ask("models")
        return self.rows

    async def schema(self, model: str) -> ModelSchema:
        self._ask(model)
        return ModelSchema(model=model, openapi=self.documents[model])

    async def success_rate(self, model: str) -> list[SuccessPoint]:
        self._ask(f"health of {model}")
        return self.points

    def _ask(self, what: str) -> None:
        self.asked.append((what, self._clock.monotonic()))
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            raise trouble


class Stall:
    """A market over a cache, the vendor it asks and what it told."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock()
        self.vendor = Vendor(self.clock)
        self.folder = folder
        self.told: list[str] = []
        self.market = self.open_again()

    def open_again(self) -> Market:
        """A market that another start of the program makes over the same cache."""
        self.market = Market(
            CatalogueCache(self.folder, ORIGIN),
            self._connect,
            clock=self.clock,
            publish=lambda event: self.told.append(event.model),
        )
        return self.market

    @asynccontextmanager
    async def kept_current(self) -> AsyncIterator[Market]:
        keeping = asyncio.create_task(self.market.keep_current())
        await self.clock.sleep(0.01)
        yield self.market
        assert not keeping.done()
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping

    async def _connect(self) -> KieClient:
        return cast("KieClient", self.vendor)


def at_the_stall(test: Callable[[Stall], Awaitable[None]]) -> Callable[[Path], None]:
    @in_virtual_time
    async def run(tmp_path: Path) -> None:
        await test(Stall(tmp_path))

    run.__name__ = test.__name__
    return cast(Callable[[Path], None], run)


def refused(model: str, at: int, text: str = "This interface is temporarily paused") -> Task:
    task = waiting(1, settings_in(Path("/nowhere")), model=model, sent_at=at, task_id=None, text=text)
    return replace(task, state=TaskState.REFUSED, code=500)


@at_the_stall
async def test_the_list_is_read_once_and_is_there_offline_at_the_next_start(stall: Stall) -> None:
    async with stall.kept_current() as market:
        assert list(market.listings) == [VEO, WAN]
    stall.vendor.trouble = [LOST] * 100
    again = stall.open_again()
    async with stall.kept_current():
        assert list(again.listings) == [VEO, WAN]
        assert again.read_at == EPOCH_MS
    assert len(stall.vendor.questions("models")) == 1


@at_the_stall
async def test_an_old_list_is_read_anew_by_itself(stall: Stall) -> None:
    async with stall.kept_current() as market:
        await stall.clock.sleep(LIST_GOOD_FOR_MS / 1000 * 2.5)
        assert len(stall.vendor.questions("models")) == 3
        assert market.read_at is not None
        assert stall.clock.now_ms() - market.read_at < LIST_GOOD_FOR_MS


@at_the_stall
async def test_a_list_that_cannot_be_read_is_tried_again_and_hides_nothing(stall: Stall) -> None:
    stall.vendor.trouble = [LOST, LOST]
    async with stall.kept_current() as market:
        assert not market.listings
        with pytest.raises(NotAnswered, match="answer was lost"):
            await market.refresh()
        await stall.clock.sleep(TRY_AGAIN_S + 1)
        assert list(market.listings) == [VEO, WAN]


@at_the_stall
async def test_who_asks_while_the_list_is_read_waits_for_the_same_answer(stall: Stall) -> None:
    await asyncio.gather(*(stall.market.refresh() for _ in range(5)))
    assert len(stall.vendor.questions("models")) == 1
    assert not stall.market.is_reading


@at_the_stall
async def test_where_the_second_is_used_up_by_others_it_is_asked_again_later(stall: Stall) -> None:
    stall.vendor.trouble = [THROTTLED, THROTTLED]
    await stall.market.refresh()
    first, second, third = stall.vendor.questions("models")
    assert second - first > 1
    assert third - second > 1
    stall.vendor.trouble = [THROTTLED] * MOST_THROTTLED
    with pytest.raises(NotAnswered, match="Too many requests"):
        await stall.market.refresh()
    assert len(stall.vendor.questions("models")) == 3 + MOST_THROTTLED


@at_the_stall
async def test_what_a_model_takes_is_read_once_kept_and_read_anew_after_a_day(stall: Stall) -> None:
    market = stall.market
    assert market.profile(VEO.model) is None
    assert (await market.learn(VEO.model)).prompt_limit == 500
    known = market.profile(VEO.model)
    assert known is not None
    assert known.prompt_limit == 500
    assert VEO.model in stall.told
    market = stall.open_again()
    assert market.profile(VEO.model) is not None  # from the cache, without asking
    await market.learn(VEO.model)
    assert len(stall.vendor.questions(VEO.model)) == 1
    stall.vendor.documents[VEO.model] = a_document(prompt_limit=900)
    await stall.clock.sleep(SCHEMA_GOOD_FOR_MS / 1000 + 1)
    assert (await market.learn(VEO.model)).prompt_limit == 900
    stall.vendor.trouble = [LOST]
    await stall.clock.sleep(SCHEMA_GOOD_FOR_MS / 1000 + 1)
    assert (await market.learn(VEO.model)).prompt_limit == 900  # an old one is better than none


@at_the_stall
async def test_who_reads_the_list_anew_gets_new_schemas_too(stall: Stall) -> None:
    await stall.market.learn(VEO.model)
    stall.vendor.documents[VEO.model] = a_document(prompt_limit=900)
    await stall.clock.sleep(1)
    await stall.market.refresh()
    assert (await stall.market.learn(VEO.model)).prompt_limit == 900


@at_the_stall
async def test_a_model_without_a_usable_schema_says_why(stall: Stall) -> None:
    stall.vendor.documents["odd"] = None
    with pytest.raises(UnusableSchema, match="no schema"):
        await stall.market.learn("odd")
    assert stall.market.profile("odd") is None
    with pytest.raises(UnusableSchema):
        await stall.open_again().learn("odd")
    assert len(stall.vendor.questions("odd")) == 1


@at_the_stall
async def test_what_cannot_be_asked_and_was_not_kept_is_said(stall: Stall) -> None:
    stall.vendor.trouble = [LOST]
    with pytest.raises(NotAnswered):
        await stall.market.learn(VEO.model)


@at_the_stall
async def test_a_draft_is_carried_over_to_a_model_whose_schema_is_read_for_it(stall: Stall) -> None:
    stall.vendor.documents[VEO.model] = a_document(aspect_ratio={"type": "string", "enum": ["16:9", "9:16"]})
    async with stall.kept_current() as market:
        draft = Draft("A boat", MODEL, {"aspect_ratio": "portrait"})
        carried = await market.substitute(draft, VEO.model)
        assert carried.draft == replace(draft, model=VEO.model, parameters={"aspect_ratio": "9:16"})
        assert VEO in market.substitutes_for(MODEL)
        market.note(refused(VEO.model, stall.clock.now_ms() + 1), Cause.MODEL_WITHDRAWN)
        assert VEO not in market.substitutes_for(MODEL)


@at_the_stall
async def test_a_profile_bears_the_title_of_the_list(stall: Stall) -> None:
    await stall.market.learn(VEO.model)
    async with stall.kept_current() as market:
        profile = market.profile(VEO.model)
        assert profile is not None
        assert profile.title == "Veo 3.1"


@at_the_stall
async def test_the_first_profile_is_known_without_asking(stall: Stall) -> None:
    assert (await stall.market.learn(MODEL)).model == MODEL
    assert stall.vendor.asked == []


@at_the_stall
async def test_nothing_is_said_of_a_model_before_anything_was_heard(stall: Stall) -> None:
    assert stall.market.availability(MODEL).sold is Sold.UNKNOWN
    stall.vendor.rows = []
    await stall.market.refresh()
    assert stall.market.availability(MODEL).sold is Sold.UNKNOWN  # a service that lists nothing proves nothing


@at_the_stall
async def test_a_model_that_the_list_lacks_is_withdrawn(stall: Stall) -> None:
    async with stall.kept_current() as market:
        missing = market.availability(MODEL)
        assert missing.is_withdrawn
        assert missing.since == EPOCH_MS
        assert "list of models" in missing.reason
        assert market.availability(VEO.model).sold is Sold.YES


@at_the_stall
async def test_a_refusal_outweighs_a_list_for_a_day_and_has_it_read_anew(stall: Stall) -> None:
    stall.vendor.rows = [SORA, VEO]
    async with stall.kept_current() as market:
        await stall.clock.sleep(60)
        market.note(refused(MODEL, stall.clock.now_ms()), Cause.MODEL_WITHDRAWN)
        assert market.availability(MODEL).is_withdrawn
        assert "temporarily paused" in market.availability(MODEL).reason
        await stall.clock.sleep(1)
        assert len(stall.vendor.questions("models")) == 2
        assert market.availability(MODEL).is_withdrawn
        await stall.clock.sleep(REFUSAL_HOLDS_MS / 1000 + LIST_GOOD_FOR_MS / 1000)
        assert market.availability(MODEL).sold is Sold.YES


@at_the_stall
async def test_a_refusal_is_remembered_at_the_next_start(stall: Stall) -> None:
    async with stall.kept_current() as market:
        await stall.clock.sleep(1)
        market.note(refused(VEO.model, stall.clock.now_ms()), Cause.MODEL_WITHDRAWN)
        await stall.clock.sleep(1)
    stall.open_again()
    async with stall.kept_current() as market:
        assert market.availability(VEO.model).is_withdrawn


@at_the_stall
async def test_a_task_that_was_made_after_a_refusal_takes_it_back(stall: Stall) -> None:
    async with stall.kept_current() as market:
        at = stall.clock.now_ms()
        market.note(refused(MODEL, at), Cause.MODEL_WITHDRAWN)
        made = waiting(2, settings_in(stall.folder), sent_at=at + 1000)
        market.note(made, None)
        await stall.clock.sleep(10)
        assert market.availability(MODEL).sold is Sold.YES
        market.note(refused(MODEL, at + 500), Cause.MODEL_WITHDRAWN)  # late news of an older send
        assert market.availability(MODEL).sold is Sold.YES


@at_the_stall
async def test_any_other_refusal_says_nothing_of_the_model(stall: Stall) -> None:
    stall.market.note(refused(MODEL, EPOCH_MS, "guardrails"), Cause.MODERATION)
    assert stall.market.availability(MODEL).sold is Sold.UNKNOWN


@at_the_stall
async def test_health_is_asked_at_most_once_in_ten_minutes_and_kept(stall: Stall) -> None:
    assert stall.market.health(VEO.model) is None
    health = await stall.market.look_at_health(VEO.model)
    assert health.words == "healthy, 99 %"
    assert await stall.market.look_at_health(VEO.model) is health
    stall.open_again()
    async with stall.kept_current() as market:
        assert market.health(VEO.model) == health
    await stall.clock.sleep(HEALTH_GOOD_FOR_MS / 1000)
    await stall.market.look_at_health(VEO.model)
    assert len(stall.vendor.questions(f"health of {VEO.model}")) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"models": 1}', '{"models": [{}], "read_at": 1}', "null"])
def test_a_damaged_cache_is_as_good_as_none(content: str, tmp_path: Path) -> None:
    cache = CatalogueCache(tmp_path, ORIGIN)
    cache.save_list([VEO], 1)
    cache.save_schema(VEO.model, a_document(), 1)
    cache.save_heard({})
    cache.save_healths({})
    for path in tmp_path.rglob("*.json"):
        path.write_text(content, encoding="utf-8")
    assert cache.load_list() is None
    assert cache.load_schema(VEO.model) is None
    assert cache.load_heard() == {}
    assert cache.load_healths() == {}


def test_the_cache_is_private_and_services_do_not_share_it(tmp_path: Path) -> None:
    CatalogueCache(tmp_path, ORIGIN).save_list([VEO], 1)
    assert CatalogueCache(tmp_path, "https://other.example").load_list() is None
    [file] = tmp_path.rglob("*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_text())["models"][0]["model"] == VEO.model


def test_ids_that_look_alike_as_file_names_do_not_meet(tmp_path: Path) -> None:
    cache = CatalogueCache(tmp_path, ORIGIN)
    cache.save_schema("a/b", {"of": 1}, 1)
    cache.save_schema("a-b", {"of": 2}, 1)
    cache.save_schema("../../a", {"of": 3}, 1)
    kept = [cache.load_schema(model) for model in ("a/b", "a-b", "../../a")]
    assert [each and each.document for each in kept] == [{"of": 1}, {"of": 2}, {"of": 3}]
    assert all(path.is_relative_to(tmp_path / "catalogue") for path in tmp_path.rglob("*.json"))


@in_virtual_time
async def test_a_studio_tells_when_its_first_model_is_withdrawn_and_quotes_what_was_charged(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    done = waiting(1, settings, parameters={"size": "high", "n_frames": "10"}, credits=63.0)
    put_in_store(settings, replace(done, state=TaskState.SUCCESS, finished_at=EPOCH_MS + 60_000))
    async with a_desk(tmp_path) as desk:
        service = cast(Any, desk.service)
        service.models = Vendor(desk.clock).models
        await desk.pass_s(TRY_AGAIN_S * 30)
        assert ModelsChanged() in desk.told(ModelsChanged)
        assert desk.studio.market.availability(MODEL).is_withdrawn
        quote = desk.studio.quote(Draft("A boat", MODEL, {"size": "high", "n_frames": "10"}))
        assert quote.basis is Basis.LISTED  # other parameters were sent then: upload_method and the like


@in_virtual_time
async def test_a_refused_send_says_that_its_model_is_withdrawn(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        paused = Refused("no", code=500, text="This interface is temporarily paused", http_status=200)
        desk.service.answer_create = raising(paused)
        await desk.studio.submit(Draft("A boat", MODEL))
        await desk.pass_s(5)
        assert desk.studio.market.availability(MODEL).is_withdrawn


@in_virtual_time
async def test_what_a_task_was_charged_is_the_price_of_the_next(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        draft = Draft("A boat", MODEL, {"size": "high"})
        assert desk.studio.quote(draft).credits == 330
        task = await desk.studio.submit(draft)
        await desk.pass_s(2)
        record = await desk.service.answer_look(desk.studio.tasks[task.ref].task_id or "")
        desk.service.answer_look = _always(record.model_copy(update={"credits_consumed": 63.0}))
        await desk.pass_s(30)
        quote = desk.studio.quote(draft)
        assert (quote.credits, quote.basis, quote.charges) == (63.0, Basis.CHARGED, 1)
        assert ModelsChanged(MODEL) in desk.told(ModelsChanged)
        again = await desk.studio.submit(draft)
        assert again.price == 63.0


def _always(record: Any) -> Callable[[str], Awaitable[Any]]:
    async def answer(task_id: str) -> Any:
        return record.model_copy(update={"task_id": task_id})

    return answer


@at_the_stall
async def test_a_price_in_prose_is_a_bound_and_no_promise(stall: Stall) -> None:
    await stall.market.learn(VEO.model)
    async with stall.kept_current() as market:
        quote = market.quote(Draft("A boat", VEO.model))
        assert (quote.credits, quote.basis) == (250.0, Basis.AT_MOST)
        assert quote.expected is None
