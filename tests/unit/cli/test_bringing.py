"""What a command says of downloads: how far they are, and how it ends."""

from __future__ import annotations

import pytest

from sora_tui.cli.bringing import Brought, exit_code_of_results, progress_words, tell_problems
from sora_tui.cli.diagnostics import ExitCode
from sora_tui.studio.collecting import Download, DownloadState

RUNNING, MB = DownloadState.RUNNING, 1_000_000
HERE, NEW = Brought("a" * 32, 0, "/v/a.mp4"), Brought("b" * 32, 0, "/v/b.mp4", is_new=True)
GONE = Brought("c" * 32, 0, problem="The service does not keep this file any more.")
AWAY = Brought("d" * 32, 0, problem="The server can't be reached. d tries again.", may_pass=True)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ([], "3 of 3"),
        ([Download("r", 0), Download("s", 0)], "1 of 3"),
        ([Download("r", 0, RUNNING, 40 * MB, 100 * MB, 2.5 * MB)], "2 of 3 · 40 % of 100.0 MB · 2.5 MB/s"),
        ([Download("r", 0, RUNNING, 40 * MB, None, 2.5 * MB), Download("s", 0)], "1 of 3 · 2.5 MB/s"),
        ([Download("r", 0, DownloadState.FAILED, problem="Gone.")], "3 of 3"),
    ],
)
def test_how_far_it_is(known: list[Download], words: str) -> None:
    assert progress_words(known, 3) == words


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([], ExitCode.DONE),
        ([HERE, NEW], ExitCode.DONE),
        ([NEW, AWAY], ExitCode.NETWORK),
        ([AWAY, GONE], ExitCode.TASK_FAILED),
    ],
)
def test_the_exit_code_tells_what_will_never_be_had_from_what_may_pass(results: list[Brought], code: ExitCode) -> None:
    assert exit_code_of_results(results) is code


def test_each_reason_is_said_once_and_names_no_key_of_the_studio(capsys: pytest.CaptureFixture[str]) -> None:
    tell_problems([HERE, NEW, AWAY, Brought("e" * 32, 0, problem=AWAY.problem, may_pass=True), GONE])
    words = capsys.readouterr().err
    assert "dddddddd and 1 more: The server can't be reached. The same command tries again." in words
    assert "cccccccc: The service does not keep this file any more." in words
    assert "1 downloaded, 1 already there." in words
