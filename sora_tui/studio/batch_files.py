"""Files of many prompts: `.txt` a line each, `.csv` with a header, `.jsonl` an object each. Faults are told by line.

Nothing is left out in silence, and nothing is judged here that needs a model's profile: values of a table are text
until `typed` is asked what the model takes them for.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sora_tui.studio.errors import StudioError

if TYPE_CHECKING:
    from sora_tui.kie.profiles import Field

Json: TypeAlias = Any

MOST_BYTES = 10_000_000
"""Of a file: more than 1,000 tasks with the longest prompts the service takes."""
MOST_ROWS = 10_000
MOST_PROBLEMS = 1_000
"""Beyond these a file is not what it seems; the last one says that there are more."""
_MOST_CELL = 1_000_000
_SEPARATORS = ",;\t"
_ON = frozenset({"true", "yes", "on", "1"})
_OFF = frozenset({"false", "no", "off", "0"})


class BadBatchFile(StudioError):
    """The file can't be read as one of prompts at all. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One task that a file asks for.

    Attributes:
        line: where it begins, from 1.
        prompt: as it stands, without the blanks around it.
        model: the one it names; empty where it names none.
        parameters: as text from a table, as they are from objects; empty cells are left out.
    """

    line: int
    prompt: str
    model: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that can't be used.

    Attributes:
        line: where it begins, from 1.
        sentence: what is wrong with it, with its line.
    """

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class BatchFile:
    """What a file says.

    Attributes:
        rows: those that can be used, in its order.
        problems: of all others.
    """

    rows: tuple[BatchRow, ...]
    problems: tuple[RowProblem, ...]


def read_batch_file(path: Path) -> BatchFile:
    """Reads a file of prompts.

    Args:
        path: of a `.txt`, `.csv` or `.jsonl` file; capitals don't matter, `.tsv` and `.ndjson` are the same.

    Raises:
        BadBatchFile: it is not there, too large, not text, or none of these.
    """
    try:
        if not path.is_file():  # a pipe could keep the program waiting for ever
            raise BadBatchFile(f"{path.name} is not there, or is no file." if path.name else "Name a file.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadBatchFile(f"{path.name} can't be read: {error.strerror}.") from error
    except ValueError as error:  # a NUL in the name
        raise BadBatchFile("This is no name of a file.") from error
    return read_batch(data, path.suffix, path.name)


def read_batch(data: bytes, suffix: str, name: str = "The file") -> BatchFile:
    """What the bytes of such a file say.

    Args:
        data: of the file.
        suffix: which kind it is, with its dot.
        name: what to call it.

    Raises:
        BadBatchFile: see `read_batch_file`.
    """
    readers = {".txt": _lines, ".csv": _table, ".tsv": _table, ".jsonl": _objects, ".ndjson": _objects}
    reader = readers.get(suffix.lower())
    if reader is None:
        raise BadBatchFile(f"{name} is none of .txt, .csv and .jsonl. Save the prompts as one of them.")
    if len(data) > MOST_BYTES:
        raise BadBatchFile(f"{name} is larger than {MOST_BYTES // 1_000_000} MB. Split it into several files.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadBatchFile(
            f"{name}, line {line}, is not UTF-8 text. Save the file as UTF-8 and read it again."
        ) from None
    if "\0" in text:
        raise BadBatchFile(f"{name} is no text: it has zero bytes. Save the prompts as UTF-8 text.")
    rows: list[BatchRow] = []
    problems: list[RowProblem] = []
    for item in reader(text.replace("\r\n", "\n").replace("\r", "\n"), name):
        if isinstance(item, BatchRow):
            rows.append(item)
        else:
            problems.append(item)
        if len(rows) > MOST_ROWS:
            raise BadBatchFile(f"{name} has more than {MOST_ROWS:,} prompts. Split it into several files.")
        if len(problems) == MOST_PROBLEMS:
            problems.append(
                RowProblem(item.line, f"After line {item.line} nothing was read: too many lines are wrong.")
            )
            break
    return BatchFile(tuple(rows), tuple(problems))


def typed(kind: Field, text: str) -> Json:
    """The text of a cell as what the field takes; a text that is no such value stays one, to be refused by the check.

    Args:
        kind: the field of the model's profile.
        text: as it was written. A list is JSON, or one value.
    """
    from sora_tui.kie.fields import FieldKind

    match kind.kind:
        case FieldKind.TEXT_LIST | FieldKind.LINK_LIST:
            value = _json(text)
            return value if isinstance(value, list) else [text]
        case FieldKind.CHOICE:
            return next((choice.value for choice in kind.choices if _spelled(choice.value) == text), text)
        case FieldKind.FLAG:
            return True if text.lower() in _ON else False if text.lower() in _OFF else text
        case FieldKind.INTEGER | FieldKind.NUMBER | FieldKind.JSON:
            return _json(text)
        case _:
            return text


def _lines(text: str, _name: str) -> Iterator[BatchRow | RowProblem]:
    for number, line in enumerate(text.split("\n"), 1):
        prompt = line.strip()
        if prompt and not prompt.startswith("#"):
            yield BatchRow(number, prompt)


def _table(text: str, name: str) -> Iterator[BatchRow | RowProblem]:
    csv.field_size_limit(max(csv.field_size_limit(), _MOST_CELL))
    start = len(text) - len(text.lstrip("\n"))
    head = text[start:].partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)  # the first of them where there is none
    reader = csv.reader(io.StringIO(text[start:], newline=""), delimiter=separator, strict=True)
    names: list[str] = []
    while True:
        line = start + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            sentence = f"Line {line}: a quote is never closed or stands within a cell ({error}). The rest was not read."
            yield RowProblem(line, sentence)
            return
        if cells is None:
            break
        if not names:
            names = _columns(cells, name)
        elif any(cell.strip() for cell in cells):
            yield _from_cells(line, names, cells)
    if not names:
        raise BadBatchFile(f"{name} is empty. Its first line names the columns, and one of them is prompt.")


def _columns(cells: list[str], name: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    names = [each.lower() if each.lower() in ("prompt", "model") else each for each in names]
    if "prompt" not in names:
        raise BadBatchFile(
            f"{name} has no column prompt. Its first line must name the columns, and one of them is prompt."
        )
    twice = sorted({each for each in names if each and names.count(each) > 1})
    if twice:
        raise BadBatchFile(f"{name} has the column {_shown(twice[0])} twice. Take one out.")
    return names


def _from_cells(line: int, names: list[str], cells: list[str]) -> BatchRow | RowProblem:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return RowProblem(line, f"Line {line} has {len(cells)} cells, and {len(names)} columns are named.")
    given = {column: cell.strip() for column, cell in zip(names, cells, strict=False) if cell.strip()}
    if "" in given:
        return RowProblem(line, f"Line {line} has a value in a column without a name.")
    if "prompt" not in given:
        return RowProblem(line, f"Line {line} has no prompt.")
    return BatchRow(line, given.pop("prompt"), given.pop("model", ""), given)


def _objects(text: str, _name: str) -> Iterator[BatchRow | RowProblem]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _from_object(number, line)


def _from_object(line: int, text: str) -> BatchRow | RowProblem:
    try:
        value = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse)
    except _Repeated as error:
        return RowProblem(line, f"Line {line} says {_shown(str(error))} twice. Take one out.")
    except (ValueError, RecursionError):
        return RowProblem(
            line, f'Line {line} is no JSON object. One looks like this: {{"prompt": "a boat", "duration": 5}}'
        )
    if not isinstance(value, dict):
        return RowProblem(line, f'Line {line} is no object. One looks like this: {{"prompt": "a boat", "duration": 5}}')
    prompt, model, parameters = value.pop("prompt", None), value.pop("model", None), value.pop("parameters", None)
    if not isinstance(prompt, str) or not prompt.strip():
        return RowProblem(line, f"Line {line} has no prompt.")
    if not isinstance(model, str | None):
        return RowProblem(line, f"Line {line} has a model that is no text.")
    if not isinstance(parameters, dict | None):
        return RowProblem(line, f"Line {line} has parameters that are no object.")
    both = sorted(value.keys() & (parameters or {}).keys())
    if both:
        return RowProblem(line, f"Line {line} says {_shown(both[0])} twice, in its parameters and beside them.")
    return BatchRow(line, prompt.strip(), (model or "").strip(), {**(parameters or {}), **value})


class _Repeated(Exception):
    """A name that an object has twice."""


def _unrepeated(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Repeated(name)
            seen.add(name)
    return value


def _refuse(constant: str) -> Json:
    raise ValueError(constant)  # NaN and the infinities, which are no JSON


def _json(text: str) -> Json:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _spelled(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _shown(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"
