"""The one call that costs money: when it goes out, and what its answer means. Repeated only if nothing came of it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from ajar.errors import AjarError, Cancelled
from ajar.remote import Answer, Call, Job, Order, Part, Provider, Refusal, State, Unreadable, say
from ajar.wire import Lost, NotSent, Transport
from workflows.asking import pause, seconds_of
from workflows.books import Books
from workflows.doubt import Doubt
from workflows.entries import Entry
from workflows.verdicts import refused

Progress = Callable[[float, str], None]
REACH_FOR = 120.0
"""Seconds for which a provider that can't be reached is tried before the node fails; nothing is paid then."""
BUSY_FOR = 3600.0
"""Seconds for which a provider may say that it is busy before the node fails; nothing is paid then either."""


class Sending:
    """Sends orders, and reads whether they were accepted."""

    def __init__(self, books: Books, transport: Transport, doubt: Doubt) -> None:
        self._books = books
        self._transport = transport
        self._doubt = doubt

    async def send(self, provider: Provider, entry: Entry, order: Order, parts: Sequence[Part],
                   progress: Progress) -> tuple[Entry, Job | State]:
        """From ``intent`` to what the provider made of it. AjarError; Waiting where only a person can tell."""
        call = await self._books.blocking(provider.submit, order, parts, entry.id)
        gate, title = self._books.gate(provider), provider.facts.title
        begin = reached = asyncio.get_running_loop().time()
        tries = 0
        while True:
            if (rest := gate.resting) >= 1:
                progress(0.0, f"{title} is left alone for {rest:.0f} s")
            await gate.passage()
            if self._books.unwanted(entry):
                raise await self._stopped(entry)
            entry = await self._books.write(replace(entry, state="sending", sent=time.time()))
            if self._books.unwanted(entry):  # stopped while that was written down
                raise await self._stopped(entry)
            progress(0.0, f"Sent to {title}")
            self._books.in_air.add(entry.id)
            try:
                answer = await self._transport.send(provider, call, _pieces(provider, call, progress))
            except NotSent as error:
                gate.trouble()
                tries += 1
                wait = pause(tries)
                entry = await self._back(entry)
                if asyncio.get_running_loop().time() + wait > reached + REACH_FOR:
                    raise AjarError(error.message, f"{error.hint} Nothing was sent, nothing was paid.") from None
                progress(0.0, f"{error.message} Trying again in {wait:.0f} s")
                await asyncio.sleep(wait)
                continue
            except Lost as error:
                gate.trouble()
                return await self._doubt.resolve(provider, entry, order, parts, error.message, progress)
            except AjarError:  # refused before anything was sent: residency, a missing key
                await self._back(entry)
                raise
            if answer.ok:
                gate.well()
                found = await self._accepted(provider, entry, order, parts, answer, progress)
                if not isinstance(found, Refusal):
                    return found
                refusal = found
            else:
                refusal = _understood(provider, answer)
            if refusal.kind == "busy" and (answer.ok or answer.status in provider.facts.uncharged):
                tries += 1
                after = seconds_of(answer.headers.get("retry-after"))
                wait = after if after is not None else pause(tries)
                gate.rest(wait)
                reached = asyncio.get_running_loop().time() + wait
                entry = await self._back(entry)
                if asyncio.get_running_loop().time() + wait > begin + BUSY_FOR:
                    raise AjarError(f"{title} has been busy all the time: {say(refusal.message)}.",
                                    "Nothing was sent, nothing was paid. Run it again later.")
                progress(0.0, f"{title} is busy; going on in {wait:.0f} s")
                continue
            if _in_doubt(answer, refusal):
                gate.trouble()
                why = f"{title} answered {answer.status}: {refusal.message}"
                return await self._doubt.resolve(provider, entry, order, parts, why, progress)
            raise await self._no(provider, entry, answer, refusal)

    async def _accepted(self, provider: Provider, entry: Entry, order: Order, parts: Sequence[Part], answer: Answer,
                        progress: Progress) -> tuple[Entry, Job | State] | Refusal:
        try:
            found = await self._books.blocking(provider.accepted, answer, order)
            return found if isinstance(found, Refusal) else (entry, found)
        except Exception as error:  # Unreadable, or a provider file that met what it did not expect
            why = f"{provider.facts.title} answered {answer.status}, but {error}"
            return await self._doubt.resolve(provider, entry, order, parts, why, progress)

    async def _no(self, provider: Provider, entry: Entry, answer: Answer, refusal: Refusal) -> AjarError:
        charged = False if answer.status in provider.facts.uncharged else refusal.charged
        entry = await self._books.write(replace(
            entry, state="blocked" if refusal.kind == "blocked" else "failed", note=say(refusal.message),
            charged=charged, cost=0.0 if charged is False else None, ended=time.time()))
        return refused(provider, entry, refusal.kind, refusal.hint)

    async def _back(self, entry: Entry) -> Entry:
        """Nothing was made of it: as if it had not been sent."""
        return await self._books.write(replace(entry, state="intent"))

    async def _stopped(self, entry: Entry) -> Cancelled:
        await self._books.write(replace(entry, state="cancelled", charged=False, cost=0.0, ended=time.time()))
        return Cancelled()


def _understood(provider: Provider, answer: Answer) -> Refusal:
    """What an error means; one that nobody can read leaves it open whether a job was made."""
    try:
        return provider.refused(answer)
    except Exception as error:  # Unreadable, or a provider file met what it did not expect
        said = str(error) if isinstance(error, Unreadable) else type(error).__name__
        return Refusal("server", f"an error that can't be read ({said})", charged=None)


def _in_doubt(answer: Answer, refusal: Refusal) -> bool:
    """Whether a job may exist although the answer is an error."""
    return answer.status in (408, 409) or answer.status >= 500 or refusal.kind in ("server", "busy")


def _pieces(provider: Provider, call: Call, progress: Progress) -> Callable[[str], None] | None:
    """Shows text on the node as it comes."""
    piece = provider.piece
    if not call.stream or piece is None:
        return None
    words: list[str] = []

    def heard(line: str) -> None:
        try:
            words.append(piece(line))
        except (ValueError, LookupError, TypeError):
            return  # the whole answer is read once it is there
        progress(0.0, "".join(words))

    return heard
