"""Writes MP4: H.264 from planes of YUV 4:2:0, AAC from samples, index in front, within a number of bytes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

_SOUND_BITS = 80_000
_BT709 = 1
_LIMITED_RANGE = 1
_CHUNK = 1024


class Mp4Writer:
    """One video file, written picture by picture, then its sound.

    Colours are BT.709 in limited range (luma 16 to 235).

    Attributes:
        strides: bytes per row that `picture` expects for luma and for each chroma plane; rows may be
            wider than the picture, what is beyond its edge is not seen.
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        fps: int,
        seconds: float,
        max_bytes: int,
        sample_rate: int = 44_100,
    ) -> None:
        """Begin a file of `width` by `height` (even numbers) that stays below `max_bytes`."""
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._width, self._height = width, height
        self._time_base = Fraction(1, fps)
        self._count = 0
        self._video = self._add_video(fps, _rate(max_bytes, seconds))
        self._audio: AudioStream = self._container.add_stream("aac", rate=sample_rate, layout="stereo")
        self._audio.bit_rate = _SOUND_BITS
        probe = av.VideoFrame(width, height, "yuv420p")
        self.strides = probe.planes[0].line_size, probe.planes[1].line_size

    def _add_video(self, fps: int, bits_per_second: int) -> VideoStream:
        stream: VideoStream = self._container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = self._width, self._height, "yuv420p"
        stream.time_base = self._time_base
        context = stream.codec_context
        context.color_range, context.colorspace = _LIMITED_RANGE, _BT709
        context.color_primaries = context.color_trc = _BT709
        context.thread_count = 1
        context.gop_size = fps * 4
        context.options = {
            # half the time of "superfast"; what it leaves out and smooth skies need is put back
            "preset": "ultrafast",
            "x264-params": "cabac=1:no-deblock=0:deblock=0,0:aq-mode=1",
            "crf": "21",
            "maxrate": str(bits_per_second),
            "bufsize": str(bits_per_second),
        }
        return stream

    def picture(self, luma: bytes, blue: bytes, red: bytes) -> None:
        """Add the next picture: its Y, U and V planes."""
        frame = av.VideoFrame(self._width, self._height, "yuv420p")
        for plane, content in zip(frame.planes, (luma, blue, red), strict=True):
            plane.update(content)
        frame.pts = self._count
        frame.time_base = self._time_base
        self._count += 1
        self._container.mux(self._video.encode(frame))

    def sound(self, samples: bytes) -> None:
        """Add the whole sound: 16 bit stereo, interleaved, in this machine's byte order."""
        rate = self._audio.codec_context.sample_rate
        step = _CHUNK * 4
        for start in range(0, len(samples), step):
            content = samples[start : start + step]
            frame = av.AudioFrame(format="s16", layout="stereo", samples=len(content) // 4)
            frame.planes[0].update(content)
            frame.sample_rate = rate
            frame.pts = start // 4
            frame.time_base = Fraction(1, rate)
            self._container.mux(self._audio.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, or just let it go after an error."""
        if error is None:
            for stream in (self._video, self._audio):
                self._container.mux(stream.encode(None))
        self._container.close()


def _rate(max_bytes: int, seconds: float) -> int:
    """Bits a second for the pictures, so that they, the sound and all boxes stay below `max_bytes`.

    The encoder may run ahead of its rate by one second of bits, hence the second more.
    """
    return int((max_bytes * 8 * 0.97 - _SOUND_BITS * seconds) / (seconds + 1))
