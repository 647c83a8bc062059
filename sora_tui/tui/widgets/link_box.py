"""A control for inputs: links or paths, one a line. Takes files dragged into the terminal and completes paths."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from sora_tui.kie.fields import Field, FieldKind
from sora_tui.tui.paste import clean_paste
from sora_tui.tui.paths import complete, given, plain_path
from sora_tui.tui.widgets.text_controls import PASTE_LIMIT, TextBox


class LinkBox(TextBox):
    """A link or a path, or several. At the end of a path the right arrow completes it, and goes round what fits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "complete", "Complete the path", show=False),
        Binding("ctrl+space", "complete", "Complete the path", show=False),
    ]

    def __init__(self, field: Field, *, id: str | None = None) -> None:
        self._several = field.kind is FieldKind.LINK_LIST
        hint = "links, paths" if self._several else "link or path"
        super().__init__(one_line=not self._several, hint=hint, id=id)
        self._media = field.media
        self._round: tuple[str, ...] = ()
        """What the last completion may become, while one of it stands there."""

    @property
    def links(self) -> list[str]:
        """What stands in it."""
        return [plain_path(line.strip()) for line in self.text.splitlines() if line.strip()]

    @property
    def wire_value(self) -> Any:
        """A text, or a list of them."""
        links = self.links
        if not links:
            return self._emptied
        return links if self._several else links[0]

    def show(self, value: Any) -> None:
        """Show a link, or a list of them. Posts nothing."""
        links = value if isinstance(value, list | tuple) else [] if value is None else [value]
        self._put("\n".join(" ".join(str(link).splitlines()) for link in links))

    def take(self, text: str) -> None:
        """Put links or paths where the cursor is, each on a line of its own."""
        links = given(clean_paste(text[:PASTE_LIMIT]))
        row, column = self.cursor_location
        line = str(self.document.get_line(row))
        if self._several and len(links) == 1 and not _is_whole(links[0]):
            self.write(links[0])  # a piece of one
        elif self._several:
            before = "\n" if line[:column].strip() and self.selection.is_empty else ""
            after = "\n" if line[column:].strip() and self.selection.is_empty else ""
            self.write(before + "\n".join(links) + after)
        elif links and _is_whole(links[0]):
            self.select_all()
            self.write(links[0])
        else:
            self.write(links[0] if links else "")

    async def action_complete(self) -> None:
        """Complete the path before the cursor; elsewhere this is an arrow as any."""
        row, column = self.cursor_location
        line = str(self.document.get_line(row))
        if column < len(line) or not line.strip() or "://" in line or not self.selection.is_empty:
            self.action_cursor_right()
            return
        if line in self._round and len(self._round) > 1:
            self._become(row, self._round[(self._round.index(line) + 1) % len(self._round)])
            return
        found = await asyncio.to_thread(complete, line, self._media)
        if str(self.document.get_line(row)) != line:
            return
        if len(found.shared) > len(line):
            self._round = ()
            self._become(row, found.shared)
        elif found.paths:
            self._round = found.paths
            following = found.paths[0] if found.paths[0] != line else found.paths[1 % len(found.paths)]
            self._become(row, following)

    def on_key(self, event: events.Key) -> None:
        """A key that writes ends going round."""
        if event.is_printable:
            self._round = ()
        super().on_key(event)

    def _become(self, row: int, line: str) -> None:
        old = str(self.document.get_line(row))
        if line != old:
            self.replace(line, (row, 0), (row, len(old)), maintain_selection_offset=False)
        self.move_cursor((row, len(line)))


def _is_whole(link: str) -> bool:
    return "://" in link or link.startswith(("/", "~"))
