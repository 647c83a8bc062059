"""What is read out of prose: labels, a line of help, limits that are certain, and seconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie import schema_prose as prose
from tests.unit.kie.any_json import unhurried


@pytest.mark.parametrize(
    ("name", "is_link", "label"),
    [
        ("image_urls", True, "Images"),
        ("image_url", True, "Image"),
        ("first_frame_url", True, "First frame"),
        ("reference_image_urls", True, "Reference images"),
        ("input_urls", True, "Inputs"),
        ("bodyURLs", False, "Body urls"),
        ("gallery_urls", True, "Galleries"),
        ("url", True, "Link"),
        ("urls", True, "Links"),
        ("image_url", False, "Image url"),
        ("cfg_scale", False, "Cfg scale"),
        ("aspectRatio", False, "Aspect ratio"),
        ("nsfw_checker", False, "NSFW checker"),
        ("target_fps", False, "Target FPS"),
        ("num_images", False, "Number of images"),
        ("n_frames", False, "Number of frames"),
        ("n", False, "Number"),
        ("character_id_list", False, "Character ids"),
        ("mp3_quality", False, "Mp 3 quality"),
        ("大小", False, "大小"),
        ("__", False, "__"),
        ("", False, ""),
    ],
)
def test_a_name_is_shown_in_words(name: str, is_link: bool, label: str) -> None:
    assert prose.label(name, is_link=is_link) == label


@pytest.mark.parametrize(
    ("title", "label"),
    [("Strength of the motion", "Strength of the motion"), ("Cfg Scale", "Cfg scale"), ("cfg_scale_2", "Cfg scale")],
)
def test_a_title_counts_where_it_says_more_than_the_name(title: str, label: str) -> None:
    assert prose.label("cfg_scale", title) == label


@pytest.mark.parametrize(
    ("description", "line"),
    [
        ("", ""),
        ("Video resolution. \n\n- `720p`: 720p\n- `1080p`: 1080p", "Video resolution."),
        ("Video resolution.\n- `720p`: fast\n- `1080p`: good", "Video resolution."),
        ("## Heading\n\nThe *real* **thing** is `here`.", "The real thing is here."),
        ("See [the guide](https://a.example/b) for more.", "See the guide for more."),
        ("One.\nTwo.", "One. Two."),
        ("Scale of it (Min: 0, Max: 1, Step: 0.1) (step: 0.1)", "Scale of it"),
        ("Removes watermarks. (Boolean value (true/false))", "Removes watermarks."),
        ("What to avoid (Max length: 500 characters)", "What to avoid"),
        ("The speed. Options: 'none', 'regular', 'high'. More is faster.", "The speed. More is faster."),
        ('The size. Default value: "16:9"', "The size."),
        ("Stability. Valid values: 0.0, 0.5, 1.0.", "Stability."),
        (
            "A picture (File URL after upload, not file content; Accepted types: image/png; Max size: 10.0MB)",
            "A picture (Accepted types: image/png; Max size: 10.0MB)",
        ),
        ("Enter <b>text</b> here. ::: tip", "Enter text here. ::: tip"),
        ("::: tip\n\nReal words.", "Real words."),
        ("snake_case_name and a*b stay", "snake_case_name and a*b stay"),
        ("一个提示词。另一个。", "一个提示词。另一个。"),
    ],
)
def test_help_is_the_first_sentences_without_dress(description: str, line: str) -> None:
    assert prose.help_line(description) == line


def test_help_ends_with_a_whole_sentence() -> None:
    first = "This is the first sentence of the help. "
    assert prose.help_line(first * 20) == (first * 6).strip()
    assert len(prose.help_line("word " * 100)) <= 240
    assert prose.help_line("word " * 100).endswith("word…")


@pytest.mark.parametrize(
    ("description", "most"),
    [
        ("(Max length: 5,000 characters)", 5000),
        ("Maximum length: `2500`.", 2500),
        ("Up to 400 characters.", 400),
        ("It must not exceed 500 characters.", 500),
        ("no more than 30 chars", 30),
        ("a maximum of 500 characters per shot. Each element takes 37 characters.", 500),
        ("Max length: 500, in Chinese Max length: 800", 800),
        ("up to 5 images", None),
        ("at most 2500 Chinese characters", None),
        ("500 characters or more", None),
        ("Max length: 0", None),
    ],
)
def test_a_length_counts_where_it_is_said_to_be_the_most(description: str, most: int | None) -> None:
    assert prose.longest(description) == most


@pytest.mark.parametrize(
    ("description", "bounds"),
    [
        ("Scale (Min: 0, Max: 1, Step: 0.1)", (0, 1)),
        ("Seconds.\n\n- Minimum: `2`\n- Maximum: `15`", (2, 15)),
        ("Must be between 3 and 15. Defaults to 5.", (3, 15)),
        ("Speech speed. Range: 0.7 to 1.2.", (0.7, 1.2)),
        ("Valid range is 10000 to 1000000.", (10_000, 1_000_000)),
        ("Integer values from 3 to 15", (3, 15)),
        ("Range is 1-4 when on; range is 1-12 when off.", (None, None)),
        ("Min: 5, Max: 1", (None, None)),
        ("Max: 10MB", (None, None)),
        ("Max: 50%", (None, None)),
        ("Higher than 3 is better", (None, None)),
        ("Range: 9 to 3", (None, None)),
    ],
)
def test_bounds_count_only_where_they_are_certain(description: str, bounds: tuple[float | None, ...]) -> None:
    assert prose.bounds(description) == bounds


@pytest.mark.parametrize(
    ("name", "description", "is_seconds"),
    [
        ("duration", "The duration of the video in seconds", True),
        ("duration", "Video duration (unit: seconds)", True),
        ("duration_seconds", "How long.", True),
        ("duration", "Length of the video.", False),
        ("n_frames", "The number of frames", False),
        ("fps", "Frames in seconds", False),
        ("start", "Start in milliseconds, not in seconds", False),
        ("quality", "Takes some 40 seconds more to make", False),
    ],
)
def test_seconds_are_named_only_where_they_are_certain(name: str, description: str, is_seconds: bool) -> None:
    assert prose.counts_seconds(name, description) is is_seconds


@unhurried
@given(st.text() | st.text("-*#`[]()<>.:_ \nMaxmin0123,", max_size=300))
def test_any_prose_is_read(description: str) -> None:
    line = prose.help_line(description)
    assert len(line) <= 240
    assert "\n" not in line
    assert prose.longest(description) != 0
    low, high = prose.bounds(description)
    assert low is None or high is None or low <= high
    prose.counts_seconds(description[:9], description)
    prose.label(description)


@pytest.mark.parametrize(
    "piece",
    ["(max ", "[", "<a ", "max length: ", "Default: ", "range: 1", "* ", "file url ", "must be between 1 and ", "a."],
)
def test_prose_that_repeats_itself_ends(piece: str) -> None:
    endless = piece * 20_000
    assert len(prose.help_line(endless)) <= 240
    prose.longest(endless)
    prose.bounds(endless)
