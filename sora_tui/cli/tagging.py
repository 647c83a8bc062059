"""`sora-tui tag`: gives tasks words of the user's own, and takes them away."""

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
@click.argument("tags")
@click.argument("refs", nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Take these tags away instead.")
@format_options(lines=True)
@click.pass_context
def tag(context: click.Context, /, tags: str, refs: tuple[str, ...], remove: bool, form: Format) -> int:
    """Tag tasks. TAGS is one tag, or several with commas between them; each REF may be shortened.

    A tag is a word of at most 40 characters; capitals make no other tag. Ended tasks can be tagged as well.

    \b
    Examples:
      sora-tui tag boat 9c1f
      sora-tui tag boat,rain 9c1f 02ab
      sora-tui tag --remove boat 9c1f
      sora-tui tasks tag:boat
    """
    settings = load_settings(context)
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import in_studio
    from sora_tui.cli.tasks import write_tasks
    from sora_tui.studio.tags import BadTag, tags_in

    wanted = tags_in(tags)
    if not wanted:
        raise BadTag("Say which tag, as in: sora-tui tag boat 9c1f")

    async def act(session: Session) -> int:
        studio = session.studio
        named = [(await studio.get(ref)).ref for ref in refs]
        tasks = await studio.tag(named, remove=wanted) if remove else await studio.tag(named, add=wanted)
        for task in tasks:
            say(f"{task.ref[:8]}: {', '.join(task.tags) or 'no tags'}")
        if form is not Format.TEXT:
            write_tasks(tasks, form)
        return ExitCode.DONE

    return in_studio(settings, act)
