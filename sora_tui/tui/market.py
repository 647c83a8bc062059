"""What the screens ask of the studio's market of models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import ModelListing
    from sora_tui.kie.profiles import FieldError, ModelProfile
    from sora_tui.studio.availability import Availability
    from sora_tui.studio.events import Event
    from sora_tui.studio.model_health import ModelHealth
    from sora_tui.studio.prices import Quote
    from sora_tui.studio.substitutes import Substitution
    from sora_tui.studio.task import Draft


class Market(Protocol):
    """The models of a service. Reading any of it costs nothing but time: one request per second for all."""

    @property
    def listings(self) -> Sequence[ModelListing]:
        """As the service last listed them; empty before."""
        ...

    @property
    def read_at(self) -> int | None:
        """When it did, in epoch ms; None for never."""
        ...

    @property
    def is_reading(self) -> bool:
        """Whether the list is being read now."""
        ...

    def profile(self, model: str, mode: str = "") -> ModelProfile | None:
        """What is known of a model at once."""
        ...

    async def learn(self, model: str) -> ModelProfile:
        """What a model takes, read if it is not known. Raises UnusableSchema, NotAnswered."""
        ...

    async def refresh(self) -> None:
        """Read the list anew. Raises NotAnswered."""
        ...

    def availability(self, model: str) -> Availability:
        """Whether a model can be had."""
        ...

    def quote(self, draft: Draft) -> Quote:
        """What a draft will cost."""
        ...

    def pricing(self, model: str) -> str:
        """The vendor's prose on a price."""
        ...

    def health(self, model: str) -> ModelHealth | None:
        """How a model fares, as last read."""
        ...

    async def look_at_health(self, model: str) -> ModelHealth:
        """The same, read unless that was done a moment ago. Raises NotAnswered."""
        ...

    def substitutes_for(self, model: str) -> Sequence[ModelListing]:
        """Models of the same kind, best first."""
        ...

    async def substitute(self, draft: Draft, model: str) -> Substitution:
        """The draft for another model. Raises UnusableSchema, NotAnswered."""
        ...


class Marketplace(Protocol):
    """The studio, as far as models are concerned."""

    @property
    def market(self) -> Market:
        """Its models."""
        ...

    @property
    def balance(self) -> float | None:
        """Credits of the account, None when not known."""
        ...

    def check(self, draft: Draft) -> Sequence[FieldError]:
        """What is wrong with a draft."""
        ...

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `listener` with every event until the returned function is called."""
        ...
