"""What a person thought of results, by project: the ratings given on compare sheets, in ``ratings.db``.

A rating belongs to a result by its key, so that it is found again wherever that result is shown, and it remembers
what the result cost, so that the table "quality per dollar" needs nothing else.
"""

import secrets
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Self

from ajar.errors import AjarError
from workflows.settings import Home

MOST = 5
SCHEMA = """
CREATE TABLE IF NOT EXISTS ratings (
    project TEXT NOT NULL, key TEXT NOT NULL, stars INTEGER NOT NULL, title TEXT NOT NULL, model TEXT NOT NULL,
    type TEXT NOT NULL, open INTEGER, finished INTEGER NOT NULL, cost REAL, seconds REAL, licence TEXT NOT NULL,
    label TEXT NOT NULL, blind INTEGER NOT NULL, played INTEGER NOT NULL, made REAL NOT NULL,
    PRIMARY KEY (project, key)
);
CREATE TABLE IF NOT EXISTS blind (
    project TEXT NOT NULL, sheet TEXT NOT NULL, seed INTEGER NOT NULL, open INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, sheet)
);
"""


@dataclass(frozen=True, slots=True)
class Rating:
    """One result and its stars."""

    project: str
    """The folder of the project."""
    key: str
    """Of the result that was looked at."""
    stars: int
    title: str
    """What made it is called: ``Kling 3.0``."""
    model: str = ""
    type: str = ""
    open: bool | None = None
    finished: bool = False
    """The finish chain stood behind it."""
    cost: float | None = 0.0
    """In dollars; None where that is not known."""
    seconds: float | None = None
    licence: str = ""
    label: str = ""
    """What it was asked for: the prompt, or the values of a grid."""
    blind: bool = False
    """Given while names and prices were hidden."""
    played: bool = False
    """Made by a stand-in, with play money."""
    made: float = 0.0

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"{self.title}{' finished' if self.finished else ''}{' (stand-in)' if self.played else ''}"


COLUMNS = tuple(column.name for column in fields(Rating))


class Ratings:
    """The ratings of all projects. Several threads and processes may use it at once."""

    def __init__(self, home: Home) -> None:
        self._path = home.path / "ratings.db"
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(self._path, timeout=10, check_same_thread=False)
            self._database.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def rate(self, rating: Rating) -> None:
        """Keep a rating in place of the one there was; no stars take it away."""
        if rating.stars <= 0:
            self._write("DELETE FROM ratings WHERE project = ? AND key = ?", (rating.project, rating.key))
            return
        if rating.stars > MOST:
            raise AjarError(f"A rating is from 1 to {MOST} stars, not {rating.stars}.", "Give fewer.")
        row = dict(zip(COLUMNS, astuple(rating), strict=True)) | {"made": rating.made or time.time()}
        marks = ", ".join("?" * len(COLUMNS))
        self._write(f"INSERT OR REPLACE INTO ratings ({', '.join(COLUMNS)}) VALUES ({marks})", tuple(row.values()))

    def of(self, project: str) -> list[Rating]:
        """All ratings of a project, oldest first."""
        return [_rating(row) for row in self._read(
            f"SELECT {', '.join(COLUMNS)} FROM ratings WHERE project = ? ORDER BY made", (project,))]

    def stars(self, project: str, keys: Collection[str]) -> Mapping[str, int]:
        """The stars of those of these results that were rated."""
        wanted = set(keys)
        return {rating.key: rating.stars for rating in self.of(project) if rating.key in wanted}

    def projects(self) -> list[str]:
        """The projects that have ratings."""
        return [str(row[0]) for row in self._read("SELECT DISTINCT project FROM ratings ORDER BY 1", ())]

    def blind(self, project: str, sheet: str) -> int | None:
        """The seed that the cells of a sheet are shuffled by while it is blind; None where it is not."""
        rows = self._read("SELECT seed FROM blind WHERE project = ? AND sheet = ? AND open = 0", (project, sheet))
        return int(rows[0][0]) if rows else None

    def hide(self, project: str, sheet: str, seed: int | None = None) -> int:
        """Hide names and prices of a sheet from now on, in an order of chance that stays. Gives its seed."""
        seed = secrets.randbits(31) if seed is None else seed
        self._write("INSERT OR REPLACE INTO blind (project, sheet, seed, open) VALUES (?, ?, ?, 0)",
                    (project, sheet, seed))
        return seed

    def reveal(self, project: str, sheet: str) -> None:
        """Show the names of a sheet again."""
        self._write("UPDATE blind SET open = 1 WHERE project = ? AND sheet = ?", (project, sheet))

    def _read(self, text: str, values: Iterable[Any]) -> list[Any]:
        try:
            with self._lock:
                return self._database.execute(text, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def _write(self, text: str, values: Iterable[Any]) -> None:
        try:
            with self._lock, self._database:
                self._database.execute(text, tuple(values))
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> AjarError:
        return AjarError(f"The ratings can't be read or written ({error}).",
                         f"See whether {self._path} can be written.")


def _rating(row: tuple[Any, ...]) -> Rating:
    plain = dict(zip(COLUMNS, row, strict=True))
    opened = plain["open"]
    return Rating(**{**plain, "open": None if opened is None else bool(opened), "finished": bool(plain["finished"]),
                     "blind": bool(plain["blind"]), "played": bool(plain["played"])})


def project_key(root: Path) -> str:
    """What a project is called in the table."""
    return str(root.resolve())
