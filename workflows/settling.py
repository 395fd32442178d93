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
    return look(home, (*OPEN, "unknown"))


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
    """A person found the job at the provider: fetch its result. With an id that can't be right nothing changes."""
    _must_be(entry, "unknown", "sending", "submitted", "failed")
    provider, job = _provider(providers, entry), job.strip()
    if provider.poll is None:
        raise WorkflowError(f"{provider.facts.title} answers at once and keeps no jobs, so none can be fetched.",
                            "Say again or forget instead.")
    money = lane.money
    taken = [one for one in money.books.journal.of_job(provider.name, job) if one.id != entry.id]
    if taken or not job:
        why = f"The job {job} belongs to the order {taken[0].id} already." if taken else "There is no id."
        raise WorkflowError(why, "Copy the id of the other job from the provider's console.")
    named = Job(job, data=entry.job.get("data") or _data_of(entry))
    state = lane.do(money.probe(provider, entry, named))
    if state is None or state.phase == "gone":
        raise WorkflowError(f"{provider.facts.title} knows no job {job}.",
                            "Copy its id from the console. The order is as undecided as before.")
    known = plain_job(named)
    before = money.books.know(entry)
    changed = lane.do(money.decide(entry, state="submitted", job=known, note="", ended=0.0))
    found = resume_all(lane, providers, [changed], tell)[0]
    if found.error is None or found.entry.state in ("blocked", "cancelled", "ready"):
        return found
    # A wrong id must not settle anything: an order that failed would be sent, and paid for, again.
    lane.do(money.decide(found.entry, state=before.state, job=before.job, note=before.note, charged=before.charged,
                         cost=before.cost, ended=before.ended))
    error = AjarError(f"Nothing came of the job {job}: {found.error.message}",
                      "Check the id. The order is as undecided as before.")
    return Resumed(money.books.now(entry), error)


def settle_again(lane: RemoteLane, entry: Entry) -> Entry:
    """A person accepts that it may be paid for twice: the next run sends it anew. The old one may have been charged."""
    _must_be(entry, "unknown")
    note = f"{entry.note} A person chose to send it again."
    return lane.do(lane.money.decide(entry, state="abandoned", note=note))


def settle_forget(lane: RemoteLane, entry: Entry) -> Entry:
    """A person does not want it any more; it is not sent again by itself. What was sent may have been charged."""
    _must_be(entry, "unknown", "submitted", "ready", "sending", "intent")
    free = {"charged": False, "cost": 0.0} if entry.state == "intent" else {}
    return lane.do(lane.money.decide(entry, state="abandoned", note=f"{entry.note} Forgotten.".strip(), **free))


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

