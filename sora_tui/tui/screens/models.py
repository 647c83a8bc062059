"""Every model of the service: find one, see what it takes, costs and how it fares, and use it for the draft."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalGroup
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from sora_tui.kie.kinds import ModelKind
from sora_tui.studio.errors import NotAnswered
from sora_tui.studio.events import Event, ModelsChanged
from sora_tui.studio.market import LIST_GOOD_FOR_MS
from sora_tui.studio.shelf import Item, Shelf, Wish
from sora_tui.studio.substitutes import Substitution
from sora_tui.studio.task import Draft
from sora_tui.tui.actions import Act, key_names
from sora_tui.tui.caution import bill
from sora_tui.tui.model_look import LATE_S, ModelLook
from sora_tui.tui.model_words import age_words, price_figure
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.widgets.choices import ChoiceLine
from sora_tui.tui.widgets.control import ValueChanged
from sora_tui.tui.widgets.model_facts import ModelPanel
from sora_tui.tui.widgets.model_list import ModelList, Standing
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from textual.timer import Timer

    from sora_tui.tui.market import Marketplace

KEYS = (
    Act("choose", "Use it", "Use it for the draft", "", ("enter",), rank=0),
    Act("back", "Back", "Back, the draft stays as it was", "", ("escape",), rank=1),
    Act("read", "Read again", "Read the list again", "", ("ctrl+r",), rank=2),
    Act("help", "Help", "Help for this screen", "", ("f1",), rank=3),
)
_NOTHING_LISTED = ("No models yet", "ctrl+r reads the list from the service.")
_NOTHING_FOUND = ("No model is like that", "Type fewer words, or choose all kinds.")


class ModelsScreen(ModalScreen[Substitution | None]):
    """Answers with the draft for the chosen model, or with None.

    Args:
        studio: has the market.
        draft: what is to be made.
        now: the time in epoch ms.
    """

    help_title = "The models"
    help_text = (
        "Everything the service makes something with. What you type is looked for in title, id and provider, its "
        "words in any order. Stay on a model for a moment to see what it takes and how it fared in the last 24 hours. "
        "enter uses it for the draft: what can be set for both models goes along, and what differs is said. "
        "Credits are those of the draft for its own model and of the usual settings for the others, with ≤ where "
        "only the most it can be is known."
    )
    CSS_PATH = "models.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+o,f6", "back", "Back", show=False),
        Binding("ctrl+r,f5", "read", "Read the list again", show=False),
        Binding("f1", "help", "Help", show=False),
        Binding("up", "list('cursor', -1)", "Up", show=False),
        Binding("down", "list('cursor', 1)", "Down", show=False),
        Binding("pageup", "list('page', -1)", "Page up", show=False),
        Binding("pagedown", "list('page', 1)", "Page down", show=False),
        Binding("ctrl+home", "list('edge', 0)", "First", show=False),
        Binding("ctrl+end", "list('edge', -1)", "Last", show=False),
        Binding("enter", "choose", "Use it", show=False),
    ]

    words = getters.query_one("#words", Input)
    kinds = getters.query_one("#kinds", ChoiceLine)
    providers = getters.query_one("#providers", ChoiceLine)
    models = getters.query_one(ModelList)
    panel = getters.query_one(ModelPanel)

    def __init__(self, studio: Marketplace, draft: Draft, *, now: Callable[[], int]) -> None:
        super().__init__()
        self._studio = studio
        self._market = studio.market
        self._draft = draft
        self._now = now
        self._shelf = Shelf()
        self._look = ModelLook(self, self._market, self._show_facts)
        self._trouble = ""
        self._said: str | None = None
        self._late: Timer | None = None
        self._stop_listening: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """What is looked for, the list with what is known of one, and the keys."""
        with VerticalGroup(id="wish"):
            with HorizontalGroup():
                yield Input(placeholder="title, id or provider", compact=True, select_on_focus=False, id="words")
                yield ChoiceLine([("", "any provider")], title="Provider", id="providers")
            yield ChoiceLine([(None, "all")], title="What it makes", id="kinds")
        with HorizontalGroup(id="found"):
            yield ModelList(self._standing, id="models")
            yield ModelPanel(id="model")
        yield Static(id="age")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show what is known, and read the list where that is old."""
        self.query_one("#wish").border_title = "Models"
        self.panel.border_title = "Model"
        self._stop_listening = self._studio.subscribe(self._heard)
        self.query_one(KeyLine).acts = KEYS
        self._stock(on=self._draft.model)
        self.set_interval(1.0, self._show_age)
        read_at = self._market.read_at
        if read_at is None or self._now() - read_at > LIST_GOOD_FOR_MS:
            self.action_read()

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._stop_listening is not None:
            self._stop_listening()

    # What is known

    def _heard(self, event: Event) -> None:
        if isinstance(event, ModelsChanged):
            self._stock()
            self._show_facts()

    def _stock(self, *, on: str = "") -> None:
        items = [Item.of(listing) for listing in self._market.listings]
        if not any(item.model == self._draft.model for item in items):
            profile = self._market.profile(self._draft.model)
            items.append(Item.unlisted(self._draft.model, profile.title if profile else ""))
        self._shelf = Shelf(items)
        self.models.forget()
        self._show_found(on=on)

    def _standing(self, item: Item) -> Standing:
        price = price_figure(self._market.quote(self._draft_for(item)))
        if self._market.availability(item.model).is_withdrawn:
            return Standing(price, "withdrawn", "bad")
        if self._look.why_unusable(item.model):
            return Standing(price, "no form", "bad")
        return Standing(price, "in use", "good") if item.model == self._draft.model else Standing(price)

    def _draft_for(self, item: Item) -> Draft:
        return self._draft if item.model == self._draft.model else Draft(self._draft.prompt, item.model)

    # What is shown

    @property
    def _wish(self) -> Wish:
        kind, provider = self.kinds.value, self.providers.value
        return Wish(
            self.words.value,
            kind if isinstance(kind, ModelKind) else None,
            provider if isinstance(provider, str) else "",
        )

    def _show_found(self, *, on: str = "") -> None:
        wish = self._wish
        _offer(self.kinds, [(kind, f"{kind or 'all'} {count:,}") for kind, count in self._shelf.kinds(wish)])
        _offer(
            self.providers,
            [(name, f"{shorten(name, 20) or 'any provider'} {count:,}") for name, count in self._shelf.providers(wish)],
        )
        found = self._shelf.matching(wish)
        self.models.show_items(found, on=on, empty=_NOTHING_FOUND if self._market.listings else _NOTHING_LISTED)
        total = len(self._shelf.items)
        said = f"{total:,}" if len(found) == total else f"{len(found):,} of {total:,}"
        self.query_one("#wish").border_title = f"Models · {said}"
        self._show_age()

    def _show_facts(self) -> None:
        item = self.models.highlighted
        if item is None:
            self.panel.show_facts(None, self._now())
            return
        cost = bill([self._draft_for(item)], self._market.quote, None)
        is_others = cost.price is not None and item.model != self._draft.model
        price = f"{cost.words}{', as it is usually set' if is_others else ''}"
        self.panel.show_facts(self._look.facts(item, price), self._now())

    def _show_age(self) -> None:
        words = self._said
        if words is None:
            age = age_words(
                self._market.read_at, self._now(), is_reading=self._market.is_reading, trouble=self._trouble
            )
            words = age if self._market.is_reading else f"{age.rstrip('.')} · ctrl+r reads it again"
        self.query_one("#age", Static).update(outside(words, multiline=False))

    def _say(self, sentence: str | None, *, is_wrong: bool = False) -> None:
        """Say something in the line where the list's age stands otherwise."""
        self._said = sentence
        self.query_one("#age").set_class(is_wrong, "-wrong")
        self._show_age()

    # What the user does

    @on(Input.Changed, "#words")
    @on(ValueChanged)
    def _narrowed(self, event: Input.Changed | ValueChanged) -> None:
        event.stop()
        self._show_found()

    @on(ModelList.Highlighted)
    def _highlighted(self, event: ModelList.Highlighted) -> None:
        event.stop()
        self._say(None)
        self._look.at("" if event.item is None else event.item.model)
        self._show_facts()

    @on(Input.Submitted, "#words")
    @on(ModelList.Chosen)
    def _chosen(self, event: Input.Submitted | ModelList.Chosen) -> None:
        event.stop()
        self.action_choose()

    def on_key(self, event: events.Key) -> None:
        """A letter typed anywhere else is meant for the search."""
        if event.is_printable and event.character and event.character != " " and not self.words.has_focus:
            event.stop()
            self.set_focus(self.words)
            self.words.insert_text_at_cursor(event.character)

    def on_resize(self) -> None:
        """The bars of a day are as many as there is room for."""
        self.call_after_refresh(self._show_facts)

    async def action_act(self, act_id: str) -> None:
        """What was clicked in the key line."""
        await self.run_action(act_id)

    def action_list(self, act: str, argument: int) -> None:
        """Move in the list, wherever the focus is."""
        getattr(self.models, f"action_{act}")(argument)

    def action_read(self) -> None:
        """Read the list anew."""
        self.run_worker(self._read(), group="reading", exclusive=True)

    def action_choose(self) -> None:
        """Use the model under the cursor, once it is known what it takes."""
        item = self.models.highlighted
        if item is None:
            return
        if item.model == self._draft.model:
            self.dismiss(None)
            return
        if reason := self._look.why_unusable(item.model):
            self._say(reason, is_wrong=True)
            return
        self.run_worker(self._choose(item), group="choosing", exclusive=True)

    def action_back(self) -> None:
        """Leave the draft as it was."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Explain this screen."""
        from sora_tui.tui.screens.help import HelpScreen

        keys = [("↑ ↓", "Move in the list"), ("tab", "Search, provider, kind, list, model")]
        keys += [(key_names(act.keys), act.title) for act in KEYS]
        self.app.push_screen(HelpScreen(self, keys, working=False, is_alone=True))

    async def _read(self) -> None:
        self._trouble = ""
        late = self.set_timer(LATE_S, self._show_age)
        try:
            await self._market.refresh()
        except NotAnswered as error:
            self._trouble = str(error)
        finally:
            late.stop()
        self._stock()
        self._show_facts()

    async def _choose(self, item: Item) -> None:
        from sora_tui.kie.openapi import UnusableSchema

        late = self.set_timer(LATE_S, partial(self._say, f"Reading what {shorten(item.title, 40)} takes…"))
        try:
            substitution = await self._market.substitute(self._draft, item.model)
        except UnusableSchema as error:
            self._look.note_unusable(item.model, str(error))
            self._say(str(error), is_wrong=True)
            self.models.forget()
        except NotAnswered as error:
            self._say(str(error), is_wrong=True)
        else:
            self.dismiss(substitution)
        finally:
            late.stop()


def _offer(line: ChoiceLine, choices: list[tuple[object, str]]) -> None:
    """Give a line other choices; what was picked stays picked as long as it is among them."""
    picked = line.value
    line.choices = tuple(choices)
    line.pick(picked)
    line.refresh()
