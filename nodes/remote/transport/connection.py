"""One request over one connection: pinned where it must be, fresh where it costs money, and its troubles in words."""

import asyncio
import functools
import logging
import os
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar, cast

import httpx

from ajar import outward
from ajar.errors import AjarError, Refused
from ajar.wire import NotSent
from nodes.remote.transport import bases, gateway, trouble
from nodes.remote.transport.secret import redact

# They would write addresses into logs with the signatures in them, and the headers of answers.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

T = TypeVar("T")
Record = Callable[[str, str, int, float], None]
"""Told of each request: method, address without its query, status (0: no answer), milliseconds. No headers, no body."""
Allow = Callable[[str], str]
"""Asked before each connection: why nothing may go to this host, or nothing."""
CONNECT = 20.0
"""Seconds until a connection stands."""
SENDING = 30.0
"""Seconds that sending may take, ..."""
SLOWEST = 50_000
"""... and one more for so many bytes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as it will be made."""

    method: str
    url: httpx.URL
    headers: dict[str, str]
    seconds: float
    """The longest silence."""
    total: float
    """The longest time for all of it, besides sending."""
    title: str
    content: tuple[tuple[str, Any], ...] = ()
    """How httpx is to be given the body: ``json``, ``files`` or ``content``."""
    addresses: tuple[str, ...] = ()
    """The judged addresses to connect to; none: the host's name is resolved as usual."""
    proxy: str | None = None
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Wanted({self.method} {self.url.host})"


class Connections:
    """The connections of one event loop."""

    def __init__(self, allow: Allow, record: Record | None, resolve: gateway.Resolve) -> None:
        self._allow = allow
        self._record = record
        self._resolve = resolve
        self._clients: dict[tuple[str | None, bool], httpx.AsyncClient] = {}
        self.contacted: Counter[str] = Counter()

    async def judged(self, url: httpx.URL, title: str, *, loopback: bool, trusted: bool) -> tuple[str, ...]:
        """The addresses of a host that an answer named, all of them fit. Refused where one is not; NotSent."""
        _, host, port = bases.origin(url)
        self.permit(host)
        try:
            with outward.speaking(host):
                found = await self._resolve(host, port)
        except (OSError, UnicodeError):
            # Behind some proxies no name of the outside resolves here; then only the provider's own are believed.
            if trusted and gateway.proxy_for(url.scheme, host, port):
                return ()
            found = []
        if not found:
            raise NotSent(f"{title} could not be reached: there is no host {host}, or no internet connection.",
                          trouble.AGAIN)
        for address in found:
            if reason := gateway.unfit(address, loopback=loopback):
                raise Refused(f"{title} gave the address {host}, which {reason}.", "It is not followed.")
        if url.scheme != "https" and not all(map(gateway.is_loopback, found)):
            raise Refused(f"{title} gave an address on {host} that is not encrypted.", "It is not followed.")
        return tuple(found)

    def permit(self, host: str) -> None:
        """Refused where the user, the project or the workflow does not let anything go there."""
        if reason := self._allow(host):
            raise Refused(f"Nothing may be sent to {host}: {reason}.",
                          "Change the residency, or choose a model that may be used.")

    async def exchange(self, wanted: Wanted, read: Callable[[httpx.Response], Awaitable[T]]) -> T:
        """Make the request and read its answer. NotSent, Lost, or what ``read`` raises."""
        self.permit(bases.host_of(wanted.url))
        problem: AjarError | None = None
        for address in wanted.addresses or ("",):
            found, problem = await self._once(wanted, address, read)
            if problem is None:
                return cast("T", found)
            if not isinstance(problem, NotSent):
                break
        assert problem is not None
        raise problem

    async def _once(self, wanted: Wanted, address: str, read: Callable[[httpx.Response], Awaitable[T]],
                    ) -> tuple[T | None, AjarError | None]:
        """What ``read`` gives and None, or None and the problem. Nothing is raised in sight of httpx's errors: they
        hold the request, and with it the key."""
        sent, status, begin = False, 0, time.monotonic()

        async def watch(event: str, about: dict[str, Any]) -> None:
            nonlocal sent
            if event.endswith("send_request_headers.started") and about["request"].method != b"CONNECT":
                sent = True

        problem: AjarError | None = None
        found: T | None = None
        self.contacted[bases.host_of(wanted.url)] += 1
        try:
            client = self._client(wanted.proxy, fresh=wanted.method != "GET" or bool(address))
            request, patience = _request(client, wanted, address)
            request.extensions["trace"] = watch
            proxy = httpx.URL(wanted.proxy).host if wanted.proxy else ""
            with outward.speaking(bases.host_of(wanted.url), proxy):
                async with asyncio.timeout(patience):
                    response = await client.send(request, stream=True, follow_redirects=False)
                    status = response.status_code
                    try:
                        found = await read(response)
                    finally:
                        await response.aclose()
        except AjarError as error:
            problem = error
        except Exception as error:
            problem = _problem(error, wanted, sent)
        self._note(wanted, status, begin)
        return found, problem

    def _client(self, proxy: str | None, *, fresh: bool) -> httpx.AsyncClient:
        """Fresh connections for what costs money: one that was kept may have been closed by the server just now, and
        then nobody knows whether the order arrived. For judged addresses too: a kept one knows only the number, and
        its certificate was checked for another name."""
        if (proxy, fresh) not in self._clients:
            tls = _tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
            self._clients[proxy, fresh] = httpx.AsyncClient(
                verify=tls, trust_env=False, proxy=proxy, follow_redirects=False,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0 if fresh else 20),
            )
        return self._clients[proxy, fresh]

    def _note(self, wanted: Wanted, status: int, begin: float) -> None:
        if self._record is not None:
            shown = redact(str(wanted.url.copy_with(query=None, fragment=None)), wanted.secrets)
            self._record(wanted.method, shown, status, (time.monotonic() - begin) * 1000)

    async def close(self) -> None:
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()


@functools.lru_cache(maxsize=4)
def _tls(file: str | None, folder: str | None) -> ssl.SSLContext:
    """Reading all certificates takes tens of milliseconds. The environment is read by httpx; it is the key here."""
    return httpx.create_ssl_context()


def _request(client: httpx.AsyncClient, wanted: Wanted, address: str) -> tuple[httpx.Request, float]:
    """The request, and the seconds that all of it may take."""
    url, headers = wanted.url, wanted.headers
    if address:
        url = url.copy_with(host=address)
        headers = {**headers, "Host": wanted.url.netloc.decode("ascii")}
    request = client.build_request(wanted.method, url, headers=headers, **dict(wanted.content))
    sending = SENDING + int(request.headers.get("content-length", "0")) / SLOWEST
    request.extensions["timeout"] = httpx.Timeout(
        connect=CONNECT, read=wanted.seconds, write=sending, pool=CONNECT).as_dict()
    if address and url.scheme == "https" and address != bases.host_of(wanted.url):
        request.extensions["sni_hostname"] = bases.host_of(wanted.url)
    return request, CONNECT + sending + wanted.total


def _problem(error: Exception, wanted: Wanted, sent: bool) -> AjarError:
    if sent or isinstance(error, (httpx.HTTPError, TimeoutError, OSError)):
        return trouble.of(error, wanted.title, bases.host_of(wanted.url), sent, asked=wanted.method == "GET")
    # A body that is no JSON, a header that can't be written, a proxy of an unknown kind: trying again won't help.
    said = redact(f"{type(error).__name__}: {error}", wanted.secrets)[:200]
    return Refused(f"A request to {wanted.title} can't be made ({said}).", "Check the inputs and the proxy settings.")


def hide(texts: Iterable[tuple[str, str]], secrets: tuple[str, ...]) -> dict[str, str]:
    """Headers of an answer, names in small letters, without keys."""
    return {name.lower(): redact(text, secrets) for name, text in texts}
