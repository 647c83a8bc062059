"""`sora-tui outbox`: what waits to be sent: list it, release and hold it, drop it, change its order, pause."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say, warn
from sora_tui.cli.options import format_options, load_settings, load_settings_with_key, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.studio import Studio
    from sora_tui.studio.task import Task

later_option = click.option(
    "--later", is_flag=True, help="Send nothing now: the studio does, or the next command that sends."
)


@click.group(invoke_without_command=True)
@settings_options
@format_options(lines=True)
@click.pass_context
def outbox(context: click.Context, /, form: Format) -> int:
    """List what waits to be sent, in the order of sending, and below it what is held.

    Asks nothing of the service and sends nothing; `outbox release` does. A PLACE is counted among what is sent by
    itself, or among what is held.

    \b
    Examples:
      sora-tui outbox
      sora-tui submit --hold "A paper boat"
      sora-tui outbox release --all
      sora-tui outbox move 9c1f --to 1
      sora-tui outbox pause
    """
    if context.invoked_subcommand is not None:
        return ExitCode.DONE

    async def act(session: Session) -> int:
        _list(session.studio, form)
        return ExitCode.DONE

    return _in_studio(context, act)


@outbox.command()
@settings_options
@click.argument("refs", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Release all that is held.")
@click.option("--wait", "-w", "wait", is_flag=True, help="Wait for what comes out.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="With --wait: stop waiting after so long (exit code 8). The tasks go on.",
)
@later_option
@format_options(lines=True, urls=True)
@click.pass_context
def release(
    context: click.Context,
    /,
    refs: tuple[str, ...],
    every: bool,
    wait: bool,
    timeout: float | None,
    later: bool,
    form: Format,
) -> int:
    """Send held tasks. Each REF may be shortened.

    Returns once the service has answered, as `sora-tui submit` does, with the exit code of the worst. Each is sent
    once, also where the studio is open beside. What waits before them goes first.

    \b
    Examples:
      sora-tui outbox release 9c1f
      sora-tui outbox release --all --wait
      sora-tui outbox release --all --later
    """
    if timeout is not None and not wait:
        raise click.UsageError("--timeout goes with --wait.")
    if later and wait:
        raise click.UsageError("--wait has nothing to wait for with --later.")

    async def act(session: Session) -> int:
        studio = session.studio
        chosen = await _chosen(studio, refs, every=every, is_held=True)
        if not chosen:
            say("Nothing is held.")
        if later or not chosen:
            released = await studio.outbox.release(chosen)
            if released:
                say(f"{_tasks(len(released))} released. {_who_sends(studio)}")
            _write(released, form)
            return ExitCode.DONE
        studio.start()
        await studio.outbox.release(chosen)
        return await _send(session, chosen, wait=wait, limit_s=timeout, form=form)

    return _in_studio(context, act, sends=not later)


@outbox.command()
@settings_options
@click.argument("refs", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Hold all that waits.")
@format_options(lines=True)
@click.pass_context
def hold(context: click.Context, /, refs: tuple[str, ...], every: bool, form: Format) -> int:
    """Keep tasks from being sent until they are released. Each REF may be shortened."""

    async def act(session: Session) -> int:
        studio = session.studio
        chosen = await _chosen(studio, refs, every=every, is_held=False)
        held = await studio.outbox.hold(chosen)
        say(f"{_tasks(len(held))} held." if chosen else "Nothing waits to be sent.")
        _warn_of_late(chosen, held)
        _write(held, form)
        return ExitCode.DONE

    return _in_studio(context, act)


@outbox.command()
@settings_options
@click.argument("refs", nargs=-1, required=True)
@format_options(lines=True)
@click.pass_context
def drop(context: click.Context, /, refs: tuple[str, ...], form: Format) -> int:
    """Take tasks back before they are sent. Nothing was paid; they stay in the list as withdrawn."""

    async def act(session: Session) -> int:
        studio = session.studio
        chosen = await _chosen(studio, refs, every=False)
        dropped = await studio.outbox.drop(chosen)
        say(f"{_tasks(len(dropped))} dropped.")
        _warn_of_late(chosen, dropped)
        _write(dropped, form)
        return ExitCode.DONE

    return _in_studio(context, act)


@outbox.command()
@settings_options
@click.argument("ref")
@click.option("--to", "place", metavar="PLACE", type=click.IntRange(min=1), required=True, help="Counted from 1.")
@format_options(lines=True)
@click.pass_context
def move(context: click.Context, /, ref: str, place: int, form: Format) -> int:
    """Give a task another place in the order of sending; one beyond the end makes it the last."""

    async def act(session: Session) -> int:
        studio = session.studio
        [moved] = await _chosen(studio, [ref], every=False)
        is_held = next(task.is_held for task in studio.outbox.tasks if task.ref == moved)
        others = [task.ref for task in studio.outbox.tasks if task.is_held == is_held and task.ref != moved]
        await studio.outbox.move(moved, others[place - 1] if place <= len(others) else None)
        _list(studio, form)
        return ExitCode.DONE

    return _in_studio(context, act)


@outbox.command()
@settings_options
@click.pass_context
def pause(context: click.Context, /) -> int:
    """Let nothing be sent by any program on this store, until `outbox resume`. What is on its way goes on."""

    async def act(session: Session) -> int:
        await session.studio.outbox.pause()
        say(f"{session.studio.outbox.paused} `sora-tui outbox resume` does.")
        return ExitCode.DONE

    return _in_studio(context, act)


@outbox.command()
@settings_options
@later_option
@format_options(lines=True, urls=True)
@click.pass_context
def resume(context: click.Context, /, later: bool, form: Format) -> int:
    """Send what waits, and let things be sent again. What is held stays so.

    Returns once the service has answered, with the exit code of the worst.
    """

    async def act(session: Session) -> int:
        studio = session.studio
        await studio.outbox.resume()
        refs = [task.ref for task in studio.outbox.tasks if not task.is_held]
        if later or not refs:
            rest = f"{_tasks(len(refs))} waiting. {_who_sends(studio)}" if refs else "Nothing waits."
            say(f"Sending goes on. {rest}")
            return ExitCode.DONE
        studio.start()
        return await _send(session, refs, wait=False, limit_s=None, form=form)

    return _in_studio(context, act, sends=not later)


def _in_studio(
    context: click.Context, act: Callable[[Session], Coroutine[Any, Any, int]], *, sends: bool = False
) -> int:
    settings = load_settings_with_key(context) if sends else load_settings(context)
    from sora_tui.cli.session import in_studio

    return in_studio(settings, act)


async def _chosen(studio: Studio, names: Sequence[str], *, every: bool, is_held: bool | None = None) -> list[str]:
    """The refs that are meant, each once; with `every` those that are held, or are not.

    Raises:
        CommandError: one of them does not wait to be sent, at this service.
        UnknownTask, AmbiguousTask: there is no such task, or are several.
    """
    if every and names:
        raise click.UsageError("Give REFs or --all, not both.")
    if every:
        return [task.ref for task in studio.outbox.tasks if task.is_held == is_held]
    if not names:
        raise click.UsageError("Say which: a REF or more, or --all. `sora-tui outbox` lists them.")
    waiting = {task.ref for task in studio.outbox.tasks}
    chosen = {}
    for name in names:
        task = await studio.get(name)
        if task.ref not in waiting:
            raise CommandError(
                f"{task.ref[:8]} does not wait to be sent here: {task.state}. Nothing was changed.",
                hint="`sora-tui outbox` lists what does.",
                code=ExitCode.USAGE,
            )
        chosen[task.ref] = task
    return list(chosen)


async def _send(session: Session, refs: Sequence[str], *, wait: bool, limit_s: float | None, form: Format) -> int:
    """Stay until the service has answered for these; the exit code tells the worst."""
    from sora_tui.cli.outcomes import exit_code_of_all
    from sora_tui.cli.tasks import explain_to_user, write_tasks
    from sora_tui.studio.task import TaskState

    studio = session.studio
    if not studio.outbox.paused:
        say(f"Sending {len(refs):,}.")
    await session.unless_interrupted(_until_sent(studio, refs))
    tasks = await studio.load(refs)
    staying = [task for task in tasks if task.state is TaskState.QUEUED]
    if wait and (sent := [task.ref for task in tasks if task not in staying]):
        say(f"Waiting for {len(sent):,}. Ctrl-C stops waiting; the tasks go on.")
        await session.unless_interrupted(studio.wait(sent, limit_s))
        tasks = await studio.load(refs)
    write_tasks(tasks, form)
    for task in tasks:
        if task.state is not TaskState.QUEUED:
            explain_to_user(task)
    if staying:
        warn(f"{_tasks(len(staying))} not sent. {_who_sends(studio)}")
    return exit_code_of_all(tasks)


async def _until_sent(studio: Studio, refs: Sequence[str]) -> None:
    """Until none of these is on its way or about to be; one that is held again, or paused, is not."""
    from sora_tui.studio.task import TaskState

    def is_going(task: Task) -> bool:
        waits_its_turn = task.state is TaskState.QUEUED and not task.is_held and not studio.outbox.paused
        return waits_its_turn or task.state is TaskState.SENDING

    changed = asyncio.Event()
    stop_listening = studio.subscribe(lambda _: changed.set())
    try:
        while any(is_going(studio.tasks[ref]) for ref in refs):
            await changed.wait()
            changed.clear()
    finally:
        stop_listening()


def _list(studio: Studio, form: Format) -> None:
    from sora_tui.cli import wording
    from sora_tui.cli.output import Column, Format, write_json, write_json_lines, write_table

    tasks = studio.outbox.tasks
    going, held = [task for task in tasks if not task.is_held], [task for task in tasks if task.is_held]
    placed = [*enumerate(going, 1), *enumerate(held, 1)]
    if form is Format.JSON:
        documents = [{"place": place, **task.as_json()} for place, task in placed]
        write_json({"paused": bool(studio.outbox.paused), "tasks": documents})
    elif form is Format.JSONL:
        write_json_lines({"place": place, **task.as_json()} for place, task in placed)
    elif placed:
        columns = [Column("place", is_number=True), Column("ref"), Column("state"), Column("credits", is_number=True)]
        columns.append(Column("prompt", takes_the_rest=True))
        write_table(
            columns,
            [
                [
                    str(place),
                    wording.short_ref(task.ref),
                    "held" if task.is_held else "queued",
                    wording.amount(task.at_stake),
                    task.prompt,
                ]
                for place, task in placed
            ],
        )
    if studio.outbox.paused:
        warn(f"{studio.outbox.paused} `sora-tui outbox resume` does.")
    if form is Format.TEXT:
        say(_sum(going, held) if placed else 'Nothing waits to be sent. `sora-tui submit --hold "A boat"` holds one.')


def _sum(going: Sequence[Task], held: Sequence[Task]) -> str:
    from sora_tui.cli import wording

    prices = [task.at_stake for task in (*going, *held)]
    total = "price not known" if None in prices else wording.money(sum(price or 0.0 for price in prices))
    parts = [f"{len(going):,} to be sent"] if going else []
    parts += [f"{len(held):,} held"] if held else []
    return f"{', '.join(parts)}: {total}."


def _write(tasks: Sequence[Task], form: Format) -> None:
    """What was changed, for a script; a person was told in a sentence."""
    from sora_tui.cli.output import Format
    from sora_tui.cli.tasks import write_tasks

    if form is not Format.TEXT:
        write_tasks(tasks, form)


def _warn_of_late(chosen: Sequence[str], changed: Sequence[Task]) -> None:
    if late := len(chosen) - len(changed):
        warn(f"{late:,} of them {'is' if late == 1 else 'are'} on the way already.")


def _who_sends(studio: Studio) -> str:
    if studio.outbox.paused:
        return f"{studio.outbox.paused} `sora-tui outbox resume` does."
    return "The studio sends what is released, or the next command that sends: `sora-tui submit`, `wait`, `outbox`."


def _tasks(count: int) -> str:
    return "1 task is" if count == 1 else f"{count:,} tasks are"
