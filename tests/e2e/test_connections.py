"""Kept connections die at the worst moment; a create never meets one."""

from __future__ import annotations

from sora_tui.simulator.server import Simulator
from sora_tui.studio.studio import Studio
from sora_tui.studio.task import Draft, TaskState


async def test_every_create_comes_on_a_connection_of_its_own(studio: Studio, simulator: Simulator) -> None:
    for route in ("createTask", "recordInfo", "credit"):
        simulator.fault(route, "stale_keepalive", times=0)
    sent = [
        await studio.submit(Draft(f"Boat {number}", "sora-2-pro-text-to-video", {"size": "standard"}))
        for number in range(3)
    ]
    settled = [await studio.settled(task.ref) for task in sent]
    assert {task.state for task in settled} <= {TaskState.WAITING, TaskState.SUCCESS}
    arrivals = simulator.arrivals()
    assert {arrival.ref for arrival in arrivals} == {task.ref for task in sent}
    assert [arrival.fresh for arrival in arrivals] == [True] * 3
