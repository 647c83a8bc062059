"""How a command writes times, money and states. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sora_tui.studio.task import Task, TaskState

CREDIT_USD = 0.005
"""What one credit costs in dollars (contract §6)."""

COLOURS = {
    TaskState.SUCCESS: "32",
    TaskState.FAIL: "31",
    TaskState.REFUSED: "31",
    TaskState.UNCONFIRMED: "33",
    TaskState.WAITING: "36",
    TaskState.SENDING: "36",
}
"""SGR numbers; a state without one is not coloured."""


def short_ref(ref: str) -> str:
    """Enough of a ref to name it; commands accept any beginning that only one task has."""
    return ref[:8]


def amount(credits: float | None) -> str:
    """`1,250` or `12.5`; `?` where nobody knows."""
    if credits is None:
        return "?"
    return f"{credits:,.2f}".rstrip("0").rstrip(".")


def money(credits: float | None) -> str:
    """`330 credits ($1.65)`."""
    if credits is None:
        return "an unknown number of credits"
    return f"{amount(credits)} credits (${credits * CREDIT_USD:,.2f})"


def length(milliseconds: int) -> str:
    """`3:51`, or `1:02:03` from an hour on."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment(epoch_ms: int | None, zone: tzinfo | None = None) -> str:
    """Local date and time to the second (or in `zone`), or a dash."""
    if epoch_ms is None:
        return "-"
    return datetime.fromtimestamp(epoch_ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


def state(task: Task) -> str:
    """The state's word: the vendor's own while it works, with the code where it failed. From outside."""
    if task.state is TaskState.WAITING and task.vendor_state:
        return task.vendor_state
    if task.state in (TaskState.FAIL, TaskState.REFUSED):
        code = task.code if task.code is not None else task.http_status
        return f"{task.state} {code}" if code is not None else str(task.state)
    return str(task.state)


def how_to_tunnel(place: str) -> str:
    """What to do for a public address, in words that follow on; `place` is the address to lead to."""
    host, _, port = place.removeprefix("http://").rpartition(":")
    return (
        f"open a tunnel, for example `cloudflared tunnel --url {place}`, `ngrok http {port}` or"
        f" `ssh -R 80:{host}:{port} HOST`, and set SORA_TUI_CALLBACK_URL to the https address it gives."
    )
