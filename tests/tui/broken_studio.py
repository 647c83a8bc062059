"""The real program with one part that fails with the key in its words, and with libraries that log everything.

    python -m tests.tui.broken_studio close

Reads the key where the program reads it and writes it to the words of the exception, as an error of a library
that repeats the request would.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, NoReturn

from sora_tui.cli.main import run
from sora_tui.settings import load
from sora_tui.studio.balance import Balance
from sora_tui.studio.studio import Studio
from sora_tui.tui.screens.studio import StudioScreen
from sora_tui.tui.widgets.status_bar import HeaderLine

PARTS: dict[str, tuple[type, str]] = {
    "open": (Studio, "open"),
    "start": (Studio, "start"),
    "close": (Studio, "close"),
    "credits": (Balance, "read"),
    "compose": (StudioScreen, "compose"),
    "act": (StudioScreen, "_act"),
    "drawing": (HeaderLine, "render"),
}


def main(part: str) -> NoReturn:
    for library in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(library).setLevel(logging.DEBUG)
    if part != "none":
        kept = load().api_key
        key = kept.get_secret_value() if kept is not None else ""

        def fail(*_: Any, **__: Any) -> NoReturn:
            headers = {"Authorization": f"Bearer {key}"}
            raise RuntimeError(f"bad request {headers}")

        place, name = PARTS[part]
        setattr(place, name, fail)
    run()


if __name__ == "__main__":
    name = sys.argv.pop(1)
    main(name)
