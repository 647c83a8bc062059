"""Links to result files: their names, and the signed ones of `download-url` that are good for 20 minutes."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import parse_qs, urlsplit

GOOD_FOR_S = 20 * 60
"""How long a signed link is good (contract §6)."""

_NAME = re.compile(r"(?:watermark_)?([0-9a-f]{32})_[0-9]+(?:_[0-9]+)?\.(?:mp4|png|wav)")


def task_id_in(name: str) -> str | None:
    """The task a file name belongs to."""
    match = _NAME.fullmatch(name)
    return match[1] if match else None


def name_in(url: object) -> str:
    """The file name in a link of ours, on whatever port it was made; empty for any other."""
    try:
        path = urlsplit(url).path if isinstance(url, str) and url.isprintable() else ""
    except ValueError:
        return ""
    return path.removeprefix("/files/") if path.startswith("/files/") else ""


def signed(name: str, now: float, secret: str) -> str:
    """Path and query of a link to `name` that is good for 20 minutes from `now` (epoch seconds)."""
    expires = str(int(now) + GOOD_FOR_S)
    return f"/files/{name}?expires={expires}&signature={_signature(name, expires, secret)}"


def is_good(name: str, query: str, now: float, secret: str) -> bool:
    """Whether a link may be followed: plain ones always, signed ones until they expire."""
    if not query:
        return True
    fields = parse_qs(query)
    expires, signature = fields.get("expires", [""])[0], fields.get("signature", [""])[0]
    if not hmac.compare_digest(signature.encode(), _signature(name, expires, secret).encode()):
        return False
    return now <= int(expires)


def _signature(name: str, expires: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"{name} {expires}".encode(), hashlib.sha256).hexdigest()[:32]
