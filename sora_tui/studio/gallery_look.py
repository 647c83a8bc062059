"""How the gallery looks and what its page does by itself: two files, and the policy that lets in no other."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Look:
    """The style and the script that stand in the page, and the page's Content-Security-Policy."""

    style: str
    script: str
    policy: str


@cache
def look() -> Look:
    """Read once."""
    here = Path(__file__)
    style = here.with_name("gallery.css").read_text(encoding="utf-8")
    script = here.with_name("gallery.js").read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; img-src 'self' file: data:; media-src 'self' file:; "
        f"style-src {_hash_of(style)}; script-src {_hash_of(script)}; base-uri 'none'; form-action 'none'"
    )
    return Look(style, script, policy)


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
