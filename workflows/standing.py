"""How a run stands to the caps before it begins: said then, not when half of it is paid."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ajar.remote import Provider
from workflows.allowance import WORDS, money
from workflows.project import Policy
from workflows.quotes import Bids, Bill, bill_of
from workflows.settings import Home
from workflows.tally import Tally


@dataclass(frozen=True, slots=True)
class Standing:
    """One cap, and what a run would take of it. Dollars."""

    cap: str
    most: float
    left: float
    bill: Bill

    @property
    def surely(self) -> bool:
        """It goes beyond the cap even if everything costs the least that it may."""
        return (self.bill.low or 0.0) > self.left + 1e-9 or (self.bill.high is None and self.left <= 1e-9)

    @property
    def text(self) -> str:
        low, high = self.bill.low, self.bill.high
        costs = f"costs at least {money(low)}" if self.surely and low else \
            f"may cost {money(high)}" if high is not None else "has a price that is not known"
        rest = f"only {money(self.left)}" if self.left else "nothing"
        return f"This run {costs}, but {rest} of {money(self.most)} is left for {WORDS[self.cap]}"


def standings(home: Home, policy: Policy, project: str, bids: Bids, emulated: Callable[[Provider], bool]
              ) -> list[Standing]:
    """The caps that a run would or might exceed, real money and a stand-in's play money apart."""
    if not policy.caps:
        return []
    tally, found = read_tally(home), []
    for played in (False, True):
        bill = bill_of(bids, lambda bid, played=played: emulated(bid.provider) == played)  # type: ignore[misc]
        for cap, most in policy.caps.items() if bill.orders else ():
            spent = tally.spent(cap, emulated=played, run="", project=project, now=time.time()) if cap != "run" else 0.0
            standing = Standing(cap, most, max(most - spent, 0.0), bill)
            if standing.surely or (bill.high is not None and bill.high > standing.left + 1e-9):
                found.append(standing)
    return found


def read_tally(home: Home) -> Tally:
    """What was spent, without taking possession of the journal; nothing where there is none that can be read."""
    tally = Tally()
    if not home.journal_db.exists():
        return tally
    month = datetime.fromtimestamp(time.time()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        database = sqlite3.connect(home.journal_db, timeout=2)
        try:
            days = database.execute("SELECT emulated, made, spent FROM orders WHERE made >= ?", (month.timestamp(),))
            projects = database.execute("SELECT emulated, project, sum(spent) FROM orders GROUP BY emulated, project")
            tally.begin([(bool(one), made, spent) for one, made, spent in days],
                        [(bool(one), project, spent) for one, project, spent in projects])
        finally:
            database.close()
    except sqlite3.DatabaseError:  # of an early version, or damaged: each order is checked again before it is sent
        return Tally()
    return tally
