"""Everything on stdout: data and nothing else, as a table, one JSON document, JSON lines or bare links."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from sora_tui.cli.diagnostics import ReaderGone, has_colour
from sora_tui.redaction import without_keys
from sora_tui.sanitise import clean, shorten

Json: TypeAlias = Any


class Format(StrEnum):
    """How data is written."""

    TEXT = "text"
    """For people: a table, or a few lines."""
    JSON = "json"
    """One document."""
    JSONL = "jsonl"
    """One document a line."""
    URLS = "urls"
    """The links alone, one a line."""
    CSV = "csv"
    """Comma-separated values under a line of their names."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: its head.
        is_number: set to the right.
        takes_the_rest: given what the others leave of the terminal's width, and shortened to it.
    """

    title: str
    is_number: bool = False
    takes_the_rest: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of text with a colour (an SGR number, or empty)."""

    text: str
    colour: str = ""


_LEAST_REST = 16
_GAP = "  "

# What JSON lets through and a terminal, an editor or a line-wise tool may not: DEL, C1, line separators,
# bidi controls, what is invisible, half surrogate pairs.
_ESCAPED = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)


def write_json(document: Json) -> None:
    """One document, indented for whoever reads it on a terminal. A program reads it ten times as fast in one line."""
    _write(safe_json(document, indent=2 if sys.stdout.isatty() else None))


def write_json_lines(documents: Iterable[Json]) -> None:
    """One document a line."""
    for document in documents:
        _write(safe_json(document))


def write_lines(lines: Iterable[str]) -> None:
    """Plain lines, each cleaned."""
    for line in lines:
        _write(clean(line, multiline=False))


def write_text(text: str) -> None:
    """Text of several lines: cleaned for a terminal, untouched for a file or a pipe."""
    _write(clean(text) if sys.stdout.isatty() else text)


def write_piece(text: str) -> None:
    """A part of a longer text: as `write_text`, and without a line break of its own."""
    _write(clean(text) if sys.stdout.isatty() else text, end="")


def write_csv(rows: Iterable[Sequence[str]]) -> None:
    """Comma-separated values. A cell may hold several lines; cleaned for a terminal, untouched for a file or a pipe."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_text(text.getvalue().removesuffix("\n"))


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[Cell | str]]) -> None:
    """An aligned table. On a terminal no line is longer than it is wide; in a pipe nothing is cut."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in table_lines(columns, rows, width=width, colour=has_colour(sys.stdout)):
        _write(line)


def write_fields(fields: Mapping[str, Cell | str]) -> None:
    """Names and values below one another; a value of several lines is indented under its first."""
    colour = has_colour(sys.stdout)
    room = max(map(len, fields), default=0)
    for name, value in fields.items():
        cell = value if isinstance(value, Cell) else Cell(value)
        first, *rest = clean(without_keys(cell.text)).split("\n")
        _write(f"{name:<{room}}{_GAP}{_painted(first, cell.colour, colour)}".rstrip())
        for line in rest:
            _write(f"{'':<{room}}{_GAP}{line}".rstrip())


def table_lines(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell | str]], *, width: int | None, colour: bool = False
) -> list[str]:
    """The lines of a table, widths counted in terminal cells.

    Args:
        columns: at most one of them takes the rest.
        rows: as many cells each as there are columns; text from outside is welcome.
        width: of the terminal; None cuts nothing.
        colour: whether cells may be coloured.
    """
    from rich.cells import cell_len

    body = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    lines = [[Cell(column.title.upper()) for column in columns], *body]
    shown = [[clean(cell.text, multiline=False) for cell in row] for row in lines]
    widths = [max(cell_len(row[index]) for row in shown) for index in range(len(columns))]
    for index, column in enumerate(columns):
        if column.takes_the_rest and width is not None:
            others = sum(widths) - widths[index] + len(_GAP) * (len(columns) - 1)
            widths[index] = min(widths[index], max(_LEAST_REST, width - others))
    written = []
    for cells, texts in zip(lines, shown, strict=True):
        parts = []
        for column, cell, text, room in zip(columns, cells, texts, widths, strict=True):
            fitted = shorten(text, room) if cell_len(text) > room else text
            blank = " " * (room - cell_len(fitted))
            painted = _painted(fitted, cell.colour, colour)
            parts.append(blank + painted if column.is_number else painted + blank)
        written.append(_GAP.join(parts).rstrip())
    if width is None:
        return written
    return [_fitted(line, width) for line in written]


def _fitted(line: str, width: int) -> str:
    """The line, cut where the terminal ends; its first column stays where it is."""
    plain = _SGR.sub("", line)
    words = plain.lstrip(" ")
    indent = min(width, len(plain) - len(words))
    cut = " " * indent + shorten(words, width - indent) if width > indent else ""
    return line if cut == plain else cut


def safe_json(document: Json, *, indent: int | None = None) -> str:
    """JSON that drives no terminal and splits into no lines it should not; reads back as the same values."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


_SGR = re.compile("\x1b\\[[0-9;]*m")


def _painted(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and colour and text else text


def _write(text: str, *, end: str = "\n") -> None:
    try:
        sys.stdout.write(text + end)
    except BrokenPipeError:
        raise ReaderGone from None  # click would make exit code 1 of it: "a task failed"
