"""The most a task can cost by the vendor's price prose, where that is certain. Pure.

`price_words` understands the prose or nothing of it; here the rates are left out that can't be this task's. Whatever
leaves a doubt leaves a rate in, and what no rate can bound has no bound.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sora_tui.kie.fields import Field, FieldKind, Json, Media
from sora_tui.kie.media import media_of
from sora_tui.kie.model_profile import ModelProfile
from sora_tui.kie.price_words import SAME_LABEL, Rate, read_rates

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECONDS = re.compile(r"(?:output_|video_|clip_)?(?:duration|seconds|length)(?:_seconds|_s)?|n_frames")
"""Fields that say how long a video gets; n_frames are seconds too, or more than those (contract §3)."""
_FACTOR = re.compile(r"(?:upscale|upscaling|upsample|scale|scaling)?_?(?:factor|scale|ratio)|upscale|scale_by")
_COUNT = re.compile(
    r"n|num|number|count|quantity|batch|batch_size|samples|variations"
    r"|(?:n|num|number_of|max|total)_?(?:images?|outputs?|videos?|samples?|results?|generations?|variations?|songs?)"
    r"|(?:images?|outputs?|videos?|samples?)_(?:count|num|number|quantity)"
)
_TIER = frozenset(
    ["mode", "model_mode", "model_type", "quality", "size", "speed", "tier", "type", "variant", "rendering_speed"]
)
"""Fields whose value may be one of the prose's labels."""
_HARMLESS = re.compile(
    r".*(?:seed|steps|fps|rate|scale|strength|guidance|cfg|width|height|temperature|speed|top_[kp]).*"
)
"""Whole numbers that change what comes out and not how much of it."""
_AUDIO = re.compile(
    r"(?:(?:generate|enable|with|native|has|add|include|use|output)_)*(?:audio|sound)(?:_(?:enabled|generation|on))?"
)
_HEARD = ("audio", "sound", "voice", "music", "bgm", "speech")
_SEEN = {"video": Media.VIDEO, "image": Media.IMAGE, "photo": Media.IMAGE, "frame": Media.IMAGE, "audio": Media.AUDIO}
_THINGS = {
    "image": (Media.IMAGE, Media.FILE),
    "video": (Media.VIDEO, Media.FILE),
    "clip": (Media.VIDEO, Media.FILE),
    "song": (Media.AUDIO, Media.FILE),
    "track": (Media.AUDIO, Media.FILE),
}
_RESOLUTION = re.compile(r"[0-9]{3,4}p|[1248]k")
_NUMBER = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(?:s|sec|seconds|x)?\s*", re.IGNORECASE)
_IS_PLACE = re.compile(r"[a-z][a-z0-9+.-]*://|[/~]|\.\.?/", re.IGNORECASE)
_MOST = 1e6
_UNLISTED = frozenset({math.inf})
"""The length of a video where it may be any."""


def upper_bound(prose: str, parameters: Mapping[str, Json], profile: ModelProfile | None = None) -> float | None:
    """The most credits that one task with these parameters can cost; None where that is not certain.

    Args:
        prose: the vendor's `pricingDesc`.
        parameters: the fields of `input`, with or without the defaults. A link may still be a path.
        profile: the model, in the mode of the task. Without it the parameters are taken for all that it has.
    """
    task = _task(parameters, profile)
    rates = [rate for rate in _of_the_tier(read_rates(prose), task.tiers) if task.may_cost(rate)]
    costs = [
        task.cost(rate) for rate in rates if not task.seconds or not rate.durations or task.seconds in rate.durations
    ]
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs) or task.count is None or not _are_whole(rates, task):
        return None
    bound = max(known) * task.count
    return bound if bound <= _MOST else None


@dataclass(frozen=True, slots=True)
class _Task:
    """What of a task decides its price, as far as its parameters leave no doubt.

    Attributes:
        resolution: as in `Rate`; None for unknown, as for the others.
        audio: as in `Rate`.
        video_input: as in `Rate`.
        is_as_long_as_asked: whether nothing goes in that has a length of its own.
        several: of what more than one may go in, as in `Rate.thing`.
        seconds: of video, as asked for.
        lengths: all that `seconds` may be where nothing is asked for.
        most_seconds: the greatest of these.
        factor: how many times larger a picture gets.
        count: how many are made.
        tiers: words that may be one of the labels.
    """

    resolution: str | None
    audio: bool | None
    video_input: bool | None
    is_as_long_as_asked: bool
    several: frozenset[str]
    seconds: float | None
    lengths: frozenset[float]
    most_seconds: float | None
    factor: float | None
    count: float | None
    tiers: frozenset[str]

    def may_cost(self, rate: Rate) -> bool:
        """Whether the rate may be this task's, its length aside."""
        return (
            (self.factor is None or not rate.factors or self.factor in rate.factors)
            and (self.resolution is None or not rate.resolutions or self.resolution in rate.resolutions)
            and (None in (self.audio, rate.audio) or self.audio == rate.audio)
            and (None in (self.video_input, rate.video_input) or self.video_input == rate.video_input)
        )

    def cost(self, rate: Rate) -> float | None:
        """Credits at this rate; None where it is for each of something and nobody knows of how many."""
        if not rate.is_per_second:
            return None if rate.thing in self.several else rate.credits  # for each that goes in, or that comes out?
        return rate.credits * self.most_seconds if self.most_seconds and self.is_as_long_as_asked else None


def _of_the_tier(rates: tuple[Rate, ...], tiers: frozenset[str]) -> list[Rate]:
    """Those of the label that a parameter names, where each rate has one label and the parameters name one of them."""
    labels = frozenset().union(*(rate.labels for rate in rates))
    named = labels & tiers
    if len(named) != 1 or any(len(rate.labels) != 1 for rate in rates):
        return list(rates)
    return [rate for rate in rates if rate.labels == named]


def _are_whole(rates: list[Rate], task: _Task) -> bool:
    """Whether what is not known of a task is listed in all its ways: with and without, every length, a factor."""
    for name, known in (("audio", task.audio), ("video_input", task.video_input)):
        if known is None:
            for values in _values_of(rates, name):
                if None not in values and len(values) < 2:
                    return False
    if task.factor is None and any(rate.factors for rate in rates):
        return False
    asked = {task.seconds} if task.seconds else task.lengths
    tables = [frozenset().union(*lengths) for lengths in _values_of(rates, "durations") if any(lengths)]
    return all(asked <= table for table in tables)


def _values_of(rates: list[Rate], name: str) -> list[set[Any]]:
    """What rates that are alike but for one condition, and the length, say of it."""
    groups: dict[Rate, set[Any]] = {}
    for rate in rates:
        blank: dict[str, Any] = {"credits": 0.0, "is_per_second": None, "thing": "", "durations": frozenset()}
        alike = replace(rate, **{**blank, **({} if name == "durations" else {name: None})})
        groups.setdefault(alike, set()).add(getattr(rate, name))
    return list(groups.values())


def _task(parameters: Mapping[str, Json], profile: ModelProfile | None) -> _Task:
    fields = {} if profile is None else {_snake(field.name): field for field in profile.fields}
    completed = parameters if profile is None else profile.completed(parameters)
    sent = {_snake(name): value for name, value in completed.items() if value not in (None, "", [], {})}
    inputs = _inputs(sent, fields)
    seconds, lengths, most = _length(sent, fields)
    factors = [_number(value) for name, value in sent.items() if _FACTOR.fullmatch(name)]
    resolutions = {text for text in _words(sent.values()) if _RESOLUTION.fullmatch(text)}
    return _Task(
        resolution=resolutions.pop() if len(resolutions) == 1 else None,
        audio=_makes_audio(sent),
        video_input=True if Media.VIDEO in inputs else None if Media.FILE in inputs else False,
        is_as_long_as_asked=inputs.keys() <= {Media.IMAGE},
        several=frozenset(thing for thing, media in _THINGS.items() if sum(inputs.get(m, 0) for m in media) > 1),
        seconds=seconds,
        lengths=lengths,
        most_seconds=most,
        factor=factors[0] if len(factors) == 1 else None,
        count=_how_many(sent, fields),
        tiers=frozenset(_tier(text) for text in _words(sent[name] for name in _TIER & sent.keys())),
    )


def _inputs(sent: Mapping[str, Json], fields: Mapping[str, Field]) -> Counter[Media]:
    """How much of what goes in, or must before it can be sent; `Media.FILE` for what nobody can tell."""
    places = (FieldKind.LINK, FieldKind.LINK_LIST)
    found: Counter[Media] = Counter()
    for name, field in fields.items():
        if field.kind in places and (field.required or name in sent):
            found[field.media] += _how_much(sent.get(name))
    for name, value in sent.items():
        if name in fields and fields[name].kind in places:
            continue
        if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(each, str) for each in value)):
            found[Media.FILE] += 2
        elif any(map(_leads_somewhere, value if isinstance(value, list) else [value])):
            seen = {medium for word, medium in _SEEN.items() if word in name}
            found[seen.pop() if len(seen) == 1 and name not in fields else Media.FILE] += _how_much(value)
    return found


def _how_much(value: Json) -> int:
    return max(1, len(value)) if isinstance(value, list | tuple) else 1


def _leads_somewhere(value: Json) -> bool:
    return isinstance(value, str) and (_IS_PLACE.match(value) is not None or media_of(value) is not Media.FILE)


def _makes_audio(sent: Mapping[str, Json]) -> bool | None:
    heard = {name: value for name, value in sent.items() if any(word in name for word in _HEARD)}
    flags = [value for name, value in heard.items() if _AUDIO.fullmatch(name)]
    if len(flags) != 1 or not isinstance(flags[0], bool):
        return None
    is_silent = not any(value is not False for value in heard.values())
    return flags[0] if flags[0] or is_silent else None


def _length(
    sent: Mapping[str, Json], fields: Mapping[str, Field]
) -> tuple[float | None, frozenset[float], float | None]:
    """The seconds asked for, those that are possible where none are, and the greatest; empty or None for unknown."""
    names = [name for name in {**fields, **sent} if _SECONDS.fullmatch(name)]
    if not names:
        return None, frozenset(), None
    seconds, field = _number(sent.get(names[0])), fields.get(names[0])
    if len(names) > 1 or (seconds is None and field is None):
        return None, _UNLISTED, None
    if seconds is not None or field is None:
        return seconds, frozenset(), seconds
    lengths = frozenset(filter(None, (_number(choice.value) for choice in field.choices)))
    return None, lengths or _UNLISTED, max(lengths, default=field.maximum)


def _how_many(sent: Mapping[str, Json], fields: Mapping[str, Field]) -> float | None:
    """How many are made at most."""
    count = 1.0
    for name in {**fields, **sent}:
        value, field = sent.get(name), fields.get(name)
        if _COUNT.fullmatch(name) and not isinstance(value, bool):
            most = _number(value)
            if value is None and field is not None:
                most = max((_number(choice.value) or 0.0 for choice in field.choices), default=field.maximum)
            if not most or most != int(most):
                return None
            count *= most
        elif isinstance(value, int) and value > 1 and not (_HARMLESS.fullmatch(name) or _SECONDS.fullmatch(name)):
            return None
    return count


def _words(values: Iterable[Json]) -> list[str]:
    return [value.strip().lower() for value in values if isinstance(value, str)]


def _tier(text: str) -> str:
    first = re.split(r"[ _-]", text.removesuffix("mode").removesuffix("quality").strip(" _-"))
    return SAME_LABEL.get(first[0], first[0]) if len(first) == 1 else ""


def _number(value: Json) -> float | None:
    """A number above 0 that came as one or as a text such as `5` or `5s`."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value)
        value = float(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST:
        return None
    return float(value)


def _snake(name: str) -> str:
    return _CAMEL.sub("_", name).lower()
