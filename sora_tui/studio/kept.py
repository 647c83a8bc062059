"""What the user keeps for later: drafts under names, templates, snippets. Looks at files: better asked in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from sora_tui.studio.draft_shelf import DraftShelf, KeptDraft
from sora_tui.studio.fuzzy import match
from sora_tui.studio.task import Draft
from sora_tui.studio.templates import (
    BadTemplate,
    TemplateKind,
    checked_name,
    load_templates,
    remove_template,
    rename_template,
    save_template,
)

MOST_UNNAMED = 20
"""Drafts that were put by without being asked for; the oldest make room."""
LOOKED_AT = 20_000
"""Characters of a text that are searched and shown: a draft that another program wrote may have any number."""
_NAME_COUNTS = 3
"""How much more a letter of the name says than one of the text."""


class KeptKind(Enum):
    """What kind of thing is kept; the value is the word for it."""

    DRAFT = "draft"
    TEMPLATE = "template"
    SNIPPET = "snippet"

    @property
    def table(self) -> TemplateKind:
        """Where a text of this kind stands in the file."""
        return TemplateKind.TEMPLATE if self is KeptKind.TEMPLATE else TemplateKind.SNIPPET


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing.

    Attributes:
        kind: what it is.
        key: tells it from others of its kind: the draft's id, else its name.
        name: the user's, or from a file that another program wrote; empty for a draft put by without being asked.
        text: the prompt, or the part of one.
        draft: the whole of it; None for a template or a snippet.
        saved_at: epoch ms; None where nobody wrote it down.
    """

    kind: KeptKind
    key: str
    name: str
    text: str
    draft: Draft | None = None
    saved_at: int | None = None


@dataclass(frozen=True, slots=True)
class AllKept:
    """Everything.

    Attributes:
        things: drafts, the latest first, then templates, then snippets, in the order of the file.
        problems: sentences about files that could not be read.
    """

    things: tuple[Kept, ...] = ()
    problems: tuple[str, ...] = ()

    def named(self, kind: KeptKind, name: str) -> Kept | None:
        """What has this name among those of its kind."""
        return next((kept for kept in self.things if kept.kind is kind and kept.name == name.strip()), None)


def found(things: Sequence[Kept], query: str) -> list[Kept]:
    """Those whose name or text fits what was typed, the best first; all in their order where nothing was."""
    if not query.strip():
        return list(things)
    scored: list[tuple[int, Kept]] = []
    for kept in things:
        scores = [
            each.score * weight
            for text, weight in ((kept.name, _NAME_COUNTS), (kept.text[:LOOKED_AT], 1))
            if (each := match(query, text)) is not None
        ]
        if scores:
            scored.append((max(scores), kept))
    scored.sort(key=lambda each: -each[0])
    return [kept for _, kept in scored]


class KeptTexts:
    """The shelf beside one store.

    Args:
        data_dir: the folder of the store, which is there.
        now_ms: the time in epoch ms.
    """

    def __init__(self, data_dir: Path, *, now_ms: Callable[[], int]) -> None:
        self._data_dir = data_dir
        self._drafts = DraftShelf(data_dir)
        self._now_ms = now_ms

    def all(self) -> AllKept:
        """Everything that is kept; never raises."""
        drafts, texts = self._drafts.all(), load_templates(self._data_dir)
        things = [_of_draft(kept) for kept in drafts.drafts]
        for kind in (KeptKind.TEMPLATE, KeptKind.SNIPPET):
            things += [Kept(kind, name, name, text) for name, text in texts.of(kind.table).items()]
        return AllKept(tuple(things), (*drafts.problems, *([texts.problem] if texts.problem else [])))

    def keep_draft(self, name: str, draft: Draft) -> str:
        """Keeps a draft under a name, in place of the one that has it. Returns what to tell the user, as all of these.

        Raises:
            BadTemplate, BadDraftName: nothing can be kept under this name.
            OSError: it could not be written; what was kept before is still there.
        """
        name = checked_name(name)
        before = self.all().named(KeptKind.DRAFT, name)
        self._drafts.keep(draft, now_ms=self._now_ms(), name=name, draft_id=before.key if before else None)
        return ""

    def keep_text(self, kind: KeptKind, name: str, text: str) -> str:
        """Keeps a template or a snippet under a name, in place of the one that has it. Raises as `keep_draft` does."""
        return save_template(self._data_dir, kind.table, name, text)

    def put_by(self, draft: Draft) -> bool:
        """Keeps a draft without a name, unless one says the same already; whether it was kept now.

        Raises:
            OSError: it could not be written.
        """
        drafts = self._drafts.all().drafts
        if any(_same(kept.draft, draft) for kept in drafts):
            return False
        self._drafts.keep(draft, now_ms=self._now_ms())
        for old in [kept for kept in drafts if not kept.name][MOST_UNNAMED - 1 :]:
            self._drafts.drop(old.id)
        return True

    def rename(self, kept: Kept, name: str) -> str:
        """Gives it another name. Raises as `keep_draft` does, and where the name is in use."""
        if kept.kind is not KeptKind.DRAFT:
            return rename_template(self._data_dir, kept.kind.table, kept.key, name)
        name = checked_name(name)
        other = self.all().named(KeptKind.DRAFT, name)
        if other is not None and other.key != kept.key:
            raise BadTemplate("This name is in use. Choose another one.")
        if self._drafts.rename(kept.key, name) is None:
            raise BadTemplate("It is not on the shelf any more: another window took it away.")
        return ""

    def drop(self, kept: Kept) -> str:
        """Takes it away; nothing is done where it is not there.

        Raises:
            OSError: it could not be taken away.
        """
        if kept.kind is KeptKind.DRAFT:
            self._drafts.drop(kept.key)
            return ""
        return remove_template(self._data_dir, kept.kind.table, kept.key)


def _of_draft(kept: KeptDraft) -> Kept:
    return Kept(KeptKind.DRAFT, kept.id, kept.name, kept.draft.prompt, kept.draft, kept.saved_at)


def _same(one: Draft, other: Draft) -> bool:
    return (one.prompt, one.model, dict(one.parameters), one.parent_ref, one.mode) == (
        other.prompt,
        other.model,
        dict(other.parameters),
        other.parent_ref,
        other.mode,
    )
