"""The transport: calls of providers and files of results over httpx. See ``ajar.wire.Transport`` for what it promises.

It makes one attempt and follows no redirect with a key. The key is added here, for hosts of the provider only, and
taken out of everything that goes back.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from ajar.errors import Refused
from ajar.hub import Sink
from ajar.remote import Answer, Call, Made, Provider, Upload
from ajar.wire import Fetched, Lost
from nodes.remote.transport import auth, bases, check, download, gateway, keys, pulling
from nodes.remote.transport.connection import Allow, Connections, Record, Wanted, hide
from nodes.remote.transport.secret import Secret, redact, redact_bytes

LARGEST = 512 << 20
"""Bytes of an answer. Films and pictures may come in it as base64."""
AGENT = "ajar"
NO_URLS: Mapping[str, str] = MappingProxyType({})


def anywhere(host: str) -> str:
    """The rule that nothing is forbidden."""
    return ""


class Client:
    """Speaks with providers; lives in one event loop and is closed there.

    ``urls`` are the settings' base addresses: ``kling``, or ``fal_rest`` for a named one. ``allow`` says why nothing
    may go to a host. ``record`` is told of each request. ``resolve`` stands in for the system's in tests.
    """

    def __init__(self, urls: Mapping[str, str] = NO_URLS, *, allow: Allow = anywhere, record: Record | None = None,
                 resolve: gateway.Resolve = gateway.resolve) -> None:
        self._urls = urls
        self._lines = Connections(allow, record, resolve)

    # --- what is known without a connection -------------------------------------------------------------------------

    def base(self, provider: Provider) -> str:
        return bases.base(provider, "", self._urls)

    def loopback(self, provider: Provider) -> bool:
        return gateway.is_loopback(bases.parse(self.base(provider)).host)

    def keyless(self, provider: Provider) -> str:
        facts = provider.facts
        if facts.auth == "none" or facts.local:
            return ""
        found = _key(provider)
        if found.secret is not None:
            return ""
        return keys.how_to_give(facts.shares or provider.name, found, facts.console)

    def account(self, provider: Provider) -> str:
        secret = _key(provider).secret if provider.facts.auth != "none" else None
        return secret.mark() if secret is not None else ""

    def check(self, path: Path, promised: str) -> str:
        return check.check(path, promised)

    def contacted(self) -> dict[str, int]:
        return dict(self._lines.contacted)

    # --- calls ------------------------------------------------------------------------------------------------------

    async def send(self, provider: Provider, call: Call, piece: Callable[[str], None] | None = None) -> Answer:
        """The answer, whatever its status; redirects are not followed. NotSent, Lost, Refused."""
        url = self._address(provider, call)
        headers = {"User-Agent": AGENT, **call.headers}
        secrets: tuple[str, ...] = ()
        if call.auth:
            added, secrets = await self._with_key(provider, url)
            headers.update(added)
        if call.stream:
            headers.setdefault("Accept", "text/event-stream")
        addresses, proxy = await self._way(provider, url)
        wanted = Wanted(
            call.method, url, headers, call.seconds, call.seconds * (20 if call.stream else 2), provider.facts.title,
            _content(call), addresses, proxy, secrets,
        )

        async def read(response: httpx.Response) -> Answer:
            hear = piece if call.stream and response.is_success else None
            body = await _body(response, provider.facts.title, secrets, hear)
            return Answer(response.status_code, hide(response.headers.items(), secrets), redact_bytes(body, secrets))

        return await self._lines.exchange(wanted, read)

    async def fetch(self, provider: Provider, made: Made, into: Path) -> Fetched:
        """Write a result's file to ``into``; it is there only if it is whole and what was promised."""
        return await download.fetch(self, provider, made, into)

    async def pull(self, provider: Provider, call: Call, sink: Sink) -> Answer | None:
        """Fetch what ``sink`` lacks of a large file. See ``ajar.hub.Lines``."""
        return await pulling.pull(self, provider, str(self._address(provider, call)), call.auth, sink)

    async def close(self) -> None:
        await self._lines.close()

    # --- one step of a download -------------------------------------------------------------------------------------

    async def get(self, provider: Provider, address: str, *, with_key: bool, total: float,
                  read: Callable[[httpx.Response], Any], begin: int = 0) -> Any:
        """What ``read`` makes of the answer to a GET of an address that an answer gave; redirects are its business.

        With ``begin`` the bytes from there on are asked for.
        """
        url = bases.parse(address)
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        if begin:
            headers["Range"] = f"bytes={begin}-"
        secrets: tuple[str, ...] = ()
        if with_key:
            added, secrets = await self._with_key(provider, url)
            headers.update(added)
        addresses, proxy = await self._way(provider, url)
        wanted = Wanted("GET", url, headers, 60.0, total, provider.facts.title, (), addresses, proxy, secrets)
        return await self._lines.exchange(wanted, read)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _address(self, provider: Provider, call: Call) -> httpx.URL:
        whole = call.path.startswith(("http://", "https://"))
        url = bases.parse(call.path if whole else bases.base(provider, call.base, self._urls) + call.path)
        return url.copy_merge_params(dict(call.query)) if call.query else url

    async def _with_key(self, provider: Provider, url: httpx.URL) -> tuple[dict[str, str], tuple[str, ...]]:
        """The headers of a call with the key, and what must not be seen of them. Refused where it may not go there."""
        facts = provider.facts
        if facts.auth == "none":
            return dict(facts.headers), ()
        found = await asyncio.to_thread(_key, provider)
        if found.secret is None:
            if facts.local:
                return dict(facts.headers), ()
            raise Refused(f"There is no key for {facts.title}.",
                          keys.how_to_give(facts.shares or provider.name, found, facts.console))
        own = bases.all_bases(provider, self._urls)
        if not bases.may_have_key(url, own, facts):
            raise Refused(f"The key of {facts.title} must not go to {url.scheme}://{url.host}.", _hint(url, own))
        name, text = auth.header(facts.auth, found.secret)
        return {**facts.headers, name: text}, (*found.secret.parts(), *_bare(text, found.secret))

    async def _way(self, provider: Provider, url: httpx.URL) -> tuple[tuple[str, ...], str | None]:
        """The judged addresses to connect to (none: by name), and the proxy."""
        own = bases.all_bases(provider, self._urls)
        host, port = bases.origin(url)[1:]
        proxy = gateway.proxy_for(url.scheme, host, port)
        if bases.is_own(url, own):
            return (), proxy
        local = any(gateway.is_loopback(base.host) for base in own)
        judged = await self._lines.judged(url, provider.facts.title, loopback=local,
                                          trusted=gateway.within(host, provider.facts.hosts))
        return (() if proxy else judged), proxy


def _key(provider: Provider) -> keys.Found:
    facts = provider.facts
    return keys.find_key(provider.name, facts.keys, shares=facts.shares)


def _bare(header: str, secret: Secret) -> tuple[str, ...]:
    """A token that was made of the key is as secret as the key."""
    text = header.rpartition(" ")[2]
    return () if text == secret.reveal() else (text,)


def _hint(url: httpx.URL, own: list[httpx.URL]) -> str:
    if bases.is_own(url, own):
        return "Give an address that begins with https."
    return "It goes only to the addresses of the provider. If this host is the provider's, tell the makers of Ajar."


def _content(call: Call) -> tuple[tuple[str, Any], ...]:
    if call.form:
        fields = [(name, (part.name, part.content, part.type) if isinstance(part, Upload) else (None, part))
                  for name, part in call.form]
        return (("files", fields),)
    if call.data is not None:
        return (("content", call.data),)
    return (("json", call.json),) if call.json is not None else ()


async def _body(response: httpx.Response, title: str, secrets: tuple[str, ...],
                piece: Callable[[str], None] | None) -> bytes:
    """The whole body; each whole ``data:`` line of it goes to ``piece`` as soon as it is there."""
    body, told = bytearray(), 0
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise Lost(f"The answer of {title} is too large ({LARGEST >> 20} MB are the most).", "Ask for less.")
        while piece is not None and (end := body.find(b"\n", told)) >= 0:
            _tell(bytes(body[told:end]), secrets, piece)
            told = end + 1
    if piece is not None and told < len(body):
        _tell(bytes(body[told:]), secrets, piece)
    return bytes(body)


def _tell(line: bytes, secrets: tuple[str, ...], piece: Callable[[str], None]) -> None:
    text = line.decode("utf-8", "replace").strip()
    if text.startswith("data:"):
        # Who listens shows something meanwhile; what goes wrong there must not cost the answer, which has been paid.
        with suppress(Exception):
            piece(redact(text, secrets))
