"""The models that the simulator sells: those of the package, and what lies in a folder, also while it runs.

A file is read when its model is first asked for, and again when it changes; so is what reads it imported.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sora_tui.simulator import answers
from sora_tui.simulator.answers import Answer

if TYPE_CHECKING:
    from sora_tui.simulator.model_files import Model

WITHDRAWN = frozenset(
    {"sora-2-image-to-video", "sora-2-pro-image-to-video", "sora-2-pro-storyboard", "sora-2-characters"}
)
"""Ids the service knows, does not list and no longer sells: they answer `temporarily paused`."""

_ID = re.compile(r"[A-Za-z0-9][\w.\-]*(?:/[A-Za-z0-9][\w.\-]*)*")


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was read."""

    stamp: tuple[int, int]
    model: Model | None
    trouble: str


@dataclass(frozen=True, slots=True)
class _Switch:
    """What was said of some models while the simulator ran; of one switch for the same, the last counts."""

    pattern: str
    sold: bool | None = None
    success_rate: float | None = None


class Catalogue:
    """Every model, and which of them are sold."""

    def __init__(
        self, folder: Path | None = None, *, withdrawn: Iterable[str] = (), paused: Iterable[str] = ()
    ) -> None:
        """A catalogue.

        Args:
            folder: where further models are dropped; it need not exist.
            withdrawn: ids, or how they begin: not listed, and answered as paused.
            paused: ids that are listed and answered as paused.
        """
        self._folder = folder
        self._withdrawn = tuple(withdrawn)
        self._paused = frozenset(paused)
        self._files: dict[Path, _File] = {}
        self._switches: list[_Switch] = []

    def listed(self) -> list[Model]:
        """The models that are sold, in the order of their ids."""
        return sorted((model for model in self._all().values() if self.is_sold(model.id)), key=lambda model: model.id)

    def model(self, name: Any) -> Model | None:
        """The model of this id, sold or not; None for none."""
        if not isinstance(name, str):
            return None
        dropped = self._dropped().get(name)
        if dropped is not None:
            return dropped
        from sora_tui.simulator.model_files import market_file

        path = market_file(name)
        shipped = self._read(path).model if _ID.fullmatch(name) and path.exists() else None
        return shipped if shipped is not None and shipped.id == name else None  # some disks know no capitals

    def is_sold(self, name: str) -> bool:
        """Whether a model is listed, and can be asked for."""
        said = [switch.sold for switch in self._switches if switch.sold is not None and _fits(switch.pattern, name)]
        return said[-1] if said else not name.startswith(self._withdrawn)

    def success_rate(self, name: str) -> float | None:
        """The success rate that a model was told to have, in per cent; None for its usual one."""
        said = [switch for switch in self._switches if switch.sold is None and _fits(switch.pattern, name)]
        return said[-1].success_rate if said else None

    def switch(self, pattern: str, *, sold: bool | None = None, success_rate: float | None = None) -> None:
        """Let the models of an id, or of a beginning with `*`, be sold or not, or succeed as often as said.

        With neither, they succeed as ever. The last word counts; nothing of it is kept over a restart.
        """
        if sold is not None:
            self._switches.append(_Switch(pattern, sold=sold))
        if sold is None or success_rate is not None:
            self._switches.append(_Switch(pattern, success_rate=success_rate))

    def objection(self, name: Any, given: Any) -> Answer | None:
        """Why a create is refused, in the service's words; None when it is accepted.

        Args:
            name: the body's `model`, whatever it is.
            given: the body's `input`, whatever it is.
        """
        model = self.model(name)
        if model is None:
            is_known = isinstance(name, str) and (name in WITHDRAWN or name in self._paused)
            return Answer(500, answers.PAUSED) if is_known else Answer(422, answers.UNKNOWN_MODEL)
        if model.id in self._paused or not self.is_sold(model.id):
            return Answer(500, answers.PAUSED)
        if model.document is None:
            return None if isinstance(given, dict) else Answer(500, answers.FIELD_REQUIRED)
        return model.document.objection(model.id, given)

    def as_json(self) -> list[dict[str, Any]]:
        """Every model and every file that is none, for `GET /_simulator/models`."""
        rows = [
            {
                "model": model.id,
                "title": model.title,
                "makes": model.makes,
                "sold": self.is_sold(model.id),
                "success_rate": self.success_rate(model.id),
                "trouble": model.trouble,
            }
            for model in self._all().values()
        ]
        broken = [
            {"model": None, "file": str(path), "sold": False, "trouble": file.trouble}
            for path, file in self._files.items()
            if file.model is None
        ]
        return [*sorted(rows, key=lambda row: str(row["model"])), *broken]

    def _all(self) -> dict[str, Model]:
        from sora_tui.simulator.model_files import MARKET

        shipped = (self._read(path).model for path in sorted(MARKET.glob("*.json")))
        return {**{model.id: model for model in shipped if model is not None}, **self._dropped()}

    def _dropped(self) -> dict[str, Model]:
        """The models in the folder now."""
        paths = sorted(self._folder.glob("*.json")) if self._folder is not None else []
        for gone in [path for path in self._files if path.parent == self._folder and path not in paths]:
            del self._files[gone]
        models = (self._read(path).model for path in paths)
        return {model.id: model for model in models if model is not None}

    def _read(self, path: Path) -> _File:
        from sora_tui.simulator.model_files import read_model

        try:
            stat = os.stat(path)
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:  # it was there a moment ago
            stamp = (0, 0)
        known = self._files.get(path)
        if known is not None and known.stamp == stamp:
            return known
        try:
            model = read_model(path)
            file = _File(stamp, model, model.trouble)
        except (OSError, ValueError) as error:
            file = _File(stamp, None, str(error))
        if file.trouble:
            print(f"Catalogue: {json.dumps(path.name)}: {file.trouble}", file=sys.stderr, flush=True)
        self._files[path] = file
        return file


def _fits(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
