"""Marks in the texts of an input that bring about an outcome, so that anyone can see what each one looks like.

A mark stands anywhere in the prompt, or in another field of text, in square brackets. What a create would have
been charged for is charged; an answer at creation costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sora_tui.simulator import answers
from sora_tui.simulator.answers import Answer

_MARK = re.compile(r"\[sim:([a-z0-9-]+)\]")

REFUSED_BEFORE_ACCEPTED = 2
"""How often `[sim:throttled]` is turned away before the same create goes through."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a task will go.

    Attributes:
        succeeds: whether anything comes out.
        code: the failure's code, a number, or a word as some failures have.
        text: the failure's words.
        links: whether a success has a link.
        stretch: its duration as a multiple of the usual.
        ends: whether it ends at all.
    """

    succeeds: bool = True
    code: int | str | None = None
    text: str = ""
    links: bool = True
    stretch: float = 1.0
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """What one mark does. Exactly one of `answer`, `plan`, `lost` and `throttled` is set."""

    help: str
    answer: Answer | None = None
    plan: Plan | None = None
    lost: bool = False
    throttled: bool = False


def _later(code: int | str, text: str, stretch: float = 1.0) -> Plan:
    return Plan(succeeds=False, code=code, text=text, stretch=stretch)


MARKS: Mapping[str, Mark] = {
    "moderated": Mark("refused by moderation when it is sent (500)", Answer(500, answers.GUARDRAILS)),
    "copyright": Mark("refused for copyright when it is sent (400)", Answer(400, answers.COPYRIGHT)),
    "paused": Mark("the model is withdrawn (500)", Answer(500, answers.PAUSED)),
    "no-credits": Mark("the purse is empty (402)", Answer(402, answers.NO_CREDITS)),
    "bad-key": Mark("the key is refused (401)", Answer(401, answers.NO_ACCESS)),
    "sub-key": Mark("the key's own cap is reached (433)", Answer(433, answers.STANDARD_TEXTS[433])),
    "disabled": Mark("the feature is disabled (505)", Answer(505, answers.STANDARD_TEXTS[505])),
    "maintenance": Mark("the service is under maintenance (455)", Answer(455, answers.STANDARD_TEXTS[455])),
    "busy": Mark("a server fault that says nothing of the task (500)", Answer(500, answers.HEAVY_LOAD)),
    "throttled": Mark(
        f"turned away {REFUSED_BEFORE_ACCEPTED} times (429), then accepted when sent again", throttled=True
    ),
    "lost": Mark("accepted and paid, but the connection closes without an answer", lost=True),
    "fail": Mark(
        "generation fails after the usual time (501), credits are given back",
        plan=_later(501, answers.STANDARD_TEXTS[501]),
    ),
    "fail-early": Mark(
        "generation fails almost at once (501)", plan=_later(501, answers.STANDARD_TEXTS[501], stretch=0.1)
    ),
    "moderated-later": Mark("the finished result is refused by moderation (500)", plan=_later(500, answers.GUARDRAILS)),
    "copyright-later": Mark("the finished result is refused for copyright (400)", plan=_later(400, answers.COPYRIGHT)),
    "timeout": Mark("no result from upstream (408)", plan=_later(408, answers.STANDARD_TEXTS[408], stretch=2.0)),
    "no-result": Mark("succeeds without a link", plan=Plan(links=False)),
    "slow": Mark("takes four times as long", plan=Plan(stretch=4.0)),
    "stuck": Mark("never ends", plan=Plan(ends=False)),
}
"""Every mark by name. `[sim:429]` and the like, any known code, answer that code when it is sent."""


def mark_in_input(given: Mapping[str, Any]) -> Mark | None:
    """The first mark that means something in an input: in its prompt, else in any other text of it."""
    texts = [given.get("prompt"), *given.values()]
    found = (mark_in(text) for text in texts if isinstance(text, str))
    return next((mark for mark in found if mark is not None), None)


def mark_in(prompt: str) -> Mark | None:
    """The first mark of `prompt` that means something."""
    for name in _MARK.findall(prompt):
        if name in MARKS:
            return MARKS[name]
        if name.isdecimal() and int(name) in answers.STANDARD_TEXTS:
            return Mark("", answer=Answer(int(name), answers.STANDARD_TEXTS[int(name)]))
    return None


def help_text() -> str:
    """The table of marks for `--help`."""
    width = max(map(len, MARKS)) + 6
    rows = [f"  {f'[sim:{name}]':<{width}}  {mark.help}" for name, mark in MARKS.items()]
    codes = " ".join(map(str, answers.STANDARD_TEXTS))
    rows.append(f"  {'[sim:NNN]':<{width}}  answers code NNN when it is sent: {codes}")
    return "\n".join(rows)
