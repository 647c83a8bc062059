"""The header line (what we are connected to, how much is going on) and the key line at the foot.

Each is one row. What is least important is left out when room is short; nothing is ever cut in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from sora_tui.tui.actions import Act, key_name
from sora_tui.tui.format import credits
from sora_tui.tui.text import shorten
from sora_tui.tui.theme import MUTED

NAME = "sora-tui"
SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Status:
    """What the header line tells.

    Attributes:
        mode: `demo`, or the host of the service.
        demo: whether nothing of it is real.
        proxied: whether the service is reached through a proxy.
        balance: credits of the account, None when not known yet.
        low: whether they are fewer than the user wants there to be.
        running: tasks on their way.
        needs_you: tasks that wait for the user's word.
        sending: create requests whose answer is awaited.
        downloading: results on their way to this machine, those that wait their turn included.
        bytes_per_second: how fast they come, together.
        asking: looks at tasks per second, over the last seconds.
        paused: why the service is not asked; empty when all is well.
        callbacks: how callbacks stand; empty where none are wanted.
        told: whether they come.
    """

    mode: str = ""
    demo: bool = False
    proxied: bool = False
    balance: float | None = None
    low: bool = False
    running: int = 0
    needs_you: int = 0
    sending: int = 0
    downloading: int = 0
    bytes_per_second: float = 0.0
    asking: float = 0.0
    paused: str = ""
    callbacks: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    style: str
    rank: int
    """The highest is left out first."""


class HeaderLine(Widget):
    """`sora-tui      demo · 2,480 credits · 7 running · 1 needs you · asking 4.1/s`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    HeaderLine {
        height: 1;
        padding: 0 1;
        color: $foreground;
    }
    """
    status: reactive[Status] = reactive(Status())

    def render(self) -> Content:
        """The line, with as many of its parts as there is room for."""
        room = self.content_size.width
        kept = _fitting(_parts(self.status), room - len(NAME) - 2)
        separator = Content.styled(SEPARATOR, MUTED)
        right = separator.join(Content.styled(part.text, part.style) for part in kept)
        gap = max(1, room - len(NAME) - right.cell_length)
        return Content.assemble((NAME, "bold $primary"), " " * gap, right)


class KeyLine(Widget):
    """The keys that are of use now, most wanted first; each can be clicked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine {
        height: 1;
        padding: 0 1;
        background: $footer-background;
        color: $footer-foreground;
        link-style: none;
        link-style-hover: none;
        link-color: $footer-foreground;
        link-color-hover: $footer-key-foreground;
        link-background-hover: $footer-background;
    }
    """
    acts: reactive[Sequence[Act]] = reactive((), layout=False)

    def render(self) -> Content:
        """As many whole entries as fit, two spaces apart."""
        left = self.content_size.width
        shown: list[Content] = []
        for act in self.acts:
            entry = Content.assemble((key_name(act.keys[0]), "bold $footer-key-foreground"), f" {act.label}").stylize(
                Style.from_meta({"@click": f"screen.act('{act.id}')"})
            )
            width = entry.cell_length + (2 if shown else 0)
            if width > left:
                continue
            shown.append(entry)
            left -= width
        return Content("  ").join(shown)


def _fitting(parts: Sequence[_Part], room: int) -> list[_Part]:
    kept: list[_Part] = []
    for part in sorted(parts, key=lambda part: part.rank):
        width = Content(part.text).cell_length + (len(SEPARATOR) if kept else 0)
        if width <= room:
            kept.append(part)
            room -= width
    return [part for part in parts if part in kept]


def _parts(status: Status) -> list[_Part]:
    balance = "credits not read yet" if status.balance is None else f"{credits(status.balance)} credits"
    mode = shorten(status.mode, 28) + (" via proxy" if status.proxied else "")
    parts = [
        _Part(mode, "bold $text-accent" if status.demo else "$text-success", 0),
        _Part(balance, "bold $text-warning" if status.low else "", 2),
    ]
    if status.sending:
        parts.append(_Part(f"{status.sending:,} sending", "$text-primary", 3))
    parts.append(_Part(f"{status.running:,} running", "" if status.running else MUTED, 4))
    if status.downloading:
        parts.append(_Part(f"{status.downloading:,} downloading", "", 4))
        if status.bytes_per_second:
            from sora_tui.tui.download_words import pace  # only with a download is it of any use

            parts.append(_Part(pace(status.bytes_per_second), MUTED, 5))
    if status.needs_you:
        verb = "needs" if status.needs_you == 1 else "need"
        parts.append(_Part(f"{status.needs_you:,} {verb} you", "bold $text-warning", 1))
    if status.paused:
        parts.append(_Part(status.paused.partition(". ")[0].rstrip("."), "bold $text-error", 1))
    elif status.running:
        parts.append(_Part(f"asking {status.asking:.1f}/s", MUTED, 5))
    if status.callbacks:
        parts.append(_Part(status.callbacks, "$text-success" if status.told else MUTED, 6))
    return parts
