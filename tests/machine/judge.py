"""The promises, judged by the service's books against the store's file, which is read past the program's code."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tests.machine.service import Service

FINAL = ("success", "fail", "refused", "abandoned", "expired")


class Broken(AssertionError):
    """A promise was broken.

    Attributes:
        promise: `I1` to `I6` (reliability design, §3); `I7`: what the user holds or pauses is not sent.
    """

    def __init__(self, promise: str, what: str) -> None:
        super().__init__(f"{promise}: {what}")
        self.promise = promise


@dataclass(frozen=True, slots=True)
class Row:
    """A task as it stands in the file."""

    ref: str
    state: str
    task_id: str | None
    links: tuple[str, ...]
    owner: str | None


class Judge:
    """Looks at the books and at the file. Remembers how each task ended.

    Args:
        path: the store's file.
        service: the service's books.
    """

    def __init__(self, path: Path, service: Service) -> None:
        self._service = service
        self._file = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        self._ended: dict[str, Row] = {}
        self._kept: dict[str, int] = {}
        self._was_paused = False

    def close(self) -> None:
        self._file.close()

    def rows(self) -> list[Row]:
        """The tasks, oldest first."""
        found = self._file.execute("SELECT ref, state, task_id, links, owner FROM tasks ORDER BY seq").fetchall()
        return [
            Row(ref, state, task_id, tuple(json.loads(links)), owner) for ref, state, task_id, links, owner in found
        ]

    def no_send_is_charged_twice(self) -> None:
        for ref, times in Counter(self._service.charges()).items():
            if times > 1:
                raise Broken("I1", f"{ref} was charged {times} times")

    def what_is_charged_has_a_row(self) -> None:
        for ref in set(self._service.charges()) - {row.ref for row in self.rows()}:
            raise Broken("I2", f"{ref} was charged and is nowhere")

    def what_is_charged_is_never_called_refused(self) -> None:
        charged = set(self._service.charges())
        for row in self.rows():
            if row.state == "refused" and row.ref in charged:
                raise Broken("I3", f"{row.ref} was charged")

    def nothing_of_the_dead_is_still_being_sent(self, alive: Collection[str]) -> None:
        for row in self.rows():
            if row.state == "sending" and row.owner not in alive:
                raise Broken("I4", f"{row.ref} is still being sent by {row.owner}")

    def what_the_user_keeps_is_not_sent(self) -> None:
        starts: dict[str, int] = dict(self._file.execute("SELECT ref, attempts FROM tasks"))
        is_paused = self._file.execute("SELECT 1 FROM pauses").fetchone() is not None
        held = {ref for (ref,) in self._file.execute("SELECT ref FROM tasks WHERE state = 'queued' AND is_held")}
        for ref, attempts in self._kept.items():
            if (ref in held or (is_paused and self._was_paused)) and starts[ref] != attempts:
                raise Broken("I7", f"{ref} was sent though it is held, or all is paused")
        self._kept = {ref: attempts for ref, attempts in starts.items() if is_paused or ref in held}
        self._was_paused = is_paused

    def what_has_ended_never_changes(self) -> None:
        ends: dict[str, str] = {}
        for ref, state in self._file.execute("SELECT ref, state FROM steps ORDER BY seq").fetchall():
            if ends.setdefault(ref, state) != state:
                raise Broken("I5", f"{ref} went on to {state} after {ends[ref]}")
            if state not in FINAL:
                del ends[ref]
        rows = {row.ref: row for row in self.rows()}
        for ref, ended in self._ended.items():
            if rows.get(ref) != ended:
                raise Broken("I5", f"{ended} became {rows.get(ref)}")
        self._ended.update({ref: row for ref, row in rows.items() if row.state in FINAL})

    def what_is_known_of_a_task_came_from_its_own_record(self) -> None:
        charged = set(self._service.charges())
        for row in self.rows():
            made = None if row.task_id is None else self._service.task(row.task_id)
            if row.task_id is not None and row.ref in charged and not self._service.is_told(row.ref, row.task_id):
                raise Broken("I6", f"{row.ref} goes by {row.task_id}, which was made for another send")
            if row.links and not (made is not None and set(row.links) <= made.links):
                raise Broken("I6", f"{row.ref} has {row.links}, which no record of {row.task_id} told")
            if row.state in ("success", "fail") and not (made is not None and row.state in made.ends):
                raise Broken("I6", f"{row.ref} is called {row.state}, which no record of {row.task_id} said")
