"""What the service really answered, and the documents it published about its models, as files beside the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data"


def _recorded_in(name: str) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads((DATA / "captures" / name).read_text("utf-8"))
    return {what: value for what, value in recorded.items() if not what.startswith("_")}


RECORDED = {
    f"{path.stem.removeprefix('captures-')} {what}": value.get("body", value)
    for path in sorted((DATA / "captures").glob("*.json"))
    for what, value in _recorded_in(path.name).items()
}
"""Every recorded body, by the month it was recorded in and what was asked."""


def recorded(name: str) -> dict[str, Any]:
    """One recorded body, fresh each time."""
    body: dict[str, Any] = json.loads(json.dumps(RECORDED[name]))
    return body


def document(name: str) -> dict[str, Any]:
    """A published document, fresh each time."""
    published: dict[str, Any] = json.loads((DATA / "schemas" / f"{name}.json").read_text("utf-8"))
    return published


def made() -> dict[str, str]:
    """The documents written for these tests in the manner of the published ones, each with its model."""
    names = sorted(path.stem for path in (DATA / "schemas").glob("made__*.json"))
    return {name: name.removeprefix("made__").replace("__", "/") for name in names}
