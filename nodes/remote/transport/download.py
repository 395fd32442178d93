"""Fetching a result's file: each address is judged, the file is whole and what was promised, or not there."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import httpx

from ajar.errors import AjarError, Refused
from ajar.remote import Made, Provider
from ajar.wire import Expired, Fetched, Lost, Spoilt
from nodes.remote.transport import bases, check

if TYPE_CHECKING:
    from nodes.remote.transport.client import Client

HOPS = 5
MOVED = (301, 302, 303, 307, 308)
BUSY = (408, 425, 429)
CAPS = {"image": 200_000_000, "audio": 1 << 30, "video": 2 << 30}
"""The most bytes of a file by its kind; of others as of a film."""
MINUTES = {"image": 10, "audio": 20, "video": 60}
LATER = "It is fetched again; nothing is paid twice."


async def fetch(client: "Client", provider: Provider, made: Made, into: Path) -> Fetched:
    """Write the file to ``into``. Expired, Spoilt, NotSent, Lost; Refused for an address that is not allowed."""
    part = into.with_name(f"{into.name}.part")
    title = provider.facts.title
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        said = await _bring(client, provider, made, part)
        kind = await asyncio.to_thread(check.check, part, made.type, said, title)
        part.replace(into)
        return Fetched(into, kind, into.stat().st_size)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        problem = AjarError(f"A result of {title} can't be written: {reason}.", "Free some space; it is fetched again.")
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    raise problem


async def _bring(client: "Client", provider: Provider, made: Made, part: Path) -> str:
    """Write the bytes to ``part``; the type that was said about them."""
    if made.data or not made.url:
        await asyncio.to_thread(part.write_bytes, made.data)
        return ""
    if made.url.startswith("data:"):
        said, content = _of_data_uri(made.url, provider.facts.title)
        await asyncio.to_thread(part.write_bytes, content)
        return said
    return await _download(client, provider, made, part)


async def _download(client: "Client", provider: Provider, made: Made, part: Path) -> str:
    address, with_key = bases.parse(made.url), made.auth
    kind = made.type.partition("/")[0]
    total = 60.0 * MINUTES.get(kind, MINUTES["video"])
    for _ in range(HOPS + 1):
        found = await client.get(provider, str(address), with_key=with_key, total=total,
                                 read=_reader(part, provider.facts.title, CAPS.get(kind, CAPS["video"])))
        if isinstance(found, str):
            return found
        target = bases.parse(str(address.join(found)))
        # Once it has led to another host, the key stays here, wherever it leads from there.
        with_key = with_key and bases.origin(target) == bases.origin(address)
        address = target
    raise Spoilt(f"The address of a result of {provider.facts.title} leads on and on.", LATER)


def _reader(part: Path, title: str, cap: int) -> Callable[[httpx.Response], object]:
    """Reads one answer: the type of the file that it wrote, or the address to go on to."""

    async def read(response: httpx.Response) -> str | httpx.URL:
        status = response.status_code
        if status in MOVED and response.headers.get("location"):
            try:
                return httpx.URL(response.headers["location"])
            except httpx.InvalidURL:
                raise Refused(f"A result of {title} leads to no address.", "It is not followed.") from None
        if status >= 500 or status in BUSY:
            raise Lost(f"A result of {title} can't be fetched now (status {status}).", LATER)
        if status >= 400:
            raise Expired(f"The address of a result of {title} is dead (status {status}).", "The job is asked again.")
        if status != 200:
            raise Spoilt(f"A result of {title} came with status {status}.", LATER)
        await _write(response, part, title, cap)
        return str(response.headers.get("content-type", ""))

    return read


async def _write(response: httpx.Response, part: Path, title: str, cap: int) -> None:
    """Spoilt where it is too long or not as long as it was said to be."""
    promised = response.headers.get("content-length", "")
    length = int(promised) if promised.isdecimal() else None
    if length is not None and length > cap:
        raise Spoilt(f"A result of {title} is too large ({length:,} bytes; {cap:,} are the most).", "Ask for less.")
    count = 0
    with part.open("wb") as file:
        async for chunk in response.aiter_bytes(1 << 18):
            count += len(chunk)
            if count > cap:
                raise Spoilt(f"A result of {title} is too large (more than {cap:,} bytes).", "Ask for less.")
            file.write(chunk)
    if length is not None and count != length and "content-encoding" not in response.headers:
        raise Spoilt(f"A result of {title} has {count:,} bytes instead of {length:,}.", LATER)


def _of_data_uri(text: str, title: str) -> tuple[str, bytes]:
    head, comma, body = text[5:].partition(",")
    try:
        if not comma:
            raise ValueError
        if head.endswith(";base64"):
            return head.removesuffix(";base64"), base64.b64decode(body, validate=True)
        return head, unquote_to_bytes(body)
    except ValueError:
        raise Spoilt(f"A result of {title} can't be decoded.", LATER) from None
