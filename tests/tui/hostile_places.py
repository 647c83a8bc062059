"""Every place that shows words from outside, in the real program: put hostile texts there and look at all of it.

Each of the three situations returns what the program showed, without sequences, and raises `Attacked` or another
`AssertionError` where the texts did harm.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sora_tui.simulator.server import Simulator
from sora_tui.studio.store import Store
from sora_tui.studio.task import Task, TaskState
from tests.pty import Terminal
from tests.tui.hostile import LONE_SURROGATE, attacks

MODEL = "sora-2-pro-text-to-video"
F2, F3, DOWN = "\x1bOQ", "\x1bOR", "\x1b[B"
ESCAPE = "\x1b[27u"  # as terminals send it that tell it from the beginning of a sequence


class Attacked(AssertionError):
    """Something of a text drove the terminal; the message says what."""


def ref_of(number: int) -> str:
    """A ref whose first four digits, which the screen shows, are its own."""
    return f"{number + 0xA000:x}".ljust(32, "0")


def id_of(number: int) -> str:
    return f"id{number}x"


def end_of(number: int) -> str:
    """What a raw answer ends with, so that it is seen to be drawn to its end."""
    return f"end{number}x"


def store_with(tasks: list[tuple[Task, str | None]]) -> None:
    """Puts tasks and the raw answers about them where the program looks."""
    store = Store(Path(os.environ["SORA_TUI_DATA_DIR"]) / "studio.sqlite3")
    for task, raw in tasks:
        store.insert(task, owner="", at=task.created_at, raw=raw)
    store.close()


def task_of(number: int, origin: str, **known: Any) -> Task:
    created = time.time_ns() // 1_000_000 - 60_000 + number
    usual: dict[str, Any] = {"state": TaskState.WAITING, "prompt": f"boat {number}", "model": MODEL, "parameters": {}}
    usual |= {"task_id": id_of(number), "created_at": created, "sent_at": created}
    return Task(ref=ref_of(number), origin=origin, **(usual | known))


@contextmanager
def at_work(simulator: Simulator) -> Iterator[Terminal]:
    """The program, which must live to the end and have written nothing that attacks.

    Raises:
        Attacked: something of a text reached the terminal.
        AssertionError: it did not live, or not well.
    """
    env = {"SORA_TUI_BASE_URL": simulator.url, "SORA_TUI_API_KEY": "demo-test", "SORA_TUI_POLL_RATE": "10"}
    with Terminal([sys.executable, "-m", "sora_tui"], size=(200, 90), env=env) as terminal:
        terminal.read_until("Upload to")
        yield terminal
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert terminal.modes_left() == set()
        if found := attacks(terminal.output):
            raise Attacked(", ".join(sorted(found)))
        assert "Traceback" not in terminal.text()
        assert "Something went wrong" not in terminal.text()


def walk(terminal: Terminal, count: int, *, is_editable: bool = False, unreadable: Collection[int] = ()) -> None:
    """Looks at every task, newest first: its row, its detail, its raw answer, and asks for it in the editor.

    Args:
        terminal: in which the newest is selected.
        count: how many there are, beginning with the oldest.
        is_editable: whether the oldest is taken into the editor at the end.
        unreadable: those about which the service says what can't be read, now or in a moment.
    """
    terminal.send(F3)
    for number in reversed(range(count)):
        ref = ref_of(number)[:4]
        if number < count - 1:  # the detail of the first stands there from the beginning
            own, note = id_of(number), "could not be read"
            terminal.read_until(f"{note}.*{own}|{own}.*{note}" if number in unreadable else own)
        terminal.send("j")
        terminal.read_until(f"Raw answer · {ref}")
        terminal.read_until(end_of(number))
        terminal.send(ESCAPE + DOWN)
    if is_editable:  # the last one alone: what was drawn for one before can't be told from what is drawn for it
        terminal.send("e")
        terminal.read_until("editing again|v[0-9]+ of “")


def in_the_store(folder: Path, groups: Sequence[str], singles: Sequence[str]) -> str:
    """Prompt, note, the service's words, its own state, parameters, result links, model, raw answer.

    Args:
        folder: for the simulator.
        groups: looked at one after the other, in the detail and in the editor.
        singles: shown in a row each.
    """
    with Simulator(folder / "simulator", small_clips=True) as simulator:
        tasks: list[tuple[Task, str | None]] = []
        for text in groups:
            words: dict[str, Any] = {"prompt": text, "vendor_state": text, "parameters": {text: text, "size": text}}
            refused = words | {"state": TaskState.REFUSED, "text": text, "note": text, "parent_ref": text}
            tasks.append((task_of(len(tasks), simulator.url, **refused), f'{text}\n"{end_of(len(tasks))}"'))
            made = words | {"state": TaskState.SUCCESS, "model": text, "finished_at": time.time_ns() // 1_000_000}
            made |= {"links": (text, f"https://files.example/{text}"), "watermark_links": (text,)}
            inner = json.dumps({text: text, "end": end_of(len(tasks))})
            raw = json.dumps({text: [text, text], "resultJson": inner})
            tasks.append((task_of(len(tasks), simulator.url, **made), raw))
        looked_at = len(tasks)
        for text in singles:  # older ones, of another service: nobody asks about them and the state stays
            words = {"prompt": text, "vendor_state": text, "created_at": len(tasks)}
            tasks.append((task_of(len(tasks), "https://elsewhere.example", **words), None))
        store_with(tasks)
        with at_work(simulator) as terminal:
            walk(terminal, looked_at, is_editable=True)
        return terminal.text()


def on_the_wire(folder: Path, groups: Sequence[str]) -> str:
    """The words of a failure, its code, links, the model of a record, and what is no JSON at all."""
    with Simulator(folder / "simulator", small_clips=True) as simulator:
        tasks: list[tuple[Task, str | None]] = []
        for text in groups:
            links = json.dumps({"resultUrls": [text, f"https://files.example/{text}", "https://files.example/a"]})
            for record in (
                text,
                {"state": "success", "resultJson": links},
                {"state": "fail", "failMsg": text, "failCode": text},
            ):
                answer_with(simulator, len(tasks), record)
                tasks.append((task_of(len(tasks), simulator.url), "{}"))
        store_with(tasks)
        with at_work(simulator) as terminal:
            terminal.read_until(f"Running {len(tasks) // 3}\\b")  # all that ends has ended: bare words end nothing
            walk(terminal, len(tasks), unreadable=range(0, len(tasks), 3))
        return terminal.text()


def answer_with(simulator: Simulator, number: int, record: dict[str, str] | str) -> None:
    """Has every question about the task answered with this record, or with bare words."""
    if isinstance(record, str):
        body = record.encode("utf-8", "replace").decode() + f'\n"{end_of(number)}"'
    else:
        param = json.dumps({"input": {**record, "end": end_of(number)}})
        data = {"taskId": id_of(number), "model": record["state"], "param": param}
        body = json.dumps({"code": 200, "msg": "success", "data": data | record})
    simulator.fault("recordInfo", "body", body=body, only=f"taskId={id_of(number)}", times=0)


def in_refusals(folder: Path, texts: Sequence[str]) -> str:
    """Of a send, of an id, of the balance."""
    words = "\n".join([*texts, LONE_SURROGATE])
    with Simulator(folder / "simulator", small_clips=True) as simulator:
        simulator.fault("createTask", "code", code=422, text=words)
        simulator.fault("recordInfo", "code", code=422, text=words, times=0)
        simulator.fault("credit", "code", code=500, text=words, times=0)
        store_with([(task_of(0, simulator.url, state=TaskState.UNCONFIRMED), None)])
        with at_work(simulator) as terminal:
            terminal.send(F3 + "i")
            terminal.read_until("Which id")
            terminal.send("no-such-id\r")
            terminal.read_until("not accepted")
            terminal.send(F2 + "a boat\x13")
            terminal.read_until("The service said")
            terminal.read_until("emoji")  # the last of them
        return terminal.text()
