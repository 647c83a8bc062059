"""When sending is asked about first: over a sum, beyond the balance, or the same again at once. Pure but for memory.

A press is remembered before anything is awaited, so that a key held down meets the question and not the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sora_tui.studio.prices import Basis, Quote
from sora_tui.studio.task import Draft, Task, TaskState
from sora_tui.tui import format
from sora_tui.tui.gist import gist
from sora_tui.tui.model_words import difference_words
from sora_tui.tui.screens.confirm import Question
from sora_tui.tui.text import shorten

if TYPE_CHECKING:
    from sora_tui.studio.refusals import Likeness
    from sora_tui.studio.substitutes import Substitution

DOUBTFUL = "▲"
"""The sign of a prompt that is close to a refused one."""
MOST_COMPARED = 50
"""Prices that are compared to say what each of them is."""
REPEAT_SECONDS = 5.0
"""Within this time the same prompt with the same parameters is taken for a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What sending some drafts would cost.

    Attributes:
        price: credits for all of them, None when one of the prices is not known.
        balance: credits of the account, None when not known.
        is_bound: whether `price` is only the most it can be.
        is_remembered: whether it is what the same settings took before.
        sum: how the price comes about, `4 × 330 = `; empty for one task.
    """

    price: float | None
    balance: float | None
    is_bound: bool = False
    is_remembered: bool = False
    sum: str = ""

    @property
    def short(self) -> bool:
        """Whether the balance certainly does not cover it."""
        return self._is_over and not self.is_bound

    @property
    def may_be_short(self) -> bool:
        """Whether the balance does not cover the most it can cost; it may still cover what it does cost."""
        return self._is_over and self.is_bound

    @property
    def words(self) -> str:
        """`330 credits ($1.65)`, `at most 230 credits ($1.15)`, `63 credits ($0.32), as charged before`."""
        return f"{self.sum}{self._amount(format.money)}{', as charged before' if self.is_remembered else ''}"

    @property
    def brief_words(self) -> str:
        """The same where room is short: `330 credits ($1.65)`, `at most 230 credits ($1.15)`."""
        return self._amount(format.money)

    @property
    def credits_words(self) -> str:
        """The same where it is shortest: `330 credits`, `at most 230 credits`."""
        return self._amount(lambda price: f"{format.credits(price)} {'credit' if price == 1 else 'credits'}")

    @property
    def balance_words(self) -> str:
        """`2,480 → 2,150`, or what is missing; empty when the balance is not known."""
        if self.balance is None:
            return ""
        if self.price is None:
            return format.credits(self.balance)
        if self.short:
            return f"{format.credits(self.balance)}, {format.credits(self.price - self.balance)} too few"
        if self.may_be_short:
            return f"{format.credits(self.balance)}, may not cover it"
        left = format.credits(self.balance - self.price)
        return f"{format.credits(self.balance)} → {'at least ' if self.is_bound else ''}{left}"

    @property
    def _is_over(self) -> bool:
        return self.price is not None and self.balance is not None and self.price > self.balance

    def _amount(self, words: Callable[[float], str]) -> str:
        if self.price is None:
            return "price not known"
        return f"at most {words(self.price)}" if self.is_bound else words(self.price)


def bill(drafts: Sequence[Draft], quote: Callable[[Draft], Quote], balance: float | None) -> Bill:
    """The price of all drafts together: exact where all are, a bound where one is, unknown where one is."""
    quotes = [quote(draft) for draft in drafts]
    known = [each.credits for each in quotes if each.credits is not None and each.basis is not Basis.UNKNOWN]
    if len(known) < len(quotes):
        return Bill(None, balance)
    bases = {each.basis for each in quotes}
    is_bound = Basis.AT_MOST in bases
    return Bill(sum(known), balance, is_bound, Basis.CHARGED in bases and not is_bound)


def batch_bill(drafts: Sequence[Draft], times: int, quote: Callable[[Draft], Quote], balance: float | None) -> Bill:
    """The price of all drafts together, each sent so many times with prompts of its own, which cost the same."""
    one = bill(drafts, quote, balance)
    count = len(drafts) * times
    if count == 1 or one.price is None:
        return one
    is_uniform = len({quote(draft).credits for draft in drafts[:MOST_COMPARED]}) == 1 and len(drafts) <= MOST_COMPARED
    each = format.credits(one.price / len(drafts))
    total = one.price * times
    return replace(one, price=total, sum=f"{count:,} × {each} = " if is_uniform else f"{count:,} tasks, ")


class Caution:
    """Remembers what was sent a moment ago.

    Args:
        monotonic: seconds that only grow.
        above: credits above which a sending is asked about.
    """

    def __init__(self, monotonic: Callable[[], float], above: float) -> None:
        self._monotonic = monotonic
        self._above = above
        self._sent: list[tuple[float, Draft]] = []

    def sent(self, drafts: Sequence[Draft]) -> None:
        """Remember that these are being sent now."""
        now = self._monotonic()
        self._sent = [entry for entry in self._sent if now - entry[0] < REPEAT_SECONDS]
        self._sent.extend((now, draft) for draft in drafts)

    def question(self, drafts: Sequence[Draft], cost: Bill, like: Likeness | None = None) -> Question | None:
        """What has to be asked before these drafts are sent, if anything.

        Args:
            drafts: what would be sent.
            cost: its price.
            like: one of them is close to a prompt that was refused.
        """
        now = self._monotonic()
        ages = [now - at for at, sent in self._sent for draft in drafts if _same(draft, sent)]
        repeated = min(ages, default=REPEAT_SECONDS) < REPEAT_SECONDS
        reasons: list[str] = []
        if repeated:
            reasons.append(
                "The same prompt with the same parameters was sent a moment ago. "
                "Each sending makes a result of its own and is paid for."
            )
        if cost.short:
            reasons.append("The balance does not cover it, so the service will most likely refuse.")
        elif cost.may_be_short:
            reasons.append("The balance may not cover it: the price is known only as the most it can be.")
        elif cost.price is not None and cost.price > self._above:
            costs = "may cost" if cost.is_bound else "costs"
            reasons.append(f"This {costs} more than {format.credits(self._above)} credits.")
        if len(drafts) > 1 and not reasons:
            reasons.append(f"{len(drafts):,} tasks will be made.")
        if not reasons:
            return None if like is None else with_likeness(_question("Send it?", "", drafts, cost, warning=True), like)
        title = "Send it again?" if repeated else f"Send {len(drafts):,} prompts?" if len(drafts) > 1 else "Send it?"
        question = _question(title, " ".join(reasons), drafts, cost, warning=repeated or cost.short)
        return question if like is None else with_likeness(question, like)


def with_likeness(question: Question, like: Likeness) -> Question:
    """The question, with a word on the refused prompt that one of the prompts is close to."""
    return replace(
        question,
        text=f"{like.sentence} {question.text}".rstrip(),
        facts=[*question.facts, ("Refused then", " ".join(like.refused.prompt.split()))],
        warning=True,
    )


def retry_question(drafts: Sequence[Draft], cost: Bill, *, retried: int = 0, evidence: str = "") -> Question:
    """What has to be asked before tasks are sent once more of which some may exist already.

    Args:
        drafts: what would be sent.
        cost: its price.
        retried: how many times the same were sent once more already.
        evidence: what the balance says of the one that was lost.
    """
    if len(drafts) == 1:
        title = "Send it once more?"
        text = (
            "The answer to the first sending was lost: that task may exist and may have been paid. "
            "Sending once more makes another and may pay twice."
        )
    else:
        lost = sum(draft.retry_of is not None for draft in drafts)
        title = f"Send {len(drafts):,} prompts once more?"
        text = f"The answer to {lost:,} of them was lost: those tasks may exist, and sending again may pay twice."
    if retried:
        text += f" This was done {'once' if retried == 1 else f'{retried:,} times'} already."
    question = _question(title, text, drafts, cost, warning=True)
    return replace(question, facts=[*question.facts, ("The balance says", evidence)]) if evidence else question


def other_model_question(before: str, after: str, made: Sequence[Substitution], cost: Bill) -> Question:
    """What has to be asked before tasks are made again by another model.

    Args:
        before: title of the model they were for.
        after: title of the other one.
        made: what would be sent.
        cost: its price.
    """
    drafts = [each.draft for each in made]
    differences = dict.fromkeys(difference_words(each) for one in made for each in one.differences)
    text = f"{shorten(after, 40)} makes {'it' if len(made) == 1 else 'them'} instead of {shorten(before, 40)}."
    if any(draft.retry_of for draft in drafts):
        text += " The answer to a first sending was lost: it may exist and may have been paid."
    if cost.short:
        text += " The balance does not cover it, so the service will most likely refuse."
    title = "Send it?" if len(made) == 1 else f"Send {len(made):,} prompts?"
    warning = cost.short or any(draft.retry_of for draft in drafts)
    question = _question(title, text, drafts, cost, warning=warning)
    if not differences:
        return question
    return replace(question, facts=[*question.facts, ("Different", " · ".join(differences))])


def abandon_question(tasks: Sequence[Task]) -> Question:
    """What has to be asked before unconfirmed tasks are given up."""
    one = len(tasks) == 1
    return Question(
        "Let it go?" if one else f"Let {len(tasks):,} go?",
        "Do this when kie.ai/logs does not show the task. The row stays in the list, and is not asked about any more.",
        quotes=[gist(task) for task in tasks],
        yes="It does not exist" if one else "They do not exist",
        warning=True,
    )


def may_pay_twice(task: Task) -> bool:
    """Whether sending this task again can pay for the same wish twice."""
    return task.state in (TaskState.UNCONFIRMED, TaskState.EXPIRED)


def _question(title: str, text: str, drafts: Sequence[Draft], cost: Bill, *, warning: bool) -> Question:
    facts = []
    if len(drafts) == 1:
        facts.append(("Parameters", format.parameters(drafts[0].parameters)))
    facts.append(("Price", cost.words))
    if cost.balance_words:
        facts.append(("Balance", cost.balance_words))
    return Question(
        title,
        text,
        quotes=[gist(draft) for draft in drafts],
        facts=facts,
        yes="Send" if len(drafts) == 1 else f"Send {len(drafts):,}",
        warning=warning,
    )


def _same(one: Draft, other: Draft) -> bool:
    return (
        one.prompt == other.prompt and one.model == other.model and _plain(one.parameters) == _plain(other.parameters)
    )


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}
