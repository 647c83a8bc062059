"""Acts on the draft that cost money or are about what waits to be sent. Pure values."""

from __future__ import annotations

from sora_tui.tui import situation as only
from sora_tui.tui.act import Act, Where

SENDING: tuple[Act, ...] = (
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
)
