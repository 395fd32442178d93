"""A paid call whose answer was lost: was it accepted? Found out without ever paying twice, or left to a person."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ajar.errors import AjarError, Waiting
from ajar.remote import Job, Order, Part, Provider, Refusal, State, Unreadable, say
from ajar.wire import Lost, NotSent, Transport
from workflows.asking import Later, ask_on, pause
from workflows.books import Books
from workflows.entries import Entry
from workflows.verdicts import refused, unknown

Progress = Callable[[float, str], None]
LOOK_FOR = 900.0
"""Seconds for which a lost job is looked for while the provider can't be reached."""
VALID = 12 * 3600.0
"""Seconds for which the same key surely means the same job; where it is documented, it is for a day."""
FREE_TRIES = 3
"""How often something that costs nothing is tried again."""
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
        self._books.in_air.discard(entry.id)  # its answer is lost: who leaves need not wait for it
        entry = await self._books.write(replace(entry, note=say(why)))
        found: Job | State | Refusal | None = None
        free = provider.facts.local or order.free
        if free or (provider.facts.identity == "key" and 0 <= time.time() - entry.sent < VALID):
            found = await self._same_again(provider, entry, order, parts, progress, FREE_TRIES if free else None)
        elif provider.facts.identity == "lookup" and provider.lookup is not None:
            found = await self._looked_up(provider, entry, order, progress)
        if found is not None and not isinstance(found, Refusal):
            return replace(entry, note=""), found
        if free:
            raise await self._failed(provider, entry, found)
        if found is not None:
            entry = replace(entry, note=say(f"{entry.note} Asked again: {found.message}"))
        raise await self._leave(provider, entry)

    async def _leave(self, provider: Provider, entry: Entry) -> Waiting:
        await self._books.write(replace(entry, state="unknown"))
        return unknown(provider, entry)

    async def _failed(self, provider: Provider, entry: Entry, refusal: Refusal | None) -> AjarError:
        """What costs nothing leaves no doubt: it failed."""
        note = say(refusal.message) if refusal is not None else entry.note
        entry = await self._books.write(replace(
            entry, state="blocked" if refusal is not None and refusal.kind == "blocked" else "failed", note=note,
            charged=False, cost=0.0, ended=time.time()))
        return refused(provider, entry, refusal.kind if refusal is not None else "server",
                       refusal.hint if refusal is not None else "")

    async def _same_again(self, provider: Provider, entry: Entry, order: Order, parts: Sequence[Part],
                          progress: Progress, most: int | None) -> Job | State | Refusal | None:
        """The provider knows this order by its key, so that the same again gives the same job; or it costs nothing.

        A Refusal where it says no for good: of a job that costs, that does not mean that it was not made before.
        """
        call = await self._books.blocking(provider.submit, order, parts, entry.id)
        tries, until = 0, asyncio.get_running_loop().time() + LOOK_FOR
        while True:
            try:
                answer = await self._transport.send(provider, call)
                found = (await self._books.blocking(provider.accepted, answer, order) if answer.ok
                         else provider.refused(answer))
                if not isinstance(found, Refusal) or found.kind not in ("busy", "server"):
                    return found
                why = found.message
            except (NotSent, Lost) as error:
                why = error.message
            except AjarError:
                raise
            except Exception as error:  # Unreadable, or a provider file met what it did not expect
                why = str(error) if isinstance(error, Unreadable) else type(error).__name__
            tries += 1
            wait = pause(tries)
            if tries == most or asyncio.get_running_loop().time() + wait > until:
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
