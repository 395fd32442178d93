"""The orders that may still change, and what was spent, in memory and on the disk; and work that would block."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime
from typing import Any, TypeVar

from ajar.remote import Provider
from workflows.entries import OPEN, Entry
from workflows.gate import Gate
from workflows.journal import Journal
from workflows.tally import Tally

T = TypeVar("T")
Wanted = Callable[[], bool]


class Books:
    """What everything that carries orders shares. Lives in one event loop; ``pool`` does what would block it."""

    def __init__(self, journal: Journal, pool: Executor, jobs: dict[str, int]) -> None:
        """``jobs``: how many at a time, by provider, where that is not as its facts say."""
        self.journal = journal
        self.pool = pool
        self._jobs = jobs
        self._entries: dict[str, Entry] = {}
        self._gates: dict[str, Gate] = {}
        self._tally = Tally()
        first = datetime.fromtimestamp(time.time()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        self._tally.begin(*journal.spent(first.timestamp()))
        for entry in journal.all(*OPEN, "unknown"):
            self.know(entry)
        self.stopping: set[str] = set()
        """Orders that a person wants stopped."""
        self.wants: dict[str, list[Wanted]] = {}
        """By key: whether those who ordered it still want it."""
        self.in_air: set[str] = set()
        """Orders whose paid call is on its way in this process."""

    async def write(self, entry: Entry) -> Entry:
        """Go on only once it is safe on the disk. Unsaved where that can't be; then it is as it was before."""
        before = self._entries.get(entry.id)
        try:
            await asyncio.wrap_future(self.keep(entry))
        except Exception:
            if entry.state in ("intent", "sending"):  # nothing was sent
                self._tally.put(entry, before.reserves if before is not None else 0.0)
                if before is not None:
                    self._entries[entry.id] = before
                else:
                    self._entries.pop(entry.id, None)
            raise
        if entry.state != "sending":
            self.in_air.discard(entry.id)
        return entry

    def keep(self, entry: Entry) -> "Future[None]":
        """Write without waiting: for what may be lost and found again."""
        self._entries[entry.id] = entry
        self._tally.put(entry, entry.reserves)
        return self.journal.put(entry)

    def know(self, entry: Entry) -> Entry:
        """An order that was read from the journal, as it is now; its changes count from here on."""
        if entry.id not in self._entries:
            self._entries[entry.id] = entry
            self._tally.know(entry)
        return self._entries[entry.id]

    def release(self, entry: Entry) -> None:
        """Nobody carries it any more: if it was never sent, it takes nothing from any budget."""
        now = self._entries.get(entry.id)
        if now is not None:
            self._tally.put(now, now.counts)

    def now(self, entry: Entry) -> Entry:
        """The order as it is now."""
        return self._entries.get(entry.id, entry)

    def all(self) -> list[Entry]:
        """The orders that this process has to do with, as they are now."""
        return list(self._entries.values())

    def unwanted(self, entry: Entry) -> bool:
        """Whether a person stopped it, or everybody who ordered it has gone."""
        wants = self.wants.get(entry.key, ())
        return entry.id in self.stopping or (bool(wants) and not any(wanted() for wanted in wants))

    def spent(self, cap: str, *, emulated: bool, run: str, project: str) -> float:
        """Dollars that count for a cap now, those of orders on their way with the most that they may cost."""
        return self._tally.spent(cap, emulated=emulated, run=run, project=project, now=time.time())

    def gate(self, provider: Provider) -> Gate:
        if provider.name not in self._gates:
            self._gates[provider.name] = Gate(provider, self._jobs.get(provider.name))
        return self._gates[provider.name]

    async def blocking(self, do: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.pool, lambda: do(*arguments))
