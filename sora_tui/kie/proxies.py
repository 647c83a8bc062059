"""The proxy of the environment, and whether the service is reached through it. Pure but for reading the environment.

Only a tunnel (CONNECT) to an https address: a proxy that could read the key is never used, and this machine is
never asked through one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sora_tui.kie.addresses import is_loopback


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Attributes:
        url: as it was set; may hold a name and a password.
        place: host and port, to be shown.
    """

    url: str = field(repr=False)
    place: str


def proxy_for(base_url: str) -> Proxy | None:
    """The proxy on the way to a service; None where there is none.

    Takes `HTTPS_PROXY`, else `ALL_PROXY`, unless `NO_PROXY` names the host; on macOS the system's settings too.

    Raises:
        ValueError: what is set is no address. The message does not hold it.
    """
    parts = urlsplit(base_url)
    if parts.scheme != "https" or is_loopback(parts.hostname):
        return None
    from urllib.request import getproxies, proxy_bypass  # 90 ms, most of it http and ssl: not before the first frame

    known = getproxies()
    url = known.get("https") or known.get("all")
    if not url or proxy_bypass(parts.netloc):
        return None
    url = url if "://" in url else f"http://{url}"
    try:
        proxy = urlsplit(url)
        host, port = proxy.hostname, proxy.port
    except ValueError:
        raise ValueError("the proxy that is set is no address") from None
    if not host:
        raise ValueError("the proxy that is set is no address")
    host = f"[{host}]" if ":" in host else host
    return Proxy(url, f"{host}:{port}" if port else host)
