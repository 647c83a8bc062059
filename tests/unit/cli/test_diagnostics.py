"""How an error reads to a person: one sentence, a hint, an exit code; never a key, a variable or a traceback."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sora_tui.cli.diagnostics import (
    CommandError,
    Diagnosis,
    ExitCode,
    Interrupted,
    diagnose,
    fail,
    has_colour,
    key_missing,
    say,
    warn,
)
from sora_tui.demo import DemoFailed
from sora_tui.kie.errors import (
    AnswerLost,
    InvalidBaseUrl,
    InvalidKey,
    KieError,
    NotDelivered,
    Refused,
    UnreadableAnswer,
)
from sora_tui.kie.profiles import FieldError
from sora_tui.known_keys import note_key
from sora_tui.settings import SettingsError
from sora_tui.studio.errors import (
    AmbiguousTask,
    InvalidDraft,
    NoKey,
    NotUploaded,
    UnknownTask,
    WaitTimeout,
    WrongState,
)
from sora_tui.studio.schema import StoreBusy, StoreUnwritable

CANARY = "canary-0123456789"


def test_the_exit_codes_are_a_promise_to_scripts() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "TASK_FAILED": 1,
        "USAGE": 2,
        "KEY": 3,
        "CREDITS": 4,
        "REFUSED": 5,
        "UNCONFIRMED": 6,
        "NETWORK": 7,
        "TIMEOUT": 8,
        "BUG": 70,
        "INTERRUPTED": 130,
    }


def refused(code: int, text: str = "") -> Refused:
    return Refused("refused", code=code, text=text, http_status=200)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandError("No.", code=ExitCode.UNCONFIRMED), ExitCode.UNCONFIRMED),
        (key_missing("https://api.kie.ai"), ExitCode.KEY),
        (SettingsError("A setting."), ExitCode.USAGE),
        (NoKey("No key."), ExitCode.KEY),
        (InvalidKey("No key."), ExitCode.KEY),
        (InvalidBaseUrl("No address."), ExitCode.USAGE),
        (InvalidDraft([FieldError("prompt", "Say something.")]), ExitCode.USAGE),
        (UnknownTask("None."), ExitCode.USAGE),
        (AmbiguousTask("Several."), ExitCode.USAGE),
        (WrongState("Not now."), ExitCode.USAGE),
        (StoreBusy("Busy."), ExitCode.USAGE),
        (StoreUnwritable("Full."), ExitCode.USAGE),
        (WaitTimeout("Not finished."), ExitCode.TIMEOUT),
        (DemoFailed("No server."), ExitCode.NETWORK),
        (NotDelivered("no route"), ExitCode.NETWORK),
        (AnswerLost("timeout"), ExitCode.NETWORK),
        (UnreadableAnswer("html", http_status=502), ExitCode.NETWORK),
        (KieError("anything"), ExitCode.NETWORK),
        (refused(401), ExitCode.KEY),
        (refused(500, "You do not have access permissions"), ExitCode.KEY),
        (refused(402), ExitCode.CREDITS),
        (refused(500, "Credits insufficient"), ExitCode.CREDITS),
        (refused(429), ExitCode.REFUSED),
        (refused(455), ExitCode.REFUSED),
        (refused(500), ExitCode.REFUSED),
        (refused(999), ExitCode.REFUSED),
        (RuntimeError("a fault of ours"), ExitCode.BUG),
        (ValueError("a fault of ours"), ExitCode.BUG),
        (KeyError("ref"), ExitCode.BUG),
    ],
)
def test_each_error_has_its_exit_code_and_a_sentence(error: Exception, code: ExitCode) -> None:
    diagnosis = diagnose(error)
    assert diagnosis.code is code
    assert diagnosis.sentence.strip()


@pytest.mark.parametrize("error", [refused(401), refused(402), NotDelivered("no route"), WaitTimeout("x"), NoKey("x")])
def test_what_a_person_can_do_something_about_comes_with_a_hint(error: Exception) -> None:
    assert diagnose(error).hint.endswith((".", "demo"))


def test_the_service_s_own_words_are_quoted() -> None:
    assert diagnose(refused(500, "Heavy load")).sentence.endswith(". The service said: Heavy load")
    assert "service said" not in diagnose(refused(500)).sentence


def test_a_missing_key_names_the_service_and_every_way_to_go_on() -> None:
    missing = key_missing("https://reseller.example")
    assert "https://reseller.example" in missing.sentence
    assert {"SORA_TUI_API_KEY,", "demo"} <= set(missing.hint.split())


def failing_with(words: str) -> Exception:
    """An exception as it is after it was raised among variables that hold something secret."""
    api_key = local = CANARY
    try:
        raise RuntimeError(words)
    except RuntimeError as error:
        assert api_key == local
        return error


def test_a_bug_says_where_it_happened_and_no_variable() -> None:
    diagnosis = diagnose(failing_with("boom"))
    first, *places = diagnosis.sentence.split("\n")
    assert first == "This is a bug in sora-tui: RuntimeError: boom"
    assert re.fullmatch(r"  unit/cli/test_diagnostics\.py:\d+ in failing_with", places[-1])
    assert CANARY not in diagnosis.sentence + diagnosis.hint
    assert "Nothing that was sent is lost" in diagnosis.hint


@pytest.mark.parametrize("variable", ["SORA_TUI_API_KEY", "KIE_API_KEY", "SORA_TUI_WEBHOOK_KEY", "kie_api_key"])
def test_a_bug_report_lacks_a_key_of_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, f" {CANARY}\n")
    sentence = diagnose(failing_with(f"header 'Bearer {CANARY}' twice {CANARY}")).sentence
    assert CANARY not in sentence
    assert "header 'Bearer •••' twice •••" in sentence


def test_a_bug_report_lacks_a_key_from_anywhere_else_even_where_it_is_cut() -> None:
    note_key(CANARY)
    for before in range(280, 300):
        assert "canary" not in diagnose(failing_with("x" * before + CANARY)).sentence


def test_of_two_keys_that_begin_alike_nothing_is_left() -> None:
    note_key("canary")
    note_key(CANARY)
    assert "0123" not in diagnose(failing_with(f"key {CANARY}")).sentence


def test_an_endless_message_does_not_fill_the_screen() -> None:
    first = diagnose(failing_with("x" * 1_000_000)).sentence.split("\n")[0]
    assert len(first) < 400


@settings(deadline=None)
@given(st.lists(st.sampled_from("\n\r\x1b\x9b\x07\u202e\u2028\ud800") | st.text(max_size=4), max_size=10).map("".join))
def test_narration_is_one_clean_line_on_stderr(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr(sys.stderr, "write", written.append)
        say(text)
    line = "".join(written)
    assert line.endswith("\n")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", line[:-1])


def test_an_error_keeps_its_lines_and_gives_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    code = fail(Diagnosis("One.\x1b[2J\nTwo.", "Do this.", ExitCode.CREDITS))
    assert code is ExitCode.CREDITS
    written = capsys.readouterr()
    assert written.err == "One.␛[2J\nTwo.\nDo this.\n"
    assert written.out == ""


def test_only_a_terminal_that_wants_colour_gets_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warn("careful")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    warn("careful")
    assert capsys.readouterr().err == "Warning: careful\n\x1b[33mWarning: careful\x1b[0m\n"
    assert has_colour(sys.stderr)
    monkeypatch.setenv("TERM", "dumb")
    assert not has_colour(sys.stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colour(sys.stderr)


@pytest.mark.parametrize(("number", "code"), [(2, 130), (15, 143), (1, 129)])
def test_a_signal_ends_a_command_as_shells_count_it(number: int, code: int) -> None:
    assert Interrupted(number).exit_code == code


def test_a_key_that_the_service_repeats_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    note_key(CANARY)
    for speak in (say, warn, lambda text: fail(Diagnosis(text, text, ExitCode.REFUSED))):
        speak(f"{CANARY} is unknown")
    said = capsys.readouterr().err
    assert CANARY not in said
    assert said.count("••• is unknown") == 4


@pytest.mark.parametrize(
    ("cause", "code"),
    [(NotDelivered("no route"), ExitCode.NETWORK), (refused(401), ExitCode.KEY), (None, ExitCode.USAGE)],
)
def test_an_upload_that_failed_says_its_own_sentence_and_whose_fault_it_was(
    cause: KieError | None, code: ExitCode
) -> None:
    error = NotUploaded("boat.png could not be uploaded.")
    error.__cause__ = cause
    diagnosis = diagnose(error)
    assert (diagnosis.sentence, diagnosis.code) == ("boat.png could not be uploaded.", code)
