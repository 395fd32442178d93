"""How many paid calls a provider gets at a time: its limits, its wish to be left alone for a while, its outages."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from ajar.remote import Provider

TROUBLES = 5
"""So many outages in a row ..."""
REST = 30.0
"""... and nothing is sent for this many seconds, except one try after it."""


class Gate:
    """The way to one provider, in one event loop. ``async with`` it holds one of its job slots."""

    def __init__(self, provider: Provider, jobs: int | None = None) -> None:
        facts = provider.facts
        self._most = max(1, jobs or facts.jobs)
        self._held = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._minute = facts.minute
        self._sent: deque[float] = deque()
        self._closed_until = 0.0
        self._troubles = 0

    async def __aenter__(self) -> Self:
        waited = False
        while self._held >= self._most:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.insert(0 if waited else len(self._queue), turn)
            waited = True
            try:
                await turn
            except asyncio.CancelledError:
                with suppress(ValueError):
                    self._queue.remove(turn)
                self._wake()  # the turn may have come at this very moment
                raise
        self._held += 1
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        at: TracebackType | None) -> None:
        self._leave()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Hold a slot without waiting for one: a job that the provider works on already."""
        self._held += 1
        try:
            yield
        finally:
            self._leave()

    @property
    def resting(self) -> float:
        """Seconds for which nothing is sent yet."""
        return max(self._closed_until - time.monotonic(), 0.0)

    async def passage(self) -> None:
        """Wait until a paid call may go out. Only the monotonic clock counts: the clock on the wall may jump."""
        while (wait := self._wait(time.monotonic())) > 0:
            await asyncio.sleep(wait)
        self._sent.append(time.monotonic())

    def rest(self, seconds: float) -> None:
        """The provider asked to be left alone: nobody sends before then, and not all at the same moment after it."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def trouble(self) -> None:
        """It could not be reached, or failed."""
        self._troubles += 1
        if self._troubles >= TROUBLES:
            self.rest(REST)

    def well(self) -> None:
        self._troubles = 0

    def _leave(self) -> None:
        self._held -= 1
        self._wake()

    def _wake(self) -> None:
        """Give the next in the queue its turn; it looks itself whether there is room."""
        while self._queue and self._held < self._most:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _wait(self, now: float) -> float:
        if now < self._closed_until:
            return self._closed_until - now + random.uniform(0, 0.25)
        while self._sent and self._sent[0] < now - 60:
            self._sent.popleft()
        if self._minute and len(self._sent) >= self._minute:
            return self._sent[0] + 60 - now
        return 0.0
