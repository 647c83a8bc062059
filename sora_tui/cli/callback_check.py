"""`sora-tui doctor` on callbacks: whether the public address leads to the inbox, and how to get one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from sora_tui.cli.listen import DEFAULT_PORT
from sora_tui.cli.wording import how_to_tunnel

if TYPE_CHECKING:
    from sora_tui.settings import Settings
    from sora_tui.studio.rehearsing import Rehearsal

Verdict = Literal["ok", "warn", "fail"]


async def check_callbacks(settings: Settings) -> tuple[Verdict, str]:
    """A verdict, and what to do where it is not good. Names no token and no key."""
    from sora_tui.studio.callback_addresses import kept_token, origin_at

    url, port = settings.callback_url, settings.callback_port
    try:
        if port is None and url is None:
            place = origin_at(settings.callback_host, DEFAULT_PORT)
            to_do = f"set SORA_TUI_CALLBACK_PORT={DEFAULT_PORT}, {how_to_tunnel(place)}"
            return "ok", f"Not wanted: everything works by polling. To be told at once, {to_do}"
        token = kept_token(settings.data_dir)
        if port is None and url is not None and (token is None or token not in url):
            return (
                "ok",
                f"The service is asked to call {_origin(url)}. That is not this store's inbox, so it is not tried.",
            )
        from sora_tui.kie import probing
        from sora_tui.studio.rehearsing import rehearse

        rehearsal = await rehearse(settings, probing.call)
    except OSError as error:
        return "fail", f"The token of the inbox can't be kept ({error.strerror or error}). Check the data folder."
    return _told(rehearsal, settings)


def _told(rehearsal: Rehearsal, settings: Settings) -> tuple[Verdict, str]:
    from sora_tui.studio.callback_addresses import origin_at
    from sora_tui.studio.rehearsing import Outcome

    place = origin_at(settings.callback_host, rehearsal.port) if rehearsal.port else "the inbox"
    public = _origin(settings.callback_url or place)
    match rehearsal.outcome:
        case Outcome.CAME:
            refused = (
                "a forged one and one to another path were" if settings.webhook_keys else "one to another path was"
            )
            words = f"{public} leads to the inbox: a call was answered in {rehearsal.took_s:.2f} s, {refused} refused."
            if not settings.webhook_keys:
                words += " No webhook key is set, so unsigned calls are taken, as hints."
            if not rehearsal.is_ours and settings.callback_port is not None:
                words += " Another program has the inbox open."
            return "ok", words
        case Outcome.NO_ADDRESS:
            words = f"The inbox at {place} has no public address, so everything works by polling."
            return "warn", f"{words} To be told at once, {how_to_tunnel(place)}"
        case Outcome.NO_PLACE:
            there = f"{settings.callback_host}, port {settings.callback_port}"
            return "fail", f"The inbox can't be opened at {there} ({rehearsal.trouble}). Everything works by polling."
        case Outcome.REFUSED:
            words = f"{public} leads to an inbox that refuses our signature (401)."
            return "fail", f"{words} Set the same SORA_TUI_WEBHOOK_KEY for both."
        case Outcome.STRANGER:
            words = f"{public} answers, but it is not our inbox."
            return "fail", f"{words} Its tunnel must lead to {place} and leave the path as it is."
        case Outcome.UNREACHED:
            what = rehearsal.trouble or f"HTTP {rehearsal.status}"
            words = f"{public} does not lead to the inbox ({what}). Until it does, everything works by polling."
            return "fail", f"{words} If its tunnel has ended, {how_to_tunnel(place)}"


def _origin(url: str) -> str:
    """Scheme and host: the path may hold the token."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
