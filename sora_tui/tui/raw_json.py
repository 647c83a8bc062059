"""Lays JSON out for reading without changing a character of it: no number is rounded, no key is dropped.

It works on the text alone and needs no valid JSON: what can't be read as tokens is left as it is. That makes
it safe for anything an answer may hold, a hundred thousand brackets included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_INDENT = 2
_DEEPEST = 40
"""Levels that still move to the right. Deeper ones stay in line, or a page of brackets would fill the memory."""
_MOST_OPENED = 20
_TOKEN = re.compile(
    r'(?P<space>[ \t\r\n]+)|(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")|(?P<number>-?\d[\d.eE+-]*)|(?P<mark>[{}\[\],:])'
    r"|(?P<word>[A-Za-z]+)",
    re.DOTALL,
)


class Kind(StrEnum):
    """What a piece of the text is, for its colour."""

    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text of one kind. Raw: it still has to pass the sanitiser."""

    text: str
    kind: Kind


@dataclass(slots=True)
class Laid:
    """JSON laid out.

    Attributes:
        lines: its lines.
        opened: the JSON texts that were found inside its strings, each with the key it stood under.
    """

    lines: list[list[Piece]]
    opened: list[tuple[str, str]]


def is_json_like(text: str) -> bool:
    """Whether a text looks like a JSON object or list."""
    return text.lstrip()[:1] in ("{", "[")


def lay_out(text: str) -> Laid:
    """Give every entry a line of its own, moved to the right by its depth."""
    laid = Laid([[]], [])
    depth = 0
    key = ""
    tokens = list(_tokens(text))
    for place, (kind, token) in enumerate(tokens):
        following = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        line = laid.lines[-1]
        if token in ("{", "[") and kind is Kind.MARK:
            line.append(Piece(token, kind))
            depth += 1
            if following not in ("}", "]"):
                _break(laid.lines, depth)
        elif token in ("}", "]") and kind is Kind.MARK:
            depth = max(0, depth - 1)
            if place and tokens[place - 1][1] not in ("{", "["):
                _break(laid.lines, depth)
            laid.lines[-1].append(Piece(token, kind))
        elif token == "," and kind is Kind.MARK:
            line.append(Piece(token, kind))
            _break(laid.lines, depth)
        elif token == ":" and kind is Kind.MARK:
            line.append(Piece(": ", kind))
        elif kind is Kind.STRING and following == ":":
            key = token[1:-1]
            line.append(Piece(token, Kind.KEY))
        else:
            line.append(Piece(token, kind))
            if kind is Kind.STRING and len(laid.opened) < _MOST_OPENED and (inner := _json_inside(token)):
                laid.opened.append((key, inner))
    return laid


def opened(laid: Laid) -> Iterator[tuple[str, Laid]]:
    """The JSON that stood as text inside of it, laid out as well, and what stood inside that."""
    waiting = list(laid.opened)
    for _ in range(_MOST_OPENED):
        if not waiting:
            return
        key, text = waiting.pop(0)
        inner = lay_out(text)
        yield key, inner
        waiting = [(f"{key}.{name}", deeper) for name, deeper in inner.opened] + waiting


def _tokens(text: str) -> Iterator[tuple[Kind, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            yield Kind.PLAIN, text[place:]
            return
        place = match.end()
        if match.lastgroup != "space":
            yield Kind(match.lastgroup or "plain"), match[0]


def _break(lines: list[list[Piece]], depth: int) -> None:
    indent = min(depth, _DEEPEST) * _INDENT
    lines.append([Piece(" " * indent, Kind.PLAIN)] if indent else [])


def _json_inside(token: str) -> str:
    """The JSON object or list that a JSON string holds as text; empty if it holds none."""
    if token[1:2] not in ("{", "["):
        return ""
    try:
        inner = json.loads(token, strict=False)
    except ValueError:
        return ""
    return inner if isinstance(inner, str) and is_json_like(inner) else ""
