"""The base addresses of a provider, and whether an address is its own: only there does its key go."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import httpx

from ajar.errors import Refused
from nodes.remote.transport import gateway
from nodes.remote.transport.keys import env_name

if TYPE_CHECKING:
    from ajar.offers import Facts
    from ajar.remote import Provider

PORTS = {"http": 80, "https": 443}


def base(provider: "Provider", name: str = "", urls: Mapping[str, str] | None = None) -> str:
    """The main base address, or the one of this name, without a slash at its end.

    ``AJAR_<NAME>_URL`` and ``AJAR_<NAME>_<BASE>_URL`` go before the settings (``kling``, ``fal_rest``), these before
    the facts. Where only the main one was replaced, a named one is the main one too: an emulator is one server.
    """
    facts, urls = provider.facts, urls or {}
    given = _given(facts, provider.name, name, urls)
    if name and not given and not (given := _given(facts, provider.name, "", urls)):
        given = facts.urls.get(name, "")
        if not given:
            raise Refused(f"{facts.title} has no address called {name}.", "Correct the provider's file.")
    return (given or facts.url).strip().rstrip("/")


def _given(facts: "Facts", provider: str, name: str, urls: Mapping[str, str]) -> str:
    for owner in (provider, facts.shares):
        full = f"{owner}_{name}" if name else owner
        if owner and (found := os.environ.get(env_name(full, "URL")) or urls.get(full)):
            return found
    return ""


def all_bases(provider: "Provider", urls: Mapping[str, str]) -> list[httpx.URL]:
    """The main address and every named one."""
    return [parse(base(provider, name, urls)) for name in ("", *provider.facts.urls)]


def parse(address: str) -> httpx.URL:
    """An address as it will be used. Refused if it is none, names no host, or holds a user name."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise Refused("An address can't be read.", "Look at the provider's answer in its console.") from None
    if url.scheme not in PORTS or not url.host:
        raise Refused(f"An address begins with {url.scheme or 'nothing'}, not with https.", "It is not followed.")
    if url.userinfo:
        raise Refused(f"The address of {url.host} has a user name in it.", "It is not followed.")
    return url


def host_of(url: httpx.URL) -> str:
    """The host as it goes over the wire: small ASCII letters, without a dot at its end."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port; equal for two addresses of one server."""
    return url.scheme, host_of(url), url.port or PORTS[url.scheme]


def is_own(url: httpx.URL, bases: list[httpx.URL]) -> bool:
    """Whether an address lies on a server that the person or the facts name."""
    return _server(url) in map(_server, bases)


def _server(url: httpx.URL) -> tuple[str, str, int]:
    """Its origin; this machine has several names."""
    scheme, host, port = origin(url)
    return scheme, "localhost" if gateway.is_loopback(host) else host, port


def may_have_key(url: httpx.URL, bases: list[httpx.URL], facts: "Facts") -> bool:
    """Whether the key may go there: to a base address, or encrypted to a host below the provider's own endings."""
    if is_own(url, bases):
        return url.scheme == "https" or gateway.is_loopback(url.host)
    listed = gateway.within(host_of(url), facts.hosts) and not gateway.within(host_of(url), gateway.RENTED)
    return listed and origin(url)[::2] == ("https", 443)
