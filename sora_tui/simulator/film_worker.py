"""The process that draws: wishes come in on stdin, a JSON object per line, answers leave on stdout.

Started by `film_maker`. It ends when its stdin does, in the middle of a video if need be, so that it never
outlives a simulator that was killed. It gives way to every other process.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path

from sora_tui.simulator.wishes import Wish


def main() -> None:
    """Draw until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is the simulator's to handle
    if hasattr(os, "nice"):
        os.nice(10)
    wishes: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(wishes,), daemon=True).start()

    from sora_tui.simulator.cinema import make

    while True:
        told = json.loads(wishes.get())
        error = None
        try:
            make(Wish.from_json(told["wish"]), Path(told["path"]))
        except Exception as trouble:  # whatever goes wrong is told to whoever asked
            error = f"{type(trouble).__name__}: {trouble}"
        print(json.dumps({"error": error}), flush=True)


def _listen(wishes: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        wishes.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
