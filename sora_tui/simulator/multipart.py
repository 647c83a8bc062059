"""A form with files (RFC 7578), taken apart. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_FIELD = re.compile(r'[;\s]{name}="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form.

    Attributes:
        name: of the field.
        file_name: of the file in it; None where it holds none.
        content_type: as it was declared; empty without.
        content: its bytes.
    """

    name: str
    file_name: str | None
    content_type: str
    content: bytes

    @property
    def text(self) -> str:
        """What it holds, as text."""
        return self.content.decode("utf-8", "replace")


def parts(body: bytes, content_type: str) -> dict[str, Part] | None:
    """The fields of a form by name, the last of each; None if it is no whole form."""
    match = _BOUNDARY.search(content_type) if content_type.lower().startswith("multipart/form-data") else None
    if match is None:
        return None
    boundary = b"--" + (match[1] or match[2]).encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + boundary)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        return None
    found = {}
    for piece in pieces[1:-1]:
        head, gap, content = piece.partition(b"\r\n\r\n")
        lines = dict(line.partition(": ")[::2] for line in head.decode("utf-8", "replace").strip().split("\r\n"))
        headers = {name.lower(): text for name, text in lines.items()}
        disposition = headers.get("content-disposition", "")
        name = _parameter(disposition, "name")
        if not gap or name is None:
            return None
        file_name = _parameter(disposition, "filename")
        found[name] = Part(name, file_name, headers.get("content-type", ""), content)
    return found


def _parameter(disposition: str, name: str) -> str | None:
    match = re.search(_FIELD.pattern.replace("{name}", name), disposition, re.IGNORECASE)
    return None if match is None else re.sub(r"\\(.)", r"\1", match[1])
