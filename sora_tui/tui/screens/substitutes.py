"""Another model for one draft or a whole batch: what could make it instead, what stays, what differs, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.events import Event, ModelsChanged
from sora_tui.studio.shelf import Item
from sora_tui.studio.substitutes import Substitution
from sora_tui.studio.task import Draft
from sora_tui.tui.actions import Act
from sora_tui.tui.caution import bill
from sora_tui.tui.model_look import LATE_S, REST_S
from sora_tui.tui.model_words import price_figure, withdrawn_words
from sora_tui.tui.text import outside
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.aligned import Aligned, Line
from sora_tui.tui.widgets.model_list import ModelList, Standing
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from textual.timer import Timer

    from sora_tui.tui.market import Marketplace


class Instead(Enum):
    """What somebody wants who takes none of the models offered."""

    SEND_ANYWAY = "send anyway"
    ALL_MODELS = "all models"


@dataclass(frozen=True, slots=True)
class Offer:
    """What another model is offered for.

    Attributes:
        drafts: at least one.
        title: of the model they are for, as shown.
        can_send: whether sending them as they are is a way out.
        batch: whether they are sent at once when a model is chosen; else the one draft goes to the editor.
    """

    drafts: Sequence[Draft]
    title: str
    can_send: bool = False
    batch: bool = False


Outcome: TypeAlias = tuple[Substitution, ...] | Instead
_KEYS = (
    Act("choose", "Use it", "", "", ("enter",), rank=0),
    Act("back", "Leave as is", "", "", ("escape",), rank=1),
    Act("anyway", "Send anyway", "", "", ("s",), rank=2),
    Act("all", "All models", "", "", ("ctrl+o",), rank=3),
)
_EMPTY = ("Nothing of the kind is listed", "ctrl+o shows all models.")
_ANYWAY = "s sends it as it is: the service may have changed its mind, and a refusal costs nothing."


class SubstitutesScreen(ModalScreen[Outcome | None]):
    """Answers with the drafts for the chosen model, with another way out, or with None.

    Args:
        studio: has the market.
        offer: what for.
        now: the time in epoch ms.
    """

    CSS_PATH = "substitutes.tcss"
    AUTO_FOCUS = "#candidates"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Leave as is", show=False),
        Binding("s", "anyway", "Send anyway", show=False),
        Binding("ctrl+o,f6", "all", "All models", show=False),
    ]
    candidates = getters.query_one(ModelList)

    def __init__(self, studio: Marketplace, offer: Offer, *, now: Callable[[], int]) -> None:
        super().__init__()
        self._studio = studio
        self._market = studio.market
        self._offer = offer
        self._now = now
        self._model = offer.drafts[0].model
        self._made: dict[str, tuple[Substitution, ...]] = {}
        self._trouble: dict[str, str] = {}
        self._rest: Timer | None = None
        self._stop_listening: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """Why, the candidates, what would become of the drafts, and the keys."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = "Another model"
            yield Static(id="why")
            yield ModelList(self._standing, id="candidates")
            with VerticalScroll(id="about", can_focus=False):
                yield Aligned(id="facts")
            yield KeyLine()

    def on_mount(self) -> None:
        """Show what is known; where no list was read yet, read it."""
        self._stop_listening = self._studio.subscribe(self._heard)
        self.query_one(KeyLine).acts = [act for act in _KEYS if act.id != "anyway" or self._offer.can_send]
        self._show()
        if not self._market.listings:
            self.run_worker(self._read(), group="reading")

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._stop_listening is not None:
            self._stop_listening()

    def _heard(self, event: Event) -> None:
        if isinstance(event, ModelsChanged):
            self._show()

    def _show(self) -> None:
        offer, known = self._offer, self._market.availability(self._model)
        why = f"{withdrawn_words(offer.title, known, self._now())}\n" if known.is_withdrawn else ""
        what = "it" if len(offer.drafts) == 1 else f"these {len(offer.drafts):,}"
        anyway = f" {_ANYWAY}" if offer.can_send else ""
        self.query_one("#why", Static).update(outside(f"{why}Choose what makes {what} instead.{anyway}", limit=900))
        items = [Item.of(listing) for listing in self._market.substitutes_for(self._model)]
        empty = _EMPTY if self._market.listings else ("Reading the list of models…", "")
        self.candidates.forget()
        self.candidates.show_items(items, empty=empty)

    def _standing(self, item: Item) -> Standing:
        made = self._made.get(item.model)
        draft = made[0].draft if made else Draft(self._offer.drafts[0].prompt, item.model)
        price = price_figure(self._market.quote(draft))
        health = self._market.health(item.model)
        if item.model in self._trouble:
            return Standing(price, "no form", "bad")
        if health is None or health.rate is None:
            return Standing(price)
        return Standing(price, f"{health.rate:.0f} %", "bad" if health.is_degraded else "good")

    # The one under the cursor

    @on(ModelList.Highlighted)
    def _highlighted(self, event: ModelList.Highlighted) -> None:
        event.stop()
        self._stop_rest()
        self.workers.cancel_group(self, "making")
        item = event.item
        self._show_facts()
        if item is not None and item.model not in self._made:
            if self._market.profile(item.model) is not None:
                self._make(item)
            else:
                self._rest = self.set_timer(REST_S, partial(self._make, item))

    def _stop_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()

    def _make(self, item: Item, *, choose: bool = False) -> None:
        self._stop_rest()
        self.run_worker(self._making(item, choose), group="making", exclusive=True)

    async def _making(self, item: Item, choose: bool) -> None:
        from sora_tui.kie.openapi import UnusableSchema

        late = self.set_timer(LATE_S, partial(self._show_facts, "Reading what it takes…"))
        self._trouble.pop(item.model, None)
        try:
            made = [await self._market.substitute(draft, item.model) for draft in self._offer.drafts]
        except (UnusableSchema, NotAnswered) as error:
            self._trouble[item.model] = str(error)
        else:
            self._made[item.model] = tuple(made)
        finally:
            late.stop()
        self.candidates.forget()
        self._show_facts()
        if choose and item.model in self._made:
            self.action_choose()

    def _show_facts(self, awaited: str = "") -> None:
        item = self.candidates.highlighted
        lines: list[Line] = []
        if item is not None:
            lines.append(Line(outside(f"{item.title} · {item.model}", "bold", multiline=False, limit=200)))
            made = self._made.get(item.model)
            if made is not None:
                cost = bill([each.draft for each in made], self._market.quote, self._studio.balance)
                lines += substitution_lines(made)
                balance = f" · balance {cost.balance_words}" if cost.balance_words else ""
                lines.append(Line(Content(f"{cost.words}{balance}"), "Price"))
                if wrong := self._wrong(made):
                    lines.append(Line(outside(wrong, "$text-warning", limit=400), "Not yet"))
            elif trouble := self._trouble.get(item.model, ""):
                lines.append(Line(outside(trouble, "$text-warning", limit=400)))
            elif awaited:
                lines.append(Line(Content.styled(awaited, MUTED)))
        self.query_one("#facts", Aligned).show_lines(lines)

    def _wrong(self, made: Sequence[Substitution]) -> str:
        """Why drafts that are sent at once can't be, as sentences; empty where they can, or go to the editor first."""
        if not self._offer.batch:
            return ""
        said = dict.fromkeys(error.message for each in made for error in self._studio.check(each.draft))
        return " ".join(said)

    # What the user does

    @on(ModelList.Chosen)
    def _chosen(self, event: ModelList.Chosen) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Take the model under the cursor."""
        item = self.candidates.highlighted
        if item is None:
            return
        made = self._made.get(item.model)
        if made is None:
            self._make(item, choose=True)
        elif not self._wrong(made):
            self.dismiss(made)

    def action_back(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)

    def action_anyway(self) -> None:
        """Send it as it is."""
        if self._offer.can_send:
            self.dismiss(Instead.SEND_ANYWAY)

    def action_all(self) -> None:
        """Look through all models."""
        self.dismiss(Instead.ALL_MODELS)

    async def action_act(self, act_id: str) -> None:
        """What was clicked in the key line."""
        await self.run_action(act_id)

    async def _read(self) -> None:
        try:
            await self._market.refresh()
        except NotAnswered as error:
            self.candidates.show_items([], empty=("The list of models can't be read", str(error)))


def substitution_lines(made: Sequence[Substitution]) -> list[Line]:
    """What stays and what differs, of one draft or summed up over several."""
    kept = Counter(words for each in made for words in each.kept)
    lines = [Line(outside(" · ".join(_counted(kept, len(made))), multiline=False, limit=400), "Stays")] if kept else []
    differences = Counter(each for substitution in made for each in substitution.differences)
    for difference, count in differences.items():
        some = f"  ({count:,} of {len(made):,})" if count < len(made) else ""
        before = difference.before or "—"
        after = difference.after or "no such setting"
        change = Content.assemble(
            outside(before, MUTED, multiline=False, limit=120),
            (" → ", MUTED),
            outside(f"{after}{some}", "$text-warning", multiline=False, limit=160),
        )
        lines.append(Line(change, outside(difference.label, multiline=False, limit=30).plain))
    if not differences:
        lines.append(Line(Content("nothing that can be set"), "Differs"))
    return lines


def _counted(words: Counter[str], total: int) -> list[str]:
    return [word if count == total else f"{word} ({count:,} of {total:,})" for word, count in words.items()]
