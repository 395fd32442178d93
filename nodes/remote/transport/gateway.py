"""Which addresses may be spoken with. A result's address comes from outside, so it could point into this network.

The name is resolved here, every address of it is judged, and the connection is made to the address that was judged,
so that a name can't say something else a moment later. Through a proxy that can't be had: the proxy resolves the name
itself and TLS runs through its tunnel under the name, so the name is judged as far as it resolves here.
"""

import asyncio
import ipaddress
import socket
import urllib.request
from collections.abc import Awaitable, Callable, Iterable

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, as numbers. OSError where it has none."""
REFUSED = tuple(map(ipaddress.ip_network, (
    "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4",
)))
EMBEDDING = {
    "::ffff:0:0/96": "an IPv4 address in disguise", "::/96": "an IPv4 address in disguise",
    "::ffff:0:0:0/96": "an IPv4 address in disguise", "64:ff9b::/96": "a NAT64 address",
    "64:ff9b:1::/48": "a NAT64 address", "2002::/16": "a 6to4 address", "2001::/32": "a Teredo address",
}
"""IPv6 networks whose addresses hold an IPv4 address that nobody would judge."""
_EMBEDDING = tuple((ipaddress.ip_network(net), words) for net, words in EMBEDDING.items())
PUBLIC6 = ipaddress.ip_network("2000::/3")
RENTED = (
    "amazonaws.com", "cloudfront.net", "googleapis.com", "googleusercontent.com", "windows.net", "azureedge.net",
    "r2.dev", "workers.dev", "cloudflarestorage.com", "aliyuncs.com", "volces.com", "myqcloud.com", "vercel.app",
    "digitaloceanspaces.com", "backblazeb2.com", "bcebos.com",
)
"""Under these anybody can rent a name: fit for results, never for a key unless it is the base address itself."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by what it is called; nothing is resolved."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def within(host: str, endings: Iterable[str]) -> bool:
    """Whether a host is one of these or lies below one."""
    name = host.lower().rstrip(".")
    return any(name == end or name.endswith(f".{end}")
               for end in (one.lower().lstrip("*").strip(".") for one in endings) if end)


def unfit(address: str, *, loopback: bool = False) -> str:
    """Why an address may not be connected to; empty where it may. ``loopback`` allows this machine."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "is no address"
    if isinstance(ip, ipaddress.IPv6Address) and int(ip) > 1:
        for net, words in _EMBEDDING:
            if ip in net:
                return f"is {words}"
    if ip.is_loopback:
        return "" if loopback else "is this machine"
    if ip.is_multicast:
        return "is for many machines at once"
    if ip.is_link_local:
        return "is of the local link"
    if ip.is_private or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return "is of a private network"
    if isinstance(ip, ipaddress.IPv6Address):
        return "" if ip in PUBLIC6 else "is of a private network"
    return "is of a private network" if any(ip in net for net in REFUSED) else ""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, each once, in the order in which they should be tried."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def proxy_for(scheme: str, host: str, port: int) -> str | None:
    """The proxy that the environment or the system names for this host; this machine is always spoken with directly."""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or is_loopback(host) or urllib.request.proxy_bypass(f"{host}:{port}"):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
