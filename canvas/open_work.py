"""Paid work that is not at its end: what is open, going on with it, and what a person decides about it."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from ajar.errors import AjarError, Refused
from canvas.desk import Desk
from canvas.kit import words
from workflows.allowance import money
from workflows.entries import OPEN, Entry
from workflows.ledger import read_ledger
from workflows.settling import (
    Resumed,
    open_orders,
    resume_all,
    settle_again,
    settle_forget,
    settle_ran,
    settle_stop,
)

STATES = {
    "sending": "Was being sent when Ajar ended", "submitted": "At work there", "ready": "Made, to be fetched",
    "unknown": "Unknown: you decide", "intent": "Not sent", "fetched": "Here", "committed": "Here",
    "failed": "Failed", "blocked": "Blocked by its rules", "cancelled": "Stopped", "abandoned": "Forgotten",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What the journal holds just now."""

    entries: tuple[Entry, ...]
    month: float


class OpenWork(QObject):
    """The open orders of a data folder, for the panels of one window. All that may wait goes on in threads."""

    changed = Signal()
    settled = Signal()
    """Other orders are open than before: what a run would cost may have changed."""
    _told = Signal(object, object)
    """(what to do in the Qt thread, what came of a task)"""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.entries: tuple[Entry, ...] = ()
        self.month = 0.0
        """Dollars of real money that went out in this month, with what may still come of open orders."""
        self.notes: dict[str, str] = {}
        """What is just said of orders that go on, by id."""
        self.elsewhere = ""
        """Why nothing can be gone on with here: another Ajar looks after it."""
        self._busy: set[str] = set()
        self._told.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)

    def unknown(self) -> tuple[Entry, ...]:
        """Those that wait for a person."""
        return tuple(entry for entry in self.entries if entry.state == "unknown")

    def is_busy(self, entry: Entry) -> bool:
        """Whether something is being done about it just now."""
        return entry.id in self._busy

    def refresh(self) -> None:
        """Look at the journal, without taking possession of it."""
        self._aside(self._look, self._put)

    def resume(self) -> None:
        """Go on with what an earlier window left. Where nothing is open, neither journal nor network is touched."""
        def found(looked: Looked) -> None:
            self._put(looked)
            due = [entry for entry in looked.entries if entry.state in OPEN]
            if due:
                self.fetch(due)

        self._aside(self._look, found)

    def fetch(self, entries: Sequence[Entry]) -> None:
        """Wait for these, and bring their files here; nothing is sent anew."""
        lane, providers = self._desk.studio.remote, self._desk.studio.packs.providers
        due = [entry for entry in entries if entry.id not in self._busy]
        if lane is None or not due:
            return
        self._occupy(due)
        self._aside(lambda: resume_all(lane, providers, due, self._note), lambda ended: self._resumed(due, ended),
                    lambda error: self._lost(due, error))

    def ran(self, entry: Entry, job: str) -> None:
        """A person found this job at the provider."""
        lane, providers = self._desk.studio.remote, self._desk.studio.packs.providers
        if lane is None:
            return
        self._occupy([entry])
        self._aside(lambda: [settle_ran(lane, providers, entry, job, self._note)],
                    lambda ended: self._resumed([entry], ended), lambda error: self._lost([entry], error))

    def again(self, entry: Entry) -> None:
        """A person accepts that it may be paid for twice."""
        self._settle(entry, lambda lane: settle_again(lane, entry),
                     "It is sent anew by the next run of its workflow, and may be paid for twice.")

    def forget(self, entry: Entry) -> None:
        self._settle(entry, lambda lane: settle_forget(lane, entry),
                     "It is forgotten here; what became of it there is shown in the provider's console.")

    def stop(self, entry: Entry) -> None:
        """Ask the provider to stop it; what that means for the money is said."""
        self._settle(entry, lambda lane: settle_stop(lane, self._desk.studio.packs.providers, entry))

    # --- in the Qt thread ---------------------------------------------------------------------------------------

    def _settle(self, entry: Entry, do: Callable[[Any], Any], said: str = "") -> None:
        lane = self._desk.studio.remote
        if lane is None:
            return
        self._occupy([entry])

        def settled(answer: Any) -> None:
            self._free([entry])
            self._desk.say(said or str(answer))
            self.refresh()

        self._aside(lambda: do(lane), settled, lambda error: self._lost([entry], error))

    def _put(self, looked: Looked) -> None:
        fresh = looked.entries != self.entries
        if fresh or looked.month != self.month:
            self.entries, self.month = looked.entries, looked.month
            self.changed.emit()
        if fresh:
            self.settled.emit()

    def _resumed(self, due: Sequence[Entry], ended: Sequence[Resumed]) -> None:
        self._free(due)
        here = [one.entry for one in ended if one.error is None]
        if here:
            self._desk.say(f"{words.count(len(here), 'paid result')} fetched.",
                           "Run the workflow again to use it: it comes from the store, and nothing is paid again.")
        for one in ended:
            if one.error is not None:
                self._desk.say(one.error.message, one.error.hint)
        self.refresh()

    def _lost(self, due: Sequence[Entry], error: AjarError) -> None:
        self._free(due)
        self.elsewhere = error.message if isinstance(error, Refused) else ""
        self._desk.say(error.message, error.hint)
        self.refresh()
        self.changed.emit()

    def _occupy(self, entries: Sequence[Entry]) -> None:
        self._busy.update(entry.id for entry in entries)
        self.changed.emit()

    def _free(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._busy.discard(entry.id)
            self.notes.pop(entry.id, None)
        self.changed.emit()

    def _hand_on(self, then: Any, answer: Any) -> None:
        then(answer)

    # --- in other threads ---------------------------------------------------------------------------------------

    def _look(self) -> Looked:
        home = self._desk.studio.home
        month = read_ledger(home).real().since(date.today().replace(day=1)).total.spent
        return Looked(tuple(open_orders(home)), month)

    def _note(self, entry: Entry, note: str) -> None:
        def put(_: Any) -> None:
            if entry.id in self._busy and self.notes.get(entry.id) != note:
                self.notes[entry.id] = note
                self.changed.emit()

        self._told.emit(put, None)

    def _aside(self, task: Callable[[], Any], then: Callable[[Any], None],
               failed: Callable[[AjarError], None] | None = None) -> None:
        """Do this in a thread of its own: some of it waits for hours. At the end of the window it is let go."""
        def work() -> None:
            try:
                answer, done = task(), then
            except AjarError as error:
                answer, done = error, failed or (lambda error: self._desk.say(error.message, error.hint))
            except (CancelledError, asyncio.CancelledError):  # the window closes
                return
            try:
                self._told.emit(done, answer)
            except RuntimeError:  # it is closed
                return

        threading.Thread(target=work, name="ajar-open-work", daemon=True).start()


def price_of(entry: Entry) -> str:
    """What an order costs, or may cost: ``$0.42``, ``up to $0.42``, ``?``; an emulator's is no real money."""
    if entry.cost is not None:
        text = money(entry.cost)
    else:
        text = f"up to {money(entry.high)}" if entry.high is not None else words.UNKNOWN
    return f"{text} of play money" if entry.emulated else text


def when_of(entry: Entry) -> str:
    """``21 Nov 14:02``."""
    at = time.localtime(entry.sent or entry.made)
    return f"{at.tm_mday} {words.MONTHS[at.tm_mon - 1]} {at.tm_hour:02}:{at.tm_min:02}"
