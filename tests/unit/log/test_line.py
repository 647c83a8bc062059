"""A line of the log: when, who, what; it can neither drive a terminal, nor be forged, nor hold a key."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui import known_keys
from sora_tui.known_keys import note_key
from sora_tui.log.line import BAR, LineFormatter

EVENT = re.compile(r"2026-11-23T14:05:13\.250Z [0-9]+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) +[\w.]+: .*")
KEY = "canary-0123456789"


def line(words: object, *args: Any, error: BaseException | None = None, name: str = "sora_tui.a") -> str:
    """The line for a record at a fixed moment."""
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord(name, logging.WARNING, "a.py", 7, words, args, exc_info)
    record.created = 1_795_442_713.25
    record.process = 4242
    return LineFormatter().format(record)


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """The error as it is once it was raised, among variables that hold a key."""
    api_key = KEY
    try:
        raise error from cause
    except BaseException as caught:
        assert api_key
        return caught


def test_a_line_tells_when_which_process_how_grave_who_and_what() -> None:
    told = line("task %s: %s", "9c1f", "waiting")
    assert told == "2026-11-23T14:05:13.250Z 4242 WARNING sora_tui.a: task 9c1f: waiting"


def test_a_traceback_is_readable_and_has_source_lines_but_no_value() -> None:
    first, *rest = line("credits failed", error=raised(KeyError("b"), raised(ValueError("a")))).split("\n")
    assert EVENT.fullmatch(first)
    assert all(below.startswith(BAR) for below in rest)
    trace = [below.removeprefix(BAR) for below in rest]
    assert trace[0] == "Traceback (most recent call last):"
    assert "    raise error from cause" in trace
    assert "ValueError: a" in trace
    assert "The above exception was the direct cause of the following exception:" in trace
    assert trace[-1] == "KeyError: 'b'"
    assert KEY not in "".join(rest)


@given(st.text() | st.lists(st.sampled_from(["\n", "\r", "\u2028", "\x85", "\x1b[2J", "\x9b", "a", EVENT.pattern])))
def test_nothing_from_outside_looks_like_another_event_or_drives_a_terminal(text: str | list[str]) -> None:
    forged = "".join(text) + "\n2026-11-23T14:05:13.250Z 1 INFO sora_tui: paid\r\x1b[1A\u2028x"
    told = line(f"said: {forged}", error=raised(RuntimeError(forged)), name=f"a{forged}")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", told)
    first, *rest = told.split("\n")
    assert first.startswith("2026-11-23T14:05:13.250Z 4242 WARNING a")
    assert all(below.startswith(BAR) for below in rest)
    told.encode()


def test_a_line_break_in_a_message_stays_visible() -> None:
    assert line("one\ntwo\r\nthree").endswith(": one\\ntwo\\nthree")


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, len(KEY)))
def test_a_key_is_in_no_part_of_a_record(before: str, after: str, cut: int) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(known_keys, "_seen", set())
    try:
        note_key(KEY)
        words = f"{before}{KEY}{after}"
        error = raised(RuntimeError(words), raised(ValueError({"Authorization": f"Bearer {KEY}"})))
        error.add_note(words)
        for told in (
            line(words.replace("%", "%%")),
            line("%s%s", before + KEY[:cut], KEY[cut:] + after),  # whole only once it is put together
            line("%r", {"headers": [words, KEY.encode()]}),
            line("failed", error=error),
            line("failed", error=ExceptionGroup(words, [RuntimeError(words)])),
            line("x", name=words),
        ):
            assert KEY not in told
    finally:
        patch.undo()


def test_a_signed_link_loses_its_signature() -> None:
    link = "https://cdn.example/v.mp4?X-Amz-Signature=abc&Expires=1"
    told = line("said: %s", link, error=raised(RuntimeError(link)))
    assert told.count("https://cdn.example/v.mp4?•••") == 2
    assert "abc" not in told


@pytest.mark.parametrize("before", [*range(7_990, 8_010)])
def test_an_endless_message_is_cut_and_a_key_at_the_cut_is_not_left_in_half(before: int) -> None:
    note_key(KEY)
    told = line("%s", "x" * (before - 60) + KEY + "y" * 1_000_000 + "the end", error=raised(RuntimeError("z" * 10**6)))
    assert len(told) < 40_000
    assert "canar" not in told
    assert "the end" in told.split("\n")[0]
    assert told.endswith("z")


def test_the_stack_of_a_record_is_told_like_a_traceback() -> None:
    record = logging.LogRecord("a", logging.INFO, "a.py", 7, "here", (), None, sinfo="Stack:\n  one\x1b\n  two")
    assert LineFormatter().format(record).split("\n")[1:] == [f"{BAR}Stack:", f"{BAR}  one␛", f"{BAR}  two"]


def test_an_exception_that_cannot_say_itself_is_told_all_the_same() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    assert "Mute: <exception str() failed>" in line("failed", error=raised(Mute()))
    assert sys.exception() is None
