"""`python -m sora_tui.simulator`: the stand-in for kie.ai, alone or as the demo's child process."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from sora_tui.simulator import markers
from sora_tui.simulator.faults import Fault
from sora_tui.simulator.faults.kinds import ROUTES
from sora_tui.simulator.faults.kinds import help_text as faults_help
from sora_tui.simulator.faults.script import read_file
from sora_tui.simulator.journal import FolderInUse, last_address
from sora_tui.simulator.options import Options
from sora_tui.simulator.server import Simulator

_LOOK_AGAIN_S = 0.25
_DEMO_PACE = (25.0, None, 8.0, 15.0)
"""Speed, median, shortest and longest duration: what a newcomer waits for with pleasure."""

_EPILOG = """\
Any key that starts with demo- is accepted; each has a purse of its own.

Models: those of the package, which GET /api/v1/models lists; ids that begin with demo/ are nobody's. A file *.json
in the folder of --catalogue is another one, also while this runs: an OpenAPI document as it is, {{"model", "openapi"}}
or a whole answer of /api/v1/models/ID/schema. Beside openapi may stand

  "listing": {{"title": "...", "provider": "...", "taskType": ["Text to Video"], "pricingDesc": "12 credits/s",
              "price": {{"per": "second", "field": "duration", "by": ["resolution"],
                        "credits": {{"720p": 12, "1080p": 20}}}}}}

Without it the title is the document's summary, what it makes is guessed from the id, and a generation costs 40.
An input is checked by its model's document; fields that the document does not know are ignored, and billed.

Files for inputs are uploaded to the same address (/api/file-stream-upload, file-base64-upload, file-url-upload) and
kept for 24 hours.

A mark in a prompt, or in another text of an input, brings about an outcome:

{marks}

While it runs:
  GET  /logs                every task, newest first, as kie.ai/logs shows them: where a lost id is found
  GET  /_simulator/ledger   every create that came, was charged for or refused, every purse, every upload, the
                            latest callbacks
  GET  /_simulator/creates  the latest creates exactly as they came: body, headers, and how they were answered
  GET  /_simulator/models   every model, whether it is sold, and what is wrong with its file
  POST /_simulator/models   {{"model": "sora-2*", "sold": false}} withdraws models, true sells them again;
                            {{"model": "veo-3-1", "success_rate": 55}} lets one do badly, without a rate as ever
  POST /_simulator/purse    {{"key": "demo-me", "credits": 100}}
  POST /_simulator/finish   {{"taskId": "..."}} ends a task now, {{}} all; with "code" and "text" as a failure
  POST /_simulator/callbacks
                            {{"taskId": "..."}} calls its callBackUrl now, as things stand; with "progress": 40 its
                            progressCallBackUrl; "url", "data" and "fault" choose another address, other content
                            and what befalls the call
  POST /_simulator/faults   {{"fault": [{{"route": "createTask", "fault": "stall", "seconds": 40}}]}}
                            {{"clear": true}} lets everything go well again

Callbacks go to http addresses of this machine only, whatever a task was sent with: the simulator never calls out.
Each is signed if there is a webhook key, has 15 s to be answered and is tried 3 times more.

Faults, here and in the file of --faults, where each is a table such as

  [[fault]]
  route = "createTask"            # {routes}
  fault = "close_after_charging"
  skip = 2                        # when and how often: times, skip, only, after_s, for_s

  [[fault]]
  route = "recordInfo"
  fault = "record"
  data = {{ state = "success", resultJson = '{{"resultUrls":["javascript:alert(1)"]}}' }}

  [[fault]]
  route = "files"
  fault = "headers"
  headers = {{ ETag = 'W/"1"' }}    # or without = ["ETag"]

  [[fault]]
  route = "callback"              # or progress: a call that is made
  fault = "replayed"
  seconds = 301

The first that fits a request or a call befalls it, alone. To carry out is to do what was asked: a create is
charged for.

{faults}
"""


_ANNOUNCE = (
    "for the demo: take any port if PORT is taken, share the server that has FOLDER open, end when stdin "
    "does, and let a task take 8 to 15 s unless a pace is given"
)


def main(argv: Sequence[str] | None = None, *, prog: str = "python -m sora_tui.simulator") -> int:
    """Run until SIGTERM, SIGINT or, with `--announce`, the end of stdin. Answers the exit code."""
    chosen = _parser(prog).parse_args(argv)
    try:
        faults = read_file(chosen.faults) if chosen.faults else []
        options = _options(chosen)
    except (OSError, ValueError) as error:
        return _complain(prog, f"{error}", 2)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if chosen.announce:
        threading.Thread(target=_wait_for_end_of_stdin, args=(stop,), daemon=True).start()
    if chosen.folder is not None:
        return _run(chosen.folder, chosen, options, faults, stop)
    with tempfile.TemporaryDirectory(prefix="sora-tui-simulator-") as folder:
        return _run(Path(folder), chosen, options, faults, stop)


def _run(folder: Path, chosen: argparse.Namespace, options: Options, faults: list[Fault], stop: threading.Event) -> int:
    prog: str = chosen.prog
    announced = ""
    port: int = chosen.port
    while not stop.is_set():
        try:
            simulator = Simulator(
                folder, port=port, host=chosen.host, any_port=chosen.announce, faults=faults, options=options
            )
        except FolderInUse as error:
            address = last_address(folder)
            if not chosen.announce or address is None:
                return _complain(prog, str(error), 1)
            # A second demo shares the first one's server, and takes its place and address when it ends.
            if announced != address:
                _announce(address)
                announced, port = address, int(address.rpartition(":")[2])
            stop.wait(_LOOK_AGAIN_S)
            continue
        except (OSError, ValueError) as error:
            return _complain(prog, f"The simulator can't start: {error}", 1)
        with simulator:
            if announced != simulator.url:
                _announce(simulator.url)
            stop.wait()
    return 0


def _announce(url: str) -> None:
    print(f"listening {url}", flush=True)


def _complain(prog: str, sentence: str, code: int) -> int:
    print(f"{prog}: {sentence}", file=sys.stderr)
    return code


def _wait_for_end_of_stdin(stop: threading.Event) -> None:
    # The descriptor itself: a daemon thread inside sys.stdin would hold its lock when the interpreter ends.
    while os.read(0, 4096):
        pass
    stop.set()


def _options(chosen: argparse.Namespace) -> Options:
    pace = (chosen.speed, chosen.median, chosen.at_least, chosen.at_most)
    if chosen.announce and pace == (None, None, None, None):
        pace = _DEMO_PACE
    speed, median, at_least, at_most = pace
    return Options(
        speed=speed or 1.0,
        median_s=median or 300.0,
        sigma=chosen.sigma,
        at_least_s=at_least or 0.0,
        at_most_s=at_most,
        seed=chosen.seed,
        failure_rate=chosen.failure_rate,
        credits=chosen.credits,
        latency_s=chosen.latency,
        paused=frozenset(chosen.paused),
        withdrawn=tuple(chosen.withdrawn),
        catalogue=chosen.catalogue,
        small_clips=chosen.small_clips,
        webhook_keys=_webhook_keys(chosen),
    )


def _webhook_keys(chosen: argparse.Namespace) -> tuple[str, ...]:
    lines = chosen.webhook_key_file.read_text("utf-8").splitlines() if chosen.webhook_key_file else []
    keys = [line.strip() for line in (*(chosen.webhook_key or ()), *lines)]
    if chosen.webhook_key and not all(chosen.webhook_key):
        raise ValueError("--webhook-key is empty.")
    return tuple(key for key in keys if key)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description="A local server that speaks kie.ai's jobs API and makes real videos, pictures and sounds.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(prog=prog)
    add = parser.add_argument
    add("--folder", type=Path, help="where tasks, purses and videos are kept (default: forgotten at the end)")
    add("--host", default="127.0.0.1", help="interface to listen on (default: this machine only)")
    add(
        "--port",
        type=int,
        default=0,
        help="port to listen on (default: the folder's last one if free, else any)",
    )
    add("--announce", action="store_true", help=_ANNOUNCE)
    add("--speed", type=_positive, help="how much faster than real (default 1)")
    add("--median", type=_positive, metavar="S", help="usual duration at speed 1 (default 300)")
    add("--sigma", type=_not_negative, default=0.6, help="spread of the durations (default 0.6)")
    add("--at-least", type=_not_negative, metavar="S", help="shortest duration after --speed")
    add("--at-most", type=_positive, metavar="S", help="longest duration after --speed")
    add("--seed", type=int, help="the same durations and failures each time")
    add(
        "--failure-rate",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="unmarked tasks that fail, 0 to 1 (default 0)",
    )
    add("--credits", type=float, default=10_000.0, help="what each new key has (default 10000)")
    add(
        "--latency",
        type=_not_negative,
        default=0.0,
        metavar="S",
        help="seconds before each answer (default 0)",
    )
    add(
        "--paused",
        action="append",
        default=[],
        metavar="MODEL",
        help="list MODEL and answer its creates as withdrawn, e.g. sora-2-pro-text-to-video",
    )
    add(
        "--withdrawn",
        action="append",
        default=[],
        metavar="ID",
        help="don't list models whose id begins like this, and answer creates as withdrawn, e.g. sora-2",
    )
    add("--catalogue", type=Path, metavar="FOLDER", help="sell every model whose *.json lies here, now or later")
    add("--faults", type=Path, metavar="FILE", help="script of faults, TOML")
    add(
        "--webhook-key",
        action="append",
        metavar="KEY",
        help="sign callbacks; given several times, the keys take turns, as while one is being changed",
    )
    add("--webhook-key-file", type=Path, metavar="FILE", help="the same, one key a line: others can't see it in ps")
    add("--small-clips", action="store_true", help="videos of one second at 160 by 90: quick, not pretty")
    return parser


def _epilog() -> str:
    import textwrap

    routes = "\n                                  # ".join(textwrap.wrap(", ".join(ROUTES), 80, break_on_hyphens=False))
    return _EPILOG.format(marks=markers.help_text(), faults=faults_help(), routes=routes)


class _Parser(argparse.ArgumentParser):
    """Writes its long epilog when it is asked for: that takes longer than everything else here."""

    def format_help(self) -> str:
        """What `--help` prints."""
        self.epilog = _epilog()
        return super().format_help()


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return value


if __name__ == "__main__":
    sys.exit(main())
