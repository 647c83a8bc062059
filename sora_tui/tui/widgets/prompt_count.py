"""The line below the editor: how long the prompt is, how long it may be, or what is wrong with it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from sora_tui.kie.profiles import ModelProfile
from sora_tui.tui.text import outside

NO_PROMPT = "This model takes no prompt."


class PromptCount(Static):
    """`58 of 10,000`."""

    def show(self, text: str, profile: ModelProfile | None, wrong: str = "") -> None:
        """Count a text.

        Args:
            text: as it stands in the editor.
            profile: of the model it is for; None while that is not known.
            wrong: said instead of the count.
        """
        words = wrong or counted(text, profile)
        is_long = bool(wrong) or (profile is not None and not profile.takes_prompt)
        # A count is one line: only sentences may take more, and a new layout of the screen 40 ms at each key.
        may_change_height = is_long or self.has_class("-sentence")
        self.set_class(is_long, "-sentence")
        self.set_class(bool(wrong), "-wrong")
        self.update(outside(words, multiline=False) if wrong else Content(words), layout=may_change_height)


def counted(text: str, profile: ModelProfile | None) -> str:
    """How long a text is, in the words of a model's limits."""
    if profile is None:
        return f"{len(text):,} characters"
    if not profile.takes_prompt:
        return f"{NO_PROMPT} What stands here is kept for the next one." if text else NO_PROMPT
    words = f"{len(text):,} of {profile.prompt_limit:,}"
    return words if profile.prompt_required else f"{words} · may stay empty"
