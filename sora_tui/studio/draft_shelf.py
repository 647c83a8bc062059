"""Drafts that are put by, each in a file of its own, so that saving one harms no other. Written whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

from sora_tui.studio.errors import StudioError
from sora_tui.studio.private_file import write_private
from sora_tui.studio.setting_aside import set_aside
from sora_tui.studio.task import Draft

Json: TypeAlias = Any

FOLDER = "drafts"
LONGEST_NAME = 60
_ID = re.compile("[0-9a-f]{32}")
_MOST_BYTES = 10_000_000


class BadDraftName(StudioError):
    """Nothing can be kept under this name. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft that was put by.

    Attributes:
        id: 32 hex digits; saving under the same one again replaces it.
        name: the user's; empty for one that was saved without being asked.
        draft: what it says. That it was to be sent again for an unconfirmed task is not kept, and asked again.
        saved_at: epoch ms.
    """

    id: str
    name: str
    draft: Draft
    saved_at: int


@dataclass(frozen=True, slots=True)
class KeptDrafts:
    """All that were put by.

    Attributes:
        drafts: the one saved last first.
        problems: sentences about files that could not be read; damaged ones were put aside.
    """

    drafts: tuple[KeptDraft, ...]
    problems: tuple[str, ...]


class DraftShelf:
    """The drafts beside one store. Its files are small: a save takes less than a millisecond.

    Args:
        data_dir: the folder of the store, which is there.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def keep(self, draft: Draft, *, now_ms: int, name: str = "", draft_id: str | None = None) -> KeptDraft:
        """Puts the draft by, killed at any moment or not; the id to save it under from now on is in the answer.

        Args:
            draft: what to keep.
            now_ms: epoch ms.
            name: one line, 60 characters at most; empty for none.
            draft_id: of the one it replaces; None for a new one.

        Raises:
            BadDraftName: there can't be such a name.
            OSError: it could not be written; what was kept before is still there.
        """
        kept = KeptDraft(draft_id or uuid4().hex, _checked(name), draft, now_ms)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        value = {
            "name": kept.name,
            "saved_at": now_ms,
            "prompt": draft.prompt,
            "model": draft.model,
            "parameters": dict(draft.parameters),
            "parent_ref": draft.parent_ref,
            "mode": draft.mode,
        }
        write_private(self._path(kept.id), json.dumps(value, indent=1))
        return kept

    def rename(self, draft_id: str, name: str) -> KeptDraft | None:
        """Gives it another name; None where it is not there. Raises as `keep` does."""
        name = _checked(name)
        kept = next((each for each in self.all().drafts if each.id == draft_id), None)
        return kept and self.keep(kept.draft, now_ms=kept.saved_at, name=name, draft_id=draft_id)

    def drop(self, draft_id: str) -> None:
        """Takes it away; nothing is done where it is not there.

        Raises:
            OSError: it could not be taken away.
        """
        self._path(draft_id).unlink(missing_ok=True)

    def all(self) -> KeptDrafts:
        """All drafts. A damaged file is put aside under another name and told of, once."""
        drafts: list[KeptDraft] = []
        problems: list[str] = []
        try:
            paths = sorted(path for path in self._folder.glob("*.json") if _ID.fullmatch(path.stem))
        except OSError as error:
            return KeptDrafts((), (f"{self._folder} can't be read: {error.strerror}.",))
        for path in paths:
            try:
                with path.open("rb") as file:
                    data = file.read(_MOST_BYTES)
            except FileNotFoundError:  # dropped by another window meanwhile
                continue
            except OSError as error:
                problems.append(f"A draft can't be read: {path}: {error.strerror}.")
                continue
            try:
                drafts.append(_read(path.stem, json.loads(data)))
            except (ValueError, KeyError, TypeError, RecursionError):
                where = path
                with suppress(OSError):
                    where = set_aside(path)
                problems.append(f"A draft is damaged and was left out. What is left of it is in {where}")
        drafts.sort(key=lambda kept: (-kept.saved_at, kept.id))
        return KeptDrafts(tuple(drafts), tuple(problems))

    def _path(self, draft_id: str) -> Path:
        if not _ID.fullmatch(draft_id):  # it becomes a file's name
            raise ValueError(f"{draft_id!r} is no id of a draft")
        return self._folder / f"{draft_id}.json"


def _checked(name: str) -> str:
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise BadDraftName(f"A name has {LONGEST_NAME} characters at most, this one has {len(name)}.")
    if not name.isprintable():
        raise BadDraftName("A name is one line of letters, digits and signs.")
    return name


def _read(draft_id: str, value: Mapping[str, Json]) -> KeptDraft:
    prompt, model, parameters = value["prompt"], value["model"], value["parameters"]
    name, saved_at, parent, mode = value["name"], value["saved_at"], value["parent_ref"], value["mode"]
    if not (
        all(isinstance(each, str) for each in (prompt, model, name, mode))
        and isinstance(parameters, dict)
        and isinstance(saved_at, int)
        and isinstance(parent, str | None)
    ):
        raise TypeError("a value is of another kind")
    return KeptDraft(draft_id, name, Draft(prompt, model, parameters, parent_ref=parent, mode=mode), saved_at)
