"""What a model makes out of what, told from its id, its title and the vendor's task types together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.catalogue import ModelListing
from sora_tui.kie.fields import Media
from sora_tui.kie.kinds import ModelKind, purpose_of
from tests.unit.kie.any_json import unhurried

T2V, I2V, V2V = ModelKind.TEXT_TO_VIDEO, ModelKind.IMAGE_TO_VIDEO, ModelKind.VIDEO_TO_VIDEO
T2I, I2I = ModelKind.TEXT_TO_IMAGE, ModelKind.IMAGE_TO_IMAGE
AUDIO, TEXT, OTHER = ModelKind.AUDIO, ModelKind.TEXT, ModelKind.OTHER


@pytest.mark.parametrize(
    ("model", "title", "types", "makes", "kinds"),
    [
        ("veo-3-1", "Veo 3.1", ["Text to Video", "Image to Video"], Media.VIDEO, {T2V, I2V}),
        ("kling-3.0-omni/text-to-video", "Kling 3.0 Omni", ["Text to Video"], Media.VIDEO, {T2V}),
        ("google/gemini-omni", "", ["Text to Video", "Image to Video", "Video to Video"], Media.VIDEO, {T2V, I2V, V2V}),
        ("infinitalk/from-audio", "Infinitalk", ["Audio + Image to Video"], Media.VIDEO, {I2V}),
        ("infinitalk/from-audio", "Infinitalk", [], Media.VIDEO, {I2V}),
        ("wan/2-2-a14b-speech-to-video-turbo", "Wan 2.2 Speech to Video", [], Media.VIDEO, {I2V}),
        ("volcengine/lip-sync", "Lip Sync", ["Audio + Video to Video"], Media.VIDEO, {V2V}),
        ("lipsync-2", "", [], Media.VIDEO, {V2V}),
        ("kling/ai-avatar-pro", "Kling AI Avatar Pro", ["Image to Video"], Media.VIDEO, {I2V}),
        ("kling-2.6/motion-control", "", [], Media.VIDEO, {I2V}),
        ("kling-3.0/video", "Kling 3.0", [], Media.VIDEO, {T2V}),
        ("topaz/video-upscale", "Topaz Video Upscaler", ["Video to Video"], Media.VIDEO, {V2V}),
        ("topaz/image-upscale", "Topaz Image Upscaler", [], Media.IMAGE, {I2I}),
        ("recraft/remove-background", "Recraft Remove Background", ["Image Editing"], Media.IMAGE, {I2I}),
        ("sora-watermark-remover", "Sora Watermark Remover", ["Video to Video"], Media.VIDEO, {V2V}),
        ("google/nano-banana-edit", "Nano Banana Edit", ["Image to Image"], Media.IMAGE, {I2I}),
        ("google/nano-banana", "Nano Banana", ["Text to Image"], Media.IMAGE, {T2I}),
        ("google/imagen4-fast", "", [], Media.IMAGE, {T2I}),
        ("z-image", "Z-Image", [], Media.IMAGE, {T2I}),
        ("gpt-image/1.5-text-to-image", "", [], Media.IMAGE, {T2I}),
        ("qwen-image/text-to-image", "Qwen-Image", [], Media.IMAGE, {T2I}),
        ("elevenlabs/text-to-speech-turbo-2-5", "ElevenLabs TTS", ["Text to Speech"], Media.AUDIO, {AUDIO}),
        ("elevenlabs/sound-effect-v2", "", [], Media.AUDIO, {AUDIO}),
        ("elevenlabs/audio-isolation", "", [], Media.AUDIO, {AUDIO}),
        ("suno/v5", "Suno", ["Text to Music"], Media.AUDIO, {AUDIO}),
        ("mmaudio", "MMAudio", ["Video to Audio"], Media.AUDIO, {AUDIO}),
        ("elevenlabs/speech-to-text", "", ["Speech to Text"], Media.TEXT, {TEXT}),
        ("gemini-3-pro", "Gemini 3 Pro", ["Chat"], Media.TEXT, {TEXT}),
        ("tripo", "Tripo", ["Image to 3D"], Media.FILE, {OTHER}),
        ("veo-9", "Veo with audio", [], Media.FILE, {OTHER}),
        ("x", "x", [], Media.FILE, {OTHER}),
        ("x", "x", ["", "???", "to", "to to to"], Media.FILE, {OTHER}),
    ],
)
def test_the_words_around_a_model_say_what_it_is_for(
    model: str, title: str, types: list[str], makes: Media, kinds: set[ModelKind]
) -> None:
    listing = ModelListing(model=model, title=title, task_types=tuple(types))
    assert (listing.makes, set(listing.kinds)) == (makes, kinds)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("t2v", {T2V}),
        ("wan2-i2v-14b", {I2V}),
        ("ti2v", {T2V, I2V}),
        ("r2v", {I2V}),
        ("TEXT_2_VIDEO", {T2V}),
        ("img2img", {I2I}),
        ("TextToVideo", {T2V}),
        ("text/image to video, video to video", {T2V, I2V, V2V}),
        ("Text to Video & Image to Video", {T2V, I2V}),
        ("Reference to Video", {I2V}),
        ("First and last frames to video", {I2V}),
    ],
)
def test_a_kind_is_written_in_many_ways(words: str, kinds: set[ModelKind]) -> None:
    assert purpose_of("x", words, []).kinds == kinds


def test_what_the_type_and_the_id_say_is_united() -> None:
    assert purpose_of("flux-2/pro-image-to-image", "", ["Text to Image"]).kinds == {T2I, I2I}
    assert purpose_of("topaz/upscale", "", ["Image to Video"]).kinds == {I2V, V2V}


def test_the_type_of_a_model_whose_name_says_nothing_may_forget_the_text() -> None:
    """Seedance 1.5 Pro is listed as "Image to Video" alone and takes a text as well."""
    assert purpose_of("bytedance/seedance-1.5-pro", "Seedance 1.5 Pro", ["Image to Video"]).kinds == {T2V, I2V}
    assert purpose_of("bytedance/v1-lite-image-to-video", "", ["Image to Video"]).kinds == {I2V}


def test_the_id_knows_better_than_the_type_what_comes_out() -> None:
    assert purpose_of("seedream/4.5-text-to-image", "", ["Text to Video"]).makes is Media.IMAGE


@unhurried
@given(st.text(max_size=300), st.text(max_size=300), st.lists(st.text(max_size=50), max_size=5))
def test_every_model_is_of_some_kind(model: str, title: str, types: list[str]) -> None:
    purpose = purpose_of(model, title, types)
    assert purpose.kinds
    assert isinstance(purpose.makes, Media)


@unhurried
@given(
    st.lists(
        st.sampled_from(["text", "image", "to", "and", "video", "audio", "upscale", "2", "/", "chat"]), max_size=12
    )
)
def test_of_the_words_in_any_order_too(words: list[str]) -> None:
    purpose = purpose_of(" ".join(words), "-".join(words), ["_".join(words)])
    assert purpose.kinds
    assert (OTHER in purpose.kinds) or (purpose.makes is not Media.FILE)
