"""Whether a text of a schema is a link to an input, and to what. Pure.

No document marks its inputs reliably: some have `format: uri`, most only a name (`first_frame_url`, `image_input`),
some just an example. A callback's address is no input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from sora_tui.kie.fields import Json, Media, is_link
from sora_tui.kie.schema_prose import words
from sora_tui.kie.schema_shapes import text

_LINK_WORDS = frozenset({"url", "urls", "uri", "uris"})
_CALLED_BACK = frozenset({"callback", "webhook", "notify", "hook"})
_MEDIA_OF = {
    **dict.fromkeys(("video", "clip", "movie", "footage"), Media.VIDEO),
    **dict.fromkeys(("audio", "music", "sound", "song", "speech", "voice", "mp3"), Media.AUDIO),
    **dict.fromkeys(("image", "img", "picture", "photo", "mask", "frame", "face", "portrait", "selfie"), Media.IMAGE),
    **dict.fromkeys(("logo", "cover", "thumbnail", "poster"), Media.IMAGE),
}
_INPUTS = frozenset({"image", "img", "picture", "photo", "mask", "frame", "video", "clip", "audio", "file"})
_MEDIA_OF_SUFFIX = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "gif", "bmp"), Media.IMAGE),
    **dict.fromkeys(("mp4", "mov", "webm", "mkv", "avi"), Media.VIDEO),
    **dict.fromkeys(("mp3", "wav", "m4a", "aac", "ogg", "flac"), Media.AUDIO),
}
_KINDS = r"(?:image|video|audio|file|picture|photo|mask|music|media)"
_KIND_OF_MODEL = re.compile(
    r"\b(?:text|image|video|audio|speech)s?[- ]to[- ](?:text|image|video|audio|speech)s?\b", re.I
)
_SAID = re.compile(
    rf"\b{_KINDS}s?(?: file)?s? (?:urls?|links?)\b"
    rf"|\b(?:urls?|links?) (?:of|to|for|pointing to) (?:\w+ ){{0,3}}{_KINDS}",
    re.IGNORECASE,
)


def leads_to(name: str, schema: Mapping[str, Json], items: Mapping[str, Json] | None = None) -> Media | None:
    """What the links of a text, or of a list of texts, lead to; None where these are no links to inputs.

    Args:
        name: as on the wire.
        schema: of the text or the list.
        items: of each text of the list.
    """
    parts = words(name)
    singular = [each.removesuffix("s") for each in parts]
    if _CALLED_BACK & set(parts) or {"call", "back"} <= set(parts):
        return None
    described = [each for each in (schema, items) if each is not None]
    examples = [example for each in described for example in _examples(each)]
    first_sentence = text(schema.get("description")).split(". ")[0]
    if not (
        any(each.get("format") in ("uri", "url", "iri") for each in described)
        or (parts and parts[-1] in _LINK_WORDS)
        or (singular and singular[-1] in _INPUTS)
        or singular[-2:] in (["image", "input"], ["video", "input"], ["audio", "input"])
        or any(is_link(example) for example in examples)
        or any("://" in text(each.get("pattern")) for each in described)
        or _SAID.search(first_sentence)
    ):
        return None
    return _by_name(singular) or _by_examples(examples) or _by_prose(text(schema.get("description"))) or Media.FILE


def _by_name(singular: list[str]) -> Media | None:
    return next((_MEDIA_OF[each] for each in reversed(singular) if each in _MEDIA_OF), None)


def _by_examples(examples: list[str]) -> Media | None:
    found = {_MEDIA_OF_SUFFIX.get(_suffix(example)) for example in examples if is_link(example)}
    return found.pop() if len(found) == 1 else None


def _by_prose(description: str) -> Media | None:
    said = (each.removesuffix("s") for each in words(_KIND_OF_MODEL.sub("", description[:600])))
    found = {_MEDIA_OF[each] for each in said if each in ("image", "picture", "photo", "video", "audio")}
    return found.pop() if len(found) == 1 else None


def _suffix(link: str) -> str:
    try:
        path = urlsplit(link).path
    except ValueError:
        return ""
    return path.rpartition(".")[2].lower()


def _examples(schema: Mapping[str, Json]) -> Iterator[str]:
    given = schema.get("examples")
    for each in [*(given if isinstance(given, list) else []), schema.get("example"), schema.get("default")]:
        for one in each if isinstance(each, list) else [each]:
            if isinstance(one, str):
                yield one
