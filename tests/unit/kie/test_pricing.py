"""The bound that a price prose gives: exact where every word of it is understood, and none where one is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sora_tui.kie.fields import Choice, Field, FieldKind, Media
from sora_tui.kie.model_profile import ModelProfile
from sora_tui.kie.price_words import read_rates
from sora_tui.kie.pricing import upper_bound
from sora_tui.kie.profiles import profile_from_openapi
from sora_tui.simulator.catalogue import Catalogue
from sora_tui.simulator.model_files import market_file
from tests.unit.kie.any_json import unhurried, values
from tests.unit.kie.recorded import document

PROSE = {row["model"]: row["pricingDesc"] for row in document("endpoint__models.sample")["data"]["models"]}
VEO, SEEDANCE = PROSE["veo-3-1"], PROSE["bytedance/seedance-1.5-pro"]
KLING, GEMINI = PROSE["kling-3.0-omni/text-to-video"], PROSE["google/gemini-omni-flash-1-1"]
FILM, PICTURE = "https://a.example/1.mp4", "https://a.example/1.png"


def profile(*fields: Field) -> ModelProfile:
    return ModelProfile("m", "M", fields, 1000)


def length(*seconds: Any, **known: Any) -> Field:
    return Field(
        "duration", "Duration", FieldKind.CHOICE, choices=tuple(Choice(each, str(each)) for each in seconds), **known
    )


# What the service really writes


@pytest.mark.parametrize(
    ("parameters", "bound"),
    [
        ({}, 370),
        ({"resolution": "720p"}, 250),
        ({"resolution": "1080P"}, 255),
        ({"resolution": "4k"}, 370),
        ({"mode": "lite"}, 150),
        ({"mode": "fast", "resolution": "720p"}, 60),
        ({"mode": "Quality", "resolution": "1080p"}, 255),
        ({"mode": "fast mode", "resolution": "1080p"}, 65),
        ({"mode": "relaxed", "resolution": "1080p"}, 255),
        ({"model_type": "lite", "mode": "fast", "resolution": "1080p"}, 255),
        ({"resolution": "8k"}, None),
        ({"resolution": "auto"}, 370),
        ({"resolution": "720p", "upscale_to": "4k"}, 370),
        ({"resolution": "720p", "generation_type": "REFERENCE_2_VIDEO", "image_urls": [PICTURE]}, 250),
        ({"resolution": "720p", "duration": 8}, 250),
        ({"resolution": "720p", "num_videos": 3}, 750),
        ({"resolution": "720p", "num_videos": "auto"}, None),
        ({"resolution": "720p", "loops": 3}, None),
        ({"resolution": "720p", "seed": 123456, "cfg_scale": 7}, 250),
    ],
)
def test_veo_is_priced_by_video(parameters: dict[str, Any], bound: float | None) -> None:
    assert upper_bound(VEO, parameters) == bound


@pytest.mark.parametrize(
    ("parameters", "bound"),
    [
        ({"resolution": "720p", "duration": 5, "generate_audio": False}, 17.5),
        ({"resolution": "720p", "duration": 5, "generate_audio": True}, 35),
        ({"resolution": "720p", "duration": 5}, 35),
        ({"resolution": "480p", "duration": "8", "generate_audio": False}, 14),
        ({"resolution": "480p", "duration": "8s", "generate_audio": False}, 14),
        ({"resolution": "1080p", "duration": 12, "generate_audio": True}, 180),
        ({"duration": 12}, 180),
        ({"duration": 12, "sound": False}, 90),
        ({"duration": 12, "sound": "no"}, 180),
        ({"duration": 12, "sound": False, "bgm": True}, 180),
        ({"duration": 12, "sound": False, "generate_audio": True}, 180),
        ({"duration": 12, "generateAudio": False}, 90),
        ({"resolution": "720p"}, None),
        ({"resolution": "720p", "duration": -1}, None),
        ({"resolution": "720p", "duration": "auto"}, None),
        ({"resolution": "720p", "duration": 5, "length": 10}, None),
        ({"resolution": "720p", "duration": 5, "image_url": PICTURE}, 35),
        ({"resolution": "720p", "duration": 5, "first_frame": "~/boat.png"}, 35),
        ({"resolution": "720p", "duration": 5, "video_url": FILM}, None),
        ({"resolution": "720p", "duration": 5, "audio_url": "https://a.example/1.mp3"}, None),
        ({"resolution": "720p", "duration": 5, "inputs": [FILM]}, None),
        ({"resolution": "720p", "duration": 5, "elements": [{"url": PICTURE}]}, None),
    ],
)
def test_seedance_is_priced_by_the_second(parameters: dict[str, Any], bound: float | None) -> None:
    assert upper_bound(SEEDANCE, parameters) == bound


@pytest.mark.parametrize(
    ("parameters", "bound"),
    [
        ({"duration": "5", "resolution": "720p", "sound": False}, 70),
        ({"duration": "5", "resolution": "720p", "sound": True}, 90),
        ({"duration": "15", "resolution": "1080p"}, 345),
        ({"duration": "10", "resolution": "4K", "sound": False}, 670),
        ({"duration": "3"}, 201),
        ({"duration": "5", "mode": "std"}, 335),
    ],
)
def test_kling_is_priced_by_the_second(parameters: dict[str, Any], bound: float) -> None:
    assert upper_bound(KLING, parameters) == bound


@pytest.mark.parametrize(
    ("parameters", "bound"),
    [
        ({"duration": "4", "resolution": "720p"}, 63),  # as it was really charged in September 2026
        ({"duration": "6", "resolution": "360p"}, 84),
        ({"duration": 8, "resolution": "1080p"}, 105),
        ({"duration": 10, "resolution": "4k"}, 210),
        ({"duration": 10}, 210),
        ({"resolution": "720p"}, 126),
        ({}, 210),
        ({"duration": 5, "resolution": "720p"}, None),
        ({"duration": 12, "resolution": "720p"}, None),
        ({"duration": "auto", "resolution": "720p"}, None),
        ({"resolution": "720p", "video_urls": [FILM]}, 168),
        ({"resolution": "4k", "reference_video": FILM, "duration": 4}, 252),
        ({"resolution": "720p", "duration": 4, "image_urls": [PICTURE]}, 63),
        ({"resolution": "720p", "duration": 4, "inputs": [FILM]}, 168),
    ],
)
def test_gemini_has_a_table_for_each_kind_of_input(parameters: dict[str, Any], bound: float | None) -> None:
    assert upper_bound(GEMINI, parameters) == bound


def test_veos_own_document_gives_the_defaults() -> None:
    veo = profile_from_openapi("veo-3-1", document("endpoint__veo-3-1.schema"))
    assert upper_bound(VEO, {}, veo) == 250
    assert upper_bound(VEO, {"resolution": "4k"}, veo) == 370


# What others may write


@pytest.mark.parametrize(
    ("prose", "parameters", "bound"),
    [
        ("10 credits per image", {}, 10),
        ("10 credits/image", {"num_images": 4}, 40),
        ("10 credits/image", {"image_urls": [PICTURE]}, 10),
        ("10 credits per generation", {"image_urls": [PICTURE, PICTURE]}, 10),
        ("10 credits per video", {"image_urls": [PICTURE, PICTURE]}, 10),
        ("10 credits ($0.05) per generation.", {}, 10),
        ("Price: 1,250 credits ($6.25) per video", {}, 1250),
        ("12 credits per second", {"duration": 5}, 60),
        ("12 credits ($0.06/s)", {"duration": 5}, 60),
        ("12.5 Credits / sec", {"seconds": "4"}, 50),
        ("12 credits/s", {"n_frames": "10"}, 120),
        ("5s: 20 credits; 10s: 40 credits", {"duration": "10"}, 40),
        ("5s: 20 credits; 10s: 40 credits", {}, 40),
        ("5s/10s: 40 credits", {"duration": 5}, 40),
        ("40 credits per 5s video", {"duration": 5}, 40),
        ("40 credits per 5-second video, 80 credits per 10-second video", {"duration": 10}, 80),
        ("5-second video: 35 credits", {"duration": "5"}, 35),
        ("Standard: 20 credits per video\nPro: 40 credits per video", {"mode": "std"}, 20),
        ("Standard: 20 credits per video\nPro: 40 credits per video", {"mode": "professional"}, 40),
        ("Standard: 20 credits per video\nPro: 40 credits per video", {}, 40),
        ("Low quality: 2 credits per image; High quality: 8 credits per image", {"quality": "low"}, 2),
        ("Low quality: 2 credits per image; High quality: 8 credits per image", {"quality": "auto"}, 8),
        ("Text to video: 10 credits/s\nImage-to-video: 12 credits/s", {"duration": 2}, 24),
        ("Per video: 720p 30 credits, 1080p 35 credits", {"resolution": "720p"}, 30),
        ("720p and 1080p: 30 credits per video; 4K: 60 credits per video", {"resolution": "1080p"}, 30),
        ("1K/2K: 18 credits per image | 4K: 24 credits per image", {"resolution": "2K"}, 18),
        ("720p, 1080p: 30 credits per video", {"resolution": "720p"}, 30),
        ("4K:\n- without audio: 10 credits/s\n- with audio: 20 credits/s", {"duration": 3, "audio": False}, 30),
        ("4K:\n- without audio: 10 credits/s\n- with audio: 20 credits/s", {"duration": 3}, 60),
        ("💰 Pricing:\n• 720P — 30 credits (≈ $0.15) per video", {}, 30),
        ("10 credits per video. High-tier top-ups include +10% bonus credits.", {}, 10),
        ("With video input: 50 credits per video\nNo video input: 20 credits per video", {}, 20),
        ("With video input: 50 credits per video\nNo video input: 20 credits per video", {"files": [FILM]}, 50),
        ("480p: 1 credit per video", {"resolution": "480p"}, 1),
        ("With audio: 20 credits per video\n\n720p: 10 credits per video", {"audio": False}, 10),
    ],
)
def test_what_is_understood_has_a_bound(prose: str, parameters: dict[str, Any], bound: float) -> None:
    assert upper_bound(prose, parameters) == bound


@pytest.mark.parametrize(
    "prose",
    [
        "",
        "Free",
        "0 credits per video",
        "30 credits",
        "30 credits ($0.15)",
        "Starting from 30 credits per video",
        "From 30 credits per video",
        "Up to 30 credits per video",
        "About 30 credits per video",
        "≈ 30 credits per video",
        "30+ credits per video",
        "10-20 credits per video",
        "10 to 20 credits per video",
        "10 credits - 20 credits per video",
        "30 credits per video or 40",
        "30 credits per 1000 characters",
        "30 credits per minute",
        "30 credits per token",
        "30 credits per megapixel",
        "30 credits per 5 seconds",
        "30 credits/5s",
        "30 credits per frame",
        "30 credits per video, varies with demand",
        "30 credits per video, multiplier 2 at 4K",
        "30 credits per video, plus 5 credits for audio",
        "30 credits per video. Additional images cost 5 credits each.",
        "30 credits per video\nAudio: 5 credits",
        "30 credits per video\n4K doubles the price",
        "30 credits per video\n5 credits",
        "30 credits per video ($0.30)",
        "30 credits ($0.15/s) per video",
        "30 credits ($0.15) per video ($0.2)",
        "30 credits per video (720p",
        "30 credits per video) 720p (",
        "1,75 credits per video",
        "30,00 credits per video",
        "1.2.3 credits per video",
        "١٠ credits per video",
        "1💰0 credits per video",
        "<5s: 20 credits",
        "2x 30 credits per video",
        "30 credits per video with or without audio",
        "30 credits per video. Effective pricing is approximately 110% of the listed prices.",
        "30 credits per video. High-tier top-ups include 10% bonus credits and cost 5 credits more.",
        "30 credits per video. Effective pricing is 10% higher at night.",
        "9999999 credits per video",
        "30 credits per video " * 2000,
    ],
)
def test_what_is_not_understood_has_none(prose: str) -> None:
    assert upper_bound(prose, {"resolution": "720p", "duration": 5}) is None
    assert upper_bound(prose, {}) is None


@pytest.mark.parametrize(
    "inputs",
    [{"image_urls": [PICTURE, PICTURE]}, {"image": PICTURE, "mask_image": PICTURE}, {"elements": [{"url": PICTURE}]}],
)
def test_for_each_image_may_mean_each_that_goes_in(inputs: dict[str, Any]) -> None:
    assert upper_bound("10 credits per image", inputs) is None


@unhurried
@given(
    st.sampled_from([VEO, KLING, GEMINI]),
    st.lists(st.sampled_from([":", ";", ",", "|", "(", ")", "per", "per video", "/s", "for", "-", "$0.5"]), max_size=6),
    st.integers(0, 6),
    st.integers(1_000, 9_000),
    st.sampled_from(["\n", "\n\n", "; ", ". "]),
)
def test_an_amount_without_a_condition_is_never_left_out(
    known: str, words: list[str], place: int, credits: int, gap: str
) -> None:
    sentence = " ".join([*words[:place], f"{credits} credits", *words[place:]])
    for prose in (f"{sentence}{gap}{known}", f"{known}{gap}{sentence}"):
        bound = upper_bound(prose, {"resolution": "720p", "duration": 4, "mode": "fast", "sound": False})
        assert bound is None or bound >= credits


def test_a_sound_that_may_be_is_not_left_out_where_only_silence_is_priced() -> None:
    silent = "4K, no audio: 10 credits/s\n720p, no audio: 5 credits/s; 720p, with audio: 6 credits/s"
    assert upper_bound(silent, {"duration": 2, "resolution": "4k"}) is None
    assert upper_bound(silent, {"duration": 2, "resolution": "4k", "audio": False}) == 20
    assert upper_bound(silent, {"duration": 2, "resolution": "720p"}) == 12


@pytest.mark.parametrize(
    ("parameters", "bound"),
    [
        ({"upscale_factor": "2"}, 5),
        ({"upscale_factor": 4}, 10),
        ({"scale": "4x"}, 10),
        ({"upscale_factor": "8"}, None),
        ({}, None),
        ({"upscale_factor": "2", "scale": 2}, None),
    ],
)
def test_what_makes_larger_is_priced_by_how_much(parameters: dict[str, Any], bound: float | None) -> None:
    prose = "2x: 5 credits ($0.025) per image; 4x: 10 credits ($0.05) per image."
    assert upper_bound(prose, {"image_url": PICTURE, **parameters}) == bound


# With a profile


@pytest.mark.parametrize(
    ("field", "bound"),
    [
        (length(5, 10), 100),
        (length("5", "10", default="5"), 50),
        (length(-1, 4, 15), 150),
        (length("auto", "8"), 80),
        (Field("duration", "Duration", FieldKind.INTEGER, minimum=3, maximum=12), 120),
        (Field("duration", "Duration", FieldKind.INTEGER), None),
        (Field("duration", "Duration", FieldKind.TEXT), None),
        (Field("frames", "Frames", FieldKind.INTEGER, maximum=12), None),
    ],
)
def test_without_a_length_the_greatest_that_the_model_allows_counts(field: Field, bound: float | None) -> None:
    assert upper_bound("10 credits/s", {}, profile(field)) == bound


@pytest.mark.parametrize(("seconds", "bound"), [((4, 6), 20), ((4,), 20), ((4, 6, 8), None), ((), None)])
def test_a_table_must_list_every_length_that_the_model_allows(seconds: tuple[int, ...], bound: float | None) -> None:
    assert upper_bound("4s 10 credits, 6s 20 credits", {}, profile(length(*seconds))) == bound


def test_the_media_of_a_field_say_what_goes_in() -> None:
    prose = "With video input: 50 credits per video\nNo video input: 20 credits per video"
    source = Field("source", "Source", FieldKind.LINK, media=Media.VIDEO)
    for field, bound in (
        (source, 50),
        (Field("source", "Source", FieldKind.LINK, media=Media.IMAGE), 20),
        (Field("source", "Source", FieldKind.LINK), 50),
        (Field("source", "Source", FieldKind.TEXT), 50),
    ):
        assert upper_bound(prose, {"source": "./film"}, profile(field)) == bound
    assert upper_bound(prose, {}, profile(source)) == 20
    assert upper_bound("10 credits/s", {"duration": 5, "source": "film.mp4"}, profile(source, length(5))) is None


@pytest.mark.parametrize(
    ("field", "bound"),
    [
        (Field("num_images", "Images", FieldKind.INTEGER, default=2, maximum=4), 20),
        (Field("num_images", "Images", FieldKind.INTEGER, maximum=4), 40),
        (Field("num_images", "Images", FieldKind.INTEGER), None),
        (Field("n", "N", FieldKind.CHOICE, choices=(Choice("1", "1"), Choice("3", "3"))), 30),
        (Field("keep_count", "Keep count", FieldKind.FLAG), 10),
    ],
)
def test_several_at_once_cost_several_times(field: Field, bound: float | None) -> None:
    assert upper_bound("10 credits per image", {}, profile(field)) == bound


def test_what_must_go_in_counts_before_it_is_there() -> None:
    prose = "With video input: 50 credits per video\nNo video input: 20 credits per video"
    source = Field("source", "Source", FieldKind.LINK, media=Media.VIDEO, required=True)
    assert upper_bound(prose, {}, profile(source)) == 50


# What is really charged


def some_settings(profile: ModelProfile) -> Iterator[dict[str, Any]]:
    """What can be chosen for a model, every choice with many others."""
    axes: list[list[tuple[str, Any]]] = []
    for field in profile.fields:
        whole = field.minimum is not None and field.maximum is not None and field.maximum < 100
        match field.kind:
            case FieldKind.CHOICE:
                chosen: list[Any] = [choice.value for choice in field.choices]
            case FieldKind.FLAG:
                chosen = [True, False]
            case FieldKind.INTEGER if whole:
                chosen = [int(field.minimum or 0), int(field.maximum or 0)]
            case FieldKind.LINK:
                chosen = ["https://a.example/1"]
            case FieldKind.LINK_LIST:
                chosen = [["https://a.example/1"]]
            case _:
                continue
        axes.append([(field.name, value) for value in (*chosen, None)])
    for settings in islice(product(*axes), 1000):
        yield {name: value for name, value in settings if value is not None}


@pytest.mark.parametrize("model", [model.id for model in Catalogue().listed() if model.document is not None])
def test_no_model_of_the_simulator_charges_more_than_the_bound(model: str) -> None:
    sold = Catalogue().model(model)
    assert sold is not None
    whole = profile_from_openapi(model, json.loads(market_file(model).read_text("utf-8")))
    for mode in [mode.name for mode in whole.modes] or [""]:
        profile = whole.in_mode(mode)
        for settings in some_settings(profile):
            bound = upper_bound(sold.pricing, settings, profile)
            assert bound is None or bound >= sold.price.of(profile.completed(settings)), settings


def test_of_most_models_the_bound_is_the_price() -> None:
    exact = set()
    for sold in Catalogue().listed():
        if sold.document is not None:
            profile = profile_from_openapi(sold.id, json.loads(market_file(sold.id).read_text("utf-8")))
            if upper_bound(sold.pricing, {}, profile) == sold.price.of(profile.defaults()):
                exact.add(sold.id)
    assert len(exact) >= 8
    assert {"wan/2-7-text-to-video", "kling/v2-1-master-text-to-video", "demo/clarity-upscale-image"} <= exact


# Whatever is written


ODD = ("surcharge", "sometimes", "weekends", "extra", "audio", "100", "from", "+", "×", "varies", "(", "tokens")
USUAL = ("720p", "4k", "per", "video", "with", "fast", "5s", ":", "for", "(≈", ")")


@unhurried
@given(
    st.sampled_from(sorted(PROSE)),
    st.lists(st.sampled_from(ODD + USUAL), max_size=5),
    st.lists(st.sampled_from(ODD + USUAL), max_size=5),
    st.integers(1, 10_000),
    st.sampled_from(["\n", " ", ". ", "\n\n", "; "]),
    st.booleans(),
)
def test_a_sentence_that_is_not_understood_is_never_left_out(
    model: str, before: list[str], after: list[str], credits: int, gap: str, is_first: bool
) -> None:
    assume(set(before + after) & set(ODD))
    sentence = f"{' '.join(before)} {credits} credits {' '.join(after)}"
    prose = f"{sentence}{gap}{PROSE[model]}" if is_first else f"{PROSE[model]}{gap}{sentence}"
    bound = upper_bound(prose, {"resolution": "720p", "duration": 4, "mode": "fast", "sound": False})
    assert bound is None or bound >= credits


@unhurried
@given(st.text(max_size=200), values("duration", "resolution", "mode", "audio", "num_images"))
def test_nothing_breaks_it(prose: str, parameters: Any) -> None:
    for text in (prose, f"{prose} 10 credits per video", VEO):
        bound = upper_bound(text, parameters if isinstance(parameters, dict) else {"duration": parameters})
        assert bound is None or 0 < bound <= 1e6


def one_of(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


@unhurried
@given(
    prices=st.fixed_dictionaries(
        {(size, sound): st.integers(1, 500) for size in ("480p", "720p", "4k") for sound in (True, False)}
    ),
    by_second=st.booleans(),
    words=st.tuples(one_of("with audio", "with native audio"), one_of("no audio", "without audio", "no native audio")),
    frame=one_of("{size}: {loud}, {silent}", "{size}: {silent} | {loud}", "- {size} — {loud}; {size} — {silent}"),
    seconds=st.integers(1, 15),
    size=one_of("480p", "720p", "4k", ""),
    sound=st.sampled_from([True, False, None]),
)
def test_a_table_however_it_is_written_gives_the_price_of_what_is_certain(
    prices: dict[tuple[str, bool], int],
    by_second: bool,
    words: tuple[str, str],
    frame: str,
    seconds: int,
    size: str,
    sound: bool | None,
) -> None:
    def amount(each: str, is_loud: bool) -> str:
        credits = prices[each, is_loud]
        return f"{credits} credits{'/s' if by_second else ' per video'} (${credits * 0.005:.3f}) {words[not is_loud]}"

    prose = "\n".join(
        frame.format(size=each.upper(), loud=amount(each, True), silent=amount(each, False))
        for each in ("480p", "720p", "4k")
    )
    parameters: dict[str, Any] = {"duration": seconds}
    if size:
        parameters["resolution"] = size
    if sound is not None:
        parameters["generate_audio"] = sound
    possible = [
        price for (each, loud), price in prices.items() if size in ("", each) and (sound is None or loud is sound)
    ]
    assert upper_bound(prose, parameters) == max(possible) * (seconds if by_second else 1)


def test_no_prose_takes_long() -> None:
    for part in ("effective price ", "1", "10 credits ", "(", "720p, ", "high-tier top-ups 1% a the ", "with ", "per "):
        assert read_rates(part * 2000 + "!") == ()
