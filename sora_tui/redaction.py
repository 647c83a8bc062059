"""Redaction: words without what is secret, for all that a person may pass on: reports, the log, a command's lines.

Keys are taken out whoever speaks of them. Whatever may be pasted somewhere or is kept in a file loses the
query strings of links as well: they are what signs a link, and a signed link is a key to one file.
"""

from __future__ import annotations

import functools
import json
import os
import re
from urllib.parse import quote

from sora_tui.desktop.environment import is_secret
from sora_tui.known_keys import known_keys

STRUCK_OUT = "•••"

_SHORTEST_KEY = 6
"""Characters. Anything shorter would blot out words that give nothing away."""

_BEARER = re.compile(r"""(\bbearer(?:\s|%20)+)(?:(?!["'\\,;])[!-~]){6,}""", re.IGNORECASE)

# To the next blank or double quote: an apostrophe may stand inside of a query, before its signature.
_REST = r'[^ \t\r\n"<>]*'
_ADDRESS = re.compile(rf"(https?(?:://|%3a%2f%2f))({_REST})", re.IGNORECASE)
_PARAMETERS = re.compile(rf'\?(?=[^\s"<>=?]+=)({_REST})')
_BEFORE_QUERY = re.compile(r"[?#]|%3f|%23", re.IGNORECASE)

# What is harmless is named, not what is secret: every store of files calls its signature something else. The
# id is in the log anyway and opens nothing without the key; it tells which task a request was about.
_HARMLESS = re.compile(r"taskId=[\w.-]{1,128}[^\w&#=%]{0,8}")


def without_keys(text: str) -> str:
    """The text with every key we know of struck out, those of the environment included, however it is quoted."""
    values = {os.environ[name].strip() for name in os.environ if is_secret(name)} | known_keys()
    forms = {form for value in values if len(value) >= _SHORTEST_KEY for form in _forms(value)}
    for form in sorted(forms, key=len, reverse=True):  # of two keys that begin alike nothing is left
        text = text.replace(form, STRUCK_OUT)
    return text


def redact(text: str) -> str:
    """The text without keys, bearer tokens, and the passwords and query strings of addresses."""
    text = _BEARER.sub(rf"\1{STRUCK_OUT}", without_keys(text))
    text = _ADDRESS.sub(_without_secrets, text)
    return _PARAMETERS.sub(lambda match: _query("?", match[1]), text)


@functools.cache
def _forms(key: str) -> frozenset[str]:
    """The key as it stands in a sentence, in the `repr` of a value, in JSON and in an address."""
    in_address = quote(key, safe="", errors="surrogateescape")
    return frozenset((key, repr(key)[1:-1], json.dumps(key)[1:-1], in_address))


def _without_secrets(match: re.Match[str]) -> str:
    scheme, rest = match.groups()
    mark = _BEFORE_QUERY.search(rest)
    place = rest[: mark.start()] if mark else rest
    host, slash, path = place.partition("/")
    user, at, host = host.rpartition("@")
    address = f"{scheme}{STRUCK_OUT if user else ''}{at}{host}{slash}{path}"
    return f"{address}{_query(mark[0], rest[mark.end() :])}" if mark else address


def _query(mark: str, query: str) -> str:
    return mark + (query if _HARMLESS.fullmatch(query) else STRUCK_OUT)
