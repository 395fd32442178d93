"""Looking into the journal of paid orders without taking possession of it: any process may, at any time."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ajar.errors import AjarError
from workflows.entries import OPEN, Entry, from_json
from workflows.orders_db import BOUGHT, is_damaged, trouble
from workflows.settings import Home


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
        raise trouble(home, error) from None
    except sqlite3.DatabaseError as error:
        if is_damaged(error):
            found = sorted(read_lines(home.path / "orders.jsonl").values(), key=lambda entry: entry.made)
            return [entry for entry in found if (not states or entry.state in states) and cell in ("", entry.cell)]
        raise trouble(home, error) from None
    return [from_json(body) for (body,) in rows]


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
