"""What came out of a task, read from the shapes a result has (contract §4): links, and words. Pure.

A result is `{"resultUrls": […]}`, often as a JSON string, with links under other names, a `resultObject`, a
`character_id`, or plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sora_tui.kie.addresses import result_link
from sora_tui.kie.envelope import Json, decode_json

MAX_LINKS = 64
"""Links of one task that are kept."""
MAX_TEXT = 100_000
"""Characters of a result's words that are kept."""

_LINKS = "resultUrls"
_PLACES = ("resultJson", "response")
_NOT_RESULTS = frozenset({"param", "paramJson", "input", "callBackUrl", "progressCallBackUrl"})
"""What was asked for, where a result repeats it."""
_MARKED = re.compile(r"(?<!no)(?<!without)(?<!remove)watermark", re.IGNORECASE)
_BROKEN_JSON = re.compile(r'\s*(?:\{\s*"|\[\s*["{\[])')
"""How a text begins that was to be JSON and is not, unlike `[Verse 1]`."""
_WORDS = ("text", "result", "resultObject", "content", "output", "transcript", "transcription")
"""Names that say nothing about a text that stands alone, or beside numbers about it."""
_DEEPEST = 8
_MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Result:
    """What came out.

    Attributes:
        links: those under `resultUrls` first, then all others in their order, without doubles, at most 64.
        watermark_links: the same with the vendor's watermark.
        text: what came out in words, at most 100,000 characters; objects as indented JSON. Empty where there is
            nothing but links.
    """

    links: tuple[str, ...] = ()
    watermark_links: tuple[str, ...] = ()
    text: str = ""


def read_result(data: dict[str, Json]) -> Result:
    """The result in a task's record: the first place of two that has `resultUrls`, else any link, else words."""
    found = [_read(_decoded(data.get(place))) for place in _PLACES]
    best = max(found, key=lambda each: (each.has_named_links, bool(each.result.links), bool(each.result.text)))
    marked = next((each.result.watermark_links for each in found if each.result.watermark_links), ())
    return replace(best.result, watermark_links=marked)


@dataclass(frozen=True, slots=True)
class _Found:
    has_named_links: bool
    result: Result


def _read(value: Json) -> _Found:
    named = [link for link, _ in _links_in(value.get(_LINKS))] if isinstance(value, dict) else []
    others = list(_links_in(value))
    links = dict.fromkeys([*named, *(link for link, is_marked in others if not is_marked)])
    marked = dict.fromkeys(link for link, is_marked in others if is_marked)
    text = _text_of(value, beside_links=bool(links or marked))
    return _Found(bool(named), Result(tuple(links)[:MAX_LINKS], tuple(marked)[:MAX_LINKS], text[:MAX_TEXT]))


def _decoded(value: Json) -> Json:
    """A value that may have come as a JSON string. A text that is no JSON stays one; broken JSON is nothing."""
    if not isinstance(value, str):
        return value
    try:
        decoded = decode_json(value)
    except ValueError:
        return "" if _BROKEN_JSON.match(value) else value
    return value if isinstance(decoded, int | float) else decoded


def _links_in(value: Json) -> Iterator[tuple[str, bool]]:
    """The links below a value, in their order, and whether each is one with the watermark."""
    left: list[tuple[Json, bool, int]] = [(value, False, 0)]
    for _ in range(_MOST_STEPS):
        if not left:
            return
        value, is_marked, depth = left.pop()
        if isinstance(value, str):
            link = result_link(value)
            if link is not None:
                yield link, is_marked
            elif value.lstrip()[:1] in ("[", "{"):
                value = _decoded(value)
        if isinstance(value, str) or depth == _DEEPEST:
            continue
        if isinstance(value, list):
            left += [(item, is_marked, depth + 1) for item in reversed(value)]
        elif isinstance(value, dict):
            left += [
                (item, is_marked or _is_marked(name), depth + 1)
                for name, item in reversed(value.items())
                if name not in _NOT_RESULTS
            ]


def _is_marked(name: str) -> bool:
    return _MARKED.search(name) is not None


def _text_of(value: Json, *, beside_links: bool) -> str:
    """The words of a result; empty where it says nothing but links."""
    while isinstance(value, dict):
        value = {
            name: item
            for name, item in value.items()
            if name != _LINKS and not _is_marked(name) and name not in _NOT_RESULTS and _tells(item, beside_links)
        }
        telling = [name for name, item in value.items() if _tells(item, True)]
        if len(telling) != 1 or telling[0] not in _WORDS:
            break
        value = _decoded(value[telling[0]])
    if not _tells(value, beside_links):
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _tells(value: Json, beside_links: bool) -> bool:
    """Whether a value says something that no link says. A number beside a link is only about it (a seed, a size)."""
    if isinstance(value, str):
        return bool(value.strip()) and result_link(value) is None
    if isinstance(value, dict):
        return any(_tells(item, beside_links) for item in value.values())
    if isinstance(value, list):
        return any(_tells(item, beside_links) for item in value)
    return isinstance(value, int | float) and not isinstance(value, bool) and not beside_links
