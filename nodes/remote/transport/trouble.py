"""What went wrong with a connection, as NotSent or Lost and in words."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from ajar.wire import Lost, NotSent

BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
"""What httpx raises while nothing of the request can have left."""
UNKNOWN = "Whether the request arrived is not known."
AGAIN = "Check the internet connection; it is tried again by itself."


def of(error: Exception, title: str, host: str, sent: bool, *, asked: bool = False) -> NotSent | Lost:
    """The error for a person. It holds nothing of ``error``, whose request knows the key.

    ``sent``: whether the first byte of the request (not of a proxy's greeting) may have left. ``asked``: it only asked
    for something, so it does no harm twice.
    """
    if not sent and isinstance(error, (*BEFORE, httpx.TransportError, TimeoutError)):
        return NotSent(f"{title} could not be reached: {_why(error, host)}.", AGAIN)
    return Lost(f"The answer of {title} was lost: {_lost(error)}.", AGAIN if asked else UNKNOWN)


def _why(error: Exception, host: str) -> str:
    causes = list(_chain(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return f"the certificate of {host} was not accepted"
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return f"no encrypted connection to {host} came about"
    if any(isinstance(one, socket.gaierror) for one in causes):
        return f"there is no host {host}, or no internet connection"
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return f"{host} refused the connection"
    if isinstance(error, httpx.PoolTimeout):
        return "too many connections are open"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"{host} did not answer in time"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy did not connect to {host}"
    if isinstance(error, httpx.UnsupportedProtocol):
        return f"the address of {host} is of a kind that can't be spoken"
    return f"the connection to {host} failed"


def _lost(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "it did not come in time"
    if isinstance(error, httpx.RemoteProtocolError):
        return "the connection ended in the middle"
    if isinstance(error, httpx.DecodingError):
        return "it was not to be unpacked"
    return "the connection was torn"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):  # anyio tries several addresses at once
            for inner in error.exceptions:
                yield from _chain(inner)
        error = error.__cause__ or error.__context__
