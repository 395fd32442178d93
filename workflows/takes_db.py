"""The table of takes: its schema, what a search asks of it, and a fresh one beside a damaged one.

A table of an earlier version gets the columns it lacks when it is opened; nothing in it is copied or dropped, and
earlier versions can still read and write it.
"""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import AjarError

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
SCHEMA = """
CREATE TABLE IF NOT EXISTS takes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, made REAL NOT NULL, document TEXT NOT NULL, workflow TEXT NOT NULL,
    node TEXT NOT NULL, title TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, file TEXT NOT NULL UNIQUE,
    width INTEGER NOT NULL, height INTEGER NOT NULL, seconds REAL, seed INTEGER, model TEXT NOT NULL,
    settings TEXT NOT NULL, prompt TEXT NOT NULL, stage TEXT NOT NULL, cost REAL, licence TEXT NOT NULL,
    rating INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]',
    thrown REAL, words TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS takes_by_node ON takes (document, node, number);
CREATE INDEX IF NOT EXISTS takes_by_time ON takes (made, id);
CREATE INDEX IF NOT EXISTS takes_by_key ON takes (json_extract(settings, '$._key'));
"""
SINCE: Mapping[str, str] = {
    "revision": "TEXT NOT NULL DEFAULT ''", "parents": "TEXT NOT NULL DEFAULT '[]'",
    "digest": "TEXT NOT NULL DEFAULT ''", "locked": "INTEGER NOT NULL DEFAULT 0",
}
"""Columns that came later than the table. Each has a default, so that earlier versions can go on writing rows."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for among the takes. What is left empty does not matter."""

    words: str = ""
    """All of these have to stand somewhere: in the prompt, the model, the names, the note, the tags."""
    model: str = ""
    node: str = ""
    """The title of a node, or its id."""
    kind: str = ""
    document: str = ""
    rating: int = 0
    """At least so many stars."""
    tags: tuple[str, ...] = ()
    """All of these."""
    since: float | None = None
    until: float | None = None
    """Seconds since 1970; ``until`` is the first moment that is too late."""
    thrown: bool = False
    """Those that were thrown away, instead of those that were not."""


def where(query: Query) -> tuple[str, list[Any]]:
    """The condition of a search, and the values in it."""
    parts = ["thrown IS NOT NULL" if query.thrown else "thrown IS NULL"]
    values: list[Any] = []
    for column in ("model", "kind", "document"):
        if wanted := getattr(query, column):
            parts.append(f"{column} = ?")
            values.append(wanted)
    if query.node:
        parts.append("? IN (title, node)")
        values.append(query.node)
    for sign, moment in ((">=", query.since), ("<", query.until)):
        if moment is not None:
            parts.append(f"made {sign} ?")
            values.append(moment)
    if query.rating:
        parts.append("rating >= ?")
        values.append(query.rating)
    for tag in query.tags:
        parts.append("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ? COLLATE NOCASE)")
        values.append(tag)
    for word in query.words.casefold().split():
        parts.append("instr(words, ?)")
        values.append(word)
    return " AND ".join(parts), values


def open_takes(path: Path) -> tuple[sqlite3.Connection, str]:
    """The database, and a sentence where the one that was there is damaged: it stays beside the new one."""
    try:
        return _open(path), ""
    except sqlite3.DatabaseError as error:
        if _code(error) not in DAMAGED:
            raise trouble(path, error) from error
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        path.replace(aside)
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).replace(f"{aside}{ending}")
        return _open(path), f"The list of takes was damaged and is begun anew. The old one is {aside.name}."
    except (OSError, sqlite3.Error) as error:
        hint = f"Move {path} to another place."
        raise AjarError(f"The list of takes is damaged and can't be replaced: {error}.", hint) from error


def trouble(path: Path, error: sqlite3.Error) -> AjarError:
    """What went wrong with the database, as a sentence."""
    code = _code(error)
    if code in DAMAGED:
        return AjarError("The list of takes is damaged.", "Start Ajar again: it begins a new one and keeps the old.")
    if code == sqlite3.SQLITE_FULL:
        return AjarError("The take could not be noted: the disk is full.", "Free some space, then try again.")
    if code == sqlite3.SQLITE_BUSY:
        return AjarError("The list of takes is in use by another program.", "Close that program, or try again.")
    hint = "Check that the disk has room and that the folder may be written to."
    return AjarError(f"The list of takes in {path} can't be used: {error}.", hint)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        with suppress(sqlite3.Error):
            database.execute("PRAGMA fullfsync = 1")  # what true durability needs on macOS
        if (said := database.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _damage(said)
        database.executescript(SCHEMA)
        _widen(database)
        database.row_factory = sqlite3.Row
    except BaseException:
        database.close()
        raise
    return database


def _widen(database: sqlite3.Connection) -> None:
    """Add the columns that the table lacks, all or none; two processes may try at once."""
    def lacking() -> list[str]:
        there = {row[1] for row in database.execute("PRAGMA table_info(takes)")}
        return [name for name in SINCE if name not in there]

    if not lacking():
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        for name in lacking():
            database.execute(f"ALTER TABLE takes ADD COLUMN {name} {SINCE[name]}")
    except BaseException:
        database.rollback()
        raise
    database.commit()


def _damage(said: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(said)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def insert(row: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """A new row: its number comes after the highest of its node, the thrown-away ones counted."""
    names = list(row)
    marks = ", ".join("?" for _ in names)
    text = (
        f"INSERT INTO takes ({', '.join(names)}, number) SELECT {marks}, COALESCE(MAX(number), 0) + 1 "
        "FROM takes WHERE document = ? AND node = ?"
    )
    return text, [*row.values(), row["document"], row["node"]]
