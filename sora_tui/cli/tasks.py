"""`sora-tui tasks`, `show` and `wait`: what there is, one task whole, and waiting for some."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say, warn
from sora_tui.cli.options import format_options, load_settings, load_settings_with_key, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.filters import Filter
    from sora_tui.studio.task import Task

STATES = ("queued", "sending", "waiting", "success", "fail", "refused", "unconfirmed", "abandoned", "expired")


@click.command()
@settings_options
@click.argument("words", metavar="[FILTER]...", nargs=-1)
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="Only tasks in this state; repeatable."
)
@click.option("--limit", type=click.IntRange(min=1), help="Only the newest so many.")
@format_options(lines=True, urls=True)
@click.pass_context
def tasks(
    context: click.Context, /, words: tuple[str, ...], states: tuple[str, ...], limit: int | None, form: Format
) -> int:
    """List the tasks, oldest first. Reads the store alone and asks nothing of the service.

    FILTER says which, as in the studio: words of the prompt, state:fail, model:veo, tag:boat, cost:>300, rating:>=3,
    note:rain, after:3d, before:monday, is:starred, is:keeper, is:discarded, is:parked, is:expiring,
    thread:9c1f, batch:02ab. A comma is or, a minus in front is not. Quote it for the shell.

    \b
    Examples:
      sora-tui tasks
      sora-tui tasks 'paper boat cost:>300 -dusk'
      sora-tui tasks 'tag:boat after:yesterday' --urls
      sora-tui tasks --state success --json --limit 20
    """
    settings = load_settings(context)
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import in_studio
    from sora_tui.studio.task import TaskState
    from sora_tui.studio.views import View

    filter = _understood(" ".join(words))

    async def act(session: Session) -> int:
        view = View(frozenset(map(TaskState, states)) or None, filter)
        newest = await session.studio.tasks_in(view, limit)
        if filter and not newest and form is Format.TEXT:
            say("No task matches.")
        else:
            write_tasks(newest[::-1], form)
        return ExitCode.DONE

    return in_studio(settings, act)


def _understood(text: str) -> Filter:
    from sora_tui.studio.filters import parse_filter

    filter = parse_filter(text, now_ms=time.time_ns() // 1_000_000)
    if filter.problems:
        hint = "`sora-tui tasks --help` says what a filter can say."
        raise CommandError(" ".join(f"{problem}." for problem in filter.problems), hint=hint, code=ExitCode.USAGE)
    return filter


@click.command()
@settings_options
@click.argument("ref")
@format_options(urls=True)
@click.option("--raw", is_flag=True, help="Print the service's latest answer as it came.")
@click.pass_context
def show(context: click.Context, /, ref: str, raw: bool, form: Format) -> int:
    """Show one task whole: state, code and what it means, links, history. REF may be shortened.

    \b
    Examples:
      sora-tui show 9c1f
      sora-tui show 9c1f --json
      sora-tui show 9c1f --raw
    """
    settings = load_settings(context)
    from sora_tui.cli.output import Format, write_text
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        task = await session.studio.get(ref)
        if raw:
            write_text(await session.studio.raw(task.ref) or "")
        elif form is Format.TEXT:
            await _show_whole(session, task)
        else:
            write_tasks([task], form, single=True)
        return ExitCode.DONE

    return in_studio(settings, act)


@click.command()
@settings_options
@click.argument("refs", nargs=-1, required=True)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(min=0), help="Stop waiting after so long (exit 8).")
@click.option("--download", "downloads", is_flag=True, help="Download what comes out; print where it is.")
@format_options(lines=True, urls=True)
@click.pass_context
def wait(context: click.Context, /, refs: tuple[str, ...], timeout: float | None, downloads: bool, form: Format) -> int:
    """Wait until these tasks have ended, then print them. The exit code tells the worst.

    \b
    Examples:
      sora-tui wait 9c1f
      sora-tui wait 9c1f 02ab --timeout 900 --urls
    """
    settings = load_settings_with_key(context)
    from sora_tui.cli.endings import Afterwards, end
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        studio = session.studio
        wanted = [(await studio.get(ref)).ref for ref in refs]
        for task in await studio.load(wanted):
            if task.is_parked and task.state.is_running:
                await studio.park(task.ref, False)
                say(f"{task.ref[:8]} was parked. It is asked about again.")
        studio.start()
        ended = await session.unless_interrupted(studio.wait(wanted, timeout))
        return await end(session, ended, Afterwards(True, timeout, downloads, form))

    return in_studio(settings, act)


def write_tasks(tasks: Sequence[Task], form: Format, *, single: bool = False) -> None:
    """Tasks on stdout in the chosen form; `single` makes the JSON one object instead of an array."""
    from sora_tui.cli import wording
    from sora_tui.cli.output import (
        Cell,
        Column,
        Format,
        write_json,
        write_json_lines,
        write_lines,
        write_table,
        write_text,
    )

    match form:
        case Format.JSON:
            documents = [task.as_json() for task in tasks]
            write_json(documents[0] if single else documents)
        case Format.JSONL:
            write_json_lines(task.as_json() for task in tasks)
        case Format.URLS:
            write_lines(link for task in tasks for link in task.links)
        case Format.TEXT if single and tasks[0].links:
            write_lines(tasks[0].links)
        case Format.TEXT if single and tasks[0].result_text:
            write_text(tasks[0].result_text)
        case Format.TEXT if single:
            write_lines([tasks[0].ref])
        case _:
            now_ms = time.time_ns() // 1_000_000
            columns = [
                Column("ref"),
                Column("state"),
                Column("prompt", takes_the_rest=True),
                Column("elapsed", is_number=True),
                Column("credits", is_number=True),
            ]
            rows: list[list[Cell | str]] = [
                [
                    wording.short_ref(task.ref),
                    Cell(wording.state(task), wording.COLOURS.get(task.state, "")),
                    task.prompt,
                    wording.length(task.elapsed_ms(now_ms)),
                    wording.amount(task.charge),
                ]
                for task in tasks
            ]
            if rows:
                write_table(columns, rows)
            else:
                say('No tasks. `sora-tui submit "A paper boat"` makes one.')


def explain_to_user(task: Task) -> None:
    """What became of a task and what to do next, on stderr."""
    from sora_tui.studio.explaining import meaning_of
    from sora_tui.studio.task import TaskState
    from sora_tui.studio.weighing import weigh, what_the_balance_says

    meaning = meaning_of(task)
    if task.state is TaskState.SUCCESS:
        has_result = task.links or task.result_text
        say(f"{task.ref[:8]}: success." if has_result else f"{task.ref[:8]}: success, but without a result.")
    elif task.state.is_running:
        say(f"{task.ref[:8]}: {task.vendor_state or task.state}. `sora-tui wait {task.ref[:8]}` waits for it.")
    elif meaning is None:
        warn(f"{task.ref[:8]}: {task.state}. {task.note}")
    else:
        code = "" if meaning.code is None else f" {meaning.code}"
        said = f' The service said: "{task.text}"' if task.text else ""
        warn(f"{task.ref[:8]}: {task.state}{code}. {meaning.title}.{said} {meaning.next_step}")
        if weigh(task) is not None:
            say(f"{task.ref[:8]}: the balance. {what_the_balance_says(task)}")


async def _show_whole(session: Session, task: Task) -> None:
    from sora_tui.cli import wording
    from sora_tui.cli.output import Cell, write_fields
    from sora_tui.studio.explaining import meaning_of
    from sora_tui.studio.judging import in_words
    from sora_tui.studio.weighing import weigh, what_the_balance_says

    fields: dict[str, Any] = {
        "ref": task.ref,
        "state": Cell(wording.state(task), wording.COLOURS.get(task.state, "")),
        "prompt": task.prompt,
        "tags": ", ".join(task.tags) or "-",
        "model": task.model,
        "parameters": ", ".join(f"{name} {value}" for name, value in task.parameters.items()),
        "task id": task.task_id or "-",
        "sent": wording.moment(task.sent_at),
        "elapsed": wording.length(task.elapsed_ms(time.time_ns() // 1_000_000)),
        "charged": wording.money(task.charge),
        "links": "\n".join(task.links) or "-",
    }
    if judged := in_words(task):
        fields["rating"] = ", ".join(judged)
    if task.remark:
        fields["your note"] = task.remark
    if task.result_text:
        fields["result"] = task.result_text
    meaning = meaning_of(task)
    if meaning is not None:
        fields["code"] = f"{'-' if meaning.code is None else meaning.code} {meaning.name}: {meaning.title}"
        fields["meaning"] = f"{meaning.explanation}\n{meaning.likely_cause}".strip()
        fields["charge"] = meaning.charged_text
        fields["again"] = meaning.resend_text
        fields["next"] = meaning.next_step
    if weigh(task) is not None:
        fields["balance"] = what_the_balance_says(task)
    if task.text:
        fields["the service said"] = task.text
    if task.note:
        fields["note"] = task.note
    steps = await session.studio.history(task.ref)
    fields["history"] = "\n".join(f"{wording.moment(step.at)}  {step.vendor_state or step.state}" for step in steps)
    write_fields(fields)
