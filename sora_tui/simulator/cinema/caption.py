"""What is written on a video: the prompt, a timecode, a progress bar and, if wanted, a watermark."""

from __future__ import annotations

import re
import unicodedata

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sora_tui.simulator.cinema.canvas import Canvas, Rgb, Stamp

_WHITE = (255.0, 255.0, 255.0)
_BLACK = (0.0, 0.0, 0.0)
_MARK = re.compile(r"\[sim:[a-z0-9-]+\]")
_LINES = 3
_FADE = 20
WATERMARK = "made by the sora-tui simulator"


class Caption:
    """The writing for one video of `frames` pictures."""

    def __init__(self, canvas: Canvas, prompt: str, *, fps: int, frames: int, accent: Rgb, watermark: bool) -> None:
        self._canvas, self._fps, self._frames, self._accent = canvas, fps, frames, accent
        self._unit = unit = max(1, min(canvas.width, canvas.height) // 40)
        self._margin = unit * 2
        small = _font(max(8, round(unit * 1.1)))
        title = _font(max(9, round(unit * 2.0)))
        self._clock = {sign: _written(sign, small) for sign in "0123456789:"}
        self._advance = max(round(small.getlength(sign)) for sign in self._clock)
        room = canvas.width - 2 * self._margin
        lines = wrapped(readable(prompt), title, room, _LINES)
        line_height = round(unit * 2.7)
        self._title = [_written(line, title) for line in lines]
        self._line_height = line_height
        self._bottom = canvas.height - self._margin - round(unit * 2.2)
        self._scrim = _scrim(canvas.width, line_height * len(lines) + unit * 14)
        self._watermark = _written(WATERMARK, small).faded(0.6) if watermark else None
        self._title_width = room

    def draw(self, number: int) -> None:
        """Write on picture `number`."""
        canvas, unit, margin = self._canvas, self._unit, self._margin
        canvas.put(self._scrim, 0, canvas.height - self._scrim.size[1])
        top = self._bottom - self._line_height * len(self._title)
        for place, line in enumerate(self._title):
            shown = min(1.0, max(0.0, (number - 6 - place * 5) / _FADE))
            if shown:
                stamp = line if shown == 1 else line.faded(shown)
                canvas.put(stamp, margin - unit, top + place * self._line_height + (1 - shown) * unit)
        self._draw_progress(number)
        if self._watermark is not None:
            canvas.put(self._watermark, canvas.width - self._watermark.size[0] - margin + unit, margin - unit)

    def _draw_progress(self, number: int) -> None:
        canvas, unit, margin = self._canvas, self._unit, self._margin
        thick = max(2, unit // 4 * 2)
        top = (canvas.height - margin) // 2 * 2
        seconds, frame = divmod(number, self._fps)
        clock = f"{seconds // 60:02}:{seconds % 60:02}:{frame:02}"
        left = canvas.width - margin - self._advance * len(clock)
        for place, sign in enumerate(clock):
            stamp = self._clock[sign]
            middle = left + (place + 0.5) * self._advance
            canvas.put(stamp, middle - stamp.size[0] / 2, top - unit * 0.6)
        right = left - unit
        done = margin + (right - margin) * (number + 1) // self._frames
        canvas.bar(margin, top, right, top + thick, (120.0, 120.0, 128.0))
        canvas.bar(margin, top, done, top + thick, self._accent)


def readable(text: str) -> str:
    """`text` on one line, without control characters, marks for the simulator and halves of characters."""
    text = _MARK.sub(" ", text)
    kept = (
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else "\ufffd" if "\ud800" <= sign <= "\udfff" else sign
        for sign in text[:2000]
    )
    return " ".join("".join(kept).split())


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines that fit `width`; an ellipsis ends what had to be cut."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        fitting = _fitting(rest, font, width)
        if fitting < len(rest) and " " in rest[: fitting + 1].strip():
            fitting = rest.rindex(" ", 0, fitting + 1)
        lines.append(rest[:fitting].strip())
        rest = rest[fitting:].lstrip()
    if rest:
        last = lines[-1]
        while last and font.getlength(last + "…") > width:
            last = last[:-1]
        lines[-1] = last.rstrip(" ,.;:") + "…"
    return lines


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """How many characters of `text` fit into `width`; at least one."""
    low, high = 1, min(len(text), width)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(text[:middle]) <= width else (low, middle - 1)
    return low


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size=size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels have FreeType
    return font


def _written(text: str, font: ImageFont.FreeTypeFont) -> Stamp:
    """Text in white, with room around it."""
    room = round(font.size)
    width, height = round(font.getlength(text)) + room, round(font.size * 1.5)
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).text((room // 2, font.size * 0.1), text, fill=255, font=font, stroke_width=0)
    return Stamp(mask, _WHITE)


def _scrim(width: int, height: int) -> Stamp:
    """A shade that grows towards the bottom, so that white is readable on anything."""
    column = Image.new("L", (1, height))
    for row in range(height):
        column.putpixel((0, row), round(205 * (row / height) ** 1.15))
    return Stamp(column.resize((width, height)).filter(ImageFilter.BoxBlur(1)), _BLACK)
