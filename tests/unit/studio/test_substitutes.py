"""A draft goes over to another model: what it says stays said, and what does not is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.kie.catalogue import ModelListing
from sora_tui.kie.profiles import (
    SORA_2_PRO,
    Choice,
    Field,
    FieldKind,
    Media,
    Mode,
    ModelProfile,
    check,
    profile_from_openapi,
)
from sora_tui.studio.substitutes import NEEDS_A_VALUE, Difference, Substitution, adapt, rank
from sora_tui.studio.task import Draft

SCHEMAS = Path(__file__).parents[2] / "data" / "schemas"
IMAGE, VIDEO = Media.IMAGE, Media.VIDEO


def of_file(name: str, model: str) -> ModelProfile:
    return profile_from_openapi(model, json.loads((SCHEMAS / name).read_text()))


WAN = of_file("docs__wan__2-7-text-to-video.json", "wan/2-7-text-to-video")
VEO = of_file("endpoint__veo-3-1.schema.json", "veo-3-1")
KLING = of_file("docs__kling__v2-1-master-text-to-video.json", "kling/v2-1-master-text-to-video")


def choice(name: str, *values: Any, **more: Any) -> Field:
    return Field(
        name,
        name.replace("_", " ").capitalize(),
        FieldKind.CHOICE,
        choices=tuple(Choice(value, str(value)) for value in values),
        **more,
    )


def link(name: str, media: Media = IMAGE, **more: Any) -> Field:
    return Field(name, name.replace("_", " ").capitalize(), FieldKind.LINK, media=media, **more)


def links(name: str, media: Media = IMAGE, **more: Any) -> Field:
    return Field(name, name.replace("_", " ").capitalize(), FieldKind.LINK_LIST, media=media, **more)


def model(*fields: Field, name: str = "other", **more: Any) -> ModelProfile:
    return ModelProfile(name, name.capitalize(), fields, more.pop("prompt_limit", 1000), **more)


def sora(**parameters: Any) -> Draft:
    return Draft("A paper boat", SORA_2_PRO.model, parameters)


def went(draft: Draft, source: ModelProfile | None, target: ModelProfile) -> Mapping[str, Any]:
    return target.completed(adapt(draft, source, target).draft.parameters)


# The withdrawn model and those that are sold


def test_sora_to_wan() -> None:
    draft = Draft("A boat", SORA_2_PRO.model, {"aspect_ratio": "portrait", "n_frames": "15"}, parent_ref="1" * 32)
    moved = adapt(draft, SORA_2_PRO, WAN)
    assert moved.draft == Draft("A boat", WAN.model, {"ratio": "9:16", "duration": 15}, parent_ref="1" * 32)
    assert moved.kept == ("1080p", "9:16", "15 s", "Watermark off")
    assert moved.differences == (Difference("Upload to", "s3", ""),)
    assert not check(WAN, "A boat", WAN.completed(moved.draft.parameters))


def test_sora_to_veo_gets_the_nearest_length() -> None:
    moved = adapt(sora(), SORA_2_PRO, VEO)
    assert moved.draft.parameters == {"resolution": "1080p"}
    assert Difference("Duration", "10 s", "8 s") in moved.differences
    assert "Watermark off" in moved.kept  # no words, no watermark


def test_sora_to_kling_says_what_falls_away() -> None:
    moved = adapt(sora(size="standard", character_id_list=["abc"]), SORA_2_PRO, KLING)
    assert moved.draft.parameters == {"duration": "10"}
    fallen = {each.label: (each.before, each.after) for each in moved.differences}
    assert fallen == {
        "Size": ("standard", ""),
        "Remove watermark": ("on", ""),
        "Characters": ("abc", ""),
        "Upload to": ("s3", ""),
    }


def test_a_model_that_nothing_is_known_of_goes_by_its_names() -> None:
    draft = Draft("A boat", "gone", {"n_frames": "10", "aspect_ratio": "landscape", "size": "high", "odd": 7})
    moved = adapt(draft, None, WAN)
    assert WAN.completed(moved.draft.parameters) | {"duration": 10, "ratio": "16:9", "resolution": "1080p"} == (
        WAN.completed(moved.draft.parameters)
    )
    assert Difference("Odd", "7", "") in moved.differences
    assert Difference("Watermark", "", "off") in moved.differences


def test_a_setting_the_first_model_had_not_is_told_where_it_is_seen() -> None:
    target = model(Field("sound", "Sound", FieldKind.FLAG, default=True), Field("x", "X", FieldKind.FLAG, default=True))
    assert adapt(Draft("A", "m"), model(name="m"), target).differences == (Difference("Sound", "", "on"),)


# One matter, many spellings


@pytest.mark.parametrize(
    ("source", "value", "target", "wanted"),
    [
        (choice("resolution", "4K"), "4K", choice("resolution", "720p", "4k"), "4k"),
        (choice("quality", "720p", "1080P"), "1080P", choice("resolution", "720p", "1080p"), "1080p"),
        (choice("image_size", "square_hd", "portrait_16_9"), "portrait_16_9", choice("ratio", "9:16", "1:1"), "9:16"),
        (choice("style", "Anime", "real"), "Anime", choice("style", "anime", "photo"), "anime"),
        (choice("fps", 24, 30), 24, choice("fps", "24", "30"), "24"),
        (Field("audio", "", FieldKind.FLAG), False, Field("generate_audio", "", FieldKind.FLAG), False),
        (Field("sound", "", FieldKind.FLAG), True, choice("sound", "on", "off"), "on"),
        (Field("seeds", "", FieldKind.INTEGER), 7, Field("seed", "", FieldKind.INTEGER), 7),
        (Field("negative", "", FieldKind.TEXT), "blur", Field("negative_prompt", "", FieldKind.TEXT), "blur"),
        (Field("watermark", "", FieldKind.FLAG), False, Field("remove_watermark", "", FieldKind.FLAG), True),
        (Field("watermark", "", FieldKind.TEXT), "Me", Field("watermark", "", FieldKind.TEXT, max_length=2), "Me"),
        (Field("extra", "", FieldKind.JSON), {"a": 1}, Field("extra", "", FieldKind.JSON), {"a": 1}),
        (
            Field("cfg", "", FieldKind.NUMBER, minimum=0, maximum=10),
            7.5,
            Field("guidance_scale", "", FieldKind.NUMBER, minimum=0, maximum=10),
            7.5,
        ),
    ],
)
def test_the_same_in_other_words(source: Field, value: Any, target: Field, wanted: Any) -> None:
    moved = adapt(Draft("A", "m", {source.name: value}), model(source, name="m"), model(target))
    assert dict(moved.draft.parameters) == {target.name: wanted}
    assert moved.differences == ()
    assert len(moved.kept) == 1


@pytest.mark.parametrize(
    ("source", "value", "target"),
    [
        (
            Field("cfg_scale", "Cfg", FieldKind.NUMBER, minimum=0, maximum=10),
            7,
            Field("cfg_scale", "Cfg", FieldKind.NUMBER, minimum=0, maximum=20),
        ),
        (Field("cfg_scale", "Cfg", FieldKind.NUMBER), 7, Field("cfg_scale", "Cfg", FieldKind.NUMBER)),
        (
            Field("seed", "Seed", FieldKind.INTEGER),
            70_000,
            Field("seed", "Seed", FieldKind.INTEGER, maximum=65_535),
        ),
        (
            Field("negative_prompt", "Not", FieldKind.TEXT),
            "blur, blur",
            Field("negative_prompt", "Not", FieldKind.TEXT, max_length=4),
        ),
        (Field("watermark", "Mark", FieldKind.TEXT), "MyBrand", Field("watermark", "Mark", FieldKind.FLAG)),
        (choice("style", "a"), "a", choice("style", "b")),
        (choice("style", "true"), "true", Field("style", "Style", FieldKind.FLAG)),
    ],
)
def test_what_would_mean_something_else_is_not_carried(source: Field, value: Any, target: Field) -> None:
    moved = adapt(Draft("A", "m", {source.name: value}), model(source, name="m"), model(target))
    assert not moved.draft.parameters
    assert moved.differences == (Difference(target.label, str(value), ""),)


def test_one_name_for_two_matters_is_two_settings() -> None:
    source = model(choice("mode", "std", "pro"), name="m")
    target = model(choice("mode", "fun", "spicy", default="fun"), choice("resolution", "720p", "1080p"))
    moved = adapt(Draft("A", "m", {"mode": "pro"}), source, target)
    assert (moved.draft.parameters, moved.kept, moved.differences) == ({"resolution": "1080p"}, ("1080p",), ())


def test_a_watermark_that_is_turned_round_is_told_in_the_sense_of_the_new_label() -> None:
    source = model(Field("remove_watermark", "Remove watermark", FieldKind.FLAG), name="m")
    target = model(Field("watermark", "Watermark", FieldKind.TEXT))
    moved = adapt(Draft("A", "m", {"remove_watermark": False}), source, target)
    assert moved.differences == (Difference("Watermark", "on", ""),)


def test_a_choice_is_told_by_its_label() -> None:
    target = model(Field("lens", "Lens", FieldKind.CHOICE, choices=(Choice("w", "wide"),), default="w"))
    source = model(Field("lens", "Lens", FieldKind.CHOICE, choices=(Choice("t", "tele"),)), name="m")
    assert adapt(Draft("A", "m", {"lens": "t"}), source, target).differences == (Difference("Lens", "tele", "wide"),)


def test_what_is_needed_and_missing_is_told() -> None:
    target = model(link("image_url", required=True), choice("style", "a", "b", required=True))
    moved = adapt(Draft("A", "m"), model(name="m"), target)
    assert moved.differences == (
        Difference("Image url", "", NEEDS_A_VALUE),
        Difference("Style", "", NEEDS_A_VALUE),
    )


def test_an_only_choice_is_chosen() -> None:
    target = model(choice("type", "A2B", required=True))
    moved = adapt(Draft("A", "m"), model(name="m"), target)
    assert (moved.draft.parameters, moved.differences) == ({"type": "A2B"}, ())


# Inputs


@pytest.mark.parametrize(
    ("source", "parameters", "target", "wanted"),
    [
        ((links("image_urls"),), {"image_urls": ["a", "b"]}, (links("input_urls"),), {"input_urls": ["a", "b"]}),
        ((links("image_urls"),), {"image_urls": ["a"]}, (link("first_frame_url"),), {"first_frame_url": "a"}),
        ((link("image_url"),), {"image_url": "~/a b.png"}, (links("image_urls"),), {"image_urls": ["~/a b.png"]}),
        (
            (link("first_frame_url"), link("last_frame_url")),
            {"last_frame_url": "z", "first_frame_url": "a"},
            (link("image_url"), link("tail_image_url")),
            {"image_url": "a", "tail_image_url": "z"},
        ),
        (
            (link("video_url", VIDEO), link("image_url")),
            {"video_url": "v", "image_url": "i"},
            (link("image"), link("clip", VIDEO)),
            {"image": "i", "clip": "v"},
        ),
        (
            (link("image_url"), links("image_urls")),
            {"image_urls": ["a", "b"], "image_url": "c"},
            (link("image_url"), links("image_urls")),
            {"image_urls": ["a", "b"], "image_url": "c"},
        ),
        (
            (link("input_url", Media.FILE), link("other", VIDEO)),
            {"other": "v", "input_url": "x"},
            (links("images"), links("videos", Media.FILE)),
            {"videos": ["v"], "images": ["x"]},
        ),
    ],
)
def test_inputs_go_where_they_belong(
    source: tuple[Field, ...], parameters: dict[str, Any], target: tuple[Field, ...], wanted: dict[str, Any]
) -> None:
    moved = adapt(Draft("A", "m", parameters), model(*source, name="m"), model(*target))
    assert dict(moved.draft.parameters) == wanted
    assert moved.differences == ()


@pytest.mark.parametrize(
    ("source", "parameters", "target", "wanted", "before", "after"),
    [
        (links("images"), {"images": ["a", "b", "c"]}, links("pics", max_items=2), {"pics": ["a", "b"]}, 3, "2 images"),
        (links("images"), {"images": ["a", "b"]}, link("image"), {"image": "a"}, 2, "1 image"),
        (link("image"), {"image": "a"}, link("video", VIDEO), {}, 1, ""),
        (link("last_frame_url"), {"last_frame_url": "a"}, link("image_url"), {}, 1, ""),
        (link("first"), {"first": "b", "image_url": "a"}, link("image_url"), {"image_url": "a"}, 2, "1 image"),
        (link("mask_url"), {"mask_url": "a"}, link("image_url"), {}, 1, ""),
        (link("reference_image"), {"reference_image": "a"}, link("first_frame_url"), {}, 1, ""),
        (link("image"), {"image": "https://a.example/1"}, link("image", max_length=9), {}, 1, ""),
    ],
)
def test_inputs_that_find_no_place_are_told(
    source: Field, parameters: dict[str, Any], target: Field, wanted: dict[str, Any], before: int, after: str
) -> None:
    fields = (source,) if len(parameters) == 1 else (source, target)
    moved = adapt(Draft("A", "m", parameters), model(*fields, name="m"), model(target))
    assert dict(moved.draft.parameters) == wanted
    told = f"{before} image" + ("" if before == 1 else "s")
    assert moved.differences == (Difference("Inputs", told, after),)


def test_inputs_of_an_unknown_model_are_told_by_their_names() -> None:
    draft = Draft("A", "gone", {"imageUrls": ["a"], "video_url": "v", "audio": True})
    moved = adapt(draft, None, model(link("first_frame"), link("clip", VIDEO)))
    assert dict(moved.draft.parameters) == {"first_frame": "a", "clip": "v"}
    assert moved.kept == ("1 image and 1 video",)


MODES = (
    Mode("from a text", (choice("ratio", "16:9", "9:16", default="16:9"),), 1000),
    Mode("from a picture", (link("image_url", required=True),), 1000),
    Mode("from two pictures", (link("first_frame_url", required=True), link("last_frame_url", required=True)), 1000),
    Mode("of a video", (link("video_url", VIDEO, required=True),), 0, prompt_required=False),
)


@pytest.mark.parametrize(
    ("parameters", "mode"),
    [
        ({}, "from a text"),
        ({"image_url": "a"}, "from a picture"),
        ({"first_frame_url": "a", "last_frame_url": "z"}, "from two pictures"),
        ({"video_url": "v"}, "of a video"),
        ({"aspect_ratio": "portrait"}, "from a text"),
    ],
)
def test_the_mode_that_the_inputs_call_for(parameters: dict[str, Any], mode: str) -> None:
    target = ModelProfile("modal", "Modal", (), 1000, modes=MODES).in_mode("from a picture")
    moved = adapt(Draft("A", "gone", parameters), None, target)
    assert moved.draft.mode == mode
    assert (
        not check(target.in_mode(mode), "A" if MODES[0].prompt_limit else "", {}) or parameters or mode == MODES[0].name
    )


@pytest.mark.parametrize("mode", ["quick", "fine"])
def test_of_modes_that_fit_alike_the_one_the_model_is_in(mode: str) -> None:
    modes = (Mode("quick", (), 1000), Mode("fine", (), 1000))
    target = ModelProfile("modal", "Modal", (), 1000, modes=modes).in_mode(mode)
    assert adapt(Draft("A", "gone"), None, target).draft.mode == mode


def test_a_draft_in_a_mode_is_read_in_that_mode() -> None:
    source = ModelProfile("modal", "Modal", (), 1000, modes=MODES)
    draft = Draft("A", "modal", {"first_frame_url": "a", "last_frame_url": "z"}, mode="from two pictures")
    assert went(draft, source, model(links("image_urls"))) == {"image_urls": ["a", "z"]}


# The prompt


def test_the_prompt_is_never_touched_and_what_is_wrong_with_it_is_told() -> None:
    long = adapt(Draft("w" * 1200, "m"), model(name="m"), model())
    assert long.draft.prompt == "w" * 1200
    assert long.differences == (Difference("Prompt", "1,200 characters", "at most 1,000 characters"),)
    unread = adapt(Draft("words", "m"), model(name="m"), model(prompt_limit=0, prompt_required=False))
    assert unread.draft.prompt == "words"
    assert unread.differences == (Difference("Prompt", "5 characters", ""),)
    unwritten = adapt(Draft("", "m"), model(name="m"), model())
    assert unwritten.differences == (Difference("Prompt", "", NEEDS_A_VALUE),)
    assert adapt(Draft("", "m"), model(name="m"), model(prompt_required=False)).differences == ()


# Whatever the models are

NAMES = [
    *("aspect_ratio", "ratio", "size", "duration", "n_frames", "seconds", "resolution", "quality", "mode"),
    *("watermark", "remove_watermark", "sound", "audio", "seed", "negative_prompt", "cfg_scale", "style", "x"),
    *("image_url", "image_urls", "first_frame_url", "last_frame_url", "video_url", "mask"),
]
VALUES = st.sampled_from(
    ["16:9", "portrait", "Auto", "10", "8s", "720p", "1080P", "4k", "high", "on", "w", 5, 10, 720, 1.5, "é", "\ud800"]
)
plain = VALUES | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=4))
whole = st.none() | st.integers(-5, 40) | st.integers()
bounds = st.none() | st.integers(-5, 40) | st.floats(allow_nan=False)


@st.composite
def fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(FieldKind))
    values = draw(st.lists(VALUES, min_size=1, unique_by=lambda value: (type(value), value)))
    limit = draw(st.none() | st.integers(1, 20))
    field = Field(
        name,
        name.capitalize(),
        kind,
        choices=tuple(Choice(value, str(value)) for value in values) if kind is FieldKind.CHOICE else (),
        required=draw(st.booleans()),
        max_length=limit,
        max_items=draw(st.none() | st.integers(1, 3)),
        minimum=draw(bounds),
        maximum=draw(bounds),
        multiple_of=draw(st.none() | st.integers(1, 8) | st.floats(0, exclude_min=True, allow_infinity=False)),
        min_items=draw(st.none() | st.integers(0, 2)),
        media=draw(st.sampled_from(Media)),
    )
    default = draw(st.none() | plain)
    return field if default is None or field.problem(default) else Field(**{**_as_dict(field), "default": default})


def _as_dict(field: Field) -> dict[str, Any]:
    return {name: getattr(field, name) for name in Field.__slots__}


@st.composite
def profiles(draw: st.DrawFn, name: str) -> ModelProfile:
    def some() -> tuple[Field, ...]:
        names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
        return tuple(draw(fields(name)) for name in names)

    modes = tuple(Mode(title, some(), draw(st.integers(0, 9))) for title in draw(st.sampled_from([(), ("one", "two")])))
    profile = ModelProfile(name, name, some(), draw(st.integers(0, 20)), modes=modes)
    return profile.in_mode("one")


drafts = st.builds(
    Draft,
    prompt=st.text(max_size=12),
    model=st.sampled_from(["a", "b"]),
    parameters=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), plain, max_size=8),
    mode=st.sampled_from(["", "one", "two", "three"]),
)


@settings(max_examples=60)
@given(draft=drafts, source=st.none() | profiles("a"), target=profiles("b"))
def test_what_comes_out_is_taken_and_complete_or_told(
    draft: Draft, source: ModelProfile | None, target: ModelProfile
) -> None:
    moved = adapt(draft, source, target)
    assert moved.draft.prompt == draft.prompt
    assert moved.draft.model == target.model
    chosen = target.in_mode(moved.draft.mode)
    for name, value in moved.draft.parameters.items():
        field = chosen.field(name)
        assert field is not None
        assert not field.problem(value, with_files=True)
    open_ones = {each.label for each in moved.differences if each.after == NEEDS_A_VALUE}
    errors = check(chosen, draft.prompt, chosen.completed(moved.draft.parameters), with_files=True)
    labels = {field.name: field.label for field in chosen.fields}
    assert {labels[error.field] for error in errors if error.field in labels} <= open_ones
    assert moved == adapt(draft, source, target)


@settings(max_examples=40)
@given(profile=profiles("a"), data=st.data())
def test_going_over_to_the_same_model_changes_nothing(profile: ModelProfile, data: st.DataObject) -> None:
    parameters = {}
    for field in profile.fields:
        value = data.draw(st.none() | plain)
        if value is not None and not field.problem(value, with_files=True):
            parameters[field.name] = value
    draft = Draft("w", profile.model, parameters, mode=profile.mode)
    assert adapt(draft, profile, profile) == Substitution(draft, (), ())


# Which model


def listing(model: str, title: str = "", provider: str = "", *types: str) -> ModelListing:
    return ModelListing(model=model, title=title or model, provider=provider, task_types=types)


def ranked(model: str, listing_of_it: ModelListing | None, *candidates: ModelListing) -> list[str]:
    found = rank(candidates, model, listing_of_it)
    assert found == rank(candidates[::-1], model, listing_of_it)
    return [each.model for each in found]


def test_only_what_makes_the_same_is_offered_and_never_the_model_itself() -> None:
    assert ranked(
        "sora-2-pro-text-to-video",
        None,
        listing("sora-2-pro-text-to-video"),
        listing("wan/2-7-text-to-video"),
        listing("flux-text-to-image"),
        listing("suno/music", "", "", "Text to Music"),
        listing("kling/image-to-video"),
    ) == ["wan/2-7-text-to-video"]


def test_the_house_first_then_the_very_same_kinds_then_the_title() -> None:
    old = listing("kling/v2-text-to-video", "Kling 2", "Kling", "Text to Video")
    assert ranked(
        old.model,
        old,
        listing("wan/text-to-video", "Wan"),
        listing("veo-3-1", "Veo", "Google", "Text to Video", "Image to Video"),
        listing("alpha/text-to-video", "alpha"),
        listing("kling-3.0-omni/text-to-video", "Omni"),
        listing("omni/text-to-video", "Zeta", "KLING"),
    ) == [
        "kling-3.0-omni/text-to-video",
        "omni/text-to-video",
        "alpha/text-to-video",
        "wan/text-to-video",
        "veo-3-1",
    ]


def test_an_id_that_tells_nothing_is_taken_for_a_maker_of_videos() -> None:
    assert ranked("xyz-9", None, listing("wan/text-to-video"), listing("flux-text-to-image")) == ["wan/text-to-video"]
