"""Everything that was ever made here: media below ``takes/2026-11``, and what is known of each in ``takes.db``.

A file is whole and safe on the disk before its row is written, and throwing away only moves it. So a row has its
file whatever happens, and a file without a row can be listed again.
"""

import json
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from ajar.errors import AjarError
from workflows import takes_db
from workflows.disk import copy_new, sync_folder, trouble, write_new
from workflows.marks import Marks
from workflows.outputs import plain_name
from workflows.settings import Home
from workflows.sidecars import beside
from workflows.take import FACTS, Facets, Facts, Take, words_of
from workflows.takes_db import Query

__all__ = ["Facets", "Facts", "Query", "Take", "Takes"]

TRASH = "trash"
FACETS = {
    "models": "SELECT DISTINCT model FROM takes WHERE model != '' ORDER BY 1 COLLATE NOCASE",
    "nodes": "SELECT DISTINCT COALESCE(NULLIF(title, ''), node) FROM takes ORDER BY 1 COLLATE NOCASE",
    "kinds": "SELECT DISTINCT kind FROM takes ORDER BY 1",
    "tags": "SELECT DISTINCT value FROM takes, json_each(tags) ORDER BY 1 COLLATE NOCASE",
}


class Takes:
    """The store of takes. Several threads and processes may use it at once. Every trouble is an AjarError."""

    def __init__(self, home: Home) -> None:
        self.folder = home.takes
        self._path = home.path / "takes.db"
        self._marks = Marks(home)
        self._lock = threading.RLock()
        self._told: list[Callable[[], None]] = []
        self._database, self.trouble = takes_db.open_takes(self._path)
        """``trouble``: a sentence where the list that was there is damaged and a new one was begun."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._database.close()
        self._marks.close()

    def listen(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call this after every change, from whichever thread made it. Gives a function that ends it."""
        self._told.append(told)
        return lambda: self._told.remove(told) if told in self._told else None

    def stir(self) -> None:
        """Something that is known of takes elsewhere has changed: whoever listens reads them again."""
        for told in tuple(self._told):
            told()

    def add(self, content: bytes | Path, suffix: str, facts: Facts) -> Take:
        """Keep a take: the bytes of its file, or a file to copy. It is safe on the disk when this returns."""
        made = time.time()
        path = self._file(facts, made, suffix)
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self.folder)
            fresh = write_new(path, content) if isinstance(content, bytes) else copy_new(path, content)
        except OSError as error:
            raise trouble(error, "keep the take") from error
        if not fresh:
            raise AjarError(f"Could not keep the take: {path.name} is there already.", "Run again.")
        return self.note_file(path, made, facts)

    def note_file(self, path: Path, made: float, facts: Facts) -> Take:
        """Write the row of a file that lies in the folder of takes."""
        row = {name: getattr(facts, name) for name in FACTS}
        row["settings"] = json.dumps(dict(facts.settings), ensure_ascii=False, default=str)
        row["parents"] = json.dumps(list(facts.parents))
        row["digest"] = _digest(path)
        if facts.seed is not None and not -(2**63) <= facts.seed < 2**63:
            row["seed"] = None  # more than a column holds; it stands in the settings
        row |= {"made": made, "file": path.relative_to(self.folder).as_posix(), "words": words_of(facts)}
        try:
            number = self._write(*takes_db.insert(row))
        except AjarError as error:
            # The file stays: it may have cost money. It is listed as soon as there is room again.
            raise AjarError(error.message, f"{error.hint} The file itself is safe: {path}.") from error
        return self.get(number)

    def get(self, id_: int) -> Take:
        """One take, also when it was thrown away. AjarError where there is none."""
        if (take := self.known(id_)) is None:
            raise AjarError("That take is not there any more.", "Choose another take.")
        return take

    def known(self, id_: int) -> Take | None:
        """One take, also when it was thrown away; None where there is none."""
        rows = self._read("SELECT * FROM takes WHERE id = ?", (id_,))
        return self._takes(rows)[0] if rows else None

    def of(self, document: str, node: str) -> list[Take]:
        """The takes of a node, by number, without those that were thrown away."""
        text = "SELECT * FROM takes WHERE document = ? AND node = ? AND thrown IS NULL ORDER BY number, id"
        return self._takes(self._read(text, (document, node)))

    def has(self, document: str, node: str, key: str) -> bool:
        """Whether a node of a document has a take of this result, thrown away or not."""
        text = "SELECT 1 FROM takes WHERE document = ? AND node = ? AND json_extract(settings, '$._key') = ? LIMIT 1"
        return bool(self._read(text, (document, node, key)))

    def by_key(self, keys: Collection[str]) -> list[Take]:
        """The takes of these results (``Taken`` notes the key), oldest first, also of other documents."""
        wanted = list(dict.fromkeys(key for key in keys if key))[:500]
        marks = ", ".join("?" for _ in wanted)
        text = f"SELECT * FROM takes WHERE json_extract(settings, '$._key') IN ({marks}) ORDER BY id"
        return self._takes(self._read(text, wanted)) if wanted else []

    def find(self, digest: str) -> Take | None:
        """The latest take whose file has this content; None where there is none."""
        text = "SELECT * FROM takes WHERE digest = ? ORDER BY id DESC LIMIT 1"
        rows = self._read(text, (digest,)) if digest else []
        return self._takes(rows)[0] if rows else None

    def children(self, id_: int) -> list[Take]:
        """The takes that were made from this one, oldest first, without those that were thrown away."""
        text = ("SELECT * FROM takes WHERE thrown IS NULL AND EXISTS "
                "(SELECT 1 FROM json_each(parents) WHERE value = ?) ORDER BY id")
        return self._takes(self._read(text, (id_,)))

    def lineage(self, id_: int) -> list[Take]:
        """A take and all it came from, itself first, the nearest first; what was deleted since is left out."""
        found: dict[int, Take] = {}
        todo = [id_]
        while todo:
            wanted, todo = [one for one in dict.fromkeys(todo) if one not in found], []
            for one in wanted:
                if (take := self.known(one)) is not None:
                    found[one] = take
                    todo.extend(take.parents)
        return list(found.values())

    def search(self, query: Query | None = None, *, limit: int = 200, offset: int = 0) -> list[Take]:
        """What fits, newest first."""
        condition, values = takes_db.where(query or Query())
        text = f"SELECT * FROM takes WHERE {condition} ORDER BY made DESC, id DESC LIMIT ? OFFSET ?"
        return self._takes(self._read(text, (*values, limit, offset)))

    def count(self, query: Query | None = None) -> int:
        """How many takes fit."""
        condition, values = takes_db.where(query or Query())
        return int(self._read(f"SELECT count(*) FROM takes WHERE {condition}", values)[0][0])

    def facets(self) -> Facets:
        """All models, nodes, kinds and tags there are."""
        return Facets(**{name: tuple(row[0] for row in self._read(text)) for name, text in FACETS.items()})

    def files(self) -> set[str]:
        """The files that have a row, relative to the folder of takes."""
        return {str(row[0]) for row in self._read("SELECT file FROM takes")}

    def rate(self, id_: int, stars: int) -> Take:
        """Give 1 to 5 stars, or none with 0."""
        self.get(id_)
        self._write("UPDATE takes SET rating = ? WHERE id = ?", (min(max(stars, 0), 5), id_))
        return self.get(id_)

    def note(self, id_: int, text: str) -> Take:
        """Write a note on a take, in place of what stood there."""
        take = self.get(id_)
        self._write("UPDATE takes SET note = ?, words = ? WHERE id = ?", (text, words_of(take, text, take.tags), id_))
        return self.get(id_)

    def tag(self, id_: int, tags: Collection[str]) -> Take:
        """Give a take these tags, in place of those it had."""
        take = self.get(id_)
        # The same word in other letters is the same tag.
        neat = tuple({tag.casefold(): tag for tag in (" ".join(one.split()) for one in tags) if tag}.values())
        text = json.dumps(neat, ensure_ascii=False)
        self._write("UPDATE takes SET tags = ?, words = ? WHERE id = ?", (text, words_of(take, take.note, neat), id_))
        return self.get(id_)

    def lock(self, id_: int, locked: bool) -> Take:
        """Keep a take from being thrown away, or no longer."""
        self.get(id_)
        self._write("UPDATE takes SET locked = ? WHERE id = ?", (int(locked), id_))
        return self.get(id_)

    def throw_away(self, id_: int) -> Take:
        """Move a take into the trash, from where it can be brought back. AjarError where it is locked."""
        if (take := self.get(id_)).locked:
            what = f"Take {take.number} of {take.title or take.node}"
            raise AjarError(f"{what} is locked, so it stays.", "Unlock it first.")
        return self._shift(id_, time.time())

    def bring_back(self, id_: int) -> Take:
        """Take a take out of the trash."""
        return self._shift(id_, None)

    def empty_trash(self) -> int:
        """Delete what was thrown away, files and all; how many takes that were. This can't be taken back."""
        gone = self._takes(self._read("SELECT * FROM takes WHERE thrown IS NOT NULL"))
        try:
            for take in gone:
                take.path.unlink(missing_ok=True)
                beside(take.path).unlink(missing_ok=True)
        except OSError as error:
            raise trouble(error, "empty the trash") from error
        self._write_all("DELETE FROM takes WHERE id = ?", [(take.id,) for take in gone])
        return len(gone)

    def rekey(self, old: str, new: str, workflow: str = "") -> None:
        """A document has another key now (a draft was saved): its takes come along.

        Where the new key has takes of the same node already, those that come are numbered after them.
        """
        if old == new:
            return
        text = "SELECT node, MAX(number) FROM takes WHERE document = ? GROUP BY node"
        highest = {row[0]: row[1] for row in self._read(text, (new,))}
        moved = self._takes(self._read("SELECT * FROM takes WHERE document = ?", (old,)))
        text = "UPDATE takes SET document = ?, workflow = ?, number = ?, words = ? WHERE id = ?"
        rows = []
        for take in moved:
            take = replace(take, document=new, workflow=workflow or take.workflow)
            words = words_of(take, take.note, take.tags)
            rows.append((new, take.workflow, take.number + highest.get(take.node, 0), words, take.id))
        self._write_all(text, rows)

    def _shift(self, id_: int, thrown: float | None) -> Take:
        take = self.get(id_)
        here, target = take.path, self._places(take.path)[0 if thrown is None else 1]
        try:
            if here.is_file() and here != target:
                target.parent.mkdir(parents=True, exist_ok=True)
                here.replace(target)
                if beside(here).is_file():
                    beside(here).replace(beside(target))
                sync_folder(target.parent)
        except OSError as error:
            raise trouble(error, "move the take") from error
        self._write("UPDATE takes SET thrown = ? WHERE id = ?", (thrown, id_))
        return self.get(id_)

    def _places(self, path: Path) -> tuple[Path, Path]:
        """Where a file lies, and where it lies when it was thrown away."""
        name = path.relative_to(self.folder).as_posix().removeprefix(f"{TRASH}/")
        return self.folder / name, self.folder / TRASH / name

    def _takes(self, rows: Sequence[sqlite3.Row]) -> list[Take]:
        secret = self._marks.among(row["digest"] for row in rows)
        return [self._take(row, row["digest"] in secret) for row in rows]

    def _take(self, row: sqlite3.Row, confidential: bool) -> Take:
        plain: dict[str, Any] = {name: row[name] for name in FACTS}
        plain["settings"] = json.loads(plain["settings"])
        plain["parents"] = tuple(json.loads(plain["parents"]))
        thrown = row["thrown"] is not None
        places = self._places(self.folder / row["file"])
        # A process killed between the move and the row leaves the file in the other place.
        path, other = reversed(places) if thrown else places
        lost = not path.is_file()
        if lost and other.is_file():
            path, lost = other, False
        return Take(
            **plain, id=row["id"], made=row["made"], number=row["number"], path=path, rating=row["rating"],
            note=row["note"], tags=tuple(json.loads(row["tags"])), digest=row["digest"],
            locked=bool(row["locked"]), confidential=confidential, thrown=thrown, lost=lost,
        )

    def _file(self, facts: Facts, made: float, suffix: str) -> Path:
        if not re.fullmatch(r"\.[A-Za-z0-9]{1,10}", suffix):
            raise AjarError(f"{suffix!r} is not a file name ending.", "Use one like .png.")
        moment = time.localtime(made)
        parts = (facts.workflow, facts.node.replace("/", "-"), time.strftime("%Y%m%d-%H%M%S", moment))
        name = "-".join(part for part in map(plain_name, parts) if part)
        return self.folder / time.strftime("%Y-%m", moment) / f"{name}-{secrets.token_hex(4)}{suffix}"

    def _read(self, text: str, values: Collection[Any] = ()) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._database.execute(text, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise takes_db.trouble(self._path, error) from error

    def _write(self, text: str, values: Collection[Any]) -> int:
        return self._commit(lambda: self._database.execute(text, tuple(values)).lastrowid or 0)

    def _write_all(self, text: str, rows: Collection[Collection[Any]]) -> None:
        self._commit(lambda: self._database.executemany(text, [tuple(row) for row in rows]).rowcount)

    def _commit(self, work: Callable[[], int]) -> int:
        try:
            with self._lock, self._database:
                number = work()
        except sqlite3.Error as error:
            raise takes_db.trouble(self._path, error) from error
        for told in tuple(self._told):
            told()
        return number


def _digest(path: Path) -> str:
    """BLAKE3 of a file; empty where it can't be read."""
    from blake3 import blake3

    try:
        return str(blake3(max_threads=1).update_mmap(path).hexdigest()) if path.stat().st_size else blake3().hexdigest()
    except OSError:
        return ""
