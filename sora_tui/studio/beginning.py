"""How a result begins, without collecting it: as few of its bytes as a first picture takes. Sends no key."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

FIRST = 256 * 1024
"""Bytes after which it is first looked; then each time they have doubled. The index in front and one picture of
1280x720 take about half of it."""
MOST = 2 * 1024 * 1024
"""Bytes that are fetched at most."""


async def beginnings(link: str) -> AsyncGenerator[bytes, None]:
    """The file's first bytes, each time more of them: at `FIRST`, at twice as many, at `MOST` or its end.

    The connection is closed when nobody goes on.

    Raises:
        FetchError: it can't be had.
    """
    from sora_tui.kie.fetching import Fetcher

    fetcher = Fetcher()
    try:
        async with fetcher.fetch(link) as delivery:
            came, next_at = bytearray(), FIRST
            async with aclosing(delivery.pieces) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    came += piece
                    if len(came) >= next_at:
                        yield bytes(came[:MOST])
                        next_at *= 2
                    if len(came) >= MOST:
                        return
            yield bytes(came)
    finally:
        await fetcher.aclose()
