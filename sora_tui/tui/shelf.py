"""The models on offer as the screens show them: searched, filtered, counted. Pure; no word of it is clean yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sora_tui.kie.kinds import ModelKind
from sora_tui.studio.text import fold

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import ModelListing


@dataclass(frozen=True, slots=True)
class Item:
    """One model.

    Attributes:
        model: the vendor's id.
        title: as the vendor shows it.
        provider: who made it; empty where nobody says.
        kinds: what it makes out of what; empty for a model that is not listed.
        pricing: the vendor's prose.
        description: the vendor's prose.
        is_listed: whether the service lists it.
    """

    model: str
    title: str
    provider: str = ""
    kinds: frozenset[ModelKind] = frozenset()
    pricing: str = ""
    description: str = ""
    is_listed: bool = True
    words: str = field(default="", repr=False, compare=False)
    """What a search looks through, folded."""
    run_on: str = field(default="", repr=False, compare=False)
    """The same without what stands between letters and digits: `veo31` finds `Veo 3.1`."""

    @classmethod
    def of(cls, listing: ModelListing) -> Item:
        """The model of a row of the service's list."""
        words = fold(f"{listing.title} {listing.model} {listing.provider}")
        return cls(
            listing.model,
            listing.title or listing.model,
            listing.provider,
            listing.kinds,
            listing.pricing,
            listing.description,
            words=words,
            run_on=_run_on(words),
        )

    @classmethod
    def unlisted(cls, model: str, title: str = "") -> Item:
        """A model that is used here and that the service does not list."""
        words = fold(f"{title} {model}")
        return cls(model, title or model, is_listed=False, words=words, run_on=_run_on(words))

    @property
    def kind_words(self) -> str:
        """`text, image to video`, in the order of the kinds."""
        by_end: dict[str, list[str]] = {}
        for kind in ModelKind:
            if kind in self.kinds:
                start, _, end = kind.value.rpartition(" to ")
                by_end.setdefault(end, []).append(start)
        parts = (
            f"{', '.join(filter(None, starts))} to {end}" if any(starts) else end for end, starts in by_end.items()
        )
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for.

    Attributes:
        words: must all be found, in any order.
        kind: what the model must do; None for anything.
        provider: who must have made it; empty for anybody.
    """

    words: str = ""
    kind: ModelKind | None = None
    provider: str = ""


class Shelf:
    """Models in the order in which they are shown: by title, those that are not listed first.

    Args:
        items: each model once.
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.items: Sequence[Item] = sorted(items, key=lambda item: (item.is_listed, fold(item.title), item.model))

    def matching(self, wish: Wish) -> list[Item]:
        """The models somebody looks for; those whose title begins with the first word come first."""
        words = fold(wish.words).split()
        found = [
            item
            for item in self.items
            if _has(item, words)
            and (wish.kind is None or wish.kind in item.kinds)
            and (not wish.provider or wish.provider == item.provider)
        ]
        if words:
            found.sort(key=lambda item: not fold(item.title).startswith(words[0]))
        return found

    def kinds(self, wish: Wish) -> list[tuple[ModelKind | None, int]]:
        """How many models of each kind the rest of a wish leaves; None stands for all. Kinds that nobody makes go."""
        left = self.matching(Wish(wish.words, None, wish.provider))
        counts = Counter(kind for item in left for kind in item.kinds)
        there = {kind for item in self.items for kind in item.kinds}
        return [(None, len(left)), *((kind, counts[kind]) for kind in ModelKind if kind in there)]

    def providers(self, wish: Wish) -> list[tuple[str, int]]:
        """How many models of each provider the rest of a wish leaves; the empty name stands for all."""
        left = self.matching(Wish(wish.words, wish.kind))
        counts = Counter(item.provider for item in left)
        there = sorted({item.provider for item in self.items if item.provider}, key=fold)
        return [("", len(left)), *((provider, counts[provider]) for provider in there)]


def _has(item: Item, words: Sequence[str]) -> bool:
    return all(word in item.words or ((bare := _run_on(word)) and bare in item.run_on) for word in words)


def _run_on(text: str) -> str:
    return "".join(filter(str.isalnum, text))
