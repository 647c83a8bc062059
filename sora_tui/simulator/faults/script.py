"""The script of faults: read, checked, and played one request after the other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sora_tui.simulator.clock import Clock, SystemClock
from sora_tui.simulator.faults.kinds import KINDS, FaultKind, check, nearest

_HEADING = re.compile(r"^[ \t]*\[\[[ \t]*fault[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the script, made by `from_mapping`. `keys.py` says what each key is."""

    route: str
    fault: FaultKind
    times: int = 1
    skip: int = 0
    only: str = ""
    after_s: float = 0.0
    for_s: float | None = None
    charged: bool | None = None
    status: int | None = None
    code: int = 500
    text: str = ""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    without: Sequence[str] = ()
    seconds: float | None = None
    at: float | None = None
    piece: int = 1
    endless: bool = False
    behind: int = 1
    size: int = 100_000_000
    location: str = ""
    value: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    same_etag: bool = False

    @classmethod
    def from_mapping(cls, entry: Mapping[str, Any]) -> Fault:
        """A fault from TOML or JSON.

        Raises:
            ValueError: a key is missing, unknown, or has a value that means nothing; the message says which.
        """
        check(entry)
        return cls(**{**entry, "fault": FaultKind(entry["fault"])})

    def as_entry(self) -> dict[str, Any]:
        """What `from_mapping` made it from, without what goes without saying."""
        usual = Fault(self.route, self.fault)
        said = [key.name for key in fields(self) if getattr(self, key.name) != getattr(usual, key.name)]
        return {name: getattr(self, name) for name in ("route", "fault", *said)}

    @property
    def carries_out(self) -> bool:
        """Whether the request is carried out before things go wrong."""
        return KINDS[self.fault].carries_out if self.charged is None else self.charged


@dataclass(frozen=True, slots=True)
class Turn:
    """A fault that befalls a request, for the `number`-th time, counted from 0."""

    fault: Fault
    number: int


@dataclass(slots=True)
class _Scripted:
    """A fault in the script: since when, by the clock's monotonic seconds, and how many requests fitted it."""

    fault: Fault
    since: float
    seen: int = 0

    def is_on(self, now: float) -> bool:
        begins = self.since + self.fault.after_s
        return begins <= now and (self.fault.for_s is None or now < begins + self.fault.for_s)


class Faults:
    """The script, and how far it has been played."""

    def __init__(self, script: Iterable[Fault] = (), clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        self._script: list[_Scripted] = []
        for fault in script:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Put a fault at the end of the script. Its seconds count from now on."""
        self._script.append(_Scripted(fault, self._clock.monotonic()))

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._script.clear()

    def take(self, route: str, subject: str) -> Turn | None:
        """The fault that befalls this request, if any: the first that fits and is not used up."""
        now = self._clock.monotonic()
        for scripted in self._script:
            fault = scripted.fault
            if fault.route != route or fault.only not in subject or not scripted.is_on(now):
                continue
            if fault.times and scripted.seen >= fault.skip + fault.times:
                continue
            scripted.seen += 1
            if scripted.seen > fault.skip:
                return Turn(fault, scripted.seen - fault.skip - 1)
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """The script, with how many requests fitted each fault."""
        return [{**scripted.fault.as_entry(), "seen": scripted.seen} for scripted in self._script]


def read_file(path: Path) -> list[Fault]:
    """The faults in a TOML file.

    Raises:
        OSError: it can't be read.
        ValueError: it is not TOML, or not a script; the message names the file, the entry and its line.
    """
    import tomllib  # a demo has no script

    try:
        text = path.read_text("utf-8")
        lines = [text.count("\n", 0, heading.start()) + 1 for heading in _HEADING.finditer(text)]
        return read_document(tomllib.loads(text), lines=lines)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def read_document(
    document: Mapping[str, Any], *, besides: Collection[str] = (), lines: Sequence[int] = ()
) -> list[Fault]:
    """The faults in `{"fault": [{...}, ...]}`.

    Args:
        document: decoded TOML or JSON.
        besides: keys beside `fault` that are somebody else's business.
        lines: where each entry begins in its file.

    Raises:
        ValueError: it is something else; the message says what, and in which entry.
    """
    known = ("fault", *besides)
    for name in document:
        if name not in known:
            raise ValueError(f"There is no key {name}. {nearest(name, known)}")
    entries = document.get("fault", [])
    if not isinstance(entries, list):
        raise ValueError("fault must be a list of faults: each under [[fault]] in TOML, or [{...}] in JSON.")
    faults = []
    for number, entry in enumerate(entries, 1):
        try:
            faults.append(Fault.from_mapping(entry))
        except ValueError as error:
            line = f" (line {lines[number - 1]})" if len(lines) == len(entries) else ""
            raise ValueError(f"Fault {number}{line}: {error}") from error
    return faults
