"""What may not be imported where: layers, and nothing slow before the first frame."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        (
            "sora_tui.studio.studio",
            [
                "textual",
                "rich",
                "httpx",
                "av",
                "starlette",
                "uvicorn",
                "click",
                "sora_tui.studio.repair",
                "sora_tui.studio.callbacks",
            ],
        ),
        ("sora_tui.settings", ["tomlkit", "httpx", "keyring", "textual"]),
        ("sora_tui.kie.codes", ["httpx", "textual", "sora_tui.studio"]),
        ("sora_tui.log.run", ["textual", "httpx", "click", "filelock", "sora_tui.settings", "sora_tui.studio"]),
        (
            "sora_tui.tui.app",
            ["httpx", "av", "starlette", "uvicorn", "keyring", "PIL", "tomlkit", "sora_tui.kie.openapi"],
        ),
        (
            "sora_tui.cli.main",
            ["httpx", "av", "starlette", "uvicorn", "textual", "pydantic", "sora_tui.settings", "sora_tui.cli.tasks"],
        ),
        ("sora_tui.simulator.server", ["sora_tui.kie", "sora_tui.studio", "httpx", "textual"]),
    ],
)
def test_importing_a_room_leaves_others_alone(module: str, absent: list[str]) -> None:
    code = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
