"""Which files are confidential, by their content: renaming or copying one does not wash that off.

``marks.db`` in the data folder holds a row for each content, and a line for each time a person (or a project's list)
marked or cleared it. A mark is taken away only with a reason, which stays.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, UserError
from workflows.settings import Home

FILE = "marks.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS marks (digest TEXT PRIMARY KEY, name TEXT NOT NULL, why TEXT NOT NULL, at REAL NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deeds (
    at REAL NOT NULL, deed TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL
);
"""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """One content that is confidential."""

    digest: str
    name: str
    """What the file was called when it was marked."""
    why: str
    """Who or what marked it."""
    at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One time that something was marked or cleared."""

    at: float
    deed: str
    digest: str
    name: str
    words: str
    """Why it was marked, or the reason that was given for clearing it."""


class Marks:
    """The marks of one data folder. Several threads and processes may use them at once. Trouble is an AjarError."""

    def __init__(self, home: Home) -> None:
        self._path = home.path / FILE
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None

    def find(self, digests: Iterable[str]) -> Mark | None:
        """A mark on one of these contents."""
        wanted = list(dict.fromkeys(digest for digest in digests if digest))
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            text = f"SELECT digest, name, why, at FROM marks WHERE digest IN ({','.join('?' * len(part))}) LIMIT 1"
            for row in self._read(text, part):
                return Mark(*row)
        return None

    def among(self, digests: Iterable[str]) -> set[str]:
        """Those of these contents that are marked."""
        wanted = list(dict.fromkeys(digest for digest in digests if digest))
        found: set[str] = set()
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            text = f"SELECT digest FROM marks WHERE digest IN ({','.join('?' * len(part))})"
            found.update(row[0] for row in self._read(text, part))
        return found

    @property
    def none(self) -> bool:
        """Whether nothing at all is marked; then no file has to be read to know that."""
        return not self._read("SELECT 1 FROM marks LIMIT 1", ())

    def all(self) -> list[Mark]:
        """Every mark, the newest first."""
        return [Mark(*row) for row in self._read("SELECT digest, name, why, at FROM marks ORDER BY at DESC", ())]

    def deeds(self) -> list[Deed]:
        """Everything that was ever marked or cleared, the newest first."""
        text = "SELECT at, deed, digest, name, words FROM deeds ORDER BY at DESC"
        return [Deed(*row) for row in self._read(text, ())]

    def mark(self, digest: str, name: str, why: str) -> None:
        """From now on this content is confidential, whatever its file is called."""
        if self.find((digest,)) is not None:
            return
        now = time.time()
        self._write(("INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?)", (digest, name, why, now)),
                    ("INSERT INTO deeds VALUES (?, 'marked', ?, ?, ?)", (now, digest, name, why)))

    def clear(self, digest: str, name: str, reason: str) -> None:
        """Take a mark away. UserError without a reason; it stays in the list of deeds."""
        if not reason.strip():
            raise UserError(f"Why may {name} leave this machine? A mark is taken away only with a reason.",
                            'Say it: --reason "...".')
        self._write(("DELETE FROM marks WHERE digest = ?", (digest,)),
                    ("INSERT INTO deeds VALUES (?, 'cleared', ?, ?, ?)", (time.time(), digest, name, reason.strip())))

    def note(self, deed: str, name: str, words: str) -> None:
        """Write down what a person did to the mark of something that is no file: a node of a workflow."""
        self._write(("INSERT INTO deeds VALUES (?, ?, '', ?, ?)", (time.time(), deed, name, words.strip())))

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _read(self, text: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
        with self._lock:
            if self._open is None and not self._path.exists():
                return []  # nothing was ever marked, and nothing is made only to say so
            try:
                return self._database().execute(text, tuple(values)).fetchall()
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def _write(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        with self._lock:
            try:
                database = self._database()
                with database:
                    for text, values in statements:
                        database.execute(text, values)
            except (sqlite3.Error, OSError) as error:
                raise self._trouble(error) from error

    def _database(self) -> sqlite3.Connection:
        if self._open is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._open = sqlite3.connect(self._path, timeout=10, check_same_thread=False)
            self._open.execute("PRAGMA journal_mode = WAL")
            self._open.executescript(SCHEMA)
        return self._open

    def _trouble(self, error: Exception) -> AjarError:
        # Closed, not open: who can't say what is confidential lets nothing go.
        return AjarError(f"The list of confidential files {self._path} can't be used: {error}.",
                         "Put it right, or move it away; then everything has to be marked again.")


def digest_of(path: Path) -> str:
    """The digest by which a file is known, as everywhere in Ajar. AjarError if it can't be read."""
    from workflows.digests import Digests

    return Digests(None).of_file(path)
