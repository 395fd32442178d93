"""The history of runs, in ``journal.db``: what was run, how it ended, what it made."""

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from ajar.errors import AjarError
from workflows import archive
from workflows.graph import Graph
from workflows.presence import Presence, is_present
from workflows.settings import Home

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, started REAL NOT NULL, workflow TEXT NOT NULL, stage TEXT NOT NULL,
    presence TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'running', seconds REAL, ran INTEGER, cached INTEGER,
    failed INTEGER, outputs TEXT NOT NULL DEFAULT '[]', error TEXT, graph TEXT NOT NULL DEFAULT ''
)
"""
_WIDER = "ALTER TABLE runs ADD COLUMN graph TEXT NOT NULL DEFAULT ''"
"""What histories of earlier versions lack; those versions can go on writing all the same."""
_FINISH = """
UPDATE runs SET status = ?, seconds = ?, ran = ?, cached = ?, failed = ?, outputs = ?, error = ? WHERE id = ?
"""
_PAST = "SELECT * FROM runs"


@dataclass(frozen=True, slots=True)
class Past:
    """One run of the history; ``started`` in seconds since 1970."""

    id: int
    started: float
    workflow: str
    stage: str
    status: str
    """running, done, failed, refused, waiting, cancelled; interrupted where its process died in the middle."""
    seconds: float | None
    ran: int | None
    cached: int | None
    failed: int | None
    outputs: tuple[str, ...]
    error: str | None
    graph: str = ""
    """The digest of the workflow as it was; empty for runs of earlier versions."""


class Runs:
    """Writes the history. Several processes may do so at once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._presence: Presence | None = None
        try:
            self._database = _open(home.journal_db)
        except sqlite3.DatabaseError as error:
            raise _trouble(home, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, workflow: str, stage: str, graph: Graph | None = None) -> int:
        """Write down that a run begins, and with which graph; gives its number."""
        digest = archive.keep(self._home, graph) if graph is not None else ""
        if self._presence is None:
            self._presence = Presence(self._home.tmp)
        text = "INSERT INTO runs (started, workflow, stage, presence, graph) VALUES (?, ?, ?, ?, ?)"
        return int(self._write(text, (time.time(), workflow, stage, self._presence.path.name, digest)) or 0)

    def finish(
        self, number: int, status: str, *, seconds: float, ran: int = 0, cached: int = 0, failed: int = 0,
        outputs: Sequence[Path] = (), error: str | None = None,
    ) -> None:
        """Write down how it ended."""
        made = json.dumps([str(path) for path in outputs])
        self._write(_FINISH, (status, seconds, ran, cached, failed, made, error, number))

    def close(self) -> None:
        self._database.close()
        if self._presence is not None:
            self._presence.close()
            self._presence = None

    def _write(self, text: str, values: tuple[Any, ...]) -> int | None:
        try:
            with self._database:
                return self._database.execute(text, values).lastrowid
        except sqlite3.Error as error:
            raise _trouble(self._home, error) from error


def history(home: Home, limit: int = 20) -> list[Past]:
    """The latest runs, newest first. Needs no writable folder; no history is an empty one."""
    return _read(home, f"{_PAST} ORDER BY id DESC LIMIT ?", (limit,))


def run_of(home: Home, number: int) -> Past:
    """One run. AjarError where there is none with this number."""
    found = _read(home, f"{_PAST} WHERE id = ?", (number,))
    if not found:
        raise AjarError(f"There is no run {number} in the history.", "See ajar history.")
    return found[0]


def _read(home: Home, text: str, values: tuple[Any, ...]) -> list[Past]:
    if not home.journal_db.exists():
        return []
    try:
        database = _look(home.journal_db)
        try:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
                return []
            database.row_factory = sqlite3.Row
            rows = database.execute(text, values).fetchall()
        finally:
            database.close()
    except sqlite3.Error as error:
        raise _trouble(home, error) from error
    return [_past(home, dict(row)) for row in rows]


def _past(home: Home, row: Mapping[str, Any]) -> Past:
    plain = dict(row)
    # Only a bare name is looked up: the table is data, not an authority on what may be opened.
    presence = home.tmp / Path(plain.pop("presence")).name
    if plain["status"] == "running" and not is_present(presence):
        plain["status"] = "interrupted"
    known = {one.name for one in fields(Past)}
    plain = {name: value for name, value in plain.items() if name in known}
    return Past(**{**plain, "outputs": tuple(json.loads(plain["outputs"]))})


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        with suppress(sqlite3.Error):
            database.execute("PRAGMA fullfsync = 1")  # what true durability needs on macOS
        database.execute(SCHEMA)
        _widen(database)
        database.commit()
    except BaseException:
        database.close()
        raise
    return database


def _widen(database: sqlite3.Connection) -> None:
    """Two processes may try at once; the second finds that it is done."""
    if not any(row[1] == "graph" for row in database.execute("PRAGMA table_info(runs)")):
        with suppress(sqlite3.OperationalError):
            database.execute(_WIDER)


def _look(path: Path) -> sqlite3.Connection:
    """Open for reading; a database that was never closed needs its companion files, so not always read-only."""
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        database.close()
        database = sqlite3.connect(path, timeout=10)
    return database


def _trouble(home: Home, error: sqlite3.Error) -> AjarError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        hint = f"Move {home.journal_db} to another place; a new history is begun then."
        return AjarError(f"The history of runs is damaged: {error}.", hint)
    if code == sqlite3.SQLITE_BUSY:
        return AjarError("The history of runs is in use by another program.", "Close that program, or try again.")
    hint = "Check that the disk has room and that the folder may be written to."
    return AjarError(f"The history of runs in {home.journal_db} can't be used: {error}.", hint)
