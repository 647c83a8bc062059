"""What the prompt pane asks of the studio: the part of it that costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sora_tui.kie.profiles import FieldError, Media, ModelProfile
    from sora_tui.studio.availability import Availability
    from sora_tui.studio.inputs import InputNote
    from sora_tui.studio.prices import Quote
    from sora_tui.studio.task import Draft


class Shelf(Protocol):
    """What the pane asks of the `Market`."""

    def availability(self, model: str) -> Availability:
        """Whether a model can be had."""
        ...


class Adviser(Protocol):
    """What the pane asks of the `Studio`."""

    @property
    def market(self) -> Shelf:
        """What is known of the models."""
        ...

    @property
    def balance(self) -> float | None:
        """Credits of the account, None when not known."""
        ...

    def check(self, draft: Draft) -> Sequence[FieldError]:
        """What is wrong with a draft."""
        ...

    def quote(self, draft: Draft) -> Quote:
        """Its price, and how that is known."""
        ...

    def describe_input(self, text: str, media: Media) -> InputNote:
        """What is said beside a link or a path. Reads a few bytes of the file."""
        ...

    def profile(self, model: str, mode: str = "") -> ModelProfile | None:
        """What can be set for a model, in one of its modes; None while that is not known."""
        ...
