"""config.toml: read it, say what is wrong with it, keep a key in it. Never shows a value.

A file that anyone can write is refused, because it chooses the host that the key goes to.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEYS = "keys"
"""The table of saved keys, one for each service: `"https://api.kie.ai" = "…"`."""
_SECRETS = ("api_key", "webhook_key")


class SettingsError(ValueError):
    """Something set can't be used. The message says which, where and what to do, and never a value."""


@dataclass(frozen=True, slots=True, repr=False)
class ConfigFile:
    """What the config file says, checked for its names only.

    Attributes:
        path: where it is, whether or not it exists.
        values: its settings by name, without the table of saved keys.
        saved: the saved keys by the origin they belong to.
        text: the file as it stands; empty when there is none.
    """

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    saved: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @classmethod
    def read(cls, path: Path, known: Collection[str]) -> ConfigFile:
        """Read the file at `path`; a missing one is an empty one.

        Raises:
            SettingsError: it can't be read, is not TOML, has a name that is not in `known`, or anyone can
                write it.
        """
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                data = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return cls(path)
        except OSError as error:
            raise SettingsError(f"{path} can't be read: {error.strerror}.") from None
        if mode & stat.S_IWOTH:
            raise SettingsError(f"{path} can be changed by anyone on this machine. Run: chmod 600 '{path}'")
        try:
            text = data.decode()
            values = tomllib.loads(text)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise SettingsError(f"{path}, line {line}, is not UTF-8 text.") from None  # the cause holds the bytes
        except tomllib.TOMLDecodeError as error:
            line = _line_of_fault(str(error), text)
            raise SettingsError(
                f"{path}, line {line}, is not TOML. A setting looks like this: poll_rate = 5.0"
                ' (text goes in quotes: "…").'
            ) from None
        except (ValueError, RecursionError):  # a number or a nesting that no setting has
            raise SettingsError(f"{path} can't be read as TOML: a number is too long or brackets too deep.") from None
        saved = values.pop(KEYS, {})
        file_ = cls(path, values, saved, text)
        file_._check(known)
        return file_

    def place(self, name: str) -> str:
        """Where `name` is set, for a message: `poll_rate (/…/config.toml, line 3)`."""
        line = _line_of(name, self.text)
        return f"{name} ({self.path}, line {line})" if line else f"{name} ({self.path})"

    def cautions(self) -> list[str]:
        """What should be looked at: a key that others on this machine can read."""
        if not self.saved and not any(name in self.values for name in _SECRETS):
            return []
        if stat.S_IMODE(self.path.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
            return [f"Others on this machine can read the key in {self.path}. Run: chmod 600 '{self.path}'"]
        return []

    def write(self, name: str, value: str) -> None:
        """Set `name` to `value` in the file, all else as it stands.

        Raises:
            OSError: the file can't be changed; it is then as it was.
        """
        import tomlkit  # 20 ms that only the acts that write need

        document = tomlkit.parse(self.text)
        document[name] = value
        _replace(self.path.resolve(), tomlkit.dumps(document))

    def write_key(self, origin: str, key: str, *, plain: bool = False) -> None:
        """Keep `key` for `origin` in the file, readable by the user alone, all else as it stands.

        Args:
            origin: the service it belongs to.
            key: a checked key.
            plain: change the file's own `api_key` instead of the table of saved keys.

        Raises:
            OSError: the file can't be changed; it is then as it was.
        """
        import tomlkit  # as above

        document = tomlkit.parse(self.text)
        if plain:
            document["api_key"] = key
        else:
            table = document.get(KEYS)
            if table is None:
                table = tomlkit.table()
                table.comment("saved by sora-tui; each is sent to its own service only")
                document[KEYS] = table
            table[origin] = key
        _replace(self.path.resolve(), tomlkit.dumps(document))

    def _check(self, known: Collection[str]) -> None:
        for name in self.values:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(known))}."
                raise SettingsError(f"There is no setting {self.place(_shown(name))}. {hint}")
        if not isinstance(self.saved, dict) or not all(isinstance(key, str) for key in self.saved.values()):
            raise SettingsError(f'{self.place(KEYS)} must be a table of keys: "https://api.kie.ai" = "…".')


def _shown(name: str) -> str:
    # A key pasted alone on a line with an = after it is a name to TOML, and must not be repeated.
    return name if re.fullmatch(r"[a-z_][a-z0-9_-]{0,30}", name) else "…"


def _line_of(name: str, text: str) -> int | None:
    start = rf"""^[ \t]*(?:\[[ \t]*)?["']?{re.escape(name)}["']?[ \t]*[=.\]]"""
    found = re.search(start, text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _line_of_fault(message: str, text: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else text.count("\n") + 1


def _replace(path: Path, text: str) -> None:
    """Put `text` at `path` in one step: either the old file or the new one is there, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600 from the first byte
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
