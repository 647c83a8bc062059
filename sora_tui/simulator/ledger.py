"""Purses and the ledger: who paid what for which create. The judge of every test about money.

Pure bookkeeping: persistence is the journal's business, prices are the catalogue's.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

_CALLBACKS_KEPT = 1000
_CREATES_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Charge:
    """One create that was accepted, and so was paid for.

    Attributes:
        ref: the client's own id for it: the header `X-Request-Id`, else the last path segment of the
            callback address when that is 32 hex digits, else None.
        task_id: the task it made.
        account: the fingerprint of the key that paid.
        model: the model that was asked for.
        charged: credits taken at creation.
        given_back: credits returned because the task failed.
        at: when, in epoch milliseconds.
    """

    ref: str | None
    task_id: str
    account: str
    model: str
    charged: float
    given_back: float
    at: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One create that was answered with an error and cost nothing."""

    ref: str | None
    account: str | None
    code: int
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Create:
    """One create as it was read, so that what was sent can be held against the model's schema.

    Attributes:
        ref: as in `Charge`.
        body: the decoded JSON, exactly as it came; None where it was none.
        headers: those that matter, names in lower case; never the key.
        code: how it was answered.
        task_id: the task it made, if it made one.
        at: when, in epoch milliseconds.
    """

    ref: str | None
    body: Any
    headers: Mapping[str, str]
    code: int
    task_id: str | None
    at: int

    @property
    def model(self) -> Any:
        """The body's `model`, whatever it is."""
        return self.body.get("model") if isinstance(self.body, dict) else None

    @property
    def input(self) -> Any:
        """The body's `input`, whatever it is."""
        return self.body.get("input") if isinstance(self.body, dict) else None

    def as_json(self) -> dict[str, Any]:
        """One entry of `GET /_simulator/creates`."""
        return {"model": self.model, "input": self.input, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One create that came in, whatever became of it: nobody may send the same one twice.

    Attributes:
        ref: the header `X-Request-Id`.
        fresh: whether it was the first request of its connection.
        fault: what befell it, if anything did.
        at: when, in epoch milliseconds.
    """

    ref: str | None
    fresh: bool
    fault: str | None
    at: int


@dataclass(frozen=True, slots=True)
class CallbackTry:
    """One call of a task's address, or the attempt at one.

    Attributes:
        route: `callback` at the end of a task, `progress` while it runs.
        task_id: the task it tells of.
        url: the address.
        attempt: 1, and more where an earlier one was not accepted.
        fault: what befell it, if anything did.
        at: when it was sent, in epoch milliseconds.
        headers: those that matter, as sent.
        body: as sent.
        is_sent: whether the address was called at all.
        status: of the answer; None without one.
        answer: how the answer's body begins.
        trouble: why there was no answer.
    """

    route: str
    task_id: str
    url: str
    attempt: int
    fault: str | None
    at: int
    headers: Mapping[str, str]
    body: str
    is_sent: bool
    status: int | None
    answer: str
    trouble: str | None

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it was sent, and not accepted."""
        return self.is_sent and (self.status is None or not 200 <= self.status < 300)


class Ledger:
    """All charges of a folder, and the purses they are taken from."""

    def __init__(self, opening_credits: float) -> None:
        self._opening = opening_credits
        self._purses: dict[str, float] = {}
        self._charges: dict[str, Charge] = {}
        self.refusals: list[Refusal] = []
        """Since this process started; they are not kept over a restart."""
        self.arrivals: list[Arrival] = []
        """Likewise."""
        self.creates: deque[Create] = deque(maxlen=_CREATES_KEPT)
        """The latest creates, oldest first; likewise."""
        self.callbacks: deque[CallbackTry] = deque(maxlen=_CALLBACKS_KEPT)
        """The latest calls, oldest first; likewise."""

    @property
    def charges(self) -> tuple[Charge, ...]:
        """Every charge, oldest first."""
        return tuple(self._charges.values())

    def credits(self, account: str) -> float:
        """What is left in a purse."""
        return self._purses.get(account, self._opening)

    def set_credits(self, account: str, credits: float) -> None:
        """Fill or empty a purse."""
        self._purses[account] = credits

    def charge(self, charge: Charge) -> None:
        """Take `charge.charged` from its account."""
        self._charges[charge.task_id] = charge
        self._purses[charge.account] = self.credits(charge.account) - charge.charged

    def give_back(self, task_id: str) -> None:
        """Return what a failed task had cost. Only the first time counts."""
        charge = self._charges[task_id]
        if charge.given_back:
            return
        self._charges[task_id] = replace(charge, given_back=charge.charged)
        self._purses[charge.account] = self.credits(charge.account) + charge.charged

    def as_json(self) -> dict[str, Any]:
        """The answer of `GET /_simulator/ledger`."""
        return {
            "creates": [asdict(charge) for charge in self.charges],
            "refusals": [asdict(refusal) for refusal in self.refusals],
            "arrivals": [asdict(arrival) for arrival in self.arrivals],
            "callbacks": [asdict(tried) for tried in self.callbacks],
            "accounts": dict(self._purses),
            "charged": sum(charge.charged for charge in self.charges),
            "given_back": sum(charge.given_back for charge in self.charges),
        }


def fingerprint(key: str) -> str:
    """The name of a key's purse. Keys themselves are never written down."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:12]
