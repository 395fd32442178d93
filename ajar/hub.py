"""A hub of models, as data: repositories, their files and terms; and what fetching asks of hub and connection."""

from dataclasses import dataclass
from typing import Protocol

from ajar.calls import Answer, Call
from ajar.errors import AjarError
from ajar.remote import Asking, Provider
from ajar.wire import Transport


@dataclass(frozen=True, slots=True)
class RepoFile:
    """One file of a repository, and how it is told from any other: by ``sha256``, or by git's ``blob`` if small."""

    path: str
    bytes: int
    sha256: str = ""
    blob: str = ""


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository at one commit."""

    name: str
    """``owner/name``; where it was moved, its new name."""
    revision: str
    """The commit: forty hexadecimal digits."""
    files: tuple[RepoFile, ...]
    licence: str = ""
    """As its card says: ``apache-2.0``, ``other``; empty where it says nothing."""
    licence_name: str = ""
    licence_link: str = ""
    gated: bool = False
    """Whether its terms must be accepted on the hub's own page first."""

    def file(self, path: str) -> RepoFile | None:
        return next((file for file in self.files if file.path == path), None)


class Hub(Protocol):
    """How to speak with a hub; pure, like a provider."""

    @property
    def provider(self) -> Provider: ...

    def look(self, repo: str, revision: str, *, auth: bool) -> Asking[Repo]:
        """A repository at a branch, tag or commit. AjarError says why it can't be had."""

    def file(self, repo: str, revision: str, path: str, *, auth: bool) -> Call:
        """The call that fetches a file, from its beginning."""

    def page(self, repo: str) -> str:
        """The address at which a person reads about it."""

    def refusal(self, answer: Answer, repo: str, revision: str, path: str = "", *, auth: bool) -> AjarError:
        """Why the hub did not give what was asked for, in a sentence."""


class Sink(Protocol):
    """Takes the bytes of a file as they come."""

    @property
    def at(self) -> int:
        """How many bytes there are already."""

    def restart(self) -> None:
        """What was there is not wanted: the file comes from its beginning."""

    def write(self, piece: bytes) -> None:
        """The next bytes. AjarError where they can't be kept, which ends the transfer."""


class Lines(Transport, Protocol):
    """A transport that also fetches large files, piece by piece and from the middle."""

    async def pull(self, provider: Provider, call: Call, sink: Sink) -> Answer | None:
        """Fetch what ``sink`` does not have yet. None when all of it came; else the answer, which is no success.

        Redirects are followed; the key stays with the host of the provider. NotSent, Lost (what came is in the sink),
        Spoilt for a web page instead of a file, Refused.
        """
