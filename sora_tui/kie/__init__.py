"""The wire: everything kie.ai speaks, usable as a library on its own. Imports nothing else of this program.

Names are loaded when they are first used: asking what a code means must not pay for an HTTP library.

`KieClient` asks; `verify` proves that a callback was signed with the account's webhook key. The signature covers
the task's id and the time, not the rest of the body, so a callback is a reason to look and never the news itself:

    import asyncio
    import os
    from http.server import BaseHTTPRequestHandler, HTTPServer

    from sora_tui.kie import SIGNATURE_HEADER, TIMESTAMP_HEADER, KieClient, TaskRecord, named_task, read_body, verify


    class Inbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            try:
                task_id = named_task(read_body(self.rfile.read(min(size, 65_536))))
            except ValueError as error:
                return self.send_error(400, str(error))
            stamp, signature = self.headers.get(TIMESTAMP_HEADER), self.headers.get(SIGNATURE_HEADER)
            if not verify(os.environ["WEBHOOK_KEY"], task_id, stamp, signature):
                return self.send_error(401)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"code":200,"msg":"success"}')
            record = asyncio.run(look(task_id))
            print(record.state, *record.links)


    async def look(task_id: str) -> TaskRecord:
        async with KieClient(os.environ["KIE_API_KEY"]) as client:
            return await client.read_task(task_id)


    HTTPServer(("127.0.0.1", 8000), Inbox).serve_forever()

`verify` takes several keys while one is being changed, never raises, and refuses what is older than 300 s. Where
one does not verify that should, `examine` (or `sora-tui webhook verify`) says why.
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
        UnusableFile,
    )
    from sora_tui.kie.examining import Examination, Flaw, Problem, examine
    from sora_tui.kie.kinds import ModelKind
    from sora_tui.kie.limits import SlidingWindow
    from sora_tui.kie.messages import CreatedTask, CreateTask, EchoedRequest, TaskRecord, Verdict
    from sora_tui.kie.profiles import (
        BUILT_IN,
        SORA_2,
        SORA_2_PRO,
        Choice,
        Field,
        FieldError,
        FieldKind,
        Media,
        Mode,
        ModelProfile,
        check,
        profile_for,
        profile_from_openapi,
    )
    from sora_tui.kie.schema_shapes import UnusableSchema
    from sora_tui.kie.uploads import UploadedFile
    from sora_tui.kie.webhooks import SIGNATURE_HEADER, TIMESTAMP_HEADER, named_task, read_body, sign, verify

__all__ = [
    "BUILT_IN",
    "SIGNATURE_HEADER",
    "SORA_2",
    "SORA_2_PRO",
    "TIMESTAMP_HEADER",
    "AnswerLost",
    "Cause",
    "Charged",
    "Choice",
    "CreateTask",
    "CreatedTask",
    "EchoedRequest",
    "Examination",
    "Field",
    "FieldError",
    "FieldKind",
    "Flaw",
    "InvalidBaseUrl",
    "InvalidKey",
    "KieClient",
    "KieError",
    "Meaning",
    "Media",
    "Mode",
    "ModelKind",
    "ModelListing",
    "ModelProfile",
    "ModelSchema",
    "NotDelivered",
    "Problem",
    "Refused",
    "Resend",
    "SlidingWindow",
    "SuccessPoint",
    "TaskRecord",
    "UnreadableAnswer",
    "UnusableFile",
    "UnusableSchema",
    "UploadedFile",
    "Verdict",
    "check",
    "examine",
    "explain",
    "explain_error",
    "known_codes",
    "named_task",
    "profile_for",
    "profile_from_openapi",
    "read_body",
    "sign",
    "verify",
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
        "UnusableFile",
    ),
    "examining": ("Examination", "Flaw", "Problem", "examine"),
    "kinds": ("ModelKind",),
    "limits": ("SlidingWindow",),
    "messages": ("CreateTask", "CreatedTask", "EchoedRequest", "TaskRecord", "Verdict"),
    "profiles": (
        "BUILT_IN",
        "SORA_2",
        "SORA_2_PRO",
        "Choice",
        "Field",
        "FieldError",
        "FieldKind",
        "Media",
        "Mode",
        "ModelProfile",
        "check",
        "profile_for",
        "profile_from_openapi",
    ),
    "schema_shapes": ("UnusableSchema",),
    "uploads": ("UploadedFile",),
    "webhooks": ("SIGNATURE_HEADER", "TIMESTAMP_HEADER", "named_task", "read_body", "sign", "verify"),
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
