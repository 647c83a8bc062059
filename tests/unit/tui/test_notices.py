"""A notice is said once, and again when it is another one, or news again after a while."""

from __future__ import annotations

import pytest

from sora_tui.studio.events import Notice, Severity
from sora_tui.tui.notices import REPEAT_MS, Notices


class Ear:
    def __init__(self) -> None:
        self.now = 1000
        self.said: list[tuple[str, str]] = []
        self.notices = Notices(lambda text, severity: self.said.append((text, severity)), lambda: self.now)


@pytest.fixture
def ear() -> Ear:
    return Ear()


FULL = Notice("The disk is full.", Severity.ERROR, topic="store")


def test_the_same_is_said_once_within_a_minute(ear: Ear) -> None:
    ear.notices.pass_on(FULL)
    ear.now += REPEAT_MS - 1
    ear.notices.pass_on(FULL)
    assert ear.said == [("The disk is full.", "error")]
    ear.now += 1
    ear.notices.pass_on(FULL)
    assert len(ear.said) == 2


@pytest.mark.parametrize(
    "other",
    [
        Notice("The disk is full.", Severity.ERROR, topic="draft"),
        Notice("The folder may not be written.", Severity.ERROR, topic="store"),
    ],
)
def test_another_topic_or_another_sentence_is_news(ear: Ear, other: Notice) -> None:
    ear.notices.pass_on(FULL)
    ear.notices.pass_on(other)
    assert len(ear.said) == 2


def test_without_a_topic_everything_is_said(ear: Ear) -> None:
    ear.notices.pass_on(Notice("Done."))
    ear.notices.pass_on(Notice("Done."))
    assert ear.said == [("Done.", "information")] * 2
