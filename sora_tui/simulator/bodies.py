"""What is read out of the body of a request, whatever it holds. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

_REF = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


def decode(body: bytes) -> Any:
    """The JSON in `body`; None when it has none that can be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def text_in(value: Any) -> str | None:
    """A field's text; None when it is something else, or empty."""
    return value if isinstance(value, str) and value else None


def ref_in(call_back_url: str | None) -> str | None:
    """The client's ref in a callback address: its last path segment, if that is 32 hex digits."""
    last = (call_back_url or "").partition("?")[0].rstrip("/").rpartition("/")[2]
    return last if _REF.fullmatch(last) else None
