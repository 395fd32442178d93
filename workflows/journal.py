"""The journal of paid orders: every change is on the disk before the next step is taken.

``journal.db`` has a row for each order; ``orders.jsonl`` beside it has every change as a line, so that the rows can be
made again from it. One process at a time may write; it holds a lock that dies with it. Changes that come together are
made safe together, by one thread.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from ajar.errors import AjarError
from workflows.entries import Entry, from_json, to_json
from workflows.ownership import Ownership
from workflows.settings import Home

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, cell TEXT NOT NULL, state TEXT NOT NULL, made REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_by_key ON orders (key);
CREATE INDEX IF NOT EXISTS orders_by_cell ON orders (cell);
CREATE INDEX IF NOT EXISTS orders_by_state ON orders (state);
"""
_PUT = """
INSERT INTO orders (id, key, cell, state, made, body) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body
"""
BOUGHT = ("sending", "submitted", "ready", "fetched", "committed", "unknown")
"""States in which the same order would not be sent again."""
BALLAST = 4 << 20
"""Bytes kept in reserve: given back when the disk is full at the moment a job's id has to be saved."""
Change = tuple[Entry, "Future[None]"]


class Unsaved(AjarError):
    """A change could not be written down."""


class Journal:
    """The orders of a data folder. Any thread may use it; only its owner may ``put``."""

    def __init__(self, home: Home) -> None:
        """Take possession. AjarError where another process has it, or where it can't be written."""
        self._home = home
        self._owner = Ownership(home.path / "journal.lock")
        self.problems: list[AjarError] = []
        """What had to be mended."""
        try:
            self._database = self._open()
            self._lines = (home.path / "orders.jsonl").open("ab")
            self._ballast()
        except (OSError, sqlite3.Error) as error:
            self._owner.close()
            raise _trouble(home, error) from None
        except BaseException:
            self._owner.close()
            raise
        self._changes: SimpleQueue[Change | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="ajar-journal", daemon=True)
        self._thread.start()

    def put(self, entry: Entry) -> "Future[None]":
        """Write an order as it is now. Done once it is safe on the disk; Unsaved where it can't be."""
        done: Future[None] = Future()
        self._changes.put((entry, done))
        return done

    def latest(self, key: str) -> Entry | None:
        """The youngest order of this key."""
        return next(self._read("WHERE key = ? ORDER BY made DESC, rowid DESC LIMIT 1", key), None)

    def of_cell(self, cell: str) -> list[Entry]:
        """The orders that a result took, oldest first."""
        return list(self._read("WHERE cell = ? ORDER BY made, rowid", cell))

    def find(self, id: str) -> Entry | None:
        return next(self._read("WHERE id = ?", id), None)

    def all(self, *states: str) -> list[Entry]:
        """All orders, or those in these states, oldest first."""
        marks = ",".join("?" * len(states))
        return list(self._read(f"WHERE state IN ({marks}) ORDER BY made" if states else "ORDER BY made", *states))

    def close(self) -> None:
        """Write what waits and let go of the journal."""
        self._changes.put(None)
        self._thread.join(10)
        self._database.close()
        self._lines.close()
        self._owner.close()

    # --- its own thread ---------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (change := self._changes.get()) is not None:
            changes = [change]
            ending = False
            while not self._changes.empty():
                more = self._changes.get()
                if more is None:
                    ending = True
                    break
                changes.append(more)
            self._save(changes)
            if ending:
                return

    def _save(self, changes: list[Change]) -> None:
        try:
            try:
                self._write(changes)
            except (OSError, sqlite3.Error):
                if all(entry.state in ("intent", "sending") for entry, _ in changes):
                    raise  # nothing was sent yet: better not to
                self._ballast_path.unlink(missing_ok=True)
                self._write(changes)
        except (OSError, sqlite3.Error) as error:
            for _, done in changes:
                done.set_exception(_trouble(self._home, error))
            return
        except BaseException as error:
            for _, done in changes:
                done.set_exception(error)
            return
        for _, done in changes:
            done.set_result(None)

    def _write(self, changes: list[Change]) -> None:
        with self._lock:
            try:
                with self._database:
                    self._database.executemany(_PUT, [_row(entry) for entry, _ in changes])
            except sqlite3.Error:
                with suppress(sqlite3.Error):
                    self._database.rollback()
                raise
        self._lines.write("".join(to_json(entry) + "\n" for entry, _ in changes).encode())
        self._lines.flush()
        os.fsync(self._lines.fileno())

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read(self, where: str, *values: str) -> Iterator[Entry]:
        with self._lock:
            rows = self._database.execute(f"SELECT body FROM orders {where}", values).fetchall()
        for (body,) in rows:
            yield from_json(body)

    # --- opening ------------------------------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        path = self._home.journal_db
        try:
            return _connect(path)
        except sqlite3.DatabaseError as error:
            if not _is_damaged(error):
                raise
        aside = path.with_name(f"journal-damaged-{time.strftime('%Y%m%d-%H%M%S')}.db")
        path.rename(aside)
        for suffix in ("-wal", "-shm"):
            with suppress(OSError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        database = _connect(path)
        entries = read_lines(self._home.path / "orders.jsonl")
        with database:
            database.executemany(_PUT, [_row(entry) for entry in entries.values()])
        self.problems.append(AjarError(
            f"The journal was damaged; its {len(entries)} paid orders were made again from their own record.",
            f"The damaged file is kept as {aside.name}. The history of runs begins anew."))
        return database

    @property
    def _ballast_path(self) -> Path:
        return self._home.path / "ballast"

    def _ballast(self) -> None:
        if not self._ballast_path.exists() or self._ballast_path.stat().st_size != BALLAST:
            self._ballast_path.write_bytes(os.urandom(BALLAST))  # a file system may not keep zeros


def read_lines(path: Path) -> dict[str, Entry]:
    """The orders as their record has them, by id. A line that was cut off is left out."""
    found: dict[str, Entry] = {}
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            with suppress(ValueError, TypeError):
                entry = from_json(line.decode("utf-8"))
                found[entry.id] = entry
    return found


def look(home: Home) -> list[Entry]:
    """All orders, oldest first, without taking possession; none where there is no journal yet."""
    if not home.journal_db.exists():
        return []
    try:
        database = sqlite3.connect(home.journal_db, timeout=10)
        try:
            rows = database.execute("SELECT body FROM orders ORDER BY made").fetchall()
        finally:
            database.close()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise _trouble(home, error) from None
    except sqlite3.DatabaseError as error:
        if _is_damaged(error):
            return sorted(read_lines(home.path / "orders.jsonl").values(), key=lambda entry: entry.made)
        raise _trouble(home, error) from None
    return [from_json(body) for (body,) in rows]


def _row(entry: Entry) -> tuple[str, str, str, str, float, str]:
    return entry.id, entry.key, entry.cell, entry.state, entry.made, to_json(entry)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        with suppress(sqlite3.Error):
            database.execute("PRAGMA fullfsync = 1")  # what true durability needs on macOS
        verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise _Damaged(verdict)
        database.executescript(SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


class _Damaged(sqlite3.DatabaseError):
    """The check of a database found something wrong."""


def _is_damaged(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, _Damaged) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _trouble(home: Home, error: Exception) -> Unsaved:
    return Unsaved(f"The journal of paid work in {home.path} can't be written: {error}.",
                   "Nothing is sent before it can. Check that the disk has room and that the folder may be written to.")


def paid_cells(home: Home, cells: Sequence[str]) -> set[str]:
    """Those of these keys of results that are paid for already: on their way, or in the store."""
    if not home.journal_db.exists():
        return set()
    found: set[str] = set()
    try:
        database = sqlite3.connect(home.journal_db, timeout=2)
        try:
            for start in range(0, len(cells), 500):
                part = list(cells[start : start + 500])
                marks, states = ",".join("?" * len(part)), ",".join("?" * len(BOUGHT))
                rows = database.execute(
                    f"SELECT cell FROM orders WHERE cell IN ({marks}) AND state IN ({states})", (*part, *BOUGHT))
                found.update(cell for (cell,) in rows)
        finally:
            database.close()
    except sqlite3.DatabaseError:
        return set()
    return found


def entries_of(home: Home, cell: str) -> list[Entry]:
    """What was ordered for a result, oldest first, without taking possession."""
    return [entry for entry in look(home) if entry.cell == cell]


def paid_files(home: Home) -> set[str]:
    """The digests of all files that were paid for."""
    try:
        return {file.digest for entry in look(home) for file in entry.files}
    except AjarError:
        return set()
