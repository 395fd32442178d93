"""What was spent so far in a run, a day, a month and a project: sums that follow each change of an order."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from workflows.entries import Entry

Place = tuple[bool, str, str]
"""Whether it is an emulator's play money; ``run``, ``day``, ``month`` or ``project``; and which one."""


class Tally:
    """Sums in dollars. An emulator's play money is counted apart."""

    def __init__(self) -> None:
        self._sums: dict[Place, float] = defaultdict(float)
        self._parts: dict[str, tuple[tuple[Place, ...], float]] = {}
        """Of each order that may still change: where it is counted, and with how much."""

    def begin(self, days: Iterable[tuple[bool, float, float]], projects: Iterable[tuple[bool, str, float]]) -> None:
        """Take what earlier processes spent: (emulated, when, dollars), and (emulated, project, dollars)."""
        for emulated, made, spent in days:
            for cap, name in _dates(made).items():
                self._sums[emulated, cap, name] += spent
        for emulated, project, spent in projects:
            self._sums[emulated, "project", project] += spent

    def know(self, entry: Entry) -> None:
        """An order that is in the sums already and may change from now on."""
        self._parts[entry.id] = (_places(entry), entry.counts)

    def put(self, entry: Entry, amount: float) -> None:
        """Count an order with this, instead of what it was counted with before."""
        places, before = self._parts.get(entry.id, ((), 0.0))
        for place in places:
            self._sums[place] -= before
        self._parts[entry.id] = (_places(entry), amount)
        for place in _places(entry):
            self._sums[place] += amount

    def spent(self, cap: str, *, emulated: bool, run: str, project: str, now: float) -> float:
        """The dollars that count for a cap at this time."""
        name = run if cap == "run" else project if cap == "project" else _dates(now)[cap]
        return max(self._sums.get((emulated, cap, name), 0.0), 0.0)


def _places(entry: Entry) -> tuple[Place, ...]:
    names = {"run": entry.run, "project": entry.project, **_dates(entry.made)}
    return tuple((entry.emulated, cap, name) for cap, name in names.items())


def _dates(when: float) -> dict[str, str]:
    day = datetime.fromtimestamp(when).date().isoformat()
    return {"day": day, "month": day[:7]}
