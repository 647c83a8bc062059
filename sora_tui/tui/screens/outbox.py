"""What waits to be sent, live, in the order of sending, held tasks apart: reorder, hold, release, drop, edit, pause."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sora_tui.studio.batches import settings_apart
from sora_tui.studio.errors import StudioError
from sora_tui.studio.events import Event, OutboxChanged, TaskChanged
from sora_tui.studio.task import Task, TaskState
from sora_tui.tui import format
from sora_tui.tui.act import Act
from sora_tui.tui.batch_words import common_words, pacing_words, set_apart
from sora_tui.tui.gist import gist
from sora_tui.tui.screens.confirm import ConfirmScreen, Question
from sora_tui.tui.screens.explained import ExplainedScreen
from sora_tui.tui.text import outside, shorten
from sora_tui.tui.theme import MUTED
from sora_tui.tui.widgets.status_bar import KeyLine

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

_KEYS = (
    Act("hold", "Hold or release", "", "", ("h",), rank=0),
    Act("move(-1)", "Earlier", "", "", ("k",), rank=1),
    Act("move(1)", "Later", "", "", ("j",), rank=2),
    Act("drop", "Drop", "", "", ("x",), rank=3),
    Act("edit", "Edit", "", "", ("enter",), rank=4),
    Act("pause", "Pause or resume", "", "", ("p",), rank=5),
    Act("mark", "Mark", "", "", ("space",), rank=6),
    Act("back", "Back", "", "", ("escape",), rank=7),
)
_HELD = "held"
"""The id of the line between what is sent by itself and what is held. Refs are 32 hex digits."""


class OutboxScreen(ExplainedScreen[None]):
    """The outbox of the service.

    Args:
        app: for questions, words and work in the background.
        studio: has it.
    """

    help_title = "The outbox"
    help_text = (
        "What waits to be sent, in the order of sending; below the line what is held until you release it. The service "
        "takes 20 tasks in 10 seconds, so a long batch waits its turn here. Whatever is dropped here costs nothing. "
        "Pausing keeps all of it, in every window on this store, until you resume."
    )
    KEYS = _KEYS
    CSS_PATH = "outbox.tcss"
    AUTO_FOCUS = "#queue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "hold", "Hold; release what is held", show=False),
        Binding("k,shift+up", "move(-1)", "Send it earlier", show=False),
        Binding("j,shift+down", "move(1)", "Send it later", show=False),
        Binding("x,delete", "drop", "Drop it: it is not sent", show=False),
        Binding("enter,e", "edit", "Edit the prompt", show=False),
        Binding("p", "pause", "Pause all sending, or resume it", show=False),
        Binding("space", "mark", "Mark, or take the mark away", show=False),
        Binding("a,ctrl+a", "mark_all", "Mark all, or none", show=False),
        Binding("escape,f9,q", "back", "Back", show=False),
    ]
    queue = getters.query_one("#queue", OptionList)

    def __init__(self, app: SafeApp, studio: Studio) -> None:
        super().__init__()
        self._home = app
        self._studio = studio
        self._outbox = studio.outbox
        self._tasks: list[Task] = []
        self._marked: set[str] = set()
        self._is_due = False
        self._stop_listening: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """How it stands, the queue, the keys."""
        with VerticalGroup(id="dialog") as dialog:
            dialog.border_title = "Outbox"
            yield Static(id="standing")
            yield OptionList(id="queue", compact=True)
            yield KeyLine()

    def on_mount(self) -> None:
        """Show it, and what becomes of it."""
        self._stop_listening = self._studio.subscribe(self._heard)
        self._show()
        self.queue.highlighted = 0 if self._tasks and not self._tasks[0].is_held else 1 if self._tasks else None

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._stop_listening is not None:
            self._stop_listening()

    def _heard(self, event: Event) -> None:
        is_of_queue = isinstance(event, TaskChanged) and (
            event.task.state is TaskState.QUEUED
            or (event.previous is not None and event.previous.state is TaskState.QUEUED)
        )
        if (is_of_queue or isinstance(event, OutboxChanged)) and not self._is_due:
            self._is_due = True  # a batch of 200 changes at once and is shown once
            self.call_later(self._show)

    # What is shown

    def _show(self) -> None:
        self._is_due = False
        if not self.is_attached:
            return
        at, row = self._at_hand, self.queue.highlighted
        waiting = self._outbox.tasks
        self._tasks = [task for task in waiting if not task.is_held] + [task for task in waiting if task.is_held]
        self._marked &= {task.ref for task in self._tasks}
        going = sum(not task.is_held for task in self._tasks)
        common = common_words([task.prompt for task in self._tasks])
        settings = settings_apart([task.draft for task in self._tasks])
        options = [
            Option(self._line(place, task, common, format.brief_parameters(own)), task.ref)
            for place, (task, own) in enumerate(zip(self._tasks, settings, strict=True), 1)
        ]
        if going < len(options):
            options.insert(
                going, Option(Content.styled(f"Held: {len(options) - going:,}", MUTED), _HELD, disabled=True)
            )
        self.queue.clear_options().add_options(options)
        refs = [option.id for option in options]
        if at is not None and at.ref in refs:
            self.queue.highlighted = refs.index(at.ref)
        elif options and row is not None:
            self.queue.highlighted = min(row, len(options) - 1)
        self._show_standing(going)

    def _show_standing(self, going: int) -> None:
        line = self.query_one("#standing", Static)
        paused = self._outbox.paused
        line.set_class(bool(paused), "-paused")
        if not self._tasks:
            words = "Nothing waits to be sent. F10 writes a prompt down and holds it."
        else:
            prices = [task.at_stake for task in self._tasks]
            cost = "" if None in prices else f" · {format.money(sum(price or 0.0 for price in prices))}"
            held = len(self._tasks) - going
            words = f"{going:,} to be sent{f' · {held:,} held' if held else ''}{cost}"
            words += f" · {pace}" if (pace := pacing_words(going)) and not paused else ""
        line.update(outside(f"{paused} {words}".strip(), multiline=False))

    def _line(self, place: int, task: Task, common: set[str], own: str) -> Content:
        number = "   " if task.is_held else f"{place:>3}"
        price = format.credits(task.at_stake) if task.at_stake is not None else "?"
        return Content.assemble(
            ("■ " if task.ref in self._marked else "  ", "$text-accent"),
            (f"{number}  {price:>5}  ", MUTED),
            (f"{shorten(own, 60)}  " if own else "", "$text-primary"),
            set_apart(gist(task), common),
        )

    # What is selected

    @property
    def _at_hand(self) -> Task | None:
        row = self.queue.highlighted
        if row is None or row >= self.queue.option_count:
            return None
        ref = self.queue.get_option_at_index(row).id
        return next((task for task in self._tasks if task.ref == ref), None)

    @property
    def _chosen(self) -> list[Task]:
        """The marked tasks in their order; without any the one at hand."""
        marked = [task for task in self._tasks if task.ref in self._marked]
        at_hand = self._at_hand
        return marked or ([at_hand] if at_hand is not None else [])

    # What can be done

    def action_back(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)

    def action_mark(self) -> None:
        """Mark the task, or take its mark away, and go on to the next."""
        task, row = self._at_hand, self.queue.highlighted
        if task is not None and row is not None:
            self._marked ^= {task.ref}
            self._show()
            self.queue.highlighted = min(row + 1, self.queue.option_count - 1)

    def action_mark_all(self) -> None:
        """Mark all; where all are, none."""
        refs = {task.ref for task in self._tasks}
        self._marked = set() if self._marked == refs else refs
        self._show()

    def action_hold(self) -> None:
        """Hold what is chosen; where all of it is held, release it."""
        chosen = self._chosen
        if chosen:
            act = self._outbox.release if all(task.is_held for task in chosen) else self._outbox.hold
            self._do(act([task.ref for task in chosen]), "Holding")

    def action_move(self, by: int) -> None:
        """Send the task one place earlier, or later."""
        task = self._at_hand
        if task is None:
            return
        peers = [each for each in self._tasks if each.is_held == task.is_held]
        at = peers.index(task)
        if by < 0 and at > 0:
            self._do(self._outbox.move(task.ref, peers[at - 1].ref), "Moving")
        elif by > 0 and at + 1 < len(peers):
            self._do(self._outbox.move(task.ref, peers[at + 2].ref if at + 2 < len(peers) else None), "Moving")

    def action_pause(self) -> None:
        """Let nothing be sent, or let it be sent again."""
        self._do(self._outbox.resume() if self._outbox.paused else self._outbox.pause(), "Pausing")

    def action_drop(self) -> None:
        """Take what is chosen back, after a question."""
        chosen = self._chosen
        if not chosen:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(self._drop(chosen), "Dropping")

        what = "it" if len(chosen) == 1 else f"{len(chosen):,} tasks"
        question = Question(
            f"Drop {what}?",
            "Nothing of it was sent and nothing was paid. The rows stay in the list as withdrawn.",
            quotes=[gist(task) for task in chosen],
            yes="Drop",
            no="Keep",
        )
        self._home.push_screen(ConfirmScreen(question), answered)

    def action_edit(self) -> None:
        """Change the prompt of the task before it is sent."""
        from sora_tui.tui.screens.batch import EditPromptScreen

        task = self._at_hand
        if task is None:
            return

        def edited(prompt: str | None) -> None:
            if prompt is not None and prompt != task.prompt:
                self._do(self._replace(task, prompt), "Changing the prompt")

        self._home.push_screen(EditPromptScreen(task.prompt), edited)

    @on(OptionList.OptionSelected)
    def _row_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_edit()

    async def _drop(self, tasks: Sequence[Task]) -> None:
        dropped = await self._outbox.drop([task.ref for task in tasks])
        if late := len(tasks) - len(dropped):
            self._home.say(f"{late:,} of them {'is' if late == 1 else 'are'} on the way already.", "warning")

    async def _replace(self, task: Task, prompt: str) -> None:
        """Another task in its place. It is held first: whatever happens meanwhile, never are both sent."""
        if not await self._outbox.hold([task.ref]):
            self._home.say("It is on its way already and can't be changed.", "warning")
            return
        draft = replace(task.draft, prompt=prompt, parent_ref=task.parent_ref, retry_of=task.retry_of)
        try:
            (new,) = await self._studio.submit_all([draft], is_held=True, accepts_unknown_price=True)
        except StudioError:
            if not task.is_held:
                await self._outbox.release([task.ref])
            raise
        await self._outbox.move(new.ref, task.ref)
        await self._outbox.drop([task.ref])
        if not task.is_held:
            await self._outbox.release([new.ref])

    def _do(self, act: Coroutine[Any, Any, object], name: str) -> None:
        self._home.spawn(self._done(act), name=name)

    async def _done(self, act: Coroutine[Any, Any, object]) -> None:
        try:
            await act
        except StudioError as error:
            self._home.say(str(error), "warning")
        self._show()


async def hold_or_release(studio: Studio, app: SafeApp, tasks: Sequence[Task]) -> None:
    """Hold those of the tasks that wait to be sent; where all of them are held, release them."""
    queued = [task for task in tasks if task.state is TaskState.QUEUED]
    release = all(task.is_held for task in queued)
    act = partial(studio.outbox.release if release else studio.outbox.hold, [task.ref for task in queued])
    try:
        done = await act()
    except StudioError as error:
        app.say(str(error), "warning")
        return
    is_one = len(done) == 1
    what = "It is" if is_one else f"{len(done):,} tasks are"
    until = "sent as soon as can be" if release else f"held until you release {'it' if is_one else 'them'}"
    app.say(f"{what} {until}.")
