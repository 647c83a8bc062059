"""A callback that was saved: a whole HTTP request, a JSON object with `headers` and `body`, or a body alone. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_REQUEST_LINE = re.compile(rb"(?:POST|PUT) [!-~]+(?: HTTP/[0-9.]+)?[ \t]*\r?\n")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """What is known of it.

    Attributes:
        body: as it came.
        headers: by their names in lower case.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, lines: Mapping[str, str]) -> SavedRequest:
        """The same with `lines` put over its own."""
        return SavedRequest(self.body, {**self.headers, **lines})


def read_request(saved: bytes) -> SavedRequest:
    """What was saved, in whichever form. What is none of the others is a body."""
    if (first := _REQUEST_LINE.match(saved.lstrip())) is not None:
        head, _, body = _parted(saved.lstrip()[first.end() :])
        return SavedRequest(body, read_headers(head.decode("latin-1").splitlines()))
    try:
        value = json.loads(saved)
    except (ValueError, RecursionError):
        return SavedRequest(saved)
    if isinstance(value, dict) and isinstance(value.get("headers"), dict) and "body" in value:
        body = value["body"]
        return SavedRequest(_bytes(body), {str(name).lower(): str(text) for name, text in value["headers"].items()})
    return SavedRequest(saved)


def read_headers(lines: list[str]) -> dict[str, str]:
    """The header lines by their names in lower case; a line that is none is left out."""
    found = {}
    for line in lines:
        if _HEADER.match(line):
            name, _, text = line.partition(":")
            found[name.lower()] = text.strip(" \t")
    return found


def _parted(rest: bytes) -> tuple[bytes, bytes, bytes]:
    found = _END_OF_HEAD.search(rest)
    if found is None:
        return rest, b"", b""
    return rest[: found.start()], found[0], rest[found.end() :]


def _bytes(body: Any) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body)
    return text.encode("utf-8", "surrogatepass")
