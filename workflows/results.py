"""Results by key: in memory first, then on the disk. Media are written behind the run's back, one after another."""

import json
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ajar.errors import AjarError
from workflows.cache import Cache, Row
from workflows.store import Store

Values = tuple[Any, ...]
Told = Callable[[Sequence[str]], None]
MAX_ROWS = 1_000_000
DAY = 86_400
_text = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Kept:
    """A known result: the values of a plain node, or the items of a stream."""

    values: Values | None
    items: tuple[Values, ...] = ()
    seconds: float = 0.0


class Results:
    """All known results. Used from several threads."""

    def __init__(self, store: Store, cache: Cache, memory_bytes: int) -> None:
        self.store = store
        self.cache = cache
        self._limit = memory_bytes
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, tuple[Kept, int]] = OrderedDict()
        self._bytes = 0
        self._change = threading.Condition()
        self._queue: deque[tuple[str, Kept, bool, Told | None]] = deque()
        self._unwritten = self._working = 0
        self._problems: list[AjarError] = []
        self._closed = False
        self._writer: threading.Thread | None = None

    def get_many(self, keys: Iterable[str]) -> dict[str, Kept]:
        """The results there are. One whose blob is missing or damaged is no hit."""
        found: dict[str, Kept] = {}
        rest: list[str] = []
        with self._lock:
            for key in keys:
                entry = self._memory.get(key)
                if entry is None:
                    rest.append(key)
                else:
                    self._memory.move_to_end(key)
                    found[key] = entry[0]
        broken: list[str] = []
        for key, row in self.cache.lookup(rest).items() if rest else ():
            kept = self._recall(row)
            if kept is None:
                broken.append(key)
            else:
                found[key] = kept
                self._remember(key, kept)
        if broken:
            self.cache.forget(broken)
        return found

    def keep(self, key: str, values: Values, *, disk: bool, seconds: float = 0.0, pinned: bool = False,
             told: Told | None = None) -> None:
        """Keep the values of a plain node: in memory, and with ``disk`` over restarts.

        ``told`` hears the digests of its blobs before the result can be found again.
        """
        self._keep(key, Kept(values, (), seconds), disk, pinned, told)

    def keep_items(
        self, key: str, items: Iterable[Values], *, disk: bool, seconds: float = 0.0, pinned: bool = False,
        told: Told | None = None,
    ) -> None:
        """Keep all items of a stream."""
        self._keep(key, Kept(None, tuple(items), seconds), disk, pinned, told)

    def forget(self, keys: Iterable[str]) -> None:
        """Drop results from memory and from the table; blobs stay until they are evicted."""
        gone = list(keys)
        with self._lock:
            for key in gone:
                self._bytes -= self._memory.pop(key, (None, 0))[1]
        self.cache.forget(gone)

    def flush(self) -> None:
        """Return once everything kept before is on the disk (or could not be: see ``take_problems``)."""
        with self._change:
            self._change.wait_for(lambda: not self._queue and not self._working)
        self.cache.flush()

    def take_problems(self) -> list[AjarError]:
        """What could not be written since the last call; the results themselves are not lost to the run."""
        with self._change:
            problems, self._problems = self._problems, []
        if text := self.cache.take_problem():
            problems.append(AjarError(text, "Results stay usable in this run, but will be computed again next time."))
        return problems

    def make_room(self, limit: int, pinned: Callable[[], Iterable[str]] = tuple) -> None:
        """Once a day, tidy the store and bring it below ``limit`` bytes. Trouble with that is no trouble of a run.

        What ``pinned`` names stays: results that were paid for are never removed in silence.
        """
        mark = self.store.folder / "made-room"
        try:
            if not self.store.folder.is_dir() or (mark.exists() and time.time() - mark.stat().st_mtime < DAY):
                return
            mark.touch()
            self.store.tidy()
            self.evict(limit, pinned())
        except OSError:
            return

    def evict(self, limit: int, pinned: Iterable[str] = ()) -> int:
        """Bring the store below ``limit`` bytes, least recently used first. Pinned rows and digests stay."""
        stay = set(pinned)
        for row in self.cache.pinned():
            stay.update(blobs_of(orjson.loads(row.outputs)))
        self.cache.trim(MAX_ROWS)
        return self.store.evict(limit, stay)

    def close(self) -> None:
        """Write what waits and close the table."""
        self.flush()
        with self._change:
            self._closed = True
            self._change.notify_all()
        if self._writer:
            self._writer.join(5)
        self.cache.close()

    def _keep(self, key: str, kept: Kept, disk: bool, pinned: bool, told: Told | None) -> None:
        self._remember(key, kept)
        if not disk:
            return
        record = _plain(kept)
        if record is not None:
            self.cache.record(key, Row(record, kept.seconds, pinned))
            return
        size = _nbytes(kept)
        with self._change:
            # A run that makes pictures faster than they can be written waits here instead of filling the memory.
            self._change.wait_for(lambda: self._unwritten <= self._limit)
            self._queue.append((key, kept, pinned, told))
            self._unwritten += size
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="results", daemon=True)
                self._writer.start()
            self._change.notify_all()

    def _write(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._queue or self._closed)
                if not self._queue:
                    return
                key, kept, pinned, told = self._queue.popleft()
                self._working += 1
            problem: AjarError | None = None
            try:
                self._put(key, kept, pinned, told)
            except AjarError as error:
                problem = error
            except Exception as error:  # a value that can't be encoded must not end the writing of the others
                problem = AjarError(f"A result could not be stored ({type(error).__name__}: {error}).")
            with self._change:
                if problem:
                    self._problems.append(problem)
                self._working -= 1
                self._unwritten -= _nbytes(kept)
                self._change.notify_all()

    def _put(self, key: str, kept: Kept, pinned: bool, told: Told | None) -> None:
        from ajar import parcel

        def record(values: Values) -> list[Any]:
            return [parcel.keep(value, self.store.put) for value in values]

        plain = {"v": record(kept.values)} if kept.values is not None else {"s": [record(item) for item in kept.items]}
        if told is not None:
            told(tuple(blobs_of(plain)))
        self.cache.record(key, Row(_text(plain), kept.seconds, pinned))

    def _recall(self, row: Row) -> Kept | None:
        try:
            plain = orjson.loads(row.outputs)
            if '"$"' not in row.outputs:
                read: Any = tuple
            elif all(map(self.store.sound, blobs_of(plain))):
                read = self._values
            else:
                return None
            if "v" in plain:
                return Kept(read(plain["v"]), (), row.seconds)
            return Kept(None, tuple(map(read, plain["s"])), row.seconds)
        except (AjarError, ValueError, KeyError, TypeError, OSError, RecursionError):
            return None

    def _values(self, record: list[Any]) -> Values:
        from ajar import parcel

        return tuple(parcel.recall(value, self.store.path) for value in record)

    def _remember(self, key: str, kept: Kept) -> None:
        size = _nbytes(kept)
        with self._lock:
            self._bytes += size - self._memory.pop(key, (None, 0))[1]
            self._memory[key] = (kept, size)
            while self._bytes > self._limit and self._memory:
                self._bytes -= self._memory.popitem(last=False)[1][1]


def _plain(kept: Kept) -> str | None:
    """The record of a result that holds JSON values only; None where it needs a parcel."""
    everything = kept.items if kept.values is None else (kept.values,)
    if not all(_is_plain(value) for values in everything for value in values):
        return None
    return _text({"v": kept.values} if kept.values is not None else {"s": kept.items})


def _is_plain(value: Any) -> bool:
    if type(value) is float:
        return value - value == 0  # JSON has no infinities
    if type(value) is int:
        return -(2**63) <= value < 2**63
    if type(value) is list:
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, bool)


def _nbytes(kept: Kept) -> int:
    total = 256
    for values in kept.items if kept.values is None else (kept.values,):
        for value in values:
            if type(value) in (int, float, bool, type(None)):
                total += 64
            else:
                from ajar.parcel import nbytes

                total += nbytes(value)
    return total


def blobs_of(record: Any) -> Iterator[str]:
    """The digests a record speaks of."""
    todo = [record]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            todo.extend(part)
        elif isinstance(part, dict):
            if "$" in part:
                yield from (part[name] for name in ("blob", "profile") if isinstance(part.get(name), str))
            todo.extend(part.values())
