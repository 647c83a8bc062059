"""Every place that shows words from outside × every text that attacks who prints it, one pair of texts at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path

from tests.campaigns.campaign import Campaign, Figures, Trial
from tests.fence import fenced_off
from tests.pty import Terminal
from tests.tui.hostile import ESCAPES, MARKUP, attacks
from tests.tui.hostile_places import Attacked, in_refusals, in_the_store, on_the_wire

PAIRS = max(len(MARKUP), len(ESCAPES))
"""With as many every text has had its turn."""
SITUATIONS: Mapping[str, Callable[[Path, str], str]] = {
    "store": lambda folder, words: in_the_store(folder, [words], [words]),
    "wire": lambda folder, words: on_the_wire(folder, [words]),
    "refusals": lambda folder, words: in_refusals(folder, [words]),
}


def texts(count: int) -> Sequence[tuple[str, str]]:
    """Pairs of a text that means something to who reads markup and one that drives a terminal."""
    return list(islice(zip(cycle(MARKUP.values()), cycle(ESCAPES.values()), strict=False), count))


def run_program(count: int, folder: Path) -> Figures:
    """The real program, looked through from end to end."""
    runs = crashes = attacked = unread = 0
    for number, (markup, escape) in enumerate(texts(count)):
        for situation, look in SITUATIONS.items():
            own = folder / f"{number}-{situation}"
            runs += 1
            try:
                with fenced_off(own / "fence"):
                    shown = look(own, f"{markup}\n{escape}")
            except Attacked as error:
                attacked += 1
                print(f"{situation}: {markup!r} and {escape!r}: {error}", file=sys.stderr)
            except AssertionError as error:
                crashes += 1
                print(f"{situation}: {markup!r} and {escape!r}: {error}", file=sys.stderr)
            else:
                unread += markup not in shown
    return {"runs": runs, "crashes": crashes, "attacked": attacked, "not read as it is": unread}


def run_bare(count: int, folder: Path) -> Figures:
    """A bare app that shows the words as they are."""
    crashes = attacked = unread = 0
    for number, pair in enumerate(texts(count)):
        for words in pair:
            file = folder / f"words-{number}"
            file.write_text(words, "utf-8")
            with fenced_off(folder / f"fence-{number}-{words is pair[0]}"):
                with Terminal([sys.executable, "-m", "tests.tui.bare_app", file]) as terminal:
                    terminal.read_until("ready|Error")
                    terminal.send("\x11")
                    crashes += terminal.wait() != 0 or "Error" in terminal.text()
                attacked += bool(attacks(terminal.output))
                unread += words is pair[0] and words not in terminal.text()
    return {"runs": 2 * count, "crashes": crashes, "attacked": attacked, "not read as it is": unread}


CAMPAIGN = Campaign(
    name="terminal-matrix",
    promise="no text from outside crashes the program, drives the terminal or is read as markup, wherever it is shown",
    never=("crashes", "attacked", "not read as it is"),
    program=Trial("the program", run_program),
    controls=(Trial("an app that shows words as they are", run_bare),),
    full=PAIRS,
    small=1,
)
