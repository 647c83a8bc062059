"""A form of twenty fields where it lives: all of it can be reached at any size, and what sends it stays in sight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from sora_tui.kie.profiles import FieldKind, ModelProfile
from sora_tui.settings import Settings
from sora_tui.studio.availability import Availability
from sora_tui.studio.task import Draft
from sora_tui.studio.uploads import UploadProgress
from sora_tui.tui.widgets.prompt_pane import PromptPane
from tests.tui.form_app import a_field, a_profile
from tests.tui.kit import plain, running, said, screen_of, tasks_of, until

SIZES = [(160, 45), (100, 30), (100, 20), (80, 24), (60, 24), (50, 20)]
TWENTY = a_profile(
    *[
        replace(a_field(f"f{number}", kind), required=True)
        for number, kind in enumerate([*FieldKind] * 2)
        if number < 16
    ],
    *[a_field(f"rare{number}", FieldKind.INTEGER) for number in range(4)],
)


async def with_form(pilot: Pilot[object], profile: ModelProfile, monkeypatch: pytest.MonkeyPatch) -> PromptPane:
    await pilot.press("f2")
    screen = screen_of(pilot)
    market, pane = screen._studio.market, screen.prompt
    monkeypatch.setattr(market, "profile", lambda model, mode="": profile.in_mode(mode))
    monkeypatch.setattr(market, "availability", lambda model: Availability())
    await pane.use_profile(profile)
    await pilot.pause()
    return pane


def seen(widget: Widget) -> Region:
    """Where a widget is on the screen, as far as nothing cuts it off."""
    screen = widget.screen
    region, clip = screen._compositor.visible_widgets.get(widget, (Region(), Region()))
    return region.intersection(clip)


@pytest.mark.parametrize("size", SIZES)
async def test_every_field_is_reached_and_what_sends_stays_in_sight(
    settings: Settings, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings, size) as pilot:
        pane = await with_form(pilot, TWENTY, monkeypatch)
        assert pane.editor.size.height >= 3
        for name in ("f0", "f9", "rare3", "f4"):
            pane.form.focus_field(name)
            field = pane.form.query_one(f"#field-{name}")
            await until(pilot, lambda field=field: seen(field).area > 0)  # type: ignore[misc]
            for id in ("#model", "#price", "#send"):
                assert seen(pane.query_one(id)).height == 1, id


@pytest.mark.parametrize("size", SIZES)
async def test_a_short_form_takes_no_more_room_than_it_needs(
    settings: Settings, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings, size) as pilot:
        pane = await with_form(pilot, a_profile(a_field("seed", FieldKind.INTEGER, default=3)), monkeypatch)
        assert "Seed  ‹ 3 ›" in plain(pilot)
        if size[0] >= 100 and size[1] >= 30:
            assert pane.form.size.height == 1
            assert pane.query_one("#settings").size.height == 8


async def test_a_key_in_the_editor_lays_no_row_of_the_form_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is looked up in a rest of typing is looked up after every key, however fast this machine is.
    monkeypatch.setattr("sora_tui.tui.refusal_acts.PAUSE_S", 0.001)
    async with running(settings) as pilot:
        pane = await with_form(pilot, TWENTY, monkeypatch)
        pane.editor.focus()
        await pilot.press("a")
        await pilot.pause()
        laid_out: list[str] = []
        for row in pane.form._rows:
            arrange = row.arrange

            def noting(*size: Any, _arrange: Any = arrange, **how: Any) -> Any:
                laid_out.append("again")
                return _arrange(*size, **how)

            monkeypatch.setattr(row, "arrange", noting)
        await pilot.press(*"koi")
        await pilot.pause()
        assert pane.editor.text == "akoi"
        assert laid_out == []


async def test_an_upload_is_seen_at_once_and_escape_sends_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings) as pilot:
        screen = screen_of(pilot)
        forever = asyncio.Event()

        async def prepared(draft: Draft, on_progress: Callable[[UploadProgress], None]) -> Draft:
            on_progress(UploadProgress(Path("/a/photo.png"), 63, 100))
            await forever.wait()
            return draft

        monkeypatch.setattr(screen._studio, "prepared", prepared)
        screen.prompt.editor.put("koi")
        screen.prompt.editor.focus()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Uploading photo.png 63 %" in plain(pilot))
        await pilot.press("ctrl+s", "ctrl+s", "!")
        assert "sent as soon as they are there" in said(pilot)
        assert screen.prompt.editor.text == "koi!"
        await pilot.press("escape")
        await until(pilot, lambda: "Uploading" not in plain(pilot))
        assert "The upload was stopped" in said(pilot)
        assert tasks_of(pilot) == []
        assert screen._sending.handing_over == 0
