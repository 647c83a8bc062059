"""Commands run in this process, from the arguments to the exit code, with a service that answers as a test says."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sora_tui.cli.main import run
from sora_tui.settings import Settings
from tests.unit.studio.scripted_service import KEY, ScriptedService, settings_in
from tests.unit.studio.virtual_time import VirtualClock


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that is over: how, and what it wrote where."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output, read as one JSON document."""
        return json.loads(self.out)


Command = Callable[..., Ended]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `sora-tui` with arguments. Its standard output is a pipe."""

    def run_it(*arguments: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr("sys.argv", ["sora-tui", *arguments])
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as exit:
            run()
        written = capsys.readouterr()
        return Ended(int(exit.value.code or 0), written.out, written.err)

    return run_it


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings the commands will find in the environment: a key, and a store of the test's own."""
    settings = settings_in(tmp_path)
    monkeypatch.setenv("SORA_TUI_API_KEY", KEY)
    monkeypatch.setenv("SORA_TUI_BASE_URL", settings.base_url)
    monkeypatch.setenv("SORA_TUI_DATA_DIR", str(settings.data_dir))
    return settings


@pytest.fixture
def service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ScriptedService:
    """What the commands speak to instead of the network."""
    assert settings.api_key is not None
    service = ScriptedService(VirtualClock())
    monkeypatch.setattr("sora_tui.studio.connection._client_for", lambda _: service)
    return service
