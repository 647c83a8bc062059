"""The frame itself: a campaign that was not tried does not hold, and a control is caught by its fault alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.campaign import Campaign, Figures, Trial

GOOD = {"kills": 3, "lost": 0, "on the wire": 1}


def a_run(count: int, folder: Path) -> Figures:
    return GOOD


CAMPAIGN = Campaign(
    name="example",
    promise="nothing is lost",
    never=("lost",),
    always=("kills",),
    some=("on the wire",),
    program=Trial("the program", a_run),
    controls=(Trial("loses", a_run),),
    full=3,
    small=3,
)


def test_figures_as_they_should_be_leave_no_objection() -> None:
    assert CAMPAIGN.objections(3, GOOD) == []
    assert not CAMPAIGN.is_caught(GOOD)


@pytest.mark.parametrize(
    ("wrong", "is_caught"),
    [
        ({"lost": 1}, True),
        ({"kills": 2}, False),  # it was not tried as often, or not at all where it matters: that proves nothing
        ({"on the wire": 0}, False),
    ],
)
def test_each_kind_of_figure_is_objected_to(wrong: dict[str, int], is_caught: bool) -> None:
    assert len(CAMPAIGN.objections(3, GOOD | wrong)) == 1
    assert CAMPAIGN.is_caught(GOOD | wrong) is is_caught
