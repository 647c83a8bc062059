"""What all scenes share: a sky with its sun, ridges that scroll, clouds, stars, and a clock of pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from PIL import Image, ImageDraw, ImageFilter

from sora_tui.simulator.cinema.canvas import (
    Canvas,
    Planes,
    Rgb,
    Stamp,
    disc,
    glow,
    gradient,
    grained,
    mix,
    planes,
    shape,
)
from sora_tui.simulator.cinema.palette import Palette


class Scene(Protocol):
    """A moving picture without its writing."""

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number` over the whole canvas."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a scene plays: its size, its unit of length, its light and its chance."""

    width: int
    height: int
    frames: int
    palette: Palette
    random: Random

    @property
    def unit(self) -> float:
        """A length that looks the same in every size: 1 is 1/100 of the shorter side."""
        return min(self.width, self.height) / 100


def sky(stage: Stage, *, sun: tuple[float, float] | None, radius: float = 6, reach: float = 1.0) -> Planes:
    """A sky down to `reach` of the height, with a sun at `sun` (shares of width and height)."""
    height = max(2, round(stage.height * reach))
    picture = Image.new("RGB", (stage.width, stage.height), _int(stage.palette.sky[-1]))
    picture.paste(gradient((stage.width, height), stage.palette.sky), (0, 0))
    if stage.palette.dark:
        _strew_stars(picture, stage)
    if sun is not None:
        middle = sun[0] * stage.width, sun[1] * stage.height
        size = max(2, round(radius * stage.unit))
        for spread, strength in ((9.0, 0.30), (4.0, 0.35), (1.9, 0.5)):
            halo = glow(round(size * spread)).point([round(level * strength) for level in range(256)])
            _paste(picture, halo, stage.palette.sun, middle)
        _paste(picture, disc(size), mix(stage.palette.sun, (255, 255, 255), 0.4), middle)
        if stage.palette.dark:
            _crater(picture, stage, middle, size)
    luma, u, v = planes(picture)
    return grained(luma, stage.random), u, v


def ridge(
    stage: Stage,
    *,
    height: float,
    roughness: float,
    waves: float,
    paint: tuple[Rgb, Rgb],
    trees: float = 0.0,
) -> Stamp:
    """A range of hills that repeats after one width of the picture, so that it can scroll for ever.

    Args:
        stage: where it stands.
        height: of the layer, as a share of the picture's.
        roughness: 0 for dunes, 1 for mountains.
        waves: how many large hills fit the picture.
        paint: colours at its top and at its foot.
        trees: height of the firs on it, in units; 0 for none.
    """
    random = stage.random
    size = stage.width * 2, max(4, round(height * stage.height) // 2 * 2)
    parts = [
        (max(1, round(waves * k)), random.uniform(0, math.tau), 0.5 / k ** (1.9 - 0.75 * roughness))
        for k in (1, 1.7, 2.9, 5.3, 9.1, 17, 33)
    ]
    total = sum(part[2] for part in parts)
    room = trees * stage.unit

    def top(x: float) -> float:
        level = sum(amount * math.sin(math.tau * x / stage.width * k + turn) for k, turn, amount in parts)
        return room + (size[1] - room) * (0.42 - 0.42 * level / total)

    step = max(1, stage.width // 640)

    def draw(on: ImageDraw.ImageDraw, k: int) -> None:
        line = [(x * k, top(x) * k) for x in range(0, size[0] + step, step)]
        on.polygon([*line, (size[0] * k, size[1] * k), (0, size[1] * k)], 255)
        if trees:
            _plant(on, k, stage, top, trees)

    return Stamp(shape(size, draw), gradient((stage.width, size[1]), paint))


def clouds(stage: Stage, count: int) -> list[tuple[Stamp, float, float, float]]:
    """Soft clouds: stamp, x, y, and pixels per picture."""
    random, unit = stage.random, stage.unit
    made = []
    for _ in range(count):
        width, height = round(unit * random.uniform(44, 80)), max(4, round(unit * random.uniform(4, 7)))
        mask = Image.new("L", (width, height * 2))
        on = ImageDraw.Draw(mask)
        for _ in range(12):
            size = random.uniform(0.4, 0.95) * height
            x = min(max(random.gauss(0.5, 0.16), 0.34), 0.66) * width
            on.ellipse((x - size * 1.7, height * 1.2 - size * 0.6, x + size * 1.7, height * 1.2 + size * 0.4), 170)
        mask = mask.filter(ImageFilter.GaussianBlur(max(1, unit * 1.3)))
        tint = mix(stage.palette.sky[-1], (255, 255, 255), 0.35)
        stamp = Stamp(mask, tint).faded(0.22 if stage.palette.dark else 0.55)
        made.append(
            (
                stamp,
                random.uniform(-0.2, 1.0) * stage.width,
                random.uniform(0.04, 0.34) * stage.height,
                unit * random.uniform(0.03, 0.09),
            )
        )
    return made


def drift(canvas: Canvas, stage: Stage, shapes: list[tuple[Stamp, float, float, float]], number: int) -> None:
    """Draw what drifts sideways and comes in again on the other side."""
    for stamp, x, y, speed in shapes:
        span = stage.width + stamp.size[0]
        canvas.put(stamp, (x + speed * number + stamp.size[0]) % span - stamp.size[0], y)


def sparks(stage: Stage, count: int, *, radius: float, paint: Rgb) -> list[Stamp]:
    """One soft light in `count` degrees of brightness, brightest last."""
    bright = Stamp(glow(max(2, round(stage.unit * radius)), hardness=1.6), paint)
    return [bright.faded((step + 1) / count) for step in range(count)]


def _plant(on: ImageDraw.ImageDraw, k: int, stage: Stage, top: Callable[[float], float], trees: float) -> None:
    random = stage.random
    x = 0.0
    while x < stage.width:
        tall = trees * stage.unit * random.uniform(0.45, 1.0)
        for place in (x, x + stage.width):  # the second half repeats the first
            foot = top(place) + stage.unit
            for part in range(4):
                wide = tall * 0.24 * (part + 1.2) / 4
                low = foot - tall * (1 - (part + 1.4) / 4.4)
                on.polygon(
                    [
                        (place * k, (low - tall * 0.42) * k),
                        ((place + wide) * k, low * k),
                        ((place - wide) * k, low * k),
                    ],
                    255,
                )
        x += stage.unit * random.choice((1.6, 2.4, 3.5, 9.0, 17.0))


def _strew_stars(picture: Image.Image, stage: Stage) -> None:
    on = ImageDraw.Draw(picture)
    size = max(1, round(stage.unit * 0.16))
    for _ in range(150):
        x, y = stage.random.uniform(0, stage.width), stage.random.uniform(0, stage.height) * 0.8
        level = stage.random.uniform(0.15, 1) ** 2 * (1 - y / stage.height)
        under = picture.getpixel((int(x), int(y)))
        assert isinstance(under, tuple)
        shade = _int(mix((under[0], under[1], under[2]), (255, 252, 240), level))
        on.ellipse((x, y, x + size, y + size), shade)


def _crater(picture: Image.Image, stage: Stage, middle: tuple[float, float], size: int) -> None:
    shade = mix(stage.palette.sun, stage.palette.sky[2], 0.22)
    for x, y, part in ((-0.3, -0.25, 0.26), (0.28, 0.12, 0.34), (-0.2, 0.42, 0.18), (0.2, -0.5, 0.14)):
        _paste(picture, disc(max(1, round(size * part))), shade, (middle[0] + x * size, middle[1] + y * size))


def _paste(picture: Image.Image, mask: Image.Image, paint: Rgb, middle: tuple[float, float]) -> None:
    place = round(middle[0] - mask.width / 2), round(middle[1] - mask.height / 2)
    picture.paste(_int(paint), (*place, place[0] + mask.width, place[1] + mask.height), mask)


def _int(rgb: Rgb) -> tuple[int, int, int]:
    return round(rgb[0]), round(rgb[1]), round(rgb[2])
