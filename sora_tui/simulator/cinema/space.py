"""A scene in space: a ringed planet, its moon on its way round, nebulae, stars in three depths."""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from sora_tui.simulator.cinema.canvas import (
    Canvas,
    Rgb,
    Stamp,
    colour,
    disc,
    glow,
    gradient,
    grained,
    mix,
    planes,
    shape,
)
from sora_tui.simulator.cinema.scenery import Stage, sparks


class Space:
    """See the module."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        random, palette, unit = stage.random, stage.palette, stage.unit
        luma, u, v = planes(_nebula(stage))
        self._depth = grained(luma, random), u, v
        self._stars = []
        for place, count in enumerate((60, 34, 14)):
            lights = sparks(stage, 6, radius=0.45 + 0.4 * place, paint=mix((255, 255, 255), palette.accent, 0.2))
            self._stars += [
                (
                    lights,
                    random.random(),
                    random.random(),
                    unit * (0.02, 0.05, 0.12)[place],
                    random.uniform(0.05, 0.25),
                    random.uniform(0, 6),
                )
                for _ in range(count)
            ]
        self._planet = _planet(stage, 21, mix(palette.sky[2], palette.accent, 0.15), palette.sun)
        self._air = Stamp(glow(round(unit * 34)), mix(palette.sky[-2], palette.accent, 0.4)).faded(0.5)
        self._ring_back, self._ring_front = _ring(stage, 44, mix(palette.sun, palette.sky[-2], 0.3))
        self._moon = _planet(stage, 4.6, mix(palette.sky[-1], (190, 190, 200), 0.5), (255, 255, 255))
        self._home = random.uniform(0.58, 0.7), random.uniform(0.36, 0.44)
        self._comet = _comet(stage)

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number`."""
        stage, unit = self._stage, self._stage.unit
        canvas.backdrop(self._depth)
        for lights, x, y, pace, speed, turn in self._stars:
            light = lights[int((0.5 + 0.5 * math.sin(number * speed + turn)) * 5.99)]
            canvas.put(light, (x * stage.width - pace * number) % stage.width, y * stage.height)
        self._draw_comet(canvas, number)
        x = stage.width * self._home[0] - unit * 4 * number / stage.frames
        y = stage.height * self._home[1] + unit * math.sin(number / 60)
        angle = number / stage.frames * math.tau * 0.8 + 2.4
        moon_x, moon_y = x + math.cos(angle) * unit * 50, y + math.sin(angle) * unit * 14
        moon = moon_x - self._moon.size[0] / 2, moon_y - self._moon.size[1] / 2
        _centred(canvas, self._air, x, y)
        if math.sin(angle) < 0:
            canvas.put(self._moon, *moon)
        _centred(canvas, self._ring_back, x, y)
        _centred(canvas, self._planet, x, y)
        _centred(canvas, self._ring_front, x, y)
        if math.sin(angle) >= 0:
            canvas.put(self._moon, *moon)

    def _draw_comet(self, canvas: Canvas, number: int) -> None:
        stage = self._stage
        way = (number % 96) / 40
        if 0.3 < way < 1.4:
            lap = number // 96
            x = stage.width * (0.95 - 0.5 * way - 0.17 * (lap % 3))
            canvas.put(self._comet, x, stage.height * (0.02 + 0.3 * way + 0.07 * (lap % 2)))


def _centred(canvas: Canvas, stamp: Stamp, x: float, y: float) -> None:
    canvas.put(stamp, x - stamp.size[0] / 2, y - stamp.size[1] / 2)


def _nebula(stage: Stage) -> Image.Image:
    random, palette = stage.random, stage.palette
    night = colour("#05060f")
    picture = gradient((stage.width, stage.height), (night, mix(night, palette.sky[0], 0.5), night))
    for _ in range(9):
        size = round(stage.unit * random.uniform(26, 62))
        tint = random.choice((palette.sky[1], palette.sky[2], palette.sky[3], palette.accent))
        strength = random.uniform(0.12, 0.34)
        cloud = glow(size, hardness=1.5).point([round(level * strength) for level in range(256)])
        cloud = cloud.resize((round(size * random.uniform(2.2, 4)), size * 2)).rotate(
            random.uniform(-40, 40), expand=True
        )
        place = (
            round(random.random() * stage.width - cloud.width / 2),
            round(random.random() * stage.height - cloud.height / 2),
        )
        shade = round(tint[0]), round(tint[1]), round(tint[2])
        picture.paste(shade, (*place, place[0] + cloud.width, place[1] + cloud.height), cloud)
    return picture


def _planet(stage: Stage, radius: float, paint: Rgb, light: Rgb) -> Stamp:
    """A ball with bands, lit from the upper left."""
    random = stage.random
    size = max(3, round(radius * stage.unit))
    coat = Image.new("RGB", (size * 2, size * 2))
    on = ImageDraw.Draw(coat)
    row = 0
    while row < size * 2:
        high = max(1, round(size * random.uniform(0.06, 0.24)))
        tone = mix(paint, light if random.random() < 0.6 else (30, 20, 60), random.uniform(0.0, 0.38))
        on.rectangle((0, row, size * 2, row + high), (round(tone[0]), round(tone[1]), round(tone[2])))
        row += high
    coat = coat.filter(ImageFilter.GaussianBlur(max(0.5, size * 0.03))).rotate(18, Image.Resampling.BICUBIC)
    shade = glow(round(size * 1.75), hardness=0.8).point([255 - level for level in range(256)])
    dark = Image.new("L", coat.size)
    dark.paste(shade.crop((round(size * 0.95), round(size * 1.05), round(size * 2.95), round(size * 3.05))))
    coat.paste((4, 4, 16), (0, 0), dark.point([round(level * 0.95) for level in range(256)]))
    return Stamp(disc(size).crop((0, 0, *coat.size)), coat)


def _ring(stage: Stage, radius: float, paint: Rgb) -> tuple[Stamp, Stamp]:
    """The halves of a ring behind and in front of a planet."""
    wide, high = round(radius * stage.unit) * 2, max(4, round(radius * stage.unit * 0.5)) // 2 * 2
    bands = ((1.0, 130), (0.93, 0), (0.91, 200), (0.8, 90), (0.72, 160), (0.64, 0))

    def draw(on: ImageDraw.ImageDraw, k: int) -> None:
        for share, level in bands:
            x, y = wide * k * (1 - share) / 2, high * k * (1 - share) / 2
            on.ellipse((x, y, wide * k - x - 1, high * k - y - 1), level)

    whole = shape((wide, high), draw)
    halves = []
    for front in (False, True):
        keep = Image.new("L", whole.size)
        keep.paste(255, (0, high // 2, wide, high) if front else (0, 0, wide, high // 2))
        half = ImageChops.multiply(whole, keep).rotate(14, Image.Resampling.BICUBIC, expand=True)
        halves.append(Stamp(half, paint))
    return halves[0], halves[1]


def _comet(stage: Stage) -> Stamp:
    wide, high = round(stage.unit * 26), round(stage.unit * 1.2)
    tail = Image.linear_gradient("L").rotate(90).resize((wide, max(2, high)))
    body = shape(
        (wide, max(2, high)),
        lambda on, k: on.polygon(
            [(0, high * k / 2), (wide * k * 0.06, 0), (wide * k, high * k / 2), (wide * k * 0.06, high * k)],
            255,
        ),
    )
    mask = ImageChops.multiply(
        body, tail.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if tail.getpixel((0, 0)) == 0 else tail
    )
    return Stamp(mask.rotate(31, Image.Resampling.BICUBIC, expand=True), (255, 255, 255))
