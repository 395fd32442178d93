"""Which other machines this process speaks with, heard where Python opens a connection, whoever asks for it.

The gateway says before each connection with whom it speaks; whatever else tries while a run keeps everything here is
refused. This hears Python's own sockets. Code that goes round Python (another program, a library of its own) it
can't hear.
"""

import functools
import ipaddress
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CONNECT = ("socket.connect", "socket.sendto", "socket.sendmsg")
NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_speaking: ContextVar[str] = ContextVar("ajar_speaking", default="")
# An audit hook belongs to the whole process and can't be taken away again: so there is one, and it asks this list.
_lock = threading.Lock()
_watches: list["Watch"] = []
_allowed: Counter[str] = Counter()

class Watch:
    """What was heard since it began; it ends with ``close``."""

    def __init__(self, *, closed: bool) -> None:
        """``closed``: nothing but the gateway may open a connection to another machine."""
        self.closed = closed
        self.contacted: Counter[str] = Counter()
        """Connections to other machines, by the name that the gateway spoke with, else by address."""
        self.refused: list[str] = []
        """With whom something else wanted to speak."""
        with _lock:
            _watches.append(self)
        _listen()

    def close(self) -> None:
        with _lock:
            if self in _watches:
                _watches.remove(self)


@contextmanager
def speaking(*hosts: str) -> Iterator[None]:
    """Around each connection of the gateway: with whom it speaks, and through which proxy."""
    names = [host.lower().strip("[]") for host in hosts if host]
    with _lock:
        _allowed.update(names)
    token = _speaking.set(names[0] if names else "")
    try:
        yield
    finally:
        _speaking.reset(token)
        with _lock:
            _allowed.subtract(names)


def is_here(host: Any) -> bool:
    """Whether an address or name is this machine; what is no text is an address within it."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    text = text.lower().rstrip(".").partition("%")[0]
    if text in ("", "localhost"):
        return True
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


@functools.cache
def _listen() -> None:
    sys.addaudithook(_hear)


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if not _watches or not event.startswith("socket."):
        return
    if event in CONNECT:
        address = given[1]
        if isinstance(address, tuple) and address and not is_here(address[0]):
            _told(str(address[0]), ours=bool(_speaking.get()), connects=True)
    elif event in NAMES and not is_here(given[0]):
        host = given[0].decode("ascii", "replace") if isinstance(given[0], bytes) else str(given[0])
        # Names are looked up in threads of the event loop, which know nothing of who speaks.
        _told(host, ours=bool(_speaking.get()) or _allowed[host.lower().strip("[]")] > 0, connects=False)


def _told(host: str, *, ours: bool, connects: bool) -> None:
    name = _speaking.get() or host
    barred = False
    for watch in tuple(_watches):
        if watch.closed and not ours:
            watch.refused.append(host)
            barred = True
        elif connects:
            watch.contacted[name] += 1
    if barred:
        raise PermissionError(f"Nothing may be sent to {host}: this run keeps what it works on from other machines.")
