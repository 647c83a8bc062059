"""Scenes of water: a paper boat on the sea, and fish in the deep."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFilter

from sora_tui.simulator.cinema.canvas import Canvas, Rgb, Stamp, colour, gradient, grained, mix, planes, shape
from sora_tui.simulator.cinema.scenery import Stage, clouds, drift, ridge, sky, sparks

_LEANS = 25


class Sea:
    """Waves in five depths under a low sun, its path of light, and a paper boat."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        random, palette = stage.random, stage.palette
        self._sun_x = random.uniform(0.3, 0.7)
        self._sky = sky(stage, sun=(self._sun_x, 0.44), radius=8, reach=0.56)
        self._clouds = clouds(stage, 5)
        self._coast = ridge(
            stage,
            height=0.12,
            roughness=0.6,
            waves=1,
            paint=(mix(palette.sky[-2], palette.near, 0.3), mix(palette.sky[-1], palette.near, 0.15)),
        )
        deep = mix(palette.near, palette.sky[1], 0.35)
        self._waves: list[tuple[Stamp, float, float]] = []
        for place in range(6):
            near = place / 5
            crest = mix(mix(palette.sky[-1], palette.sky[-2], 0.5), deep, 0.2 + near * 0.75)
            self._waves.append(
                (
                    _wave(
                        stage,
                        share=0.18 if place < 5 else 0.3,  # the next row hides the rest
                        hills=7 - place,
                        swell=0.5 + 1.6 * near,
                        paint=(crest, mix(crest, deep, 0.6)),
                    ),
                    stage.height * (0.535 + 0.072 * place + 0.02 * near),
                    stage.unit * (0.08 + 0.34 * near) * (1 if place % 2 else -1),
                )
            )
        self._glints = [sparks(stage, 6, radius=2.2, paint=mix(palette.sun, palette.accent, 0.15))]
        self._glitter = [
            (random.gauss(0, 1), random.uniform(0, 1), random.uniform(0, 6.28), random.uniform(0.1, 0.25))
            for _ in range(46)
        ]
        self._boat = [_boat(stage, (place / (_LEANS - 1) - 0.5) * 22) for place in range(_LEANS)]
        self._dash = [
            Stamp(_dash(stage), mix(palette.sun, (255, 255, 255), 0.3)).faded((step + 1) / 6) for step in range(6)
        ]

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number`."""
        stage = self._stage
        canvas.backdrop(self._sky)
        drift(canvas, stage, self._clouds, number)
        canvas.scroll(self._coast, 0.02 * stage.unit * number % stage.width, stage.height * 0.445)
        for place, (wave, top, pace) in enumerate(self._waves):
            heave = stage.unit * (0.3 + 0.25 * place) * math.sin(number / (17 + 3 * place) + place * 1.7)
            canvas.scroll(wave, pace * number % stage.width, top + heave)
            if place < 4:
                self._draw_glitter(canvas, number, place)
            if place == 3:
                self._draw_boat(canvas, number)

    def _draw_glitter(self, canvas: Canvas, number: int, place: int) -> None:
        stage = self._stage
        for index, (aside, down, turn, pace) in enumerate(self._glitter):
            level = math.sin(number * pace + turn)
            if index % 4 != place or level <= 0:
                continue
            depth = (place + down) / 4
            x = stage.width * self._sun_x + aside * stage.unit * (3 + 11 * depth)
            canvas.put(self._dash[int(level * 5.99)], x, stage.height * (0.555 + 0.27 * depth))

    def _draw_boat(self, canvas: Canvas, number: int) -> None:
        stage = self._stage
        lean = 0.6 * math.sin(number / 19) + 0.4 * math.sin(number / 11 + 1)
        boat = self._boat[round((lean + 1) / 2 * (_LEANS - 1))]
        x = stage.width * (0.12 + 0.62 * number / stage.frames)
        y = stage.height * 0.775 - boat.size[1] * 0.72 + stage.unit * 1.6 * math.sin(number / 19 + 1.4)
        canvas.put(boat, x - boat.size[0] / 2 + stage.width * 0.06, y)


class Deep:
    """Under water: rays of light, swaying weeds, bubbles, and schools of fish."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        random, palette = stage.random, stage.palette
        top, low = mix(colour("#8fe3d9"), palette.sky[-1], 0.35), mix(colour("#041c33"), palette.near, 0.4)
        middle = mix(colour("#12708f"), palette.sky[1], 0.25)
        luma, u, v = planes(gradient((stage.width, stage.height), (top, mix(top, middle, 0.7), middle, low)))
        self._water = grained(luma, random), u, v
        self._rays = [
            (
                Stamp(_ray(stage), (235, 255, 245)),
                random.uniform(-0.1, 0.9),
                random.uniform(0.006, 0.02),
                random.uniform(0, 6),
            )
            for _ in range(5)
        ]
        self._ground = [
            (
                ridge(stage, height=0.2, roughness=0.3, waves=1 + place, paint=(shade, mix(shade, low, 0.7))),
                stage.height * (0.8 + 0.05 * place),
                stage.unit * (0.05 + 0.13 * place),
            )
            for place, shade in enumerate((mix(middle, low, 0.6), mix(low, (0, 0, 0), 0.25)))
        ]
        bodies = (palette.accent, mix(palette.sun, palette.accent, 0.35), colour("#ff8a5c"))
        self._fish = []
        for _ in range(13):
            far = random.random()
            size, right = 17 - 10 * far, random.random() < 0.65
            paint = mix(random.choice(bodies), middle, far * 0.55)
            poses = [_fish(stage, size, pose, paint, facing_right=right) for pose in range(8)]
            pace = stage.unit * random.uniform(0.12, 0.3) * (1.3 - far) * (1 if right else -1)
            self._fish.append((poses, random.random(), random.uniform(0.14, 0.74), pace, random.uniform(0, 6), far))
        self._fish.sort(key=lambda fish: -fish[-1])
        self._bubbles = [
            (
                _bubble(stage, random.uniform(0.5, 1.5)),
                random.random(),
                random.random(),
                random.uniform(0.15, 0.4),
                random.uniform(0, 6),
            )
            for _ in range(22)
        ]

    def draw(self, canvas: Canvas, number: int) -> None:
        """Draw picture `number`."""
        stage, unit = self._stage, self._stage.unit
        canvas.backdrop(self._water)
        for ray, x, pace, turn in self._rays:
            canvas.put(
                ray.faded(0.10 + 0.06 * math.sin(number * pace * 3 + turn)),
                stage.width * (x + 0.05 * math.sin(number * pace + turn)),
                0,
            )
        for ground, top, pace in self._ground:
            canvas.scroll(ground, pace * number % stage.width, top)
        for poses, x, y, pace, turn, _ in self._fish:
            fish = poses[int(number / 2 + turn) % 8]
            span = stage.width + 2 * fish.size[0]
            canvas.put(
                fish,
                (x * span + pace * number) % span - fish.size[0],
                y * stage.height + unit * 1.8 * math.sin(number / 31 + turn),
            )
        for bubble, x, y, pace, turn in self._bubbles:
            rise = (y * 1.1 - pace * number * unit / stage.height) % 1.1 - 0.05
            canvas.put(bubble, x * stage.width + unit * math.sin(number / 13 + turn), rise * stage.height)


def _wave(stage: Stage, *, share: float, hills: int, swell: float, paint: tuple[Rgb, Rgb]) -> Stamp:
    """One row of waves, `share` of the picture high, repeating after one width of it."""
    size = stage.width * 2, round(stage.height * share) // 2 * 2
    turn = stage.random.uniform(0, math.tau)
    portrait = stage.height > stage.width
    count = max(2, hills // 2 if portrait else hills)

    def top(x: float) -> float:
        angle = math.tau * x / stage.width
        level = 0.7 * math.sin(angle * count + turn) + 0.3 * math.sin(angle * (count * 2 + 1) + turn * 2)
        return stage.unit * (2.4 + swell * level)

    def draw(on: ImageDraw.ImageDraw, k: int) -> None:
        step = max(1, stage.width // 320)
        line = [(x * k, top(x) * k) for x in range(0, size[0] + step, step)]
        on.polygon([*line, (size[0] * k, size[1] * k), (0, size[1] * k)], 255)

    return Stamp(shape(size, draw), gradient((stage.width, size[1]), (*paint, paint[1])))


def _dash(stage: Stage) -> Image.Image:
    wide, high = max(4, round(stage.unit * 7)), max(2, round(stage.unit * 0.7))
    mask = shape((wide, high), lambda on, k: on.ellipse((0, 0, wide * k - 1, high * k - 1), 230))
    return mask.filter(ImageFilter.GaussianBlur(max(0.5, stage.unit * 0.12)))


def _boat(stage: Stage, lean: float) -> Stamp:
    """A boat folded from paper, turned by `lean` degrees."""
    size = max(16, round(stage.unit * 24) // 2 * 2)
    picture = Image.new("RGB", (size * 2, size * 2), (244, 240, 232))
    mask = Image.new("L", picture.size)

    def face(points: list[tuple[float, float]], paint: tuple[int, int, int]) -> None:
        spots = [(x * size * 2, y * size * 2) for x, y in points]
        ImageDraw.Draw(picture).polygon(spots, paint)
        ImageDraw.Draw(mask).polygon(spots, 255)

    face([(0.5, 0.2), (0.5, 0.66), (0.30, 0.66)], (252, 249, 242))
    face([(0.5, 0.2), (0.72, 0.66), (0.5, 0.66)], (214, 208, 204))
    face([(0.08, 0.5), (0.5, 0.62), (0.5, 0.82), (0.28, 0.82)], (240, 234, 226))
    face([(0.92, 0.5), (0.5, 0.62), (0.5, 0.82), (0.72, 0.82)], (196, 189, 190))
    picture, mask = (image.rotate(lean, Image.Resampling.BICUBIC) for image in (picture, mask))
    return Stamp(mask.reduce(2), picture.reduce(2))


def _ray(stage: Stage) -> Image.Image:
    wide, high = round(stage.unit * 50), round(stage.height * 0.85)
    slant = stage.random.uniform(0.1, 0.5)
    mask = Image.new("L", (wide, high))
    ImageDraw.Draw(mask).polygon(
        [(wide * 0.55, 0), (wide * 0.72, 0), (wide * (0.72 - slant), high), (wide * (0.3 - slant), high)], 255
    )
    mask = mask.filter(ImageFilter.GaussianBlur(stage.unit * 2))
    fade = gradient((wide, high), ((255, 255, 255), (150, 150, 150), (0, 0, 0))).convert("L")
    mask.paste(0, (0, 0, wide, high), fade.point([255 - level for level in range(256)]))
    return mask


def _fish(stage: Stage, size: float, pose: int, paint: Rgb, *, facing_right: bool) -> Stamp:
    wide, high = max(8, round(size * stage.unit)), max(6, round(size * 0.62 * stage.unit))
    bend = math.sin(pose / 8 * math.tau)
    eye = (20.0, 24.0, 40.0)

    def body(on: ImageDraw.ImageDraw, k: int) -> None:
        w, h = wide * k, high * k
        line = []
        for side in (1, -1):
            steps = range(21) if side == 1 else range(20, -1, -1)
            for step in steps:
                t = step / 20
                bow = math.sin(math.pi * min(1.0, t * 1.06) ** 0.75) * 0.3 * h + 0.03 * h
                line.append((w * (0.96 - 0.66 * t), h * 0.5 + bend * 0.07 * h * t * t - side * bow))
        on.polygon(line, 255)
        tail = h * (0.5 + bend * 0.09)
        on.polygon(
            [
                (w * 0.36, tail),
                (w * 0.06, h * (0.2 + bend * 0.1)),
                (w * 0.15, h * (0.5 + bend * 0.14)),
                (w * 0.06, h * (0.8 + bend * 0.1)),
            ],
            255,
        )
        on.polygon([(w * 0.62, h * 0.25), (w * 0.42, h * 0.06), (w * 0.4, h * 0.3)], 255)
        on.ellipse((w * 0.8, h * 0.36, w * 0.845, h * 0.36 + w * 0.045), 0)

    mask = shape((wide, high), body)
    coat = gradient((wide, high), (mix(paint, eye, 0.25), paint, mix(paint, (255, 255, 255), 0.55)))
    if not facing_right:
        mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return Stamp(mask, coat)


def _bubble(stage: Stage, size: float) -> Stamp:
    wide = max(3, round(size * stage.unit * 2))

    def draw(on: ImageDraw.ImageDraw, k: int) -> None:
        edge = wide * k - 1
        on.ellipse((0, 0, edge, edge), 60)
        on.arc((0, 0, edge, edge), 0, 360, 150, max(1, edge // 9))
        on.ellipse((edge * 0.25, edge * 0.2, edge * 0.45, edge * 0.4), 230)

    return Stamp(shape((wide, wide), draw), (235, 255, 255))
