"""All orders as they are now, in memory and on the disk; and work that would block, done elsewhere."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from ajar.remote import Provider
from workflows.entries import Entry
from workflows.gate import Gate
from workflows.journal import Journal

T = TypeVar("T")


class Books:
    """What everything that carries orders shares. Lives in one event loop; ``pool`` does what would block it."""

    def __init__(self, journal: Journal, pool: Executor, jobs: dict[str, int]) -> None:
        """``jobs``: how many at a time, by provider, where that is not as its facts say."""
        self.journal = journal
        self.pool = pool
        self._jobs = jobs
        self._entries = {entry.id: entry for entry in journal.all()}
        self._gates: dict[str, Gate] = {}
        self.stopping: set[str] = set()
        """Orders that a person wants stopped."""
        self.in_air: set[str] = set()
        """Orders whose paid call is on its way in this process."""

    async def write(self, entry: Entry) -> Entry:
        """Go on only once it is safe on the disk. Unsaved where that can't be."""
        await asyncio.wrap_future(self.keep(entry))
        if entry.state != "sending":
            self.in_air.discard(entry.id)
        return entry

    def keep(self, entry: Entry) -> "Future[None]":
        """Write without waiting: for what may be lost and found again."""
        self._entries[entry.id] = entry
        return self.journal.put(entry)

    def now(self, entry: Entry) -> Entry:
        """The order as it is now."""
        return self._entries.get(entry.id, entry)

    def all(self) -> list[Entry]:
        """All orders there ever were, as they are now."""
        return list(self._entries.values())

    def gate(self, provider: Provider) -> Gate:
        if provider.name not in self._gates:
            self._gates[provider.name] = Gate(provider, self._jobs.get(provider.name))
        return self._gates[provider.name]

    async def blocking(self, do: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.pool, lambda: do(*arguments))
