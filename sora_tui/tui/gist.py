"""What stands for a task where its prompt would, since some models take none. Pure words, not clean yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from sora_tui.studio.task import Draft, Json, Task


def gist(wish: Draft | Task) -> str:
    """The prompt; without one the first text among the parameters, else the input's file name, else the model's id.

    It holds words from outside, so it still has to pass the sanitiser.
    """
    return wish.prompt if wish.prompt.strip() else gist_of_input(wish.parameters) or wish.model


def gist_of_input(parameters: Mapping[str, Json]) -> str:
    """The first text among parameters, else the file name of the first link or path; empty without either."""
    texts = [text for value in parameters.values() for text in _texts(value)]
    return next((text for text in texts if _is_prose(text)), "") or next(filter(None, map(_file_name, texts)), "")


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


def _is_prose(text: str) -> bool:
    """Whether somebody wrote it: a value that was picked from a list is one word, a link or path has a slash."""
    return any(letter.isspace() for letter in text) and not _file_name(text)


def _file_name(text: str) -> str:
    if "\n" in text or ("://" not in text and not text.startswith(("/", "~", "./", "../"))):
        return ""
    path = urlsplit(text).path if "://" in text else text
    return unquote(path.rstrip("/").rpartition("/")[2])
