"""A result on the whole screen: played, stepped through, or as eight pictures at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from sora_tui.tui.act import Act
from sora_tui.tui.format import bar, clock
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.preview import Preview
from sora_tui.tui.widgets.status_bar import KeyLine

TELLS_EVERY_S = 0.1
_DIGITS = "123456789"


class FilmScreen(ExplainedScreen[None]):
    """Plays at once.

    Args:
        files: the results of one task, at least one.
        title: what they are of; from outside.
        at: seconds into the first one to begin at.
    """

    help_title = "The film"
    help_text = (
        "The result as far as this terminal can show it: two pixels in each cell. Pictures are left out where the "
        "terminal is slow, so that what is seen keeps to the film's own time. There is no sound here; o in the table "
        "opens the file in a player."
    )
    KEYS = (
        Act("play", "Play, pause", "", "", ("space",), rank=0),
        Act("seek(1)", "1 s on", "", "", ("right",), rank=1),
        Act("step(1)", "Next picture", "", "", (".",), rank=2),
        Act("faster(1)", "Faster", "", "", ("]",), rank=3),
        Act("sheet", "Eight at once", "", "", ("k",), rank=4),
        Act("back", "Back", "", "", ("escape",), rank=5),
    )
    CSS_PATH = "film.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,p", "play", "Play, or let it stand", show=False),
        Binding("left", "seek(-1)", "A second back", show=False),
        Binding("right", "seek(1)", "A second on", show=False),
        Binding("shift+left", "seek(-5)", "Five seconds back", show=False),
        Binding("shift+right", "seek(5)", "Five seconds on", show=False),
        Binding("comma", "step(-1)", "A picture back", show=False),
        Binding("full_stop", "step(1)", "A picture on", show=False),
        Binding("left_square_bracket", "faster(-1)", "Slower", show=False),
        Binding("right_square_bracket", "faster(1)", "Faster", show=False),
        Binding("home", "go(0)", "To the beginning", show=False),
        Binding("end", "go(1)", "To the end", show=False),
        Binding("k", "sheet", "Eight pictures from all of it, or one again", show=False),
        *(Binding(digit, f"result({digit})", "Another result of the task", show=False) for digit in _DIGITS),
        Binding("escape,q,P,enter", "back", "Back", show=False),
    ]

    preview = getters.query_one("#film", Preview)

    def __init__(self, files: Sequence[Path], title: str, *, at: float = 0.0) -> None:
        super().__init__()
        self._files = list(files)
        self._title = title
        self._at = at
        self._number = 0
        self._begins = True

    def compose(self) -> ComposeResult:
        """The film, how far it is, the keys."""
        yield Preview(id="film")
        yield Static(id="bar")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin."""
        self._open(0)
        self.set_interval(TELLS_EVERY_S, self._tell)
        self.call_after_refresh(self._begin)

    def on_screen_suspend(self) -> None:
        """Another screen is in front."""
        self.preview.pause()

    def action_play(self) -> None:
        """Play, or let it stand."""
        if self.preview.is_playing:
            self.preview.pause()
        else:
            self.preview.play()

    def action_seek(self, seconds: float) -> None:
        """Go on or back."""
        self.preview.seek(self.preview.position + seconds)

    def action_go(self, share: float) -> None:
        """Go to the beginning or the end."""
        self.preview.seek(share * self.preview.seconds)

    def action_step(self, pictures: int) -> None:
        """Stand still a picture on, or back."""
        self.preview.step(pictures)

    def action_faster(self, by: int) -> None:
        """Play faster, or slower."""
        self.preview.faster(by)

    def action_sheet(self) -> None:
        """Show eight pictures of it, or one again."""
        self.preview.stop()
        self.preview.turn_sheet()

    def action_result(self, number: int) -> None:
        """Show another result."""
        if number <= len(self._files):
            self._open(number - 1)
            self.preview.play()

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)

    def _open(self, number: int) -> None:
        self._number = number
        self.preview.show(self._files[number])

    def _begin(self) -> None:
        if self._at:
            self.preview.seek(self._at)
        self.preview.play()

    def _tell(self) -> None:
        preview, width = self.preview, self.size.width - 2
        several = f"{self._number + 1} of {len(self._files)} · " if len(self._files) > 1 else ""
        speed = "" if preview.speed == 1 else f" · {preview.speed:g}×"
        at, whole = preview.position, preview.seconds
        time = f"{clock(int(at * 1000))} of {clock(int(whole * 1000))}{speed}" if whole else ""
        sign = "▶ " if preview.is_playing else "▮▮ " if whole else ""
        drawn = bar(at / whole if whole else 0.0, max(8, width // 3)) if whole else ""
        room = max(0, width - len(several) - len(time) - len(drawn) - 6)
        self.query_one("#bar", Static).update(
            Content.assemble(
                sign, (drawn, "$primary"), f" {time}  " if time else "", several, (shorten(self._title, room), MUTED)
            )
            if room > 4
            else outside(f"{sign}{time}")
        )
