"""What a person decides about paid orders, and going on with those an earlier process left open."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ajar.errors import AjarError, WorkflowError
from ajar.remote import Job, Provider
from workflows.entries import OPEN, Entry, plain_job
from workflows.journal import look
from workflows.remote_lane import RemoteLane
from workflows.settings import Home

Tell = Callable[[Entry, str], None]


@dataclass(frozen=True, slots=True)
class Resumed:
    """What became of an order that was gone on with."""

    entry: Entry
    error: AjarError | None = None


def open_orders(home: Home) -> list[Entry]:
    """The orders that are not at their end: on their way, ready to be fetched, or for a person to decide."""
    return [entry for entry in look(home) if entry.state in (*OPEN, "unknown")]


def find_order(entries: Iterable[Entry], text: str) -> Entry:
    """The order whose id begins like this (with or without ``ajar-``). WorkflowError where it is none, or several."""
    wanted = text.removeprefix("ajar-")
    found = [entry for entry in entries if wanted and entry.id.removeprefix("ajar-").startswith(wanted)]
    if len(found) != 1:
        what = "There is no order" if not found else f"There are {len(found)} orders"
        raise WorkflowError(f'{what} whose id begins with "{text}".', "List them: ajar jobs --all.")
    return found[0]


def resume_all(lane: RemoteLane, providers: Mapping[str, Provider], entries: Iterable[Entry],
               tell: Tell = lambda entry, note: None) -> list[Resumed]:
    """Go on with these orders side by side until each has its files, or can't have them. Refused (not ours)."""
    money = lane.money

    async def one(entry: Entry) -> Resumed:
        try:
            provider = _provider(providers, entry)
            done = await money.resume(provider, entry, lambda part, note: tell(entry, note))
            return Resumed(done)
        except AjarError as error:
            return Resumed(money.books.now(entry), error)

    async def every() -> list[Resumed]:
        return list(await asyncio.gather(*(one(entry) for entry in entries)))

    return lane.do(every())


def settle_ran(lane: RemoteLane, providers: Mapping[str, Provider], entry: Entry, job: str,
               tell: Tell = lambda entry, note: None) -> Resumed:
    """A person found the job at the provider: fetch its result."""
    _must_be(entry, "unknown", "sending", "submitted", "failed")
    provider = _provider(providers, entry)
    if provider.poll is None:
        raise WorkflowError(f"{provider.facts.title} answers at once and keeps no jobs, so none can be fetched.",
                            "Say again or forget instead.")
    known = plain_job(Job(job.strip(), data=entry.job.get("data") or _data_of(entry)))
    changed = lane.do(lane.money.decide(entry, state="submitted", job=known, note="", ended=0.0))
    return resume_all(lane, providers, [changed], tell)[0]


def settle_again(lane: RemoteLane, entry: Entry) -> Entry:
    """A person accepts that it may be paid for twice: the next run sends it anew."""
    _must_be(entry, "unknown")
    note = f"{entry.note} A person chose to send it again."
    return lane.do(lane.money.decide(entry, state="abandoned", note=note))


def settle_forget(lane: RemoteLane, entry: Entry) -> Entry:
    """A person does not want it any more; it counts as spent nothing, and is not sent again by itself."""
    _must_be(entry, "unknown", "submitted", "ready", "sending", "intent")
    return lane.do(lane.money.decide(entry, state="abandoned", note=f"{entry.note} Forgotten.".strip()))


def settle_stop(lane: RemoteLane, providers: Mapping[str, Provider], entry: Entry) -> str:
    """Stop an open order as far as that is possible; says what it means for the money."""
    _must_be(entry, "submitted", "sending")
    said = lane.do(lane.money.stop(_provider(providers, entry), entry))
    return said or "It had ended already."


def _data_of(entry: Entry) -> Mapping[str, str]:
    """What polling needs besides the id, where the answer that held it was lost: the route it was sent to."""
    path = entry.order.get("settings", {}).get("path")
    return {"path": path} if isinstance(path, str) else {}


def _must_be(entry: Entry, *states: str) -> None:
    if entry.state not in states:
        raise WorkflowError(f"The order {entry.id} is {entry.state}; there is nothing to decide about it.",
                            "List the open ones: ajar jobs.")


def _provider(providers: Mapping[str, Provider], entry: Entry) -> Provider:
    provider = providers.get(entry.provider)
    if provider is None:
        raise WorkflowError(f'There is no provider called "{entry.provider}" here.', "Load the pack that it is of.")
    return provider

