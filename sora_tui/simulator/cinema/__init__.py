"""Makes videos, pictures and sounds: a scene chosen by the prompt's words, colours and music seeded by its text.

The same wish gives the same video, to the byte, on the same machine.
"""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from sora_tui.film.encode import Mp4Writer
from sora_tui.simulator.cinema import score
from sora_tui.simulator.cinema.canvas import Canvas
from sora_tui.simulator.cinema.caption import Caption
from sora_tui.simulator.cinema.given import Given, aspect_of, enlarged, save_png
from sora_tui.simulator.cinema.land import City, Hills
from sora_tui.simulator.cinema.palette import chosen_by_words, palette_for
from sora_tui.simulator.cinema.scenery import Scene, Stage
from sora_tui.simulator.cinema.space import Space
from sora_tui.simulator.cinema.water import Deep, Sea
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.wishes import Wish

FPS = 24
MAX_BYTES = 1_500_000

_LONGEST_SIDE = 1536
_SMALL = 160
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


def make(wish: Wish, path: Path) -> None:
    """Make the whole of it at `path`, at most `MAX_BYTES` large."""
    _MAKERS[wish.makes](wish, path, _size(wish), wish.seconds)


def make_small(wish: Wish, path: Path) -> None:
    """Make one second of it, 160 pixels at its longer side."""
    width, height = _size(wish)
    share = _SMALL / max(width, height)
    _MAKERS[wish.makes](wish, path, (_even(width * share), _even(height * share)), 1.0)


def _video(wish: Wish, path: Path, size: tuple[int, int], seconds: float) -> None:
    width, height = size
    random = _random(wish)
    frames = round(seconds * FPS)
    palette = palette_for(wish.prompt, random)
    scene = _scene(wish, Stage(width, height, frames, palette, random))
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
        caption = Caption(canvas, wish.prompt, fps=FPS, frames=frames, accent=palette.accent, watermark=wish.watermark)
        for number in range(frames):
            scene.draw(canvas, number)
            caption.draw(number)
            if number < _FADE_IN:
                canvas.dim((number + 1) / (_FADE_IN + 1))
            writer.picture(*canvas.content())
        writer.sound(score.compose(seconds, random, minor=palette.minor))


def _image(wish: Wish, path: Path, size: tuple[int, int], seconds: float) -> None:
    random = _random(wish)
    stage = Stage(*size, frames=FPS * 4, palette=palette_for(wish.prompt, random), random=random)
    if wish.picture and wish.factor:
        picture = enlarged(Path(wish.picture), wish.factor)
    else:
        canvas = Canvas(*size, (size[0], size[0] // 2))
        _scene(wish, stage).draw(canvas, stage.frames // 2)
        picture = canvas.picture()
    save_png(picture, path, MAX_BYTES)


def _audio(wish: Wish, path: Path, size: tuple[int, int], seconds: float) -> None:
    random = _random(wish)
    samples = score.compose(seconds, random, minor=palette_for(wish.prompt, random).minor)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(score.RATE)
        sound.writeframes(samples)


_MAKERS: Mapping[Makes, Callable[[Wish, Path, tuple[int, int], float], None]] = {
    Makes.VIDEO: _video,
    Makes.IMAGE: _image,
    Makes.AUDIO: _audio,
}


def _random(wish: Wish) -> Random:
    return Random(hashlib.sha256((wish.prompt + wish.seed).encode("utf-8", "surrogatepass")).digest())


def _scene(wish: Wish, stage: Stage) -> Scene:
    chosen = chosen_by_words(wish.prompt, _WORDS, stage.random)
    if wish.picture:
        return Given(stage, Path(wish.picture))
    return _SCENES[chosen](stage)


def _size(wish: Wish) -> tuple[int, int]:
    """Width and height in even numbers of pixels."""
    aspect = wish.aspect or (aspect_of(Path(wish.picture)) if wish.picture else 16 / 9)
    width, height = (wish.side * aspect, wish.side) if aspect >= 1 else (wish.side, wish.side / aspect)
    share = min(1.0, _LONGEST_SIDE / max(width, height))
    return _even(width * share), _even(height * share)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)
