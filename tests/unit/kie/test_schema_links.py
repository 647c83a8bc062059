"""Which texts are links to inputs, and to what: no document says it in one way."""

from __future__ import annotations

from typing import Any

import pytest

from sora_tui.kie.profiles import Media
from sora_tui.kie.schema_links import leads_to

VIDEO_FILE = {"examples": ["https://a.example/x.mp4?v=1"]}


@pytest.mark.parametrize(
    ("name", "schema", "media"),
    [
        ("image_url", {}, Media.IMAGE),
        ("image_urls", {}, Media.IMAGE),
        ("imageUrl", {}, Media.IMAGE),
        ("first_frame_url", {}, Media.IMAGE),
        ("tail_image_url", {}, Media.IMAGE),
        ("video_url", {}, Media.VIDEO),
        ("reference_video_urls", {}, Media.VIDEO),
        ("audio_url", {}, Media.AUDIO),
        ("voice_url", {}, Media.AUDIO),
        ("mask_url", {}, Media.IMAGE),
        ("image", {}, Media.IMAGE),
        ("mask", {}, Media.IMAGE),
        ("reference_image", {}, Media.IMAGE),
        ("image_input", {}, Media.IMAGE),
        ("last_frame", {}, Media.IMAGE),
        ("file", {}, Media.FILE),
        ("input_urls", {}, Media.FILE),
        ("input_urls", {"description": "URLs of input images for image-to-video generation."}, Media.IMAGE),
        ("input_urls", {"description": "URLs of images or of a video."}, Media.FILE),
        ("input_urls", VIDEO_FILE, Media.VIDEO),
        ("source", {"format": "uri"}, Media.FILE),
        ("source", {"format": "uri", "description": "The picture to begin with."}, Media.IMAGE),
        ("source", VIDEO_FILE, Media.VIDEO),
        ("source", {"example": "asset://asset-1"}, Media.FILE),
        ("source", {"pattern": "^https?://"}, Media.FILE),
        ("source", {"description": "Reference image URL."}, Media.IMAGE),
        ("source", {"description": "URL of the audio to follow"}, Media.AUDIO),
        ("website_url", {}, Media.FILE),
    ],
)
def test_an_input_is_known_by_whatever_shows_it(name: str, schema: dict[str, Any], media: Media) -> None:
    assert leads_to(name, schema) is media


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("callBackUrl", {"format": "uri"}),
        ("callback_url", {"format": "uri", "examples": ["https://a.example/hook"]}),
        ("webhook_url", {}),
        ("notify_url", {}),
        ("negative_prompt", {"description": "What the video shall not show"}),
        ("image_size", {"description": "Size of the image. Ignored where an image URL is given."}),
        ("image_prompt", {}),
        ("video_style", {}),
        ("voice", {"description": "A voice's name or id"}),
        ("task_id", {"description": "Id of the video's task"}),
        ("character_id_list", {"examples": [["example_1"]]}),
        ("watermark", {"description": "Watermark text.", "examples": ["MyBrand"]}),
        ("text", {"examples": ["see https://a.example"]}),
        ("", {}),
    ],
)
def test_what_is_no_input_stays_a_text(name: str, schema: dict[str, Any]) -> None:
    assert leads_to(name, schema) is None


def test_the_items_of_a_list_may_show_it() -> None:
    assert leads_to("sources", {"type": "array"}, {"type": "string", "format": "uri"}) is Media.FILE
    assert leads_to("sources", {"type": "array"}, {"examples": ["https://a.example/x.wav"]}) is Media.AUDIO
    assert leads_to("sources", {"examples": [["https://a.example/x.png"]]}, {"type": "string"}) is Media.IMAGE


def test_a_broken_example_is_no_example() -> None:
    assert leads_to("source", {"examples": ["https://[broken", 5, None, [{}]]}) is Media.FILE
