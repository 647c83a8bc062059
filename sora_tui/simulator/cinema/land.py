"""Scenes on land: hills that pass by, and a city at night."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from sora_tui.simulator.cinema.canvas import Canvas, Stamp, gradient, mix, shape
from sora_tui.simulator.cinema.scenery import Stage, clouds, drift, ridge, sky, sparks


class Hills:
    """Range behind range of hills, the sun low above them, birds on their way, lights over the meadow."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        random, palette = stage.random, stage.palette
        self._sun = random.uniform(0.25, 0.75), random.uniform(0.3, 0.42)
        self._sky = sky(stage, sun=self._sun, radius=7, reach=0.75)
        self._clouds = clouds(stage, 5)
        rough = random.choice((0.1, 0.5, 0.9))
        self._layers: list[tuple[Stamp, float, float]] = []
        depth = 5
        for place in range(depth):
            far = 1 - place / (depth - 1)
            shade = mix(palette.near, palette.sky[-2], far * 0.82)
            foot = mix(shade, palette.sky[-1], 0.45 * far + 0.08)
            layer = ridge(
                stage,
                height=0.34 + 0.03 * place,
                roughness=rough * (0.4 + 0.6 * far),
                waves=1 + far * 1.4,
                paint=(shade, foot),
                trees=9.0 if place == depth - 1 else 4.0 if place == depth - 2 else 0.0,
            )
            self._layers.append((layer, stage.height * (0.46 + 0.075 * place), stage.unit * _pace(place)))
        self._birds = [_bird(stage, phase) for phase in range(8)]
        self._flock = [(random.gauss(0, 7), random.gauss(0, 3), random.randrange(8)) for _ in range(7)]
        self._lights = sparks(stage, 8, radius=1.5, paint=palette.accent)
        self._meadow = [
            (
                random.uniform(0, 1),
                random.uniform(0.68, 0.95),
                random.uniform(0.4, 1.3),
                random.uniform(0, 6.28),
            )
            for _ in range(26)
        ]

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number`."""
        stage = self._stage
        canvas.backdrop(self._sky)
        drift(canvas, stage, self._clouds, number)
        self._draw_birds(canvas, number)
        for layer, top, pace in self._layers:
            canvas.scroll(layer, pace * number % stage.width, top)
        for x, y, pace, turn in self._meadow:
            level = math.sin(number * 0.05 * pace + turn)
            if level > 0:
                canvas.put(
                    self._lights[int(level * 7.99)],
                    (x * stage.width - stage.unit * 0.9 * number * pace * 0.35) % stage.width,
                    y * stage.height + stage.unit * 2 * math.sin(number * 0.021 * pace + turn),
                )

    def _draw_birds(self, canvas: Canvas, number: int) -> None:
        stage = self._stage
        x = -0.1 * stage.width + number * 1.25 / stage.frames * stage.width
        for away, above, phase in self._flock:
            wing = self._birds[(number // 2 + phase) % 8]
            y = stage.height * 0.22 + stage.unit * (above + 2 * math.sin(number / 40 + phase))
            canvas.put(wing, x + away * stage.unit, y)


class City:
    """A skyline in three depths with lit windows, a moon, and aircraft on their way."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        random, palette = stage.random, stage.palette
        self._sky = sky(stage, sun=(random.uniform(0.2, 0.8), 0.24), radius=6, reach=0.8)
        self._clouds = clouds(stage, 3)
        self._rows: list[tuple[Stamp, float, float]] = []
        for place, far in enumerate((1.0, 0.5, 0.0)):
            shade = mix(palette.near, palette.sky[-2], far * 0.55)
            walls, windows = _houses(stage, tall=0.62 - 0.08 * place, far=far)
            foot = mix(shade, palette.sky[-1], 0.25 * far)
            front = gradient(walls.size, (shade, foot))
            for lit, tint in zip(windows, ((255, 214, 140), palette.accent), strict=True):
                glass = mix(shade, tint, 0.9 - 0.5 * far)
                front.paste((round(glass[0]), round(glass[1]), round(glass[2])), (0, 0), lit)
            top = stage.height - walls.height + stage.unit * 2
            self._rows.append((Stamp(walls, front), top, stage.unit * (0.08, 0.2, 0.42)[place]))
        self._white, self._red = (
            sparks(stage, 6, radius=1.3, paint=paint) for paint in ((255, 250, 235), (255, 90, 80))
        )
        self._planes = [(random.random(), random.uniform(0.06, 0.3), random.choice((1, -1))) for _ in range(3)]

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number`."""
        stage = self._stage
        canvas.backdrop(self._sky)
        drift(canvas, stage, self._clouds, number)
        self._draw_planes(canvas, number)
        for houses, top, pace in self._rows:
            canvas.scroll(houses, pace * number % stage.width, top)

    def _draw_planes(self, canvas: Canvas, number: int) -> None:
        stage = self._stage
        for x, y, way in self._planes:
            place = (x + way * number / 560) % 1.1 - 0.05
            canvas.put(self._white[4], place * stage.width, y * stage.height)
            blink = math.sin(number / 3.2 + x * 9)
            if blink > 0:
                left = place * stage.width - way * stage.unit * 1.2
                canvas.put(self._red[int(blink * 5.99)], left, y * stage.height)


def _pace(place: int) -> float:
    """Units per picture: near layers pass faster."""
    return (0.07, 0.14, 0.28, 0.45, 0.8)[place]


def _bird(stage: Stage, phase: int) -> Stamp:
    size = max(6, round(stage.unit * 3))
    lift = math.sin(phase / 8 * math.tau) * 0.28

    def draw(on: ImageDraw.ImageDraw, k: int) -> None:
        span, middle = size * k, size * k / 2
        wide = max(1, round(stage.unit * 0.28 * k))
        tip = middle - lift * span
        on.line([(0, tip), (span * 0.3, middle - span * 0.1), (middle, middle)], 255, wide, "curve")
        on.line([(middle, middle), (span * 0.7, middle - span * 0.1), (span - 1, tip)], 255, wide, "curve")

    return Stamp(shape((size, size), draw), mix(stage.palette.near, stage.palette.sky[1], 0.25))


def _houses(stage: Stage, *, tall: float, far: float) -> tuple[Image.Image, list[Image.Image]]:
    """Masks of a row of houses and of its lit windows in two colours; each repeats after one picture."""
    random, unit = stage.random, stage.unit
    height = round(stage.height * tall) // 2 * 2
    walls, warm, cold = (Image.new("L", (stage.width * 2, height)) for _ in range(3))
    on_walls, on_windows = ImageDraw.Draw(walls), (ImageDraw.Draw(warm), ImageDraw.Draw(cold))
    pane = max(1, round(unit * (0.9 - 0.3 * far)))
    x = 0
    while x < stage.width:
        wide = min(round(unit * random.uniform(7, 17)), stage.width - x)
        top = round(height * random.uniform(0.05, 0.62))
        spire = random.random() < 0.25
        lit = random.uniform(0.15, 0.5)
        stay = [
            (column, row, random.random() < 0.25)
            for column in range(x + pane * 2, x + wide - pane * 2, pane * 3)
            for row in range(top + pane * 3, height, pane * 4)
            if random.random() < lit
        ]
        for shift in (0, stage.width):
            on_walls.rectangle((x + shift, top, x + wide + shift, height), 255)
            if spire:
                middle = x + wide // 2 + shift
                on_walls.rectangle((middle - pane // 2, top - round(unit * 5), middle + pane // 2, top), 255)
            for column, row, tinted in stay:
                on_windows[tinted].rectangle((column + shift, row, column + shift + pane - 1, row + pane * 2 - 1), 255)
        x += wide + (round(unit * random.uniform(0, 3)) if random.random() < 0.3 else 0)
    return walls, [warm, cold]
