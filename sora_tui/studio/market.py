"""What is known of the service's models: the list, what each takes, costs, and how it fares. One door for all of it.

What was read once is kept beside the store and serves offline; the service is asked about one thing at a time,
at most once a second (contract §6), and never in order to send.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sora_tui.kie.codes import Cause, explain_error
from sora_tui.kie.errors import KieError, Refused
from sora_tui.kie.profiles import ModelProfile, profile_for, profile_from_openapi
from sora_tui.kie.schema_shapes import UnusableSchema
from sora_tui.studio.availability import Availability, Sold
from sora_tui.studio.bell import Bell
from sora_tui.studio.catalogue_cache import CatalogueCache, Heard
from sora_tui.studio.clock import Clock
from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.events import ModelsChanged
from sora_tui.studio.model_health import ModelHealth, health_from
from sora_tui.studio.prices import Charge, Charges, Quote, charge_of, quote_for
from sora_tui.studio.task import Draft, Task, TaskState

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import ModelListing
    from sora_tui.kie.client import KieClient
    from sora_tui.studio.substitutes import Substitution

LIST_GOOD_FOR_MS = 6 * 3_600_000
"""How old a list may be before it is read anew by itself."""
SCHEMA_GOOD_FOR_MS = 24 * 3_600_000
"""How old a kept schema may be before the service is asked again when somebody wants it."""
HEALTH_GOOD_FOR_MS = 600_000
"""How long the points of ten minutes say how a model fares."""
REFUSAL_HOLDS_MS = 24 * 3_600_000
"""How long a refusal weighs more than a list that still has the model."""
TRY_AGAIN_S = 900.0
THROTTLED_PAUSE_S = 1.3
MOST_THROTTLED = 4
"""Tries of one question where other programs of the account use up the one request a second."""

T = TypeVar("T")


class Market:
    """The models of one service.

    Args:
        cache: what was read before.
        connect: gives the client.
        clock: the time.
        publish: told of every change.
    """

    def __init__(
        self,
        cache: CatalogueCache,
        connect: Callable[[], Awaitable[KieClient]],
        *,
        clock: Clock,
        publish: Callable[[ModelsChanged], None],
    ) -> None:
        self._cache = cache
        self._connect = connect
        self._clock = clock
        self._publish = publish
        self._bell = Bell(clock)
        self._charges = Charges()
        self._heard: dict[str, Heard] = {}
        self._listings: dict[str, ModelListing] = {}
        self._profiles: dict[str, ModelProfile | None] = {}
        self._healths: dict[str, ModelHealth] = {}
        self._reading: asyncio.Task[None] | None = None
        self._asked_anew_at = 0
        self._is_unsaved = False
        self.read_at: int | None = None
        """When the service gave the list, in epoch ms; None for never."""

    # What is known

    @property
    def listings(self) -> tuple[ModelListing, ...]:
        """The models as the service last listed them; none before it did."""
        return tuple(self._listings.values())

    @property
    def is_old(self) -> bool:
        """Whether the list should be read anew."""
        return self._list_due_s() <= 0

    @property
    def is_reading(self) -> bool:
        """Whether the list is being read now."""
        return self._reading is not None

    def listing(self, model: str) -> ModelListing | None:
        """The row of a model in the list."""
        return self._listings.get(model)

    def profile(self, model: str, mode: str = "") -> ModelProfile | None:
        """What a model takes, if that is known without asking; in the mode of that name where it has several."""
        if model not in self._profiles:
            self._profiles[model] = profile_for(model) or self._kept_profile(model)
        profile = self._profiles[model]
        return None if profile is None else profile.in_mode(mode)

    def profile_of(self, draft: Draft) -> ModelProfile | None:
        """What the model of a draft takes, in the draft's mode or in the one that fits best."""
        profile = self.profile(draft.model, draft.mode)
        if profile is None or draft.mode or not profile.modes:
            return profile
        return profile.in_mode(profile.mode_for(draft.parameters, draft.prompt))

    def availability(self, model: str) -> Availability:
        """Whether a model can be had, by whatever was heard last."""
        heard, read_at = self._heard.get(model), self.read_at
        if heard is not None and self._outweighs_list(heard, model):
            if heard.is_sold:
                return Availability(Sold.YES, heard.at)
            return Availability(Sold.NO, heard.at, f"The service answered “{heard.text}”.")
        if read_at is None or not self._listings:
            return Availability()
        if model in self._listings:
            return Availability(Sold.YES, read_at)
        return Availability(Sold.NO, read_at, "The service's list of models does not have it.")

    def pricing(self, model: str) -> str:
        """The service's prose about a model's price; empty where it is not known."""
        listing = self.listing(model)
        return "" if listing is None else listing.pricing

    def quote(self, draft: Draft) -> Quote:
        """What a draft will cost, as well as it can be known."""
        return quote_for(
            self.profile_of(draft),
            draft.model,
            draft.parameters,
            charges=self._charges,
            pricing=self.pricing(draft.model),
        )

    def health(self, model: str) -> ModelHealth | None:
        """How a model fares, as last read."""
        return self._healths.get(model)

    def substitutes_for(self, model: str) -> list[ModelListing]:
        """The models that can do what this one does, best first."""
        from sora_tui.studio.substitutes import rank

        sold = [row for row in self.listings if not self.availability(row.model).is_withdrawn]
        return rank(sold, model, self.listing(model))

    # What is asked

    async def load(self) -> None:
        """Takes in what was kept; asks nobody."""
        kept, heard, healths = await asyncio.to_thread(
            lambda: (self._cache.load_list(), self._cache.load_heard(), self._cache.load_healths())
        )
        self._heard = {**heard, **self._heard}
        self._healths = {**healths, **self._healths}
        if kept is not None and self.read_at is None:
            self._list(kept.listings, min(kept.read_at, self._clock.now_ms()))
        self._publish(ModelsChanged())

    async def refresh(self) -> None:
        """Reads the list anew. Who asks while it is being read waits for the same answer.

        Raises:
            NotAnswered: it could not be read; what was known stays.
        """
        self._asked_anew_at = self._clock.now_ms()
        await self._refresh()

    async def learn(self, model: str) -> ModelProfile:
        """What a model takes: as it is known, from what was kept, else from the service.

        Raises:
            UnusableSchema: its document describes nothing that can be sent.
            NotAnswered: the service could not be asked, and nothing was kept.
        """
        built_in = profile_for(model)
        if built_in is not None:
            return built_in
        kept = await asyncio.to_thread(self._cache.load_schema, model)
        now_ms = self._clock.now_ms()
        if kept is not None and kept.read_at > max(now_ms - SCHEMA_GOOD_FOR_MS, self._asked_anew_at):
            return self._take_in(model, kept.document)
        try:
            schema = await self._ask(lambda client: client.schema(model))
        except NotAnswered:
            if kept is None:
                raise
            return self._take_in(model, kept.document)
        await self._keep(lambda: self._cache.save_schema(model, schema.openapi, now_ms))
        return self._take_in(model, schema.openapi)

    async def look_at_health(self, model: str) -> ModelHealth:
        """How a model fared in the last 24 hours; asked at most once in ten minutes.

        Raises:
            NotAnswered: the service could not be asked.
        """
        known, now_ms = self._healths.get(model), self._clock.now_ms()
        if known is not None and now_ms - known.read_at < HEALTH_GOOD_FOR_MS:
            return known
        points = await self._ask(lambda client: client.success_rate(model))
        self._healths[model] = health = health_from(model, points, now_ms)
        await self._keep(lambda: self._cache.save_healths(dict(self._healths)))
        self._publish(ModelsChanged(model))
        return health

    async def substitute(self, draft: Draft, model: str) -> Substitution:
        """A draft as it would be for another model.

        Raises:
            UnusableSchema: the other model's document describes nothing that can be sent.
            NotAnswered: what the other model takes could not be read.
        """
        from sora_tui.studio.substitutes import adapt

        target = await self.learn(model)
        return adapt(draft, self.profile_of(draft), target)

    async def keep_current(self) -> None:
        """Reads the list when it is old, or when a refusal says that it must have changed. Never returns."""
        await self.load()
        not_before = float("-inf")
        while True:
            wait_s = max(self._list_due_s(), not_before - self._clock.monotonic())
            if wait_s <= 0:
                try:
                    await self._refresh()
                except NotAnswered:  # whoever looks at the list is told; nothing waits for it
                    not_before = self._clock.monotonic() + TRY_AGAIN_S
            else:
                await self._bell.wait(wait_s)
            if self._is_unsaved:
                self._is_unsaved = False
                await self._keep(lambda: self._cache.save_heard(dict(self._heard)))

    # What tasks tell

    def learn_charges(self, charges: Iterable[Charge]) -> None:
        """Takes in what tasks of this service were charged."""
        self._charges.learn(charges)

    def note(self, task: Task, cause: Cause | None) -> None:
        """A task of this service changed: it may tell a price, and whether its model can be had.

        Args:
            task: as it stands now.
            cause: why it was refused; None where it was not.
        """
        charge = charge_of(task)
        if charge is not None:
            before = self._charges.quote(task.model, task.parameters)
            self._charges.learn([charge])
            if self._charges.quote(task.model, task.parameters) != before:
                self._publish(ModelsChanged(task.model))
        at, known = task.sent_at or task.created_at, self._heard.get(task.model)
        if known is not None and known.at > at:
            return
        if cause in (Cause.MODEL_WITHDRAWN, Cause.UNKNOWN_MODEL):
            self._hear(task.model, Heard(False, at, task.text))
        elif task.state is TaskState.WAITING and known is not None and not known.is_sold:
            self._hear(task.model, Heard(True, at))

    # Inside

    def _list_due_s(self) -> float:
        """Seconds until the list should be read anew; none after a refusal of a model that it still has."""
        if self.read_at is None:
            return 0.0
        read_at = self.read_at
        if any(not said.is_sold and name in self._listings and said.at > read_at for name, said in self._heard.items()):
            return 0.0
        return (read_at + LIST_GOOD_FOR_MS - self._clock.now_ms()) / 1000

    def _hear(self, model: str, said: Heard) -> None:
        self._heard[model] = said
        self._is_unsaved = True
        self._publish(ModelsChanged(model))
        self._bell.ring()

    def _outweighs_list(self, heard: Heard, model: str) -> bool:
        if self.read_at is None or heard.at >= self.read_at:
            return True
        # A model that answers "paused" may well stay in the list for a while.
        return not heard.is_sold and model in self._listings and self.read_at - heard.at < REFUSAL_HOLDS_MS

    async def _refresh(self) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_list(), name="studio: the list of models")
            self._reading.add_done_callback(self._list_read)
            self._publish(ModelsChanged())
        await asyncio.shield(self._reading)

    async def _read_list(self) -> None:
        now_ms = self._clock.now_ms()
        listings = await self._ask(lambda client: client.models())
        self._list(listings, now_ms)
        await self._keep(lambda: self._cache.save_list(listings, now_ms))

    def _list(self, listings: Iterable[ModelListing], read_at: int) -> None:
        self._listings = {row.model: row for row in listings}
        self.read_at = read_at
        self._profiles.clear()  # they bear the titles of the list

    def _list_read(self, reading: asyncio.Task[None]) -> None:
        self._reading = None
        if not reading.cancelled():
            reading.exception()  # told to whoever waits; where nobody does, it must not be reported as forgotten
        self._publish(ModelsChanged())

    def _kept_profile(self, model: str) -> ModelProfile | None:
        kept = self._cache.load_schema(model)
        try:
            return None if kept is None else self._read_profile(model, kept.document)
        except UnusableSchema:
            return None

    def _take_in(self, model: str, document: object) -> ModelProfile:
        profile = self._read_profile(model, document)
        if self._profiles.get(model) != profile:
            self._profiles[model] = profile
            self._publish(ModelsChanged(model))
        return profile

    def _read_profile(self, model: str, document: object) -> ModelProfile:
        profile = profile_from_openapi(model, {"model": model, "openapi": document})
        listing = self.listing(model)
        return profile if listing is None else replace(profile, title=listing.title)

    async def _ask(self, question: Callable[[KieClient], Awaitable[T]]) -> T:
        """Asks; again after a moment where the second was used up by another program of the account."""
        for tried in range(1, MOST_THROTTLED + 1):
            try:
                return await question(await self._connect())
            except Refused as refusal:
                if explain_error(refusal).cause is not Cause.THROTTLED or tried == MOST_THROTTLED:
                    raise NotAnswered(_in_words(refusal)) from refusal
            except KieError as error:
                raise NotAnswered(_in_words(error)) from error
            await self._clock.sleep(THROTTLED_PAUSE_S * tried)
        raise AssertionError("the last try answers or raises")

    async def _keep(self, save: Callable[[], None]) -> None:
        with suppress(OSError):  # it is known now, and asked for again at the next start
            await asyncio.to_thread(save)


def _in_words(error: KieError) -> str:
    meaning = explain_error(error)
    return f"{meaning.title}. {meaning.next_step}"
