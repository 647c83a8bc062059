"""Having videos made: once each, in order, whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sora_tui.film.inspect import probe
from sora_tui.simulator.film_maker import FilmFailed, FilmMaker
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.wishes import Wish


def wish(prompt: str) -> Wish:
    return Wish(Makes.VIDEO, prompt, seconds=10)


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[FilmMaker]:
    maker = FilmMaker(tmp_path, small=True, workers=1)
    yield maker
    maker.close()


def test_the_same_wish_is_made_once(maker: FilmMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def count(film: Wish, path: Path) -> None:
        made.append(film.prompt)
        path.write_bytes(b"x")

    monkeypatch.setattr("sora_tui.simulator.cinema.make_small", count)
    futures = [maker.order(wish("one")) for _ in range(5)]
    assert len({future.result(20) for future in futures}) == 1
    assert maker.order(wish("one")).done()
    assert made == ["one"]


def test_what_is_due_first_is_made_first(maker: FilmMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, let_go, made = threading.Event(), threading.Event(), []

    def note(film: Wish, path: Path) -> None:
        busy.set()
        assert let_go.wait(20)
        made.append(film.prompt)
        path.write_bytes(b"x")

    monkeypatch.setattr("sora_tui.simulator.cinema.make_small", note)
    futures = [maker.order(wish("first"), due=9)]
    assert busy.wait(20)
    futures += [maker.order(wish(f"due {due}"), due=due) for due in (5, 3, 4)]
    let_go.set()
    for future in futures:
        future.result(20)
    assert made == ["first", "due 3", "due 4", "due 5"]


def test_a_failure_is_told_leaves_nothing_and_can_be_tried_again(
    maker: FilmMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(film: Wish, path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("no more ink")

    with monkeypatch.context() as patched:
        patched.setattr("sora_tui.simulator.cinema.make_small", half)
        with pytest.raises(FilmFailed, match="no more ink"):
            maker.order(wish("x")).result(20)
    assert list(tmp_path.iterdir()) == []
    assert maker.order(wish("x")).result(20).exists()


def test_a_process_of_its_own_draws_the_whole_video(tmp_path: Path) -> None:
    maker = FilmMaker(tmp_path)
    try:
        path = maker.order(wish("A lighthouse \ud83d")).result(120)
    finally:
        maker.close()
    assert probe(path).width == 1280
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_closing_gives_up_what_is_under_way(tmp_path: Path) -> None:
    maker = FilmMaker(tmp_path)
    future = maker.order(wish("A lighthouse"))
    maker.close()
    assert future.done() is False or isinstance(future.exception(), FilmFailed)
    assert list(tmp_path.iterdir()) == []
