"""What a model makes out of what, told from the words around it. Pure.

The vendor's `taskType` is unreliable (contract §6): it forgets what a model can do besides. So its words, the id
and the title are read alike, and what they say is united.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sora_tui.kie.fields import Media


class ModelKind(StrEnum):
    """What a model makes out of what."""

    TEXT_TO_VIDEO = "text to video"
    IMAGE_TO_VIDEO = "image to video"
    VIDEO_TO_VIDEO = "video to video"
    TEXT_TO_IMAGE = "text to image"
    IMAGE_TO_IMAGE = "image to image"
    AUDIO = "audio"
    """Speech, music or sounds, out of anything."""
    TEXT = "text"
    """Words, out of anything."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a model is for.

    Attributes:
        kinds: at least one.
        makes: what comes out; of several, the most telling.
    """

    kinds: frozenset[ModelKind]
    makes: Media


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SHORT = {
    "t2v": "text to video",
    "i2v": "image to video",
    "ti2v": "text and image to video",
    "v2v": "video to video",
    "r2v": "reference to video",
    "s2v": "speech to video",
    "t2i": "text to image",
    "i2i": "image to image",
    "tts": "text to speech",
    "stt": "speech to text",
    "asr": "speech to text",
    "lipsync": "lip sync",
}
_MEANS = {
    Media.TEXT: "text txt prompt prompts script transcript transcription caption captions",
    Media.IMAGE: "image images img photo photos picture pictures frame frames reference references element elements",
    Media.VIDEO: "video videos vid clip clips movie film animation",
    Media.AUDIO: "audio speech voice music song songs sound sounds dialogue dialog sfx",
}
_MEDIUM = {word: medium for medium, words in _MEANS.items() for word in words.split()}
_AND = frozenset({"and", "or", "&", "+", ",", "/", "|"})
_CHANGES = _set(
    "upscale upscaler upscaling enhance enhancer enhancement edit editing editor inpaint inpainting outpaint"
    " outpainting reframe remix remover removal remove restore restoration colorize colorization retouch relight expand"
    " matting cutout background modify swap replace denoise"
)
"""Words of models that give back what they were given, made over: a picture, or a video where it is about those."""
_TALKS = frozenset({"avatar", "avatars", "talking", "animate", "motion"})
_WRITES = _set(
    "transcribe transcription transcript captioning chat llm ocr embedding embeddings completion completions"
)
_SOUNDS = _set("speech vocal voice voiceover music song songs sound sounds dialogue dialog sfx audio vocals")
_PICTURES = frozenset({"image", "images", "imagen", "photo", "picture"})
_BESIDE = frozenset({"with", "without", "native", "no", "plus", "from"})
"""What stands before `audio` where a model doesn't make it alone."""
_LONGEST = 200
_WORDS = re.compile(r"[a-z0-9]+|[&+,/|]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TWO = re.compile(r"(?<=[a-z])2(?=(?:text|video|image|img|audio|speech|music)(?![a-z]))|(?<=_)2(?=_)")
"""The 2 of `image2video` and `IMAGE_2_VIDEO`."""
_ORDER = (Media.VIDEO, Media.IMAGE, Media.AUDIO, Media.TEXT, Media.FILE)


def purpose_of(model: str, title: str, task_types: Iterable[str]) -> Purpose:
    """What the words around a model say that it is for; `OTHER`, which makes a file, where they say nothing."""
    named = [_heard(step) for step in (*model[:_LONGEST].split("/"), title)]
    typed = [_heard(words) for words in task_types]
    heard = [*named, *typed]
    kinds: set[ModelKind] = set().union(*(each.kinds for each in heard))
    makes = [medium for each in heard for medium in _ORDER if medium in each.makes]
    if any(each.changes for each in heard):
        of_videos = Media.VIDEO in makes or any(each.mentions is Media.VIDEO for each in heard)
        kinds.add(ModelKind.VIDEO_TO_VIDEO if of_videos else ModelKind.IMAGE_TO_IMAGE)
        makes.append(Media.VIDEO if of_videos else Media.IMAGE)
    elif kinds == {ModelKind.IMAGE_TO_VIDEO} and not any(each.kinds for each in named):
        # A model made for pictures alone says so in its name; of the others the vendor forgets that a text is enough.
        kinds.add(ModelKind.TEXT_TO_VIDEO)
    if not makes:
        makes = [each.mentions for each in heard if each.mentions is not None]
        kinds = {_ALONE[medium] for medium in makes[:1]}
    return Purpose(frozenset(kinds or {ModelKind.OTHER}), next(iter(makes), Media.FILE))


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one phrase says.

    Attributes:
        kinds: what it says outright.
        makes: what comes out then.
        changes: whether it is about making over what was given.
        mentions: what it speaks of besides, which may be what comes out.
    """

    kinds: frozenset[ModelKind] = frozenset()
    makes: frozenset[Media] = frozenset()
    changes: bool = False
    mentions: Media | None = None


_ALONE = {Media.VIDEO: ModelKind.TEXT_TO_VIDEO, Media.IMAGE: ModelKind.TEXT_TO_IMAGE}


def _heard(phrase: str) -> _Heard:
    words = _words(phrase)
    kinds: set[ModelKind] = set()
    makes: set[Media] = set()
    for at, word in enumerate(words):
        if word == "to" and at and words[at - 1] in _MEDIUM:
            out = _after(words, at)
            kinds |= _kinds(_before(words, at), out)
            makes.add(out)
    if makes:
        return _Heard(frozenset(kinds), frozenset(makes))
    spoken = set(words)
    if "sync" in spoken and "lip" in spoken:
        return _says(Media.VIDEO, ModelKind.VIDEO_TO_VIDEO)
    if spoken & _TALKS or _follow(words, "from", "audio"):
        return _says(Media.VIDEO, ModelKind.IMAGE_TO_VIDEO)
    if "storyboard" in spoken:
        return _says(Media.VIDEO, ModelKind.TEXT_TO_VIDEO)
    mentions = Media.VIDEO if "video" in spoken or "videos" in spoken else None
    if spoken & _WRITES:
        return _says(Media.TEXT, ModelKind.TEXT)
    if mentions is None and any(word in _SOUNDS and _is_alone(words, at) for at, word in enumerate(words)):
        return _says(Media.AUDIO, ModelKind.AUDIO)
    if spoken & _CHANGES:
        return _Heard(changes=True, mentions=mentions)
    return _Heard(mentions=mentions or (Media.IMAGE if spoken & _PICTURES else None))


def _says(medium: Media, kind: ModelKind) -> _Heard:
    return _Heard(frozenset({kind}), frozenset({medium}))


def _words(phrase: str) -> list[str]:
    apart = _CAMEL.sub(" ", phrase[:_LONGEST])
    words = _WORDS.findall(_TWO.sub(" to ", apart.lower()))
    spelled = (_SHORT.get(word) or word.rstrip("0123456789") or word for word in words)
    return " ".join(spelled).split()


def _after(words: list[str], at: int) -> Media:
    for word in words[at + 1 : at + 3]:
        if word in _MEDIUM:
            return _MEDIUM[word]
    return Media.FILE


def _before(words: list[str], at: int) -> set[Media]:
    """What goes in: the word before `to`, and those that an `and` or the like ties to it."""
    found = {_MEDIUM[words[at - 1]]}
    at -= 2
    while at >= 1 and words[at] in _AND and words[at - 1] in _MEDIUM and (at < 2 or words[at - 2] != "to"):
        found.add(_MEDIUM[words[at - 1]])
        at -= 2
    return found


def _kinds(given: set[Media], out: Media) -> set[ModelKind]:
    match out:
        case Media.VIDEO:
            kinds = {_TO_VIDEO[medium] for medium in given if medium in _TO_VIDEO}
            return kinds or {ModelKind.IMAGE_TO_VIDEO}  # a voice alone moves a picture's lips
        case Media.IMAGE:
            kinds = {_TO_IMAGE[medium] for medium in given if medium in _TO_IMAGE}
            return kinds or {ModelKind.OTHER}
        case Media.AUDIO:
            return {ModelKind.AUDIO}
        case Media.TEXT:
            return {ModelKind.TEXT}
        case _:
            return {ModelKind.OTHER}


_TO_VIDEO = {
    Media.TEXT: ModelKind.TEXT_TO_VIDEO,
    Media.IMAGE: ModelKind.IMAGE_TO_VIDEO,
    Media.VIDEO: ModelKind.VIDEO_TO_VIDEO,
}
_TO_IMAGE = {Media.TEXT: ModelKind.TEXT_TO_IMAGE, Media.IMAGE: ModelKind.IMAGE_TO_IMAGE}


def _is_alone(words: list[str], at: int) -> bool:
    return at == 0 or words[at - 1] not in _BESIDE


def _follow(words: list[str], *wanted: str) -> bool:
    return any(tuple(words[at : at + len(wanted)]) == wanted for at in range(len(words)))
