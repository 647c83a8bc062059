"""What can be done with the selected tasks: copy, open, ask about, let go, adopt. Each says how it went.

Sending again is not here: whatever costs money goes through `Sending`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sora_tui.desktop.clipboard import CopyResult, How, copy
from sora_tui.kie.addresses import result_link
from sora_tui.kie.codes import explain_error
from sora_tui.kie.errors import KieError
from sora_tui.studio.errors import StudioError
from sora_tui.studio.proving import AdoptedAs, Adoption, summary
from sora_tui.studio.tags import common_tags, tags_in
from sora_tui.studio.task import Task, TaskState
from sora_tui.studio.text import fold
from sora_tui.tui import format
from sora_tui.tui.actions import BY_ID, key_name
from sora_tui.tui.caution import abandon_question
from sora_tui.tui.screens.confirm import AskScreen, ConfirmScreen

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp

_SAVE_INSTEAD = f"{BY_ID['save_links'].keys[0]} writes it to a file."
_MARKS = {How.CONFIRMED: "copied ✓", How.SENT: "sent to the terminal", How.FAILED: "not copied"}


class TaskActs:
    """Acts on tasks that are already there."""

    def __init__(
        self,
        app: SafeApp,
        studio: Studio,
        mark: Callable[[Collection[str], str], None],
        show: Callable[[Task], None],
    ) -> None:
        """Make the acts of a studio.

        Args:
            app: for questions, words and work in the background.
            studio: which does them.
            mark: notes beside links what came of copying them.
            show: puts the cursor on a task that was taken in.
        """
        self._app = app
        self._studio = studio
        self._mark = mark
        self._show = show

    async def copy_links(self, tasks: Sequence[Task], *, every: bool, number: int | None = None) -> None:
        """Put links on the clipboard, or the texts of tasks that made nothing else.

        Args:
            tasks: whose links; those without one are passed over.
            every: all links of each, or the first one.
            number: the one with this number, counted from 1.
        """
        if number is not None:
            links = [task.links[number - 1] for task in tasks if len(task.links) >= number]
            if not links:
                self._say(f"There is no link {number}.")
                return
        else:
            links = [link for task in tasks for link in (task.links if every else task.links[:1])]
            if not links and (texts := [task.result_text for task in tasks if task.result_text]):
                what = "The text" if len(texts) == 1 else f"{len(texts):,} texts"
                await self._copy("\n\n".join(texts), what)
                return
        safe = [link for link in links if result_link(link) == link]  # a store can hold what no answer brought
        if not safe:
            self._say("Nothing was copied: only https links are.")
            self._mark(links, _MARKS[How.FAILED])
            return
        what = "The link" if len(safe) == 1 else f"The list of {len(safe):,} links"
        result = await self._copy("\n".join(safe), what, _SAVE_INSTEAD)
        self._mark(safe, _MARKS[result.how])

    async def save_links(self, tasks: Sequence[Task]) -> None:
        """Write all links to a file in the download folder and say which."""
        try:
            path = await self._studio.save_links([task.ref for task in tasks])
        except StudioError as error:
            self._app.say(str(error), "warning")
            return
        self._app.say(f"The links are in {path}", timeout=15)

    async def copy_request(self, task: Task) -> None:
        """Put the request on the clipboard as a curl command, the key masked."""
        await self._copy(self._studio.request_as_curl(task), "The request")

    async def show_raw(self, task: Task) -> None:
        """Show the service's latest answer as it came."""
        try:
            raw = await self._studio.raw(task.ref)
        except StudioError as error:
            self._app.say(str(error), "error")
            return
        if raw is None:
            self._say("The service has not answered about this task yet.")
            return
        from sora_tui.tui.screens.raw import RawScreen

        self._app.push_screen(RawScreen(f"Raw answer · {task.ref[:4]}", raw))

    async def read_credits(self) -> None:
        """Ask the service for the balance."""
        try:
            credits = await self._studio.refresh_credits()
        except KieError as error:
            meaning = explain_error(error)
            self._app.say(f"The credits could not be read: {meaning.title}. {meaning.next_step}", "warning")
            return
        self._say(f"{format.credits(credits)} credits.")

    async def ask_now(self, tasks: Sequence[Task]) -> None:
        """Ask the service at once about those that run; the rows say what it answered."""
        running = [task.ref for task in tasks if task.state is TaskState.WAITING]
        if len(running) > 1:
            self._say(f"Asking about {len(running):,} tasks, one after the other.")
        for ref in running:
            await self._studio.poll_now(ref)

    async def let_go(self, tasks: Sequence[Task]) -> None:
        """Withdraw what is not sent yet; give up what is unconfirmed, after a question."""
        unsure = [task for task in tasks if task.state is TaskState.UNCONFIRMED]
        if unsure:
            self._app.push_screen(ConfirmScreen(abandon_question(unsure)), partial(self._let_go_answered, unsure))
        queued = [task.ref for task in tasks if task.state is TaskState.QUEUED]
        done = await self._each(map(self._studio.withdraw, queued))
        if len(queued) > 1:
            self._say(f"{done:,} of {len(queued):,} tasks were taken back before they were sent.")

    def _let_go_answered(self, tasks: Sequence[Task], yes: bool | None) -> None:
        if yes:
            acts = (self._studio.abandon(task.ref) for task in tasks)
            self._app.spawn(self._each(acts), name="Letting the tasks go")

    async def _each(self, acts: Iterable[Awaitable[Task]]) -> int:
        """Do one after the other, and say each reason that kept some from being done once; answers how many were."""
        done = 0
        reasons: dict[str, None] = {}
        for act in acts:
            try:
                await act
            except StudioError as error:
                reasons[str(error)] = None
            else:
                done += 1
        for reason in reasons:
            self._app.say(reason, "warning")
        return done

    def adopt(self) -> None:
        """Ask for the ids of tasks, in whatever text they stand, and take the tasks in."""

        def answered(text: str | None) -> None:
            if text:
                self._app.spawn(self._adopt(text), name="Looking the task up")

        self._app.push_screen(
            AskScreen(
                "Which id does it have?",
                f"Paste the task id from {self._logs}, or a text that holds ids. The service is asked about each: "
                "a task that proves to be one of yours goes on in its row, any other gets a row of its own.",
                hint="task id",
                yes="Look it up",
            ),
            answered,
        )

    @property
    def _logs(self) -> str:
        """Where a person finds the ids of tasks."""
        settings = self._studio.settings
        return f"{settings.base_url}/logs" if settings.demo else "kie.ai/logs"

    async def _adopt(self, text: str) -> None:
        ids = await self._studio.ids_in(text)
        if not ids:
            self._app.say(f"There is no task id in this text. Copy it from {self._logs}.", "warning")
        adoptions: list[Adoption] = []
        trouble = ""
        for task_id in ids:
            try:
                adoptions.append(await self._studio.adopt(task_id))
            except StudioError as error:
                trouble = str(error)
        if trouble:
            self._app.say(trouble, "warning")
        if len(ids) > 1:
            self._say(summary(adoptions, len(ids) - len(adoptions)))
        elif adoptions:
            self._say(adoptions[0].sentence)
        if shown := [adoption for adoption in adoptions if adoption.how is not AdoptedAs.KNOWN] or adoptions:
            self._show(shown[-1].task)

    async def park(self, tasks: Sequence[Task]) -> None:
        """Ask no more about the running ones; again, once all of them are parked."""
        running = [task for task in tasks if task.state is TaskState.WAITING]
        is_parked = not all(task.is_parked for task in running)
        await self._each(self._studio.park(task.ref, is_parked) for task in running)
        what = "it" if len(running) == 1 else f"{len(running):,} tasks"
        key = key_name(BY_ID["park"].keys[0])
        self._say(f"Nothing is asked about {what} until {key} says so." if is_parked else f"Asking about {what} again.")

    async def tag(self, tasks: Sequence[Task]) -> None:
        """Ask for tags, beginning with those that all of the tasks have, and give them to all."""
        shared = common_tags(tasks)

        def answered(text: str | None) -> None:
            if text is not None:
                self._app.spawn(self._tag(tasks, shared, text), name="Tagging")

        several = f" These are the tags that all {len(tasks):,} tasks have: what you change, changes in all."
        self._app.push_screen(
            AskScreen(
                "Which tags?",
                "Words of your own, with spaces between them. In the filter tag:boat finds what is tagged boat."
                + (several if len(tasks) > 1 else ""),
                value=" ".join(shared),
                hint="boat rain v2",
                yes="Tag",
            ),
            answered,
        )

    async def _tag(self, tasks: Sequence[Task], shared: Sequence[str], text: str) -> None:
        try:
            wanted = tags_in(text)
            kept = {fold(tag) for tag in wanted}
            gone = [tag for tag in shared if fold(tag) not in kept]
            await self._studio.tag([task.ref for task in tasks], add=wanted, remove=gone)
        except StudioError as error:
            self._app.say(str(error), "warning")
            return
        what = "Tagged" if len(tasks) == 1 else f"{len(tasks):,} tasks tagged"
        if wanted:
            self._say(f"{what} {', '.join(wanted)}.")
        elif gone:
            self._say("The tags are gone.")

    async def _copy(self, text: str, what: str, instead: str = "") -> CopyResult:
        """Put text on the clipboard and say what came of it; `instead`, when it may not have got there."""
        result = await copy(text, self._app.copy_to_clipboard)
        if result.how is How.CONFIRMED:
            self._app.say(f"{what} {result.sentence}", timeout=4)
        else:
            self._app.say(f"{what} {result.sentence} {instead}".rstrip())
        return result

    def _say(self, sentence: str) -> None:
        self._app.say(sentence)
