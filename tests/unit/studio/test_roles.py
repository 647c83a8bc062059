"""What settings mean, however a model spells them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.profiles import Choice, Field, FieldKind
from sora_tui.studio.roles import AUTO, Role, expressed, in_words, is_same, meaning, role_of, role_of_value


def choice(name: str, *values: Any, **more: Any) -> Field:
    return Field(name, name, FieldKind.CHOICE, choices=tuple(Choice(value, str(value)) for value in values), **more)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("16:9", 16 / 9),
        ("9:16", 9 / 16),
        ("1:1", 1.0),
        ("21 : 9", 21 / 9),
        ("1280x720", 16 / 9),
        ("1280*720", 16 / 9),
        ("landscape", 16 / 9),
        ("Portrait", 9 / 16),
        ("square", 1.0),
        ("square_hd", 1.0),
        ("landscape_4_3", 4 / 3),
        ("portrait_4_3", 3 / 4),
        ("portrait_16_9", 9 / 16),
        ("portrait-16-9", 9 / 16),
        ("Auto", AUTO),
        ("adaptive", AUTO),
        ("0:9", None),
        ("wide open", None),
        (16, None),
    ],
)
def test_aspects(value: Any, meant: Any) -> None:
    assert meaning(Role.ASPECT, "ratio", value) == (pytest.approx(meant) if isinstance(meant, float) else meant)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("10", 10.0),
        (10, 10.0),
        ("10s", 10.0),
        ("5 s", 5.0),
        ("8 Seconds", 8.0),
        (2.5, 2.5),
        ("auto", None),
        (0, None),
        (-1, None),
        (True, None),
        (float("nan"), None),
        (10**400, None),
        ("٥", None),
    ],
)
def test_lengths(value: Any, meant: float | None) -> None:
    assert meaning(Role.LENGTH, "duration", value) == meant


def test_many_frames_are_frames() -> None:
    assert meaning(Role.LENGTH, "n_frames", "15") == 15.0
    assert meaning(Role.LENGTH, "n_frames", "121") is None


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("standard", 720.0),
        ("high", 1080.0),
        ("std", 720.0),
        ("pro", 1080.0),
        ("480p", 480.0),
        ("1080P", 1080.0),
        ("768P", 768.0),
        ("4K", 2160.0),
        ("4k", 2160.0),
        ("2K", 1440.0),
        ("1280x720", 720.0),
        (720, 720.0),
        ("spicy", None),
        ("16:9", None),
        (4, None),
        (False, None),
    ],
)
def test_resolutions(value: Any, meant: float | None) -> None:
    assert meaning(Role.RESOLUTION, "resolution", value) == meant


def test_the_two_senses_of_a_watermark() -> None:
    assert meaning(Role.WATERMARK, "remove_watermark", True) is False
    assert meaning(Role.WATERMARK, "watermark", True) is True
    assert meaning(Role.WATERMARK, "watermark", "MyBrand") == "MyBrand"
    assert meaning(Role.WATERMARK, "watermark", " ") is False
    flag = Field("removeWatermark", "", FieldKind.FLAG)
    assert expressed(Role.WATERMARK, False, flag) is True
    assert expressed(Role.WATERMARK, "MyBrand", flag) is None


@pytest.mark.parametrize(
    ("field", "role"),
    [
        (choice("size", "standard", "high"), Role.RESOLUTION),
        (choice("size", "1280x720", "720x1280"), Role.ASPECT),
        (choice("image_size", "square_hd", "landscape_4_3"), Role.ASPECT),
        (choice("mode", "std", "pro", "4K"), Role.RESOLUTION),
        (choice("mode", "fun", "normal", "spicy"), None),
        (choice("duration", 5, 10), Role.LENGTH),
        (choice("sound", "on", "off"), Role.SOUND),
        (Field("audio", "", FieldKind.FLAG), Role.SOUND),
        (Field("audio", "", FieldKind.LINK), None),
        (Field("generateAudio", "", FieldKind.FLAG), Role.SOUND),
        (Field("negativePrompt", "", FieldKind.TEXT), Role.NEGATIVE),
        (Field("seeds", "", FieldKind.INTEGER), Role.SEED),
        (Field("cfg_scale", "", FieldKind.NUMBER), Role.GUIDANCE),
        (Field("watermark", "", FieldKind.TEXT), Role.WATERMARK),
        (Field("num_frames", "", FieldKind.INTEGER), None),
        (Field("aspect_ratio", "", FieldKind.JSON), None),
    ],
)
def test_the_values_tell_what_a_name_leaves_open(field: Field, role: Role | None) -> None:
    assert role_of(field) is role


def test_without_a_field_the_value_tells() -> None:
    assert role_of_value("size", "high") is Role.RESOLUTION
    assert role_of_value("size", "16:9") is Role.ASPECT
    assert role_of_value("mode", "spicy") is None


@pytest.mark.parametrize(
    ("role", "meant", "field", "value"),
    [
        (Role.ASPECT, 16 / 9, choice("ratio", "1:1", "16:9", "4:3"), "16:9"),
        (Role.ASPECT, 16 / 9, choice("ratio", "1:1", "4:3", "auto"), "4:3"),
        (Role.ASPECT, 16 / 9, choice("ratio", "9:16", "Auto"), "Auto"),
        (Role.ASPECT, 16 / 9, choice("ratio", "9:16", "1:1"), "1:1"),
        (Role.ASPECT, AUTO, choice("ratio", "16:9", "adaptive"), "adaptive"),
        (Role.ASPECT, AUTO, choice("ratio", "16:9", "9:16"), None),
        (Role.LENGTH, 10.0, choice("duration", "5", "10"), "10"),
        (Role.LENGTH, 10.0, choice("duration", 4, 6, 8), 8),
        (Role.LENGTH, 7.0, choice("duration", "6s", "8s"), "6s"),
        (Role.LENGTH, 20.0, Field("duration", "", FieldKind.INTEGER, minimum=2, maximum=15), 15),
        (Role.LENGTH, 1.0, Field("duration", "", FieldKind.INTEGER, minimum=2, maximum=15), 2),
        (Role.LENGTH, 10.0, Field("duration", "", FieldKind.NUMBER), 10),
        (Role.LENGTH, 10.0, Field("duration", "", FieldKind.INTEGER, multiple_of=4, maximum=9), 8),
        (Role.LENGTH, 10.0, Field("duration", "", FieldKind.INTEGER, minimum=10**400), None),
        (Role.LENGTH, 10.0, Field("duration", "", FieldKind.INTEGER, multiple_of=1e-320), None),
        (Role.LENGTH, 10.0, Field("duration", "", FieldKind.TEXT), "10"),
        (Role.LENGTH, 10.0, Field("duration", "", FieldKind.TEXT, default="5s"), None),
        (Role.RESOLUTION, 1080.0, choice("resolution", "720p", "1080P"), "1080P"),
        (Role.RESOLUTION, 1080.0, choice("resolution", "480p", "720p"), "720p"),
        (Role.RESOLUTION, 1080.0, choice("mode", "std", "pro", "4K"), "pro"),
        (Role.RESOLUTION, 720.0, Field("resolution", "", FieldKind.TEXT, default="480p"), "720p"),
        (Role.ASPECT, 16 / 9, Field("aspect_ratio", "", FieldKind.TEXT), "16:9"),
        (Role.ASPECT, 2.9, Field("aspect_ratio", "", FieldKind.TEXT), None),
        (Role.ASPECT, 16 / 9, Field("aspect_ratio", "", FieldKind.TEXT, default="landscape"), None),
        (Role.SOUND, True, choice("sound", "on", "off"), "on"),
        (Role.SOUND, False, Field("audio", "", FieldKind.FLAG), False),
        (Role.SEED, 7.0, Field("seed", "", FieldKind.INTEGER), 7),
        (Role.SEED, 7.0, Field("seed", "", FieldKind.TEXT), None),
    ],
)
def test_the_nearest_a_field_offers(role: Role, meant: Any, field: Field, value: Any) -> None:
    found = expressed(role, meant, field)
    assert (type(found), found) == (type(value), value)


def test_what_is_the_same() -> None:
    assert is_same(Role.ASPECT, 16 / 9, 854 / 480)
    assert not is_same(Role.ASPECT, 16 / 9, 4 / 3)
    assert not is_same(Role.WATERMARK, True, "True")
    assert in_words(Role.LENGTH, 10.0) == "10 s"
    assert in_words(Role.ASPECT, 1.0) == ""


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(role=st.sampled_from(Role), name=st.text(), value=anything)
def test_no_value_is_too_odd(role: Role, name: str, value: Any) -> None:
    meant = meaning(role, name, value)
    assert meant is None or isinstance(meant, bool | float | str)
