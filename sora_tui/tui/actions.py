"""Every act of the studio screen, once. Bindings, the key line, the palette and F1 are all made from this list.

Pure values: what an act is called, which keys it has, where they work and when it makes no sense. How it is
done is the screen's business.
"""

from __future__ import annotations

from textual.binding import Binding

from sora_tui.tui import situation as only
from sora_tui.tui.act import Act, Where, key_name, key_names
from sora_tui.tui.situation import Situation

__all__ = ["ACTS", "BY_ID", "Act", "Where", "bindings", "key_name", "key_names", "on_the_key_line"]

ACTS: tuple[Act, ...] = (
    Act(
        "send",
        "Send",
        "Send the prompt",
        "Sends the prompt with the parameters below it. The text stays, ready for the next wording.",
        ("ctrl+s", "f5"),
        rank=0,
    ),
    Act(
        "send_held",
        "Send held",
        "Send the prompt, held",
        "Writes the task down and sends it only once you release it, with h or in the outbox.",
        ("f10",),
    ),
    Act(
        "hold",
        "Hold",
        "Hold, or release",
        "Keeps tasks that are not sent yet from being sent; where they are held, lets them go.",
        ("h",),
        Where.WORK,
        5,
        only.queued,
    ),
    Act(
        "outbox",
        "Outbox",
        "The outbox",
        "Shows what waits to be sent: change its order, hold, release, drop or edit it, pause sending.",
        ("f9",),
        moves=True,
    ),
    Act(
        "pause",
        "Pause",
        "Pause sending, or resume",
        "Lets nothing more be sent until you resume it. What the service has goes on.",
        (),
        Where.PALETTE,
    ),
    Act(
        "vary",
        "Vary",
        "Vary settings",
        "Goes through settings: n_frames=10,15 size=standard,high makes four tasks of one prompt, as one batch.",
        ("ctrl+t",),
    ),
    Act(
        "batch_file",
        "Batch file",
        "Open a batch file",
        "Reads prompts from a .txt, .csv or .jsonl file and shows them as a batch before anything is sent.",
        (),
        Where.PALETTE,
    ),
    Act("palette", "Commands", "All commands", "Finds any act by its name.", ("ctrl+p",), rank=1),
    Act("help", "Help", "Help for this pane", "Explains the focused pane and its keys.", ("f1",), rank=2),
    Act(
        "copy_link",
        "Copy link",
        "Copy the link",
        "Puts the first link of the task, or of each marked one, on the clipboard and says whether it got there. "
        "Where the result is a text and no link, the text.",
        ("c",),
        Where.WORK,
        3,
        only.results,
    ),
    Act(
        "edit_again",
        "Edit again",
        "Edit again",
        "Loads the task's prompt and parameters into the editor.",
        ("e",),
        Where.WORK,
        4,
        only.one,
    ),
    Act(
        "run_again",
        "Run again",
        "Run again as it is",
        "Sends the same prompt with the same parameters once more; with marks, that of each marked task.",
        ("r",),
        Where.WORK,
        5,
        only.any_chosen,
    ),
    Act(
        "another_model",
        "Another model",
        "Another model",
        "Makes the same with a model you choose, of one task or of all that are marked; shows first what will differ.",
        ("m",),
        Where.WORK,
        7,
        only.any_chosen,
    ),
    Act(
        "open_link",
        "Open",
        "Open the result",
        "Opens the first link in the system's player or browser.",
        ("o",),
        Where.WORK,
        6,
        only.own_link,
    ),
    Act(
        "abandon",
        "Let go",
        "Let it go",
        "Withdraws a task that is not sent yet, or gives up on one whose answer was lost. "
        "If that one exists after all, the service goes on without us.",
        ("x",),
        Where.WORK,
        4,
        only.can_be_let_go,
    ),
    Act(
        "adopt",
        "I have its id",
        "I have its id",
        "Takes the task's id from kie.ai/logs, asks the service and matches it to the row.",
        ("i",),
        Where.WORK,
        5,
        only.unconfirmed,
    ),
    Act(
        "difference",
        "What changed",
        "What changed",
        "Compares the task with the one it was edited from, word by word, or two marked tasks with one another.",
        ("equals_sign",),
        Where.WORK,
        12,
        only.one,
    ),
    Act(
        "versions",
        "Versions",
        "Versions of this prompt",
        "Shows all versions of the task's prompt as a tree, with the cost of each branch and what changed in each.",
        ("T",),
        Where.WORK,
        13,
        only.one,
    ),
    Act(
        "what_worked",
        "What worked",
        "What changed in the one that worked",
        "Compares the best version of the task's prompt with the nearest one that failed or was rated lower.",
        ("W",),
        Where.WORK,
        14,
        only.one,
    ),
    Act(
        "draft_difference",
        "Draft changes",
        "What changed in the draft",
        "Compares what stands in the editor with the task it was edited from, word by word.",
        (),
        Where.PALETTE,
    ),
    Act(
        "filter",
        "Filter",
        "Filter the tasks",
        "Shows only tasks that match the words you type.",
        ("slash",),
        Where.WORK,
        7,
        only.some,
    ),
    Act(
        "next_needs_you",
        "Needs you",
        "Next that needs you",
        "Moves to the next task that waits for your word.",
        ("n",),
        Where.WORK,
        8,
        only.needy,
    ),
    Act(
        "raw",
        "Raw",
        "Raw answer",
        "Shows the service's latest answer for this task, byte for byte.",
        ("j",),
        Where.WORK,
        9,
        only.one,
    ),
    Act(
        "copy_request",
        "curl",
        "Copy the request as curl",
        "Copies the request, with the key masked.",
        ("u",),
        Where.WORK,
        11,
        only.one,
    ),
    Act(
        "copy_all",
        "Copy all",
        "Copy all links",
        "Copies every link of the task, or of the marked ones, one on a line.",
        ("C",),
        Where.WORK,
        None,
        only.links,
    ),
    Act(
        "save_links",
        "Save links",
        "Save the links",
        "Writes every link of the task, or of the marked ones, to a new text file in the download folder.",
        ("w",),
        Where.WORK,
        None,
        only.links,
    ),
    Act(
        "pick_link",
        "Copy link n",
        "Copy link 1 to 9",
        "Copies the link with that number.",
        tuple("123456789"),
        Where.WORK,
        None,
        only.own_link,
        each_key=True,
    ),
    Act(
        "ask_now",
        "Ask now",
        "Ask the service now",
        "Asks about this task, or the marked ones, at once instead of when their turn comes.",
        ("a",),
        Where.WORK,
        None,
        only.running,
    ),
    Act(
        "park",
        "Park",
        "Park, or ask again",
        "Asks no more about this task, or the marked ones, until you press it again. It goes on at the service.",
        ("z",),
        Where.WORK,
        None,
        only.can_be_parked,
    ),
    Act(
        "tag",
        "Tag",
        "Tag, or change tags",
        "Gives this task, or the marked ones, words of your own to find them by: tag:boat in the filter.",
        ("t",),
        Where.WORK,
        None,
        only.any_chosen,
    ),
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
        "remark",
        "Note",
        "Note, or change the note",
        "Writes down what you think of this task, or of the marked ones. note:rain in the filter finds it.",
        ("N",),
        Where.WORK,
        None,
        only.any_chosen,
    ),
    Act("show_prompt", "Prompt", "Go to the prompt", "Moves to the editor.", ("f2", "alt+1", "ctrl+1"), moves=True),
    Act("show_tasks", "Tasks", "Go to the tasks", "Moves to the task table.", ("f3", "alt+2", "ctrl+2"), moves=True),
    Act(
        "show_detail",
        "Detail",
        "Go to the detail",
        "Moves to the detail of the selected task.",
        ("f4", "alt+3", "ctrl+3"),
        moves=True,
    ),
    Act(
        "models",
        "Models",
        "Choose a model",
        "Shows every model of the service: what it takes, what it costs, how it fares. Uses one for the draft.",
        ("ctrl+o", "f6"),
        rank=9,
        moves=True,
    ),
    Act(
        "history",
        "History",
        "Prompts you sent",
        "Finds any prompt ever sent as you type, with what became of it, and takes it into the editor.",
        ("ctrl+r",),
        rank=8,
    ),
    Act(
        "own_editor",
        "Your editor",
        "Edit in your own editor",
        "Opens the prompt in the editor that VISUAL or EDITOR names, and takes back what it saved.",
        ("ctrl+e",),
    ),
    Act(
        "earlier",
        "Earlier",
        "The prompt before",
        "Puts the prompt sent before into the editor; what you typed comes back after the newest.",
        ("alt+up",),
    ),
    Act("later", "Later", "The prompt after", "Goes on towards the newest prompt and what you typed.", ("alt+down",)),
    Act(
        "costs",
        "Costs",
        "What it cost",
        "Today, this month and in flight; by model, tag, thread and batch; what a keeper costs; the last 30 days.",
        ("f8",),
        rank=10,
        moves=True,
    ),
    Act(
        "new_prompt",
        "New prompt",
        "New prompt",
        "Empties the editor and starts a prompt of its own. ctrl+z brings the text back.",
        ("ctrl+n",),
    ),
    Act(
        "codes",
        "Response codes",
        "Response codes",
        "All codes of the service: meaning, charge, what to do.",
        (),
        Where.PALETTE,
    ),
    Act(
        "read_credits",
        "Credits",
        "Read the credits again",
        "Asks the service for the balance.",
        (),
        Where.PALETTE,
    ),
    Act(
        "take_in",
        "Take in",
        "Take in tasks by their ids",
        "Takes ids from kie.ai/logs, or any text that holds some, and makes rows of tasks that were made elsewhere.",
        (),
        Where.PALETTE,
    ),
    Act(
        "use_key",
        "Key",
        "Use another key",
        "Asks for another key of the service, checks it and goes on with it.",
        (),
        Where.PALETTE,
        None,
        only.real,
    ),
    Act(
        "quiet",
        "Quiet",
        "Quiet, or be told",
        "Turns the bell and the notifications off, or on again, for tasks that end while you look elsewhere.",
        (),
        Where.PALETTE,
    ),
    Act("theme", "Theme", "Change the theme", "Dark, light and the terminal's own colours.", (), Where.PALETTE),
    Act(
        "quit",
        "Quit",
        "Quit",
        "Leaves. Running tasks go on and are picked up at the next start.",
        ("q",),
        Where.WORK,
        10,
    ),
    Act("leave", "Quit", "Quit", "The same from anywhere.", ("ctrl+q",), Where.ANYWHERE, 10),
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
        and not act.why_not(situation)
        and not (working and act.id == "leave")
    ]
    return sorted(fitting, key=lambda act: act.rank or 0)
