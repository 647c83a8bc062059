"""What stands in a field that takes a link: a link, or a file of this machine that is uploaded. Only looks at files."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from sora_tui.kie.profiles import Field, FieldError, FieldKind, Media, ModelProfile
from sora_tui.studio.file_kinds import HEAD, FileType, type_of
from sora_tui.studio.kept_links import HOUR_MS, LIFE_MS, KeptLink, Memory
from sora_tui.studio.task import Json

LARGEST = 100_000_000
"""Bytes of a file that is uploaded."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE | re.ASCII)
_DATA = re.compile(r"data:[^/\s]*[;,/]", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}", re.ASCII)
_AROUND = " \t\r\n"
_NOUNS = {Media.IMAGE: "a picture", Media.VIDEO: "a video", Media.AUDIO: "a sound file"}
_KINDS_THAT_GO = {
    Media.IMAGE: "Choose a PNG, JPEG or WebP file.",
    Media.VIDEO: "Choose an MP4, MOV or WebM file.",
    Media.AUDIO: "Choose an MP3, WAV or M4A file.",
}


@dataclass(frozen=True, slots=True)
class InputNote:
    """What is said beside an input.

    Attributes:
        words: what it is and what will happen: `photo.png · 2.3 MB · is uploaded when you send`. Empty for a link.
        problem: why it can't be sent and what to do, in a sentence or two; empty if nothing is wrong.
    """

    words: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LocalInput:
    """A file of this machine in a draft.

    Attributes:
        field: where it stands.
        text: as it stands there.
        path: where the file is.
    """

    field: Field
    text: str
    path: Path


def is_link(text: str) -> bool:
    """Whether this is a link, to go out as it is: any `scheme://` but that of a file."""
    return _SCHEME.match(text.strip(_AROUND)) is not None and not _is_file_link(text)


def path_in(text: str) -> Path | None:
    """The file that a text names, whether it exists or not; None for a link and for what names none.

    Reads what terminals paste when a file is dragged in: quotes, blanks behind backslashes, `file:///` with percent
    codes. `~`, `$HOME` and paths from the working directory are followed.
    """
    plain = text.strip(_AROUND)
    if not plain or "\0" in plain or _DATA.match(plain) or is_link(plain):
        return None
    if _is_file_link(plain):
        return Path(
            "/", unquote(plain[len("file:") :] if plain[5:7] != "//" else plain[len("file://") :].partition("/")[2])
        )
    literal = _absolute(plain)
    if _exists(literal):  # a name may really hold a quote or a backslash
        return literal
    unquoted = _unquoted(plain)
    return literal if unquoted is None else _absolute(unquoted)


def describe(text: str, media: Media, now_ms: int, remembered: Memory | None) -> InputNote:
    """What the form says beside an input. Reads a few bytes of the file.

    Args:
        text: as typed or pasted; empty for nothing yet.
        media: what the field takes.
        now_ms: epoch ms.
        remembered: what was uploaded before.
    """
    if not text.strip(_AROUND):
        return InputNote()
    path = path_in(text)
    if path is None:
        problem = _link_problem(text)
        known = None if remembered is None or problem else remembered.of_link(text.strip(_AROUND))
        return InputNote(problem=problem) if known is None else InputNote(_said_of_link(known, now_ms))
    problem = file_problem(path, media)
    if problem:
        return InputNote(problem=problem)
    known = None if remembered is None else remembered.of_file(path)
    if known is not None and known.is_good(now_ms):
        return InputNote(f"{path.name} · {_when_and_how_long(known, now_ms)}")
    return InputNote(f"{path.name} · {megabytes(path.stat().st_size)} · is uploaded when you send")


def file_problem(path: Path, media: Media) -> str:
    """Why a file can't be uploaded as this, and what to do; empty if nothing is wrong."""
    try:
        head, size = _looked_at(path)
    except (FileNotFoundError, NotADirectoryError):
        return f"There is no file {path}. Check the path; a link begins with https://."
    except IsADirectoryError:
        return f"{path} is a folder. Name a file in it."
    except _NoFile:
        return f"{path} is no ordinary file. Choose another one."
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path can't be used"
        return f"{path.name} can't be read: {reason}. Check its permissions, or choose another file."
    if not size:
        return f"{path.name} is empty. Choose another file."
    if size > LARGEST:
        return f"{path.name} has {megabytes(size)}, over the limit of {megabytes(LARGEST)}. Make it smaller."
    return _media_problem(path.name, type_of(head), media)


def local_inputs(profile: ModelProfile, parameters: Mapping[str, Json]) -> list[LocalInput]:
    """The files of this machine in the parameters, field by field."""
    found = []
    for field, text in texts_in(profile, parameters):
        path = path_in(text)
        if path is not None:
            found.append(LocalInput(field, text, path))
    return found


def texts_in(profile: ModelProfile, parameters: Mapping[str, Json]) -> Iterator[tuple[Field, str]]:
    """All that stands in fields that take links, field by field."""
    for field in profile.fields:
        if field.kind in (FieldKind.LINK, FieldKind.LINK_LIST):
            value = parameters.get(field.name)
            for item in value if isinstance(value, list | tuple) else [value]:
                if isinstance(item, str) and item.strip():
                    yield field, item


def with_texts(profile: ModelProfile, parameters: Mapping[str, Json], texts: Mapping[str, str]) -> dict[str, Json]:
    """The parameters with some of the texts in fields that take links replaced.

    Args:
        profile: tells which fields those are.
        parameters: stay as they are.
        texts: new for old.
    """
    changed = dict(parameters)
    for field, _ in texts_in(profile, parameters):
        value = parameters[field.name]
        if isinstance(value, str):
            changed[field.name] = texts.get(value, value)
        else:
            changed[field.name] = [texts.get(item, item) if isinstance(item, str) else item for item in value]
    return changed


def without_paths(profile: ModelProfile, parameters: Mapping[str, Json]) -> dict[str, Json]:
    """The parameters with a link for each file, for `kie.profiles.check` to judge the rest by. Never to be sent.

    So too for what is neither file nor link: `input_errors` says better what is wrong with it.
    """
    stand_ins: dict[str, str] = {}
    for _, text in texts_in(profile, parameters):
        path = path_in(text)
        if path is not None or _link_problem(text):
            ending = path.suffix.lower() if path is not None and _ENDING.fullmatch(path.suffix) else ""
            stand_ins[text] = f"https://file.invalid/{len(stand_ins)}{ending}"
    return with_texts(profile, parameters, stand_ins)


def input_errors(profile: ModelProfile, parameters: Mapping[str, Json]) -> list[FieldError]:
    """What is wrong with files and links, in field order."""
    errors = []
    for field, text in texts_in(profile, parameters):
        path = path_in(text)
        if problem := _link_problem(text) if path is None else file_problem(path, field.media):
            errors.append(FieldError(field.name, problem))
    return errors


def megabytes(size: int) -> str:
    """A size in bytes as shown: `2.3 MB`, `45 kB`."""
    if size < 1000:
        return f"{size} byte" if size == 1 else f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


class _NoFile(OSError):
    """It is there, but neither a file nor a folder."""


def _looked_at(path: Path) -> tuple[bytes, int]:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(status.st_mode):
        raise _NoFile
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # what has become a pipe meanwhile would block for ever
    try:
        return os.read(descriptor, HEAD), status.st_size
    finally:
        os.close(descriptor)


def _media_problem(name: str, found: FileType | None, wanted: Media) -> str:
    if wanted not in _NOUNS or (found is not None and found.can_be(wanted)):
        return ""
    if found is None:
        return f"{name} is not {_NOUNS[wanted]}. {_KINDS_THAT_GO[wanted]}"
    return f"{name} is {_NOUNS[found.media]}, and this takes {_NOUNS[wanted]}. {_KINDS_THAT_GO[wanted]}"


def _link_problem(text: str) -> str:
    plain = text.strip(_AROUND)
    if _DATA.match(plain):
        return "This is a file's content and not a link. Save it as a file and give its path."
    if "\0" in plain:
        return "This holds a NUL character: remove it."
    if _BLANK.search(plain):
        return "A link holds no blanks: remove them, or write %20."
    return ""


def _said_of_link(known: KeptLink, now_ms: int) -> str:
    if known.is_good(now_ms):
        return f"{known.name} · {_when_and_how_long(known, now_ms)}"
    return f"{known.name} · uploaded {_span(now_ms - known.uploaded_at)} ago · is uploaded again when you send"


def _when_and_how_long(known: KeptLink, now_ms: int) -> str:
    age = max(0, now_ms - known.uploaded_at)
    when = "just now" if age < 60_000 else f"{_span(age)} ago"
    return f"uploaded {when}, good for {_span(LIFE_MS - age)} more"


def _span(milliseconds: int) -> str:
    if milliseconds < HOUR_MS:
        return f"{max(1, milliseconds // 60_000)} min"
    hours = milliseconds // HOUR_MS
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def _is_file_link(text: str) -> bool:
    return text.strip(_AROUND)[:6].lower() == "file:/"


def _absolute(text: str) -> Path:
    for home in ("$HOME", "${HOME}"):
        if text == home or text.startswith(f"{home}/"):
            text = f"~{text[len(home) :]}"
    path = Path(text)
    with suppress(RuntimeError):  # nobody of that name: then it is a file that begins so
        path = path.expanduser()
    try:
        return path.absolute()
    except OSError:  # the working directory is gone
        return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _unquoted(text: str) -> str | None:
    """The one word that a shell would read; None where it would read several, or none."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return words[0] if len(words) == 1 and words[0] else None
