"""A film that is open: its pictures one after the other, or from any moment on. For one thread at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.video.frame import VideoFrame

from sora_tui.film.inspect import NotAVideo
from sora_tui.film.pictures import MOST_PIXELS, Picture, fitted

_USUAL_FPS = 24.0
_NEAR_S = 1.5
"""So far ahead it is quicker to decode on than to look for a key frame."""


class Clip:
    """A film.

    Attributes:
        seconds: how long it plays.
        fps: pictures a second.
        width: of its pictures, in pixels.
        height: of its pictures, in pixels.

    Raises:
        NotAVideo: it can't be read.
        OSError: it can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._container = av.open(str(path))
        except av.FFmpegError as error:
            raise self._unreadable(error) from error
        try:
            if not self._container.streams.video:
                raise NotAVideo(f"{path.name} has no pictures.")
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            context = self._stream.codec_context
            self.width, self.height = context.width, context.height
            if not 0 < self.width * self.height <= MOST_PIXELS:
                size = f"{self.width} by {self.height}"
                raise NotAVideo(f"{path.name} has pictures of {size} pixels, too large to be shown here.")
            self.fps = float(self._stream.average_rate or _USUAL_FPS)
            self.seconds = self._length()
            self._frames = self._decoded()
            self._last: VideoFrame | None = None
            self._first_at = self._begins_at()
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def fitted(self, most: tuple[int, int]) -> tuple[int, int]:
        """The size of its pictures where there is room for so many pixels."""
        return fitted(self.width, self.height, most)

    def picture_at(self, at: float, size: tuple[int, int]) -> Picture:
        """The picture that is seen at a moment; the last one from the end on.

        Args:
            at: seconds from the beginning.
            size: width and height of the picture wanted, in pixels.

        Raises:
            NotAVideo: there is none that can be read.
        """
        frame = self._frame_at(max(0.0, at))
        return Picture(*size, pixels(frame, size), self._time(frame))

    def picture_after(self, size: tuple[int, int]) -> Picture | None:
        """The picture after the one that was given last; None after the last one."""
        frame = next(self._frames, None)
        if frame is None:
            return None
        self._last = frame
        return Picture(*size, pixels(frame, size), self._time(frame))

    def _frame_at(self, at: float) -> VideoFrame:
        tolerance = 0.5 / self.fps
        last = self._last
        if last is None or not self._time(last) - tolerance <= at <= self._time(last) + _NEAR_S:
            if last is not None or at > _NEAR_S:
                self._seek(at)
            last = None
        while last is None or self._time(last) + 1 / self.fps - tolerance <= at:
            frame = next(self._frames, None)
            if frame is None:
                break
            last = frame
        if last is None:
            last = self._last_one()
        self._last = last
        return last

    def _last_one(self) -> VideoFrame:
        """The last picture that can be read at all."""
        self._seek(0.0)
        seen = deque(self._frames, maxlen=1)
        if not seen:
            raise NotAVideo(f"{self._path.name} has no picture that can be read.")
        return seen.pop()

    def _seek(self, at: float) -> None:
        base = self._stream.time_base
        if base is None:
            return
        try:
            self._container.seek(max(0, round((at + self._first_at) / base)), stream=self._stream, backward=True)
        except av.FFmpegError as error:
            raise self._unreadable(error) from error
        self._frames = self._decoded()

    def _decoded(self) -> Iterator[VideoFrame]:
        try:
            yield from self._container.decode(self._stream)
        except (av.EOFError, StopIteration):
            return
        except av.FFmpegError:  # what came before the damage can be seen
            return

    def _begins_at(self) -> float:
        start, base = self._stream.start_time, self._stream.time_base
        return float(start * base) if start is not None and base is not None else 0.0

    def _time(self, frame: VideoFrame) -> float:
        return max(0.0, (frame.time or 0.0) - self._first_at)

    def _length(self) -> float:
        if self._container.duration is not None:
            return float(self._container.duration / av.time_base)
        if self._stream.duration is not None and self._stream.time_base is not None:
            return float(self._stream.duration * self._stream.time_base)
        return 0.0

    def _unreadable(self, error: av.FFmpegError) -> Exception:
        if isinstance(error, OSError) and not isinstance(error, ValueError):
            return error
        return NotAVideo(f"{self._path.name} can't be read as a video: {error.strerror}.")


def pixels(frame: VideoFrame, size: tuple[int, int]) -> bytes:
    """The frame's pixels at that size, without what FFmpeg puts between rows."""
    plane = frame.reformat(width=size[0], height=size[1], format="rgb24").planes[0]
    line, stride = size[0] * 3, plane.line_size
    whole = bytes(plane)
    if stride == line:
        return whole[: line * size[1]]
    return b"".join(whole[y * stride : y * stride + line] for y in range(size[1]))
