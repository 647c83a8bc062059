"""`sora-tui rate`: what the user thinks of a task: its mark, star and note, and whether it is done with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import ExitCode, say
from sora_tui.cli.options import format_options, load_settings, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session


@click.command()
@settings_options
@click.argument("ref")
@click.argument("rating", required=False, type=click.IntRange(0, 5))
@click.option("--star/--no-star", "is_starred", default=None, help="Give it a star, or take it away.")
@click.option("--discard/--no-discard", "is_discarded", default=None, help="Have done with it, or not.")
@click.option("--better-than", "worse", metavar="REF", help="It gets the star, and that other task loses its own.")
@click.option("--remark", metavar="TEXT", help="Write a note to it; an empty one takes it away.")
@format_options()
@click.pass_context
def rate(
    context: click.Context,
    /,
    ref: str,
    rating: int | None,
    is_starred: bool | None,
    is_discarded: bool | None,
    worse: str | None,
    remark: str | None,
    form: Format,
) -> int:
    """Say what you think of a task, in whatever state it is. REF may be shortened.

    RATING is 1 to 5, or 0 to take it away. What has a star, or 4 or 5, is a keeper: is:keeper finds it, and
    `sora-tui costs` tells what a keeper costs. What is discarded loses its star, and stays in every list and sum.

    \b
    Examples:
      sora-tui rate 9c1f 4
      sora-tui rate 9c1f --star --remark "the rain is right"
      sora-tui rate 9c1f --better-than 02ab
      sora-tui rate 9c1f --discard
      sora-tui tasks 'rating:>=3 -is:discarded'
    """
    settings = load_settings(context)
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import in_studio
    from sora_tui.cli.tasks import write_tasks
    from sora_tui.studio.judging import Judgement, in_words

    judgement = Judgement(rating, is_starred, is_discarded, remark)
    if judgement == Judgement() and worse is None:
        raise click.UsageError("Say what you think: a rating, --star, --discard, --better-than or --remark.")
    if worse is not None and (is_starred is False or is_discarded):
        raise click.UsageError("The better one has the star. Leave out --no-star and --discard.")
    if is_starred and is_discarded:
        raise click.UsageError("What is discarded has no star. Choose one of --star and --discard.")

    async def act(session: Session) -> int:
        studio = session.studio
        task = await studio.get(ref)
        if worse is not None:
            other = await studio.get(worse)
            if other.ref == task.ref:
                raise click.UsageError("A task is no better than itself. Name another one.")
            await studio.verdicts.prefer(task.ref, other.ref)
        tasks = await studio.verdicts.judge([task.ref], judgement)
        for task in tasks:
            said = in_words(task) + ([f'"{task.remark}"'] if task.remark else [])
            say(f"{task.ref[:8]}: {', '.join(said) or 'no rating'}")
        if form is not Format.TEXT:
            write_tasks(tasks, form, single=True)
        return ExitCode.DONE

    return in_studio(settings, act)
