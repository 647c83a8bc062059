"""Colours and places that go together, chosen by the words of a prompt, else by chance of its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from sora_tui.simulator.cinema.canvas import Rgb, colour


@dataclass(frozen=True, slots=True)
class Palette:
    """The light of a scene.

    Attributes:
        sky: colours from the zenith down to the horizon.
        sun: the sun or moon.
        near: what stands closest.
        accent: small bright things, and the progress bar.
        dark: whether stars are out.
        minor: whether its music is in minor.
    """

    sky: tuple[Rgb, ...]
    sun: Rgb
    near: Rgb
    accent: Rgb
    dark: bool = False
    minor: bool = False


def _palette(sky: str, sun: str, near: str, accent: str, *, dark: bool = False, minor: bool = False) -> Palette:
    return Palette(tuple(map(colour, sky.split())), colour(sun), colour(near), colour(accent), dark, minor)


PALETTES: Mapping[str, Palette] = {
    "dusk": _palette("#2a1a52 #6b2f74 #c9556b #f6935c #ffd08a", "#fff0c4", "#170d2e", "#ffb86b", minor=True),
    "dawn": _palette("#4b74b4 #8fa6d3 #d8bfd3 #fbcdb4 #ffecca", "#fffaf0", "#26335a", "#ff9e7a"),
    "night": _palette(
        "#050a1f #0d1a45 #1f3270 #3f5596 #7f8fbf", "#f6f2df", "#040714", "#9fd3ff", dark=True, minor=True
    ),
    "lagoon": _palette("#0b4658 #167a80 #58b3a0 #b4dfb8 #f7f0c8", "#fffef0", "#06222b", "#ffd166"),
    "rose": _palette("#3a2a5c #7b4a86 #cf7f9c #f6b3ab #fee5d2", "#fff6ea", "#241534", "#ffd7e0", minor=True),
    "amber": _palette("#31566b #7f8f86 #dca362 #f6c876 #fff0c9", "#fffbe6", "#3b1d10", "#ff7f50"),
}

_MOODS: Mapping[str, str] = {
    "night": "night midnight moon stars space galaxy dark neon ghost lantern",
    "dusk": "dusk sunset evening twilight storm fire lava volcano",
    "dawn": "dawn sunrise morning snow winter ice cloud mountain",
    "lagoon": "lagoon tropical jungle forest moss green island river summer",
    "rose": "rose love cherry blossom dream pink flower spring dance",
    "amber": "amber desert golden gold autumn dune western savanna rail",
}


def chosen_by_words(prompt: str, options: Mapping[str, str], random: Random) -> str:
    """The name of the option most of whose words occur in `prompt`, plurals too; by chance when none do."""
    words = re.findall(r"\w+", prompt.lower())
    stems = {word.removesuffix("s") for word in words} | set(words)
    scores = {name: len(stems.intersection(clues.split())) for name, clues in options.items()}
    best = max(scores.values())
    fallback = random.choice(list(options))  # drawn always, so that what follows depends on the text alone
    return max(scores, key=lambda name: scores[name]) if best else fallback


def palette_for(prompt: str, random: Random) -> Palette:
    """The light for a prompt."""
    return PALETTES[chosen_by_words(prompt, _MOODS, random)]
