"""The words for every cause: what happened, why, was it paid, may it be sent again, what to do. Only words.

Which cause an answer has is decided in `codes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sora_tui.kie.fields import Media


class Cause(StrEnum):
    """What really happened, whatever the code says."""

    SUCCESS = "success"
    BAD_KEY = "bad_key"
    NO_CREDITS = "no_credits"
    NOT_FOUND = "not_found"
    BAD_PARAMETER = "bad_parameter"
    THROTTLED = "throttled"
    MAINTENANCE = "maintenance"
    SERVER_FAULT = "server_fault"
    GENERATION_FAILED = "generation_failed"
    DISABLED = "disabled"
    MODERATION = "moderation"
    MODEL_WITHDRAWN = "model_withdrawn"
    UNKNOWN_MODEL = "unknown_model"
    UNKNOWN_TASK = "unknown_task"
    BAD_LINK = "bad_link"
    EDGE_REFUSED = "edge_refused"
    UPSTREAM_SILENT = "upstream_silent"
    SUBKEY_CAP = "subkey_cap"
    MISSING_PARAMETER = "missing_parameter"
    ANSWER_LOST = "answer_lost"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class Charged(StrEnum):
    """Whether credits were taken."""

    NO = "no"
    YES = "yes"
    GIVEN_BACK = "given_back"
    UNKNOWN = "unknown"


class Resend(StrEnum):
    """Whether the same request may be sent again."""

    SAFE = "safe"
    SAFE_LATER = "safe_later"
    AFTER_CHANGE = "after_change"
    MAY_PAY_TWICE = "may_pay_twice"
    USELESS = "useless"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Everything a person wants to know about one answer, in plain sentences.

    Attributes:
        code: the response code; None where no answer with a code came.
        name: the vendor's name of the code.
        cause: what really happened.
        title: the same in at most 40 characters.
        explanation: what it means.
        likely_cause: why it probably came, for the text it came with.
        charged: whether credits were taken.
        charged_text: the same as a sentence.
        resend: whether the same request may be sent again.
        resend_text: the same as a sentence.
        next_step: what to do.
    """

    code: int | None
    name: str
    cause: Cause
    title: str
    explanation: str
    likely_cause: str
    charged: Charged
    charged_text: str
    resend: Resend
    resend_text: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences for one cause.

    Attributes:
        title: see `Meaning`, as for the others.
        explanation: what it means.
        likely_cause: why it usually happens.
        resend: whether the request may be sent again where nothing was made or the credits came back.
        next_step: what to do then.
    """

    title: str
    explanation: str
    likely_cause: str
    resend: Resend
    next_step: str


WORDS: dict[Cause, Words] = {
    Cause.SUCCESS: Words(
        "The request was accepted",
        "The service took the request and is working on it, or answered it.",
        "All is well.",
        Resend.NOT_NEEDED,
        "Nothing to do: the result appears here when it is ready.",
    ),
    Cause.BAD_KEY: Words(
        "The key was refused",
        "The service does not accept the API key that was sent.",
        "The key is mistyped, was deleted, or belongs to another service.",
        Resend.AFTER_CHANGE,
        "Check the key at kie.ai/api-key, set it again, then send.",
    ),
    Cause.NO_CREDITS: Words(
        "Not enough credits",
        "The account has fewer credits than this task costs.",
        "The balance is lower than the price, or other tasks are using it up.",
        Resend.AFTER_CHANGE,
        "Add credits at kie.ai, or choose cheaper settings (shorter, standard size), then send.",
    ),
    Cause.NOT_FOUND: Words(
        "Nothing at this address",
        "The service has nothing at the address that was asked for.",
        "The base URL is wrong, or the service has removed this function.",
        Resend.AFTER_CHANGE,
        "Check the base URL in the settings.",
    ),
    Cause.BAD_PARAMETER: Words(
        "A parameter is not accepted",
        "The service checked the request and refused one of its values.",
        "A parameter has a value that this model does not take.",
        Resend.AFTER_CHANGE,
        "Read the service's text, change that parameter, then send.",
    ),
    Cause.MISSING_PARAMETER: Words(
        "A parameter is missing",
        "The request lacks something the service needs.",
        "A required parameter was left out, or the request could not be read.",
        Resend.AFTER_CHANGE,
        "Read the service's text, fill in what is missing, then send.",
    ),
    Cause.THROTTLED: Words(
        "Too many requests",
        "The service takes 20 new tasks in 10 seconds from an account. More are turned away, not queued.",
        "Many requests were sent in a short time, from here or from another program with the same key.",
        Resend.SAFE_LATER,
        "Wait ten seconds, then send again.",
    ),
    Cause.MAINTENANCE: Words(
        "The service is under maintenance",
        "The service is closed for a while and takes no tasks.",
        "Work on the service or on this model is in progress.",
        Resend.SAFE_LATER,
        "Try again in some minutes.",
    ),
    Cause.SERVER_FAULT: Words(
        "The service had a fault",
        "Something went wrong on the service's side, not in your request.",
        "The service is overloaded or has a fault of its own.",
        Resend.SAFE_LATER,
        "Try again in some minutes. If it stays, try another model.",
    ),
    Cause.GENERATION_FAILED: Words(
        "It could not be made",
        "The service took the task, but the model did not finish it.",
        "The model failed on this prompt or on these settings, sometimes by chance.",
        Resend.SAFE,
        "Run it again. If it fails again, make the prompt simpler or change the settings.",
    ),
    Cause.DISABLED: Words(
        "This feature is switched off",
        "The service has switched this model or feature off.",
        "The feature was withdrawn, or is not open to this account.",
        Resend.USELESS,
        "Choose another model.",
    ),
    Cause.MODERATION: Words(
        "The content filter refused it",
        "The model's content filter refused the prompt or what was made from it.",
        "The words hint at something the filter does not allow.",
        Resend.AFTER_CHANGE,
        "Edit the prompt: leave out names, brands, violence and nudity, then send.",
    ),
    Cause.MODEL_WITHDRAWN: Words(
        "This model is withdrawn",
        "The service no longer makes anything with this model.",
        "The model is paused by its vendor. Every Sora 2 model has been since June 2026.",
        Resend.USELESS,
        "Choose another model, or try the demo.",
    ),
    Cause.UNKNOWN_MODEL: Words(
        "The model id is not known",
        "The service has no model of this name.",
        "The model id is mistyped, or the model was renamed or removed.",
        Resend.AFTER_CHANGE,
        "Choose a model from the service's list.",
    ),
    Cause.UNKNOWN_TASK: Words(
        "The task id is not known",
        "The service has no record of this task id.",
        "The id is mistyped, belongs to another account, is older than two months, or is only seconds old.",
        Resend.SAFE_LATER,
        "If the task is new, ask again in a minute. Otherwise check the id at kie.ai/logs.",
    ),
    Cause.BAD_LINK: Words(
        "The link is not the service's own",
        "The service makes download links only for files it made itself.",
        "The link leads to another host, or is cut short.",
        Resend.AFTER_CHANGE,
        "Use a result link exactly as the service gave it.",
    ),
    Cause.EDGE_REFUSED: Words(
        "Turned away at the door",
        "The network in front of the service refused the request before the service saw it.",
        "A firewall rule, a blocked network or country, or a proxy on the way.",
        Resend.AFTER_CHANGE,
        "Try another network, without a VPN or proxy, then send.",
    ),
    Cause.UPSTREAM_SILENT: Words(
        "The model gave no result in time",
        "The model's vendor has returned nothing for more than ten minutes.",
        "The vendor behind the service has a fault or a long queue.",
        Resend.SAFE_LATER,
        "Try again later, or choose another model.",
    ),
    Cause.SUBKEY_CAP: Words(
        "This key has reached its limit",
        "The key is a sub-key with a cap on what it may use, and the cap is reached.",
        "The owner of the account gave this key a limit.",
        Resend.AFTER_CHANGE,
        "Raise the cap at kie.ai/api-key, or use another key.",
    ),
    Cause.ANSWER_LOST: Words(
        "The answer was lost",
        "The request was sent, but no usable answer came back. The task may exist and may have been paid.",
        "The connection broke, or the service took too long to answer.",
        Resend.MAY_PAY_TWICE,
        "Look at kie.ai/logs. If the task is there, copy its id and adopt it here.",
    ),
    Cause.OFFLINE: Words(
        "The service could not be reached",
        "No connection to the service could be opened, so the request never left this machine.",
        "The network is down, the address is wrong, or a firewall or proxy is in the way.",
        Resend.SAFE,
        "Check the network and the base URL, then send again.",
    ),
    Cause.UNKNOWN: Words(
        "An answer we do not know",
        "The service answered with a code that is in none of its documents.",
        "A new kind of answer, or another server answering in the service's place.",
        Resend.SAFE_LATER,
        "Read the service's text and the raw answer.",
    ),
}

_READY = Words(
    "The result is ready",
    "The task is finished and its result can be fetched.",
    "All is well.",
    Resend.NOT_NEEDED,
    "Copy or open the link. Files are kept for 14 days.",
)
READY: dict[Media, Words] = {
    Media.VIDEO: replace(_READY, title="The video is ready"),
    Media.IMAGE: replace(_READY, title="The image is ready"),
    Media.AUDIO: replace(_READY, title="The sound is ready"),
    Media.TEXT: replace(
        _READY,
        title="The text is ready",
        explanation="The task is finished and its result is here.",
        next_step="Read or copy the text. It is kept here.",
    ),
    Media.FILE: _READY,
}
"""The sentences for a task that succeeded, by what came out."""

CHARGED_TEXT = {
    Charged.NO: "No. Nothing was made, so no credits were taken.",
    Charged.YES: "Yes. Credits are taken when a task is created.",
    Charged.GIVEN_BACK: "No. Credits are taken when a task is created and given back when it fails.",
    Charged.UNKNOWN: "Unknown. If the task was created, it was paid. The balance and kie.ai/logs can tell.",
}

RESEND_TEXT = {
    Resend.SAFE: "Yes. Sending again makes one new task.",
    Resend.SAFE_LATER: "Yes, after a while. Sending at once would most likely end the same way.",
    Resend.AFTER_CHANGE: "Yes, once something is changed. The same request would be refused again.",
    Resend.MAY_PAY_TWICE: "Not safely. If the first task exists, sending again pays a second time.",
    Resend.USELESS: "It is safe but useless: the answer would be the same.",
    Resend.NOT_NEEDED: "No need. Sending again would make and pay a second task.",
}

LOOK_FIRST = "First look at kie.ai/logs: if the task is there, adopt it by its id. If it is not:"
"""Goes before the next step wherever a task may exist that we know nothing of."""
