"""What a task's input asks to be made, read by the role of its fields, whatever the model calls them. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sora_tui.simulator.makes import Makes

LONGEST_S = 15.0
_ASPECTS = ("aspect_ratio", "ratio", "aspect", "image_size", "size")
_SECONDS = ("duration", "n_frames", "seconds", "video_length", "length")
_SIDES = ("resolution", "size", "quality", "image_resolution")
_COUNTS = ("num_images", "max_images", "n", "count")
_FACTORS = ("upscale_factor", "scale", "factor", "upscale")
_WORDS = ("prompt", "text", "script", "lyrics")

_NAMED_ASPECTS = {"landscape": 16 / 9, "portrait": 9 / 16, "square": 1.0}
_NAMED_SIDES = {"standard": 720, "high": 864, "pro": 864, "hd": 864, "1k": 768, "2k": 864, "4k": 1024, "8k": 1024}
_LOWEST_SIDE, _HIGHEST_SIDE = 240, 864
"""The shorter side of a picture in pixels; larger ones would take too long to draw."""
_MOST_FILES = 4
_SPOKEN_PER_S = 15
_PAIR = re.compile(r"(\d+(?:\.\d+)?)\s*[:x_/*]\s*(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Wish:
    """One file to be made.

    Attributes:
        makes: video, image or audio.
        prompt: what is seen and written on it.
        aspect: width by height; 0 for that of `picture`, else the usual one.
        side: the shorter side in pixels.
        seconds: how long it is; 0 for a picture.
        watermark: whether it carries one.
        seed: another one looks otherwise.
        picture: the file of a picture to begin with, below the simulator's folder; empty for none.
        factor: how many times as large as `picture` it is; 0 for a scene of its own.
    """

    makes: Makes
    prompt: str = ""
    aspect: float = 16 / 9
    side: int = 720
    seconds: float = 0.0
    watermark: bool = False
    seed: str = ""
    picture: str = ""
    factor: int = 0

    @property
    def suffix(self) -> str:
        """The ending of its file."""
        return {Makes.VIDEO: ".mp4", Makes.IMAGE: ".png", Makes.AUDIO: ".wav"}.get(self.makes, ".txt")

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Wish:
        """What `asdict` and JSON made of one."""
        return cls(**{**fields, "makes": Makes(fields["makes"])})


def said(given: Mapping[str, Any]) -> str:
    """The words that an input is about; empty where a model takes none."""
    found = (given.get(name) for name in _WORDS)
    return next((text for text in found if isinstance(text, str) and text.strip()), "")


def wishes(makes: Makes, values: Mapping[str, Any], picture: str = "") -> list[Wish]:
    """The files that an input asks for; none where the answer is text.

    Args:
        makes: what the model makes.
        values: the input, with defaults for what is missing.
        picture: the file of a picture that the input links to.
    """
    words = said(values)
    seed = str(values["seed"]) if isinstance(values.get("seed"), int) else "" if words else _digest(values)
    match makes:
        case Makes.TEXT:
            return []
        case Makes.AUDIO:
            wanted = _number(values, _SECONDS) or len(words) / _SPOKEN_PER_S
            return [Wish(makes, words, seconds=_within(wanted, 2.0, LONGEST_S), seed=seed)]
        case Makes.IMAGE:
            count = round(_within(_number(values, _COUNTS) or 1, 1, _MOST_FILES))
            factor = round(_within(_number(values, _FACTORS) or 2, 1, 8)) if picture and not words else 0
            aspect = _aspect(values, 0.0 if picture else 1.0)
            return [
                Wish(
                    makes,
                    words,
                    aspect,
                    _side(values),
                    seed=seed + (f" {number}" if number else ""),
                    picture=picture,
                    factor=factor,
                )
                for number in range(count)
            ]
        case Makes.VIDEO:
            seconds = _within(_number(values, _SECONDS) or 5.0, 1.0, LONGEST_S)
            aspect = _aspect(values, 0.0 if picture else 16 / 9)
            mark = not values.get("remove_watermark") if "remove_watermark" in values else bool(values.get("watermark"))
            return [Wish(makes, words, aspect, _side(values), seconds, mark, seed, picture)]


def answer(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a model that writes, by the words and links of its input."""
    words = said(values)
    about = f" Asked about “{words[:80]}”:" if words else ""
    choice = int(_digest(values)[:8], 16)
    places = ("a harbour at dusk", "a street in the rain", "a ridge above the clouds", "a quiet room with a window")
    lights = ("warm light from the left", "a low sun", "soft grey light", "one lamp and long shadows")
    text = f"{about} The picture shows {places[choice % 4]}, with {lights[choice // 4 % 4]}.".strip()
    return {"text": text, "words": len(text.split())}


def _aspect(values: Mapping[str, Any], usual: float) -> float:
    for name in _ASPECTS:
        value = values.get(name)
        if not isinstance(value, str):
            continue
        pair = _PAIR.search(value)
        if pair and float(pair[1]) and float(pair[2]):
            aspect = float(pair[1]) / float(pair[2])
            if value.lower().startswith("portrait"):
                aspect = min(aspect, 1 / aspect)
            return _within(aspect, 0.25, 4.0)
        named = [aspect for word, aspect in _NAMED_ASPECTS.items() if word in value.lower()]
        if named:
            return named[0]
    return usual


def _side(values: Mapping[str, Any]) -> int:
    for name in _SIDES:
        word = str(values.get(name, "")).strip().lower()
        if word in _NAMED_SIDES:
            return _NAMED_SIDES[word]
        if re.fullmatch(r"\d{3,4}p?", word):
            return round(_within(int(word.removesuffix("p")), _LOWEST_SIDE, _HIGHEST_SIDE))
    return 720


def _number(values: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, bool) or value is None:
            continue
        match = re.match(r"\s*(\d+(?:\.\d+)?)", str(value))
        if match and float(match[1]):
            return float(match[1])
    return None


def _within(value: float, lowest: float, highest: float) -> float:
    return min(max(value, lowest), highest)


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).hexdigest()[:16]
