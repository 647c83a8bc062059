"""The response code card: what happened, why, what it cost, whether to send again, what to do. Never only a number."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from sora_tui.kie.codes import Meaning
from sora_tui.studio.estimates import Eta
from sora_tui.studio.explaining import meaning_of
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui.format import LOOKS, clock, clock_range
from sora_tui.tui.text import outside

_RUNNING_WORDS = {
    TaskState.QUEUED: (
        "In line",
        "It is written down and waits for its place: the account may start 20 tasks in 10 s.",
    ),
    TaskState.SENDING: ("Being sent", "The request is on its way. It is sent once, never twice by itself."),
}


class CodeCard(Static):
    """The head of the detail panel, with an edge in the colour of what happened."""

    DEFAULT_CSS = """
    CodeCard {
        height: auto;
        padding: 0 1;
        border-left: outer $border-blurred;
        &.-busy { border-left: outer $primary; }
        &.-good { border-left: outer $success; }
        &.-bad { border-left: outer $error; }
        &.-warn { border-left: outer $warning; }
    }
    """

    def explain(self, task: Task, eta: Eta | None, now_ms: int) -> None:
        """Show what is known of `task`; `eta` where its kind has a history."""
        look = LOOKS[task.state]
        for tone in ("quiet", "busy", "good", "bad", "warn"):
            self.set_class(tone == look.tone, f"-{tone}")
        meaning = meaning_of(task)
        content = _running(task, eta, now_ms) if meaning is None else _explained(task, meaning)
        self.update(content)


def _explained(task: Task, meaning: Meaning) -> Content:
    glyph = LOOKS[task.state].glyph
    number = "" if meaning.code is None else f"{meaning.code} "
    lines = [
        Content.assemble((f"{glyph} {number}{meaning.name}", "bold"), (f"  {meaning.title}", "bold $text-accent")),
        Content(meaning.explanation),
    ]
    if task.text and task.state is not TaskState.SUCCESS:
        lines.append(
            Content.assemble(("The service said: ", "$text-muted"), outside(task.text, multiline=False, limit=400))
        )
    if task.state is not TaskState.SUCCESS:
        lines.append(_line("Cause", meaning.likely_cause))
    if task.state is TaskState.UNCONFIRMED:
        lines.append(_line("Now", "Look at kie.ai/logs. If it is there: i takes its id. If not: x lets it go."))
    lines += [
        _line("Charged", meaning.charged_text),
        _line("Again", meaning.resend_text),
        _line("Next", meaning.next_step),
    ]
    return Content("\n").join(line for line in lines if line.plain)


def _running(task: Task, eta: Eta | None, now_ms: int) -> Content:
    glyph = LOOKS[task.state].glyph
    if task.state is not TaskState.WAITING:
        title, words = _RUNNING_WORDS.get(task.state, (LOOKS[task.state].word.capitalize(), ""))
        return Content.assemble((f"{glyph} {title}", "bold"), "\n" if words else "", words)
    word = outside(task.vendor_state or "waiting", "bold", multiline=False, limit=40)
    waiting = "The service has it. There is no more to know until it ends; asking goes on by itself."
    if eta is not None:
        usual = clock_range(eta.low_ms, eta.high_ms)
        waiting = f"The service has it. Tasks like this usually take {usual} (from {eta.based_on} of yours)."
        if eta.slow:
            waiting += f" This one is slow: {clock(task.elapsed_ms(now_ms))} so far."
    return Content.assemble((f"{glyph} ", "bold"), word, "\n", waiting)


def _line(name: str, words: str) -> Content:
    return Content.assemble((f"{name}: ", "$text-muted"), words) if words else Content("")
