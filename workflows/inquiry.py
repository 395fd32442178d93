"""Asking the hub what a repository holds, and which of it a model needs. Free, and nothing is written."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from ajar.errors import AjarError
from ajar.hub import Hub, Lines, Repo
from ajar.remote import Unreadable
from ajar.wire import Lost, NotSent
from workflows.asking import Later, ask_on
from workflows.choosing import Chosen, choose, read_index

INDEX = "model_index.json"
SMALL = 1 << 20
PATIENCE = 60.0
"""Seconds for which a busy hub is asked again."""


Parts: TypeAlias = Callable[[str], Collection[str] | None]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is wanted."""

    repo: str
    revision: str
    file: str
    full: bool
    parts: Parts
    """The parts of a pipeline class that are loaded; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Found:
    repo: Repo
    chosen: tuple[Chosen, ...]


def inquire(hub: Hub, open_lines: Callable[[], Lines], wanted: Inquiry) -> Found:
    """AjarError says why it can't be had. Not to be called inside an event loop."""
    return asyncio.run(_inquire(hub, open_lines, wanted))


async def _inquire(hub: Hub, open_lines: Callable[[], Lines], wanted: Inquiry) -> Found:
    title = hub.provider.facts.title
    lines = open_lines()
    hint = "Try again later."
    try:
        auth = bool(await asyncio.to_thread(lines.account, hub.provider))
        repo = await ask_on(lines, hub.provider, lambda: hub.look(wanted.repo, wanted.revision, auth=auth), PATIENCE)
        index = None
        if repo.file(INDEX) is not None and not wanted.file:
            index = read_index(await _small(lines, hub, repo, INDEX, auth))
        parts = wanted.parts(str(index.get("_class_name"))) if index is not None else None
        return Found(repo, choose(repo, only=wanted.file, full=wanted.full, index=index, parts=parts))
    except Later as later:
        problem = later.why
    except (NotSent, Lost) as error:
        problem, hint = error.message, error.hint
    except Unreadable as error:
        problem = str(error)
        hint = "Perhaps this network asks you to sign in first: open any page in a browser."
    finally:
        await lines.close()
    raise AjarError(f"{title} could not be asked: {problem.rstrip('.')}.", hint)


async def _small(lines: Lines, hub: Hub, repo: Repo, path: str, auth: bool) -> bytes:
    sink = _Memory()
    answer = await lines.pull(hub.provider, hub.file(repo.name, repo.revision, path, auth=auth), sink)
    if answer is not None:
        if answer.status == 429 or answer.status >= 500:
            raise Later(f"it is busy (status {answer.status})", None)
        raise hub.refusal(answer, repo.name, repo.revision, path, auth=auth)
    return bytes(sink.content)


class _Memory:
    """A small file, in memory."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.at = 0

    def restart(self) -> None:
        self.content.clear()
        self.at = 0

    def write(self, piece: bytes) -> None:
        self.content += piece
        self.at = len(self.content)
        if self.at > SMALL:
            raise AjarError(f"The {INDEX} of the repository is larger than one ever is.", "Choose another repository.")
