"""`python -m tests.campaigns [NAME …]`: runs campaigns and prints one line a figure. Exit 1 if one does not hold."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.campaigns.roll import campaigns


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for."""
    known = campaigns()
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all of them by default: {', '.join(known)}")
    parser.add_argument("--small", action="store_true", help="as many trials as CI makes")
    parser.add_argument("--count", type=int, metavar="N", help="so many trials instead")
    parser.add_argument("--no-control", action="store_true", help="leave the controls out; proves nothing alone")
    chosen = parser.parse_args(argv)
    if unknown := [name for name in chosen.names if name not in known]:
        parser.error(f"there is no campaign {unknown[0]}; there are {', '.join(known)}")
    all_hold = True
    for name in chosen.names or known:
        campaign = known[name]
        count = chosen.count or (campaign.small if chosen.small else campaign.full)
        all_hold &= run(campaign, count, with_control=not chosen.no_control)
    return 0 if all_hold else 1


def run(campaign: Campaign, count: int, *, with_control: bool = True) -> bool:
    """Run one campaign and print its figures; whether it holds and every control was caught."""
    print(f"{campaign.name}: {campaign.promise}", flush=True)
    figures = _timed(campaign.name, campaign.program, count)
    objections = campaign.objections(count, figures)
    for objection in objections:
        print(f"{campaign.name}: BROKEN: {objection}")
    holds = not objections
    for control in campaign.controls if with_control else ():
        tries = min(count, campaign.control_count or count)
        caught = campaign.is_caught(_timed(campaign.name, control, tries))
        print(f"{campaign.name}: the control ({control.name}) {'is caught' if caught else 'PASSES: proves nothing'}")
        holds &= caught
    print(f"{campaign.name}: {'holds' if holds else 'DOES NOT HOLD'}\n", flush=True)
    return holds


def _timed(name: str, trial: Trial, count: int) -> Figures:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"campaign-{name}-") as folder:
        figures = trial.run(count, Path(folder))
    told = "  ".join(f"{figure} {value:g}" for figure, value in figures.items())
    print(f"{name}: {trial.name}: {told}  ({time.monotonic() - began:.0f} s)", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
