"""Acts that say what the user thinks of a result. Pure values."""

from __future__ import annotations

from sora_tui.tui import situation as only
from sora_tui.tui.act import Act, Where

JUDGING: tuple[Act, ...] = (
    Act(
        "better",
        "Rate",
        "Rate higher",
        "Raises the mark of this task, or of each marked one, by one: 1 to 5. From 4 on it is one of your keepers.",
        ("plus",),
        Where.WORK,
        8,
        only.any_chosen,
    ),
    Act(
        "worse",
        "Rate lower",
        "Rate lower",
        "Lowers the mark by one; below 1 there is none.",
        ("minus",),
        Where.WORK,
        None,
        only.any_chosen,
    ),
    Act(
        "star",
        "Star",
        "Star, or take the star away",
        "Marks this task, or the marked ones, as keepers: is:starred in the filter finds them.",
        ("f",),
        Where.WORK,
        9,
        only.any_chosen,
    ),
    Act(
        "discard",
        "Discard",
        "Discard, or take it back",
        "Dims what you have done with. It stays in the list, with its links and in every sum.",
        ("D",),
        Where.WORK,
        None,
        only.any_chosen,
    ),
    Act(
        "versus",
        "Compare",
        "Compare, and pick the better one",
        "Puts the marked results side by side, two at a time, to pick the better one; of one task alone, it beside "
        "the version it came from.",
        ("v",),
        Where.WORK,
        None,
        only.one,
    ),
    Act(
        "remark",
        "Note",
        "Note, or change the note",
        "Writes down what you think of this task, or of the marked ones. note:rain in the filter finds it.",
        ("N",),
        Where.WORK,
        None,
        only.any_chosen,
    ),
)
