"""What stands for a task without a prompt: never an empty cell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sora_tui.studio.task import Draft, Task
from sora_tui.tui.gist import gist
from tests.unit.tui.tasks import any_task


@pytest.mark.parametrize(
    ("prompt", "parameters", "words"),
    [
        ("koi", {"text": "some other words"}, "koi"),
        ("", {"voice": "Rachel", "text": "Good morning to all"}, "Good morning to all"),
        ("", {"dialogue": [{"voice": "Rachel", "text": "Good morning"}]}, "Good morning"),
        ("", {"video_url": "https://files.example/a/walk.mp4?sig=x", "text": "two words"}, "two words"),
        ("", {"scale": "2", "image_url": "https://files.example/in/koi%20pond.png?x=1"}, "koi pond.png"),
        ("", {"image_urls": ["/home/me/my pictures/koi.png", "/b.png"]}, "koi.png"),
        ("", {"image": "~/koi.png"}, "koi.png"),
        ("", {"image_url": "https://files.example/"}, "m"),
        ("", {"scale": "2", "loud": True}, "m"),
        (" \n", {}, "m"),
    ],
)
def test_the_first_thing_that_tells_it_apart_is_taken(prompt: str, parameters: dict[str, Any], words: str) -> None:
    assert gist(Draft(prompt, "m", parameters)) == words


@given(any_task())
def test_it_is_never_empty(task: Task) -> None:
    assert gist(task).strip()
