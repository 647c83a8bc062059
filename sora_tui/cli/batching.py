"""`submit` with more than one task: variants, settings to go through, files. All are written down or none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say, warn

if TYPE_CHECKING:
    from sora_tui.cli.endings import Afterwards
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.batches import Row
    from sora_tui.studio.task import Draft, Task

PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside a draft.

    Attributes:
        file: of prompts, instead of the draft's.
        matrix: settings to go through.
        variants: whether braces in the prompt mean alternatives.
        only_valid: whether wrong rows are left out, instead of nothing being sent.
        dry_run: whether it is only said what would go and cost.
        is_held: whether the tasks wait until they are released.
        yes: whether nothing is asked.
    """

    file: Path | None = None
    matrix: str = ""
    variants: bool = False
    only_valid: bool = False
    dry_run: bool = False
    is_held: bool = False
    yes: bool = False

    @property
    def is_batch(self) -> bool:
        """Whether there may be more than one task, or it is not simply sent."""
        return bool(self.file or self.matrix or self.variants or self.dry_run or self.is_held)


async def rows_for(session: Session, draft: Draft, wish: Wish) -> list[Row]:
    """The rows that are asked for, those that can't be sent among them.

    Args:
        session: with the market loaded and the draft's model learned.
        draft: gives all that rows don't say.
        wish: what is asked for.

    Raises:
        BadBatchFile: the file can't be read.
        CommandError: prompt or matrix can't be read, or these are too many tasks.
    """
    from sora_tui.studio.batch_files import read_batch_file
    from sora_tui.studio.batches import checked, models_of, rows_of, rows_of_file, with_settings
    from sora_tui.studio.matrix import MODEL, MOST, Combinations, parse_matrix
    from sora_tui.studio.prompts import escape, parse

    studio = session.studio
    matrix = parse_matrix(wish.matrix)
    text = draft.prompt if wish.variants else escape(draft.prompt)
    combinations = Combinations(parse("" if wish.file else text), matrix, draft.model)
    if combinations.problem:
        raise CommandError(combinations.problem, code=ExitCode.USAGE)
    for model in models_of(matrix):
        await _learn(session, model)
    if wish.file is None:
        return rows_of(combinations, draft, studio.profile, studio.check)
    file = read_batch_file(wish.file)
    for model in dict.fromkeys(row.model for row in file.rows if row.model):
        await _learn(session, model)
    rows = rows_of_file(file, draft, studio.profile, studio.check)
    if matrix.axes:
        settings = [matrix.combination(index) for index in range(matrix.count)]
        rows = [
            row
            if row.problem
            else replace(
                checked(
                    with_settings(
                        row.draft,
                        setting.get(MODEL, ""),
                        {name: value for name, value in setting.items() if name != MODEL},
                        studio.profile,
                    ),
                    studio.check,
                ),
                line=row.line,
            )
            for row in rows
            for setting in settings
        ]
    if len(rows) > MOST:
        raise CommandError(
            f"These are {len(rows):,} tasks, and {MOST:,} can be made at once. Split the file.", code=ExitCode.USAGE
        )
    return rows


async def _learn(session: Session, model: str) -> None:
    from sora_tui.kie.schema_shapes import UnusableSchema
    from sora_tui.studio.errors import NotAnswered

    try:
        await session.unless_interrupted(session.studio.market.learn(model))
    except (NotAnswered, UnusableSchema) as error:  # the rows that want it say that it is not known
        warn(f"What {model} takes can't be read: {error}")


async def submit_batch(session: Session, draft: Draft, wish: Wish, after: Afterwards) -> int:
    """Send what is asked for; the exit code tells the worst of what became of it."""
    rows = await rows_for(session, draft, wish)
    wrong = [row for row in rows if row.problem]
    for row in wrong[:PROBLEMS_SHOWN]:
        at = f"Line {row.line}: " if row.line and not row.problem.startswith("Line ") else ""
        warn(f"{at}{row.problem}")
    if len(wrong) > PROBLEMS_SHOWN:
        warn(f"And {len(wrong) - PROBLEMS_SHOWN:,} more are wrong.")
    drafts = [row.draft for row in rows if not row.problem]
    if wish.dry_run:
        _write_plan(session, drafts, after.form)
    if wrong and not wish.only_valid:
        raise CommandError(
            f"{len(wrong):,} of {len(rows):,} can't be sent, so nothing was.",
            hint="Put them right, or leave them out with --only-valid.",
            code=ExitCode.USAGE,
        )
    if not drafts:
        raise CommandError("There is nothing to send.", code=ExitCode.USAGE)
    if wish.dry_run:
        return ExitCode.DONE
    from sora_tui.cli.sending import warn_of_refusals

    _say_sum(session, drafts)
    await warn_of_refusals(session, drafts, yes=True)  # the question that comes now is about all of it
    if len(drafts) > 1 and not wish.yes:
        _ask(len(drafts))
    return await _send(session, drafts, wish, after)


async def _send(session: Session, drafts: Sequence[Draft], wish: Wish, after: Afterwards) -> int:
    from sora_tui.cli.endings import end
    from sora_tui.cli.tasks import write_tasks

    studio = session.studio
    ready = [await session.unless_interrupted(studio.prepared(draft)) for draft in drafts]
    if not wish.is_held:
        studio.start()
    sent = await studio.submit_all(ready, is_held=wish.is_held)
    refs = [task.ref for task in sent]
    if wish.is_held:
        say(f"{len(sent):,} held. `sora-tui outbox release` sends them, or h in the studio.")
        write_tasks(sent, after.form)
        return ExitCode.DONE
    say(f"Sending {len(sent):,}.")
    settled: list[Task] = [await session.unless_interrupted(studio.settled(ref)) for ref in refs]
    if after.waits:
        settled = await session.unless_interrupted(studio.wait(refs, after.limit_s))
    return await end(session, settled, after)


def _ask(count: int) -> None:
    """Go on only on the user's word.

    Raises:
        CommandError: he did not give it, or nobody is there to be asked.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError(
            f"{count:,} tasks would be made, and nobody is here to confirm it. Nothing was sent.",
            hint="--yes sends them, --dry-run says what would go.",
            code=ExitCode.USAGE,
        )
    if not click.confirm(f"Send {count:,} tasks?", err=True):
        raise CommandError("Nothing was sent.", code=ExitCode.USAGE)


def _say_sum(session: Session, drafts: Sequence[Draft]) -> None:
    from sora_tui.cli import wording
    from sora_tui.studio.batches import pacing

    prices = [session.studio.quote(draft).credits for draft in drafts]
    total = "price not known" if None in prices else wording.money(sum(price or 0.0 for price in prices))
    seconds = pacing(len(drafts))
    pace = f", within about {seconds:.0f} s" if seconds else ""
    say(f"{len(drafts):,} {'task' if len(drafts) == 1 else 'tasks'}: {total}{pace}.")


def _write_plan(session: Session, drafts: Sequence[Draft], form: Format) -> None:
    """What would go, on stdout."""
    from sora_tui.cli import wording
    from sora_tui.cli.output import Column, Format, write_json, write_json_lines, write_table

    studio = session.studio
    documents = [
        {
            "prompt": draft.prompt,
            "model": draft.model,
            "parameters": dict(draft.parameters),
            "price": studio.quote(draft).expected,
            "price_bound": studio.quote(draft).bound,
        }
        for draft in drafts
    ]
    if form is Format.JSON:
        write_json(documents)
    elif form is Format.JSONL:
        write_json_lines(documents)
    elif drafts:
        columns = [Column("credits", is_number=True), Column("model"), Column("prompt", takes_the_rest=True)]
        write_table(
            columns, [[wording.amount(studio.quote(draft).credits), draft.model, draft.prompt] for draft in drafts]
        )
    _say_sum(session, drafts)
