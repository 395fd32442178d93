"""What can be shown of a run to a client: with whom was spoken, where work might go, under which terms it was done."""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field

from ajar.errors import AjarError
from ajar.outward import Watch, is_here
from workflows.licences import ADVICE, MADE_FOR, Gate
from workflows.project import Intent, Residency
from workflows.secrecy import Secrecy
from workflows.settings import Home

SCHEMA = "CREATE TABLE IF NOT EXISTS statements (run INTEGER PRIMARY KEY, plain TEXT NOT NULL)"
PLACES = {
    "local": "local only: nothing may leave this machine", "listed": "only to hosts that are listed",
    "open": "to any provider that a node names",
}


@dataclass(frozen=True, slots=True)
class Override:
    """Terms that forbid the work, and why a person went on."""

    node: str
    model: str
    licence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Facts about one run, as they are kept."""

    workflow: str
    started: float
    ended: float
    residency: Residency = "open"
    places: tuple[str, ...] = ()
    """With ``listed``: the providers that were listed."""
    hosts: Mapping[str, int] = field(default_factory=dict)
    """The other machines that the gateway spoke with, and how often."""
    here: Mapping[str, int] = field(default_factory=dict)
    """Servers on this machine that it spoke with."""
    connections: int = 0
    """Connections of this process to other machines, heard where they are opened."""
    refused: tuple[str, ...] = ()
    """With whom something wanted to speak and was not let."""
    confidential: tuple[str, ...] = ()
    """What of the run was confidential, in words."""
    intent: Intent = "any"
    overrides: tuple[Override, ...] = ()

    @property
    def contacted(self) -> int:
        """How many other machines were spoken with."""
        return len(self.hosts)

    @property
    def line(self) -> str:
        """``0 hosts contacted, local only``."""
        count = f"{self.contacted} host{'s' * (self.contacted != 1)} contacted"
        names = f": {', '.join(sorted(self.hosts))}" if self.hosts else ""
        return f"{count}{names}{', local only' if self.residency == 'local' else ''}"


class Witness:
    """Listens from the beginning of a run to its end."""

    def __init__(self, workflow: str, residency: Residency, places: frozenset[str] | None, gate: Gate,
                 secrecy: Secrecy | None, contacted: Callable[[], Mapping[str, int]]) -> None:
        """``contacted``: the hosts that the gateway has spoken with by now."""
        self._workflow, self._residency, self._places = workflow, residency, places
        self._gate, self._secrecy = gate, secrecy
        self._contacted = contacted
        self._before = dict(contacted())
        self._started = time.time()
        self._watch = Watch(closed=residency != "open")
        self.statement: Statement | None = None
        """Once the run has ended."""

    def close(self) -> Statement:
        """The run has ended; what can be said of it."""
        if self.statement is not None:
            return self.statement
        self._watch.close()
        after = self._contacted()
        spoken = {host: count - self._before.get(host, 0) for host, count in after.items()
                  if count > self._before.get(host, 0)}
        for host, count in self._watch.contacted.items():
            spoken.setdefault(host, count)
        secret = self._secrecy.nodes.values() if self._secrecy is not None else ()
        overrides = tuple(
            Override(one.node, one.used.title, one.used.basis.id, one.reason)
            for one in self._gate.all() if one.word == "block" and one.reason)
        self.statement = Statement(
            self._workflow, self._started, time.time(), self._residency, tuple(sorted(self._places or ())),
            {host: count for host, count in spoken.items() if not is_here(host)},
            {host: count for host, count in spoken.items() if is_here(host)},
            self._watch.contacted.total(), tuple(dict.fromkeys(self._watch.refused)),
            tuple(dict.fromkeys(one.said for one in secret)), self._gate.intent, overrides)
        return self.statement


def text_of(statement: Statement, number: int | None = None) -> str:
    """The statement as a text file."""
    run = f"Run {number}" if number is not None else "A run"
    lines = [
        f"{run} of {statement.workflow}", f"{_when(statement.started)} to {_when(statement.ended)}", "",
        f"Work might go: {PLACES[statement.residency]}"
        + (f" ({', '.join(statement.places)})." if statement.residency == "listed" and statement.places else "."),
        f"Hosts contacted: {statement.contacted}.",
        *(f"  {host}, {count} time{'s' * (count != 1)}" for host, count in sorted(statement.hosts.items())),
        f"Connections of this program to other machines: {statement.connections}, heard where Python opens them.",
        "The processes that run models have no connection to other machines.",
        *(f"On this machine: a server at {host} was spoken with." for host in sorted(statement.here)),
        *(f"Refused: something wanted to speak with {host}." for host in statement.refused),
    ]
    if statement.confidential:
        lines += ["", "Confidential in this run:", *(f"  {one}" for one in statement.confidential)]
    if statement.intent != "any" or statement.overrides:
        lines += ["", f"Made for: {MADE_FOR[statement.intent]}."]
        lines += [f"  {one.model} ({one.licence}) at {one.node} was used although its terms forbid that: {one.reason}"
                  for one in statement.overrides]
        lines.append(ADVICE)
    lines += ["", "Ajar wrote this down of itself. A program beside it, or a library that does not use Python's",
              "sockets, is not heard."]
    return "\n".join(lines) + "\n"


def keep(home: Home, number: int, statement: Statement) -> None:
    """Write it down with its run in the history. AjarError where that can't be done."""
    try:
        with closing(sqlite3.connect(home.journal_db, timeout=10)) as database, database:
            database.execute(SCHEMA)
            database.execute("INSERT OR REPLACE INTO statements VALUES (?, ?)",
                             (number, json.dumps(asdict(statement), ensure_ascii=False)))
    except sqlite3.Error as error:
        raise AjarError(f"The statement of run {number} could not be kept: {error}.",
                        "The run itself is in the history.") from error


def find(home: Home, numbers: tuple[int, ...] = ()) -> dict[int, Statement]:
    """The statements of these runs, or of all, by number. None are found where none can be read."""
    if not home.journal_db.exists():
        return {}
    condition = f"WHERE run IN ({','.join('?' * len(numbers))})" if numbers else ""
    try:
        with closing(sqlite3.connect(home.journal_db, timeout=10)) as database:
            rows = database.execute(f"SELECT run, plain FROM statements {condition} ORDER BY run", numbers).fetchall()
    except sqlite3.Error:  # there is no table yet, or no right to read
        return {}
    return {number: _read(json.loads(plain)) for number, plain in rows}


def latest(home: Home) -> tuple[int, Statement] | None:
    """The statement of the last run that has one."""
    try:
        if not home.journal_db.exists():
            return None
        with closing(sqlite3.connect(home.journal_db, timeout=1)) as database:
            row = database.execute("SELECT run, plain FROM statements ORDER BY run DESC LIMIT 1").fetchone()
    except sqlite3.Error:
        return None
    return (row[0], _read(json.loads(row[1]))) if row is not None else None


def _read(plain: Mapping[str, object]) -> Statement:
    whole = dict(plain)
    for name in ("places", "refused", "confidential"):
        whole[name] = tuple(whole.get(name, ()))  # type: ignore[arg-type]
    whole["overrides"] = tuple(Override(**one) for one in whole.get("overrides", ()))  # type: ignore[attr-defined]
    return Statement(**whole)  # type: ignore[arg-type]


def _when(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(moment))
