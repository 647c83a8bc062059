"""What can be a key and what an address to build on. Pure; no message holds what was checked."""

from __future__ import annotations

from urllib.parse import urlsplit

from sora_tui.kie.addresses import is_allowed


def check_key(key: str) -> str:
    """The key without the blanks around it.

    Raises:
        ValueError: it can't be a key; the message does not contain it.
    """
    key = key.strip()
    if not key:
        raise ValueError("it is empty")
    if not (key.isascii() and key.isprintable()) or " " in key or len(key) > 512:
        raise ValueError("it is too long for a key, or has a blank or a character in it that no key has")
    return key


def check_address(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        ValueError: it is not https (http on this machine), or holds what an address to build on must not.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("this is not an address") from None
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("this is not an address such as https://api.kie.ai")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a name or password in an address is not accepted")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ValueError("an address must end before any ? or #")
    if not is_allowed(parts):
        raise ValueError("it must start with https:// (http:// only for this machine)")
    return url.rstrip("/")


def origin_of(url: str) -> str:
    """Scheme, host and port of a checked address, in one spelling: `https://api.kie.ai`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, {"https": 443, "http": 80}.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
