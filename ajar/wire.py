"""What the running of orders asks of the one place that opens connections, and how a connection can go wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ajar.errors import AjarError
from ajar.remote import Answer, Call, Made, Provider


class NotSent(AjarError):
    """Not a byte of the request can have arrived: no such host, connection refused, no TLS. Nothing was paid."""


class Lost(AjarError):
    """The request may have arrived, but there is no (whole) answer: a timeout, a torn connection."""


class Spoilt(AjarError):
    """What was fetched is not what was promised: too short, too long, another type, not to be decoded."""


class Expired(AjarError):
    """The address of a result is dead (401, 403, 404, 410); the job may give a fresh one."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came."""

    path: Path
    type: str
    bytes: int


class Transport(Protocol):
    """Opens connections for providers. One attempt each: who repeats, and when, is decided above it.

    All coroutines run in one event loop. No answer, error or log ever holds a key.
    """

    async def send(self, provider: Provider, call: Call, piece: Callable[[str], None] | None = None) -> Answer:
        """The answer, whatever its status. NotSent, Lost; Refused where the key is missing or the host forbidden.

        With ``call.stream`` each ``data:`` line goes to ``piece`` as it comes; the answer's body is the whole stream.
        """

    async def fetch(self, provider: Provider, made: Made, into: Path) -> Fetched:
        """Write a result's file to ``into``. Expired, Spoilt, NotSent, Lost; Refused for an address not allowed."""

    def check(self, path: Path, promised: str) -> str:
        """The true type of a file (``image/png``). Spoilt where it is not of the promised type, or can't be decoded."""

    def base(self, provider: Provider) -> str:
        """Its base address: the setting's, the environment's (``AJAR_<NAME>_URL``), else that of its facts."""

    def loopback(self, provider: Provider) -> bool:
        """Whether its base address is this machine: an emulator, or a server of one's own."""

    def keyless(self, provider: Provider) -> str:
        """A sentence on how to give the key that is missing; empty where there is one or none is needed."""

    def account(self, provider: Provider) -> str:
        """A short mark of the key (not the key), so that a job is asked about with the key it was made with."""

    def contacted(self) -> dict[str, int]:
        """The hosts that were spoken with, and how many requests each got."""

    async def close(self) -> None: ...
