"""Says while a prompt is written that one like it was refused, and shows that one beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from textual.timer import Timer

from sora_tui.studio.errors import StudioError
from sora_tui.studio.prompts import parse
from sora_tui.tui.act import key_name
from sora_tui.tui.caution import DOUBTFUL

if TYPE_CHECKING:
    from textual.screen import Screen

    from sora_tui.studio.refusals import Likeness
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp
    from sora_tui.tui.widgets.prompt_pane import PromptPane

PAUSE_S = 0.3
"""How long nothing must be typed before the prompt is compared: the echo of a key comes first."""
MOST_VARIANTS = 8
"""Variants of a prompt that are compared while it is written, about a millisecond each."""
KEY = "alt+w"


class RefusalActs:
    """Compares what stands in the editor.

    Args:
        app: for screens and words.
        screen: has the clock.
        studio: remembers what was refused.
        prompt: holds the draft, and says what was found.
    """

    def __init__(self, app: SafeApp, screen: Screen[None], studio: Studio, prompt: PromptPane) -> None:
        self._app = app
        self._screen = screen
        self._studio = studio
        self._prompt = prompt
        self._timer: Timer | None = None
        self._found: Likeness | None = None
        self._text: str | None = None

    def anywhere(self) -> Mapping[str, Callable[[], None]]:
        """What can be done with the draft, by the act's id."""
        return {"refused_like": self.show}

    async def start(self) -> None:
        """Read what was refused, then compare."""
        try:
            await self._studio.refusals.load()
        except StudioError as error:
            self._app.say(f"What was refused before can't be compared with. {error}", "warning")
            return
        if self._screen.is_attached:
            self.look()

    def typed(self) -> None:
        """The draft has changed: compare it once nothing more is typed."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(PAUSE_S, self.look)

    def look(self) -> None:
        """Compare what stands in the editor now, and say what is close."""
        text = self._prompt.editor.text
        self._text = text
        self._found = self._studio.refusals.likeness(list(islice(parse(text).variants(), MOST_VARIANTS)))
        words = "" if self._found is None else f"{DOUBTFUL} {self._found.sentence} {key_name(KEY)} shows it."
        self._prompt.warn(words)

    def show(self) -> None:
        """Show the refused prompt and what is different in the draft."""
        from sora_tui.tui.comparing import Side
        from sora_tui.tui.screens.difference import DifferenceScreen

        if self._text != self._prompt.editor.text:
            self.look()
        if self._found is None:
            self._app.say("No prompt like this one was refused, as far as this program has seen.")
            return
        refused = self._found.refused
        before = Side(f"{refused.ref[:4]} · refused", refused.prompt, {"model": refused.model})
        after = Side("the draft", self._found.prompt, {"model": self._prompt.draft.model})
        self._app.push_screen(DifferenceScreen("Refused, and the draft", before, after))
