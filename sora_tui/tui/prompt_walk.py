"""Walking through the prompts that were sent, like a shell: what was typed comes back at the end. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from sora_tui.tui.paste import clean_paste


class PromptWalk:
    """Where one is among the prompts.

    Args:
        typed: what stood in the editor.
        sent: the prompts, the newest first; those that read like one beside them are passed over.
    """

    def __init__(self, typed: str = "", sent: Sequence[str] = ()) -> None:
        self._texts = [typed]
        for text in map(clean_paste, sent):
            if text != self._texts[-1]:
                self._texts.append(text)
        self._place = 0

    def is_at(self, text: str) -> bool:
        """Whether the editor still shows what this walk put there; otherwise it is time for another."""
        return self._place > 0 and self._texts[self._place] == text

    def step(self, by: int) -> str | None:
        """The text that far earlier, or later where below 0; None at either end."""
        if not 0 <= self._place + by < len(self._texts):
            return None
        self._place += by
        return self._texts[self._place]
