"""What one service told about its models, kept beside the store so that it is there offline and at the next start.

A file that can't be read is as good as none: everything here can be asked for again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.private_file import write_private

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import ModelListing

Json: TypeAlias = Any
_FOLDER = "catalogue"


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list of models and when the service gave it, in epoch ms."""

    listings: tuple[ModelListing, ...]
    read_at: int


@dataclass(frozen=True, slots=True)
class KeptSchema:
    """A model's document, None where the service publishes none, and when it was read, in epoch ms."""

    document: Json
    read_at: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer to a create said about a model.

    Attributes:
        is_sold: whether it made a task.
        at: epoch ms.
        text: the service's words; empty where it made one.
    """

    is_sold: bool
    at: int
    text: str = ""


class CatalogueCache:
    """The files of one service.

    Args:
        data_dir: the store's folder.
        origin: the service.
    """

    def __init__(self, data_dir: Path, origin: str) -> None:
        self._data_dir = data_dir
        self._folder = data_dir / _FOLDER / _name(origin)

    def load_list(self) -> KeptList | None:
        """The list kept last."""
        from sora_tui.kie.catalogue import ModelListing

        kept = self._load("models")
        try:
            rows = tuple(ModelListing.model_validate(row) for row in kept["models"])
            return KeptList(rows, int(kept["read_at"]))
        except (KeyError, TypeError, ValueError):
            return None

    def save_list(self, listings: Sequence[ModelListing], read_at: int) -> None:
        """Keeps a list.

        Raises:
            OSError: it could not be written.
        """
        self._save("models", {"read_at": read_at, "models": [row.model_dump(mode="json") for row in listings]})

    def load_schema(self, model: str) -> KeptSchema | None:
        """A model's document, as kept last."""
        kept = self._load(f"schema-{_name(model)}")
        try:
            return KeptSchema(kept["openapi"], int(kept["read_at"])) if kept["model"] == model else None
        except (KeyError, TypeError, ValueError):
            return None

    def save_schema(self, model: str, document: Json, read_at: int) -> None:
        """Keeps a model's document, or that there is none (None).

        Raises:
            OSError: it could not be written.
        """
        self._save(f"schema-{_name(model)}", {"model": model, "read_at": read_at, "openapi": document})

    def load_heard(self) -> dict[str, Heard]:
        """What answers said, by model."""
        kept = self._load("heard")
        heard = {}
        for model, said in kept.items():
            try:
                heard[model] = Heard(said["is_sold"] is True, int(said["at"]), str(said["text"]))
            except (KeyError, TypeError, ValueError):
                continue
        return heard

    def save_heard(self, heard: Mapping[str, Heard]) -> None:
        """Keeps what answers said.

        Raises:
            OSError: it could not be written.
        """
        self._save("heard", {model: asdict(said) for model, said in heard.items()})

    def load_healths(self) -> dict[str, ModelHealth]:
        """How models fared when they were last asked about."""
        healths = {}
        for model, told in self._load("health").items():
            try:
                rates = tuple(None if rate is None else float(rate) for rate in told["rates"])
                rate = None if told["rate"] is None else float(told["rate"])
                healths[model] = ModelHealth(model, rates, int(told["read_at"]), rate, told["is_degraded"] is True)
            except (KeyError, TypeError, ValueError):
                continue
        return healths

    def save_healths(self, healths: Mapping[str, ModelHealth]) -> None:
        """Keeps how models fared.

        Raises:
            OSError: it could not be written.
        """
        self._save("health", {model: asdict(health) for model, health in healths.items()})

    def _load(self, name: str) -> dict[str, Json]:
        try:
            kept = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _save(self, name: str, content: dict[str, Json]) -> None:
        from sora_tui.studio.schema import make_private

        for folder in (self._data_dir, self._folder.parent, self._folder):
            make_private(folder)
        write_private(self._folder / f"{name}.json", json.dumps(content))


def _name(word: str) -> str:
    """A file name that a person recognises and that no two words share."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", word)[:48].strip("-.")
    return f"{plain}-{hashlib.sha256(word.encode('utf-8', 'replace')).hexdigest()[:8]}"
