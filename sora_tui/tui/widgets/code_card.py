"""The card the detail panel leads with: what happened, was it paid, may it be sent again, what to do.

`card_for` says it (pure), `CodeCard` shows it. The words for response codes come from `kie.codes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from sora_tui.kie.codes import Cause, Charged, Meaning, Resend
from sora_tui.settings import DEMO_ORIGIN
from sora_tui.studio.explaining import meaning_of
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.weighing import weigh, what_the_balance_says
from sora_tui.tui.actions import BY_ID, key_name
from sora_tui.tui.format import LOOKS, Tone, clock, clock_range, is_expired, money, state_word
from sora_tui.tui.model_words import health_words
from sora_tui.tui.text import clean, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import Aligned, Line

if TYPE_CHECKING:
    from sora_tui.studio.estimates import Eta
    from sora_tui.studio.model_health import ModelHealth

TONE_STYLES = {
    Tone.QUIET: MUTED,
    Tone.BUSY: "$text-primary",
    Tone.GOOD: "$text-success",
    Tone.BAD: "$text-error",
    Tone.WARN: "$text-warning",
}
"""How each tone is written in Content."""


@dataclass(frozen=True, slots=True)
class Card:
    """What there is to say about a task now. Everything in it is clean.

    Attributes:
        tone: how it is meant.
        glyph: one cell.
        lead: state and code: `501 generation failed`, `waiting`.
        title: what that is in plain words.
        body: what it means, in a sentence or two.
        rows: further questions and their answers.
    """

    tone: Tone
    glyph: str
    lead: str
    title: str
    body: str
    rows: tuple[tuple[str, str], ...] = ()


def card_for(task: Task, now_ms: int, eta: Eta | None = None, health: ModelHealth | None = None) -> Card:
    """The card of a task.

    Args:
        task: the task.
        now_ms: the time in epoch ms.
        eta: when it will end, as far as the user's own history tells.
        health: how its model fares; said where the task is slow.
    """
    own_words = _OWN_WORDS.get(task.state)
    if own_words is None:
        meaning = meaning_of(task)
        if meaning is not None:
            return _answered(task, meaning, now_ms)
        own_words = _withdrawn
    look = LOOKS[task.state]
    title, body, rows = own_words(task, now_ms, eta)
    if health is not None and is_stalled(task, eta):
        rows = _with_health(rows, health, now_ms)
    return Card(look.tone, look.glyph, shorten(state_word(task), 40), title, body, rows)


def is_stalled(task: Task, eta: Eta | None) -> bool:
    """Whether the service works on it for longer than it does on nearly all of the user's tasks."""
    return task.state is TaskState.WAITING and not task.is_parked and eta is not None and eta.slow


def _key(act: str) -> str:
    return key_name(BY_ID[act].keys[0])


_CHOICES = (
    f"Look at kie.ai/logs. If the task is there, {_key('adopt')} takes its id. "
    f"If it is not, {_key('abandon')} lets it go. "
    f"{_key('run_again')} sends it again, after a word of warning."
)

_Words = tuple[str, str, tuple[tuple[str, str], ...]]


def _answered(task: Task, meaning: Meaning, now_ms: int) -> Card:
    look = LOOKS[task.state]
    lead = meaning.name if meaning.code is None else f"{meaning.code} {meaning.name}"
    if task.state is TaskState.SUCCESS and not (task.links or task.result_text):
        return Card(
            Tone.WARN,
            LOOKS[TaskState.UNCONFIRMED].glyph,
            lead,
            "It ended without a link",
            "The service says the task is done but named no file.",
            (("Charged", _charged(task, meaning)), ("What next", "Look at the raw answer and at kie.ai/logs.")),
        )
    if task.links and task.finished_at is not None and is_expired(task.finished_at, now_ms):
        return Card(
            Tone.QUIET,
            look.glyph,
            lead,
            "It was ready; its link is no more",
            "The service keeps files for 14 days.",
            (
                ("Charged", _charged(task, meaning)),
                (
                    "What next",
                    f"{_key('run_again')} makes and pays another one, {_key('edit_again')} edits it first.",
                ),
            ),
        )
    rows = [
        ("Likely cause", meaning.likely_cause),
        ("Charged", _charged(task, meaning)),
        ("Send again", meaning.resend_text),
        ("What next", _next_step(task, meaning)),
    ]
    if task.state is TaskState.UNCONFIRMED and weigh(task) is not None:
        rows.insert(2, ("The balance", what_the_balance_says(task)))
    if meaning.cause is Cause.SUCCESS:
        del rows[0]
    tone = Tone.WARN if meaning.resend is Resend.MAY_PAY_TWICE else look.tone
    return Card(tone, look.glyph, lead, meaning.title, meaning.explanation, tuple(rows))


def _next_step(task: Task, meaning: Meaning) -> str:
    if task.state is TaskState.UNCONFIRMED:
        return _CHOICES
    if meaning.cause in (Cause.MODEL_WITHDRAWN, Cause.UNKNOWN_MODEL):
        return f"{_key('another_model')} makes it with another model, and shows first what will differ."
    return meaning.next_step


def _charged(task: Task, meaning: Meaning) -> str:
    if meaning.charged is Charged.YES and task.charge is not None:
        return f"Yes, {money(task.charge)}."
    if meaning.charged is Charged.UNKNOWN and task.price:
        return f"{meaning.charged_text} The price was {money(task.price)}."
    if meaning.charged is Charged.GIVEN_BACK and task.charge:
        return f"The service says {money(task.charge)}; failed tasks are usually given back."
    return meaning.charged_text


def _queued(task: Task, _now_ms: int, _eta: Eta | None) -> _Words:
    title = "Waiting for its place"
    body = "It is written down and goes out as soon as there is room: the service takes 20 new tasks in 10 seconds."
    if task.attempts and task.code is None and task.http_status is None:
        title = "Waiting for a connection"
        body = "The service could not be reached, so nothing was made. It is sent again by itself."
    elif task.attempts:
        times = "once" if task.attempts == 1 else f"{task.attempts:,} times"
        body = f"It was turned away {times}, so nothing was made. It is sent again as soon as there is room."
    return (
        title,
        body,
        (
            ("Charged", "No. Nothing has been made yet."),
            ("What next", f"Nothing to do. {_key('abandon')} withdraws it before it is sent."),
        ),
    )


def _sending(task: Task, now_ms: int, _eta: Eta | None) -> _Words:
    since = clock(now_ms - (task.sent_at or task.created_at))
    return (
        "The request is on its way",
        f"Sent {since} ago. The service usually answers within a second.",
        (
            ("Charged", "Not known until the answer is here."),
            ("What next", "Nothing to do. Quitting now would wait for the answer."),
        ),
    )


def _waiting(task: Task, now_ms: int, eta: Eta | None) -> _Words:
    title = "Waiting: the service has it"
    next_step = "Nothing to do. It goes on even if you quit, and is picked up at the next start."
    if task.is_parked:
        title = "Parked: the service has it"
        body = "It goes on at the service, which is not asked about it, so its end will not be seen."
        next_step = f"{_key('park')} asks about it again."
    elif eta is None:
        body = "There is too little history of yours for an estimate."
        if task.origin != DEMO_ORIGIN:  # whose tasks take seconds
            body += " Most tasks take between 1 and 13 minutes."
    elif eta.slow:
        title = "Slower than usual"
        body = (
            f"Usually {clock_range(eta.low_ms, eta.high_ms)}. Few of your tasks took this long; it is still being made."
        )
    else:
        left = f"about {clock(eta.remaining_ms)} left" if eta.remaining_ms >= 5000 else "it should end any moment"
        body = f"Usually {clock_range(eta.low_ms, eta.high_ms)}, {left}. Told by {_tasks(eta.based_on)} of yours."
    paid = "Yes" if task.charge is None else f"Yes, {money(task.charge)}"
    return (
        title,
        body,
        (
            ("Charged", f"{paid}. It is given back if the task fails."),
            ("What next", next_step),
        ),
    )


def _with_health(rows: tuple[tuple[str, str], ...], health: ModelHealth, now_ms: int) -> tuple[tuple[str, str], ...]:
    """What a slow task's card says once it is known how everybody's tasks fare with this model."""
    words = f"{health_words(health, now_ms)}."
    another = f"{_key('another_model')} makes it with another model, which is paid for as well."
    if health.is_degraded:
        words = f"{health_words(health, now_ms)}: others wait, or fail, too."
        next_step = f"Wait: if it fails, the credits are given back. {another}"
    elif health.rate is None:
        words = f"{health_words(health, now_ms)}: nobody's tasks end with it at the moment."
        next_step = f"Wait, or look at kie.ai/logs. {another}"
    else:
        next_step = f"Wait: others get theirs, so this one should end too. {_key('ask_now')} asks about it at once."
    kept = [row for row in rows if row[0] != "What next"]
    return (("Model", words), *kept, ("What next", next_step))


def _tasks(count: int) -> str:
    return "1 finished task" if count == 1 else f"{count:,} finished tasks"


def _abandoned(task: Task, _now_ms: int, _eta: Eta | None) -> _Words:
    return (
        "You let it go",
        "The answer to this send was lost. If the task exists after all, the service goes on without us.",
        (("Charged", _maybe(task)), ("What next", "If you find it at kie.ai/logs, adopt it there by its id.")),
    )


def _expired(task: Task, _now_ms: int, _eta: Eta | None) -> _Words:
    return (
        "Nothing was heard of it for 14 days",
        "The answer to this send was lost and no trace of the task was found. Its files would be gone by now.",
        (("Charged", _maybe(task)), ("What next", "Send it again if you still want it.")),
    )


def _withdrawn(task: Task, _now_ms: int, _eta: Eta | None) -> _Words:
    body = clean(task.note, multiline=False, limit=300) or "It was withdrawn before it was sent."
    return (
        "It was not sent",
        body,
        (("Charged", "No. Nothing was made."), ("What next", "Send it again if you want it.")),
    )


_OWN_WORDS = {
    TaskState.QUEUED: _queued,
    TaskState.SENDING: _sending,
    TaskState.WAITING: _waiting,
    TaskState.ABANDONED: _abandoned,
    TaskState.EXPIRED: _expired,
}
"""What is said where no answer of the service is to be explained."""


def _maybe(task: Task) -> str:
    return f"Unknown. The price was {money(task.price)}." if task.price else "Unknown."


class CodeCard(Aligned):
    """Shows a card. The edge has the card's colour."""

    DEFAULT_CSS = """
    CodeCard {
        border-left: thick $foreground-muted;
        padding: 0 1;
        background: $boost;
        &.-busy { border-left: thick $primary; background: $primary 7%; }
        &.-good { border-left: thick $success; background: $success 7%; }
        &.-bad { border-left: thick $error; background: $error 7%; }
        &.-warn { border-left: thick $warning; background: $warning 7%; }
        &:ansi { background: ansi_default; }
    }
    """

    def show_card(self, card: Card) -> None:
        """Show this card."""
        for tone in Tone:
            self.set_class(tone is card.tone, f"-{tone}")
        colour = TONE_STYLES[card.tone]
        head = Content.assemble((f"{card.glyph} {card.lead}", f"bold {colour}"), ("  ", ""), (card.title, "bold"))
        lines = [Line(head), Line(Content(clean(card.body)))]
        lines += [Line(Content(clean(answer)), question) for question, answer in card.rows]
        self.show_lines(lines)
