"""What the program makes of a store after a campaign: it sends what was queued, and finds paid tasks by their ids."""

from __future__ import annotations

from collections.abc import Sequence

from sora_tui.settings import Settings
from sora_tui.simulator.ledger import Charge
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import TaskState


async def rest(settings: Settings) -> None:
    """Starts once more and leaves when nothing is queued any more."""
    async with Studio(settings) as studio:
        studio.start()
        for task in list(studio.tasks.values()):
            await studio.settled(task.ref)


async def unmatched(settings: Settings, charges: Sequence[Charge]) -> int:
    """How many unconfirmed tasks that were paid for are not recognised by the id in the ledger."""
    async with Studio(settings) as studio:
        unsure = {task.ref for task in studio.tasks.values() if task.state is TaskState.UNCONFIRMED}
        paid = [charge for charge in charges if charge.ref in unsure]
        return sum([(await studio.adopt(charge.task_id)).task.ref != charge.ref for charge in paid])
