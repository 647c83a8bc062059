"""`sora-tui listen`: the inbox for callbacks without a screen."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, Interrupted, say
from sora_tui.cli.options import load_settings_with_key, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.session import Session
    from sora_tui.studio.callbacks import Callback
    from sora_tui.studio.events import Event
    from sora_tui.studio.studio import Studio

DEFAULT_PORT = 8410


@click.command()
@settings_options
@click.option("--port", type=click.IntRange(0, 65535), help=f"Where to listen; 0 for any. Default: {DEFAULT_PORT}.")
@click.option("--host", metavar="ADDRESS", help="Of this machine. Default: 127.0.0.1, which only a tunnel reaches.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print each call that is accepted as one JSON object a line.")
@click.pass_context
def listen(context: click.Context, /, port: int | None, host: str | None, as_jsonl: bool) -> int:
    """Take callbacks in until interrupted, and follow them up: with a store of its own or one that others share.

    Prints the address to give to the service, as SORA_TUI_CALLBACK_URL where tasks are sent. It holds a token that
    nobody can guess: keep it to yourself. What callbacks say is not believed; the service is asked.

    \b
    Examples:
      sora-tui listen
      sora-tui listen --port 8410 --jsonl >> calls.jsonl
    """
    flags = context.ensure_object(dict)
    given = {"callback_port": port, "callback_host": host}
    flags.update({name: value for name, value in given.items() if value is not None})
    settings = load_settings_with_key(context)
    if settings.callback_port is None:
        settings = settings.model_copy(update={"callback_port": DEFAULT_PORT})
    from sora_tui.cli.session import in_studio

    return in_studio(settings, lambda session: _listen(session, as_jsonl=as_jsonl))


async def _listen(session: Session, *, as_jsonl: bool) -> int:
    from sora_tui.cli.tasks import explain_to_user
    from sora_tui.studio.events import CallbackCame, InboxChanged, TaskChanged
    from sora_tui.studio.inbox import Standing

    studio = session.studio
    if studio.callbacks is Standing.OFF:
        raise CommandError("There is no inbox without its token; what is wrong is said above.", code=ExitCode.USAGE)
    is_told = False

    def heard(event: Event) -> None:
        nonlocal is_told
        match event:
            case InboxChanged(port=int()) if not is_told:
                is_told = True
                _tell_address(studio, as_jsonl=as_jsonl)
            case InboxChanged(standing=Standing.ELSEWHERE):
                say("Another sora-tui has the inbox of this store open at this port. This one waits for its turn.")
            case CallbackCame(callback=callback):
                _tell(callback, as_jsonl=as_jsonl)
            case TaskChanged(task=task, previous=previous):
                if previous is not None and previous.state.is_running and not task.state.is_running:
                    explain_to_user(task)

    stop = studio.subscribe(heard)
    try:
        studio.start()
        await session.unless_interrupted(asyncio.Event().wait())
    except Interrupted:
        say("Listening no more.")
    finally:
        stop()
    return ExitCode.DONE


def _tell_address(studio: Studio, *, as_jsonl: bool) -> None:
    """Where to be called: on stdout, where a script reads it, unless the calls themselves go there."""
    from sora_tui.cli.output import write_lines
    from sora_tui.cli.wording import how_to_tunnel

    local, public = studio.local_callback_address or "", studio.callback_address
    place = local.rpartition("/")[0]
    if studio.settings.webhook_key is None:
        say("No webhook key is set (SORA_TUI_WEBHOOK_KEY): the secret path alone tells the service from others.")
    if public is None:
        say(f"Listening at {place}, which the service can't reach. To be reached, {how_to_tunnel(place)}")
        say(f"Where tasks are sent elsewhere, set it to this, with the tunnel's address in place of {place}:")
    else:
        say(f"Listening at {place}. Where tasks are sent elsewhere, set SORA_TUI_CALLBACK_URL to this:")
    if as_jsonl:
        sys.stderr.write(f"{public or local}\n")  # not by way of `say`, which strikes secrets out
        sys.stderr.flush()
    else:
        write_lines([public or local])
        sys.stdout.flush()


def _tell(callback: Callback, *, as_jsonl: bool) -> None:
    from sora_tui.cli.output import write_json_lines

    if as_jsonl:
        write_json_lines([_as_json(callback)])
        sys.stdout.flush()
    elif callback.is_last:
        say(f"{callback.ref[:8]}: said to have ended. Asking the service.")
    else:
        say(f"{callback.ref[:8]}: {callback.words or 'progress'}, the service says.")


def _as_json(callback: Callback) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": callback.kind.value,
        "ref": callback.ref,
        "task_id": callback.task_id,
        "is_signed": callback.is_signed,
        "is_last": callback.is_last,
        "words": callback.words,
    }
