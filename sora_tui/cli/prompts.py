"""`sora-tui prompts`: every prompt that was sent, and what changed from one to another. Reads the store alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from sora_tui.cli.diagnostics import ExitCode, say
from sora_tui.cli.options import format_options, load_settings, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.memory import Memory
    from sora_tui.studio.recalling import PastPrompt
    from sora_tui.studio.task import Task

Json: TypeAlias = Any

_PAGE = 5_000


@click.command()
@settings_options
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many at most.")
@click.option("--diff", nargs=2, metavar="REF REF", help="Show what changed from one task's prompt to another's.")
@format_options(lines=True)
@click.pass_context
def prompts(
    context: click.Context, /, words: tuple[str, ...], limit: int, diff: tuple[str, str] | None, form: Format
) -> int:
    """List the different prompts that were sent, the newest first, or those that fit WORDS best.

    The words stand in any order, and letters may be left out: `pbt` finds a paper boat. REF may be shortened.

    \b
    Examples:
      sora-tui prompts
      sora-tui prompts boat dusk --limit 5
      sora-tui prompts --diff 9c1f 41ab
      sora-tui prompts --jsonl
    """
    settings = load_settings(context)
    from sora_tui.cli.session import in_studio

    if diff and words:
        raise click.UsageError("Choose one of WORDS and --diff.")

    async def act(session: Session) -> int:
        if diff:
            _show_diff(await session.studio.get(diff[0]), await session.studio.get(diff[1]), form)
        else:
            memory = session.studio.memory
            _show(await memory.past(await _found(memory, " ".join(words), limit)), form, is_search=bool(words))
        return ExitCode.DONE

    return in_studio(settings, act)


async def _found(memory: Memory, query: str, limit: int) -> list[str]:
    """The refs of the prompts that fit, the best first."""
    if not query.strip():
        return [sent.ref for sent in await memory.prompts(limit=limit)]
    from sora_tui.studio.fuzzy_search import best

    sent = []
    before: int | None = None
    while page := await memory.prompts(before=before, limit=_PAGE):
        sent += page
        before = page[-1].seq
    sent.reverse()
    return [sent[hit.index].ref for hit in best(query, [each.prompt for each in sent], limit)]


def _show(found: list[PastPrompt], form: Format, *, is_search: bool) -> None:
    from sora_tui.cli.output import Column, Format, write_json, write_json_lines, write_table
    from sora_tui.cli.wording import amount, moment, short_ref

    if form is Format.JSON:
        write_json([_document(past) for past in found])
    elif form is Format.JSONL:
        write_json_lines(_document(past) for past in found)
    elif not found:
        say("No prompt is like that." if is_search else 'No prompt was sent yet. `sora-tui submit "A boat"` sends one.')
    else:
        columns = [
            Column("last"),
            Column("sent"),
            Column("times", is_number=True),
            Column("best", is_number=True),
            Column("credits", is_number=True),
            Column("prompt", takes_the_rest=True),
        ]
        rows = [
            [
                short_ref(past.last_ref),
                moment(past.last_at),
                f"{past.times:,}",
                f"{past.best_rating}" if past.best_rating else "-",
                amount(past.credits),
                past.prompt,
            ]
            for past in found
        ]
        write_table(columns, rows)


def _document(past: PastPrompt) -> dict[str, Json]:
    from sora_tui.studio.task import iso

    document = {**asdict(past), "best_rating": past.best_rating or None, "last_at": iso(past.last_at)}
    document["starred"] = document.pop("is_starred")
    return document


def _show_diff(before: Task, after: Task, form: Format) -> None:
    from json import dumps

    from sora_tui.cli.output import Format, write_fields, write_json, write_json_lines, write_text
    from sora_tui.studio.word_diff import ABSENT, RunKind, changed_settings, word_diff

    runs = word_diff(before.prompt, after.prompt)
    one, other = ({"model": task.model, **task.parameters} for task in (before, after))
    changes = changed_settings(one, other)
    if form is not Format.TEXT:
        document = {
            "before": before.ref,
            "after": after.ref,
            "words": [{"kind": run.kind.value, "text": run.text} for run in runs],
            "settings": {
                change.name: {
                    name: value
                    for name, value in (("before", change.before), ("after", change.after))
                    if value is not ABSENT
                }
                for change in changes
            },
        }
        if form is Format.JSON:
            write_json(document)
        else:
            write_json_lines([document])
        return
    signs = {RunKind.KEPT: ("", ""), RunKind.REMOVED: ("[-", "-]"), RunKind.ADDED: ("{+", "+}")}
    write_text("".join(signs[run.kind][0] + run.text + signs[run.kind][1] for run in runs))

    def told(value: Json) -> str:
        return "not set" if value is ABSENT else value if isinstance(value, str) else dumps(value, ensure_ascii=False)

    if changes:
        write_fields({change.name: f"{told(change.before)} -> {told(change.after)}" for change in changes})
