"""The service itself, without HTTP: accepts creates, lets time pass, answers reads, keeps the books.

All of it runs on one thread, the server's event loop; videos are made elsewhere and looked for here.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from sora_tui.simulator import answers, links, markers, wishes
from sora_tui.simulator.answers import Answer
from sora_tui.simulator.beginning import Order, begun
from sora_tui.simulator.bodies import ref_in, text_in
from sora_tui.simulator.callbacks import Callbacks
from sora_tui.simulator.catalogue import Catalogue
from sora_tui.simulator.clock import Clock, SystemClock
from sora_tui.simulator.discovery import Discovery
from sora_tui.simulator.faults.script import Faults
from sora_tui.simulator.film_maker import KEPT_S, FilmMaker
from sora_tui.simulator.journal import Journal
from sora_tui.simulator.ledger import Charge, Create, Ledger, Refusal, fingerprint
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.markers import Plan
from sora_tui.simulator.options import Options
from sora_tui.simulator.records import SimulatedTask, record
from sora_tui.simulator.uploads import Uploads, texts_in
from sora_tui.simulator.window import Window

_log = logging.getLogger(__name__)


class Engine:
    """The tasks, purses and files of one folder.

    Attributes:
        base_url: where this server is reached now; links are made on it.
        wake: called from any thread when `settle` has something to do sooner than it said.
        callbacks: calls the addresses that tasks came with.
        catalogue: the models it runs.
        discovery: what it answers about them.
        uploads: the files that inputs may link to.
    """

    def __init__(
        self,
        folder: Path,
        options: Options | None = None,
        *,
        clock: Clock | None = None,
        script: Faults | None = None,
    ) -> None:
        self.options = options or Options()
        self.clock: Clock = clock or SystemClock()
        self.base_url = ""
        self.wake: Callable[[], None] = lambda: None
        self.requests: Counter[str] = Counter()
        self._random = Random(self.options.seed)
        self._creates = Window(self.options.creates, self.options.create_window_s, self.clock)
        self._reads = Window(self.options.reads_per_second, 1.0, self.clock)
        self._turned_away: Counter[str] = Counter()
        self._tasks: dict[str, SimulatedTask] = {}
        self._running: dict[str, SimulatedTask] = {}
        self._awaited: dict[str, list[Future[Path]]] = {}
        self._secret = ""
        self.catalogue = Catalogue(self.options.catalogue, withdrawn=self.options.withdrawn, paused=self.options.paused)
        self.discovery = Discovery(self.catalogue, self.options, self.clock)
        self.ledger = Ledger(self.options.credits)
        self.callbacks = Callbacks(
            self.options,
            self.clock,
            self.ledger,
            script if script is not None else Faults(clock=self.clock),
            base_url=lambda: self.base_url,
            wake=self._wake_up,
        )
        self._journal = Journal(folder)
        self.uploads = Uploads(folder, self._journal, self.clock)
        try:
            self._replay()
        except BaseException:
            self._journal.close()
            raise
        self._films = FilmMaker(
            folder / "films",
            workers=self.options.workers,
            small=self.options.small_clips,
            made=self._wake_up,
        )
        for task in self._running.values():
            self._order(task)
            self.callbacks.began(task)

    def close(self) -> None:
        """Stop making videos and let the folder go. Running tasks go on at the next start."""
        self._films.close()
        self._journal.close()

    # The API

    def create(
        self, key: str, body: Any, *, ref: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """`createTask`: check, charge, start. `body` is the decoded JSON, whatever it is."""
        self.settle()
        account = fingerprint(key)
        request = body if isinstance(body, dict) else {}
        ref = ref or ref_in(text_in(request.get("callBackUrl")))
        answer = self._accept(account, request, ref)
        task_id = answer.data["taskId"] if answer.code == 200 else None
        self.ledger.creates.append(Create(ref, body, headers or {}, answer.code, task_id, self._now_ms()))
        if answer.code != 200:
            self.ledger.refusals.append(Refusal(ref, account, answer.code, answer.msg, self._now_ms()))
        return answer

    def read(self, key: str, task_id: str) -> Answer:
        """`recordInfo`. The tasks of other keys are unknown."""
        if self._reads.is_full(task_id):
            return Answer(429, answers.THROTTLED)
        self._reads.count(task_id)
        self.settle()
        task = self._tasks.get(task_id)
        if task is None or task.account != fingerprint(key):
            return Answer(422, answers.UNKNOWN_TASK)
        return Answer(data=record(task, self.base_url))

    def credit(self, key: str) -> Answer:
        """`chat/credit`: what is left."""
        self.settle()
        return Answer(data=self.ledger.credits(fingerprint(key)))

    def download_url(self, url: Any) -> Answer:
        """`common/download-url`: a link to one of our files that is good for 20 minutes."""
        name = links.name_in(url)
        if self._task_of(name) is None:
            return Answer(422, answers.FOREIGN_URL)
        return Answer(data=self.base_url + links.signed(name, self.clock.now(), self._secret))

    # The files

    def file(self, name: str) -> Future[Path] | None:
        """The file called `name` in a link, made again if it is gone; None for none, or none any more."""
        task = self._task_of(name)
        if task is None or task.completed is None or self.clock.now() > task.completed / 1000 + KEPT_S:
            return None
        plain = name.removeprefix("watermark_")
        wish = dict(task.named_wishes())[plain]
        return self._films.order(wish if plain == name else replace(wish, watermark=True))

    def may_follow(self, name: str, query: str) -> bool:
        """Whether the link to `name` with `query` is still good."""
        return links.is_good(name, query, self.clock.now(), self._secret)

    # Time

    def settle(self) -> float | None:
        """End every task and make every call that is due. Answers the seconds until the next one, None for never."""
        now, soonest = self._now_ms(), None
        for task in list(self._running.values()):
            if task.due is None:
                continue
            if task.due > now:
                soonest = task.due if soonest is None else min(soonest, task.due)
                continue
            self._end_if_ready(task, now)
        call = self.callbacks.settle()
        soonest = min((at for at in (soonest, call) if at is not None), default=None)
        return None if soonest is None else (soonest - now) / 1000

    def make_due(self, task_id: str | None = None, plan: Plan | None = None) -> list[Future[Path]]:
        """Let a task (all, for None) end now, by `plan` if given. Answers the files that are still awaited.

        Raises:
            KeyError: there is no such running task.
        """
        chosen = list(self._running.values()) if task_id is None else [self._running[task_id]]
        for task in chosen:
            task.due = self._now_ms() if task.due is None else min(task.due, self._now_ms())
            task.plan = replace(plan or task.plan, ends=True)
            self._journal.add({"event": "plan", "task": task.as_event()})
        files = [file for task in chosen for file in self._order(task)]
        self.settle()
        return [file for file in files if not file.done()]

    def set_credits(self, key: str, credits: float) -> None:
        """Fill or empty a key's purse."""
        self._journal.add({"event": "purse", "account": fingerprint(key), "credits": credits})
        self.ledger.set_credits(fingerprint(key), credits)

    def tasks(self) -> list[SimulatedTask]:
        """Every task, oldest first."""
        return list(self._tasks.values())

    def task(self, task_id: str) -> SimulatedTask | None:
        """The task of this id, whoever's it is."""
        return self._tasks.get(task_id)

    def _accept(self, account: str, request: dict[str, Any], ref: str | None) -> Answer:
        given = request.get("input")
        refusal = self.catalogue.objection(request.get("model"), given)
        if refusal is not None:
            return refusal
        model = self.catalogue.model(request.get("model"))
        assert model is not None
        assert isinstance(given, dict)
        mark = markers.mark_in_input(given)
        if mark is not None and mark.answer is not None:
            return mark.answer
        if mark is not None and mark.throttled and self._turn_away(ref or wishes.said(given)):
            return Answer(429, answers.THROTTLED)
        if self._creates.is_full(account):
            return Answer(429, answers.THROTTLED)
        values = model.document.values(given) if model.document is not None else given
        order = Order(model, request, values, ref, account)
        if self.ledger.credits(account) < order.price:
            return Answer(402, answers.NO_CREDITS)
        linked = self.uploads.linked(given, self.base_url)
        unreachable = Plan(succeeds=False, code=500, text=answers.NO_PICTURE, stretch=0.3) if None in linked else None
        plan = (mark.plan if mark is not None else unreachable or self._chance()) or Plan()
        pictures = [upload.file for upload in linked if upload is not None and upload.mime.startswith("image/")]
        pictures += self._results_in(given)
        seconds = self.options.duration(self._random) * plan.stretch
        task = begun(order, plan, now=self._now_ms(), seconds=seconds, picture=next(iter(pictures), ""))
        self._journal.add({"event": "create", "task": task.as_event()})
        self._admit(task)
        self._creates.count(account)
        self._order(task)
        self.callbacks.began(task)
        self.wake()
        return Answer(data={"taskId": task.task_id, "recordId": task.task_id}, lost=mark is not None and mark.lost)

    def _results_in(self, given: dict[str, Any]) -> list[str]:
        """The pictures that tasks made before and an input links to."""
        found = []
        for text in texts_in(given):
            name = links.name_in(text)
            wish = dict(task.named_wishes()).get(name) if (task := self._task_of(name)) is not None else None
            if wish is not None and wish.makes is Makes.IMAGE and self.file(name) is not None:
                found.append(self._films.place(wish))
        return found

    def _wake_up(self) -> None:
        self.wake()

    def _turn_away(self, name: str) -> bool:
        self._turned_away[name] += 1
        return self._turned_away[name] <= markers.REFUSED_BEFORE_ACCEPTED

    def _chance(self) -> Plan | None:
        if self._random.random() < self.options.failure_rate:
            return markers.MARKS["fail-early"].plan
        return None

    def _order(self, task: SimulatedTask) -> list[Future[Path]]:
        """Have the task's files made, if it will have some."""
        if not (task.plan.succeeds and task.plan.links):
            return []
        if task.task_id not in self._awaited:
            due = task.due or task.created
            self._awaited[task.task_id] = [self._films.order(wish, due=due) for wish in task.wishes]
        return self._awaited[task.task_id]

    def _end_if_ready(self, task: SimulatedTask, now: int) -> None:
        assert task.due is not None
        if not task.plan.succeeds:
            self._end(task, "fail", task.due, task.plan.code, task.plan.text)
            return
        files = self._order(task)
        if not all(file.done() for file in files):
            task.late = True
            return
        completed = now if task.late else task.due
        trouble = next((error for file in files if (error := file.exception()) is not None), None)
        if trouble is not None:
            _log.error("The files of task %s can't be made: %s", task.task_id, trouble)
            self._end(task, "fail", completed, 500, answers.SERVER_FAULT)
            return
        self._end(task, "success", completed)

    def _end(
        self, task: SimulatedTask, state: str, at: int, code: int | str | None = None, text: str | None = None
    ) -> None:
        task.state, task.completed, task.fail_code, task.fail_msg = state, at, code, text
        self._journal.add({"event": "end", "task": task.as_event()})
        self._settle_books(task)
        self.callbacks.ended(task)

    def _admit(self, task: SimulatedTask) -> None:
        self._tasks[task.task_id] = self._running[task.task_id] = task
        self.ledger.charge(
            Charge(task.ref, task.task_id, task.account, task.model, task.price, given_back=0.0, at=task.created)
        )

    def _settle_books(self, task: SimulatedTask) -> None:
        del self._running[task.task_id]
        self._awaited.pop(task.task_id, None)
        if task.state == "fail":
            self.ledger.give_back(task.task_id)

    def _replay(self) -> None:
        for event in self._journal.events():
            match event["event"]:
                case "secret":
                    self._secret = event["secret"]
                case "upload":
                    self.uploads.replay(event["upload"])
                case "purse":
                    self.ledger.set_credits(event["account"], event["credits"])
                case "create":
                    self._admit(SimulatedTask.from_event(event["task"]))
                case "plan" | "end":
                    task = SimulatedTask.from_event(event["task"])
                    self._tasks[task.task_id] = self._running[task.task_id] = task
                    if event["event"] == "end":
                        self._settle_books(task)
        self.uploads.tidy()
        if not self._secret:
            self._secret = secrets.token_hex(16)
            self._journal.add({"event": "secret", "secret": self._secret})

    def _task_of(self, name: str) -> SimulatedTask | None:
        task = self._tasks.get(links.task_id_in(name) or "")
        return task if task is not None and name.removeprefix("watermark_") in task.file_names else None

    def _now_ms(self) -> int:
        return round(self.clock.now() * 1000)
