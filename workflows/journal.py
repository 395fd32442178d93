"""The journal of paid orders: every change is on the disk before the next step is taken.

``journal.db`` has a row for each order; ``orders.jsonl`` beside it has every change as a line, so that the rows can be
made again from it. One process at a time may write; it holds a lock that dies with it. Changes that come together are
made safe together, by one thread.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from ajar.errors import AjarError
from workflows.entries import Entry, from_json, to_json
from workflows.looking import entries_of, look, paid_cells, paid_files, read_lines
from workflows.orders_db import PUT, RANK, Unsaved, connect, is_damaged, row_of, trouble
from workflows.ownership import Ownership
from workflows.settings import Home

__all__ = ["BALLAST", "Change", "Journal", "Unsaved", "entries_of", "look", "paid_cells", "paid_files", "read_lines"]
BALLAST = 4 << 20
"""Bytes kept in reserve: given back when the disk is full at the moment a job's id has to be saved."""
Change = tuple[Entry, "Future[None]"]


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
            raise trouble(home, error) from None
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
        return max(found, key=lambda entry: (RANK.get(entry.state, 0), found.index(entry)), default=None)

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
                done.set_exception(trouble(self._home, error))
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
                self._database.executemany(PUT, [row_of(entry) for entry, _ in changes])
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
            return connect(path)
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
        aside = path.with_name(f"journal-damaged-{time.strftime('%Y%m%d-%H%M%S')}.db")
        path.rename(aside)
        for suffix in ("-wal", "-shm"):
            with suppress(OSError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        database = connect(path)
        entries = read_lines(self._home.path / "orders.jsonl")
        with database:
            database.executemany(PUT, [row_of(entry) for entry in entries.values()])
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


def _only_mine(file: Path) -> None:
    """Prompts and signed addresses are in it: nobody else on this machine has to read them."""
    with suppress(OSError):
        file.chmod(0o600)
