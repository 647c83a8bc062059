"""From one model to another: the settings that can be carried over, and what will be different. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sora_tui.studio.task import Draft


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that does not come out as it went in.

    Attributes:
        label: what it is about: `Length`, `Watermark`.
        before: how it stands now, as shown; empty where the first model has no such setting.
        after: how it will stand, as shown; empty where the other model has no such setting.
    """

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Substitution:
    """A draft for another model.

    Attributes:
        draft: with the other model's id, mode and parameters; the same prompt.
        kept: settings that mean the same as before, in words: `16:9`, `10 s`.
        differences: what changes.
    """

    draft: Draft
    kept: tuple[str, ...]
    differences: tuple[Difference, ...]
