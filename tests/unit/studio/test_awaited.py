"""Callbacks are counted on only while they prove to come."""

from __future__ import annotations

from sora_tui.studio.awaited import GRACE_MS, Awaited


class Desk:
    def __init__(self, *sent: str, is_open: bool = True) -> None:
        self.let_down = 0
        self.awaited = Awaited(self._count)
        self.awaited.opened(is_open)
        for ref in sent:
            self.awaited.sent(ref)

    def _count(self) -> None:
        self.let_down += 1


def test_nothing_is_counted_on_before_a_call_has_come() -> None:
    desk = Desk("a", "b")
    assert not desk.awaited.is_told_of("a")
    desk.awaited.told("a", is_last=False)
    assert desk.awaited.is_told_of("a")
    assert desk.awaited.is_told_of("b")
    assert not desk.awaited.is_told_of("c"), "sent elsewhere, or before"


def test_a_call_for_a_task_that_was_not_sent_with_our_address_proves_nothing() -> None:
    desk = Desk("a")
    desk.awaited.told("c", is_last=True)
    assert not desk.awaited.is_told_of("a")


def test_after_its_last_call_a_task_is_asked_about_as_ever_and_the_others_are_not() -> None:
    desk = Desk("a", "b")
    desk.awaited.told("a", is_last=True)
    assert not desk.awaited.is_told_of("a")
    assert desk.awaited.is_told_of("b")
    assert not desk.let_down


def test_a_closed_inbox_is_told_nothing() -> None:
    desk = Desk("a", "b")
    desk.awaited.told("a", is_last=True)
    desk.awaited.opened(False)
    assert (desk.awaited.is_told_of("b"), desk.let_down) == (False, 1)
    desk.awaited.opened(False)
    assert desk.let_down == 1
    desk.awaited.opened(True)
    assert desk.awaited.is_told_of("b"), "what was proved is still so"


def test_one_task_that_ended_long_ago_without_a_word_ends_the_trust() -> None:
    desk = Desk("a", "b")
    desk.awaited.told("a", is_last=False)
    desk.awaited.ended("a", since_ms=GRACE_MS)
    assert (desk.awaited.is_told_of("b"), desk.let_down) == (True, 0), "its call may still be on its way"
    desk.awaited.ended("b", since_ms=GRACE_MS + 1)
    assert (desk.awaited.are_coming, desk.let_down) == (False, 1)
    desk.awaited.told("b", is_last=True)
    assert desk.awaited.are_coming, "late, but it comes"


def test_an_end_that_was_told_or_that_the_service_never_had_says_nothing_of_callbacks() -> None:
    desk = Desk("a", "b", "c")
    desk.awaited.told("a", is_last=True)
    desk.awaited.ended("a", since_ms=10 * GRACE_MS)
    desk.awaited.ended("b", since_ms=None)
    desk.awaited.ended("x", since_ms=10 * GRACE_MS)
    assert desk.awaited.is_told_of("c")
    assert not desk.let_down
