"""The studio's one client of the service: made when it is first needed, let go with its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from sora_tui.studio.errors import NoKey

if TYPE_CHECKING:
    from sora_tui.kie.client import KieClient
    from sora_tui.settings import Settings

ClientFactory = Callable[["Settings"], "KieClient"]


class Connection:
    """Gives out the client, the same one to all who ask.

    Args:
        settings: key and address; `change` replaces them.
        make: makes the client; `KieClient` by default.
    """

    def __init__(self, settings: Settings, make: ClientFactory | None = None) -> None:
        self._settings = settings
        self._make = make or _client_for
        self._client: KieClient | None = None
        self.proxy = ""
        """Host and port of the proxy on the way to the service; empty for none, or before the first request."""
        self._making = asyncio.Lock()

    def need_key(self) -> None:
        """Does nothing when there is a key.

        Raises:
            NoKey: there is none.
        """
        if self._settings.api_key is None:
            raise NoKey("There is no key for the service. Set SORA_TUI_API_KEY.")

    async def client(self) -> KieClient:
        """The client.

        Raises:
            NoKey: there is no key.
        """
        async with self._making:
            if self._client is None:
                self.need_key()
                # httpx takes 0.1 s to import: not on the loop, which draws the screen.
                self.proxy = await asyncio.to_thread(_place_of_proxy, self._settings.base_url)
                self._client = await asyncio.to_thread(self._make, self._settings)
            return self._client

    async def change(self, settings: Settings) -> None:
        """Goes on with another key."""
        self._settings = settings
        await self.close()

    async def refresh(self) -> None:
        """Closes what stood open while the machine slept; the next request connects anew."""
        if self._client is not None:
            await self._client.drop_connections()

    async def close(self) -> None:
        """Closes the client. The next one who asks gets a new one."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _place_of_proxy(base_url: str) -> str:
    """Host and port of the proxy on the way to a service; empty for none, or one that can't be used."""
    from sora_tui.kie.proxies import proxy_for

    try:
        proxy = proxy_for(base_url)
    except ValueError:
        return ""  # each request says so
    return "" if proxy is None else proxy.place


def _client_for(settings: Settings) -> KieClient:
    from sora_tui.kie.client import KieClient

    assert settings.api_key is not None  # `need_key` came first
    return KieClient(settings.api_key, base_url=settings.base_url, upload_url=settings.upload_url)
