"""A task's result links: numbered, whole, named where they are not all videos. A click chooses one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from sora_tui.kie.fields import Media
from sora_tui.kie.media import media_of
from sora_tui.tui.text import clean
from sora_tui.tui.theme import MUTED

_NAMED_FROM = 30
"""Cells of width from which there is room to say what a link leads to."""


class LinkList(Widget):
    """Links, each over as many lines as it needs: a link must be there whole to be selected by hand."""

    DEFAULT_CSS = """
    LinkList { height: auto; width: 1fr; pointer: pointer; }
    """

    @dataclass
    class Chosen(Message):
        """A link was pressed. `number` counts from 1."""

        list: LinkList
        number: int
        url: str

        @property
        def control(self) -> LinkList:
            """The list."""
            return self.list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._links: tuple[str, ...] = ()
        self._notes: dict[str, str] = {}
        self._fitted: tuple[int, list[Content], list[int]] | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """The links, as they came."""
        return self._links

    def show_links(self, links: Sequence[str]) -> None:
        """Show these links. What was noted about them stays."""
        if tuple(links) != self._links:
            self._links = tuple(links)
            self._changed()

    def note(self, urls: Collection[str], words: str) -> None:
        """Write something behind links, such as `copied ✓`. Other links lose what stood there."""
        self._notes = dict.fromkeys(urls, words)
        self._changed()

    def render(self) -> Content:
        """All links, folded to the present width."""
        return Content("\n").join(self._fit(self.size.width)[0])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the links take at this width."""
        return len(self._fit(width)[0]) if self._links and width else 0

    def on_click(self, event: events.Click) -> None:
        """Choose the link under the mouse."""
        numbers = self._fit(self.size.width)[1]
        if 0 <= event.y < len(numbers):
            event.stop()
            number = numbers[event.y]
            self.post_message(self.Chosen(self, number, self._links[number - 1]))

    def _changed(self) -> None:
        self._fitted = None
        self.clear_cached_dimensions()
        self.refresh(layout=True)

    def _fit(self, width: int) -> tuple[list[Content], list[int]]:
        if self._fitted is None or self._fitted[0] != width:
            lines: list[Content] = []
            numbers: list[int] = []
            media = [media_of(url).value for url in self._links]
            names = media if set(media) != {Media.VIDEO.value} else [""] * len(media)
            column = max(map(len, names), default=0)
            for number, (url, name) in enumerate(zip(self._links, names, strict=True), start=1):
                made = self._lines_of(number, url, name.ljust(column), max(8, width))
                lines += made
                numbers += [number] * len(made)
            self._fitted = (width, lines, numbers)
        return self._fitted[1], self._fitted[2]

    def _lines_of(self, number: int, url: str, name: str, width: int) -> list[Content]:
        lead = f"{number} {name} " if name and width >= _NAMED_FROM else f"{number} "
        folded = Content.styled(clean(url, multiline=False, limit=2000), "$text-primary").fold(width - len(lead))
        lines = [
            Content.assemble((f"{number} ", "bold"), (lead.removeprefix(f"{number} "), MUTED)) + line
            if place == 0
            else line.pad_left(len(lead))
            for place, line in enumerate(folded)
        ]
        if note := self._notes.get(url):
            said = Content.styled(clean(note, multiline=False, limit=80), "$text-success")
            if lines[-1].cell_length + 2 + said.cell_length <= width:
                lines[-1] = Content.assemble(lines[-1], "  ", said)
            else:
                lines += [line.pad_left(len(lead)) for line in said.wrap(width - len(lead))]
        return lines
