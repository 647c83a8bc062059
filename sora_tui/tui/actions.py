"""Every act of the studio screen, once. Bindings, the key line, the palette and F1 are all made from this list.

Pure values: what an act is called, which keys it has, where they work and when it makes no sense. How it is
done is the screen's business.
"""

from __future__ import annotations

from textual.binding import Binding

from sora_tui.tui.act import Act, Where, key_name, key_names
from sora_tui.tui.acts.around import AROUND
from sora_tui.tui.acts.judging import JUDGING
from sora_tui.tui.acts.on_tasks import ON_TASKS
from sora_tui.tui.acts.sending import SENDING
from sora_tui.tui.acts.taking_out import TAKING_OUT
from sora_tui.tui.situation import Situation

__all__ = ["ACTS", "BY_ID", "Act", "Where", "bindings", "key_name", "key_names", "on_the_key_line"]

ACTS: tuple[Act, ...] = (
    *SENDING,
    Act("palette", "Commands", "All commands", "Finds any act by its name.", ("ctrl+p",), rank=1),
    Act("help", "Help", "Help for this pane", "Explains the focused pane and its keys.", ("f1",), rank=2),
    *ON_TASKS,
    *JUDGING,
    *TAKING_OUT,
    *AROUND,
)
"""In the order in which the help shows them."""

BY_ID = {act.id: act for act in ACTS}


def bindings(where: Where) -> list[Binding]:
    """Textual's bindings for all acts whose keys work `where`; the id of each is the act's id."""
    made: list[Binding] = []
    for act in ACTS:
        if act.where is not where or not act.keys:
            continue
        if act.each_key:
            made.extend(
                Binding(key, f"screen.act('{act.id}', '{key}')", act.title, show=False, id=f"{act.id}_{key}")
                for key in act.keys
            )
        else:
            made.append(
                Binding(
                    ",".join(act.keys),
                    f"screen.act('{act.id}')",
                    act.title,
                    show=False,
                    tooltip=act.help,
                    priority=act.moves,
                    id=act.id,
                )
            )
    return made


def on_the_key_line(situation: Situation, *, working: bool) -> list[Act]:
    """The acts worth a place at the bottom now, most wanted first.

    Args:
        situation: what is selected.
        working: whether the focus is where single letters are keys.
    """
    fitting = [
        act
        for act in ACTS
        if act.rank is not None
        and (act.where is Where.ANYWHERE or (working and act.where is Where.WORK))
        and act.is_offered(situation)
        and not act.why_not(situation)
        and not (working and act.id == "leave")
    ]
    return sorted(fitting, key=lambda act: act.rank or 0)
