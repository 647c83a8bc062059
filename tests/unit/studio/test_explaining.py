"""What the service's last word means says what came out, not always a video."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sora_tui.kie.fields import Media
from sora_tui.studio.explaining import made_by, meaning_of
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running

LINK = "https://files.example/1"


def done(*links: str, text: str = "", marked: tuple[str, ...] = ()) -> Task:
    return replace(running(), state=TaskState.SUCCESS, links=links, watermark_links=marked, result_text=text)


@pytest.mark.parametrize(
    ("task", "media", "title"),
    [
        (done(f"{LINK}.mp4"), Media.VIDEO, "The video is ready"),
        (done(marked=(f"{LINK}.mp4",)), Media.VIDEO, "The video is ready"),
        (done(f"{LINK}.mp4", f"{LINK}.png"), Media.VIDEO, "The video is ready"),
        (done(f"{LINK}.png", text="A boat"), Media.IMAGE, "The image is ready"),
        (done(f"{LINK}.mp3"), Media.AUDIO, "The sound is ready"),
        (done(f"{LINK}.srt"), Media.TEXT, "The text is ready"),
        (done(text="A boat"), Media.TEXT, "The text is ready"),
        (done(LINK), Media.FILE, "The result is ready"),
        (done(), Media.FILE, "The result is ready"),
    ],
)
def test_a_success_is_named_by_what_came_out(task: Task, media: Media, title: str) -> None:
    assert made_by(task) is media
    meaning = meaning_of(task)
    assert meaning is not None
    assert (meaning.code, meaning.title) == (200, title)


def test_nobody_is_sent_to_a_link_that_a_text_has_not() -> None:
    meaning = meaning_of(done(text="A boat"))
    assert meaning is not None
    assert "link" not in meaning.next_step
    assert "14 days" not in meaning.next_step


@pytest.mark.parametrize("text", ["", "temporarily paused", "guardrails", "heavy load"])
def test_a_failure_does_not_speak_of_a_video(text: str) -> None:
    meaning = meaning_of(replace(running(), state=TaskState.FAIL, code=501, text=text))
    assert meaning is not None
    assert "video" not in f"{meaning.title} {meaning.explanation} {meaning.likely_cause}".lower()
