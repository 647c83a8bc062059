"""Text from outside on its way to a widget: the only way prompts, answers and file names reach one.

The cleaning itself is in `sora_tui.sanitise`, which the commands use as well; here it becomes `Content`.
"""

from __future__ import annotations

from textual.content import Content

from sora_tui.sanitise import ELLIPSIS, MAX_MARKS, REPLACEMENT, clean, shorten

__all__ = ["ELLIPSIS", "MAX_MARKS", "REPLACEMENT", "clean", "outside", "shorten"]


def outside(text: str, style: str = "", *, multiline: bool = True, limit: int | None = None) -> Content:
    """The same as Content for a widget, all of it in one style; square brackets in it mean nothing."""
    return Content.styled(clean(text, multiline=multiline, limit=limit), style)
