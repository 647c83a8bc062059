"""Every kind of terminal and locale: the program starts, or one sentence says why not and what to do."""

from __future__ import annotations

import re
import sys

import pytest

from tests.pty import Terminal

COMMAND = [sys.executable, "-m", "sora_tui"]
USAGE = 2


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_prints_lines_is_told_so(term: str) -> None:
    with Terminal(COMMAND, env={"TERM": term}) as terminal:
        assert terminal.wait() == USAGE
        said = terminal.text()
    assert "this terminal can only print lines" in said
    assert "sora-tui --help" in said
    assert said.count("\n") == 1
    assert b"\x1b" not in terminal.output


@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "vt100", "screen", "tmux-256color", "linux", "no-such"])
def test_any_other_terminal_gets_its_screen_and_has_it_back(term: str) -> None:
    with Terminal(COMMAND, env={"TERM": term}) as terminal:
        terminal.read_until("demo")
        terminal.send("\x11")  # ctrl+q
        assert terminal.wait() == 0
        assert terminal.modes_left() == set()
        assert terminal.echoes()


@pytest.mark.parametrize(
    "locale",
    [{"LANG": "C", "LC_ALL": "C"}, {"LANG": "POSIX", "LC_ALL": ""}, {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}],
    ids=["C", "POSIX", "UTF-8"],
)
def test_a_locale_without_a_character_set_still_has_a_screen(locale: dict[str, str]) -> None:
    """Python takes C for UTF-8 (PEP 538)."""
    with Terminal(COMMAND, env=locale) as terminal:
        terminal.read_until("demo")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert not terminal.text().isascii()


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1"])
def test_a_character_set_that_lacks_the_characters_is_named(encoding: str) -> None:
    with Terminal(COMMAND, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}) as terminal:
        assert terminal.wait() == USAGE
        said = terminal.text()
    assert f"character set is {encoding}" in said
    assert "LC_ALL=C.UTF-8" in said
    assert b"\x1b" not in terminal.output


@pytest.mark.parametrize("wanted", [True, False], ids=["colour", "NO_COLOR"])
def test_no_colour_is_written_where_none_is_wanted(wanted: bool) -> None:
    """With NO_COLOR the screen is shades of grey; the colours of the other run prove that they are looked for."""
    with Terminal(COMMAND, env={"COLORTERM": "truecolor"} | ({} if wanted else {"NO_COLOR": "1"})) as terminal:
        terminal.read_until("demo")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert bool(hues(terminal.output)) == wanted


@pytest.mark.parametrize("mouse", ["true", "false"])
def test_the_mouse_stays_the_terminals_where_it_is_switched_off(mouse: str) -> None:
    with Terminal(COMMAND, env={"SORA_TUI_MOUSE": mouse}) as terminal:
        terminal.read_until("demo")
        terminal.send("\x11")
        assert terminal.wait() == 0
        assert (b"\x1b[?1003h" in terminal.output) == (mouse == "true")


def hues(output: bytes) -> set[tuple[int, int, int]]:
    """The colours that are no grey."""
    found = {
        (int(red), int(green), int(blue))
        for red, green, blue in re.findall(rb"[34]8;2;([0-9]+);([0-9]+);([0-9]+)", output)
    }
    return {colour for colour in found if len(set(colour)) > 1}
