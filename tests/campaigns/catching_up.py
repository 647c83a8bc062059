"""A poller that makes up for every turn it missed, the control of the sleep campaign.

python -m tests.campaigns.catching_up URL KEY ID…
"""

from __future__ import annotations

import asyncio
import sys

import httpx

EVERY_S = 2.0


async def poll(client: httpx.AsyncClient, url: str, task_id: str, begun: float) -> None:
    """Ask about one task at fixed times, however late they have become."""
    due = begun
    while True:
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        await client.get(f"{url}/api/v1/jobs/recordInfo", params={"taskId": task_id})
        due += EVERY_S


async def main(url: str, key: str, *task_ids: str) -> None:
    """Ask about all of them, spread, for ever."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    now = asyncio.get_running_loop().time()
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=60) as client:
        pace = EVERY_S / len(task_ids)
        await asyncio.gather(*(poll(client, url, task_id, now + i * pace) for i, task_id in enumerate(task_ids)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
