"""A paid call whose answer was lost: was it accepted? Found out without ever paying twice, or left to a person."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ajar.errors import Waiting
from ajar.remote import Job, Order, Part, Provider, Refusal, State, Unreadable, say
from ajar.wire import Lost, NotSent, Transport
from workflows.asking import Later, ask_on, pause
from workflows.books import Books
from workflows.entries import Entry
from workflows.verdicts import unknown

Progress = Callable[[float, str], None]
LOOK_FOR = 900.0
"""Seconds for which a lost job is looked for while the provider can't be reached."""
SURE = 2
"""So many look-ups must find nothing, the last one after the provider's lag, before they are believed."""


class Doubt:
    """Resolves orders in the state ``sending`` whose answer never came."""

    def __init__(self, books: Books, transport: Transport, lag: float | None) -> None:
        """``lag``: seconds before a look-up that finds nothing is believed; None: as the provider's facts say."""
        self._books = books
        self._transport = transport
        self._lag = lag

    async def resolve(self, provider: Provider, entry: Entry, order: Order, parts: Sequence[Part], why: str,
                      progress: Progress) -> tuple[Entry, Job | State]:
        """What became of it. Waiting where only a person can tell; the order is ``unknown`` then."""
        entry = await self._books.write(replace(entry, note=say(why)))
        found: Job | State | None = None
        if provider.facts.identity == "key" or provider.facts.local or order.free:
            found = await self._same_again(provider, entry, order, parts, progress)
        elif provider.facts.identity == "lookup" and provider.lookup is not None:
            found = await self._looked_up(provider, entry, order, progress)
        if found is not None:
            return replace(entry, note=""), found
        raise await self._leave(provider, entry)

    async def _leave(self, provider: Provider, entry: Entry) -> Waiting:
        await self._books.write(replace(entry, state="unknown"))
        return unknown(provider, entry)

    async def _same_again(self, provider: Provider, entry: Entry, order: Order, parts: Sequence[Part],
                          progress: Progress) -> Job | State | None:
        """The provider knows this order by its key, so that the same again gives the same job; or it costs nothing."""
        call = await self._books.blocking(provider.submit, order, parts, entry.id)
        tries, until = 0, asyncio.get_running_loop().time() + LOOK_FOR
        while True:
            try:
                answer = await self._transport.send(provider, call)
                found = (await self._books.blocking(provider.accepted, answer, order) if answer.ok
                         else provider.refused(answer))
                if not isinstance(found, Refusal):
                    return found
                why = found.message
            except (NotSent, Lost) as error:
                why = error.message
            except Unreadable as error:
                why = str(error)
            tries += 1
            wait = pause(tries)
            if asyncio.get_running_loop().time() + wait > until:
                return None
            progress(0.0, f"Asking {provider.facts.title} for the same job again: {say(why, 80)}")
            await asyncio.sleep(wait)

    async def _looked_up(self, provider: Provider, entry: Entry, order: Order, progress: Progress) -> Job | None:
        """The job that was sent with this id; None where two looks, the last after the lag, found nothing."""
        lookup = provider.lookup
        assert lookup is not None
        lag = self._lag if self._lag is not None else provider.facts.lag
        # The clock on the wall may have been put back since it was sent: then the whole lag is waited from now.
        passed = time.time() - entry.sent
        loop = asyncio.get_running_loop()
        sure_at = loop.time() + (lag - passed if 0 <= passed < lag else 0 if passed >= lag else lag)
        looks = 0
        while True:
            progress(0.0, f"The answer of {provider.facts.title} was lost; looking for the job there")
            last = loop.time() >= sure_at
            try:
                job = await ask_on(self._transport, provider, lambda: lookup(entry.id, order), LOOK_FOR)
            except (Later, Unreadable):
                return None
            looks += 1
            if job is not None or (looks >= SURE and last):
                return job
            await asyncio.sleep(min(max(sure_at - loop.time(), 0.2), max(lag / 4, 0.2)))
