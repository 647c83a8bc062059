"""Files and pastes of many prompts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_tui.kie.fields import Choice, Field, FieldKind
from sora_tui.studio import batch_files
from sora_tui.studio.batch_files import BadBatchFile, BatchFile, BatchRow, read_batch, read_batch_file, typed
from sora_tui.studio.pasted_lists import looks_like_a_list


def read(text: str, suffix: str) -> BatchFile:
    return read_batch(text.encode(), suffix, "list")


def sentences(text: str, suffix: str) -> list[str]:
    return [problem.sentence for problem in read(text, suffix).problems]


def test_a_line_is_a_prompt() -> None:
    assert read("\ufeffa boat\r\n\n  # later\n{dawn|dusk} \u2028 x\n", ".TXT").rows == (
        BatchRow(1, "a boat"),
        BatchRow(4, "{dawn|dusk} \u2028 x"),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_has_prompts_models_and_parameters(separator: str) -> None:
    text = '\ufeff\nPrompt,aspect_ratio,MODEL\n"a boat,\nslowly; ""now""\tx",16:9,\n\n,,\na kite,,veo-3-1\na koi\n'
    rows = read(text.replace(",", separator).replace(f"boat{separator}", "boat,"), ".csv").rows
    assert rows == (
        BatchRow(3, 'a boat,\nslowly; "now"\tx', "", {"aspect_ratio": "16:9"}),
        BatchRow(7, "a kite", "veo-3-1"),
        BatchRow(8, "a koi"),
    )


def test_what_is_wrong_in_a_table_is_said_by_line() -> None:
    assert sentences("prompt,size\na,1,2\n,hd\na,1,\n", ".csv") == [
        "Line 2 has 3 cells, and 2 columns are named.",
        "Line 3 has no prompt.",
    ]
    assert sentences("prompt,\na,1\n", ".csv") == ["Line 2 has a value in a column without a name."]
    broken = read('prompt\na\n"b\nc\n', ".csv")
    assert broken.rows == (BatchRow(2, "a"),)
    assert broken.problems[0].sentence.startswith("Line 3: a quote is never closed or stands within a cell")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "list is empty. Its first line names the columns, and one of them is prompt."),
        ("a boat\na kite\n", "list has no column prompt."),
        ("prompt,a,a\n", "list has the column a twice."),
    ],
)
def test_a_table_without_its_columns_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadBatchFile, match=sentence):
        read(text, ".csv")


def test_an_object_a_line() -> None:
    text = """{"prompt": " a boat ", "model": "veo", "parameters": {"duration": 5}}

{"prompt": "a kite", "duration": 10, "sound": true}
"""
    assert read(text, ".jsonl").rows == (
        BatchRow(1, "a boat", "veo", {"duration": 5}),
        BatchRow(3, "a kite", "", {"duration": 10, "sound": True}),
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a boat", "Line 1 is no JSON object."),
        ('{"prompt": "a", "n": NaN}', "Line 1 is no JSON object."),
        ("[" * 100_000, "Line 1 is no JSON object."),
        ("[1]", "Line 1 is no object."),
        ('{"prompt": " "}', "Line 1 has no prompt."),
        ('{"prompt": 5}', "Line 1 has no prompt."),
        ('{"prompt": "a", "model": 5}', "Line 1 has a model that is no text."),
        ('{"prompt": "a", "parameters": []}', "Line 1 has parameters that are no object."),
        ('{"prompt": "a", "prompt": "b"}', "Line 1 says prompt twice. Take one out."),
        ('{"prompt": "a", "n": 1, "parameters": {"n": 2}}', "Line 1 says n twice, in its parameters and beside them."),
    ],
)
def test_what_is_wrong_with_an_object_is_said(line: str, sentence: str) -> None:
    assert sentences(line, ".jsonl")[0].startswith(sentence)


def test_what_is_no_such_file_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "gone.txt", "nul\0.txt"):
        with pytest.raises(BadBatchFile):
            read_batch_file(tmp_path / name)
    with pytest.raises(BadBatchFile, match=r"list is none of .txt, .csv and .jsonl"):
        read("a", ".docx")
    with pytest.raises(BadBatchFile, match="list, line 2, is not UTF-8 text"):
        read_batch(b"a\nb\xe4r", ".txt", "list")
    with pytest.raises(BadBatchFile, match="zero bytes"):
        read("a\0", ".txt")
    with pytest.raises(BadBatchFile, match="list is larger than 10 MB"):
        read("a" * 10_000_001, ".txt")
    with pytest.raises(BadBatchFile, match=r"list has more than 10,000 prompts"):
        read("a\n" * 10_001, ".txt")
    monkeypatch.setattr(batch_files, "MOST_PROBLEMS", 2)
    assert sentences("x\n" * 5, ".jsonl")[2:] == ["After line 2 nothing was read: too many lines are wrong."]
    (tmp_path / "list.txt").write_text("a boat")
    assert read_batch_file(tmp_path / "list.txt").rows == (BatchRow(1, "a boat"),)


PROMPT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1).filter(
    lambda text: bool(text.strip())
)


@given(st.lists(PROMPT, max_size=5))
def test_a_written_table_is_read_as_it_was(prompts: list[str]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerows([["prompt", "n"], *([prompt, str(place)] for place, prompt in enumerate(prompts))])
    rows = read(file.getvalue(), ".csv").rows
    assert [(row.prompt, row.parameters["n"]) for row in rows] == [(p.strip(), str(n)) for n, p in enumerate(prompts)]


@given(st.lists(PROMPT, max_size=5))
def test_written_objects_are_read_as_they_were(prompts: list[str]) -> None:
    text = "\n".join(json.dumps({"prompt": prompt}) for prompt in prompts)
    assert [row.prompt for row in read(text, ".jsonl").rows] == [prompt.strip() for prompt in prompts]


@given(st.binary() | st.text().map(str.encode), st.sampled_from([".txt", ".csv", ".jsonl", ".xls", ""]))
@example(b'prompt\n"a"b\n', ".csv")
@example(b"prompt\n" + b"a" * 2_000_000, ".csv")
@example(b'{"prompt": "\\ud800", "n": ' + b"9" * 5000 + b"}", ".jsonl")
def test_any_bytes_are_rows_and_problems_or_one_error(data: bytes, suffix: str) -> None:
    try:
        file = read_batch(data, suffix)
    except BadBatchFile:
        return
    assert all(row.prompt and row.line > 0 for row in file.rows)
    assert all(str(problem.line) in problem.sentence for problem in file.problems)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.INTEGER, "5", 5),
        (FieldKind.INTEGER, "five", "five"),
        (FieldKind.NUMBER, "0.5", 0.5),
        (FieldKind.FLAG, "Yes", True),
        (FieldKind.FLAG, "maybe", "maybe"),
        (FieldKind.CHOICE, "10", 10),
        (FieldKind.CHOICE, "11", "11"),
        (FieldKind.LINK_LIST, "https://a/b.png", ["https://a/b.png"]),
        (FieldKind.TEXT_LIST, '["a", "b"]', ["a", "b"]),
        (FieldKind.JSON, '{"a": 1}', {"a": 1}),
        (FieldKind.TEXT, "5", "5"),
    ],
)
def test_a_cell_becomes_what_its_field_takes(kind: FieldKind, text: str, value: object) -> None:
    field = Field(name="n", label="N", kind=kind, choices=(Choice(10, "10"),) if kind is FieldKind.CHOICE else ())
    assert typed(field, text) == value
    assert type(typed(field, text)) is type(value)


@pytest.mark.parametrize(
    ("pasted", "prompts"),
    [
        ("- a boat\n- a kite", ["a boat", "a kite"]),
        ("1. a boat\n\n2) a kite,\n   slowly\n3. a koi", ["a boat", "a kite, slowly", "a koi"]),
        ("• 舟\n• 凧", ["舟", "凧"]),
        (
            "A boat at dawn\nA kite in the wind\nA koi in a pond",
            ["A boat at dawn", "A kite in the wind", "A koi in a pond"],
        ),
        (
            "A boat at dawn.\n\nA kite in wind.\n\nA koi in a pond.",
            ["A boat at dawn.", "A kite in wind.", "A koi in a pond."],
        ),
        ("", None),
        ("a boat at dawn", None),
        ("A boat at dawn.\nIt drifts on.", None),
        ("A boat at dawn,\ndrifting on the lake,\nin soft light", None),
        ("Scene: a boat at dawn\nCamera: a slow dolly\nLight: soft and golden", None),
        ("A boat drifts at dawn. The\nlake lies still and the light\nis soft and golden.", None),
        ("1. a boat\n3. a kite", None),
        ("- a boat\nnot of the list", None),
        ('{\n  "scene": "a boat"\n}', None),
        ("neon\nrain\nkoi", None),
    ],
)
def test_a_paste_is_a_list_where_it_looks_like_one(pasted: str, prompts: list[str] | None) -> None:
    assert looks_like_a_list(pasted) == prompts


@given(st.lists(st.text("ab ", min_size=1, max_size=5).filter(str.strip), min_size=2, max_size=6), st.booleans())
def test_marks_are_taken_off(items: list[str], is_numbered: bool) -> None:
    items = [item.strip() for item in items]
    marks = [f"{number}." if is_numbered else "-" for number in range(1, len(items) + 1)]
    assert looks_like_a_list("\n".join(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))) == items


@given(st.text(st.sampled_from("-1. a\nA,\r")) | st.text())
def test_any_paste_is_judged(pasted: str) -> None:
    items = looks_like_a_list(pasted)
    assert items is None or (len(items) >= 2 and all(items))
