"""What the detail panel says beside the card: the service's words, prompt, history, request. Pure lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from textual.content import Content

from sora_tui.studio.task import Step, Task, TaskState
from sora_tui.tui.actions import BY_ID, key_name
from sora_tui.tui.format import LOOKS, clock, moment, parameters, state_word
from sora_tui.tui.gist import gist_of_input
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import BLANK, Line
from sora_tui.tui.widgets.code_card import TONE_STYLES

_PROMPT_SHOWN = 20_000
"""Characters; the longest prompt a model takes is 10 000."""
_WORDS_SHOWN = 4_000
_STEPS_SHOWN = 30


def heading(words: str, beside: str = "", style: str = MUTED) -> Line:
    """The title of a section, with a quieter word beside it, or one in another style."""
    title = Content.styled(words, "bold $text-accent")
    return Line(Content.assemble(title, "  ", (beside, style)) if beside else title)


def said(task: Task) -> list[Line]:
    """The user's note, the service's own words and our note on them; nothing where there are none."""
    lines: list[Line] = []
    if task.remark:
        lines += [heading("Your note"), Line(outside(task.remark, limit=_WORDS_SHOWN))]
    if task.note:
        lines += [BLANK] if lines else []
        lines += [heading("Note"), Line(outside(task.note, limit=_WORDS_SHOWN))]
    if task.text:
        lines += [BLANK] if lines else []
        lines += [heading("The service said", _status(task)), Line(outside(task.text, limit=_WORDS_SHOWN))]
    return lines


def story(task: Task, history: Sequence[Step], now_ms: int) -> list[Line]:
    """Prompt, history, request and ids."""
    return [
        *_wish(task),
        BLANK,
        heading("History"),
        *_history(history or _known_steps(task), now_ms),
        BLANK,
        heading("Request"),
        *_request(task),
    ]


def result(task: Task) -> list[Line]:
    """What came out in words, whole; nothing where there are none."""
    if not task.result_text:
        return []
    key = "" if task.links else f"{key_name(BY_ID['copy_link'].keys[0])} copies it"
    return [heading("Text", key), Line(outside(task.result_text))]


def _wish(task: Task) -> list[Line]:
    if task.prompt.strip():
        return [heading("Prompt"), Line(outside(task.prompt, limit=_PROMPT_SHOWN))]
    words = gist_of_input(task.parameters)
    return [heading("Input", "no prompt"), Line(outside(words or "Only the settings below.", limit=_PROMPT_SHOWN))]


def _status(task: Task) -> str:
    said = [f"HTTP {task.http_status}"] if task.http_status is not None else []
    return " · ".join([*said, f"code {task.code}"] if task.code is not None else said)


def _known_steps(task: Task) -> list[Step]:
    """The history as far as the task itself remembers it."""
    steps = [Step(task.created_at, TaskState.QUEUED)]
    if task.sent_at is not None:
        steps.append(Step(task.sent_at, TaskState.SENDING))
    if task.vendor_created_at is not None:
        steps.append(Step(task.vendor_created_at, TaskState.WAITING))
    if task.finished_at is not None or not (task.state.is_running or task.state.is_final):
        at = task.finished_at or task.sent_at or task.created_at
        steps.append(Step(at, task.state, task.vendor_state, task.code, task.http_status))
    return steps


def _history(steps: Sequence[Step], now_ms: int) -> list[Line]:
    steps = _unlike(steps)
    left_out = len(steps) - _STEPS_SHOWN
    times = [moment(step.at, now_ms) for step in steps]
    width = max(map(cell_len, times))
    since = ["", *(f"+{clock(step.at - steps[0].at)}" for step in steps[1:])]
    room = max(6, *map(len, since))
    lines: list[Line] = []
    for place, (step, time) in enumerate(zip(steps, times, strict=True)):
        if 0 < place <= left_out:
            if place == 1:
                lines.append(Line(Content.styled(f"{'':{width}}  … {left_out:,} more", MUTED)))
            continue
        look = LOOKS[step.state]
        word = shorten(_step_word(step), 60)
        http = f"  HTTP {step.http_status}" if step.http_status not in (None, 200) else ""
        lines.append(
            Line(
                Content.assemble(
                    (f"{time:<{width}}  {since[place]:>{room}}  ", MUTED),
                    (f"{look.glyph} {word}", TONE_STYLES[look.tone]),
                    (http, MUTED),
                )
            )
        )
    return lines


def _unlike(steps: Sequence[Step]) -> list[Step]:
    """Of steps in a row that read alike (the service's first word for *waiting* is often `waiting`) the first."""
    read = [(_step_word(step), step.http_status, step.state) for step in steps]
    return [step for place, step in enumerate(steps) if place == 0 or read[place] != read[place - 1]]


def _step_word(step: Step) -> str:
    # A step is named like the task that was in it.
    blank = Task(ref="", state=step.state, model="", prompt="", parameters={}, origin="", created_at=0)
    return state_word(replace(blank, vendor_state=step.vendor_state, code=step.code, http_status=step.http_status))


def _request(task: Task) -> list[Line]:
    ids = [
        ("tags", ", ".join(task.tags)),
        ("model", task.model),
        ("parameters", parameters(task.parameters)),
        ("service", task.origin),
    ]
    ids += [("ref", task.ref), ("task id", task.task_id or "—")]
    if task.parent_ref:
        ids.append(("edited from", task.parent_ref))
    if task.retry_of:
        ids.append(("sent again for", task.retry_of))
    return [Line(outside(value, multiline=False, limit=600), label) for label, value in ids if value]
