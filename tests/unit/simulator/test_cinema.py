"""The videos themselves: real ones, in the right shape, drawn from any text."""

from __future__ import annotations

from pathlib import Path
from random import Random

import av
import pytest
from PIL import Image, ImageFont, ImageStat

from sora_tui.film.inspect import check_boxes, probe
from sora_tui.simulator.cinema import MAX_BYTES, make, make_small, score
from sora_tui.simulator.cinema.canvas import Canvas, Stamp, disc, gradient, planes, yuv
from sora_tui.simulator.cinema.caption import readable, wrapped
from sora_tui.simulator.cinema.palette import PALETTES, palette_for
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.wishes import Wish

SCENES = {
    "sea": "A paper boat at dusk",
    "hills": "Dawn in the mountains",
    "city": "Neon streets at night",
    "deep": "Koi in the pond",
    "space": "A planet and its moon",
}


def film(prompt: str, *, portrait: bool = False, seconds: float = 10, high: bool = False, mark: bool = False) -> Wish:
    aspect = 9 / 16 if portrait else 16 / 9
    return Wish(Makes.VIDEO, prompt, aspect, 864 if high else 720, seconds, watermark=mark)


def pictures(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as container:
        return [frame.to_image() for frame in container.decode(video=0)]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("portrait", "high", "seconds", "size"),
    [(False, False, 10, (1280, 720)), (True, True, 15, (864, 1536))],
)
def test_a_video_is_h264_with_sound_in_the_right_shape(
    tmp_path: Path, portrait: bool, high: bool, seconds: int, size: tuple[int, int]
) -> None:
    path = tmp_path / "clip.mp4"
    make(film(SCENES["sea"], portrait=portrait, seconds=seconds, high=high, mark=True), path)
    check_boxes(path)
    info = probe(path)
    assert (info.width, info.height) == size
    assert info.duration_s == pytest.approx(seconds, abs=0.05)
    assert (info.video_codec, info.audio_codec, info.fps) == ("h264", "aac", 24)
    assert info.size_bytes <= MAX_BYTES
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
        frames = sum(1 for _ in container.decode(video=0))
    assert frames == seconds * 24
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # it plays while it loads


@pytest.mark.parametrize("prompt", SCENES.values(), ids=SCENES)
def test_every_scene_moves_in_both_shapes(tmp_path: Path, prompt: str) -> None:
    for portrait in (False, True):
        make_small(film(prompt, portrait=portrait), tmp_path / "clip.mp4")
        shown = pictures(tmp_path / "clip.mp4")
        assert shown[0].size == ((90, 160) if portrait else (160, 90))
        assert len({picture.tobytes() for picture in shown}) > 20
        assert max(ImageStat.Stat(shown[-1]).stddev) > 15  # not one flat colour


def test_the_text_decides_what_is_seen(tmp_path: Path) -> None:
    content = []
    for number, prompt in enumerate(("one", "one", "two")):
        path = tmp_path / f"{number}.mp4"
        make_small(film(prompt), path)
        content.append(path.read_bytes())
    assert content[0] == content[1] != content[2]


@pytest.mark.parametrize(
    "prompt",
    [
        "[/red] zoom [b + pan",
        "\x1b[31mred\x07\x00",
        "日本語の映画",
        "🐠🧜‍♀️",
        "\ud83d",
        "שלום עולם",
        "x" * 10_000,
        "a\n\nb",
        "[sim:slow]",
    ],
)
def test_any_text_can_be_drawn(tmp_path: Path, prompt: str) -> None:
    make_small(film(prompt, mark=True), tmp_path / "clip.mp4")
    check_boxes(tmp_path / "clip.mp4")


def test_what_is_written_has_no_controls_and_no_marks() -> None:
    assert readable("a\x1b[1m\tb\n[sim:slow] c \ud83d\u2028d") == "a [1m b c \ufffd d"


def test_lines_break_between_words_and_end_with_an_ellipsis() -> None:
    font = ImageFont.load_default(size=20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    lines = wrapped("one two three four five six seven eight nine ten eleven twelve", font, 150, 3)
    assert len(lines) == 3
    assert lines[0] == "one two three"
    assert lines[-1].endswith("…")
    assert all(font.getlength(line) <= 150 for line in lines)
    assert wrapped("short", font, 150, 3) == ["short"]
    assert wrapped("", font, 150, 3) == []
    assert all(font.getlength(line) <= 150 for line in wrapped("x" * 500, font, 150, 3))


def test_words_choose_the_light() -> None:
    assert palette_for("A lantern at midnight", Random(1)) is PALETTES["night"]
    assert palette_for("golden dunes", Random(1)) is PALETTES["amber"]
    assert {id(palette_for("nothing", Random(seed))) for seed in range(60)} == {*map(id, PALETTES.values())}


def test_music_is_as_long_as_the_video_and_fades_out() -> None:
    samples = memoryview(score.compose(3, Random(5), minor=False)).cast("h")
    assert len(samples) == 3 * score.RATE * 2
    assert 3000 < max(map(abs, samples)) <= 26_000
    assert max(map(abs, samples[-200:])) < 200


def test_colours_are_bt709_in_limited_range() -> None:
    assert yuv((0, 0, 0)) == (16, 128, 128)
    assert yuv((255, 255, 255)) == (235, 128, 128)
    luma, blue, red = planes(Image.new("RGB", (4, 4), (255, 0, 0)))
    assert (luma.getpixel((0, 0)), blue.getpixel((0, 0)), red.getpixel((0, 0))) == pytest.approx(
        yuv((255, 0, 0)), abs=1
    )


def test_a_stamp_beyond_the_edge_is_cut() -> None:
    canvas = Canvas(20, 10, (20, 10))
    for place in ((-5, -5), (18, 8), (50, 50)):
        canvas.put(Stamp(disc(4), (255, 255, 255)), *place)
    wide = Stamp(Image.new("L", (40, 8), 255), gradient((20, 8), ((0, 0, 0), (255, 255, 255))))
    canvas.scroll(wide, 19.5, 6)
    luma, blue, red = canvas.content()
    assert (len(luma), len(blue), len(red)) == (200, 50, 50)
    assert luma[9 * 20] > luma[6 * 20]
