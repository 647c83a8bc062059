"""F1 on a screen of its own tells every key that works there; the line at its foot tells of F1."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen

from sora_tui.settings import Settings
from sora_tui.tui.act import key_name
from sora_tui.tui.explanations import own_keys
from sora_tui.tui.screens.batch import BatchScreen
from sora_tui.tui.screens.costs import CostsScreen
from sora_tui.tui.screens.difference import DifferenceScreen
from sora_tui.tui.screens.help import HelpScreen
from sora_tui.tui.screens.history import HistoryScreen
from sora_tui.tui.screens.outbox import OutboxScreen
from sora_tui.tui.screens.versions import VersionsScreen
from sora_tui.tui.widgets.status_bar import KeyLine
from tests.tui.kit import plain, running, screen_of, send, until

Opener = Callable[[Pilot[object]], Awaitable[None]]


async def a_batch(pilot: Pilot[object]) -> None:
    screen_of(pilot).prompt.editor.put("A {red|blue} boat")
    await pilot.press("ctrl+s")


async def a_difference(pilot: Pilot[object]) -> None:
    await until(pilot, lambda: screen_of(pilot).prompt.draft.parent_ref is not None)
    await pilot.press("alt+c")


async def the_versions(pilot: Pilot[object]) -> None:
    await pilot.press("f3", "T")


def pressing(key: str) -> Opener:
    async def press(pilot: Pilot[object]) -> None:
        await pilot.press(key)

    return press


SCREENS: dict[type[Screen[Any]], Opener] = {
    BatchScreen: a_batch,
    OutboxScreen: pressing("f9"),
    HistoryScreen: pressing("ctrl+r"),
    VersionsScreen: the_versions,
    DifferenceScreen: a_difference,
    CostsScreen: pressing("f8"),
}


@pytest.mark.parametrize("width", [160, 60])
@pytest.mark.parametrize("kind", SCREENS, ids=lambda kind: kind.__name__)
async def test_f1_tells_every_key_of_the_screen(settings: Settings, kind: type[Screen[Any]], width: int) -> None:
    async with running(settings, size=(width, 45)) as pilot:
        await send(pilot, "A red boat")
        await SCREENS[kind](pilot)
        await until(pilot, lambda: isinstance(pilot.app.screen, kind))
        foot = pilot.app.screen.query_one(KeyLine)
        await until(pilot, lambda: "F1 Help" in str(foot.render()))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.pause()
        shown = plain(pilot)
        assert str(kind.help_title) in shown  # type: ignore[attr-defined]
        told = {name for keys, _ in own_keys(kind.BINDINGS) for name in keys.split(", ")}
        for binding in Binding.make_bindings(kind.BINDINGS):
            name = binding.key if binding.key.startswith("ctrl+") else key_name(binding.key)
            assert name in told
            assert f" {name}" in shown.replace(",", " ").replace("│", " ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, kind))


def test_no_key_of_these_screens_is_without_a_word() -> None:
    for kind in SCREENS:
        assert all(binding.description for binding in Binding.make_bindings(kind.BINDINGS)), kind
        assert not [name for name in vars(kind) if name.startswith(("key_", "_key_"))], "keys outside BINDINGS"


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["One", "Two", ""]))))
def test_keys_that_do_the_same_share_a_line_and_none_is_lost(pairs: list[tuple[str, str]]) -> None:
    lines = own_keys([Binding(key, "act", title) for key, title in pairs])
    assert len({title for _, title in lines}) == len(lines)
    for key, title in pairs:
        assert not title or any(key in keys.split(", ") and said == title for keys, said in lines)
