"""A result as it looks: its first picture by itself, and the film where it is played. Decodes nothing on the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from sora_tui.film.pictures import Picture
from sora_tui.tui.half_blocks import PictureStrip, cells_of, strip_of
from sora_tui.tui.pixels import Pixels
from sora_tui.tui.stills import Unseen, still
from sora_tui.tui.text import clean, shorten

if TYPE_CHECKING:
    from sora_tui.film.player import Player
    from sora_tui.tui.kitty import SentPicture

DRAWS_EVERY_S = 1 / 15


class Preview(Widget):
    """One picture, or a film. It never plays where nobody sees it: the one who shows it pauses it.

    A picture that stands still is pixels where the terminal has them. A film plays in half blocks everywhere: twelve
    pictures a second of pixels would be megabytes a second, and a terminal that can't keep up holds up the keys.

    Asks for room; how much of it a picture takes, its own proportions say.
    """

    DEFAULT_CSS = """
    Preview { height: 10; width: 1fr; }
    """

    @dataclass
    class Looked(Message):
        """The first picture is there, or it is known why there is none.

        Attributes:
            preview: that looked.
            path: of the file.
            facts: what it holds, `1280×720 · 10.0 s · 8.2 MB · h264 · sound`; empty where it can't be read.
        """

        preview: Preview
        path: Path
        facts: str

        @property
        def control(self) -> Preview:
            """The preview."""
            return self.preview

    def __init__(self, *, is_sheet: bool = False, id: str | None = None, classes: str | None = None) -> None:
        """Make an empty one.

        Args:
            is_sheet: shows eight pictures from all of the film instead of the first one.
            id: as of any widget.
            classes: as of any widget.
        """
        super().__init__(id=id, classes=classes)
        self._is_sheet = is_sheet
        self._path: Path | None = None
        self._beginning = b""
        """The first bytes of a film that is not on this machine."""
        self._words = ""
        self._problem = ""
        """Why the file can't be seen, in a sentence."""
        self._keys: list[bytes] = []
        self._width = 0
        self._pixels: SentPicture | None = None
        """Instead of `_keys`, which are those of half blocks."""
        self._number = 0
        self._player: Player | None = None
        self._timer: Timer | None = None
        self._is_drawn = True
        self._looking: asyncio.Task[None] | None = None
        self._sought = 0.0

    # What is shown

    @property
    def path(self) -> Path | None:
        """The file that is shown."""
        return self._path

    def show(self, path: Path | None, words: str = "") -> None:
        """Show a file, or words in its place. The same file again changes nothing.

        Args:
            path: of a film or a picture.
            words: instead of it, while there is none.
        """
        if path != self._path or self._beginning:
            self._show_another(path, b"")
        if words != self._words:
            self._words = words
            self.refresh()

    def show_beginning(self, content: bytes) -> None:
        """Show the first picture of a film of which no more is here than its first bytes."""
        if content != self._beginning:
            self._show_another(None, content)

    def _show_another(self, path: Path | None, beginning: bytes) -> None:
        self._stop()
        self._path, self._beginning = path, beginning
        self._keys, self._pixels, self._problem, self._sought = [], None, "", 0.0
        self._look()

    def turn_sheet(self) -> None:
        """Show eight pictures of the film instead of one, or one again."""
        self._is_sheet = not self._is_sheet
        if self._is_sheet:
            self.pause()
        self._look()

    # Playing

    @property
    def is_playing(self) -> bool:
        """Whether it goes on."""
        return self._player is not None and self._player.playback.is_playing

    @property
    def position(self) -> float:
        """Seconds into the film."""
        return self._player.position if self._player is not None else self._sought

    @property
    def seconds(self) -> float:
        """How long the film is; 0 before it was played."""
        return self._player.playback.seconds if self._player is not None else 0.0

    @property
    def speed(self) -> float:
        """How fast it plays."""
        return self._player.playback.speed if self._player is not None else 1.0

    def play(self) -> None:
        """Play from where it stands."""
        if (player := self._opened()) is not None:
            player.play()

    def pause(self) -> None:
        """Stand still."""
        if self._player is not None:
            self._player.pause()

    def seek(self, at: float) -> None:
        """Go to a moment, in seconds."""
        if (player := self._opened()) is not None:
            player.seek(at)

    def step(self, pictures: int) -> None:
        """Stand still, so many pictures on or back."""
        if (player := self._opened()) is not None:
            player.step(pictures)

    def faster(self, by: int) -> None:
        """Play so many steps faster, or slower."""
        if (player := self._opened()) is not None:
            player.faster(by)

    def stop(self) -> None:
        """Play no more and show the first picture again."""
        if self._player is not None:
            self._stop()
            self._look()

    # As a widget

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As much as the stylesheet gives."""
        return container.height

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All but one that would look at each cell for a colour by name, a seventh of the time: there is none."""
        return [each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor)]

    def on_resize(self) -> None:
        """Another room, another picture."""
        if self._player is not None:
            self._player.resize(self._room)
        else:
            self._look()

    def on_mount(self) -> None:
        """Look again once the terminal is known to show pixels."""
        if (pixels := self._terminal) is not None:
            pixels.listeners.append(self._look)

    def on_unmount(self) -> None:
        """Leave no thread behind."""
        self._stop()
        if (pixels := self._terminal) is not None:
            pixels.listeners.remove(self._look)

    def on_hide(self, event: events.Hide) -> None:
        """Nobody sees it."""
        self.pause()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines as they are. What gives them their borders would first make a style for each cell."""
        self._send_pixels()
        filters = self.get_line_filters()
        if filters or self.size != self.outer_size or self.opacity != 1 or self.styles.tint.a:
            return super().render_lines(crop)
        lines = [self.render_line(y) for y in crop.line_range]
        first, last = crop.column_span
        return lines if (first, last) == (0, self.size.width) else [line.crop(first, last) for line in lines]

    def _send_pixels(self) -> None:
        """Give the terminal the picture of which cells are about to show parts, if it does not have it."""
        sent, terminal = self._pixels, self._terminal
        if sent is not None and terminal is not None and not terminal.is_there(sent.number):
            from sora_tui.tui.kitty import deleted

            forgotten = "".join(map(deleted, terminal.sent(sent.number)))
            self.app.write_to_terminal(forgotten + sent.sequence)  # type: ignore[attr-defined]

    def render_line(self, y: int) -> Strip:
        """A line of cells; the picture stands in the middle."""
        width, base = self.size.width, self.rich_style
        if (sent := self._pixels) is not None:
            return self._pixel_line(sent, y - (self.size.height - sent.rows) // 2)
        if not self._keys:
            middle = (self.size.height - 1) // 2
            words = shorten(clean(self._problem or self._words, multiline=False), width) if y == middle else ""
            return Strip([]).adjust_cell_length(width, base) if not words else _centred(words, width).apply_style(base)
        at = y - (self.size.height - len(self._keys)) // 2
        if not 0 <= at < len(self._keys):
            return Strip.blank(width, base)
        left = (width - self._width) // 2
        if self._has_colours and self._width <= width:
            return PictureStrip(self._keys[at], left, width, base)
        strip = strip_of(self._keys[at], has_colours=self._has_colours)
        return Strip.join([Strip.blank(left, base), strip, Strip.blank(max(0, width - left - self._width), base)])

    def _pixel_line(self, sent: SentPicture, row: int) -> Strip:
        from sora_tui.tui.kitty import cells

        width, base = self.size.width, self.rich_style
        if not 0 <= row < sent.rows:
            return Strip.blank(width, base)
        left = (width - sent.columns) // 2
        strip = cells(sent.number, row, sent.columns)
        return Strip.join([Strip.blank(left, base), strip, Strip.blank(width - left - sent.columns, base)])

    @property
    def _terminal(self) -> Pixels | None:
        """What the terminal shows besides letters; None in an app that does not know."""
        return getattr(self.app, "pixels", None)

    @property
    def _room(self) -> tuple[int, int]:
        return max(1, self.size.width), max(2, self.size.height * 2)

    @property
    def _has_colours(self) -> bool:
        return not self.app.no_color and not self.app.ansi_color

    def _look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if not self.size.width or not self.size.height:
            self.refresh()
        elif self._path is not None:
            self._looking = asyncio.create_task(self._look_at(self._path), name="Looking at a result")
        elif self._beginning:
            self._looking = asyncio.create_task(self._look_at_beginning(self._beginning), name="Looking at a result")
        else:
            self.refresh()

    async def _look_at_beginning(self, content: bytes) -> None:
        from sora_tui.film.beginning import picture_of_beginning
        from sora_tui.film.inspect import NotAVideo

        try:
            picture = await asyncio.to_thread(picture_of_beginning, content, self._room)
        except NotAVideo as error:
            self._problem = str(error)
            self.refresh()
            return
        if self.is_attached and content is self._beginning:
            self._draw(picture)

    async def _look_at(self, path: Path) -> None:
        terminal = self._terminal
        has_pixels = terminal is not None and terminal.is_on and self._has_colours
        room = terminal.room(self.size) if has_pixels and terminal is not None else self._room
        sent: SentPicture | None = None
        try:
            picture, facts = await asyncio.to_thread(still, path, room, self._is_sheet)
            if has_pixels and terminal is not None:
                from sora_tui.tui.kitty import to_be_sent

                sent = await asyncio.to_thread(to_be_sent, terminal.new_id(), picture, self.size, terminal.cell)
        except Unseen as error:
            self._problem, self._keys, self._pixels = str(error), [], None
            self.refresh()
            self.post_message(self.Looked(self, path, ""))
            return
        if self.is_attached and path == self._path and self._player is None:
            if sent is None:
                self._draw(picture)
            else:
                self._pixels = sent
                self.refresh()
            self.post_message(self.Looked(self, path, facts))

    def _opened(self) -> Player | None:
        from sora_tui.film.pictures import is_still

        if self._player is None and self._path is not None and not is_still(self._path) and self.size.width:
            from sora_tui.film.player import Player

            self._is_sheet = False
            self._player = Player(self._path, self._room, at=self._sought)
            self._timer = self.set_interval(DRAWS_EVERY_S, self._show_newest)
        return self._player

    def _stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._player is not None:
            self._player.close()
            self._player = None

    def _show_newest(self) -> None:
        if self._player is None or not self._is_drawn:
            return  # the terminal has not taken the last one yet: this one is left out
        if self._player.problem:
            self._problem, self._keys = self._player.problem, []
            self._stop()
            self.refresh()
            return
        number, picture = self._player.newest()
        if picture is not None and number != self._number:
            self._number = number
            self._is_drawn = False
            self._draw(picture)
            self.call_after_refresh(self._drawn)

    def _drawn(self) -> None:
        self._is_drawn = True

    def _draw(self, picture: Picture) -> None:
        """Put a picture on the screen, as far as it differs from what is there."""
        before, keys = self._keys, cells_of(picture, has_colours=self._has_colours)
        same_place = len(before) == len(keys) and self._width == picture.width and self._pixels is None
        self._pixels = None
        self._keys, self._width = keys, picture.width
        if not same_place:
            self.refresh()
            return
        top = (self.size.height - len(keys)) // 2
        changed = [Region(0, top + y, self.size.width, 1) for y, key in enumerate(keys) if key != before[y]]
        if changed:
            self.refresh(*changed)


def _centred(words: str, width: int) -> Strip:
    from rich.cells import cell_len
    from rich.segment import Segment

    return Strip([Segment(" " * ((width - cell_len(words)) // 2) + words)]).adjust_cell_length(width)
