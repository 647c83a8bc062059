"""A rehearsal of callbacks: calls our own public address as the service would, and sees what comes in.

Tries a signed call, one to a path that nobody was told of and one with a forged signature, so that an answer of
somebody else on the way is not taken for ours.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sora_tui.kie.webhooks import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from sora_tui.studio.callback_addresses import addresses_for, token_in
from sora_tui.studio.callbacks import Callback, Doorkeeper

if TYPE_CHECKING:
    from sora_tui.kie.probing import Reply
    from sora_tui.settings import Settings

Call = Callable[[str, bytes, Mapping[str, str]], Awaitable["Reply"]]


class Outcome(StrEnum):
    """How a rehearsal went."""

    CAME = "came"
    """The call came in, and what should be refused was."""
    NO_ADDRESS = "no address"
    NO_PLACE = "no place"
    """The inbox can't be opened here."""
    UNREACHED = "unreached"
    """Nothing answered, or something on the way did."""
    STRANGER = "stranger"
    """Something answers that is not our inbox."""
    REFUSED = "refused"
    """An inbox answers that goes by another key."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was found.

    Attributes:
        outcome: in a word.
        status: the HTTP status of the signed call; None if there was none.
        trouble: why there was none, or why the inbox can't be opened.
        took_s: seconds from the call to its answer.
        is_ours: whether the inbox was opened for the rehearsal; else another program has the port.
        port: where the inbox is.
    """

    outcome: Outcome
    status: int | None = None
    trouble: str = ""
    took_s: float = 0.0
    is_ours: bool = False
    port: int | None = None


async def rehearse(settings: Settings, call: Call) -> Rehearsal:
    """Tries the public address of these settings end to end.

    Args:
        settings: the address, the keys, where the inbox is.
        call: sends a callback, as `kie.probing.call` does.

    Raises:
        OSError: the token of the inbox can't be kept.
    """
    token = await asyncio.to_thread(token_in, settings.data_dir)
    came: list[Callback] = []
    try:
        async with _inbox(settings, token, came) as (port, is_ours):
            address = addresses_for(settings, token, port).end
            if address is None:
                return Rehearsal(Outcome.NO_ADDRESS, is_ours=is_ours, port=port)
            return await _tried(settings, address, token, call, came, port, is_ours=is_ours)
    except _CantBeOpened as error:
        return Rehearsal(Outcome.NO_PLACE, trouble=str(error), port=settings.callback_port)


class _CantBeOpened(Exception):
    """The inbox can't be opened, for another reason than that its port is taken."""


@asynccontextmanager
async def _inbox(settings: Settings, token: str, came: list[Callback]) -> AsyncIterator[tuple[int | None, bool]]:
    """Where the inbox is, and whether it is one of our own, opened for this."""
    import errno

    if settings.callback_port is None:  # `sora-tui listen` has it, here or elsewhere
        yield None, False
        return
    from sora_tui.studio import receiving

    try:
        listener = receiving.listen(settings.callback_host, settings.callback_port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise _CantBeOpened(error.strerror or str(error)) from None
        yield settings.callback_port, False
        return
    keeper = Doorkeeper(token, settings.webhook_keys, time.time)
    serving = asyncio.create_task(receiving.serve(receiving.create_app(keeper.judge, came.append), listener))
    try:
        yield listener.getsockname()[1], True
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def _tried(
    settings: Settings, address: str, token: str, call: Call, came: list[Callback], port: int | None, *, is_ours: bool
) -> Rehearsal:
    ref, task_id = secrets.token_hex(16), f"rehearsal-{secrets.token_hex(8)}"
    # Of a task that nobody has: an inbox at work answers and drops it.
    body = json.dumps({"code": 200, "msg": "rehearsal", "data": {"taskId": task_id}}).encode()

    def signed(key: str) -> dict[str, str]:
        stamp = int(time.time())
        return {TIMESTAMP_HEADER: str(stamp), SIGNATURE_HEADER: sign(key, task_id, stamp)}

    keys = settings.webhook_keys
    began = time.monotonic()
    reply = await call(f"{address}/{ref}", body, signed(keys[0]) if keys else {})
    took_s = time.monotonic() - began
    if reply.status == 401:
        outcome = Outcome.REFUSED
    elif reply.status != 200:
        outcome = Outcome.UNREACHED
    else:
        elsewhere = address.replace(token, secrets.token_urlsafe(32))
        wrong_path = await call(f"{elsewhere}/{ref}", body, signed(keys[0]) if keys else {})
        forged = await call(f"{address}/{ref}", body, signed(secrets.token_hex(16))) if keys else None
        is_told = not is_ours or any(callback.ref == ref for callback in came)
        is_picky = wrong_path.status == 404 and (forged is None or forged.status == 401)
        outcome = Outcome.CAME if is_told and is_picky else Outcome.STRANGER
    return Rehearsal(outcome, reply.status, reply.trouble, took_s, is_ours, port)
