"""What a response code means, why it came, whether it was paid and what to do next. Pure words and rules.

The same code means different things (contract §2), so the text decides first and the code second. The
other half of the question is *when* it came: as the answer to a create, or as the `failCode` of a task
that existed, whose credits were given back (contract §6).

For an answer to a create, `charged` is `Charged.NO` exactly where it is certain that nothing was made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered, UnreadableAnswer
from sora_tui.kie.fields import Media
from sora_tui.kie.meanings import (
    CHARGED_TEXT,
    LOOK_FIRST,
    READY,
    RESEND_TEXT,
    WORDS,
    Cause,
    Charged,
    Meaning,
    Resend,
    Words,
)

__all__ = [
    "Cause",
    "Charged",
    "Meaning",
    "Resend",
    "explain",
    "explain_error",
    "explain_lost",
    "explain_offline",
    "known_codes",
]


_CODES: dict[int, tuple[str, Cause]] = {
    200: ("success", Cause.SUCCESS),
    400: ("bad request", Cause.MISSING_PARAMETER),
    401: ("unauthorized", Cause.BAD_KEY),
    402: ("insufficient credits", Cause.NO_CREDITS),
    403: ("forbidden", Cause.EDGE_REFUSED),
    404: ("not found", Cause.NOT_FOUND),
    408: ("upstream timeout", Cause.UPSTREAM_SILENT),
    422: ("validation error", Cause.BAD_PARAMETER),
    429: ("rate limited", Cause.THROTTLED),
    433: ("sub-key limit", Cause.SUBKEY_CAP),
    455: ("service unavailable", Cause.MAINTENANCE),
    500: ("server error", Cause.SERVER_FAULT),
    501: ("generation failed", Cause.GENERATION_FAILED),
    505: ("feature disabled", Cause.DISABLED),
}


_VAGUE = frozenset({400, 404, 408, 422, 500, 501})
"""Codes under which the text knows better. The others say one thing, whatever they say beside it."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Narrow texts (contract §2), what they really are, why, and the codes under which they are believed."""

    needles: tuple[str, ...]
    cause: Cause
    likely_cause: str = ""
    codes: frozenset[int] = _VAGUE


_RULES = (
    _Rule(("temporarily paused",), Cause.MODEL_WITHDRAWN, codes=_VAGUE | {455, 505}),
    _Rule(("credits insufficient",), Cause.NO_CREDITS),
    _Rule(
        ("is not within the range of allowed options",),
        Cause.BAD_PARAMETER,
        "A parameter has a value that is not among the ones this model offers.",
    ),
    _Rule(("prompt is required",), Cause.BAD_PARAMETER, "The request went out without a prompt."),
    _Rule(("this field is required",), Cause.BAD_PARAMETER, "A parameter that this model needs was left out."),
    _Rule(("model name you specified is not supported",), Cause.UNKNOWN_MODEL),
    _Rule(("recordinfo is null",), Cause.UNKNOWN_TASK),
    _Rule(("url is wrong",), Cause.BAD_LINK),
    _Rule(
        ("copyright restrictions",),
        Cause.MODERATION,
        "The prompt names, or the result shows, something that belongs to somebody.",
    ),
    _Rule(("guardrails", "content policies", "safety"), Cause.MODERATION),
    _Rule(
        ("could not be processed",),
        Cause.MODERATION,
        "The filter turned the prompt or an input away without saying which part.",
    ),
    _Rule(("call frequency is too high",), Cause.THROTTLED),
    _Rule(
        ("access permissions", "authentication failed"),
        Cause.BAD_KEY,
        "The key is wrong, or it did not reach the service.",
        codes=_VAGUE | {403},
    ),
    _Rule(("heavy load",), Cause.SERVER_FAULT, "The service has more work than it can do at the moment."),
    _Rule(
        ("server exception", "internal server error", "internal error"),
        Cause.SERVER_FAULT,
        "The service has a fault of its own.",
    ),
)
"""In the order they are tried."""

_NOTHING_MADE = frozenset({400, 401, 402, 403, 404, 422, 429, 433, 455, 505})
"""Codes in a readable answer that are refusals: no task was made."""

_NOTHING_MADE_BY_TEXT = frozenset({Cause.MODEL_WITHDRAWN, Cause.BAD_PARAMETER, Cause.NO_CREDITS})
"""What a 500 must really be to count as a refusal. Any other 500 may have left a paid task behind."""

_ENDS_A_TASK = frozenset({408, 501})
"""Codes that come as a task's end rather than as an answer to a create."""

_TEXT_READ = 20_000
"""Characters of a text that are searched; the service's own texts are under 500."""


def explain(
    code: int | None,
    text: str = "",
    *,
    http_status: int | None = None,
    task_exists: bool = False,
    made: Media = Media.VIDEO,
) -> Meaning:
    """What an answer means.

    Args:
        code: the code in the answer's body, or the `failCode` of a finished task; None if there was none.
        text: the words that came with it (`msg`, or `failMsg`).
        http_status: the HTTP status it came with. Counts only where `code` is None.
        task_exists: whether `code` tells how an existing task ended, rather than what became of a request.
        made: what came out of that task.
    """
    shown = code
    if code is None and not task_exists and http_status is not None and http_status >= 400:
        shown = http_status
    rule = _matching_rule(shown, text)
    if shown is None and rule is None and not task_exists:
        return explain_lost(text, http_status=http_status)
    name, cause = _named(shown)
    if rule is not None:
        cause = rule.cause
    charged = _charged(code, cause, http_status=http_status, task_exists=task_exists)
    words = READY[made] if cause is Cause.SUCCESS and task_exists else WORDS[cause]
    return _meaning(shown, name, cause, words=words, charged=charged, rule=rule)


def explain_lost(text: str = "", *, http_status: int | None = None) -> Meaning:
    """What it means that a create was sent and no usable answer came back.

    Args:
        text: whatever was readable of the answer.
        http_status: the HTTP status, if an answer began.
    """
    words = WORDS[Cause.ANSWER_LOST]
    if http_status is not None:
        words = replace(words, likely_cause=_why_unreadable(http_status))
    rule = _matching_rule(None, text)
    return _meaning(None, "no answer", Cause.ANSWER_LOST, words=words, charged=Charged.UNKNOWN, rule=rule)


def explain_offline() -> Meaning:
    """What it means that the service could not be reached: nothing was sent."""
    words = WORDS[Cause.OFFLINE]
    return _meaning(None, "not sent", Cause.OFFLINE, words=words, charged=Charged.NO)


def explain_error(error: KieError) -> Meaning:
    """What a failed create means, by the kind of its error."""
    if isinstance(error, NotDelivered):
        return explain_offline()
    if isinstance(error, AnswerLost | UnreadableAnswer) and not error.is_throttled:
        return explain_lost(error.text, http_status=error.http_status)
    return explain(error.code, error.text, http_status=error.http_status)


def known_codes() -> tuple[Meaning, ...]:
    """Every documented code in order, as it usually comes: at the end of a task, or as an answer."""
    return tuple(explain(code, task_exists=code in _ENDS_A_TASK) for code in sorted(_CODES))


def _named(code: int | None) -> tuple[str, Cause]:
    """The vendor's name of a code, and what it is while no text says otherwise."""
    if code is None:
        return "no code", Cause.GENERATION_FAILED
    if code not in _CODES and 500 <= code <= 599:
        return "server error", Cause.SERVER_FAULT  # a gateway's 502 to 504, the edge's 52x
    return _CODES.get(code, ("unknown code", Cause.UNKNOWN))


def _why_unreadable(http_status: int) -> str:
    if http_status < 300:
        return "An answer came, but it was cut, empty or named no task."
    if http_status < 400:
        return f"The service pointed to another address (HTTP {http_status}), which is never followed."
    return f"Something between here and the service answered in its place (HTTP {http_status})."


def _matching_rule(code: int | None, text: str) -> _Rule | None:
    heard = " ".join(text[:_TEXT_READ].casefold().split())
    for rule in _RULES:
        believed = code is None or code not in _CODES or code in rule.codes
        if believed and any(needle in heard for needle in rule.needles):
            return rule
    return None


def _charged(code: int | None, cause: Cause, *, http_status: int | None, task_exists: bool) -> Charged:
    if cause is Cause.SUCCESS:
        return Charged.YES
    if task_exists:
        return Charged.GIVEN_BACK
    refused_by_text = code == 500 and cause in _NOTHING_MADE_BY_TEXT
    throttled = code is None and http_status == 429
    return Charged.NO if code in _NOTHING_MADE or refused_by_text or throttled else Charged.UNKNOWN


def _meaning(
    code: int | None, name: str, cause: Cause, *, words: Words, charged: Charged, rule: _Rule | None = None
) -> Meaning:
    resend, next_step = words.resend, words.next_step
    if charged is Charged.UNKNOWN:
        resend = Resend.MAY_PAY_TWICE
        if cause is not Cause.ANSWER_LOST:
            next_step = f"{LOOK_FIRST} {next_step[0].lower()}{next_step[1:]}"
    return Meaning(
        code=code,
        name=name,
        cause=cause,
        title=words.title,
        explanation=words.explanation,
        likely_cause=(rule.likely_cause if rule else "") or words.likely_cause,
        charged=charged,
        charged_text=CHARGED_TEXT[charged],
        resend=resend,
        resend_text=RESEND_TEXT[resend],
        next_step=next_step,
    )
