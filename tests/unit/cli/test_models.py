"""`sora-tui models`: the list, one model whole, offline, and what can't be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from sora_tui.kie.catalogue import ModelListing, SuccessPoint
from sora_tui.kie.errors import NotDelivered
from tests.unit.cli.conftest import Command
from tests.unit.studio.a_market import a_document
from tests.unit.studio.scripted_service import MODEL, ScriptedService

VEO = ModelListing(
    model="veo-3-1",
    title="Veo 3.1",
    provider="Google",
    task_types=("Text to Video", "Image to Video"),
    pricing="720P — 30 credits per video.\n1080P — 35 credits per video.",
)
TALK = ModelListing(model="elevenlabs/text-to-speech", title="Speech", provider="ElevenLabs", pricing="12 credits")


@pytest.fixture(autouse=True)
def vendor(service: ScriptedService) -> ScriptedService:
    service.listings = [VEO, TALK]
    service.points = [SuccessPoint(start="2026-10-02T04:40:00Z", success_rate=61.0, is_normal=False)]
    service.documents = {
        VEO.model: a_document(
            resolution={"type": "string", "enum": ["720p", "1080p"], "default": "720p", "description": "How sharp."},
            duration={"type": "integer", "minimum": 2, "maximum": 8},
        )
    }
    return service


def test_the_list_is_a_table_with_a_word_on_its_age(command: Command) -> None:
    ended = command("models")
    assert ended.code == 0
    head, *rows = ended.out.splitlines()
    assert head.split() == ["MODEL", "TITLE", "BY", "MAKES", "PRICE"]
    assert [row.split()[0] for row in rows] == [TALK.model, VEO.model]
    assert "720P — 30 credits per video. 1080P — 35 credits per video." in ended.out
    assert "2 of 2 models, listed 0 min ago." in ended.err


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["veo"], [VEO.model]),
        (["google", "3.1"], [VEO.model]),
        (["--kind", "image-to-video"], [VEO.model]),
        (["--kind", "audio"], [TALK.model]),
        (["--provider", "google"], [VEO.model]),
        (["--kind", "text"], []),
    ],
)
def test_models_are_found_by_words_kind_and_maker(command: Command, arguments: list[str], found: list[str]) -> None:
    document = command("models", *arguments, "--json").json
    assert [row["model"] for row in document["models"]] == found
    assert document["read_at"].endswith("Z")


def test_a_maker_that_nobody_is_is_a_mistake(command: Command) -> None:
    ended = command("models", "--provider", "nobody")
    assert ended.code == 2
    assert "ElevenLabs, Google" in ended.err


def test_the_list_is_read_once_and_anew_when_asked_for(command: Command, vendor: ScriptedService) -> None:
    command("models")
    command("models", "veo")
    assert vendor.questions == ["models"]
    command("models", "--refresh")
    assert vendor.questions == ["models", "models"]


def test_offline_the_kept_list_serves_with_a_warning(
    command: Command, vendor: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("models")

    async def unreachable() -> list[ModelListing]:
        raise NotDelivered("no network")

    monkeypatch.setattr(vendor, "models", unreachable)
    ended = command("models", "--refresh", "--jsonl")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 2
    assert "could not be read anew" in ended.err


def test_without_a_list_and_without_a_network_it_is_said(
    command: Command, vendor: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable() -> list[ModelListing]:
        raise NotDelivered("no network")

    monkeypatch.setattr(vendor, "models", unreachable)
    ended = command("models")
    assert ended.code == 7
    assert "could not be reached" in ended.err


def test_without_a_key_the_kept_list_serves(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command("models")
    monkeypatch.delenv("SORA_TUI_API_KEY")
    assert command("models", "--refresh").code == 0
    monkeypatch.setenv("SORA_TUI_DATA_DIR", str(tmp_path / "nothing-here"))
    assert command("models").code == 3


def test_one_model_is_told_whole(command: Command) -> None:
    ended = command("models", VEO.model)
    assert ended.code == 0
    assert "degraded, 61 % succeeded" in ended.out
    assert "resolution: 720p, 1080p; default 720p. How sharp." in ended.out
    assert "duration: integer; 2 to 8" in ended.out
    assert "up to 500 characters" in ended.out


def test_one_model_as_json_names_its_fields(command: Command) -> None:
    document = command("models", VEO.model, "--json").json
    assert document["model"] == VEO.model
    assert [field["name"] for field in document["fields"]] == ["resolution", "duration"]
    assert document["fields"][0]["choices"] == ["720p", "1080p"]
    assert document["health"]["rate"] == 61.0


def test_a_model_without_a_schema_says_so(command: Command) -> None:
    ended = command("models", TALK.model)
    assert ended.code == 0
    assert "no schema" in ended.out


def test_a_withdrawn_model_is_told_with_what_is_known_of_it(command: Command) -> None:
    ended = command("models", MODEL)
    assert "does not have it" in ended.out
    assert "aspect_ratio: landscape, portrait; default landscape" in ended.out


def test_a_model_that_nobody_has_matches_nothing(command: Command) -> None:
    ended = command("models", "no-such-model")
    assert (ended.code, ended.out) == (0, "")
    assert "No model matches." in ended.err
