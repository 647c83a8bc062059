"""Which addresses may be used: https anywhere, plain http only on this machine. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from sora_tui.kie.errors import InvalidBaseUrl

_MAX_LINK = 4096
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0]")


def is_loopback(host: str | None) -> bool:
    """Whether a host name of a URL (without brackets) can only be this machine."""
    if host is None:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_allowed(parts: SplitResult) -> bool:
    """Whether a split URL is https, or http to this machine, and carries no user or password."""
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def result_link(text: object) -> str | None:
    """A link that may be shown, copied, opened and fetched, in printable ASCII; None for anything else.

    A link is all that reaches the clipboard and the browser, so no blank and no control character passes,
    and characters outside ASCII are percent-encoded.
    """
    if not isinstance(text, str) or len(text) > _MAX_LINK:
        return None
    link = text.strip()
    if _BLANK_OR_CONTROL.search(link) or "\\" in link:  # which a browser reads as a slash: another host
        return None
    try:
        link = quote(link, safe=_PRINTABLE)
        parts = urlsplit(link)
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError:
        return None
    return link if is_allowed(parts) else None


def checked_base_url(text: str) -> str:
    """The service's address without its last slash. A path is kept: resellers serve the contract below one.

    Raises:
        InvalidBaseUrl: it is not https (http on this machine), or has a user, a query or a fragment.
    """
    url = text.strip()
    if _BLANK_OR_CONTROL.search(url) or not url.isascii():
        raise InvalidBaseUrl("The base URL holds a blank or another character that no address has.")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError:
        raise InvalidBaseUrl("The base URL is not an address.") from None
    if parts.username is not None or parts.password is not None:
        raise InvalidBaseUrl("The base URL must not hold a user or a password: the key is set on its own.")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise InvalidBaseUrl("The base URL must end before any ? or #.")
    if not is_allowed(parts):
        raise InvalidBaseUrl("The base URL must start with https:// (http:// only for this machine).")
    return url.rstrip("/")
