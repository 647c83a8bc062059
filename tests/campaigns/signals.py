"""However the program ends, the terminal is as it was before and the exit code tells why."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.fence import fenced_off
from tests.pty import Terminal

PROGRAM = ("-m", "sora_tui")
CARELESS = ("-m", "tests.tui.little_apps", "careless")


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end.

    Attributes:
        name: what is done.
        code: the exit code it must have.
        leave: does it, once the screen is up.
        program: what runs; a little app on the program's base for what the program has no key for.
        ready: what is on the screen when it is up.
    """

    name: str
    code: int
    leave: Callable[[Terminal], None]
    program: Sequence[str] = PROGRAM
    ready: str = "demo"


def _sends(number: signal.Signals) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.signal(number)


def _little(failure: str) -> Sequence[str]:
    return ("-m", "tests.tui.little_apps", failure)


ENDINGS = (
    Ending("SIGTERM", 143, _sends(signal.SIGTERM)),
    Ending("SIGINT", 0, _sends(signal.SIGINT)),
    Ending("SIGHUP", 129, _sends(signal.SIGHUP)),
    Ending("SIGQUIT", 131, _sends(signal.SIGQUIT)),
    Ending("ctrl+q", 0, lambda terminal: terminal.send("\x11")),
    Ending("an exception", 70, lambda terminal: terminal.send("x"), _little("handler"), "ready"),
    Ending("sys.exit", 3, lambda terminal: terminal.send("x"), _little("exit"), "ready"),
)


def run_program(count: int, folder: Path) -> Figures:
    """Every ending in its turn."""
    return _end(list(islice(cycle(ENDINGS), count)), folder)


def run_careless(count: int, folder: Path) -> Figures:
    """The signals on an app as Textual has it."""
    ways = [Ending(way.name, way.code, way.leave, CARELESS, "ready") for way in ENDINGS if way.program is PROGRAM]
    return _end(list(islice(cycle(ways), count)), folder)


def _end(ways: Sequence[Ending], folder: Path) -> Figures:
    modes_left = no_echo = wrong_code = 0
    for number, way in enumerate(ways):
        with (
            fenced_off(folder / str(number)),
            Terminal([sys.executable, *way.program]) as terminal,
        ):
            terminal.read_until(way.ready)
            way.leave(terminal)
            code, modes, echoes = terminal.wait(), terminal.modes_left(), terminal.echoes()
        modes_left += len(modes)
        no_echo += not echoes
        wrong_code += code != way.code
        if modes or not echoes or code != way.code:
            print(f"{way.name}: code {code}, modes left {sorted(modes)}, echo {echoes}", file=sys.stderr)
    return {"endings": len(ways), "modes left": modes_left, "without echo": no_echo, "wrong codes": wrong_code}


CAMPAIGN = Campaign(
    name="signals",
    promise="by signal, key, exception or sys.exit: no mode left on, echo on, the right exit code",
    never=("modes left", "without echo", "wrong codes"),
    program=Trial("the program", run_program),
    controls=(Trial("an app as Textual has it", run_careless),),
    full=20 * len(ENDINGS),
    small=len(ENDINGS),
    control_count=1,
)
