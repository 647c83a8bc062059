"""Looks into MP4 files: what they hold, and whether they are whole."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


class NotAVideo(ValueError):
    """The file is no MP4, or not a whole one. The message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What a video file holds.

    Codecs are named as FFmpeg names them (`h264`, `aac`); an empty name stands for no sound.
    """

    width: int
    height: int
    duration_s: float
    video_codec: str
    audio_codec: str
    fps: float
    size_bytes: int


def probe(path: Path) -> ClipInfo:
    """Read the headers of a video file.

    Raises:
        NotAVideo: it can't be read as one, or has no pictures.
        OSError: the file can't be opened.
    """
    import av  # 0.08 s, and `check_boxes` does without

    size = path.stat().st_size
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise NotAVideo(f"{path.name} has no pictures.")
            video = container.streams.video[0]
            audio = container.streams.audio
            duration = container.duration
            if duration is None and video.duration is not None and video.time_base is not None:
                duration = int(video.duration * video.time_base * av.time_base)
            return ClipInfo(
                width=video.codec_context.width,
                height=video.codec_context.height,
                duration_s=(duration or 0) / av.time_base,
                video_codec=video.codec_context.codec.canonical_name,
                audio_codec=audio[0].codec_context.codec.canonical_name if audio else "",
                fps=float(video.average_rate or 0),
                size_bytes=size,
            )
    except av.FFmpegError as error:
        if isinstance(error, OSError) and not isinstance(error, ValueError):
            raise
        raise NotAVideo(f"{path.name} can't be read as a video: {error.strerror}.") from error


def check_boxes(path: Path) -> None:
    """Check that a file is an MP4 from end to end: a `ftyp` first, `moov` and `mdat`, every box whole.

    Raises:
        NotAVideo: it is not; the message says what is wrong.
        OSError: the file can't be opened.
    """
    size = path.stat().st_size
    if not size:
        raise NotAVideo(f"{path.name} is empty.")
    with path.open("rb") as file:
        names = list(_boxes(file, size, path.name))
    if names[0] != b"ftyp":
        raise NotAVideo(f"{path.name} is not an MP4: it does not begin like one.")
    for needed in (b"moov", b"mdat"):
        if needed not in names:
            raise NotAVideo(f"{path.name} is not a whole MP4: it has no {needed.decode()} box.")


def _boxes(file: BinaryIO, size: int, name: str) -> Iterator[bytes]:
    """The kinds of the boxes one after the other; raises at the first that is not whole."""
    place = 0
    while place < size:
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            raise NotAVideo(f"{name} is cut off: {size - place} bytes are left where a box should begin.")
        length, kind = struct.unpack(">I4s", head[:8])
        header = 8
        if length == 1:
            if len(head) < 16:
                raise NotAVideo(f"{name} is cut off inside the head of a box.")
            (length,), header = struct.unpack(">Q", head[8:]), 16
        elif length == 0:
            length = size - place
        if not place and kind != b"ftyp":
            raise NotAVideo(f"{name} is not an MP4: it does not begin like one.")
        if length < header:
            raise NotAVideo(f"{name} is not a whole MP4: a box claims to be {length} bytes long.")
        if place + length > size:
            missing = place + length - size
            raise NotAVideo(f"{name} is cut off: {missing:,} bytes of its {_printable(kind)} box are missing.")
        yield kind
        place += length


def _printable(kind: bytes) -> str:
    text = kind.decode("ascii", "replace")
    return text if text.isalnum() else "next"
