"""A remote node at play: called until it orders something that is not there yet, and again once it is."""

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ajar.context import Stage, walk
from ajar.errors import Cancelled, UserError, Waiting
from ajar.remote import Done, Order, Provider
from workflows.allowance import Errand
from workflows.entries import Entry
from workflows.lanes import NodeCall, Reply

T = TypeVar("T")


class Suspended(BaseException):
    """A node has ordered something that is not there yet."""

    def __init__(self, provider: Provider, order: Order) -> None:
        super().__init__(f"an order from {provider.name}")
        self.provider, self.order = provider, order


@dataclass(slots=True)
class Play:
    """A call, and what its orders have brought so far."""

    call: NodeCall
    reply: Reply
    errand: Errand
    started: float
    results: list[Done] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    provider: Provider | None = None
    key: str = ""
    stopped: bool = False
    task: "Future[None] | None" = None


class Afar:
    """The Remote of a node: the results it has already, then Suspended."""

    def __init__(self, play: Play) -> None:
        self.stage: Stage = play.call.stage
        self._play = play
        self._asked = 0

    @property
    def about(self) -> str:
        return self._play.call.about()

    def run(self, provider: Provider, order: Order) -> Done:
        if self._play.stopped:
            raise Cancelled
        self._asked += 1
        if self._asked <= len(self._play.results):
            return self._play.results[self._asked - 1]
        raise Suspended(provider, order)

    def progress(self, done: float, note: str = "", preview: Any = None) -> None:
        if self._play.stopped:
            raise Cancelled

    def each(self, items: Iterable[T], note: str = "") -> Iterator[T]:
        return walk(items, note, self.progress)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        raise UserError("A node that orders from a provider can't save files.", "Wire its result into a save node.")

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        raise Waiting(question, f"Choose one of {len(choices)}: 0 to {len(choices) - 1}.", choices=choices)


def already(play: Play, provider: Provider, entry: Entry) -> str:
    when = time.strftime("%d %b %Y", time.localtime(entry.made))
    what = "was played" if entry.emulated else "was made" if entry.cost == 0 else "was paid for"
    return (f'"{play.errand.node}" {what} on {when} ({provider.facts.title}) and comes from the store. '
            "Another take orders anew.")
