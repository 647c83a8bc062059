"""Paths as people give them: dragged into the terminal, pasted, or half typed. Reads folders, opens nothing."""

from __future__ import annotations

import mimetypes
import os
import shlex
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sora_tui.kie.fields import Media

LOOKED_AT = 5_000
"""Entries of a folder that are looked at; a folder with more is completed among these."""
_BEGINS_LIKE_A_PATH = ("/", "~", "./", "../", "file://")


def plain_path(text: str) -> str:
    """A `file://` address as the path it stands for; anything else as it is."""
    if not text.lower().startswith("file://"):
        return text
    return unquote(urlsplit(text).path) or text


def given(text: str) -> list[str]:
    r"""The links and paths in a piece of pasted text, such as terminals make of files that are dragged into them.

    `'/a b.png' /c\ d.png`, `file:///a%20b.png`, or one a line. What is neither quoted nor escaped stays whole:
    paths have blanks and commas.
    """
    return [each for line in text.splitlines() if line.strip() for each in _in_line(line.strip())]


def _in_line(line: str) -> list[str]:
    if os.path.lexists(os.path.expanduser(line)):
        return [line]
    words = [word.strip(",") for word in line.split()]
    if len(words) > 1 and all("://" in word for word in words):
        return [plain_path(word) for word in words]
    try:
        parts = shlex.split(line)
    except ValueError:  # a quote that has no other
        return [plain_path(line)]
    quoted = len(parts) == 1 or any(sign in line for sign in "'\"\\")
    if parts and quoted and all(part.startswith(_BEGINS_LIKE_A_PATH) for part in parts):
        return [plain_path(part) for part in parts]
    if len(parts) > 1 and all(os.path.isabs(part) and os.path.lexists(part) for part in parts):
        return parts
    return [plain_path(line)]


@dataclass(frozen=True, slots=True)
class Completion:
    """What a half typed path may become.

    Attributes:
        shared: as far as all that fit agree.
        paths: all that fit, folders with a slash at their end.
    """

    shared: str
    paths: tuple[str, ...]


def complete(text: str, media: Media = Media.FILE) -> Completion:
    """What a half typed path may become: folders, and files of that kind. It keeps the spelling, such as `~/`."""
    begun = text.rpartition("/")[2]
    head = text[: len(text) - len(begun)]
    found: list[str] = []
    try:
        with os.scandir(os.path.expanduser(head) or ".") as entries:
            for number, entry in enumerate(entries):
                if number >= LOOKED_AT:
                    break
                hidden = entry.name.startswith(".") and not begun.startswith(".")
                if entry.name.startswith(begun) and not hidden and entry.name.isprintable():
                    if entry.is_dir():
                        found.append(f"{head}{entry.name}/")
                    elif _fits(entry.name, media):
                        found.append(f"{head}{entry.name}")
    except OSError:  # no such folder, or none of ours
        return Completion(text, ())
    found.sort(key=str.casefold)
    return Completion(_shared(found) or text, tuple(found))


def _shared(paths: list[str]) -> str:
    first, last = min(paths, default=""), max(paths, default="")
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _fits(name: str, media: Media) -> bool:
    kind = mimetypes.guess_type(name)[0]
    return media in (Media.FILE, Media.TEXT) or kind is None or kind.split("/")[0] == media.value
