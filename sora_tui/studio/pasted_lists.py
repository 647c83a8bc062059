"""Whether pasted text is a list of prompts or one prompt of several lines: a guess, to ask the user about. Pure."""

from __future__ import annotations

import re

MOST_LINES = 10_000
_BULLET = re.compile(r"\s*[-*+•‣◦–—]\s+(?=\S)")
_NUMBER = re.compile(r"\s*[(\[]?(\d{1,5})[.):\]]\s+(?=\S)")
_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？", '."', ".”")
_LEAST_WORDS = 3
_LEAST_SIGNS = 12


def looks_like_a_list(pasted: str) -> list[str] | None:
    """The prompts of a list, without their bullets or numbers; None where it looks like a single prompt.

    A list is two lines or more, each with a bullet, each with a number that counts on from 1, or each a line of its own
    that reads as a prompt: lines apart by blank ones or three and more, none of which looks like the middle of
    another. A line without a mark below a marked one belongs to it where it is indented.

    Args:
        pasted: as it was pasted.
    """
    lines = pasted.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = [line for line in lines if line.strip()]
    if not 2 <= len(filled) <= MOST_LINES:
        return None
    return _marked(filled) or _plain(filled)


def _marked(lines: list[str]) -> list[str] | None:
    for mark in (_BULLET, _NUMBER):
        items: list[str] = []
        numbers: list[int] = []
        for line in lines:
            found = mark.match(line)
            if found is not None:
                items.append(line[found.end() :].strip())
                numbers += [int(found[1])] if mark is _NUMBER else []
            elif items and line[:1].isspace():
                items[-1] += f" {line.strip()}"
            else:
                break
        else:
            counts = mark is _BULLET or numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            if len(items) >= 2 and counts:
                return items
    return None


def _plain(lines: list[str]) -> list[str] | None:
    """Lines that each could be sent alone. A screenplay, `Camera: …` settings or wrapped prose are one prompt."""
    if len(lines) < 3 or any(line[:1].isspace() for line in lines):
        return None
    items = [line.strip() for line in lines]
    if any(len(item) < _LEAST_SIGNS and item.isascii() for item in items):
        return None
    if any(item.isascii() and len(item.split()) < _LEAST_WORDS for item in items):
        return None
    if any(re.match(r"[\w ]{1,30}:|[{}\[\]<>#|`\"]", item) for item in items):
        return None
    if any(item[-1] in ",;:-–—&+" for item in items) or any(
        item[0].islower() != items[0][0].islower() for item in items
    ):
        return None
    ended = [item.endswith(_SENTENCE_END) for item in items]
    return items if all(ended) or not any(ended[:-1]) else None
