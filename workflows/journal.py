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
from workflows.entries import OPEN, Entry, from_json, to_json
from workflows.ownership import Ownership
from workflows.settings import Home

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, cell TEXT NOT NULL, state TEXT NOT NULL, made REAL NOT NULL,
    body TEXT NOT NULL, emulated INTEGER NOT NULL, project TEXT NOT NULL, spent REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_by_key ON orders (key);
CREATE INDEX IF NOT EXISTS orders_by_cell ON orders (cell);
CREATE INDEX IF NOT EXISTS orders_by_state ON orders (state);
CREATE INDEX IF NOT EXISTS orders_by_day ON orders (made, emulated, spent);
CREATE INDEX IF NOT EXISTS orders_by_project ON orders (emulated, project, spent);
"""
NEWER = (("emulated", "INTEGER NOT NULL DEFAULT 0"), ("project", "TEXT NOT NULL DEFAULT ''"),
         ("spent", "REAL NOT NULL DEFAULT 0"))
"""Columns that early journals lack; they only repeat what is in ``body``, for sums."""
_PUT = """
INSERT INTO orders (id, key, cell, state, made, body, emulated, project, spent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, made = excluded.made, body = excluded.body,
    emulated = excluded.emulated, project = excluded.project, spent = excluded.spent, cell = excluded.cell
"""
Row = tuple[str, str, str, str, float, str, bool, str, float]
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
            self._reader = sqlite3.connect(home.journal_db, timeout=10, check_same_thread=False)
            lines = home.path / "orders.jsonl"
            self._lines = lines.open("ab")
            for file in (home.journal_db, lines):
                _only_mine(file)
            self._ballast()
        except (OSError, sqlite3.Error) as error:
            self._owner.close()
            raise _trouble(home, error) from None
        except BaseException:
            self._owner.close()
            raise
        self._changes: SimpleQueue[Change | None] = SimpleQueue()
        self._closed = False
        self._reading = threading.Lock()
        """Reading has a connection of its own: it never waits for a disk that is being written."""
        self._thread = threading.Thread(target=self._work, name="ajar-journal", daemon=True)
        self._thread.start()

    def put(self, entry: Entry) -> "Future[None]":
        """Write an order as it is now. Done once it is safe on the disk; Unsaved where it can't be."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()  # it can't be called back: whoever stops waiting does not stop the writing
        if self._closed:
            done.set_exception(Unsaved("The journal of paid work is closed.", "Nothing is sent any more."))
        else:
            self._changes.put((entry, done))
        return done

    def best(self, key: str) -> Entry | None:
        """Of the orders of this key the one that counts: one with a result, else one under way, else the youngest."""
        found = list(self._read("WHERE key = ? ORDER BY made, rowid", key))
        return max(found, key=lambda entry: (_RANK.get(entry.state, 0), found.index(entry)), default=None)

    def of_cell(self, cell: str) -> list[Entry]:
        """The orders that a result took, oldest first."""
        return list(self._read("WHERE cell = ? ORDER BY made, rowid", cell))

    def find(self, id: str) -> Entry | None:
        return next(self._read("WHERE id = ?", id), None)

    def of_job(self, provider: str, job: str) -> list[Entry]:
        """The orders of a provider to which this job belongs."""
        found = self._read("WHERE json_extract(body, '$.job.id') = ?", job)
        return [entry for entry in found if entry.provider == provider]

    def spent(self, since: float) -> tuple[list[tuple[bool, float, float]], list[tuple[bool, str, float]]]:
        """(emulated, when, dollars) of the orders since then, and (emulated, project, dollars) in all."""
        with self._reading:
            days = self._reader.execute("SELECT emulated, made, spent FROM orders WHERE made >= ?", (since,)).fetchall()
            projects = self._reader.execute(
                "SELECT emulated, project, sum(spent) FROM orders GROUP BY emulated, project").fetchall()
        return ([(bool(emulated), made, spent) for emulated, made, spent in days],
                [(bool(emulated), project, spent) for emulated, project, spent in projects])

    def make_room(self) -> None:
        """Give the reserve back to the disk: something that was paid for has to be stored now."""
        with suppress(OSError):
            self._ballast_path.unlink(missing_ok=True)

    def all(self, *states: str) -> list[Entry]:
        """All orders, or those in these states, oldest first."""
        marks = ",".join("?" * len(states))
        return list(self._read(f"WHERE state IN ({marks}) ORDER BY made" if states else "ORDER BY made", *states))

    def close(self) -> None:
        """Write what waits and let go of the journal."""
        self._closed = True
        self._changes.put(None)
        self._thread.join(10)
        self._reader.close()
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
        with self._reading:
            rows = self._reader.execute(f"SELECT body FROM orders {where}", values).fetchall()
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


def look(home: Home, states: Sequence[str] = (), cell: str = "") -> list[Entry]:
    """All orders, those in these states, or those for one result; oldest first, without taking possession.

    None where there is no journal yet.
    """
    if not home.journal_db.exists():
        return []
    try:
        database = sqlite3.connect(home.journal_db, timeout=10)
        try:
            where = f"WHERE state IN ({','.join('?' * len(states))})" if states else "WHERE cell = ?" if cell else ""
            given = tuple(states) or ((cell,) if cell else ())
            rows = database.execute(f"SELECT body FROM orders {where} ORDER BY made", given).fetchall()
        finally:
            database.close()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise _trouble(home, error) from None
    except sqlite3.DatabaseError as error:
        if _is_damaged(error):
            found = sorted(read_lines(home.path / "orders.jsonl").values(), key=lambda entry: entry.made)
            return [entry for entry in found if (not states or entry.state in states) and cell in ("", entry.cell)]
        raise _trouble(home, error) from None
    return [from_json(body) for (body,) in rows]


_RANK = {state: 2 if state in ("fetched", "committed") else 1 for state in BOUGHT}


def _row(entry: Entry) -> Row:
    return (entry.id, entry.key, entry.cell, entry.state, entry.made, to_json(entry), entry.emulated, entry.project,
            entry.counts)


def _renew(database: sqlite3.Connection) -> None:
    """Give an early journal the columns it lacks."""
    columns = {row[1] for row in database.execute("PRAGMA table_info(orders)")}
    if not columns or "spent" in columns:
        return
    with database:
        for name, kind in NEWER:
            database.execute(f"ALTER TABLE orders ADD COLUMN {name} {kind}")
        bodies = database.execute("SELECT body FROM orders").fetchall()
        database.executemany(_PUT, [_row(from_json(body)) for (body,) in bodies])


def _only_mine(file: Path) -> None:
    """Prompts and signed addresses are in it: nobody else on this machine has to read them."""
    with suppress(OSError):
        file.chmod(0o600)


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
        _renew(database)
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
    return look(home, cell=cell) if cell else []


def paid_files(home: Home) -> set[str]:
    """The digests of all files that were paid for, and of those that are needed to go on with an order."""
    try:
        entries = look(home)
        going = {medium[2] for entry in entries if entry.state in OPEN for medium in entry.order.get("media", ())}
        return going | {file.digest for entry in entries for file in entry.files}
    except AjarError:
        return set()
