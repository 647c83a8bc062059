"""The log of a run: it begins with the first thing there is to tell, ends with how it ended, and disturbs nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.log.file import LogFile
from sora_tui.log.run import LEVELS, RunLog
from sora_tui.log.writer import LogWriter

log = logging.getLogger("sora_tui.test")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "a.log"


@pytest.fixture
def run() -> Iterator[RunLog]:
    run = RunLog()
    yield run
    run.stop(0)


def told(path: Path) -> list[tuple[str, str]]:
    """Level and words of each line."""
    lines = [line.split(" ", 2)[2] for line in path.read_text().splitlines()]
    return [(line[:7].strip(), line[8:].split(": ", 1)[1]) for line in lines]


def test_a_run_tells_how_it_began_what_happened_and_how_it_ended(run: RunLog, path: Path) -> None:
    run.start(path, "info", "begins")
    log.info("one")
    log.debug("not at this level")
    run.stop(0)
    log.error("after the end")
    assert told(path) == [("INFO", "begins"), ("INFO", "one"), ("INFO", "ended with exit code 0")]


def test_a_run_with_nothing_to_tell_leaves_no_trace_unless_it_failed(run: RunLog, path: Path) -> None:
    run.start(path, "info", "begins")
    run.stop(0)
    assert not path.parent.exists()
    run.start(path, "error", "begins")
    run.stop(70)
    assert told(path) == [("INFO", "begins"), ("INFO", "ended with exit code 70")]


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_says_how_much_is_kept_and_less_of_the_libraries(level: str, run: RunLog, path: Path) -> None:
    before = logging.getLogger().level, logging.getLogger("sora_tui").level
    library = logging.getLogger("a_library")
    run.start(path, level, "begins")
    for name, number in LEVELS.items():
        log.log(number, "ours: %s", name)
        library.log(number, "theirs: %s", name)
    run.stop(0)
    ours = {words.removeprefix("ours: ") for _, words in told(path) if words.startswith("ours")}
    theirs = {words.removeprefix("theirs: ") for _, words in told(path) if words.startswith("theirs")}
    grave = list(LEVELS)
    assert ours == set(grave[: grave.index(level) + 1])
    assert theirs == {"error": {"error"}, "debug": {"error", "warning", "info"}}.get(level, {"error", "warning"})
    assert (logging.getLogger().level, logging.getLogger("sora_tui").level) == before


def test_it_goes_on_elsewhere_and_says_so_where_it_was(run: RunLog, path: Path, tmp_path: Path) -> None:
    run.start(path, "info", "begins")
    log.info("one")
    run.move(path)  # which is where it is
    run.move(tmp_path / "demo.log")
    log.info("two")
    run.stop(0)
    assert told(path) == [("INFO", "begins"), ("INFO", "one"), ("INFO", f"goes on in {tmp_path / 'demo.log'}")]
    assert told(tmp_path / "demo.log")[:2] == [("INFO", "begins"), ("INFO", "two")]


def test_a_silent_run_moves_without_a_word(run: RunLog, path: Path, tmp_path: Path) -> None:
    run.start(path, "info", "begins")
    run.move(tmp_path / "demo.log")
    log.info("one")
    assert not path.exists()


def test_without_a_log_nothing_happens(path: Path) -> None:
    run = RunLog()
    run.move(path)
    run.tell_trouble(pytest.fail)
    assert run.trouble() == ""
    run.stop(70)
    assert not path.parent.exists()


def test_trouble_is_told_once_and_nothing_is_raised_or_printed(
    run: RunLog, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    heard: list[str] = []
    run.start(tmp_path, "info", "begins")
    run.tell_trouble(heard.append)
    for _ in range(3):
        log.info("one")
    [sentence] = heard
    assert sentence.startswith(f"The log {tmp_path} can't be written: Is a directory. Everything else goes on.")
    assert "SORA_TUI_LOG_FILE" in sentence
    run.stop(70)
    assert capfd.readouterr() == ("", "")


def test_one_who_asks_later_hears_of_trouble_that_was_not_told(run: RunLog, tmp_path: Path) -> None:
    heard: list[str] = []
    run.start(tmp_path, "info", "begins")
    log.info("one")
    run.tell_trouble(heard.append)
    run.tell_trouble(heard.append)
    assert len(heard) == 1


def test_trouble_of_another_file_is_told_again(run: RunLog, tmp_path: Path) -> None:
    heard: list[str] = []
    run.start(tmp_path, "info", "begins")
    run.tell_trouble(heard.append)
    log.info("one")
    (tmp_path / "other").mkdir()
    run.move(tmp_path / "other")
    log.info("one")
    assert [sentence.split()[2] for sentence in heard] == [str(tmp_path), str(tmp_path / "other")]


def test_once_it_can_be_written_again_what_is_missing_is_counted(run: RunLog, path: Path) -> None:
    path.mkdir(parents=True)
    run.start(path, "info", "begins")
    assert run.trouble() == "Is a directory"
    log.info("one")
    log.info("two")
    path.rmdir()
    assert run.trouble() == ""
    log.info("three")
    missing = "lines that could not be written and are missing here: 2 (Is a directory)"
    assert told(path) == [("INFO", "begins"), ("WARNING", missing), ("INFO", "three")]


def test_to_ask_for_trouble_is_to_write(run: RunLog, path: Path) -> None:
    run.start(path, "error", "begins")
    assert run.trouble() == ""
    assert run.trouble() == ""
    assert told(path) == [("INFO", "begins")]


def test_a_line_that_cannot_be_put_together_is_named_and_nothing_else_is_lost(path: Path) -> None:
    class Broken:
        def __str__(self) -> str:
            raise LookupError("no words")

    writer = LogWriter(path, "begins")
    for words, argument in (("%d of %d", 1), ("%s", Broken()), ("%s", "three")):
        writer.handle(logging.LogRecord("a", logging.INFO, "careless.py", 7, words, (argument,), None))
    writer.close()
    assert [words.split(":")[0] for _, words in told(path)] == [
        "begins",
        "TypeError in a line to be logged",
        "LookupError in a line to be logged",
        "three",
    ]
    assert told(path)[1] == ("ERROR", "TypeError in a line to be logged: careless.py, line 7")


def test_what_is_logged_while_a_line_is_being_written_does_not_come_back_to_it(
    run: RunLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = LogFile.append

    def talkative(file: LogFile, lines: bytes) -> None:
        log.warning("the lock of the file has something to say")
        append(file, lines)

    monkeypatch.setattr(LogFile, "append", talkative)
    run.start(path, "info", "begins")
    log.info("one")
    assert told(path) == [("INFO", "begins"), ("INFO", "one")]


def test_threads_do_not_mix_their_lines(run: RunLog, path: Path) -> None:
    def tell(name: str) -> None:
        for number in range(200):
            log.info("%s %d", name, number)

    run.start(path, "info", "begins")
    threads = [threading.Thread(target=tell, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    words = [words for _, words in told(path)]
    assert words[0] == "begins"
    assert sorted(words[1:]) == sorted(f"{name} {number}" for name in "abcd" for number in range(200))
