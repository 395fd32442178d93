"""Which results are known: ``cache.db`` maps the key of a result to its record. Losing it costs only time.

Rows are written by one thread, many in a commit. Two processes may share the file; one that is damaged is put aside.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

CHUNK = 500
BATCH = 256
DELAY = 0.05
"""Seconds from the first waiting row to its commit, unless a batch fills sooner."""
STALE = 3600.0
"""Seconds after which a use is written down again."""
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
T = TypeVar("T")
SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    key TEXT PRIMARY KEY, outputs TEXT NOT NULL, seconds REAL NOT NULL, pinned INTEGER NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    digest TEXT NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One result: its outputs as JSON, how long it took, and whether it may be evicted."""

    outputs: str
    seconds: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells that a file is still the one that was hashed."""

    size: int
    mtime_ns: int
    inode: int


Statement = tuple[str, tuple[Any, ...]]


class Cache:
    """The table of known results and of file digests. Without a path it lives in memory only."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._access = threading.RLock()
        self._change = threading.Condition()
        self._waiting: dict[str, Row | None] = {}  # None: to be dropped
        self._statements: list[Statement] = []
        self._busy = self._hurry = self._closed = False
        self._problem: str | None = None
        self._database = self._open()
        self._writer = threading.Thread(target=self._write, name="cache", daemon=True)
        self._writer.start()

    def lookup(self, keys: Iterable[str]) -> dict[str, Row]:
        """The rows there are for these keys."""
        wanted = list(dict.fromkeys(keys))
        with self._change:
            recent = {key: self._waiting[key] for key in wanted if key in self._waiting}
        found = {key: row for key, row in recent.items() if row is not None}
        rest = [key for key in wanted if key not in recent]
        stale: list[str] = []
        before = time.time() - STALE
        for start in range(0, len(rest), CHUNK):
            for key, outputs, seconds, pinned, used in self._read(_SELECT, rest[start : start + CHUNK]):
                found[key] = Row(outputs, seconds, bool(pinned))
                if used < before:
                    stale.append(key)
        if stale:
            now = time.time()
            self._post([("UPDATE results SET used = ? WHERE key = ?", (now, key)) for key in stale])
        return found

    def record(self, key: str, row: Row) -> None:
        """Remember a result; it is on the disk some 50 ms later, or after ``flush``."""
        self._enter({key: row})

    def forget(self, keys: Iterable[str]) -> None:
        """Drop rows, for example because their blob is gone."""
        self._enter(dict.fromkeys(keys))

    def pinned(self) -> list[Row]:
        """The rows that must not be evicted."""
        self.flush()
        return [Row(outputs, seconds, True) for outputs, seconds in self._select(
            "SELECT outputs, seconds FROM results WHERE pinned", ())]

    def trim(self, rows: int) -> None:
        """Drop the rows not used for longest until at most ``rows`` unpinned ones remain."""
        self._post([(_TRIM, (rows,))])

    def file_digest(self, path: str, stamp: FileStamp) -> str | None:
        """The digest of a file, if it was hashed in exactly this state."""
        for size, mtime_ns, inode, digest in self._select(
            "SELECT size, mtime_ns, inode, digest FROM files WHERE path = ?", (path,)
        ):
            if FileStamp(size, mtime_ns, inode) == stamp:
                return str(digest)
        return None

    def record_file(self, path: str, stamp: FileStamp, digest: str) -> None:
        """Remember the digest of a file."""
        self._post([(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            (path, stamp.size, stamp.mtime_ns, stamp.inode, digest),
        )])

    def flush(self) -> None:
        """Return once everything recorded before is committed (or could not be)."""
        with self._change:
            self._hurry = True
            self._change.notify_all()
            self._change.wait_for(lambda: not (self._waiting or self._statements or self._busy) or not self._alive())
            self._hurry = False

    def take_problem(self) -> str | None:
        """Why rows could not be written since the last call, as a sentence; None if all is well."""
        with self._change:
            problem, self._problem = self._problem, None
        return problem

    def close(self) -> None:
        """Commit what waits and close the file."""
        self.flush()
        with self._change:
            self._closed = True
            self._change.notify_all()
        self._writer.join(5)
        with self._access:
            self._database.close()

    def _alive(self) -> bool:
        return self._writer.is_alive() and not self._closed

    def _enter(self, rows: Mapping[str, Row | None]) -> None:
        with self._change:
            before = len(self._waiting)
            self._waiting.update(rows)
            # Only the first row and a full batch wake the writer; that is what keeps a row cheap.
            if not before or len(self._waiting) >= BATCH:
                self._change.notify_all()

    def _post(self, statements: Sequence[Statement]) -> None:
        with self._change:
            self._statements += statements
            self._change.notify_all()

    def _write(self) -> None:
        """The writer thread: gather for a moment, commit, again."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._statements or self._closed)
                if self._closed:
                    return
                self._change.wait_for(lambda: len(self._waiting) >= BATCH or self._hurry or self._closed, DELAY)
                rows, statements = dict(self._waiting), self._statements
                self._statements, self._busy = [], True
            try:
                self._guarded(partial(self._commit, rows, statements), None)
            finally:
                with self._change:
                    # Only now: until the commit, look-ups find the rows in ``_waiting``.
                    for key, row in rows.items():
                        if self._waiting.get(key) is row:
                            del self._waiting[key]
                    self._busy = False
                    self._change.notify_all()

    def _commit(self, rows: dict[str, Row | None], statements: Sequence[Statement]) -> None:
        now = time.time()
        with self._transaction() as database:
            database.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)",
                [(key, row.outputs, row.seconds, row.pinned, now) for key, row in rows.items() if row],
            )
            database.executemany("DELETE FROM results WHERE key = ?", [(key,) for key, row in rows.items() if not row])
            for text, values in statements:
                database.execute(text, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise

    def _read(self, text: str, keys: list[str]) -> list[Any]:
        return self._select(text.format(",".join("?" * len(keys))), keys)

    def _select(self, text: str, values: Sequence[Any]) -> list[Any]:
        return self._guarded(lambda: self._database.execute(text, values).fetchall(), [])

    def _guarded(self, action: Callable[[], T], otherwise: T) -> T:
        """Do it; a damaged file is replaced and it is done again, any other trouble costs only these rows."""
        with self._access:
            try:
                return action()
            except sqlite3.Error as error:
                problem = error
            try:
                if _is_damage(problem):
                    self._replace()
                    return action()
            except sqlite3.Error as error:
                problem = error
            with self._change:
                self._problem = f"Results could not be remembered in {self._path}: {problem}."
            return otherwise

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            return _connect(None)
        try:
            return _patiently(self._path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                # It can't be opened or written: work on, remembering nothing over restarts.
                self._problem = f"Results can't be remembered in {self._path}: {error}."
                return _connect(None)
        _put_aside(self._path)
        try:
            return _connect(self._path)
        except sqlite3.DatabaseError as error:
            self._problem = f"Results can't be remembered in {self._path}: {error}."
            return _connect(None)

    def _replace(self) -> None:
        self._database.close()
        if self._path is not None:
            _put_aside(self._path)
        self._database = self._open()


PATIENCE = 5.0
"""Seconds that another process may take to make the database."""
_SELECT = "SELECT key, outputs, seconds, pinned, used FROM results WHERE key IN ({})"
_TRIM = """
DELETE FROM results WHERE key IN (SELECT key FROM results WHERE NOT pinned ORDER BY used DESC LIMIT -1 OFFSET ?)
"""


def _patiently(path: Path) -> sqlite3.Connection:
    """Connect; where another process is just making the same database, when it has done so.

    SQLite does not wait for that by itself: the change to WAL needs the file alone, and is refused at once.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _connect(path)
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _connect(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or ":memory:", timeout=5, check_same_thread=False, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE


def _put_aside(path: Path) -> None:
    """Rename a damaged database, with what SQLite keeps beside it. Another process may have been faster."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).replace(path.with_name(f"{path.name}.damaged-{stamp}{ending}"))
