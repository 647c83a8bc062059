"""The one door for every front end: commands go in, events come out. Knows no screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property, partial
from random import Random
from typing import TYPE_CHECKING, Self

from sora_tui.kie.codes import explain_error
from sora_tui.kie.errors import KieError
from sora_tui.kie.profiles import FieldError, Media, ModelProfile
from sora_tui.studio import drafts, logbook
from sora_tui.studio.adopting import Adopting
from sora_tui.studio.announcing import Announcer, Listener
from sora_tui.studio.awaited import Awaited
from sora_tui.studio.balance import Balance
from sora_tui.studio.book import Book
from sora_tui.studio.caps import Caps
from sora_tui.studio.catalogue_cache import CatalogueCache
from sora_tui.studio.clock import SYSTEM_CLOCK, Clock
from sora_tui.studio.connection import ClientFactory, Connection
from sora_tui.studio.drafting import errors_in, task_for
from sora_tui.studio.errors import (
    InvalidDraft,
    NotAnswered,
    WaitTimeout,
    WrongState,
)
from sora_tui.studio.estimates import DEMO_PRIOR, PRIOR, Estimates
from sora_tui.studio.events import Notice, ServiceChanged, Severity, TaskChanged
from sora_tui.studio.explaining import meaning_of
from sora_tui.studio.following import Following
from sora_tui.studio.health import Health, Trouble
from sora_tui.studio.hints import Hints
from sora_tui.studio.inbox import Inbox, Progress, Standing
from sora_tui.studio.instances import Instance, Seat
from sora_tui.studio.market import Market
from sora_tui.studio.naming import the_one
from sora_tui.studio.orders import SortKey
from sora_tui.studio.outbox import Outbox
from sora_tui.studio.pace import GUESTS_PER_SECOND, Pace
from sora_tui.studio.prices import Charge, Quote
from sora_tui.studio.proving import Adoption, ids_in, like_refs
from sora_tui.studio.reading import parked
from sora_tui.studio.requests import as_curl, request_for
from sora_tui.studio.saving import save_costs, save_links
from sora_tui.studio.schedule import Schedule
from sora_tui.studio.schema import FILE_NAME, MIGRATIONS, StoreCorrupt, StoreError
from sora_tui.studio.sleep import Sleep
from sora_tui.studio.submitting import Submitting
from sora_tui.studio.supervising import Supervisor
from sora_tui.studio.tags import tagged
from sora_tui.studio.task import Draft, IllegalTransition, Step, Task, TaskState
from sora_tui.studio.upkeep import Upkeep
from sora_tui.studio.views import View
from sora_tui.studio.watching import Watching
from sora_tui.studio.weighing import (
    awaits_weighing,
    can_be_weighed,
    costs_otherwise,
    moves_credits,
    weighed,
    what_it_cost_instead,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from sora_tui.kie.fetching import Fetcher
    from sora_tui.settings import Settings
    from sora_tui.studio.collecting import Collecting, Download
    from sora_tui.studio.downloading import Downloading
    from sora_tui.studio.importing import Importing
    from sora_tui.studio.inputs import InputNote
    from sora_tui.studio.kept import KeptTexts
    from sora_tui.studio.ledger import Costs
    from sora_tui.studio.memory import Memory
    from sora_tui.studio.refusals import Refusals
    from sora_tui.studio.spending import Span
    from sora_tui.studio.uploads import UploadProgress, Uploads
    from sora_tui.studio.verdicts import Verdicts

LESSONS = 2_000
"""Ended tasks whose durations are learned from at the start: enough for every kind in use."""
LESSONS_AT_ONCE = 50
"""Some of them, less than a ms of work."""
FIRST_READING_S = 1.0
"""How long the first send waits for the balance, which is later the evidence if its answer is lost."""


class Studio:
    """Tasks over time, for one service and one store.

    Args:
        settings: key, service, folders, pace.
        clock: the time; tests pass their own.
        client_factory: makes the client; `KieClient` with the settings by default.
        random: for every jitter.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = SYSTEM_CLOCK,
        client_factory: ClientFactory | None = None,
        random: Random | None = None,
    ) -> None:
        self._random = random = random or Random()
        self.settings = settings
        self.estimates = Estimates(DEMO_PRIOR if settings.demo else PRIOR)
        self._clock = clock
        self._is_started = False
        self._stop_collecting: Callable[[], None] | None = None
        self._fetcher: Fetcher | None = None
        self._announcer = Announcer()
        self._announcer.subscribe(logbook.write_down)
        self._publish = self._announcer.publish
        self._connection = Connection(settings, client_factory)
        self._supervisor = Supervisor(clock, self._publish)
        self._health = Health(random, self._trouble_changed)
        instance = Instance(settings.data_dir)
        self._seat = Seat.for_asking(settings.data_dir, settings.origin)
        store = settings.data_dir / FILE_NAME
        self._book = Book(store, instance, clock, self._task_changed)
        self.upkeep = Upkeep(store, clock, self._publish, self._book.note_damage)
        self.market = Market(
            CatalogueCache(settings.data_dir, settings.origin),
            self._connection.client,
            clock=clock,
            publish=self._publish,
        )
        self._balance = Balance(
            self._connection.client, health=self._health, clock=clock, publish=self._publish, weigh=self._weigh
        )
        self._submitting = Submitting(
            self._book,
            self._connection.client,
            lambda task: request_for(task, self._inbox.addresses_of(task)),
            health=self._health,
            supervisor=self._supervisor,
            clock=clock,
            random=random,
            publish=self._publish,
            ready=lambda: self._balance.first_reading(FIRST_READING_S),
            balance=lambda: self._balance.undisturbed,
        )
        self.outbox = Outbox(
            self._book,
            self._submitting,
            settings.origin,
            caps=Caps.of(settings),
            clock=clock,
            publish=self._publish,
        )
        self._sleep = Sleep(clock, self._woke_up)
        awaited = Awaited(self._let_down)
        self._watching = Watching(
            self._book,
            settings.origin,
            self._connection.client,
            schedule=Schedule(random, self.estimates.ends, is_told_of=awaited.is_told_of),
            pace=Pace(settings.poll_rate, random),
            guest_pace=Pace(min(GUESTS_PER_SECOND, settings.poll_rate), random),
            health=self._health,
            seat=self._seat,
            clock=clock,
            just_woke=lambda: self._sleep.is_news,
        )
        self._adopting = Adopting(self._book, settings.origin, self._watching.read, clock=clock)
        self._hints = Hints(self._book, settings.origin, watching=self._watching, health=self._health, clock=clock)
        self._inbox = Inbox(
            settings,
            self._book,
            awaited=awaited,
            clock=clock,
            hint=self._hints.take,
            publish=self._publish,
        )
        self._following = Following(
            self._book,
            settings.origin,
            clock=clock,
            queue=self._submitting.queue,
            take_wishes=self._watching.take_wishes,
        )

    # Doors of their own, opened when somebody comes: none is needed for the first frame

    @cached_property
    def costs(self) -> Costs:
        """What was spent, on what, and what it was worth."""
        from sora_tui.studio.ledger import Costs

        return Costs(self._book, self.settings.origin, clock=self._clock)

    @cached_property
    def memory(self) -> Memory:
        """Every prompt that was sent, and the threads they belong to."""
        from sora_tui.studio.memory import Memory

        return Memory(self._book, self.settings.origin)

    @cached_property
    def refusals(self) -> Refusals:
        """The prompts that the service's filter turned away, to compare a new one with."""
        from sora_tui.studio.refusals import Refusals

        refusals = Refusals(self.memory, self.settings.origin)
        self._announcer.subscribe(refusals.hear)
        return refusals

    @cached_property
    def kept(self) -> KeptTexts:
        """Drafts under names, templates and snippets."""
        from sora_tui.studio.kept import KeptTexts

        return KeptTexts(self.settings.data_dir, now_ms=self._clock.now_ms)

    @cached_property
    def verdicts(self) -> Verdicts:
        """What the user thinks of the results."""
        from sora_tui.studio.verdicts import Verdicts

        return Verdicts(self._book)

    @cached_property
    def importing(self) -> Importing:
        """Tasks from another store on their way into this one."""
        from sora_tui.studio.importing import Importing

        return Importing(self._book)

    @cached_property
    def collecting(self) -> Collecting:
        """The results on their way to this machine."""
        from sora_tui.studio.collecting import Collecting

        return Collecting(
            self._book,
            self.settings,
            self._make_downloading,
            clock=self._clock,
            random=self._random,
            publish=self._publish,
        )

    @cached_property
    def _uploads(self) -> Uploads:
        from sora_tui.studio.uploads import Uploads

        return Uploads(self.settings, self._connection.client, clock=self._clock)

    @property
    def is_collecting(self) -> bool:
        """Whether anything was ever wanted on this machine since the studio was opened."""
        return "collecting" in self.__dict__

    def download_of(self, task: Task) -> Download | None:
        """How far the results of a task are on their way to this machine; None where nothing is."""
        return self.collecting.download_of(task) if self.is_collecting else None

    # Opening and closing

    async def open(self) -> None:
        """Opens the store, loads the tasks and marks the interrupted sends of dead programs `unconfirmed`.

        Asks nothing of the network.

        Raises:
            StoreError: the store can't be used; the sentence says what to do.
        """
        await self._book.open()
        await self._inbox.prepare()
        try:
            await self._book.recover()
        except StoreCorrupt:
            raise
        except StoreError as error:  # readable but not writable: the tasks can still be looked at
            self._publish(Notice(str(error), Severity.WARNING, topic="store"))

    def start(self) -> None:
        """Starts sending, asking and following other programs on the same store; idempotent.

        Raises:
            NoKey: there is no key.
        """
        self._connection.need_key()
        if self._is_started:
            return
        self._is_started = True
        count = sum(self.counts.values())
        logbook.log.info("begins with %d tasks in the store (schema %d)", count, len(MIGRATIONS))
        self._supervisor.run("learning durations", self._learn)
        self._supervisor.run("watching for sleep", self._sleep.watch)
        self._submitting.start()
        self._watching.start(self._supervisor)
        self._supervisor.run("following", self._following.follow)
        self._supervisor.run("following hints", self._hints.follow)
        if self._inbox.is_wanted:
            self._supervisor.run("taking callbacks", self._inbox.serve)
        self._supervisor.run("reading credits", self._balance.keep_current)
        self._supervisor.run("reading the list of models", self.market.keep_current)
        self._supervisor.run("copying the store", self.upkeep.back_up_daily)
        self._supervisor.run("indexing prompts", self.upkeep.index_prompts)
        self._balance.is_due()

    def start_collecting(self, *, by_itself: bool = True) -> None:
        """Starts downloading results that are asked for, and `by_itself` also those the settings say; idempotent."""
        if self._stop_collecting is None:
            collecting = self.collecting
            self._stop_collecting = self._announcer.subscribe(collecting.hear) if by_itself else lambda: None
            self._supervisor.run("downloading results", collecting.download_wanted)
            if by_itself:
                self._supervisor.run("looking for results", collecting.look_for_results)

    async def close(self, *, patience_s: float = 20.0) -> None:
        """Waits up to `patience_s` for the sends in flight, stops all work and closes the store.

        What is still on its way then stays as an unconfirmed task; nothing is lost.
        """
        if self.in_flight:
            logbook.log.info("closing: waits for the answers to %d sends", self.in_flight)
        if self._stop_collecting is not None:
            self._stop_collecting()
        if self.is_collecting:
            await self.collecting.close()
        await self._submitting.close(patience_s)
        await self._supervisor.stop()
        self._seat.leave()
        await self._book.close()
        if self._fetcher is not None:
            await self._fetcher.aclose()
        await self._connection.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # What is there

    @property
    def tasks(self) -> Mapping[str, Task]:
        """By ref, newest last, the tasks that are not final, and every one that changed since the studio was opened.

        The others are counted, found and loaded from the store.
        """
        return self._book

    @property
    def counts(self) -> Mapping[TaskState, int]:
        """How many tasks of the store are in each state; 0 for a state that none is in."""
        return self._book.counts

    async def find(self, view: View, limit: int | None = None) -> list[SortKey]:
        """The keys of the tasks that a view lets through, in its order; the last entry of a key is the ref.

        Args:
            view: which.
            limit: only the first so many.
        """
        return await self._book.find(view, limit)

    async def load(self, refs: Iterable[str]) -> list[Task]:
        """These tasks in this order, wherever they are; refs that no task has are left out."""
        return await self._book.load(refs)

    async def tasks_in(self, view: View, limit: int | None = None) -> list[Task]:
        """The tasks that a view lets through, in its order; only the first `limit`."""
        return await self.load([key[-1] for key in await self.find(view, limit)])

    @property
    def expiring(self) -> Set[str]:
        """The refs of tasks a result of which the service will soon delete, and that is not on this machine."""
        return self.collecting.expiring if self.is_collecting else frozenset()

    @property
    def balance(self) -> float | None:
        """The account's credits as last read; None while unknown."""
        return self._balance.credits

    @property
    def polls_per_second(self) -> float:
        """Questions about tasks per second, over the last 10 s."""
        return self._watching.per_second

    @property
    def callbacks(self) -> Standing:
        """Whether callbacks are taken, and whether they come."""
        return self._inbox.standing

    @property
    def callback_address(self) -> str | None:
        """Where the service is asked to call when a task ends, without the task's ref. A secret."""
        return self._inbox.addresses.end

    @property
    def local_callback_address(self) -> str | None:
        """The same as a tunnel on this machine reaches it; None while the inbox is closed. A secret."""
        return self._inbox.local_address

    def progress_of(self, ref: str) -> Progress | None:
        """How far the vendor says that a running task is, if its callbacks say anything. Nothing proves it."""
        return self._inbox.progress_of(ref)

    @property
    def paused(self) -> str:
        """Why sending or asking has stopped or slowed; empty when all is well."""
        if self._book.damage is not None:
            return "The store is damaged. Nothing is sent until it is repaired."
        return self._health.trouble.value or self.outbox.paused

    @property
    def proxy(self) -> str:
        """Host and port of the proxy on the way to the service; empty for none, or before the first request."""
        return self._connection.proxy

    @property
    def in_flight(self) -> int:
        """Create requests whose answer is not known yet."""
        return self._submitting.in_flight

    async def get(self, name: str) -> Task:
        """The task with this ref or vendor's id, or the only one whose ref or id begins so.

        Raises:
            UnknownTask: there is none.
            AmbiguousTask: there are several.
        """
        return the_one(name, await self._book.named(name))

    def profile(self, model: str, mode: str = "") -> ModelProfile | None:
        """What a model takes, as far as it is known without asking; `market.learn` asks."""
        return self.market.profile(model, mode)

    def check(self, draft: Draft) -> list[FieldError]:
        """What the service would refuse, or bill and ignore, in this draft."""
        return errors_in(draft, self.market.profile_of(draft))

    def describe_input(self, text: str, media: Media) -> InputNote:
        """What stands in a field that takes a link: a file and what will become of it, or what is wrong with it.

        Looks at the file, so better asked in a thread.
        """
        from sora_tui.studio.inputs import describe

        return describe(text, media, self._clock.now_ms(), self._uploads)

    def quote(self, draft: Draft) -> Quote:
        """What the draft will cost, as well as that can be known."""
        return self.market.quote(draft)

    async def history(self, ref: str) -> list[Step]:
        """The states the task went through, oldest first."""
        return await self._book.history(ref)

    async def raw(self, ref: str) -> str | None:
        """The service's latest answer about the task, as it came."""
        return await self._book.raw(ref)

    def request_as_curl(self, task: Task) -> str:
        """The task's create request as a curl command, without the key."""
        return as_curl(task, self.settings)

    # What can be done

    async def prepared(self, draft: Draft, on_progress: Callable[[UploadProgress], None] | None = None) -> Draft:
        """The draft with links in place of its files, each of which is uploaded once while its link is good.

        Raises:
            InvalidDraft: it would be refused or billed in vain; nothing was uploaded.
            NotUploaded: a file could not be uploaded; the sentence says why and what to do.
            NoKey: there is no key, and something to upload.
        """
        profile = self.market.profile_of(draft)
        errors = errors_in(draft, profile)
        if errors or profile is None:
            raise InvalidDraft(errors)
        return await self._uploads.prepared(draft, profile, on_progress)

    async def submit(self, draft: Draft) -> Task:
        """Writes a task down and sends it, once. Returns as soon as it is on the disk.

        Its files are uploaded first, unless `prepared` has done so.

        Raises:
            InvalidDraft: it would be refused or billed in vain; nothing was written.
            NotUploaded: a file of it could not be uploaded; nothing was written.
            CapReached: it would cost more than the user's caps allow; nothing was written.
            StoreError: it could not be written; nothing is sent.
            NoKey: there is no key.
        """
        (task,) = await self.submit_all([draft])
        return task

    async def submit_all(
        self, drafts: Iterable[Draft], *, is_held: bool = False, accepts_unknown_price: bool = False
    ) -> list[Task]:
        """Writes the tasks of one press of *send* down, all or none, and sends them in this order, each once.

        Args:
            drafts: what is wanted.
            is_held: whether they wait in the outbox until they are released.
            accepts_unknown_price: whether one without a known price may be sent though there are caps.

        Raises:
            InvalidDraft, NotUploaded, StoreError, NoKey: as for `submit`; nothing was written.
            CapReached: too much would be spent; nothing was written. `PriceUnknown` where only the user can say.
        """
        self._connection.need_key()
        tasks = [self._task_for(await self.prepared(draft)) for draft in drafts]
        return await self.outbox.submit(tasks, is_held=is_held, accepts_unknown_price=accepts_unknown_price)

    async def settled(self, ref: str) -> Task:
        """The task once the answer to its create is known: neither queued nor being sent."""
        await self._until([ref], lambda task: task.state not in (TaskState.QUEUED, TaskState.SENDING))
        return self._book[ref]

    async def wait(self, refs: Collection[str], timeout_s: float | None = None) -> list[Task]:
        """The tasks once each has ended or is unconfirmed.

        Raises:
            WaitTimeout: that took longer than `timeout_s`. The tasks go on.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._until(refs, lambda task: not task.state.is_running)
        except TimeoutError:
            raise WaitTimeout(f"Not finished after {timeout_s:g} s. The tasks go on.") from None
        return await self.load(refs)

    async def withdraw(self, ref: str) -> Task:
        """Takes a task back that waits to be sent.

        Raises:
            WrongState: it is being sent, or was.
        """
        try:
            return await self._submitting.withdraw(ref)
        except IllegalTransition:
            raise WrongState("It is on its way already and can't be taken back.") from None

    async def abandon(self, ref: str) -> Task:
        """Gives an unconfirmed task up, on the user's word that it does not exist.

        Raises:
            WrongState: it is not unconfirmed.
        """
        now_ms = self._clock.now_ms()
        try:
            return await self._book.change(ref, lambda t: t.moved(TaskState.ABANDONED, finished_at=now_ms))
        except IllegalTransition:
            raise WrongState("Only a task whose answer was lost can be let go.") from None

    async def ids_in(self, text: str) -> list[str]:
        """The vendor's task ids in a pasted text, each once."""
        return ids_in(text, await self._book.refs_among(like_refs(text)))

    async def retries_of(self, refs: Collection[str]) -> int:
        """How many tasks were knowingly sent again for one of these."""
        return await self._book.retries_of(refs)

    async def adopt(self, task_id: str) -> Adoption:
        """Takes in a task by the vendor's id: as the unconfirmed one it proves to be, else as a new row.

        Raises:
            NotAnswered: the service does not know it or can't be asked.
        """
        try:
            return await self._adopting.adopt(task_id)
        except (KieError, ValueError) as error:
            raise NotAnswered(_in_words(error)) from error

    async def park(self, ref: str, is_parked: bool = True) -> Task:
        """Asks the service no more about a running task until it is parked no longer. It goes on there.

        Raises:
            WrongState: the service does not have it, or is done with it.
        """
        task = await self._book.change(ref, lambda t: parked(t, is_parked))
        if task.is_parked is not is_parked:
            raise WrongState("Only a task that the service is working on can be parked.")
        return task

    async def tag(self, refs: Iterable[str], *, add: Collection[str] = (), remove: Collection[str] = ()) -> list[Task]:
        """Gives tasks these tags and takes those away, in whatever state they are.

        Args:
            refs: which tasks.
            add: tags, as `tags_in` reads them.
            remove: tags; capitals mean nothing.

        Raises:
            BadTag: one of them would have too many; those before it have been tagged.
        """
        transition = partial(tagged, add=add, remove=remove)
        return [await self._book.change(ref, transition) for ref in refs]

    async def poll_now(self, ref: str) -> None:
        """Asks about one task at once, at the common pace. What went wrong comes as a notice.

        Where another instance does the asking, it is left to that one: the pace holds over all of them.
        """
        task = self._book.get(ref)
        if task is None or not self._watching.can_be_asked_about(task):
            return
        if not self._seat.take():
            await self._book.wish(ref)
            return
        try:
            await self._watching.look(ref)
        except (KieError, StoreError) as error:
            self._publish(Notice(_in_words(error), Severity.WARNING, topic="look"))

    def hint(self, task_id: str, ref: str | None = None) -> None:
        """Takes a callback for what it is, a hint that there may be news of a task; returns at once.

        A task with this id has its turn to be asked about. Where none has it, and `ref` names a send whose
        answer is not known, the service is asked whether the id is that send's. Anything else changes nothing.
        """
        self._hints.take(task_id, ref)

    async def save_links(self, refs: Sequence[str]) -> Path:
        """Writes the links of these tasks, one a line, to a new file in the download folder; answers which.

        Raises:
            NotSaved: there is no such file; the sentence says why.
        """
        tasks = await self.load(refs)
        return await asyncio.to_thread(save_links, tasks, self.settings, now_ms=self._clock.now_ms())

    async def save_costs(self, span: Span) -> Path:
        """Writes what each task of a time cost to a new file for a spreadsheet in the download folder; answers which.

        Raises:
            NotSaved: there is no such file; the sentence says why.
        """
        tasks = await self.costs.tasks(span)
        return await asyncio.to_thread(save_costs, tasks, self.settings, now_ms=self._clock.now_ms())

    async def refresh_credits(self) -> float:
        """Reads the account's credits now.

        Raises:
            KieError: they could not be read.
        """
        return await self._balance.read()

    async def use_key(self, key: SecretStr) -> None:
        """Goes on with another key for the same service.

        Raises:
            ValueError: it can't be a key; the message does not contain it.
        """
        self.settings = self.settings.with_key(key.get_secret_value())
        await self._connection.change(self.settings)
        self._health.renewed()
        self._watching.ring()
        self._balance.is_due()

    async def save_draft(self, draft: Draft, vary: str = "") -> None:
        """Keeps the draft for the next start, with the settings it goes through as they are written.

        Raises:
            OSError: it could not be written.
        """
        await asyncio.to_thread(drafts.save_draft, self.settings.data_dir, draft, vary)

    async def load_draft(self) -> Draft | None:
        """The draft kept last."""
        return await asyncio.to_thread(drafts.load_draft, self.settings.data_dir)

    async def load_vary(self) -> str:
        """The settings it goes through; empty for none."""
        return await asyncio.to_thread(drafts.load_vary, self.settings.data_dir)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every event, on the loop's thread, until the returned function is called."""
        return self._announcer.subscribe(listener)

    # Inside

    def _task_for(self, draft: Draft) -> Task:
        quote = self.quote(draft)
        task = task_for(
            draft,
            self.market.profile_of(draft),
            price=quote.expected,
            origin=self.settings.origin,
            now_ms=self._clock.now_ms(),
        )
        return replace(task, price_bound=quote.bound)

    async def _make_downloading(self) -> Downloading:
        def make() -> tuple[Fetcher, type[Downloading]]:  # httpx and av take 0.2 s to import: not on the loop
            from sora_tui.kie.fetching import Fetcher
            from sora_tui.studio.downloading import Downloading

            return Fetcher(), Downloading

        async def renewed(link: str) -> str:
            return await (await self._connection.client()).download_url(link)

        fetcher, downloading = await asyncio.to_thread(make)
        self._fetcher = fetcher
        return downloading(self.settings, fetcher, renewed, self._clock)

    def _let_down(self) -> None:
        self._watching.reconsider()

    async def _learn(self) -> None:
        """Learns durations from the tasks that ended last, a few at a time: meanwhile keys are typed. Never returns."""
        lessons = await self._book.lessons(LESSONS)
        for start in range(0, len(lessons), LESSONS_AT_ONCE):
            some = lessons[start : start + LESSONS_AT_ONCE]
            self.estimates.learn(some)
            self.market.learn_charges(
                Charge(lesson.ref, lesson.model, lesson.parameters, lesson.start_ms, lesson.credits)
                for lesson in some
                if lesson.credits and lesson.origin == self.settings.origin
            )
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    async def _woke_up(self) -> None:
        await self._connection.refresh()
        self._health.renewed()
        self._watching.take_up_all()
        self._balance.is_due()

    async def _until(self, refs: Iterable[str], is_there: Callable[[Task], bool]) -> None:
        waited_for = [ref for ref in refs if ref in self._book]  # what is not in memory has ended
        await self._announcer.until(lambda: all(is_there(self._book[ref]) for ref in waited_for))

    def _task_changed(self, event: TaskChanged) -> None:
        task, previous = event.task, event.previous
        self.estimates.observe(task)
        self._watching.note(task)
        self._inbox.note(task)
        if task.state is TaskState.QUEUED:
            self._submitting.reconsider()
        if task.origin == self.settings.origin:
            meaning = meaning_of(task) if task.state is TaskState.REFUSED else None
            self.market.note(task, None if meaning is None else meaning.cause)
        if moves_credits(task, previous):
            self._balance.moved()
        is_new_intent = previous is None and task.state is TaskState.QUEUED
        if not is_new_intent and (previous is None or previous.state is not task.state):
            self._balance.is_due()
        self._publish(event)
        if costs_otherwise(task) and previous is not None and not costs_otherwise(previous):
            self._publish(Notice(what_it_cost_instead(task), Severity.WARNING, topic="price"))

    async def _weigh(self, credits: float) -> None:
        """Holds the balance against the one before each send whose answer was lost."""
        for task in [task for task in self._book.values() if awaits_weighing(task)]:
            try:
                others = await self._book.moved_since(task.origin, task.sent_at or task.created_at)
                if can_be_weighed(task, others):
                    await self._book.change(task.ref, lambda t: weighed(t, credits))
            except StoreError as error:  # a hint is not worth more than a word
                self._publish(Notice(str(error), Severity.WARNING, topic="store"))

    def _trouble_changed(self, trouble: Trouble) -> None:
        self._publish(ServiceChanged(trouble.value))
        if trouble is Trouble.BAD_KEY:
            self._publish(Notice(trouble.value, Severity.ERROR, topic="key"))
        elif trouble is Trouble.NONE:
            self._watching.ring()


def _in_words(error: Exception) -> str:
    if isinstance(error, KieError):
        meaning = explain_error(error)
        return f"{meaning.title}. {meaning.next_step}"
    return str(error)
