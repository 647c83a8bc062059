"""The draft being written outlives a crash, whole or as it was before."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.studio.drafts import load_draft, load_vary, save_draft
from sora_tui.studio.task import Draft

DRAFT = Draft("A paper boat\n– 紙の舟 🚣", "a-model", {"size": "high", "nested": {"list": [1, None, True]}})
FILE = "draft.json"

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
any_text = st.text(st.characters(exclude_categories=()))


@given(prompt=any_text, model=st.text(), parameters=st.dictionaries(st.text(), values), mode=any_text)
def test_any_draft_comes_back_as_it_was(prompt: str, model: str, parameters: dict[str, object], mode: str) -> None:
    draft = Draft(prompt, model, parameters, mode=mode)
    with TemporaryDirectory() as folder:
        save_draft(Path(folder), draft)
        assert load_draft(Path(folder)) == draft


@given(vary=any_text)
def test_the_settings_to_go_through_come_back_as_they_were_written(vary: str) -> None:
    with TemporaryDirectory() as folder:
        save_draft(Path(folder), DRAFT, vary)
        assert (load_draft(Path(folder)), load_vary(Path(folder))) == (DRAFT, vary)
        save_draft(Path(folder), DRAFT)
        assert load_vary(Path(folder)) == ""


@pytest.mark.parametrize(
    "kept", ["[]", "7", '{"vary": 3}', "cut", '{"prompt": "A boat", "model": "m", "parameters": {}}']
)
def test_an_older_or_damaged_file_goes_through_no_settings(tmp_path: Path, kept: str) -> None:
    (tmp_path / FILE).write_text(kept)
    assert load_vary(tmp_path) == ""
    assert load_vary(tmp_path / "nowhere") == ""


def test_the_parent_is_kept_and_the_answer_to_a_dialog_is_not(tmp_path: Path) -> None:
    """To send again what may be paid already is asked anew after each start."""
    save_draft(tmp_path, Draft("A boat", "a-model", parent_ref="1" * 32, retry_of="2" * 32))
    assert load_draft(tmp_path) == Draft("A boat", "a-model", parent_ref="1" * 32)


def test_the_latest_draft_replaces_the_one_before_and_leaves_nothing_else(tmp_path: Path) -> None:
    for prompt in ("a long first prompt " * 100, "short"):
        save_draft(tmp_path, Draft(prompt, "a-model"))
    kept = load_draft(tmp_path)
    assert kept is not None
    assert kept.prompt == "short"
    assert [place.name for place in tmp_path.iterdir()] == [FILE]


def test_without_a_draft_there_is_none(tmp_path: Path) -> None:
    assert load_draft(tmp_path) is None
    assert load_draft(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b'{"prompt": "cut',
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"prompt"',
        b"{}",
        b'{"prompt": "boat", "model": "a-model"}',
        b'{"prompt": null, "model": "a-model", "parameters": {}}',
        b'{"prompt": "boat", "model": 7, "parameters": {}}',
        b'{"prompt": "boat", "model": "a-model", "parameters": []}',
    ],
)
def test_a_file_that_is_no_draft_is_none_and_the_next_one_takes_its_place(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / FILE).write_bytes(kept)
    assert load_draft(tmp_path) is None
    save_draft(tmp_path, DRAFT)
    assert load_draft(tmp_path) == DRAFT


@given(kept=st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_no_file_stops_the_program(kept: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_bytes(kept)
        assert load_draft(Path(folder)) is None


def test_a_parent_that_is_no_ref_is_left_out(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"prompt": "boat", "model": "m", "parameters": {}, "parent_ref": 7}')
    assert load_draft(tmp_path) == Draft("boat", "m")


@pytest.mark.parametrize("mode", ["7", "null", "[]", '{"a": 1}', "true"])
def test_a_mode_that_is_no_name_is_left_out(tmp_path: Path, mode: str) -> None:
    (tmp_path / FILE).write_text(f'{{"prompt": "boat", "model": "m", "parameters": {{}}, "mode": {mode}}}')
    assert load_draft(tmp_path) == Draft("boat", "m")


def test_a_draft_from_before_there_were_modes_has_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"prompt": "boat", "model": "m", "parameters": {"size": "high"}}')
    assert load_draft(tmp_path) == Draft("boat", "m", {"size": "high"})


@pytest.mark.parametrize("place", ["open", "fdopen", "replace"])
def test_a_save_that_fails_keeps_the_draft_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    save_draft(tmp_path, DRAFT)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, place, full)
    with pytest.raises(OSError, match="No space"):
        save_draft(tmp_path, Draft("Another", "a-model"))
    assert load_draft(tmp_path) == DRAFT


def test_the_file_is_for_the_user_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).touch(mode=0o666)
    umask = os.umask(0o022)
    try:
        save_draft(tmp_path, DRAFT)
    finally:
        os.umask(umask)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
