"""The wire: everything kie.ai speaks, usable as a library on its own. Imports nothing else of this program.

Names are loaded when they are first used: asking what a code means must not pay for an HTTP library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import ModelListing, ModelSchema, SuccessPoint
    from sora_tui.kie.client import KieClient
    from sora_tui.kie.codes import Cause, Charged, Meaning, Resend, explain, explain_error, known_codes
    from sora_tui.kie.errors import (
        AnswerLost,
        InvalidBaseUrl,
        InvalidKey,
        KieError,
        NotDelivered,
        Refused,
        UnreadableAnswer,
    )
    from sora_tui.kie.limits import SlidingWindow
    from sora_tui.kie.messages import CreatedTask, CreateTask, EchoedRequest, TaskRecord, Verdict
    from sora_tui.kie.profiles import (
        SORA_2_PRO,
        FieldError,
        ModelProfile,
        check,
        profile_for,
        profile_from_openapi,
    )

__all__ = [
    "SORA_2_PRO",
    "AnswerLost",
    "Cause",
    "Charged",
    "CreateTask",
    "CreatedTask",
    "EchoedRequest",
    "FieldError",
    "InvalidBaseUrl",
    "InvalidKey",
    "KieClient",
    "KieError",
    "Meaning",
    "ModelListing",
    "ModelProfile",
    "ModelSchema",
    "NotDelivered",
    "Refused",
    "Resend",
    "SlidingWindow",
    "SuccessPoint",
    "TaskRecord",
    "UnreadableAnswer",
    "Verdict",
    "check",
    "explain",
    "explain_error",
    "known_codes",
    "profile_for",
    "profile_from_openapi",
]

_HOMES = {
    "catalogue": ("ModelListing", "ModelSchema", "SuccessPoint"),
    "client": ("KieClient",),
    "codes": ("Cause", "Charged", "Meaning", "Resend", "explain", "explain_error", "known_codes"),
    "errors": (
        "AnswerLost",
        "InvalidBaseUrl",
        "InvalidKey",
        "KieError",
        "NotDelivered",
        "Refused",
        "UnreadableAnswer",
    ),
    "limits": ("SlidingWindow",),
    "messages": ("CreateTask", "CreatedTask", "EchoedRequest", "TaskRecord", "Verdict"),
    "profiles": ("SORA_2_PRO", "FieldError", "ModelProfile", "check", "profile_for", "profile_from_openapi"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
