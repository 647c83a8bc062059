"""What a schema says in prose: names to show, a line of help, and the limits that stand nowhere else. Pure."""

from __future__ import annotations

import re

_MAX_HELP = 240
_MAX_LABEL = 48
_ACRONYMS = frozenset({"fps", "hd", "hdr", "nsfw"})

_WORD = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+|\d+")
_LIST_LINE = re.compile(r"\s*(?:[-*•+]\s|\d{1,2}[.)]\s|\||:::|```|#{1,6}\s|<)")
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_STATED_ELSEWHERE = re.compile(
    r"\s*\((?:max(?:imum)?\.?|min(?:imum)?\.?|step|boolean value|default)\b"
    r"[^()]{0,80}(?:\([^()]{0,40}\)[^()]{0,40})?\)",
    re.IGNORECASE,
)
_UPLOADED = re.compile(
    r"(?:use )?(?:upload(?:ed)? )?file urls?(?: after upload)?, not (?:raw )?file content[;.]?\s*", re.IGNORECASE
)
_VALUES = re.compile(
    r"\s*\b(?:options|(?:optional|valid|supported|possible|allowed) values|default(?: value)?)"
    r"(?:\s+(?:are|is))?:[^.]*(?:\.\d[^.]*)*(?:\.|$)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|[。！？]|$)", re.DOTALL)
_NUMBER = r"`?(-?[0-9][0-9,]{0,11}(?:\.[0-9]{1,6})?)`?"
_COUNT = r"`?([0-9][0-9,]{0,6})`?"
_LENGTH_LIMITS = (
    re.compile(rf"\bmax(?:imum)?\.?\s+length:?\s*(?:is\s+|of\s+)?{_COUNT}", re.IGNORECASE),
    re.compile(
        rf"\b(?:up to|at most|no more than|not exceed|cannot exceed|limited to|max(?:imum)?\.?(?: of)?:?)\s+{_COUNT}"
        r"\s+(?:characters|chars)\b",
        re.IGNORECASE,
    ),
)
_LEAST_LENGTH = re.compile(rf"\bmin(?:imum)?\.?\s+length:?\s*(?:is\s+|of\s+)?{_COUNT}", re.IGNORECASE)
_LEAST = re.compile(rf"\bmin(?:imum)?(?: value)?:\s*{_NUMBER}(?![\w%]|\.\d)", re.IGNORECASE)
_MOST = re.compile(rf"\bmax(?:imum)?(?: value)?:\s*{_NUMBER}(?![\w%]|\.\d)", re.IGNORECASE)
_RANGE = re.compile(
    r"\b(?:must be between|(?:valid |value )?range(?: is)?:?|integer values from)\s+"
    rf"{_NUMBER}\s*(?:and|to|-|–)\s*{_NUMBER}(?![\w%]|\.\d)",
    re.IGNORECASE,
)
_SECONDS = re.compile(
    r"\bin seconds\b|\(seconds\)|\bunit:? seconds?\b|\bseconds? of\b|\bseconds\)?\.?\s*$", re.IGNORECASE
)
_OTHER_UNIT = re.compile(r"millisecond|\bms\b|\bminutes?\b|\bframes?\b", re.IGNORECASE)


def words(name: str) -> list[str]:
    """The words of a wire name, small: `firstFrameURL` and `first_frame_url` are the same three."""
    return [each.lower() for each in _WORD.findall(name)]


def label(name: str, title: str = "", *, is_link: bool = False) -> str:
    """A parameter's name as it is shown. A link is called what it leads to: `image_urls` is "Images"."""
    parts = words(name)
    if title and len(title) <= _MAX_LABEL and "_" not in title and words(title) != parts and "\n" not in title:
        return title
    if is_link and len(parts) > 1 and parts[-1] in ("url", "uri", "urls", "uris"):
        last = parts.pop()
        if last.endswith("s"):
            parts[-1] = _plural(parts[-1])
    elif is_link and parts in (["url"], ["uri"], ["urls"], ["uris"]):
        parts = ["links" if parts[0].endswith("s") else "link"]
    if parts == ["n"]:
        parts = ["number"]
    if len(parts) > 1 and parts[-1] == "list":
        parts = [*parts[:-2], _plural(parts[-2])]
    if len(parts) > 1 and parts[0] in ("num", "n"):
        parts = ["number", "of", *parts[1:]]
    shown = " ".join(each.upper() if each in _ACRONYMS else each for each in parts)
    return shown[:1].upper() + shown[1:] if shown else name


def help_line(description: str) -> str:
    """The first sentences of a description on one line: no markdown, no list of values, no limits in brackets."""
    paragraph = ""
    for block in re.split(r"\n\s*\n", description.strip()[:4_000]):
        lines = []
        for line in block.splitlines():
            if _LIST_LINE.match(line):
                break
            lines.append(line)
        paragraph = _plain(" ".join(lines))
        if paragraph:
            break
    said = ""
    for sentence in _SENTENCE.findall(paragraph):
        if len(said) + len(sentence.rstrip()) > _MAX_HELP:
            break
        said += sentence
    if said:
        return said.strip()
    if len(paragraph) <= _MAX_HELP:
        return paragraph
    return paragraph[: _MAX_HELP - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def longest(description: str) -> int | None:
    """Characters a text may have, where the prose says so; of several limits, the one that refuses least."""
    found = [_whole(stated) for each in _LENGTH_LIMITS for stated in each.findall(description)]
    return max((each for each in found if each > 0), default=None)


def shortest(description: str) -> int | None:
    """Characters a text must have, where the prose says so."""
    found = _LEAST_LENGTH.search(description)
    return _whole(found[1]) or None if found else None


def bounds(description: str) -> tuple[float | None, float | None]:
    """Least and most of a number, where the prose states them as such ("Min: 0, Max: 1") and states one each."""
    ranges = set(_RANGE.findall(description))
    if len(ranges) == 1:
        first, last = map(_number, ranges.pop())
        return (first, last) if first < last else (None, None)
    least, most = set(_LEAST.findall(description)), set(_MOST.findall(description))
    low = _number(least.pop()) if len(least) == 1 else None
    high = _number(most.pop()) if len(most) == 1 else None
    return (None, None) if low is not None and high is not None and low > high else (low, high)


def counts_seconds(name: str, description: str) -> bool:
    """Whether a number is certainly one of seconds."""
    if _OTHER_UNIT.search(description) or "ms" in words(name):
        return False
    return "seconds" in words(name) or bool(_SECONDS.search(description.split("\n", maxsplit=1)[0]))


def _plain(line: str) -> str:
    line = _STATED_ELSEWHERE.sub("", _UPLOADED.sub("", _LINK.sub(r"\1", line)))
    line = " ".join(_VALUES.sub("", _EMPHASIS.sub("", _TAG.sub("", line))).split())
    return re.sub(r"\.\.(?!\.)| \.(?= |$)", ".", line).removesuffix(":").strip()


def _plural(word: str) -> str:
    if word.endswith("s"):
        return word
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def _whole(stated: str) -> int:
    return int(stated.replace(",", ""))


def _number(stated: str) -> float:
    plain = stated.replace(",", "")
    return float(plain) if "." in plain else int(plain)
