"""Calls an address as the service would, to see whether it leads where it should. Carries no key of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from sora_tui.kie.proxies import proxy_for


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a call.

    Attributes:
        status: the HTTP status; None if there was no answer.
        trouble: what happened instead of one, in a word or two.
    """

    status: int | None
    trouble: str = ""


async def call(address: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float = 15.0) -> Reply:
    """Sends one callback to `address`, follows no redirect and reads no body. Never raises.

    Args:
        address: https anywhere, or http on this machine.
        body: JSON.
        headers: those of the signature.
        timeout_s: how long all of it may take; the service waits 15 s (contract §5).
    """
    try:
        proxy = proxy_for(address)
        async with (
            asyncio.timeout(timeout_s),
            httpx.AsyncClient(
                trust_env=False, proxy=None if proxy is None else proxy.url, timeout=timeout_s, follow_redirects=False
            ) as client,
            client.stream(
                "POST", address, content=body, headers={"Content-Type": "application/json", **headers}
            ) as response,
        ):
            return Reply(response.status_code)
    except TimeoutError:
        return Reply(None, "no answer in time")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
        return Reply(None, type(error).__name__)
