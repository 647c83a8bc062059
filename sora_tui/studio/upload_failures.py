"""Why a file could not be uploaded, in sentences that say what to do. Pure. An upload costs nothing, unlike a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sora_tui.kie.errors import AnswerLost, KieError, NotDelivered

if TYPE_CHECKING:
    from sora_tui.settings import Settings

_BUSY_GATEWAYS = (502, 503, 504)
_MOST_WORDS = 200


def refusal(settings: Settings) -> str:
    """Why files can't be uploaded with these settings, and what to do; empty if they can.

    The key belongs to the service it was set for. With another service than the vendor's, the vendor's upload host
    gets it only if the user says so.
    """
    from sora_tui.settings import DEFAULT_BASE_URL, Settings

    is_chosen = "upload_url" in settings.came_from or settings.upload_url != Settings.model_fields["upload_url"].default
    if settings.demo or is_chosen or origin(settings.base_url) == origin(DEFAULT_BASE_URL):
        return ""
    return (
        f"Nothing says where {origin(settings.base_url)} takes uploads. "
        "Set SORA_TUI_UPLOAD_URL to that address, or give a link instead of a file."
    )


def may_pass(error: KieError) -> bool:
    """Whether the same may well succeed in a moment."""
    is_gateway = error.code is None and error.http_status in _BUSY_GATEWAYS
    return isinstance(error, NotDelivered | AnswerLost) or is_gateway or error.is_throttled


def in_words(name: str, host: str, error: KieError) -> str:
    """Why a file was not uploaded, in the end.

    Args:
        name: of the file.
        host: where it should have gone.
        error: of the last try.
    """
    if error.is_throttled:
        reason = f"{host} takes no more just now. Wait a minute, then send again."
    elif may_pass(error):
        reason = f"{host} could not be reached. Check the connection, then send again."
    elif 401 in (error.code, error.http_status):
        reason = "the key was refused. Check the key, then send again."
    else:
        code, words = error.code or error.http_status, error.text.strip()[:_MOST_WORDS] or str(error)
        said = words if code in (None, 200) else f"{code}: {words}"
        reason = f"{host} did not take it ({said}). Choose another file, or give a link."
    return f"{name} was not uploaded: {reason} Nothing was paid."


def origin(url: str) -> str:
    """Scheme, host and port of an address of the settings."""
    from sora_tui.settings_checks import origin_of  # loaded by then: whoever has settings has it

    return origin_of(url)
