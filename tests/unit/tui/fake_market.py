"""A market of models whose answers a test writes and lets come when it wants them to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from sora_tui.kie.catalogue import ModelListing
from sora_tui.kie.kinds import ModelKind
from sora_tui.kie.profiles import SORA_2_PRO, Choice, Field, FieldError, FieldKind, ModelProfile
from sora_tui.studio.availability import Availability, Sold
from sora_tui.studio.events import Event, ModelsChanged
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.prices import Basis, Quote
from sora_tui.studio.substitutes import Difference, Substitution
from sora_tui.studio.task import Draft
from tests.unit.tui.tasks import HOUR, MINUTE, NOW_MS

VEO_PROSE = "Fast mode: 720P — 60 credits (≈ $0.30) per video; 1080P — 65 credits (≈ $0.325) per video."
_MAKERS = ("Google", "ByteDance", "Kling", "Wan", "MiniMax", "PixVerse", "xAI", "Black Forest Labs")
_TYPES = ("Text to Video", "Image to Video", "Text to Image", "Image to Image", "Video to Video", "Text to Speech")


def many_listings(count: int = 218) -> list[ModelListing]:
    """As many models as the service lists, of every kind and maker."""
    known = [
        ModelListing(
            model="veo-3-1",
            title="Veo 3.1",
            provider="Google",
            task_types=("Text to Video", "Image to Video"),
            pricing=VEO_PROSE,
        ),
        ModelListing(
            model="kling-3.0-omni/text-to-video",
            title="Kling 3.0 Omni Text to Video",
            provider="Kling",
            task_types=("Text to Video",),
            pricing="720P: 14 credits/s ($0.070/s, no native audio)",
        ),
        ModelListing(model="odd/one", title="Odd one", provider="Nobody", task_types=("Text to Video",)),
    ]
    made = [
        ModelListing(
            model=f"maker-{place % len(_MAKERS)}/model-{place}",
            title=f"Model {place:03} {_TYPES[place % len(_TYPES)]}",
            provider=_MAKERS[place % len(_MAKERS)],
            task_types=(_TYPES[place % len(_TYPES)],),
            pricing=f"{place} credits per run",
        )
        for place in range(count - len(known))
    ]
    return known + made


VEO = ModelProfile(
    "veo-3-1",
    "Veo 3.1",
    (
        Field("aspect_ratio", "Aspect", FieldKind.CHOICE, (Choice("16:9", "16:9"), Choice("9:16", "9:16")), "16:9"),
        Field("duration", "Length", FieldKind.CHOICE, (Choice(4, "4 s"), Choice(8, "8 s")), 8),
        Field("generate_audio", "Sound", FieldKind.FLAG, default=True),
        Field("image_urls", "Images", FieldKind.LINK_LIST, max_items=3),
    ),
    5_000,
)


class FakeMarket:
    """Stands in for `Studio.market`.

    Attributes:
        asked: what was read of the service, in order.
        may_answer: readings wait for it.
        refusals: what a reading raises, by what is read: a model's id, `list`, or `health`.
    """

    def __init__(self, listings: Sequence[ModelListing] = (), *, read_at: int | None = NOW_MS - 2 * HOUR) -> None:
        self.listings = tuple(listings)
        self.read_at = read_at if listings else None
        self.is_reading = False
        self.profiles: dict[str, ModelProfile] = {SORA_2_PRO.model: SORA_2_PRO}
        self.schemas: dict[str, ModelProfile] = {"veo-3-1": VEO}
        self.standings: dict[str, Availability] = {}
        self.quotes: dict[str, Quote] = {
            "veo-3-1": Quote(370, Basis.AT_MOST),
            SORA_2_PRO.model: Quote(330, Basis.LISTED),
        }
        self.healths: dict[str, ModelHealth] = {}
        self.refusals: dict[str, Exception] = {}
        self.next_list: Sequence[ModelListing] | None = None
        self.asked: list[str] = []
        self.given_up: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.tell: Callable[[Event], None] = lambda _event: None

    def withdraw(self, model: str, reason: str = "The service says that it is paused.") -> None:
        """The model can't be had any more."""
        self.standings[model] = Availability(Sold.NO, NOW_MS - 5 * MINUTE, reason)
        self.tell(ModelsChanged(model))

    def listing(self, model: str) -> ModelListing | None:
        return next((each for each in self.listings if each.model == model), None)

    def profile(self, model: str, mode: str = "") -> ModelProfile | None:
        known = self.profiles.get(model)
        return known.in_mode(mode) if known and mode else known

    async def learn(self, model: str) -> ModelProfile:
        if model not in self.profiles:
            await self._read(model)
            self.profiles[model] = self.schemas.get(model) or replace(VEO, model=model, title=model)
        return self.profiles[model]

    async def refresh(self) -> None:
        self.is_reading = True
        try:
            await self._read("list")
        finally:
            self.is_reading = False
        if self.next_list is not None:
            self.listings = tuple(self.next_list)
        self.read_at = NOW_MS
        self.tell(ModelsChanged())

    def availability(self, model: str) -> Availability:
        return self.standings.get(model, Availability())

    def quote(self, draft: Draft) -> Quote:
        return self.quotes.get(draft.model, Quote())

    def pricing(self, model: str) -> str:
        listing = self.listing(model)
        return listing.pricing if listing else ""

    def health(self, model: str) -> ModelHealth | None:
        return self.healths.get(model)

    async def look_at_health(self, model: str) -> ModelHealth:
        if model not in self.healths:
            await self._read("health", model)
            rates = tuple(None if point < 12 else 99.0 if point % 20 else 70.0 for point in range(144))
            self.healths[model] = ModelHealth(model, rates, NOW_MS - 2 * MINUTE, 99.0)
        return self.healths[model]

    def substitutes_for(self, model: str) -> list[ModelListing]:
        return [each for each in self.listings if ModelKind.TEXT_TO_VIDEO in each.kinds and each.model != model][:12]

    async def substitute(self, draft: Draft, model: str) -> Substitution:
        profile = await self.learn(model)
        wide = draft.parameters.get("aspect_ratio", "landscape") == "landscape"
        parameters = {"aspect_ratio": "16:9" if wide else "9:16", "duration": 8, "generate_audio": True}
        made = Draft(draft.prompt, profile.model, parameters, parent_ref=draft.parent_ref)
        differences = (
            Difference("Length", f"{draft.parameters.get('n_frames', '10')} s", "8 s"),
            Difference("Watermark", "removed", ""),
        )
        return Substitution(made, ("16:9" if wide else "9:16",), differences)

    async def _read(self, what: str, of: str = "") -> None:
        name = f"{what} {of}".strip()
        self.asked.append(name)
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.given_up.append(name)
            raise
        if what in self.refusals:
            raise self.refusals[what]


class FakeStudio:
    """The part of the studio that a screen of models asks."""

    def __init__(self, market: FakeMarket, balance: float | None = 2480.0) -> None:
        self.market = market
        self.balance = balance
        self.errors: dict[str, list[FieldError]] = {}
        self.listeners: list[Callable[[Event], None]] = []
        market.tell = self.publish

    def check(self, draft: Draft) -> list[FieldError]:
        return self.errors.get(draft.model, [])

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def publish(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)
