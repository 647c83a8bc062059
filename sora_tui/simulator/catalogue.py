"""The models the simulator sells: their fields, as strictly checked as the service does, and their prices.

Facts: contract §3 (fields) and §6 (prices). Validation arrives as code 500; unknown fields are ignored, and
billed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sora_tui.simulator import answers
from sora_tui.simulator.answers import Answer

PROMPT_LIMIT = 10_000

WITHDRAWN = frozenset(
    {
        "sora-2-text-to-video",
        "sora-2-image-to-video",
        "sora-2-pro-image-to-video",
        "sora-2-pro-storyboard",
        "sora-2-characters",
    }
)
"""Ids the service knows and no longer sells: they answer `temporarily paused`."""


@dataclass(frozen=True, slots=True)
class Film:
    """What a task's input asks to be made."""

    prompt: str
    portrait: bool
    seconds: int
    high: bool
    watermark: bool


def _one_of(*options: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in options


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_character_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 5 and all(isinstance(name, str) for name in value)


_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "aspect_ratio": _one_of("portrait", "landscape"),
    "n_frames": _one_of("10", "15"),
    "size": _one_of("standard", "high"),
    "remove_watermark": _is_flag,
    "character_id_list": _is_character_list,
    "upload_method": _one_of("s3", "oss"),
}

_PRICES = {("standard", "10"): 150.0, ("standard", "15"): 270.0, ("high", "10"): 330.0, ("high", "15"): 630.0}

SORA_2_PRO = "sora-2-pro-text-to-video"


def objection(model: Any, given: Any, *, paused: frozenset[str] = frozenset()) -> Answer | None:
    """Why a create is refused, in the service's words; None when it would be accepted.

    Args:
        model: the body's `model`, whatever it is.
        given: the body's `input`, whatever it is.
        paused: models that are withdrawn besides those that really are.
    """
    if isinstance(model, str) and (model in paused or model in WITHDRAWN):
        return Answer(500, answers.PAUSED)
    if model != SORA_2_PRO:
        return Answer(422, answers.UNKNOWN_MODEL)
    if not isinstance(given, dict):
        return Answer(500, answers.FIELD_REQUIRED)
    prompt = given.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        return Answer(500, answers.PROMPT_REQUIRED)
    if len(prompt) > PROMPT_LIMIT:
        return Answer(500, answers.PROMPT_TOO_LONG)
    if given.get("upload_method") is None:
        return Answer(500, answers.FIELD_REQUIRED)
    for field, allowed in _FIELDS.items():
        if given.get(field) is not None and not allowed(given[field]):
            return Answer(500, answers.out_of_range(field))
    return None


def price(given: Mapping[str, Any]) -> float:
    """Credits for an input that passed `objection`."""
    return _PRICES[given.get("size") or "high", given.get("n_frames") or "10"]


def film(given: Mapping[str, Any]) -> Film:
    """What to make for an input that passed `objection`."""
    return Film(
        prompt=given["prompt"],
        portrait=given.get("aspect_ratio") == "portrait",
        seconds=int(given.get("n_frames") or "10"),
        high=(given.get("size") or "high") == "high",
        watermark=not given.get("remove_watermark"),
    )
