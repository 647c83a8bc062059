"""All that is known of one model, as it is shown beside the list."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from sora_tui.studio.availability import Availability
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.shelf import Item
from sora_tui.tui.format import ago
from sora_tui.tui.model_words import health_words
from sora_tui.tui.sparkline import sparkline
from sora_tui.tui.text import outside
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import BLANK, Aligned, Line
from sora_tui.tui.widgets.task_story import heading

_PROSE = 4_000
_SPARK_CELLS = 48


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What there is to say about a model. Its words need not be clean.

    Attributes:
        item: the model.
        availability: whether it can be had.
        price: what the draft would cost with it, in words.
        pricing: the vendor's prose.
        health: how it fares, as last read.
        takes: (label, words) of what it takes; empty while that is not known.
        takes_word: what stands there instead: what is awaited, or why it can't be used.
        health_word: the same for the health.
        is_unusable: whether `takes_word` says that it can't be used.
    """

    item: Item
    availability: Availability = field(default_factory=Availability)
    price: str = ""
    pricing: str = ""
    health: ModelHealth | None = None
    takes: tuple[tuple[str, str], ...] = ()
    takes_word: str = ""
    health_word: str = ""
    is_unusable: bool = False


def model_lines(facts: ModelFacts, now_ms: int, width: int) -> list[Line]:
    """The facts, for a panel of that many cells."""
    item = facts.item
    by = [item.provider] if item.provider else []
    lines = [
        Line(outside(item.title, "bold", multiline=False, limit=200)),
        Line(outside(" · ".join([item.model, *by]), MUTED, multiline=False, limit=300)),
    ]
    if item.kind_words:
        lines.append(Line(Content(item.kind_words)))
    lines += _standing(facts, now_ms)
    if item.description:
        lines += [BLANK, Line(outside(item.description, limit=_PROSE))]
    lines += [BLANK, heading("Price", facts.price)]
    lines.append(Line(outside(facts.pricing or "The service says nothing about it.", MUTED, limit=_PROSE)))
    lines += [BLANK, *_health(facts, now_ms, width)]
    lines += [BLANK, heading("What it takes")]
    if facts.takes_word:
        style = "$text-warning" if facts.is_unusable else MUTED
        lines.append(Line(outside(facts.takes_word, style, limit=600)))
    for label, words in facts.takes:
        name = outside(label, multiline=False, limit=40).plain
        lines.append(Line(outside(words, multiline=False, limit=600), name))
    return lines


def _standing(facts: ModelFacts, now_ms: int) -> list[Line]:
    known = facts.availability
    if not known.is_withdrawn:
        return [] if facts.item.is_listed else [Line(Content.styled("The service does not list it.", "$text-warning"))]
    since = "" if known.since is None else f" Heard {ago(known.since, now_ms)}."
    reason = known.reason or "It can't be had at the moment."
    return [Line(outside(f"{reason}{since}", "$text-warning", limit=600))]


def _health(facts: ModelFacts, now_ms: int, width: int) -> list[Line]:
    lines = [heading("Success", "of the last 24 h")]
    if facts.health is None:
        return [*lines, Line(outside(facts.health_word or "Not read yet.", MUTED, limit=300))]
    tone = "$text-warning" if facts.health.is_degraded else "$text-success"
    if facts.health.rate is None:
        tone = MUTED
    words = health_words(facts.health, now_ms)
    lines.append(Line(sparkline(facts.health.rates, max(1, min(_SPARK_CELLS, width)))))
    lines.append(Line(Content.styled(f"{words[0].upper()}{words[1:]}.", tone)))
    return lines


class ModelPanel(VerticalScroll, can_focus=True):
    """Shows the facts of one model."""

    DEFAULT_CSS = """
    ModelPanel {
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;  /* a line that fits must fit beside it too */
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._model = ""

    def compose(self) -> ComposeResult:
        """One column of lines."""
        yield Aligned(id="facts")

    def show_facts(self, facts: ModelFacts | None, now_ms: int) -> None:
        """Show a model, or nothing; another one from its beginning."""
        model = "" if facts is None else facts.item.model
        if model != self._model:
            self._model = model
            self.scroll_home(animate=False)
        width = self.scrollable_content_region.width
        self.query_one("#facts", Aligned).show_lines([] if facts is None else model_lines(facts, now_ms, width))
