"""Where the service is asked to call: the public address, a token that nobody can guess, the task's ref (D5)."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sora_tui.kie.addresses import is_loopback
from sora_tui.known_keys import note_key

if TYPE_CHECKING:
    from sora_tui.settings import Settings

TOKEN_FILE = "callback-token"
PROGRESS = "progress"
"""What stands before the ref in the path of the calls during the run."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
"""Longer than a ref, so that neither is ever taken for the other."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What goes into a create request.

    Attributes:
        end: told when the task has ended; None for none.
        progress: told how far it is; None for none.
    """

    end: str | None = None
    progress: str | None = None


def token_in(data_dir: Path, name: str = TOKEN_FILE) -> str:
    """The token that is kept beside the store, readable by the user alone; made once.

    It stays the same, so that what was sent yesterday still finds us; and it is a secret: no report repeats it.

    Args:
        data_dir: where the store is.
        name: of its file.

    Raises:
        OSError: it can be neither read nor made.
    """
    path = data_dir / name
    token = _kept(path)
    if token is None:
        import secrets  # for the first time only

        from sora_tui.studio.schema import make_private

        make_private(data_dir)
        part = path.with_suffix(f".{secrets.token_hex(8)}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
            if path.exists():  # it holds no token: nobody can have gone by it
                os.replace(part, path)
            else:
                with suppress(FileExistsError):  # another program was quicker: its token is ours
                    os.link(part, path)
        finally:
            part.unlink(missing_ok=True)
        token = _kept(path)
        if token is None:
            raise OSError(f"{path} does not hold what was written to it")
    note_key(token)
    return token


def kept_token(data_dir: Path) -> str | None:
    """The token beside the store, if one was made.

    Raises:
        OSError: it can't be read.
    """
    return _kept(data_dir / TOKEN_FILE)


def addresses_for(settings: Settings, token: str | None = None, port: int | None = None) -> Addresses:
    """Where the tasks of these settings are told of, without their refs.

    Args:
        settings: the public address, and the service.
        token: that of the inbox; None where none is wanted, and then the addresses are somebody else's.
        port: where the inbox listens now; None while it does not.
    """
    if token is None:
        return Addresses(settings.callback_url, settings.progress_callback_url)
    public = settings.callback_url
    if public is None and port is not None and is_loopback(urlsplit(settings.base_url).hostname):
        public = origin_at(settings.callback_host, port)  # a service on this machine needs no tunnel
    if public is None:
        return Addresses(progress=settings.progress_callback_url)
    end = public if public.endswith(f"/{token}") else f"{public}/{token}"
    return Addresses(end, settings.progress_callback_url or f"{end}/{PROGRESS}")


def origin_at(host: str, port: int) -> str:
    """Where something that listens at `host` is reached from this machine: `http://127.0.0.1:8410`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _kept(path: Path) -> str | None:
    """The token of the file; None if it is not there or holds none."""
    try:
        if path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    return text if _TOKEN.fullmatch(text) else None
