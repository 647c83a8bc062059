"""The studio: prompt, tasks and detail. Turns keys into acts and the studio's news into what is shown.

It lays out and passes on. What an act is called stands in `actions`, what may be sent without asking in `caution`,
how a draft travels in `sending`, what can be done with a task in `task_acts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from sora_tui.studio.errors import StudioError
from sora_tui.studio.events import (
    BalanceChanged,
    DownloadChanged,
    Event,
    InboxChanged,
    ModelsChanged,
    Notice,
    OutboxChanged,
    ServiceChanged,
    Severity,
    TaskChanged,
)
from sora_tui.studio.task import Draft, Task
from sora_tui.tui.actions import BY_ID, Where, bindings, on_the_key_line
from sora_tui.tui.batching import Batching
from sora_tui.tui.draft_keeper import DraftKeeper
from sora_tui.tui.explanations import explain_codes, explain_pane
from sora_tui.tui.export_acts import ExportActs
from sora_tui.tui.file_acts import FileActs
from sora_tui.tui.film_acts import FilmActs
from sora_tui.tui.judging_acts import JudgingActs
from sora_tui.tui.key_change import ask_for_key
from sora_tui.tui.model_choice import ModelChoice
from sora_tui.tui.money_acts import show_costs
from sora_tui.tui.notices import Notices
from sora_tui.tui.overview import status_of
from sora_tui.tui.pane_switch import PaneSwitch
from sora_tui.tui.refusal_acts import RefusalActs
from sora_tui.tui.selection import Selection
from sora_tui.tui.sending import Sending
from sora_tui.tui.shelf_acts import ShelfActs
from sora_tui.tui.situation import Situation
from sora_tui.tui.studio_rows import StudioRows
from sora_tui.tui.task_acts import TaskActs
from sora_tui.tui.telling import Telling
from sora_tui.tui.thumbnails import Thumbnails
from sora_tui.tui.versus_acts import VersusActs
from sora_tui.tui.widgets.detail_pane import DetailPane
from sora_tui.tui.widgets.detail_panel import DetailPanel
from sora_tui.tui.widgets.link_list import LinkList
from sora_tui.tui.widgets.pane_tabs import PaneTabs
from sora_tui.tui.widgets.prompt_editor import PromptEditor
from sora_tui.tui.widgets.prompt_pane import PromptPane
from sora_tui.tui.widgets.status_bar import HeaderLine, KeyLine
from sora_tui.tui.widgets.task_rows import Segment
from sora_tui.tui.widgets.task_table import TaskTable
from sora_tui.tui.widgets.tasks_pane import TasksPane
from sora_tui.tui.wording_acts import WordingActs

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.strip import Strip

    from sora_tui.studio.collecting import Download
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

READ_AHEAD = 1_000
"""Marked tasks that are read before an act asks for them, so that the key line knows what can be done with them."""


WIDE = 150
"""Columns of the terminal from which the table has a picture before each prompt."""


class StudioScreen(Screen[None]):
    """The screen that stays open all day."""

    CSS_PATH = ["studio.tcss", "buttons.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-medium"), (100, "-wide"), (112, "-roomy")]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.ANYWHERE)]
    AUTO_FOCUS = "#editor"

    header = getters.query_one(HeaderLine)
    keys = getters.query_one(KeyLine)
    prompt = getters.query_one(PromptPane)
    tasks_pane = getters.query_one(TasksPane)
    detail = getters.query_one(DetailPane)
    tabs = getters.query_one(PaneTabs)

    def __init__(
        self,
        home: SafeApp,
        studio: Studio,
        sending: Sending,
        draft: Draft,
        *,
        vary: str = "",
        now: Callable[[], int],
        leave: Callable[[], None],
    ) -> None:
        """Make the screen of an open studio.

        Args:
            home: the app, for work in the background.
            studio: open; `start` is not this screen's business.
            sending: the way every draft takes.
            draft: stands in the editor at first.
            vary: the settings it goes through at first, as they are written.
            now: the time in epoch ms.
            leave: ends the program.
        """
        # What it looks like at first, so that no part of it is given its styles twice (20 ms each time).
        widths = [name for at, name in self.HORIZONTAL_BREAKPOINTS if at <= home.size.width]
        super().__init__(classes=f"-shows-tasks {widths[-1]}")
        self._home = home
        self._studio = studio
        self._sending = sending
        self._draft = DraftKeeper(home, studio, draft, vary)
        self._now = now
        self._leave = leave
        self._acts = TaskActs(home, studio, self._mark_copied, self._sent)
        self._judging = JudgingActs(home, studio)
        self._rows = StudioRows(studio, home, self._tasks_not_read)
        self._telling = Telling(home, quiet=studio.settings.quiet)
        self._notices = Notices(home.say, now)
        self._thumbnails = Thumbnails(home, self._picture_made)
        self._stop_listening: Callable[[], None] | None = None

    async def prepare(self) -> None:
        """Read what the first frame shows."""
        try:
            await self._rows.prepare()
        except StudioError as error:
            self._tasks_not_read(error)

    def compose(self) -> ComposeResult:
        """Header, three panes, keys."""
        yield HeaderLine()
        with Container(id="panes"):
            yield PromptPane(self._studio, self._draft.draft, vary=self._draft.vary, id="prompt-pane")
            yield PaneTabs()
            yield TasksPane(
                self._rows,
                now=self._now,
                forecast=self._studio.estimates.eta,
                download_of=self._studio.download_of,
                picture_of=self._picture_of,
                id="tasks-pane",
            )
            yield DetailPane(
                now=self._now,
                forecast=self._studio.estimates.eta,
                progress=self._studio.progress_of,
                health=self._studio.market.health,
                downloads=self._downloads_of,
                id="detail-pane",
            )
        yield KeyLine()

    def on_mount(self) -> None:
        """Show what there is and listen to what comes."""
        self._selection = Selection(self._studio, self.tasks_pane.table)
        self._panes = PaneSwitch(
            self,
            self.tabs,
            {
                "prompt-pane": lambda: self.prompt.editor,
                "tasks-pane": lambda: self.tasks_pane.table,
                "detail-pane": lambda: self.detail.panel,
            },
        )
        self._taking_out = ExportActs(self._home, self._studio, self.tasks_pane.table)
        self._models = ModelChoice(self._home, self._studio, self.prompt, self._sending, now=self._now)
        self._batching = Batching(self._home, self._studio, self.prompt, self._sending, self._sent, self._not_sent)
        self._models.review()
        self._wording = WordingActs(
            self._home,
            self._studio,
            self.prompt,
            show=self.tasks_pane.table.move_to,
            edit=self._edit_again,
            now=self._now,
        )
        self._shelf = ShelfActs(
            self._home,
            self._studio,
            self.prompt,
            show_prompt=self._panes.show_prompt,
            loaded=self._loaded,
            now=self._now,
        )
        self._files = FileActs(self._home, self._studio)
        self._film = FilmActs(self._home, self.detail.panel)
        self._versus = VersusActs(
            self._home,
            self._studio,
            show=self.tasks_pane.table.move_to,
            copy=lambda task: self._acts.copy_links([task], every=False),
            open_result=self._files.open,
        )
        self._wording.entitle(self.prompt.draft)
        self._home.spawn(self._wording.recover(), name="Looking for what an editor left")
        self._refusals = RefusalActs(self._home, self, self._studio, self.prompt)
        self.call_after_refresh(lambda: self._home.spawn(self._refusals.start(), name="Reading what was refused"))
        self._stop_listening = self._studio.subscribe(self._heard)
        self._sending.on_uploading = self.prompt.show_uploading
        self.set_interval(1.0, self._show_status)
        self._panes.show("tasks-pane")
        self._show_status()
        self._show_keys()

    def on_unmount(self) -> None:
        """Listen no more."""
        if self._stop_listening is not None:
            self._stop_listening()

    async def keep_draft(self) -> None:
        """Keep what stands in the editor for the next start."""
        await self._draft.keep()

    # News

    def _heard(self, event: Event) -> None:
        match event:
            case TaskChanged(task=task):
                self.tasks_pane.table.update_task(task)
                if task.ref == self.tasks_pane.table.cursor_ref:
                    self._show_detail(task)
                if task.ref in self.tasks_pane.table.marked:
                    self._selection.changed()
                if event.previous is None or event.previous.state is not task.state:
                    self._tell(task, event.previous)
                    self._show_status()
            case BalanceChanged():
                self.prompt.review()
                self._show_status()
            case ModelsChanged():
                self._models.heard(event)
            case ServiceChanged() | InboxChanged() | OutboxChanged():
                self._show_status()
            case DownloadChanged(ref=ref):
                self.tasks_pane.table.update_result(ref)
                if ref == self.detail.panel.ref:
                    self.detail.panel.show_downloads()
            case Notice():
                self._notices.pass_on(event)

    def _tell(self, task: Task, previous: Task | None) -> None:
        if previous is not None and previous.state.is_running and not task.state.is_running:
            self._telling.ended(task)

    def _show_status(self) -> None:
        status = status_of(self._studio, handing_over=self._sending.handing_over)
        self.header.status = status
        self._telling.count(status.running, status.needs_you)

    def _toggle_quiet(self) -> None:
        self._telling.quiet = not self._telling.quiet
        self._say("Quiet: nothing rings until you say so." if self._telling.quiet else "You are told when tasks end.")

    # What is selected

    @property
    def task_at_hand(self) -> Task | None:
        """The task under the cursor."""
        return self._selection.at_hand

    @property
    def _situation(self) -> Situation:
        counts = self.tasks_pane.table.counts
        return Situation(
            task=self.task_at_hand,
            chosen=self._selection.chosen,
            count=counts[Segment.ALL],
            needs_you=counts[Segment.NEEDS_YOU],
            downloads_alone=self._studio.settings.download == "auto",
            demo=self._studio.settings.demo,
        )

    @property
    def _is_working(self) -> bool:
        """Whether the focus is where a letter is a key."""
        return isinstance(self.focused, TaskTable) or (
            self.focused is not None and self.detail in self.focused.ancestors_with_self
        )

    @on(TaskTable.Highlighted)
    def _highlighted(self, event: TaskTable.Highlighted) -> None:
        if event.ref == self.tasks_pane.table.cursor_ref:
            self._show_detail(self.task_at_hand)

    @on(TaskTable.MarksChanged)
    def _marked(self, event: TaskTable.MarksChanged) -> None:
        self._selection.changed()
        self._show_keys()
        if len(event.refs) <= READ_AHEAD and not self._selection.is_read:
            self._home.spawn(self._read_selection(), name="Reading the marked tasks")

    async def _read_selection(self) -> bool:
        try:
            await self._selection.read()
        except StudioError as error:
            self._tasks_not_read(error)
            return False
        self._show_keys()
        return True

    def _picture_of(self, task: Task) -> Strip | None:
        """Where the table has room for pictures and the terminal shows colours."""
        if self.size.width < WIDE or self.app.no_color or self.app.ansi_color:
            return None
        return self._thumbnails.of(task)

    def _picture_made(self, ref: str) -> None:
        self.tasks_pane.table.update_result(ref)

    def _downloads_of(self, ref: str) -> list[Download]:
        return self._studio.collecting.progress_of(ref)  # a door that is opened only once a result is looked at

    def _tasks_not_read(self, error: StudioError) -> None:
        self._notices.pass_on(Notice(str(error), Severity.ERROR, topic="store"))

    @on(TaskTable.Opened)
    def _opened(self) -> None:
        self._panes.go_to("detail-pane")

    @on(LinkList.Chosen)
    def _link_chosen(self, event: LinkList.Chosen) -> None:
        if self.task_at_hand is not None:
            work = self._acts.copy_links([self.task_at_hand], every=False, number=event.number)
            self._home.spawn(work, name="Copying the link")

    @on(DetailPanel.Stalled)
    def _stalled(self, event: DetailPanel.Stalled) -> None:
        self._models.look_at_health(event.task)

    def _mark_copied(self, urls: Collection[str], words: str) -> None:
        self.detail.panel.mark_copied(urls, words)

    def _show_detail(self, task: Task | None) -> None:
        self.detail.show(task)
        self._show_keys()
        if task is not None:
            self._home.spawn(self._show_history(task), name="Reading the history")

    async def _show_history(self, task: Task) -> None:
        try:
            steps = await self._studio.history(task.ref)
        except StudioError as error:  # a damaged store: what is in memory can still be looked at
            self._tasks_not_read(error)
            return
        if self.is_attached and self.task_at_hand == task:
            self.detail.show(task, steps)

    def _show_keys(self) -> None:
        self.keys.acts = on_the_key_line(self._situation, working=self._is_working)

    def on_descendant_focus(self) -> None:
        """Other keys are of use now."""
        self._show_keys()

    # Panes

    @on(PaneTabs.Chosen)
    def _pane_chosen(self, event: PaneTabs.Chosen) -> None:
        self._panes.go_to(event.pane)

    def on_resize(self) -> None:
        """Other panes share a place at another width."""
        self._panes.resized()

    # The draft

    @on(PromptPane.Edited)
    def _edited(self) -> None:
        self._draft.edited(self.prompt.draft, self.prompt.vary.text)
        self._refusals.typed()
        self._models.review()

    @on(PromptEditor.Trimmed)
    def _trimmed(self, event: PromptEditor.Trimmed) -> None:
        self._say(f"Only {event.kept:,} of {event.offered:,} characters were pasted.", "warning")

    @on(PromptEditor.ListPasted)
    def _list_pasted(self, event: PromptEditor.ListPasted) -> None:
        self._batching.ask_about_list(event.prompts)

    @on(PromptPane.StopPressed)
    def _stop_uploading(self) -> None:
        if self._sending.stop_uploading():
            self._say("The upload was stopped: nothing was sent. What you wrote is still here.")

    @on(PromptPane.ModelPressed)
    def _choose_model(self) -> None:
        self._models.choose()

    @on(PromptPane.SendPressed)
    def _send(self) -> None:
        if not self._models.stops(self.prompt.draft, self._send_draft):
            self._send_draft()

    def _send_draft(self) -> None:
        errors = self.prompt.errors()
        if errors:
            self.prompt.complain(errors)
            self._models.learn()
            return
        if not self._batching.takes(self.prompt.draft, self.prompt.combinations):
            self._sending.send([self.prompt.draft_to_send], self._sent_from_editor, self._not_sent)

    def _send_held(self) -> None:
        if errors := self.prompt.errors():
            self.prompt.complain(errors)
        elif not self._batching.takes(self.prompt.draft, self.prompt.combinations):
            self._batching.hold(self.prompt.draft_to_send)

    def _sent_from_editor(self, task: Task) -> None:
        self.prompt.descend(task.ref, f"version of {task.ref[:4]}")
        self._wording.entitle(self.prompt.draft)
        self._sent(task)

    def _sent(self, task: Task) -> None:
        self.tasks_pane.table.move_to(task.ref)

    def _not_sent(self, error: Exception) -> None:
        self._say(str(error), "error")

    # Acts

    def action_act(self, act_id: str, key: str = "") -> None:
        """Do what the registry calls `act_id`, or say why it makes no sense now."""
        if self._selection.is_read:
            self._act(act_id, key)
        else:
            self._home.spawn(self._act_on_all(act_id, key), name=BY_ID[act_id].title)

    async def _act_on_all(self, act_id: str, key: str) -> None:
        if await self._read_selection():
            self._act(act_id, key)

    def _act(self, act_id: str, key: str) -> None:
        reason = BY_ID[act_id].why_not(self._situation)
        if reason:
            self._say(reason)
            return
        done = self._acts_by_id(key)[act_id]()
        if done is not None:
            self._home.spawn(done, name=BY_ID[act_id].title)

    def _acts_by_id(self, key: str) -> dict[str, Callable[[], Coroutine[Any, Any, None] | None]]:
        task, chosen, acts = self.task_at_hand, self._selection.in_order(), self._acts
        acts_anywhere: dict[str, Callable[[], Coroutine[Any, Any, None] | None]] = {
            "send": self._send,
            "send_held": self._send_held,
            "vary": self.prompt.vary.ask,
            "outbox": self._batching.show_outbox,
            "pause": self._batching.pause_or_resume,
            "batch_file": self._batching.ask_file,
            "palette": self.app.action_command_palette,
            "help": lambda: explain_pane(self, working=self._is_working),
            "filter": self.tasks_pane.ask_filter,
            "next_needs_you": self._next_needs_you,
            "show_prompt": partial(self._panes.go_to, "prompt-pane"),
            "show_tasks": partial(self._panes.go_to, "tasks-pane"),
            "show_detail": partial(self._panes.go_to, "detail-pane"),
            "new_prompt": self.prompt.clear,
            "models": self._models.choose,
            "shelf": self._shelf.show,
            "costs": partial(show_costs, self._home, self._studio, self._show_found),
            "codes": partial(explain_codes, self),
            "read_credits": acts.read_credits,
            "use_key": partial(ask_for_key, self._home, self._studio),
            "quiet": self._toggle_quiet,
            "theme": self.app.action_change_theme,
            **self._wording.anywhere(),
            **self._refusals.anywhere(),
            **self._taking_out.anywhere(),
            "adopt": acts.adopt,
            "take_in": acts.adopt,
            "quit": self._leave,
            "leave": self._leave,
        }
        if task is None:
            return acts_anywhere
        return acts_anywhere | {
            **self._judging.on(chosen),
            **self._versus.on(task, chosen),
            **self._film.on(task),
            **self._taking_out.on(task),
            "hold": partial(self._batching.hold_or_release, chosen),
            **self._wording.on(task, chosen),
            "copy_link": partial(acts.copy_links, chosen, every=False),
            "copy_all": partial(acts.copy_links, chosen, every=True),
            "pick_link": partial(acts.copy_links, [task], every=False, number=int(key or "1")),
            "save_links": partial(acts.save_links, chosen),
            "copy_request": partial(acts.copy_request, task),
            **self._files.on(task, chosen),
            "ask_now": partial(acts.ask_now, chosen),
            "raw": partial(acts.show_raw, task),
            "abandon": partial(acts.let_go, chosen),
            "park": partial(acts.park, chosen),
            "tag": partial(acts.tag, chosen),
            "edit_again": partial(self._edit_again, task),
            "run_again": partial(self._models.again, chosen, self._sent, self._not_sent),
            "another_model": partial(self._models.another, chosen, self._sent, self._not_sent),
        }

    def _show_found(self, filter: str) -> None:
        self.tasks_pane.narrow_to(filter)
        self._panes.go_to("tasks-pane")

    async def _edit_again(self, task: Task) -> None:
        self._panes.show_prompt()
        await self.prompt.edit_again(task)
        self._loaded()

    def _loaded(self) -> None:
        self._wording.entitle(self.prompt.draft)
        self._models.review()

    def _next_needs_you(self) -> None:
        waiting = [task.ref for task in self._studio.tasks.values() if task.state.needs_you]
        waiting += sorted(self._studio.expiring)
        at = self.tasks_pane.table.cursor_ref
        after = waiting[(waiting.index(at) + 1) % len(waiting)] if at in waiting else waiting[-1]
        if not self.tasks_pane.table.move_to(after):
            self.tasks_pane.table.select(Segment.NEEDS_YOU)
            self.tasks_pane.table.filter("")
            self.tasks_pane.table.move_to(after)
        self._panes.go_to("tasks-pane")

    def _say(self, sentence: str, severity: SeverityLevel = "information") -> None:
        self._home.say(sentence, severity)
