"""The table of paid orders: its form, how it is opened, and what is wrong where it can't be."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from ajar.errors import AjarError
from workflows.entries import Entry, from_json, to_json
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
PUT = """
INSERT INTO orders (id, key, cell, state, made, body, emulated, project, spent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, made = excluded.made, body = excluded.body,
    emulated = excluded.emulated, project = excluded.project, spent = excluded.spent, cell = excluded.cell
"""
Row = tuple[str, str, str, str, float, str, bool, str, float]
BOUGHT = ("sending", "submitted", "ready", "fetched", "committed", "unknown")
"""States in which the same order would not be sent again."""


class Unsaved(AjarError):
    """A change could not be written down."""


RANK = {state: 2 if state in ("fetched", "committed") else 1 for state in BOUGHT}


def row_of(entry: Entry) -> Row:
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
        database.executemany(PUT, [row_of(from_json(body)) for (body,) in bodies])


def connect(path: Path) -> sqlite3.Connection:
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


def is_damaged(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, _Damaged) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def trouble(home: Home, error: Exception) -> Unsaved:
    return Unsaved(f"The journal of paid work in {home.path} can't be written: {error}.",
                   "Nothing is sent before it can. Check that the disk has room and that the folder may be written to.")
