"""`sora-tui gallery`: a page of results for the browser, to look through or to hand on with its folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import ExitCode, say
from sora_tui.cli.options import load_settings, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.session import Session


@click.command()
@settings_options
@click.argument("words", metavar="[FILTER|REF]...", nargs=-1)
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Make it there; a gallery that is there is made anew. By default a new folder in the download folder.",
)
@click.option("--copy", "copies", is_flag=True, help="Copy the clips into the folder, so that it can go anywhere.")
@click.option("--title", help="What stands over it.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@click.pass_context
def gallery(
    context: click.Context,
    /,
    words: tuple[str, ...],
    folder: Path | None,
    copies: bool,
    title: str | None,
    opens: bool,
) -> int:
    """Make a page of results: posters that play, prompt, settings, cost, rating, tags; to filter and to sort.

    It needs no network and fetches nothing. Clips are named where they are, in the download folder, or copied in.
    A result that is not on this machine is shown with its link. Prints the path of the page.

    \b
    Examples:
      sora-tui gallery --open
      sora-tui gallery 'rating:>=4 -is:discarded' --to best --copy --title "The best of November"
    """
    settings = load_settings(context)
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        from sora_tui.cli.choosing import chosen_refs
        from sora_tui.cli.output import write_lines
        from sora_tui.gallery import in_words, make
        from sora_tui.studio.gallery_folder import free_folder

        refs = await chosen_refs(session.studio, words)
        tasks = (await session.studio.load(refs))[::-1]
        place = folder or free_folder(settings, now_ms=time.time_ns() // 1_000_000)
        made = await session.unless_interrupted(
            make(tasks, place, title=title or " ".join(words) or "Gallery", copies=copies)
        )
        say(in_words(made))
        write_lines([str(made.page)])
        if opens:
            from sora_tui.desktop.opener import open_page

            say((await open_page(made.page)).sentence)
        return ExitCode.DONE

    return in_studio(settings, act)
