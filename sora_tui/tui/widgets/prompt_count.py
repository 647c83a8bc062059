"""The line below the editor: how long the prompt is, how long it may be, or what is wrong with it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from sora_tui.kie.profiles import ModelProfile
from sora_tui.studio.matrix import Combinations
from sora_tui.studio.prompts import count_in_words
from sora_tui.tui.text import outside

NO_PROMPT = "This model takes no prompt."


class PromptCount(Static):
    """`58 of 10,000 · 4 variants`."""

    def show(
        self, text: str, profile: ModelProfile | None, wrong: str = "", combinations: Combinations | None = None
    ) -> None:
        """Count a text.

        Args:
            text: as it is sent; of several variants the longest.
            profile: of the model it is for; None while that is not known.
            wrong: said instead of the count.
            combinations: what it stands for; None for one task.
        """
        words = wrong or counted(text, profile) + (variants_words(combinations) if combinations else "")
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


def variants_words(combinations: Combinations) -> str:
    """` · 4 variants`, ` · 2 variants × 3 settings`; nothing for one task."""
    variants, settings = combinations.expansion.count, combinations.matrix.count
    counts = [
        f"{count_in_words(count)} {what}"
        for count, what in ((variants, "variants"), (settings, "settings"))
        if count > 1
    ]
    return f" · {' × '.join(counts)}" if counts else ""
