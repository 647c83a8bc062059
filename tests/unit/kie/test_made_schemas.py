"""Documents of every style a vendor writes, and exactly what becomes of each: no field more, no limit less."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

from sora_tui.kie.profiles import Field, FieldKind, Media, ModelProfile, check, profile_from_openapi
from tests.unit.kie.recorded import document, made

MODELS = {model: name for name, model in made().items()}
PLAIN = {each.name: each.default for each in fields(Field) if each.default is not MISSING}
SAID_APART = ("choices", "help", "media", "required", "json_schema")


def profile_of(model: str) -> ModelProfile:
    return profile_from_openapi(model, document(MODELS[model]))


def example_of(model: str) -> tuple[str, dict[str, Any]]:
    """The prompt and the parameters of the example that the document gives."""
    whole = document(MODELS[model])
    openapi = whole.get("data", whole)["openapi"]
    body = openapi["paths"]["/api/v1/jobs/createTask"]["post"]["requestBody"]
    if "$ref" in body:
        [body] = openapi["components"]["requestBodies"].values()
    [content] = body["content"].values()
    parameters = dict(content["example"]["input"])
    return parameters.pop("prompt", ""), parameters


def told(field: Field) -> str:
    """A field in one line: everything about it that is not as by itself, but for its help and its JSON schema."""
    links = field.kind in (FieldKind.LINK, FieldKind.LINK_LIST)
    said = [field.name, f'"{field.label}"', f"{field.kind}{f' of {field.media}' if links else ''}"]
    if not links:
        assert field.media is Media.FILE
    if field.required:
        said.append("needed")
    if len(field.choices) > 8:
        said.append(f"{len(field.choices)} choices")
    elif field.choices:
        labels = [f" ({each.label})" if each.label != str(each.value) else "" for each in field.choices]
        said.append("/".join(f"{each.value!r}{label}" for each, label in zip(field.choices, labels, strict=True)))
    for name, plain in PLAIN.items():
        value = getattr(field, name)
        if name not in SAID_APART and value != plain:
            said.append(f"{name}={value!r}")
    return " ".join(said)


def told_all(profile: ModelProfile) -> list[str]:
    """A profile in lines: of each mode its prompt, then its fields."""
    lines = []
    for each in [profile.in_mode(mode.name) for mode in profile.modes] or [profile]:
        prompt = "no prompt"
        if each.takes_prompt:
            needed = "required" if each.prompt_required else "optional"
            prompt = f"prompt {each.prompt_min_length} to {each.prompt_limit}, {needed}"
        lines.append(f"{each.mode or '*'}: {prompt}")
        lines += [told(field) for field in each.fields]
    return lines


CONTROLS = "Controls, colors, item 1, rgb, item 3: must be at most 255."
STORY = 'Story, next, item 1: has no parameter "ends", and would bill it unread: it takes "say" or "next".'

EXPECTED = {
    "branch/story": """
*: prompt 0 to 10000, required
story "Story" json needed
""",
    "brook/dance-2": """
*: prompt 3 to 20000, required
first_frame_url "First frame" link of image
last_frame_url "Last frame" link of image
reference_image_urls "Reference images" link_list of image max_items=9
reference_video_urls "Reference videos" link_list of video max_items=3
generate_audio "Generate audio" flag default=True
aspect_ratio "Aspect ratio" choice '1:1'/'16:9'/'9:16'/'adaptive' default='16:9'
duration "Duration" integer default=5
camera "Camera" choice 'fixed'/'free'
web_search "Web search" flag
callback_url "Callback url" text
""",
    "clay/image-to-video": """
*: prompt 0 to 2500, required
image_urls "Images" link_list of image needed max_items=2 min_items=1
duration "Duration" choice '5' (5 s)/'10' (10 s) default='5'
resolution "Resolution" choice '720p'/'1080p' default='720p'
motion "Motion" number default=0.5 maximum=1 above=0
seed "Seed" integer minimum=0 maximum=2147483647
watermark "Watermark" flag default=False
""",
    "elf/text-to-dialogue": """
*: no prompt
dialogue "Dialogue" json needed
stability "Stability" choice 0/0.5/1.0 default=0.5
effects "Effects" text_list 'echo'/'radio'/'phone' max_items=2 unique_items=True
pauses "Pauses" json
""",
    "elf/text-to-speech": """
*: no prompt
text "Text" text needed max_length=5000
voice "Voice" choice needed 30 choices
stability "Stability" number default=0.5 minimum=0 maximum=1
speed "Speed" number default=1 minimum=0.7 maximum=1.2
timestamps "Timestamps" flag
previous_text "Previous text" text max_length=500
language_code "Language code" text
""",
    "kite/omni-image-to-video": """
Single First Frame: prompt 0 to 3072, required
image_urls "Images" link_list of image needed max_items=1 min_items=1 pattern='^(https?|oss)://'
resolution "Resolution" choice '720p'/'1080p'/'4k' default='720p'
duration "Duration" choice 3 (3 s)/5 (5 s)/10 (10 s) default=5
First and Last Frames: prompt 0 to 3072, required
image_urls "Images" link_list of image needed max_items=2 min_items=2 pattern='^(https?|oss)://'
resolution "Resolution" choice '720p'/'1080p'/'4k' default='720p'
duration "Duration" choice 3 (3 s)/5 (5 s)/10 (10 s) default=5
Reference Video: prompt 0 to 3072, optional
video_url "Video" link of video needed
resolution "Resolution" choice '720p'/'1080p'/'4k' default='720p'
duration "Duration" choice 3 (3 s)/5 (5 s)/10 (10 s) default=5
""",
    "lip/sync": """
audio: no prompt
video_url "Video" link of video needed
audio_url "Audio" link of audio needed
text "Text" text max_length=300
voice "Voice" choice 'anna'/'ben' default='anna'
text: no prompt
video_url "Video" link of video needed
audio_url "Audio" link of audio
text "Text" text needed max_length=300
voice "Voice" choice 'anna'/'ben' default='anna'
""",
    "loom/composed": """
*: prompt 0 to 800, optional
input_image "Input image" link of image
aspect_ratio "Aspect ratio" choice needed '16:9'/'1:1' default='1:1'
guidance_scale "Guidance scale" number minimum=1 maximum=20 multiple_of=0.5
loop "Loop" flag
""",
    "marionette/multi-shot": """
*: prompt 1 to 3072, required
image_urls "Images" link_list of image
sound "Sound" flag needed default=False
duration "Duration" choice '3' (3 s)/'5' (5 s)/'10' (10 s)/'15' (15 s) default='5'
shots "Shots" json needed
elements "Elements" json default=[]
""",
    "peak/video-upscale": """
*: no prompt
video_url "Video" link of video needed
upscale_factor "Upscale factor" choice '1'/'2'/'4' default='2'
target_fps "Target FPS" choice 24/30/60
""",
    "poster/v3": """
*: prompt 0 to 5000, required
rendering_speed "Rendering speed" choice 'TURBO'/'BALANCED'/'QUALITY' default='BALANCED'
color_palette "Color palette" json
style_codes "Style codes" text_list pattern='^[0-9A-Fa-f]{8}$'
image_size "Image size" json default='square'
num_images "Number of images" choice '1'/'2'/'3'/'4' default='1'
background "Background" text pattern='^#[0-9A-Fa-f]{6}$'
""",
    "tune/extend": """
*: prompt 0 to 400, optional
audio_url "Audio" link of audio needed
model_version "Model version" choice needed 'v5' default='v5'
at "At" number needed maximum=480 multiple_of=0.5 above=0
tags "Tags" text_list max_length=20 max_items=3 min_length=2 min_items=1 unique_items=True
weight "Weight" json
lead "Lead" choice True (on)
""",
    "vector/redraw": """
*: no prompt
image "Image" link of image needed
mask "Mask" link of image
style "Style" choice 'line' (Line art)/'flat' (Flat colours)/'real' default='flat'
n "Number" integer default=1 minimum=1 maximum=6
controls "Controls" json
extra "Extra" json
""",
    "vela-3": """
Text to video: prompt 0 to 10000, required
generation_type "Generation type" choice needed 'TEXT_2_VIDEO' default='TEXT_2_VIDEO'
aspect_ratio "Aspect ratio" choice '16:9'/'9:16'/'Auto' default='16:9'
First and last frames to video: prompt 0 to 10000, required
generation_type "Generation type" choice needed 'FIRST_AND_LAST_FRAMES_2_VIDEO' default='FIRST_AND_LAST_FRAMES_2_VIDEO'
aspect_ratio "Aspect ratio" choice '16:9'/'9:16'/'Auto' default='16:9'
image_urls "Images" link_list of image needed max_items=2 min_items=1
Reference to video: prompt 0 to 10000, required
generation_type "Generation type" choice needed 'REFERENCE_2_VIDEO' default='REFERENCE_2_VIDEO'
aspect_ratio "Aspect ratio" choice '16:9'/'9:16'/'Auto' default='16:9'
image_urls "Images" link_list of image needed max_items=3 min_items=1
""",
}


def test_every_document_is_told() -> None:
    assert set(EXPECTED) == set(MODELS)


@pytest.mark.parametrize("model", EXPECTED)
def test_a_document_becomes_exactly_these_fields(model: str) -> None:
    assert told_all(profile_of(model)) == EXPECTED[model].strip().splitlines()


@pytest.mark.parametrize("model", EXPECTED)
def test_the_example_of_a_document_passes_the_check_in_its_mode(model: str) -> None:
    prompt, parameters = example_of(model)
    profile = profile_of(model)
    profile = profile.in_mode(profile.mode_for(parameters, prompt))
    parameters = {name.strip(): value for name, value in parameters.items()}
    assert check(profile, prompt, profile.completed(parameters)) == []


@pytest.mark.parametrize("model", EXPECTED)
def test_what_nobody_chose_lacks_only_what_has_no_default(model: str) -> None:
    first = profile_of(model)
    for profile in [first.in_mode(mode.name) for mode in first.modes] or [first]:
        prompt = "A paper boat" if profile.takes_prompt else ""
        lacking = [field.name for field in profile.fields if field.required and field.default is None]
        assert [error.field for error in check(profile, prompt, profile.defaults())] == lacking


@pytest.mark.parametrize("model", EXPECTED)
def test_help_is_plain_and_short(model: str) -> None:
    first = profile_of(model)
    for profile in [first.in_mode(mode.name) for mode in first.modes] or [first]:
        for field in profile.fields:
            assert len(field.help) <= 240
            assert not set(field.help) & set("`\n*#")


@pytest.mark.parametrize(
    ("model", "parameters", "mode"),
    [
        ("kite/omni-image-to-video", {"image_urls": ["https://a.example/1.jpg"]}, "Single First Frame"),
        ("kite/omni-image-to-video", {"image_urls": ["~/1.jpg", "~/2.jpg"]}, "First and Last Frames"),
        ("kite/omni-image-to-video", {"video_url": "~/clip.mp4"}, "Reference Video"),
        ("kite/omni-image-to-video", {}, "Single First Frame"),
        ("vela-3", {}, "Text to video"),
        ("vela-3", {"generation_type": "TEXT_2_VIDEO"}, "Text to video"),
        ("vela-3", {"image_urls": ["a.png", "b.png", "c.png"]}, "Reference to video"),
        (
            "vela-3",
            {"image_urls": ["a.png"], "generation_type": "FIRST_AND_LAST_FRAMES_2_VIDEO"},
            "First and last frames to video",
        ),
        ("lip/sync", {"video_url": "a.mp4", "text": "Hello"}, "text"),
        ("lip/sync", {"video_url": "a.mp4", "audio_url": "b.mp3"}, "audio"),
        ("peak/video-upscale", {"video_url": "a.mp4"}, ""),
    ],
)
def test_a_request_goes_into_the_mode_that_fits_it(model: str, parameters: dict[str, Any], mode: str) -> None:
    assert profile_of(model).mode_for(parameters, "A kite") == mode


def test_of_two_modes_that_fit_as_well_the_present_one_stays() -> None:
    profile = profile_of("lip/sync").in_mode("text")
    both = {"video_url": "a.mp4", "audio_url": "b.mp3", "text": "Hello"}
    assert profile.mode_for(both, "") == "text"
    assert profile_of("lip/sync").mode_for(both, "") == "audio"


def test_a_constant_that_tells_the_mode_goes_out() -> None:
    profile = profile_of("vela-3").in_mode("Reference to video")
    assert profile.defaults()["generation_type"] == "REFERENCE_2_VIDEO"
    [error] = check(profile, "A dog", {"image_urls": ["https://a.example/1.jpg"]})
    assert error.field == "generation_type"


@pytest.mark.parametrize(
    ("model", "name", "value", "problem"),
    [
        ("marionette/multi-shot", "shots", [], "Shots takes at least 1, not 0: add some."),
        ("marionette/multi-shot", "shots", {}, "Shots must be a list in brackets."),
        (
            "marionette/multi-shot",
            "shots",
            [{"prompt": "a", "duration": 2}, {"prompt": "b", "duration": "3"}],
            "Shots, item 2, duration: must be a whole number.",
        ),
        ("marionette/multi-shot", "shots", [{"prompt": "a"}], 'Shots, item 1: needs "duration": add it.'),
        (
            "marionette/multi-shot",
            "shots",
            [{"prompt": "a", "duration": 2, "time": 1}],
            'Shots, item 1: has no parameter "time", and would bill it unread: it takes "prompt" or "duration".',
        ),
        (
            "marionette/multi-shot",
            "elements",
            [{"name": "fox", "element_input_urls": ["https://a.example/1.png", "b.png"]}],
            "Elements, item 1, element input urls, item 2: must be a link (https://…).",
        ),
        (
            "elf/text-to-dialogue",
            "dialogue",
            [{"text": "Hi", "voice": "Nobody"}],
            'Dialogue, item 1, voice: must be one of 8 values, such as "Rachel", "Aria" or "Roger".',
        ),
        ("elf/text-to-dialogue", "pauses", [0, 1, 2], "Pauses has more than 2 entries: remove some."),
        ("elf/text-to-dialogue", "pauses", [0, -1], "Pauses, item 2: must be at least 0."),
        ("elf/text-to-dialogue", "effects", ["echo", "echo"], "Effects holds an entry twice: remove one."),
        ("elf/text-to-dialogue", "effects", ["wind"], 'Effects takes only "echo", "radio" or "phone".'),
        ("poster/v3", "color_palette", {"name": "NONE"}, 'Color palette, name: must be "EMBER", "FRESH" or "JUNGLE".'),
        (
            "poster/v3",
            "color_palette",
            {"members": [{"color_hex": "red"}]},
            "Color palette, members, item 1, color hex: does not have the form this model asks for, "
            "^#[0-9A-Fa-f]{6}$ as a pattern: change it.",
        ),
        ("poster/v3", "color_palette", "EMBER", "Color palette must be an object in braces."),
        ("poster/v3", "image_size", 5, "Image size must be a text in quotes or an object in braces."),
        ("poster/v3", "image_size", {"width": 1000, "height": 512}, "Image size, width: must be a multiple of 16."),
        ("vector/redraw", "controls", {"colors": [{"rgb": [1, 2, 300]}]}, CONTROLS),
        ("vector/redraw", "extra", {"a": 1}, "Extra, a: must be a text in quotes."),
        ("branch/story", "story", {"say": "a", "next": [{"say": "b", "ends": True}]}, STORY),
        ("tune/extend", "weight", [], "Weight must be a number or a text in quotes."),
        ("tune/extend", "at", 0, "At must be more than 0."),
        ("tune/extend", "at", 30.3, "At must be a multiple of 0.5."),
        ("tune/extend", "model_version", "v6", 'Model version must be "v5".'),
        (
            "tune/extend",
            "tags",
            ["x"],
            "Tags has an entry that is 1 character long, 1 under the least of 2: write more.",
        ),
        ("clay/image-to-video", "motion", 0, "Motion must be more than 0."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(model: str, name: str, value: Any, problem: str) -> None:
    field = profile_of(model).field(name)
    assert field is not None
    assert field.problem(value) == problem


def test_what_a_circle_allows_is_taken() -> None:
    field = profile_of("branch/story").field("story")
    assert field is not None
    story: dict[str, Any] = {"say": "the end"}
    for _ in range(30):
        story = {"say": "and then", "next": [story]}
    assert field.problem(story) == ""
