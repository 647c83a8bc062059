"""Which campaigns there are: every module of this package that has a `CAMPAIGN`."""

from __future__ import annotations

import importlib
import pkgutil

import tests.campaigns
from tests.campaigns.campaign import Campaign


def campaigns() -> dict[str, Campaign]:
    """All of them, by name."""
    found: dict[str, Campaign] = {}
    for module in pkgutil.iter_modules(tests.campaigns.__path__):
        if module.name.startswith(("test_", "__")):
            continue
        campaign = getattr(importlib.import_module(f"tests.campaigns.{module.name}"), "CAMPAIGN", None)
        if isinstance(campaign, Campaign):
            found[campaign.name] = campaign
    return found
