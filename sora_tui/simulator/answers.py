"""What the service says: its envelope and its own words, odd ones included (contract §1, §2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OK = "success"
NO_ACCESS = "You do not have access permissions"
NO_CONTENT_TYPE = "Authentication failed: the request header Content-Type: application/json is missing"
NO_CREDITS = "Credits insufficient: Your current balance isn’t enough to run this request. Please top up to continue."
THROTTLED = "Your call frequency is too high. Please try again later."
UNKNOWN_MODEL = (
    "The model name you specified is not supported. "
    "Please verify your input and use one of the supported models provided by KIE."
)
PAUSED = "This interface is temporarily paused"
FIELD_REQUIRED = "This field is required"
PROMPT_REQUIRED = "prompt is required"
PROMPT_TOO_LONG = "The text length cannot exceed the maximum limit"
NO_SUCH_MODEL = "The requested model does not exist"
UNKNOWN_TASK = "recordInfo is null"
FOREIGN_URL = "url is wrong"
LINK_EXPIRED = "This link has expired."
NO_FILE = "There is no such file."
NO_PICTURE = "The image could not be downloaded. Please check that the link is reachable and has not expired."
UPLOADED = "File uploaded successfully"
NO_UPLOAD = "File is required and must be a valid upload"
NO_UPLOAD_PATH = "uploadPath is required"
NO_DOWNLOAD = "Failed to download the file from the given URL"
WRONG_UPLOAD = "Unsupported file type: only images, videos and audio files can be uploaded"
GUARDRAILS = "This content may violate our guardrails concerning similarity to third-party content."
COPYRIGHT = "The request was refused: it may be subject to copyright restrictions."
SERVER_FAULT = "Internal Error, Please try again later."
HEAVY_LOAD = "The server is currently under heavy load. Please try again later."

STANDARD_TEXTS = {
    400: GUARDRAILS,
    401: NO_ACCESS,
    402: NO_CREDITS,
    403: "Access forbidden",
    404: "The requested resource does not exist",
    408: "Upstream is experiencing service issues: no result has been returned for over 10 minutes.",
    422: UNKNOWN_MODEL,
    429: THROTTLED,
    433: "The usage of this sub-key has reached its limit",
    455: "The service is currently under maintenance. Please try again later.",
    500: SERVER_FAULT,
    501: "Generation failed, please try again.",
    505: "This feature is currently disabled",
}
"""A text for each code, used where nothing narrower applies."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API, before it becomes HTTP.

    Attributes:
        code: the body's code.
        msg: the body's text.
        data: the body's data.
        lost: the connection is closed instead of answering.
        outside: further keys of the envelope.
    """

    code: int = 200
    msg: str = OK
    data: Any = None
    lost: bool = False
    outside: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> bytes:
        """The JSON on the wire. ASCII, so that a lone surrogate in a prompt survives as an escape."""
        envelope = {**self.outside, "code": self.code, "msg": self.msg, "data": self.data}
        return json.dumps(envelope, separators=(",", ":")).encode("ascii")


def too_large(most: int) -> str:
    """The upload host's words for a file of more than `most` bytes."""
    return f"File size exceeds the maximum limit of {most / 1_000_000:g}MB"


def out_of_range(name: str) -> str:
    """The service's words for a value that is not one of the allowed ones."""
    return f"{name} is not within the range of allowed options"
