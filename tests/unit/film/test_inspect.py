"""Looking into MP4 files, whole and broken."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from random import Random

import av
import pytest

from sora_tui.film.encode import Mp4Writer
from sora_tui.film.inspect import ClipInfo, NotAVideo, check_boxes, probe


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds of grey at 98 by 50, which no stride fits, with silence."""
    path = tmp_path / "clip.mp4"
    with Mp4Writer(path, width=98, height=50, fps=10, seconds=2, max_bytes=100_000) as writer:
        wide, half = writer.strides
        for number in range(20):
            writer.picture(bytes([50 + number]) * wide * 50, b"\x80" * half * 25, b"\x80" * half * 25)
        writer.sound(bytes(44_100 * 2 * 4))
    return path


def test_probe_tells_what_was_written(clip: Path) -> None:
    info = probe(clip)
    assert info == ClipInfo(98, 50, info.duration_s, "h264", "aac", 10, clip.stat().st_size)
    assert info.duration_s == pytest.approx(2, abs=0.05)


def test_a_whole_file_passes(clip: Path) -> None:
    check_boxes(clip)


def test_every_cut_is_noticed(clip: Path, tmp_path: Path) -> None:
    content = clip.read_bytes()
    cut = tmp_path / "cut.mp4"
    for length in range(len(content)):
        cut.write_bytes(content[:length])
        with pytest.raises(NotAVideo):
            check_boxes(cut)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.mp4 is empty."),
        (b"<html><body>Not found</body></html>", "does not begin like one"),
        (b'{"code":404,"msg":"no"}', "does not begin like one"),
        (struct.pack(">I4s", 8, b"ftyp"), "has no moov box"),
        (struct.pack(">I4sI4s", 8, b"ftyp", 8, b"moov"), "has no mdat box"),
        (struct.pack(">I4sI4s", 8, b"ftyp", 3, b"moov"), "claims to be 3 bytes long"),
        (struct.pack(">I4sI4s", 8, b"ftyp", 1008, b"mdat"), "1,000 bytes of its mdat box are missing"),
        (struct.pack(">I4sI4sQ", 8, b"ftyp", 1, b"mdat", 2**63), "of its mdat box are missing"),
        (struct.pack(">I4s", 8, b"ftyp") + b"\0\0\0", "3 bytes are left"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(NotAVideo, match=sentence):
        check_boxes(path)


def test_boxes_of_64_bits_and_to_the_end_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(
        struct.pack(">I4s", 8, b"ftyp") + struct.pack(">I4sQ", 1, b"moov", 16) + struct.pack(">I4s", 0, b"mdat") + b"x"
    )
    check_boxes(path)


def test_probe_refuses_what_is_no_video(tmp_path: Path, clip: Path) -> None:
    page = tmp_path / "page.mp4"
    page.write_text("<html>", "utf-8")
    with pytest.raises(NotAVideo, match=r"page\.mp4 can't be read as a video"):
        probe(page)
    sound = tmp_path / "sound.mp4"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame("s16", "mono", 1024)
        frame.sample_rate, frame.time_base, frame.pts = 8000, Fraction(1, 8000), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(NotAVideo, match="has no pictures"):
        probe(sound)
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "none.mp4")


def test_a_file_stays_below_its_limit_whatever_is_drawn(tmp_path: Path) -> None:
    random, path = Random(1), tmp_path / "blocks.mp4"
    with Mp4Writer(path, width=320, height=240, fps=24, seconds=4, max_bytes=250_000) as writer:
        wide, half = writer.strides
        for _ in range(96):
            rows = (random.randbytes(wide // 16) for _ in range(15))
            luma = b"".join(bytes(level for level in row for _ in range(16)) * 16 for row in rows)
            writer.picture(luma, random.randbytes(1) * half * 120, random.randbytes(1) * half * 120)
        writer.sound(random.randbytes(44_100 * 4 * 4))
    assert path.stat().st_size <= 250_000


def test_an_error_while_writing_is_not_hidden(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="no more ink"),
        Mp4Writer(tmp_path / "x.mp4", width=32, height=32, fps=10, seconds=1, max_bytes=10_000),
    ):
        raise RuntimeError("no more ink")
