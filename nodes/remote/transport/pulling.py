"""Fetching a large file piece by piece, from the middle where some of it is there already."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

from ajar.errors import Refused
from ajar.hub import Sink
from ajar.remote import Answer, Provider
from ajar.wire import Lost, Spoilt
from nodes.remote.transport import bases
from nodes.remote.transport.download import HOPS, MOVED

if TYPE_CHECKING:
    from nodes.remote.transport.client import Client

LONGEST = 14 * 86_400.0
"""Seconds; what ends a transfer is silence, not its length."""
WORDS = 1 << 16
"""Bytes of an answer that is no file."""


async def pull(client: "Client", provider: Provider, start: str, with_key: bool, sink: Sink) -> Answer | None:
    """See ``ajar.hub.Lines.pull``."""
    address = bases.parse(start)
    for _ in range(HOPS + 1):
        found = await client.get(provider, str(address), with_key=with_key, total=LONGEST, begin=sink.at,
                                 read=_reader(provider.facts.title, sink))
        if not isinstance(found, httpx.URL):
            return found if isinstance(found, Answer) else None
        target = address.join(found)
        # Once it has led to another host, the key stays here, wherever it leads from there.
        with_key = with_key and bases.origin(bases.parse(str(target))) == bases.origin(address)
        address = target
    raise Spoilt(f"The address of a file of {provider.facts.title} leads on and on.", "Try again later.")


def _reader(title: str, sink: Sink) -> Callable[[httpx.Response], object]:
    async def read(response: httpx.Response) -> httpx.URL | Answer | None:
        status = response.status_code
        if status in MOVED and response.headers.get("location"):
            try:
                return httpx.URL(response.headers["location"])
            except httpx.InvalidURL:
                raise Refused(f"A file of {title} leads to no address.", "It is not followed.") from None
        if status not in (200, 206):
            headers = {name.lower(): text for name, text in response.headers.items()}
            return Answer(status, headers, await _some(response))
        if response.headers.get("content-type", "").lower().startswith("text/html"):
            raise Spoilt(f"Instead of a file of {title} a web page came.",
                         "Perhaps this network asks you to sign in first: open any page in a browser.")
        if status == 200 and sink.at:
            sink.restart()
        elif status == 206 and _begin(response) != sink.at:
            raise Lost(f"{title} sent another part of a file than was asked for.", "It is asked for again.")
        async for piece in response.aiter_bytes():  # as they come: gathered ones would be lost where it breaks off
            sink.write(piece)
        return None

    return read


def _begin(response: httpx.Response) -> int:
    """Where the bytes of a partial answer begin; -1 where it does not say."""
    first = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdecimal() else -1


async def _some(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) >= WORDS:
            break
    return bytes(body[:WORDS])
