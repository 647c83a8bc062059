"""A few of a result's first bytes, and no more than that."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import pytest

from sora_tui.kie import fetching
from sora_tui.studio.beginning import FIRST, MOST, beginnings

LINK = "https://files.example/koi.mp4"
PIECE = 50_000


class Line:
    """A line that brings so many bytes.

    Attributes:
        brought: bytes that were taken from it.
        closed: what was closed of it.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.brought = 0
        self.closed: list[str] = []

    @asynccontextmanager
    async def fetch(self, link: str) -> AsyncGenerator[fetching.Delivery, None]:
        """One delivery."""
        assert link == LINK
        try:
            yield fetching.Delivery(0, self.total, "", self._pieces())
        finally:
            self.closed.append("delivery")

    async def aclose(self) -> None:
        """The end of it."""
        self.closed.append("line")

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        while self.brought < self.total:
            size = min(PIECE, self.total - self.brought)
            self.brought += size
            yield bytes(size)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Line:
    made = Line(request.param)
    monkeypatch.setattr(fetching, "Fetcher", lambda: made)
    return made


@pytest.mark.parametrize("line", [50 * MOST], indirect=True)
async def test_of_a_long_film_it_fetches_so_much_and_no_more(line: Line) -> None:
    sizes = [len(content) async for content in beginnings(LINK)]
    assert sizes[-1] == MOST
    assert FIRST <= sizes[0] < FIRST + PIECE
    assert sizes == sorted(sizes)
    assert len(sizes) == 4
    assert line.brought < MOST + PIECE
    assert line.closed == ["delivery", "line"]


@pytest.mark.parametrize("line", [FIRST // 2], indirect=True)
async def test_a_short_one_comes_whole(line: Line) -> None:
    assert [len(content) async for content in beginnings(LINK)] == [FIRST // 2]
    assert line.closed == ["delivery", "line"]


@pytest.mark.parametrize("line", [50 * MOST], indirect=True)
async def test_who_has_seen_enough_ends_it(line: Line) -> None:
    async with aclosing(beginnings(LINK)) as growing:
        await anext(growing)
    assert line.brought < FIRST + PIECE
    assert line.closed == ["delivery", "line"]
