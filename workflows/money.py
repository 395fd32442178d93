"""Paid orders, from the wish to the file, in states that survive anything, with at most one charge each.

    intent -> sending -> submitted -> ready -> fetched -> committed
                 \\-> unknown (a person decides)   failed, blocked, cancelled, abandoned

Each state is on the disk before the next step is taken. Knows no HTTP: see ajar/wire.py for what it asks of it.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

from ajar.errors import AjarError, Cancelled, Refused, UserError
from ajar.remote import Asking, Done, Job, Order, Part, Provider, State, Unreadable
from ajar.wire import Transport
from workflows.allowance import Errand, money, refuse_overspending
from workflows.asking import Later, ask_on
from workflows.books import Books, Wanted
from workflows.delivering import Delivering, done_of
from workflows.doubt import Doubt
from workflows.entries import Entry, key_of, order_of, plain_order
from workflows.journal import Journal
from workflows.obedience import is_emulated, refuse_elsewhere, refuse_stranger
from workflows.outcomes import Outcomes
from workflows.parts import make_parts
from workflows.sending import Sending
from workflows.store import Store
from workflows.verdicts import unknown

Progress = Callable[[float, str], None]
UPLOAD_FOR = 600.0
"""Seconds for which an upload is tried; uploads are free."""
STOP_FOR = 20.0
"""Seconds for which a provider is asked to stop a job."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What a person may set about paid work."""

    lag: float | None = None
    """Seconds before a look-up that finds nothing is believed; None: as the provider's facts say."""
    jobs: Mapping[str, int] = field(default_factory=dict)
    """Jobs at a time by provider, where an account allows other than its facts say."""


class Money:
    """Carries orders. Lives in one event loop."""

    def __init__(self, journal: Journal, transport: Transport, store: Store, pool: Executor, habits: Habits) -> None:
        self.transport = transport
        self.books = Books(journal, pool, dict(habits.jobs))
        self._store = store
        self._delivering = Delivering(transport, store, pool)
        self._doubt = Doubt(self.books, transport, habits.lag)
        self._sending = Sending(self.books, transport, self._doubt)
        self._outcomes = Outcomes(self.books, transport, self._delivering)
        self._under_way: dict[str, asyncio.Task[Entry]] = {}
        """By key: equal orders are carried once."""

    async def carry(self, provider: Provider, order: Order, errand: Errand, ordinal: int, progress: Progress,
                    wanted: Wanted = lambda: True) -> Entry:
        """The order with its files in the store. AjarError; Waiting where a person has to decide.

        Nothing is sent any more once nobody who ordered the same still has it ``wanted`` (Cancelled).
        """
        refuse_elsewhere(errand, provider, loopback=self.transport.loopback(provider))
        parts = await self.books.blocking(make_parts, order.media, self._store)
        plain = plain_order(order, parts)
        realm = self.transport.base(provider) if self.transport.loopback(provider) else ""
        key = key_of(provider, realm, plain, errand.take, ordinal)
        await self._stopped_before(provider, key, progress)
        wants = self.books.wants.setdefault(key, [])
        wants.append(wanted)
        try:
            while True:
                try:
                    return await self._once(
                        key, lambda: self._carry(key, provider, order, parts, plain, errand, progress))
                except Cancelled:
                    if not wanted():
                        raise
                    # Who ordered the same before has gone, and nothing was sent; this is another wish.
        finally:
            wants.remove(wanted)
            if not wants:
                self.books.wants.pop(key, None)

    async def resume(self, provider: Provider, entry: Entry, progress: Progress) -> Entry:
        """Go on with an order of an earlier process, without its workflow."""
        self.books.know(entry)
        return await self._once(entry.key, lambda: self._go_on(provider, entry, None, (), progress))

    async def stop(self, provider: Provider, entry: Entry) -> str:
        """Stop an order as far as that is possible; says what that means for the money."""
        facts, cancel = provider.facts, provider.cancel
        self.books.stopping.add(entry.id)
        entry = self.books.know(entry)
        if entry.state not in ("submitted", "sending"):
            return ""  # nothing was sent, or it has ended
        price = money(entry.cost if entry.cost is not None else entry.high)
        if entry.state == "sending" or cancel is None or facts.stop == "no":
            if entry.state != "sending":  # a call that finds nobody at home is not made again
                self.books.stopping.discard(entry.id)
            return (f"{facts.title} can't be stopped: the job goes on there and costs {price}. "
                    "Run again, or ajar resume, to fetch its result.")
        try:
            agreed = await ask_on(self.transport, provider, lambda: cancel(entry.remote), STOP_FOR)
        except (Later, AjarError, Unreadable) as error:
            self.books.stopping.discard(entry.id)
            return f"{facts.title} could not be asked to stop ({error}); the job goes on there and costs {price}."
        if not agreed:
            self.books.stopping.discard(entry.id)
            return f"{facts.title} would not stop it any more: it goes on there and costs {price}."
        return f"{facts.title} was asked to stop it. {facts.stop_note}".strip()

    async def probe(self, provider: Provider, entry: Entry, job: Job) -> State | None:
        """What a provider says about a job that a person named, before anything is changed. AjarError."""
        poll, title = provider.poll, provider.facts.title
        assert poll is not None
        refuse_stranger(self.transport, provider, entry)
        try:
            return (await ask_on(self.transport, provider, lambda: poll([job]), STOP_FOR)).get(job.id)
        except (KeyError, IndexError, TypeError):
            raise AjarError(f"{title} can't be asked about a job by its id alone.",
                            "Fetch its result from the console, then say forget.") from None
        except (Later, Unreadable) as error:
            raise AjarError(f"{title} could not be asked about the job {job.id}: {error}.",
                            "Try again later.") from None

    async def decide(self, entry: Entry, **changes: Any) -> Entry:
        """Write down what a person decided about an order."""
        return await self.books.write(replace(self.books.know(entry), **changes))

    def commit(self, entry: Entry) -> None:
        """Its result is where results are kept; there is nothing left to do."""
        if entry.state == "fetched":
            self.books.keep(replace(self.books.now(entry), state="committed"))

    def done(self, entry: Entry) -> Done:
        return done_of(entry, self._store)

    async def _once(self, key: str, work: Callable[[], Coroutine[Any, Any, Entry]]) -> Entry:
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(work())
            self._under_way[key] = task
            task.add_done_callback(lambda ended: _forget(self._under_way, key, ended))
        return await asyncio.shield(task)

    async def _stopped_before(self, provider: Provider, key: str, progress: Progress) -> None:
        """Wait while the same order is being stopped at its provider: how that ends is no answer to a new wish."""
        until = asyncio.get_running_loop().time() + STOP_FOR
        while (ending := self._under_way.get(key)) is not None and self._is_stopping(key):
            progress(0.0, f"Waiting until {provider.facts.title} has stopped the one before")
            await asyncio.wait([ending], timeout=0.2)
            if asyncio.get_running_loop().time() > until:
                raise AjarError(f"{provider.facts.title} was asked to stop the same order, and has not done so yet.",
                                "Run again in a while: ajar jobs says how it stands.")

    def _is_stopping(self, key: str) -> bool:
        return any(entry.key == key and entry.id in self.books.stopping for entry in self.books.all()
                   if entry.state == "submitted")

    async def _carry(self, key: str, provider: Provider, order: Order, parts: Sequence[Part], plain: dict[str, Any],
                     errand: Errand, progress: Progress) -> Entry:
        known = await self.books.blocking(self.books.journal.best, key)
        known = self.books.know(known) if known is not None else None
        if known is not None and known.state in ("fetched", "committed"):
            if await self.books.blocking(self._delivering.sound, known):
                return known
            progress(0.0, "A paid result is damaged here; fetching it again")
            return await self._outcomes.again(provider, known, progress)
        if known is not None and known.state in ("sending", "submitted", "ready", "unknown"):
            return await self._go_on(provider, known, order, parts, progress)
        before = known if known is not None and known.state == "intent" else None
        entry = await self._intend(before, key, provider, order, plain, errand)
        try:
            parts = await self._uploaded(provider, order, parts, progress)
            progress(0.0, f"Waiting for a turn at {provider.facts.title}")
            async with self.books.gate(provider):
                entry, found = await self._sending.send(provider, entry, order, parts, progress)
                return await self._outcomes.accept(provider, entry, found, progress)
        finally:
            self.books.in_air.discard(entry.id)
            self.books.stopping.discard(entry.id)
            self.books.release(entry)

    async def _intend(self, before: Entry | None, key: str, provider: Provider, order: Order, plain: dict[str, Any],
                      errand: Errand) -> Entry:
        """Check that it may be paid for, and write the intent down; one that was never sent is used again."""
        missing = await self.books.blocking(self.transport.keyless, provider)  # a keyring may take its time
        if missing:
            raise UserError(f"There is no key for {provider.facts.title}.", missing)
        account = await self.books.blocking(self.transport.account, provider)
        quote = provider.facts.quote(order)
        emulated = is_emulated(self.transport, provider)
        if not any(wanted() for wanted in self.books.wants.get(key, ())):
            raise Cancelled
        # No other order can come between this look at the sums and its own place in them.
        refuse_overspending(errand, quote, provider.offer(order.model).title, self.books.spent, emulated=emulated)
        return await self.books.write(Entry(
            id=before.id if before is not None else f"ajar-{secrets.token_hex(12)}", key=key, provider=provider.name,
            state="intent", model=order.model, modality=order.modality, account=account,
            host=self.transport.base(provider), emulated=emulated, cell=errand.cell, workflow=errand.workflow,
            project=errand.project, node=errand.node, path=errand.path, stage=errand.stage, take=errand.take,
            run=errand.run, order=plain, low=quote.low, high=quote.high, basis=quote.basis, made=time.time()))

    async def _go_on(self, provider: Provider, entry: Entry, order: Order | None, parts: Sequence[Part],
                     progress: Progress) -> Entry:
        """An order that was begun earlier, in whatever state it was left."""
        if entry.state == "unknown":
            raise unknown(provider, entry)
        refuse_stranger(self.transport, provider, entry)
        account = await self.books.blocking(self.transport.account, provider)
        if entry.account and entry.account != account:
            raise Refused(f"This was ordered from {provider.facts.title} with another key.",
                          "Give that key again to fetch the result; it is paid for.")
        if entry.state != "sending":
            with self.books.gate(provider).beside():  # it works there already, whatever waits for a turn here
                return await self._outcomes.follow(provider, entry, progress, at_once=True)
        if order is None:
            order = order_of(entry.order)
            parts = await self.books.blocking(self._delivering.parts, entry)
        why = "Ajar ended while it was being sent"
        async with self.books.gate(provider):
            entry, found = await self._doubt.resolve(provider, entry, order, parts, why, progress)
            return await self._outcomes.accept(provider, entry, found, progress)

    async def _uploaded(self, provider: Provider, order: Order, parts: Sequence[Part],
                        progress: Progress) -> list[Part]:
        """The parts, with those that are handed over first having been handed over."""
        upload = provider.upload
        if upload is None or all(media.via == "inline" for media in order.media):
            return list(parts)
        ready = []
        for part, media in zip(parts, order.media, strict=True):
            if media.via == "upload":
                progress(0.0, f"Handing {part.role.replace('_', ' ')} to {provider.facts.title}")
                ready.append(replace(part, ref=await self._ref(provider, upload, part)))
            else:
                ready.append(part)
        return ready

    async def _ref(self, provider: Provider, upload: "Callable[[Part], Asking[str]]", part: Part) -> str:
        try:
            return await ask_on(self.transport, provider, lambda: upload(part), UPLOAD_FOR)
        except (Later, Unreadable) as error:
            raise AjarError(f"A file could not be handed to {provider.facts.title}: {error}.",
                            "Nothing was paid. Try again later.") from None


def _forget(under_way: "dict[str, asyncio.Task[Entry]]", key: str, ended: "asyncio.Task[Entry]") -> None:
    under_way.pop(key, None)
    if not ended.cancelled():
        ended.exception()  # whoever waited has heard it; nobody left to wait is no reason for a warning
