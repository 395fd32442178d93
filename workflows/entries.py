"""One paid order, as it is written down: what was asked, how far it is, what it costs. Plain data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from hashlib import blake2b
from typing import Any, Literal

from ajar.remote import Job, Order, Part, Provider

OrderState = Literal[
    "intent", "sending", "submitted", "ready", "fetched", "committed", "failed", "blocked", "cancelled", "unknown",
    "abandoned",
]
"""intent     nothing was sent yet
sending    the paid call may be on its way: found at a start, it may or may not have arrived
submitted  the provider has accepted it and given its id
ready      made; its files wait to be fetched
fetched    its files are in the store, checked
committed  its result is where results are kept; nothing is left to do
failed, blocked, cancelled   ended without a result; ``charged`` says whether it cost money
unknown    nobody can tell whether it was accepted: a person decides
abandoned  a person said to forget it
"""
OPEN: tuple[OrderState, ...] = ("sending", "submitted", "ready")
"""What is to be gone on with after a start."""
ENDED: tuple[OrderState, ...] = ("failed", "blocked", "cancelled", "abandoned")
"""Over, without a result."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a result, in the store."""

    digest: str
    type: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One order of the journal. Times are seconds since 1970, for showing only; money is in dollars."""

    id: str
    """Made here and sent along where a provider takes such a thing, so that a lost job can be found."""
    key: str
    """Equal for equal orders of the same take."""
    provider: str
    state: OrderState
    model: str = ""
    modality: str = ""
    account: str = ""
    """A mark of the key it was made with."""
    host: str = ""
    emulated: bool = False
    """Made by a stand-in on this machine: no real money."""
    cell: str = ""
    """The key of the result it is for."""
    workflow: str = ""
    project: str = ""
    node: str = ""
    path: str = ""
    stage: str = ""
    take: int = 0
    run: str = ""
    order: Mapping[str, Any] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    addresses: tuple[Mapping[str, Any], ...] = ()
    """Where its files can be fetched: ``type``, ``url``, ``role``, ``auth``. They expire."""
    files: tuple[File, ...] = ()
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    """The price as it was known before; None where it was not."""
    basis: str = ""
    cost: float | None = None
    """What it really cost; None where that is not known (yet)."""
    cost_source: str = ""
    cost_note: str = ""
    charged: bool | None = None
    """Of what ended without a result; None where it is not known."""
    note: str = ""
    made: float = 0.0
    sent: float = 0.0
    accepted: float = 0.0
    ended: float = 0.0

    @property
    def counts(self) -> float:
        """What it takes from a budget: its cost, else the most it may have cost. Nothing where nothing was sent, or
        where it is known to be free; what was forgotten may have been charged all the same."""
        if self.cost is not None:
            return self.cost
        if self.state == "intent" or (self.state in ENDED and self.charged is False):
            return 0.0
        return self.high or 0.0

    @property
    def reserves(self) -> float:
        """What it takes from a budget while it is about to be sent."""
        return (self.high or 0.0) if self.state == "intent" else self.counts

    @property
    def remote(self) -> Job:
        return Job(str(self.job.get("id", "")), dict(self.job.get("urls", {})), dict(self.job.get("data", {})))


def plain_order(order: Order, parts: Sequence[Part]) -> dict[str, Any]:
    """An order as plain JSON; its media by digest."""
    return {
        "model": order.model, "modality": order.modality, "settings": dict(order.settings), "terms": dict(order.terms),
        "units": {name: list(value) if isinstance(value, tuple) else value for name, value in order.units.items()},
        "media": [[part.role, part.type, part.digest] for part in parts], "free": order.free,
    }


def order_of(plain: Mapping[str, Any]) -> Order:
    """The order again, without its media."""
    units = {name: tuple(value) if isinstance(value, list) else value for name, value in plain["units"].items()}
    free = bool(plain.get("free"))
    return Order(plain["model"], plain["modality"], plain["settings"], (), plain["terms"], units, free)


def key_of(provider: Provider, realm: str, plain: Mapping[str, Any], take: int, ordinal: int) -> str:
    """The same order at the same place (``realm``: an emulator's, or the real one) for the same take is one payment."""
    what = [provider.name, realm, plain["model"], plain["settings"], plain["media"], take, ordinal]
    text = json.dumps(what, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def to_json(entry: Entry) -> str:
    return json.dumps(asdict(entry), separators=(",", ":"))


def from_json(text: str) -> Entry:
    """ValueError or TypeError where the text is no entry."""
    plain = json.loads(text)
    if not isinstance(plain, dict):
        raise ValueError("an entry is a JSON object")
    known = {one.name for one in fields(Entry)}
    plain = {name: value for name, value in plain.items() if name in known}
    plain["files"] = tuple(File(**file) for file in plain.get("files", ()))
    plain["addresses"] = tuple(plain.get("addresses", ()))
    return Entry(**plain)


def plain_job(job: Job) -> dict[str, Any]:
    return {"id": job.id, "urls": dict(job.urls), "data": dict(job.data)}
