"""Imported once by the process that children are forked from: everything they need, and what is made once."""

from __future__ import annotations

import asyncio
import contextlib

from sora_tui.kie.client import KieClient
from sora_tui.kie.errors import KieError
from tests.campaigns import collectors, mortal

__all__ = ["collectors", "mortal"]


async def _ask_nobody() -> None:
    async with KieClient("demo-nobody", base_url="http://127.0.0.1:1") as client:
        with contextlib.suppress(KieError):
            await client.credits()


# The first request of a process makes its TLS context, which takes longer than a whole send.
asyncio.run(_ask_nobody())
