"""Named templates and snippets, in one TOML file beside the store that people may edit: their comments stay.

The program only looks at a file it can't read, and says where the fault is: it may be half edited. It is put aside,
whole, when something is to be saved.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from sora_tui.studio.errors import StudioError
from sora_tui.studio.private_file import write_private
from sora_tui.studio.setting_aside import set_aside

FILE = "templates.toml"
LONGEST_NAME = 60
LONGEST_TEXT = 20_000
_MOST_BYTES = 10_000_000
_HEAD = (
    "# Templates are whole prompts: {name} and {name=default} are filled in, {dawn|dusk} are alternatives.\n"
    "# Snippets are parts that are put in where one writes.\n\n"
)


class TemplateKind(Enum):
    """What a text is kept for; the value is its table in the file."""

    TEMPLATE = "templates"
    SNIPPET = "snippets"


class BadTemplate(StudioError):
    """The name or the text can't be kept. Nothing was changed."""


class _Unreadable(Exception):
    """The file is no such file; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Templates:
    """What the file says.

    Attributes:
        templates: whole prompts by name, in the order of the file.
        snippets: parts of prompts by name.
        problem: what is wrong with the file, as a sentence; the rest of it can be used. Empty where nothing is.
    """

    templates: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    snippets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    problem: str = ""

    def of(self, kind: TemplateKind) -> Mapping[str, str]:
        """Those of one kind."""
        return self.templates if kind is TemplateKind.TEMPLATE else self.snippets


def load_templates(data_dir: Path) -> Templates:
    """Those that are kept; none where there is no file. Never raises, and never changes the file.

    Args:
        data_dir: the folder of the store.
    """
    path = data_dir / FILE
    try:
        values = tomllib.loads(_text_of(path))
    except FileNotFoundError:
        return Templates()
    except OSError as error:
        return Templates(problem=f"{path} can't be read: {error.strerror}.")
    except _Unreadable as error:
        return Templates(problem=f"{error} It is put aside, whole, when you save a template.")
    kept: dict[str, Mapping[str, str]] = {}
    wrong: list[str] = []
    long: list[str] = []
    for kind in TemplateKind:
        table = values.get(kind.value, {})
        if not isinstance(table, dict):
            table, wrong = {}, [*wrong, kind.value]
        texts = {name: text for name, text in table.items() if isinstance(text, str)}
        kept[kind.value] = {name: text for name, text in texts.items() if len(text) <= LONGEST_TEXT}
        wrong += [name for name in table if name not in texts]
        long += [name for name in texts if name not in kept[kind.value]]
    problems = [f"{path}: {', '.join(wrong)} is no text in quotes, and left out."] if wrong else []
    if long:
        problems.append(f"{path}: {', '.join(long)} has more than {LONGEST_TEXT:,} characters, and is left out.")
    return Templates(problem=" ".join(problems), **kept)


def save_template(data_dir: Path, kind: TemplateKind, name: str, text: str) -> str:
    """Keeps the text under this name, in place of what had it.

    Args:
        data_dir: the folder of the store.
        kind: what it is for.
        name: one line, 60 characters at most.
        text: as it was written.

    Returns:
        What the user should know, as a sentence: that a damaged file was put aside, and where. Empty otherwise.

    Raises:
        BadTemplate: the name or the text can't be kept.
        OSError: the file could not be written; it is as it was.
    """
    name = checked_name(name)
    if not text.strip():
        raise BadTemplate("There is no text to keep. Write one first.")
    if len(text) > LONGEST_TEXT:
        raise BadTemplate(f"A template has {LONGEST_TEXT:,} characters at most, this one has {len(text):,}.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadTemplate("The text has half a character in it, which no file can hold. Take it out.")
    return _changed(data_dir, kind, {name: text})


def remove_template(data_dir: Path, kind: TemplateKind, name: str) -> str:
    """Takes it out of the file; nothing is done where it is not there. Returns and raises as `save_template` does."""
    if name not in load_templates(data_dir).of(kind):
        return ""
    return _changed(data_dir, kind, {name: None})


def rename_template(data_dir: Path, kind: TemplateKind, name: str, to: str) -> str:
    """Gives a text another name, one that is not in use, in one step. Returns and raises as `save_template` does."""
    to, texts = checked_name(to), load_templates(data_dir).of(kind)
    if name not in texts:
        raise BadTemplate("It is not in the file any more: another program took it out.")
    if to == name:
        return ""
    if to in texts:
        raise BadTemplate("This name is in use. Choose another one.")
    return _changed(data_dir, kind, {name: None, to: texts[name]})


def checked_name(name: str) -> str:
    """The name without blanks around it.

    Raises:
        BadTemplate: nothing can be kept under it.
    """
    name = name.strip()
    if not name:
        raise BadTemplate("Give it a name.")
    if len(name) > LONGEST_NAME:
        raise BadTemplate(f"A name has {LONGEST_NAME} characters at most, this one has {len(name)}.")
    if not name.isprintable():
        raise BadTemplate("A name is one line of letters, digits and signs.")
    return name


def _text_of(path: Path) -> str:
    """The file's text, which is TOML.

    Raises:
        OSError: it can't be read.
        _Unreadable: it is none.
    """
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise _Unreadable(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(f"{path}, line {line}, is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise _Unreadable(f'{path} is not TOML: {error}. A template looks like this: "my name" = "the text"') from None
    except (ValueError, RecursionError):
        raise _Unreadable(f"{path} is not TOML: a number is too long or brackets are too deep.") from None
    return text


def _changed(data_dir: Path, kind: TemplateKind, changes: Mapping[str, str | None]) -> str:
    """Writes the file anew with these texts under these names; None takes one out."""
    import tomlkit  # 20 ms that only the acts that write need
    from tomlkit.exceptions import TOMLKitError

    path, told = data_dir / FILE, ""
    try:
        document = tomlkit.parse(_text_of(path))
        if not isinstance(document.get(kind.value, {}), dict):
            raise _Unreadable(f"{path}: {kind.value} is no table.")
    except FileNotFoundError:
        document = tomlkit.parse(_HEAD)
    except (_Unreadable, TOMLKitError) as error:
        told = f"{error} It was put aside as {set_aside(path).name}, and a new one begun."
        document = tomlkit.parse(_HEAD)
    if kind.value not in document:
        document[kind.value] = tomlkit.table()
    table = document[kind.value]
    for name, text in changes.items():
        if text is not None:
            table[name] = _quoted(text)
        elif name in table:
            del table[name]
    write_private(path, tomlkit.dumps(document))
    return told


def _quoted(text: str) -> object:
    """The text as TOML, over several lines where it has them and nothing is lost by it."""
    import tomlkit

    if "\n" in text and text.replace("\n", "").isprintable() and not text.startswith("\n"):
        return tomlkit.string(text, multiline=True)
    return tomlkit.string(text)
