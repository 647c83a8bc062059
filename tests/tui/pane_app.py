"""A little app with a prompt pane and an adviser that knows a few models and counts what it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypeAlias

from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from sora_tui.kie.profiles import SORA_2_PRO, FieldError, Media, ModelProfile, check
from sora_tui.studio.availability import Availability, Sold
from sora_tui.studio.inputs import InputNote, without_paths
from sora_tui.studio.prices import Basis, Quote
from sora_tui.studio.task import Draft
from sora_tui.tui.widgets.prompt_pane import PromptPane

Told: TypeAlias = PromptPane.Edited | PromptPane.SendPressed | PromptPane.ModelPressed | PromptPane.StopPressed


class Knowing:
    """An adviser that knows these models."""

    def __init__(self, *profiles: ModelProfile) -> None:
        self.profiles = {profile.model: profile for profile in profiles}
        self.balance: float | None = 1000.0
        self.checked: list[Draft] = []
        self.withdrawn: set[str] = set()

    @property
    def market(self) -> Knowing:
        return self

    def availability(self, model: str) -> Availability:
        return Availability(Sold.NO if model in self.withdrawn else Sold.YES, 1)

    def describe_input(self, text: str, media: Media) -> InputNote:
        return InputNote(f"{text} · {media}")

    def profile(self, model: str, mode: str = "") -> ModelProfile | None:
        return self.profiles.get(model)

    def check(self, draft: Draft) -> list[FieldError]:
        self.checked.append(draft)
        profile = self.profiles.get(draft.model)
        if profile is None:
            return [FieldError("model", "Not known.")]
        profile = profile.in_mode(draft.mode)
        parameters = without_paths(profile, profile.completed(draft.parameters))
        return check(profile, draft.prompt, parameters)

    def quote(self, draft: Draft) -> Quote:
        profile = self.profiles.get(draft.model)
        price = None if profile is None else profile.price(draft.parameters)
        return Quote() if price is None else Quote(price, Basis.LISTED)


class PaneApp(App[object]):
    """The pane alone."""

    CSS = "#writing { height: 8; } #settings { height: auto; } #editor { height: 1fr; } #count { height: auto; }"

    def __init__(self, adviser: Knowing, draft: Draft) -> None:
        super().__init__()
        self.pane = PromptPane(adviser, draft)
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    @on(PromptPane.Edited)
    @on(PromptPane.SendPressed)
    @on(PromptPane.ModelPressed)
    @on(PromptPane.StopPressed)
    def keep(self, event: Told) -> None:
        assert event.control is self.pane
        self.told.append(type(event).__name__)


@asynccontextmanager
async def drafting(
    *profiles: ModelProfile, draft: Draft | None = None, size: tuple[int, int] = (70, 30)
) -> AsyncIterator[tuple[Pilot[object], PromptPane, Knowing, PaneApp]]:
    known: Iterable[ModelProfile] = profiles or (SORA_2_PRO,)
    adviser = Knowing(*known)
    app = PaneApp(adviser, draft or Draft("", next(iter(known)).model))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.pane, adviser, app
