"""What a model's setting is about, whatever the model calls it, and what its values mean. Pure.

Every model has its own name and spelling for the same thing: `n_frames: "10"` and `duration: 10`, `aspect_ratio:
landscape` and `ratio: 16:9`, `size: high` and `resolution: 1080P`. Here they become the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias

from sora_tui.kie.profiles import Field, FieldKind
from sora_tui.studio.task import Json


class Role(StrEnum):
    """What a setting decides."""

    ASPECT = "aspect"
    LENGTH = "length"
    RESOLUTION = "resolution"
    WATERMARK = "watermark"
    SOUND = "sound"
    SEED = "seed"
    NEGATIVE = "negative"
    GUIDANCE = "guidance"


Meaning: TypeAlias = float | bool | str
"""Of a value: an aspect's width for a height of 1 or `AUTO`, a length's seconds, a resolution's lines, whether there is
a watermark or sound, the words of a watermark or of what is not wanted, a seed's or a guidance's number."""

AUTO = "auto"
"""The service chooses."""

_A, _L, _R = Role.ASPECT, Role.LENGTH, Role.RESOLUTION
_ROLES: Mapping[str, tuple[Role, ...]] = {
    # of several roles that one name has, a model's values tell which it is
    **dict.fromkeys(("aspectratio", "ratio", "aspect", "videoratio", "videoaspectratio", "orientation"), (_A,)),
    **dict.fromkeys(("imagesize", "videosize", "size", "format"), (_A, _R)),
    **dict.fromkeys(("nframes", "duration", "seconds", "length", "videolength", "videoduration"), (_L,)),
    **dict.fromkeys(("durationseconds", "durations", "durationsec", "durationinseconds", "lengthseconds"), (_L,)),
    **dict.fromkeys(("resolution", "videoresolution", "imageresolution", "outputresolution"), (_R,)),
    **dict.fromkeys(("quality", "videoquality", "mode"), (_R,)),
    **dict.fromkeys(("removewatermark", "nowatermark", "watermark", "addwatermark"), (Role.WATERMARK,)),
    **dict.fromkeys(("sound", "generateaudio", "audio", "enableaudio", "withaudio", "nativeaudio"), (Role.SOUND,)),
    **dict.fromkeys(("seed", "seeds", "randomseed"), (Role.SEED,)),
    **dict.fromkeys(("negativeprompt", "negative"), (Role.NEGATIVE,)),
    **dict.fromkeys(("cfgscale", "cfg", "guidancescale", "guidance"), (Role.GUIDANCE,)),
}
_WITHOUT_WATERMARK = ("removewatermark", "nowatermark")

_RATIO = re.compile(r"(?:^|[^0-9])([0-9]{1,5}) ?[:x×*/_] ?([0-9]{1,5})$", re.ASCII)
_SECONDS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(?:s|sec|secs|second|seconds)?", re.ASCII)
_LINES = re.compile(r"(?:[a-z]+[ _-])?([0-9]{3,5}) ?[pi]?", re.ASCII)
_THOUSANDS = re.compile(r"([0-9]{1,2}) ?k", re.ASCII)
_SHAPES: Mapping[str, float] = {
    "landscape": 16 / 9,
    "horizontal": 16 / 9,
    "wide": 16 / 9,
    "portrait": 9 / 16,
    "vertical": 9 / 16,
    "tall": 9 / 16,
    "square": 1.0,
    "square_hd": 1.0,
}
_AUTO_WORDS = ("auto", "adaptive", "automatic", "match_input_image", "keep_ratio")
_GRADES: Mapping[str, float] = {
    "low": 480.0,
    "sd": 480.0,
    "std": 720.0,
    "standard": 720.0,
    "medium": 720.0,
    "hd": 720.0,
    "pro": 1080.0,
    "high": 1080.0,
    "fhd": 1080.0,
    "uhd": 2160.0,
}
_LINES_OF_K: Mapping[int, float] = {1: 1080.0, 2: 1440.0, 3: 1620.0, 4: 2160.0, 8: 4320.0}
_KNOWN_RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21", "5:4", "4:5")
_SAME = 1.03
"""Two ratios whose quotient is below this are the same: 1280 x 720 is 16:9, and so is 854 x 480."""
_NEAR = 1.5
"""Beyond this quotient another ratio is another picture, and the service's own choice is better."""
_MOST_FRAMES = 60
"""More than so many `n_frames` are frames after all."""


def roles_of(name: str) -> tuple[Role, ...]:
    """The roles that a setting of this wire name may have; the values tell which."""
    return _ROLES.get(_plain(name), ())


def role_of(field: Field) -> Role | None:
    """What a field decides; None where that is not known."""
    return next((role for role in roles_of(field.name) if _fits(role, field)), None)


def role_of_value(name: str, value: Json) -> Role | None:
    """What a setting of a model decides of which no field is known, from its name and value."""
    return next((role for role in roles_of(name) if meaning(role, name, value) is not None), None)


def meaning(role: Role, name: str, value: Json) -> Meaning | None:
    """What a value says; None where that is not understood.

    Args:
        role: of the setting.
        name: of the setting, which may turn the sense round: `remove_watermark`.
        value: as on the wire.
    """
    if role is Role.WATERMARK:
        if isinstance(value, str) and not _truth(value):
            return value.strip() or False
        truth = _truth(value)
        return truth if truth is None or _plain(name) not in _WITHOUT_WATERMARK else not truth
    read = _READERS[role](value)
    if role is Role.LENGTH and _plain(name) == "nframes" and isinstance(read, float) and read > _MOST_FRAMES:
        return None
    return read


def expressed(role: Role, meant: Meaning, field: Field) -> Json:
    """The value of a field that comes nearest to what is meant; None where none does."""
    if field.kind is FieldKind.CHOICE:
        return _nearest_choice(role, meant, field)
    if role is Role.WATERMARK:
        if field.kind is FieldKind.FLAG and isinstance(meant, bool):
            return meant is not (_plain(field.name) in _WITHOUT_WATERMARK)
        return meant if field.kind is FieldKind.TEXT and isinstance(meant, str) else None
    if field.kind is FieldKind.FLAG:
        return meant if isinstance(meant, bool) else None
    if field.kind in (FieldKind.INTEGER, FieldKind.NUMBER) and isinstance(meant, float):
        try:
            return _nearest_number(meant, field) if role in (Role.LENGTH, Role.RESOLUTION) else _whole(meant, field)
        except (OverflowError, ValueError):  # bounds from a document may be any numbers
            return None
    if field.kind is FieldKind.TEXT:
        return _as_text(role, meant, field)
    return None


def is_same(role: Role, one: Meaning, other: Meaning) -> bool:
    """Whether two values of a role mean the same."""
    if role is Role.ASPECT and isinstance(one, float) and isinstance(other, float):
        return _distance(role, one, other) < math.log(_SAME)
    return type(one) is type(other) and one == other


def in_words(role: Role, meant: Meaning) -> str:
    """A meaning as shown where its value alone would say too little: `10 s`. Empty where the value will do."""
    return f"{meant:g} s" if role is Role.LENGTH and isinstance(meant, float) else ""


def _fits(role: Role, field: Field) -> bool:
    match field.kind:
        case FieldKind.CHOICE:
            understood = [meaning(role, field.name, choice.value) is not None for choice in field.choices]
            return any(understood) and sum(understood) * 2 >= len(understood)
        case FieldKind.FLAG:
            return role in (Role.WATERMARK, Role.SOUND)
        case FieldKind.INTEGER | FieldKind.NUMBER:
            return role in (Role.LENGTH, Role.RESOLUTION, Role.SEED, Role.GUIDANCE)
        case FieldKind.TEXT:
            return role not in (Role.SOUND, Role.SEED, Role.GUIDANCE)
        case _:
            return False


def _nearest_choice(role: Role, meant: Meaning, field: Field) -> Json:
    offered = [(choice.value, meaning(role, field.name, choice.value)) for choice in field.choices]
    ranked = sorted(
        ((_distance(role, meant, theirs), number) for number, (_, theirs) in enumerate(offered) if theirs is not None),
    )
    if not ranked or math.isinf(ranked[0][0]):
        return None
    distance, number = ranked[0]
    if role is Role.ASPECT and distance > math.log(_NEAR):
        automatic = next((value for value, theirs in offered if theirs == AUTO), None)
        if automatic is not None:
            return automatic
    return offered[number][0]


def _nearest_number(meant: float, field: Field) -> Json:
    step = float(field.multiple_of or (field.kind is FieldKind.INTEGER))
    value = meant
    if field.minimum is not None:
        value = max(value, float(field.minimum))
    if field.maximum is not None:
        value = min(value, float(field.maximum))
    if step > 0:
        value = round(value / step) * step
        if field.maximum is not None and value > field.maximum:
            value -= step
        if field.minimum is not None and value < field.minimum:
            value += step
    return _whole(value, field)


def _whole(value: float, field: Field) -> Json:
    """The number as the wire wants it: 10 and not 10.0."""
    if value.is_integer():
        return int(value)
    return value if field.kind is FieldKind.NUMBER else None


def _as_text(role: Role, meant: Meaning, field: Field) -> Json:
    """A free text in the form that most models want, unless the field's default shows that this one does not."""
    if isinstance(meant, str):
        return meant if role is Role.NEGATIVE else None
    text = None
    if role is Role.ASPECT:
        text = next((word for word in _KNOWN_RATIOS if is_same(role, _aspect(word) or AUTO, meant)), None)
    elif role is Role.RESOLUTION:
        text = f"{meant:g}p"
    elif role is Role.LENGTH:
        text = f"{meant:g}"
    if text is None or (isinstance(field.default, str) and _form(field.default) != _form(text)):
        return None
    return text


def _form(text: str) -> str:
    return re.sub(r"[0-9]+", "0", text.strip().lower())


def _distance(role: Role, one: Meaning, other: Meaning) -> float:
    if isinstance(one, float) and isinstance(other, float):
        if role in (Role.ASPECT, Role.RESOLUTION):
            return abs(math.log(one / other))
        if role is Role.LENGTH:
            return abs(one - other)
    return 0.0 if type(one) is type(other) and one == other else math.inf


def _aspect(value: Json) -> Meaning | None:
    if not isinstance(value, str):
        return None
    word = value.strip().lower().replace("-", "_").replace(" ", "_") if value.strip()[:1].isalpha() else value.strip()
    if word in _AUTO_WORDS:
        return AUTO
    if word in _SHAPES:
        return _SHAPES[word]
    # `portrait_16_9` is 9:16 at some models and 3:4 is `portrait_4_3`: the word says which side is the longer
    found = _RATIO.search(word.lower())
    if found is None:
        return None
    width, height = int(found[1]), int(found[2])
    if not width or not height:
        return None
    if word.startswith("portrait"):
        width, height = min(width, height), max(width, height)
    elif word.startswith("landscape"):
        width, height = max(width, height), min(width, height)
    return width / height


def _length(value: Json) -> Meaning | None:
    if isinstance(value, str):
        found = _SECONDS.fullmatch(value.strip().lower())
        return float(found[1]) if found and float(found[1]) > 0 else None
    number = _number(value)
    return number if number is not None and number > 0 else None


def _resolution(value: Json) -> Meaning | None:
    if not isinstance(value, str):
        number = _number(value)
        return number if number is not None and number >= 100 else None
    word = value.strip().lower()
    if word in _GRADES:
        return _GRADES[word]
    if found := _RATIO.search(word):
        return float(min(int(found[1]), int(found[2]))) if min(int(found[1]), int(found[2])) >= 100 else None
    if found := _THOUSANDS.fullmatch(word):
        return _LINES_OF_K.get(int(found[1]))
    found = _LINES.fullmatch(word)
    return float(found[1]) if found and float(found[1]) >= 100 else None


def _truth(value: Json) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _words(value: Json) -> Meaning | None:
    return value if isinstance(value, str) and value.strip() else None


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15:
        return None  # which a NaN is not between either
    return float(value)


_READERS: Mapping[Role, Callable[[Json], Meaning | None]] = {
    Role.ASPECT: _aspect,
    Role.LENGTH: _length,
    Role.RESOLUTION: _resolution,
    Role.SOUND: _truth,
    Role.SEED: _number,
    Role.NEGATIVE: _words,
    Role.GUIDANCE: _number,
}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
