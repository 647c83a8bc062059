"""The shelf, and what becomes of the editor when something is taken from it. Nothing that was written is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from sora_tui.studio.errors import StudioError
from sora_tui.studio.kept import Kept, KeptKind
from sora_tui.studio.prompts import parse
from sora_tui.studio.task import Draft, Task

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.screens.shelf_holes import Filled
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.prompt_pane import PromptPane

NO_PROMPT = "This model takes no prompt. Choose another one with ctrl+o, and take it again."


class ShelfActs:
    """What is kept for later, and the draft.

    Args:
        app: for screens, words and work in the background.
        studio: keeps it.
        prompt: holds the draft.
        show_prompt: shows the pane with the draft.
        loaded: is called when the draft is another.
        now: the time in epoch ms.
    """

    def __init__(
        self,
        app: SafeApp,
        studio: Studio,
        prompt: PromptPane,
        *,
        show_prompt: Callable[[], None],
        loaded: Callable[[], None],
        now: Callable[[], int],
    ) -> None:
        self._app = app
        self._studio = studio
        self._prompt = prompt
        self._show_prompt = show_prompt
        self._loaded = loaded
        self._now = now
        self._name = ""
        """Of the draft that was taken last: it is offered when a draft is kept."""
        self._filled: dict[str, str] = {}
        """What holes were filled with last, by their names."""

    def show(self) -> None:
        """Show the shelf."""
        from sora_tui.tui.screens.shelf import Present, ShelfScreen

        def present() -> Present:
            editor = self._prompt.editor
            return Present(self._prompt.draft, editor.selected_text or editor.text, self._name)

        self._app.push_screen(ShelfScreen(self._app, self._studio.kept, present, now_ms=self._now()), self._taken)

    def _taken(self, kept: Kept | None) -> None:
        if kept is None:
            return
        if kept.draft is not None:
            self._app.spawn(self._load(kept.name, kept.draft), name="Taking the draft")
        elif self._prompt.editor.read_only:
            self._app.say(NO_PROMPT, "warning")
        elif kept.kind is KeptKind.SNIPPET:
            self._show_prompt()
            self._prompt.editor.put_in(kept.text)
            self._prompt.editor.focus()
        else:
            self._fill(kept)

    async def _load(self, name: str, draft: Draft) -> None:
        try:
            was_put_by = await self._put_by()
        except OSError as error:
            self._app.say(
                f"The draft was not taken: what stands in the editor can't be kept first ({error.strerror}). "
                "Free some space, or empty the editor with ctrl+n.",
                "error",
            )
            return
        self._show_prompt()
        await self._prompt.use_draft(draft)
        self._prompt.descend(draft.parent_ref)
        self._prompt.editor.focus()
        self._loaded()
        self._name = name
        if was_put_by:
            self._app.say("What stood in the editor was neither sent nor kept: it is on the shelf now, F7.")

    def _fill(self, kept: Kept) -> None:
        from sora_tui.tui.screens.shelf_holes import HolesScreen

        if parse(kept.text).holes:
            self._app.push_screen(HolesScreen(kept.name, kept.text, self._filled), self._is_filled)
        else:
            self._begin(kept.text)

    def _is_filled(self, filled: Filled | None) -> None:
        if filled is not None:
            self._filled |= filled.values
            self._begin(filled.text)

    def _begin(self, text: str) -> None:
        """Begin a prompt of its own with this text."""
        self._show_prompt()
        self._prompt.editor.put(text)
        self._prompt.descend(None)
        self._prompt.editor.focus()

    async def _put_by(self) -> bool:
        """Put the draft on the shelf where it would be lost; whether that was so.

        Raises:
            OSError: it could not be written.
        """
        draft = self._prompt.draft
        profile = self._prompt.profile
        settings = draft.parameters if profile is None else {**profile.defaults(), **draft.parameters}
        is_empty = not draft.prompt.strip() and (profile is None or settings == profile.defaults())
        if is_empty or await self._was_sent(draft):
            return False
        return await asyncio.to_thread(self._studio.kept.put_by, draft)

    async def _was_sent(self, draft: Draft) -> bool:
        if draft.parent_ref is None:
            return False
        try:
            tasks = await self._studio.load([draft.parent_ref])
        except StudioError:
            return False  # once too often is better than never
        return any(_says(task, draft) for task in tasks)


def _says(task: Task, draft: Draft) -> bool:
    expansion = parse(draft.prompt)
    return (
        expansion.is_plain
        and (task.model, task.prompt) == (draft.model, expansion.variant(0))
        and dict(task.parameters) == dict(draft.parameters)
    )
