"""`sora-tui webhook`: sign a callback, and check one that was saved, by hand. Needs no connection."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say
from sora_tui.cli.options import format_options, load_settings, settings_options, source_of

if TYPE_CHECKING:
    from sora_tui.cli.output import Cell, Format
    from sora_tui.kie.examining import Examination

key_file_option = click.option(
    "--key-file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the webhook keys from FILE, one a line.",
)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The webhook keys, and where they are from."""

    keys: tuple[str, ...]
    source: str

    def name(self, number: int) -> str:
        """What one of them is called: it is never shown itself."""
        which = f"number {number + 1} of {len(self.keys)}, " if len(self.keys) > 1 else ""
        return f"{which}from {self.source}"


@click.group()
def webhook() -> None:
    """Sign a callback, or check one that was saved.

    The account's webhook key is read from SORA_TUI_WEBHOOK_KEY or the config file (several with commas between,
    while it is being changed), or from a file with one key a line. No key is ever printed.

    \b
    Examples:
      sora-tui webhook verify request.txt
      sora-tui webhook sign task_sora-2_1765183463848
    """


@webhook.command()
@settings_options
@click.argument("task_id")
@click.option("--timestamp", metavar="SECONDS", help="Sign for this time, in seconds since 1970. Default: now.")
@key_file_option
@format_options()
@click.pass_context
def sign(context: click.Context, /, task_id: str, timestamp: str | None, key_file: Path | None, form: Format) -> int:
    """Print the two headers that prove a callback about TASK_ID. The first key signs.

    \b
    Examples:
      sora-tui webhook sign task_sora-2_1765183463848
      sora-tui webhook sign 9c1f > signed.txt
      curl -H @signed.txt -H 'Content-Type: application/json' -d '{"data":{"taskId":"9c1f"}}' http://127.0.0.1:8000/
    """
    from sora_tui.cli.output import Format, write_json, write_lines
    from sora_tui.kie import webhooks

    stamp = str(int(time.time())) if timestamp is None else timestamp
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == 10):
        raise CommandError("--timestamp must be ten digits, seconds since 1970.", code=ExitCode.USAGE)
    signature = webhooks.sign(_keys(context, key_file).keys[0], task_id, stamp)
    if form is Format.JSON:
        write_json({"task_id": task_id, "timestamp": stamp, "signature": signature})
    else:
        write_lines([f"{webhooks.TIMESTAMP_HEADER}: {stamp}", f"{webhooks.SIGNATURE_HEADER}: {signature}"])
    return ExitCode.DONE


@webhook.command()
@settings_options
@click.argument("saved", metavar="[FILE]", type=click.File("rb"), default="-")
@click.option("-H", "--header", "lines", multiple=True, metavar="'NAME: TEXT'", help="A header, as curl takes it.")
@click.option("--any-age", is_flag=True, help="Don't mind how old it is: what was saved always is.")
@key_file_option
@format_options()
@click.pass_context
def verify(
    context: click.Context,
    /,
    saved: IO[bytes],
    lines: tuple[str, ...],
    any_age: bool,
    key_file: Path | None,
    form: Format,
) -> int:
    """Say whether a saved callback proves to be the service's: with which of the keys, or why not.

    FILE, or standard input, is a whole HTTP request, a JSON object with `headers` and `body`, or the body alone
    beside -H. The exit code is 0 if it verifies, 5 if not, 3 without a key.

    \b
    Examples:
      sora-tui webhook verify request.txt --any-age
      sora-tui webhook verify -H 'X-Webhook-Timestamp: 1795003200' -H 'X-Webhook-Signature: 42uS…' < body.json
    """
    from sora_tui.cli.output import Format, write_fields, write_json
    from sora_tui.cli.saved_request import read_headers, read_request
    from sora_tui.kie.examining import examine
    from sora_tui.kie.webhooks import SIGNATURE_HEADER, TIMESTAMP_HEADER, TOLERANCE

    keys = _keys(context, key_file)
    given = read_headers(list(lines))
    if len(given) < len(lines):
        raise CommandError("A header is written as 'Name: text', each name once.", code=ExitCode.USAGE)
    if saved is sys.stdin.buffer and saved.isatty():
        say("Paste the request, then press Ctrl-D.")
    request = read_request(saved.read()).with_headers(given)
    stamp, signature = (request.headers.get(name.lower()) for name in (TIMESTAMP_HEADER, SIGNATURE_HEADER))
    tolerance = math.inf if any_age else TOLERANCE
    found = examine(keys.keys, request.body, stamp, signature, now=time.time(), tolerance=tolerance)
    if form is Format.JSON:
        write_json(_document(found, keys, stamp))
    else:
        write_fields(_fields(found, keys))
    return ExitCode.DONE if found.verifies else ExitCode.REFUSED


def _document(found: Examination, keys: _Keys, stamp: str | None) -> Mapping[str, object]:
    return {
        "verifies": found.verifies,
        "task_id": found.task_id,
        "timestamp": stamp,
        "age_s": None if found.age_s is None else round(found.age_s),
        "key": None if found.key is None else {"number": found.key + 1, "of": len(keys.keys), "source": keys.source},
        "problems": [{"flaw": problem.flaw.value, "sentence": problem.sentence} for problem in found.problems],
    }


def _fields(found: Examination, keys: _Keys) -> Mapping[str, Cell | str]:
    from sora_tui.cli.output import Cell

    fields: dict[str, Cell | str] = {"verifies": Cell("yes", "32") if found.verifies else Cell("no", "31")}
    if found.problems:
        fields["why"] = "\n".join(problem.sentence for problem in found.problems)
    if found.task_id is not None:
        fields["task"] = found.task_id
    if found.key is not None:
        fields["key"] = keys.name(found.key)
    if found.age_s is not None:
        fields["age"] = f"{found.age_s:.0f} s"
    return fields


def _keys(context: click.Context, file: Path | None) -> _Keys:
    """The keys in `file`, else those of the settings.

    Raises:
        CommandError: there is none, or one that can't be a key.
        SettingsError: something set can't be used.
    """
    if file is not None:
        keys, source = _keys_in(file), str(file)
    else:
        settings = load_settings(context)
        keys, source = settings.webhook_keys, source_of(settings, "webhook_key")
    if not keys:
        hint = "Set SORA_TUI_WEBHOOK_KEY, or name a file with --key-file."
        raise CommandError("There is no webhook key.", hint=hint, code=ExitCode.KEY)
    return _Keys(keys, source)


def _keys_in(file: Path) -> tuple[str, ...]:
    from sora_tui.known_keys import note_key
    from sora_tui.settings_checks import check_key

    keys = []
    try:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if line.strip():
                try:
                    keys.append(check_key(line))
                except ValueError as error:
                    raise CommandError(f"{file} line {number}: {error}.", code=ExitCode.USAGE) from None
                note_key(keys[-1])
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} can't be read as text.", code=ExitCode.USAGE) from None
    return tuple(keys)
