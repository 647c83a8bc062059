"""A template whose holes are filled: as a text again, in which alternatives and other holes stay. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sora_tui.studio.prompts import parse


def fill_in(template: str, values: Mapping[str, str]) -> str | None:
    """The template with values for its holes; to be parsed again, like any prompt.

    A value is text and nothing but text: its braces are doubled, so that they stand for themselves.

    Args:
        template: as it was written.
        values: by the names of the holes. Holes that are not named stay as they are written.

    Returns:
        None where no text reads so: a `|` in a value can't stand among alternatives.
    """
    expansion = parse(template)
    pieces: list[str] = []
    at = 0
    for start, end, name in expansion.places:
        if name in values:
            pieces += [template[at:start], values[name].replace("{", "{{").replace("}", "}}")]
            at = end
    filled = "".join([*pieces, template[at:]])
    return filled if parse(filled).means(expansion.fill(values)) else None
