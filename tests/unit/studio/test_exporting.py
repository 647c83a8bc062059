"""Exports: JSON that reads back, cells that no spreadsheet runs, Markdown that nothing in it can break out of."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.exporting import AT_ONCE, COLUMNS, Form, as_code, document, fenced, written
from sora_tui.studio.task import Task
from tests.unit.studio.stored import queued
from tests.unit.studio.test_store import EVERYTHING

TEXTS = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    ["=1+1", " @SUM(A1)", "\t=x", "```\n# Not mine", "`", "</script>", "\u2028\u2029", "\x7f\x00\ud800", 'a,"b\n"']
)


async def text_of(tasks: Sequence[Task], form: Form) -> str:
    by_ref = {task.ref: task for task in tasks}
    loads: list[int] = []

    async def load(refs: Sequence[str]) -> list[Task]:
        loads.append(len(refs))
        return [by_ref[ref] for ref in refs]

    text = "".join([piece async for piece in written(list(by_ref), load, form)])
    assert max(loads, default=0) <= AT_ONCE, "a long history is never held whole"
    return text


async def test_json_is_one_array_with_a_task_a_line_and_jsonl_the_lines_alone() -> None:
    tasks = [queued(1), EVERYTHING]
    text = await text_of(tasks, Form.JSON)
    assert json.loads(text) == [document(task) for task in tasks]
    assert len(text.splitlines()) == 4
    lines = await text_of(tasks, Form.JSONL)
    assert [json.loads(line) for line in lines.splitlines()] == [document(task) for task in tasks]
    assert set(queued().as_json()) <= set(document(queued()))


@pytest.mark.parametrize(
    ("form", "text"), [(Form.JSON, "[\n\n]\n"), (Form.JSONL, ""), (Form.CSV, ",".join(COLUMNS) + "\n")]
)
async def test_no_tasks_are_an_empty_export(form: Form, text: str) -> None:
    assert (await text_of([], form)).strip() == text.strip()


async def test_more_than_are_held_at_once_come_whole_and_in_order() -> None:
    tasks = [queued(number) for number in range(2 * AT_ONCE + 1)]
    read = json.loads(await text_of(tasks, Form.JSON))
    assert [each["ref"] for each in read] == [task.ref for task in tasks]
    assert len((await text_of(tasks, Form.JSONL)).splitlines()) == len(tasks)


@given(prompt=TEXTS, remark=TEXTS)
async def test_whatever_it_says_a_task_is_one_line_of_ascii_and_reads_back(prompt: str, remark: str) -> None:
    text = await text_of([queued(1, prompt=prompt, remark=remark), queued(2)], Form.JSONL)
    assert text.isascii()
    first, _ = text.splitlines()
    assert (json.loads(first)["prompt"], json.loads(first)["remark"]) == (prompt, remark)


@given(prompt=TEXTS, tag=TEXTS)
async def test_no_cell_is_a_formula(prompt: str, tag: str) -> None:
    task = replace(EVERYTHING, prompt=prompt, tags=(tag,), model=prompt, text=tag)
    rows = list(csv.reader(io.StringIO(await text_of([task], Form.CSV), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    for cell in rows[1]:
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r", "\n"))


@given(TEXTS)
def test_nothing_ends_a_block_or_a_piece_of_code_but_its_own_end(text: str) -> None:
    block = fenced(text).replace("\r", "\n").split("\n")
    fence = block[0].removesuffix("text")
    assert block[-1] == fence
    assert not any(line.strip().startswith(fence) for line in block[1:-1])
    piece = as_code(text)
    ticks = piece[: len(piece) - len(piece.lstrip("`"))]
    assert "\n" not in piece
    if " ".join(text.split()):
        assert ticks not in piece[len(ticks) : -len(ticks)]


async def test_markdown_has_a_section_a_task_with_safe_links_alone() -> None:
    task = replace(EVERYTHING, links=("https://files.example/1.mp4", "javascript:alert(1)", "https://x.example/<b>"))
    text = await text_of([task], Form.MARKDOWN)
    assert text.startswith("# Tasks\n\n## ffffffff · ")
    assert "- <https://files.example/1.mp4>" in text
    assert "javascript" not in text
    assert "<b>" not in text
    assert "- rating: `4 of 5`" in text
