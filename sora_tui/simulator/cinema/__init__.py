"""Makes the videos: a scene chosen by the prompt's words, in colours and with music seeded by its text.

The same wish gives the same video, to the byte, on the same machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from sora_tui.film.encode import Mp4Writer
from sora_tui.simulator.catalogue import Film
from sora_tui.simulator.cinema import score
from sora_tui.simulator.cinema.canvas import Canvas
from sora_tui.simulator.cinema.caption import Caption
from sora_tui.simulator.cinema.land import City, Hills
from sora_tui.simulator.cinema.palette import chosen_by_words, palette_for
from sora_tui.simulator.cinema.scenery import Scene, Stage
from sora_tui.simulator.cinema.space import Space
from sora_tui.simulator.cinema.water import Deep, Sea

FPS = 24
MAX_BYTES = 1_500_000

_SIZES = {True: (1536, 864), False: (1280, 720)}
_SMALL = (160, 90)
_FADE_IN = 10

_SCENES: Mapping[str, Callable[[Stage], Scene]] = {
    "sea": Sea,
    "hills": Hills,
    "city": City,
    "deep": Deep,
    "space": Space,
}

_WORDS: Mapping[str, str] = {
    "sea": (
        "sea ocean boat ship sail sailing wave water rain river lake harbor harbour beach gutter storm "
        "island coast surf lighthouse paper pirate"
    ),
    "hills": (
        "hill mountain forest desert field meadow train rail road horse dune valley snow tree farm castle "
        "bird landscape country wolf deer dragon village garden dog cat"
    ),
    "city": (
        "city street neon town building skyscraper car taxi robot night window roof rooftop traffic "
        "cyberpunk tokyo york paris metro subway bar shop boxer dancer"
    ),
    "deep": (
        "fish koi whale coral underwater jellyfish diver dive submarine reef turtle mermaid aquarium "
        "octopus shark dolphin seal pond ice bubble"
    ),
    "space": (
        "space star planet moon galaxy rocket astronaut mars orbit comet spaceship alien universe cosmos "
        "cosmic saturn satellite nebula"
    ),
}


def make(film: Film, path: Path) -> None:
    """Make the whole video at `path`, at most `MAX_BYTES` large."""
    _make(film, path, _SIZES[film.high], float(film.seconds))


def make_small(film: Film, path: Path) -> None:
    """Make one second of it, at 160 by 90."""
    _make(film, path, _SMALL, 1.0)


def _make(film: Film, path: Path, size: tuple[int, int], seconds: float) -> None:
    width, height = reversed(size) if film.portrait else size
    random = Random(hashlib.sha256(film.prompt.encode("utf-8", "surrogatepass")).digest())
    frames = round(seconds * FPS)
    palette = palette_for(film.prompt, random)
    scene = _SCENES[chosen_by_words(film.prompt, _WORDS, random)](Stage(width, height, frames, palette, random))
    with Mp4Writer(
        path,
        width=width,
        height=height,
        fps=FPS,
        seconds=seconds,
        max_bytes=MAX_BYTES,
        sample_rate=score.RATE,
    ) as writer:
        canvas = Canvas(width, height, writer.strides)
        caption = Caption(canvas, film.prompt, fps=FPS, frames=frames, accent=palette.accent, watermark=film.watermark)
        for number in range(frames):
            scene.draw(canvas, number)
            caption.draw(number)
            if number < _FADE_IN:
                canvas.dim((number + 1) / (_FADE_IN + 1))
            writer.picture(*canvas.content())
        writer.sound(score.compose(seconds, random, minor=palette.minor))
