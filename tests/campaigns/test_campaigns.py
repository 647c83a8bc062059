"""Every campaign, small: the promise holds, and every control is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.campaign import Campaign, Trial
from tests.campaigns.roll import campaigns

_ALL = campaigns()
_CONTROLS = [(campaign, control) for campaign in _ALL.values() for control in campaign.controls]


@pytest.mark.parametrize("campaign", _ALL.values(), ids=_ALL)
def test_the_promise_holds(campaign: Campaign, tmp_path: Path) -> None:
    assert campaign.objections(campaign.small, campaign.program.run(campaign.small, tmp_path)) == []


@pytest.mark.parametrize(
    ("campaign", "control"), _CONTROLS, ids=[f"{campaign.name}: {control.name}" for campaign, control in _CONTROLS]
)
def test_the_control_is_caught(campaign: Campaign, control: Trial, tmp_path: Path) -> None:
    count = min(campaign.small, campaign.control_count or campaign.small)
    assert campaign.is_caught(control.run(count, tmp_path))


@pytest.mark.parametrize("campaign", _ALL.values(), ids=_ALL)
def test_every_campaign_has_a_control(campaign: Campaign) -> None:
    assert campaign.controls
