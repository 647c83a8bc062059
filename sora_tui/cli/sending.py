"""`sora-tui submit`: a prompt or a batch of them, sent at most once; the outcome on stdout and in the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say, warn
from sora_tui.cli.options import format_options, load_settings_with_key, read_text, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.endings import Afterwards
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.studio.task import Draft
    from sora_tui.studio.uploads import UploadProgress

MODEL = "sora-2-pro-text-to-video"


@click.command()
@settings_options
@click.argument("prompt", default="")
@click.option("--wait", "-w", "wait", is_flag=True, help="Wait for what comes out.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="With --wait: stop waiting after so long (exit code 8). The task goes on.",
)
@click.option("--download", "downloads", is_flag=True, help="With --wait: download what comes out; print where it is.")
@click.option("--model", default=MODEL, show_default=True, help="The model's id at the service.")
@click.option("--aspect-ratio", help="landscape or portrait. Default: landscape.")
@click.option("--n-frames", "--length", "n_frames", help="Seconds of video: 10 or 15. Default: 10.")
@click.option("--size", help="standard or high. Default: high.")
@click.option("--remove-watermark/--keep-watermark", default=None, help="Default: remove it.")
@click.option(
    "--character",
    "character_id_list",
    metavar="ID",
    multiple=True,
    help="A character to put in; give it again for more, five at most.",
)
@click.option("--upload-method", help="Where the service keeps the video: s3 or oss. Default: s3.")
@click.option(
    "--set",
    "pairs",
    metavar="NAME=VALUE",
    multiple=True,
    help="Any parameter of the model, by its own name; again for more, and for more items of a list. "
    "A picture or a video is a link or a file, which is uploaded.",
)
@click.option("--mode", default="", help="Which of the model's modes, where it has several.")
@click.option(
    "--file",
    "-f",
    "file",
    type=click.Path(path_type=Path),
    help="A .txt (a prompt a line), .csv or .jsonl file of prompts; its columns are the model's parameters.",
)
@click.option(
    "--matrix",
    default="",
    metavar="SETTINGS",
    help='Go through settings: "n_frames=10,15 size=standard,high" are four tasks; model=… goes through models.',
)
@click.option("--variants", is_flag=True, help="{dawn|dusk} in PROMPT are two tasks; {{ is a brace.")
@click.option("--only-valid", is_flag=True, help="Leave out what can't be sent. Otherwise nothing is sent then.")
@click.option("--dry-run", is_flag=True, help="Print what would go and what it would cost; send nothing.")
@click.option("--hold", "is_held", is_flag=True, help="Write the tasks down; they are sent once you release them.")
@click.option("--yes", "-y", "yes", is_flag=True, help="Ask nothing before sending several, or one like a refused one.")
@format_options(urls=True)
@click.pass_context
def submit(
    context: click.Context,
    /,
    prompt: str,
    wait: bool,
    timeout: float | None,
    downloads: bool,
    model: str,
    form: Format,
    character_id_list: tuple[str, ...],
    pairs: tuple[str, ...],
    mode: str,
    file: Path | None,
    matrix: str,
    variants: bool,
    only_valid: bool,
    dry_run: bool,
    is_held: bool,
    yes: bool,
    **parameters: Any,
) -> int:
    """Send PROMPT and say what became of it. With `-` the prompt is read from standard input.

    Several tasks, from --file, --matrix or --variants, are written down all or none and sent in their order; then
    every task is printed and the exit code tells the worst.

    Returns once the service has answered: the task is waiting (0), was refused (3, 4, 5, 7), or the answer
    was lost and it may exist and may have been paid (6); it is then never sent again by itself. Prints the
    task's ref; with --wait, the links of what came out. What a model takes says `sora-tui models MODEL`.

    \b
    Examples:
      sora-tui submit "A paper boat drifts down a gutter in the rain"
      sora-tui submit --wait --length 15 --size standard "Neon koi under ice"
      sora-tui submit --wait --json - < prompt.txt
      sora-tui submit --variants --dry-run "A boat at {dawn|dusk}"
      sora-tui submit -f prompts.csv --matrix "n_frames=10,15" --yes --json
      sora-tui submit --model veo-3-1 --set resolution=1080p --set image_urls=boat.png "It drifts away"
    """
    if timeout is not None and not wait:
        raise click.UsageError("--timeout goes with --wait.")
    if downloads and not wait:
        raise click.UsageError("--download goes with --wait.")
    if file is not None and prompt:
        raise click.UsageError("Give a PROMPT or a --file, not both.")
    if is_held and wait:
        raise click.UsageError("--wait has nothing to wait for with --hold.")
    settings = load_settings_with_key(context)
    from sora_tui.cli.batching import Wish, submit_batch
    from sora_tui.cli.endings import Afterwards
    from sora_tui.cli.session import in_studio
    from sora_tui.studio.task import Draft

    chosen = {name: value for name, value in parameters.items() if value is not None}
    if character_id_list:
        chosen["character_id_list"] = list(character_id_list)
    draft = Draft(read_text(prompt), model, chosen, mode=mode)

    after = Afterwards(wait, timeout, downloads, form)
    wish = Wish(file, matrix, variants, only_valid, dry_run, is_held, yes)

    async def act(session: Session) -> int:
        if wish.is_batch:
            whole = await _with_parameters(session, draft, pairs)
            return await submit_batch(session, whole, wish, after)
        ready = await _made_ready(session, draft, pairs)
        await warn_of_refusals(session, [ready], yes=yes)
        return await _submit(session, ready, after)

    return in_studio(settings, act)


async def warn_of_refusals(session: Session, drafts: Sequence[Draft], *, yes: bool) -> None:
    """Say which prompts are close to one that was refused; where somebody is there to answer, ask.

    Raises:
        CommandError: he would rather not send.
    """
    likenesses = await session.studio.refusals.likenesses([draft.prompt for draft in drafts])
    if not likenesses:
        return
    closest = max(likenesses.values(), key=lambda like: like.similarity)
    warn(closest.sentence if len(drafts) == 1 else f"{len(likenesses):,} of {len(drafts):,}: {closest.sentence}")
    if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    if not click.confirm("Send all the same?", err=True):
        raise CommandError("Nothing was sent.", code=ExitCode.USAGE)


async def _with_parameters(session: Session, draft: Draft, pairs: tuple[str, ...]) -> Draft:
    """The draft with the parameters of the pairs, once what its model takes is known."""
    from sora_tui.cli.parameters import read_parameters

    market = session.studio.market
    await market.load()
    availability = market.availability(draft.model)
    if availability.is_withdrawn:
        others = ", ".join(listing.model for listing in market.substitutes_for(draft.model)[:3])
        warn(
            f"{draft.model} is withdrawn. {availability.reason} Instead: {others or '`sora-tui models` lists others'}."
        )
    profile = (await session.unless_interrupted(market.learn(draft.model))).in_mode(draft.mode)
    if draft.mode and profile.mode != draft.mode:
        modes = ", ".join(each.name for each in profile.modes) or "none"
        raise click.UsageError(f"{draft.model} has no mode {draft.mode!r}. It has {modes}.")
    return replace(draft, parameters={**draft.parameters, **read_parameters(profile, pairs)})


async def _made_ready(session: Session, draft: Draft, pairs: tuple[str, ...]) -> Draft:
    """The same with its files uploaded."""
    from sora_tui.studio.inputs import megabytes

    typed = await _with_parameters(session, draft, pairs)
    told: set[Path] = set()

    def tell(progress: UploadProgress) -> None:
        if progress.path not in told and progress.sent < progress.total:  # else it was uploaded before
            told.add(progress.path)
            say(f"Uploading {progress.path.name} ({megabytes(progress.total)}).")

    return await session.unless_interrupted(session.studio.prepared(typed, tell))


async def _submit(session: Session, draft: Draft, after: Afterwards) -> int:
    from sora_tui.cli.endings import end
    from sora_tui.kie.errors import KieError
    from sora_tui.studio.task import TaskState

    studio = session.studio
    studio.start()
    sent = await studio.submit(draft)
    say(f"Sending {sent.ref[:8]}.")
    task = await session.unless_interrupted(studio.settled(sent.ref))
    if after.waits and task.state.is_running:
        say(f"Waiting for {sent.ref[:8]}. Ctrl-C stops waiting; the task goes on.")
        [task] = await session.unless_interrupted(studio.wait([task.ref], after.limit_s))
    if task.state is TaskState.UNCONFIRMED:
        with suppress(KieError):  # the balance may tell; if it can't be read, it tells nothing
            await session.unless_interrupted(studio.refresh_credits())
        task = studio.tasks[task.ref]
    return await end(session, [task], after, single=True)
