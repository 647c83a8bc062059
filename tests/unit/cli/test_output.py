"""What goes to stdout: tables that fit and hide nothing, JSON that any tool can read, and no control character."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.cli.diagnostics import ReaderGone
from sora_tui.cli.output import (
    Cell,
    Column,
    safe_json,
    table_lines,
    write_fields,
    write_json,
    write_json_lines,
    write_lines,
    write_table,
    write_text,
)

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SGR = re.compile(r"\x1b\[\d+m")

ODD = list("\r\n\t\x00\x1b\x07\x7f\x85\x9b\u061c\u200b\u2028\u2029\u202e\u2066\ufe0f\u0301\ufeff日😀ا\ud83d\ude00")
HOSTILE = st.lists(st.sampled_from([*ODD, "\x1b[31m", "e" + "\u0301" * 20]) | st.text(max_size=4), max_size=10).map(
    "".join
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | HOSTILE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HOSTILE, inner, max_size=4),
    max_leaves=12,
)

COLUMNS = [Column("ref"), Column("prompt", takes_the_rest=True), Column("credits", is_number=True)]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), max_size=5), st.none() | st.integers(1, 80), st.booleans())
def test_no_text_from_outside_breaks_a_table(rows: list[tuple[str, str, str]], width: int | None, colour: bool) -> None:
    cells: list[list[Cell | str]] = [[Cell(ref, "31"), prompt, credits] for ref, prompt, credits in rows]
    lines = [SGR.sub("", line) for line in table_lines(COLUMNS, cells, width=width, colour=colour)]
    assert len(lines) == 1 + len(rows)
    for line in lines:
        assert not CONTROL.search(line)
        assert not set(line) & {"\n", "\t"}
        assert width is None or cell_len(line) <= width
        line.encode()


def test_columns_line_up_in_cells_and_numbers_on_the_right() -> None:
    rows: list[list[str]] = [["9c1f", "紙の舟", "330"], ["02", "A boat", "1,250"]]
    assert table_lines(COLUMNS, rows, width=None) == [
        "REF   PROMPT  CREDITS",
        "9c1f  紙の舟      330",
        "02    A boat    1,250",
    ]


def test_a_terminal_shortens_what_takes_the_rest_and_a_pipe_cuts_nothing() -> None:
    rows = [["9c1f", "word " * 100, "330"]]
    [_, on_a_terminal] = table_lines(COLUMNS, rows, width=40)
    assert cell_len(on_a_terminal) == 40
    assert "…" in on_a_terminal
    assert on_a_terminal.endswith("330")
    [_, in_a_pipe] = table_lines(COLUMNS, rows, width=None)
    assert in_a_pipe.count("word") == 100


def test_only_a_terminal_s_width_cuts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rows = [["9c1f", "word " * 100, "330"]]
    write_table(COLUMNS, rows)
    assert capsys.readouterr().out.count("word") == 100
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write_table(COLUMNS, rows)
    assert [cell_len(line) for line in capsys.readouterr().out.splitlines()] == [40, 40]


def test_colour_is_put_round_the_text_and_not_counted() -> None:
    rows: list[list[Cell | str]] = [["a", Cell("fail", "31"), "1"], ["b", Cell("", "31"), "2"]]
    plain = table_lines(COLUMNS, rows, width=60)
    painted = table_lines(COLUMNS, rows, width=60, colour=True)
    assert painted[1] == plain[1].replace("fail", "\x1b[31mfail\x1b[0m")
    assert painted[2] == plain[2]


def test_a_pipe_gets_no_colour_and_a_terminal_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table([Column("state")], [[Cell("fail", "31")]])
    write_fields({"state": Cell("fail", "31")})
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write_table([Column("state")], [[Cell("fail", "31")]])
    write_fields({"state": Cell("fail", "31")})
    assert capsys.readouterr().out.count("\x1b[31mfail\x1b[0m") == 2
    monkeypatch.setenv("NO_COLOR", "1")
    write_fields({"state": Cell("fail", "31")})
    assert "\x1b" not in capsys.readouterr().out


@settings(max_examples=500, deadline=None)
@given(JSON, st.sampled_from([None, 2]))
def test_json_reads_back_and_drives_no_terminal(document: Any, indent: int | None) -> None:
    text = safe_json(document, indent=indent)
    assert json.loads(text) == json.loads(json.dumps(document))
    assert not CONTROL.search(text)
    assert not re.search("[\u200b\u2028\u2029\ufeff]", text)
    text.encode()


@settings(deadline=None)
@given(JSON)
def test_a_json_line_is_one_line_to_every_tool(document: Any) -> None:
    assert len(safe_json(document).splitlines()) == 1


@pytest.mark.parametrize(
    "character", [*"\x00\x1b\x7f\x80\x9b\x9f\u061c\u200b\u2028\u2029\u202a\u2069\ufeff\ud800\udfff", "\U000e0041"]
)
def test_what_may_not_reach_a_terminal_is_escaped_in_json(character: str) -> None:
    text = safe_json({character: [f"a{character}b"]})
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text) == {character: [f"a{character}b"]}


def test_json_keeps_people_s_words_readable() -> None:
    assert safe_json({"prompt": "紙の舟 é 😀"}) == '{"prompt": "紙の舟 é 😀"}'


def test_json_is_one_document_and_json_lines_are_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_json([{"a": 1}, {"a": 2}])
    assert json.loads(capsys.readouterr().out) == [{"a": 1}, {"a": 2}]
    write_json_lines([{"a": "x\ny"}, {"a": 2}])
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [{"a": "x\ny"}, {"a": 2}]
    write_json_lines([])
    assert capsys.readouterr().out == ""


def test_a_value_of_several_lines_stays_under_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    write_fields({"prompt": "one\r\ntwo\x1b[2J\n\nfour", "ref": "9c1f", "note": ""})
    assert capsys.readouterr().out.split("\n") == [
        "prompt  one",
        "        two␛[2J",
        "",
        "        four",
        "ref     9c1f",
        "note",
        "",
    ]


def test_a_hostile_value_cannot_pass_for_a_field_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    write_fields({"prompt": "boat\nstate   success\u2028charged 0\x85x\rstate   success", "state": "fail"})
    beginnings = [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()]
    assert beginnings == ["prompt", "", "", "state"]


def test_plain_lines_are_cleaned_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    write_lines(["https://x.y/a.mp4", "a\nb\x1b]52;c;aGk=\x07"])
    assert capsys.readouterr().out == "https://x.y/a.mp4\na b␛]52;c;aGk=␇\n"


def test_a_raw_answer_is_cleaned_for_a_terminal_and_untouched_for_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = '{"msg":\n"\x1b[31m\u202e"}'
    write_text(raw)
    assert capsys.readouterr().out == f"{raw}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write_text(raw)
    assert capsys.readouterr().out == '{"msg":\n"␛[31m�"}\n'


def test_a_terminal_too_narrow_leaves_the_first_column_where_it_is() -> None:
    columns = [Column("n", is_number=True), Column("words")]
    lines = table_lines(columns, [["1", "a long line of words"], ["1,000", "a long line of words"]], width=12)
    assert [line.index("1") for line in lines[1:]] == [4, 0]
    assert max(map(len, lines)) <= 12


def test_a_reader_that_has_enough_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", Closed())
    with pytest.raises(ReaderGone):
        write_lines(["a"])
