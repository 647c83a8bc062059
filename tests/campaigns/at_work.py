"""A studio without a face that asks about its tasks until it is ended, for campaigns that stop or kill it.

python -m tests.campaigns.at_work 10
"""

from __future__ import annotations

import asyncio
import sys

from sora_tui.settings import load
from sora_tui.studio import sleep
from sora_tui.studio.studio import Studio


async def work(asleep_s: float) -> None:
    """Ask, for ever.

    Args:
        asleep_s: a pause longer than this is taken for sleep, in the place of the program's own figure.
    """
    sleep.ASLEEP_S = asleep_s
    async with Studio(load()) as studio:
        studio.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(float(sys.argv[1])))
