"""What can be a key, an address to build on, a number, a switch. Pure; no message holds what was checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


_ON = frozenset({"1", "true", "yes", "on", "y", "t"})
_OFF = frozenset({"0", "false", "no", "off", "n", "f"})


def check_text(value: object) -> str:
    """The value, where it is a text.

    Raises:
        ValueError: it is something else, as a number without quotes in a file is.
    """
    if not isinstance(value, str):
        raise ValueError("it should be text (in a file in quotes)")
    return value


def check_number(
    value: object, *, least: float | None = None, above: float | None = None, most: float | None = None
) -> float:
    """The value as a number between these bounds.

    Raises:
        ValueError: it is none, or beyond a bound.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("it should be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError("it should be a number") from None
    if math.isnan(number):
        raise ValueError("it should be a number")
    if above is not None and number <= above:
        raise ValueError(f"it should be greater than {above:g}")
    if least is not None and number < least:
        raise ValueError(f"it should be {least:g} or more")
    if most is not None and number > most:
        raise ValueError(f"it should be {most:g} or less")
    return number


def check_switch(value: object) -> bool:
    """Whether the value means yes: `true`, `yes`, `on`, `1` and their contraries, in any case.

    Raises:
        ValueError: it means neither.
    """
    word = str(value).lower()
    if word not in _ON | _OFF:
        raise ValueError("it should be true or false")
    return word in _ON


def check_choice(value: object, choices: Sequence[str]) -> str:
    """The value, in small letters, where it is one of `choices`.

    Raises:
        ValueError: it is none of them.
    """
    word = check_text(value).lower()
    if word not in choices:
        *others, last = [f"'{choice}'" for choice in choices]
        raise ValueError(f"it should be {', '.join(others)} or {last}")
    return word
