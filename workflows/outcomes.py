"""From an accepted job to its files in the store: waited for, fetched, its cost known."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from ajar.errors import AjarError
from ajar.remote import Cost, Job, Made, Provider, State, say
from ajar.wire import Spoilt, Transport
from workflows.books import Books
from workflows.delivering import Delivering
from workflows.entries import Entry, File, OrderState, plain_job
from workflows.journal import Unsaved
from workflows.verdicts import gone, refused, unknown
from workflows.watch import Watch

Progress = Callable[[float, str], None]
ABSURD = 1e6
"""Dollars that no order costs."""


class Outcomes:
    """Follows jobs to their end."""

    def __init__(self, books: Books, transport: Transport, delivering: Delivering) -> None:
        self._books = books
        self._transport = transport
        self._delivering = delivering
        self._watches: dict[str, Watch] = {}

    async def accept(self, provider: Provider, entry: Entry, found: Job | State, progress: Progress) -> Entry:
        """From the provider's yes to the files."""
        if isinstance(found, State):
            entry = await self._ended(provider, entry, found)
        else:
            entry = await self._submitted(provider, entry, found)
        return await self.follow(provider, entry, progress)

    async def follow(self, provider: Provider, entry: Entry, progress: Progress, *, at_once: bool = False) -> Entry:
        """From ``submitted`` or ``ready`` to ``fetched``. ``at_once``: ask without waiting first."""
        if entry.state == "submitted":
            state = await self._waited(provider, entry, progress, at_once=at_once)
            entry = await self._ended(provider, self._books.now(entry), state)
        if entry.state == "ready":
            entry = await self._fetched(provider, entry, progress)
        return entry

    async def again(self, provider: Provider, entry: Entry, progress: Progress) -> Entry:
        """A paid result whose files are damaged or gone here: fetch them once more, if the provider has them still."""
        if not entry.remote.id and not entry.addresses:
            raise AjarError("A paid result is damaged in the store, and its provider does not keep results.",
                            "Order it anew as another take; it is not paid for again by itself.")
        return await self.follow(provider, replace(entry, state="ready"), progress)

    async def _submitted(self, provider: Provider, entry: Entry, job: Job) -> Entry:
        entry = replace(entry, state="submitted", job=plain_job(job), accepted=time.time(), note="")
        entry = self._costing(provider, entry, job.cost)
        try:
            return await self._books.write(entry)
        except Unsaved as error:
            # It is paid for, and its id is nowhere but here: it has to reach a person.
            raise AjarError(
                f"{provider.facts.title} accepted job {say(job.id)}, but that could not be saved. {error.message}",
                f"Write down the id {job.id}: with it the result can still be had (ajar jobs {entry.id} ran {job.id}).",
            ) from None

    async def _waited(self, provider: Provider, entry: Entry, progress: Progress, *, at_once: bool) -> State:
        title = provider.facts.title
        if provider.poll is None or not entry.remote.id:
            return State("gone", "its answer is not to be had again")
        watch = self._watches.setdefault(provider.name, Watch(provider, self._transport))

        def heard(state: State) -> None:
            words = state.note or ("waiting in the queue" if state.phase == "queued" else "at work")
            progress(min(max(state.progress or 0.0, 0.0), 0.94), words if title in words else f"{title}: {words}")

        return await watch.until_ended(entry.remote, heard, at_once=at_once)

    async def _ended(self, provider: Provider, entry: Entry, state: State) -> Entry:
        """The provider said how it ended. AjarError unless it is made."""
        entry = self._costing(provider, entry, state.cost)
        if state.phase == "done":
            return await self._made(provider, entry, state)
        ended = replace(entry, note=say(state.note or state.phase), charged=state.charged, ended=time.time())
        if state.phase == "gone":
            raise gone(provider, await self._books.write(replace(ended, state="failed")))
        kind: OrderState = state.phase if state.phase in ("blocked", "cancelled") else "failed"
        if state.charged is False:
            ended = replace(ended, cost=0.0, cost_source="reported")
        raise refused(provider, await self._books.write(replace(ended, state=kind)), kind)

    async def _made(self, provider: Provider, entry: Entry, state: State) -> Entry:
        """Files that came with the answer are stored at once; addresses are written down first, then fetched."""
        entry = replace(entry, text=state.text, data=dict(state.data))
        if all(made.data for made in state.files):
            try:
                files = await self._stored(state.files)
            except Spoilt as error:
                raise await self._spoilt(provider, entry, error) from None
            return await self._kept(provider, entry, files)
        addresses = tuple(asdict(replace(made, data=b"")) | {"data": ""} for made in state.files)
        return await self._books.write(replace(entry, state="ready", addresses=addresses))

    async def _stored(self, files: Sequence[Made]) -> tuple[File, ...]:
        """They are nowhere but here: if the disk is full, the room kept in reserve is for them."""
        try:
            return await self._books.blocking(self._delivering.keep, files)
        except Spoilt:
            raise
        except (AjarError, OSError):
            self._books.journal.make_room()
            return await self._books.blocking(self._delivering.keep, files)

    async def _spoilt(self, provider: Provider, entry: Entry, error: Spoilt) -> AjarError:
        """What came with the answer is no picture. A job can be asked again; else only a person can go on."""
        title = provider.facts.title
        if entry.remote.id and provider.poll is not None:
            return AjarError(f"{title} gave a result that can't be used: {error.message}",
                             "Run again to ask for it once more; it is not paid for again.")
        entry = await self._books.write(replace(entry, state="unknown", note=say(error.message)))
        return unknown(provider, entry)

    async def _fetched(self, provider: Provider, entry: Entry, progress: Progress) -> Entry:
        progress(0.95, f"Fetching the result from {provider.facts.title}")
        files: Sequence[Made] = [Made(one["type"], one["url"], b"", one["role"], one["auth"])
                                 for one in entry.addresses]

        async def again() -> State:
            return await self._waited(provider, entry, progress, at_once=True)

        fresh = again if entry.remote.id and provider.poll is not None else None
        if not files and fresh is not None:  # they came with an answer; so they do once more
            state = await fresh()
            if state.phase != "done":
                raise gone(provider, entry)
            files = state.files
        return await self._kept(provider, entry, await self._delivering.fetch(provider, files, fresh, progress))

    async def _kept(self, provider: Provider, entry: Entry, files: tuple[File, ...]) -> Entry:
        entry = self._costing(provider, entry, None)
        if entry.cost is None and entry.high is not None:
            entry = replace(entry, cost=entry.high, cost_source="estimated", cost_note=entry.basis)
        done = replace(entry, state="fetched", files=files, ended=entry.ended or time.time())
        return await self._books.write(done)

    def _costing(self, provider: Provider, entry: Entry, cost: Cost | None) -> Entry:
        """What the provider says it cost, or what that comes to by the price rows."""
        if cost is None:
            return entry
        cost = provider.facts.priced(entry.model, entry.order.get("terms", {}), cost)
        if cost.usd is None or not 0 <= cost.usd < ABSURD:  # a cost that is no number would disarm every cap
            return replace(entry, cost_note=cost.note)
        return replace(entry, cost=cost.usd, cost_source=cost.source, cost_note=cost.note)
