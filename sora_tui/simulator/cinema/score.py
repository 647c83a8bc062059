"""A quiet piece of music for a text: a broken chord over a pad, with a little echo. Plain arithmetic."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from operator import add, mul
from random import Random

RATE = 24_000
"""Samples per second: nothing here is above 4 kHz."""

_MAJOR = ((0, 4, 7, 11), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17))
_MINOR = ((0, 3, 7, 10), (8, 12, 15, 19), (3, 7, 10, 14), (10, 14, 17, 20))
_FIGURES = ((0, 1, 2, 3, 2, 1), (0, 2, 1, 3, 2, 3), (0, 2, 3, 1, 3, 2), (3, 2, 1, 0, 1, 2))
_ECHOES = ((0.23, 87), (0.41, 51))
"""Seconds of delay, and loudness in 256ths."""
_LOUDEST = 26_000


def compose(seconds: float, random: Random, *, minor: bool) -> bytes:
    """The music as 16 bit stereo samples at `RATE`."""
    chords = _MINOR if minor else _MAJOR
    figure = random.choice(_FIGURES)
    root = 48 + random.randrange(-3, 6)
    step_s = random.uniform(0.22, 0.3)
    steps = math.ceil(seconds / step_s)
    per_chord = max(1, round(steps / (4 if seconds < 12 else 6)))
    left, right = (array("i", bytes(4 * round(seconds * RATE))) for _ in range(2))
    plucks: dict[int, list[int]] = {}
    softer: dict[int, list[int]] = {}
    for step in range(steps):
        chord = chords[step // per_chord % len(chords)]
        start = round(step * step_s * RATE)
        if step % per_chord == 0:
            for place, tone in enumerate(chord[:3]):
                pad = _pad(root + tone, (per_chord + 1.5) * step_s)
                _mix(left if place != 1 else right, start, pad)
                _mix(right if place != 2 else left, start + 180, pad)
        pitch = root + 12 + chord[figure[step % len(figure)]] + (12 if random.random() < 0.12 else 0)
        if pitch not in plucks:
            plucks[pitch] = _pluck(pitch)
            softer[pitch] = [level >> 1 for level in plucks[pitch]]
        note = plucks[pitch]
        near, far = (left, right) if step % 2 else (right, left)
        _mix(near, start, note)
        _mix(far, start + 260, softer[pitch])
    for channel in (left, right):
        for delay, share in _ECHOES:
            _mix(channel, round(delay * RATE), [level * share >> 8 for level in channel])
    return _interleaved(left, right, seconds)


def _pluck(pitch: int) -> list[int]:
    length = round(1.3 * RATE)
    envelope = [min(1.0, n / 90) * math.exp(-3.6 * n / RATE) for n in range(length)]
    return list(map(int, map(mul, _tone(pitch, ((1, 5200), (2, 1500), (3, 500)), length), envelope)))


def _pad(pitch: int, seconds: float) -> list[int]:
    length = round(seconds * RATE)
    levels = _tone(pitch, ((1, 1500), (2, 420), (4, 90)), length)
    edge = round(min(0.9, seconds / 2.5) * RATE)
    rise = [math.sin(math.pi / 2 * n / edge) ** 2 for n in range(edge)]
    levels[:edge] = map(int, map(mul, levels[:edge], rise))
    levels[-edge:] = map(int, map(mul, levels[-edge:], reversed(rise)))
    return levels


def _tone(pitch: int, partials: Sequence[tuple[int, int]], length: int) -> list[int]:
    """`length` samples of a steady tone: 16 of its waves, which meet a whole sample well, again and again."""
    waves = 16
    period = round(waves * RATE / (440 * 2 ** ((pitch - 69) / 12)))
    turn = 2 * math.pi * waves / period
    table = [round(sum(level * math.sin(turn * n * part) for part, level in partials)) for n in range(period)]
    return (table * (length // period + 1))[:length]


def _mix(channel: array[int], start: int, levels: Sequence[int]) -> None:
    end = min(len(channel), start + len(levels))
    if start < end:
        channel[start:end] = array("i", map(add, channel[start:end], levels))


def _interleaved(left: array[int], right: array[int], seconds: float) -> bytes:
    peak = max(map(abs, (1, *left, *right)))
    scale = round(min(1.0, _LOUDEST / peak) * 1024)
    fade = round(min(1.5, seconds / 3) * RATE)
    total = len(left)
    both = array("h", bytes(4 * total))
    for place, channel in enumerate((left, right)):
        levels = [level * scale >> 10 for level in channel]
        for n in range(total - fade, total):
            levels[n] = levels[n] * (total - n) // fade
        both[place::2] = array("h", levels)
    return both.tobytes()
