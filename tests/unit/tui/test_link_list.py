"""Links are named where they are not all videos, and whole in any case."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from sora_tui.tui.widgets.link_list import LinkList

VIDEO, IMAGE, SOUND = "https://files.example/a.mp4", "https://files.example/b.png?x=1", "https://files.example/c.mp3"


class Listing(App[None]):
    def compose(self) -> ComposeResult:
        yield LinkList()


async def shown(*links: str, width: int = 60) -> str:
    app = Listing()
    async with app.run_test(size=(width, 12)) as pilot:
        listed = app.query_one(LinkList)
        listed.show_links(links)
        await pilot.pause()
        return listed.render().plain


async def test_videos_alone_are_not_named() -> None:
    assert await shown(VIDEO, VIDEO) == f"1 {VIDEO}\n2 {VIDEO}"


async def test_what_is_no_video_is_named_and_the_links_stand_in_one_column() -> None:
    lines = (await shown(VIDEO, IMAGE, SOUND, "https://files.example/d")).splitlines()
    assert lines == [f"1 video {VIDEO}", f"2 image {IMAGE}", f"3 audio {SOUND}", "4 file  https://files.example/d"]


@pytest.mark.parametrize("width", [12, 25, 40])
async def test_a_link_is_there_whole_however_narrow(width: int) -> None:
    text = await shown(IMAGE, width=width)
    assert IMAGE in text.replace("\n", "").replace(" ", "").replace("1image", "").removeprefix("1")
