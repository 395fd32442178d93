"""What was not saved yet, written to the disk while one works, and found again after the window or the machine died.

A draft lies in ``drafts/`` with the name of the lock that its process holds. Where nobody holds that lock any more,
the draft was left behind.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows import format
from workflows.differences import difference
from workflows.disk import remove_old_parts, replace_file, trouble
from workflows.graph import Graph
from workflows.outputs import plain_name
from workflows.presence import Presence, is_present
from workflows.settings import Home

__all__ = ["Draft", "Drafts", "difference", "discard", "found", "set_aside"]

WAIT = 0.8
"""Seconds for which changes are gathered, counted from the first: with the writing well below two."""
AGAIN = 5.0
"""Seconds until a failed write is tried again."""
PATIENCE = 10.0
"""Seconds after which a disk that does not answer is no longer waited for."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A workflow as it was when its window was gone."""

    key: str
    """The key of the document: its file, or ``draft:...``."""
    name: str
    path: Path | None
    """Its file, if it has one."""
    kept: float
    """Seconds since 1970."""
    graph: Graph
    file: Path
    """Where the draft itself lies."""

    def saved(self) -> Graph | None:
        """The workflow as it lies in its file; None where it has none, or none that can be read."""
        try:
            return format.load(self.path) if self.path is not None else None
        except AjarError:
            return None


class Drafts:
    """Writes drafts on a thread of its own, so that nobody waits for the disk. ``told`` hears what goes wrong."""

    def __init__(self, home: Home, told: Callable[[AjarError], None] | None = None) -> None:
        self._folder = folder_of(home)
        self._told = told
        self._presence = Presence(home.tmp)
        self._ready = threading.Condition()
        self._waiting: dict[str, Callable[[], bytes] | None] = {}
        """By file name: what is to be written, or None where the file is to go."""
        self._due: float | None = None
        self._busy = self._closed = self._failed = False
        self._thread = threading.Thread(target=self._work, name="drafts", daemon=True)
        self._thread.start()

    def keep(self, key: str, name: str, path: Path | None, graph: Graph) -> None:
        """Have this on the disk in less than two seconds. Returns at once; call it after every change."""
        about = {"ajar-draft": 1, "key": key, "name": name, "path": str(path) if path else None, "kept": time.time()}
        about["presence"] = self._presence.path.name
        self._put(key, lambda: _text(about, graph), WAIT)

    def drop(self, key: str) -> None:
        """The document was saved or closed: its draft is needed no more."""
        self._put(key, None, 0)

    def flush(self) -> None:
        """Wait until all that was asked for is on the disk, or could not be written."""
        with self._ready:
            if self._waiting and not self._failed:
                self._due = 0
                self._ready.notify_all()
            self._ready.wait_for(lambda: self._failed or not (self._waiting or self._busy), PATIENCE)

    def close(self) -> None:
        """Write what is left and stop. Drafts that were not dropped stay, and are found at the next start."""
        if self._closed:
            return
        self.flush()
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        self._thread.join(PATIENCE)
        self._presence.close()

    def _put(self, key: str, content: Callable[[], bytes] | None, wait: float) -> None:
        mark = blake2b(key.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
        with self._ready:
            self._waiting[f"{mark}-{self._presence.path.stem}.json"] = content
            due = time.monotonic() + (AGAIN if self._failed and wait else wait)
            self._due = due if self._due is None else min(self._due, due)
            self._ready.notify_all()

    def _work(self) -> None:
        remove_old_parts(self._folder, time.time())
        while (batch := self._next()) is not None:
            failed = {name: content for name, content in batch.items() if not self._write(name, content)}
            with self._ready:
                # What has changed again meanwhile is newer than what could not be written.
                self._waiting = {**failed, **self._waiting}
                self._busy, self._failed = False, bool(failed)
                if failed:
                    self._due = time.monotonic() + AGAIN
                self._ready.notify_all()

    def _next(self) -> dict[str, Any] | None:
        """What is to be written now; None when it is over."""
        with self._ready:
            while not self._closed:
                rest = None if self._due is None else self._due - time.monotonic()
                if rest is not None and rest <= 0:
                    batch, self._waiting, self._due = self._waiting, {}, None
                    self._busy = True
                    return batch
                self._ready.wait(rest)
        return None

    def _write(self, name: str, content: Callable[[], bytes] | None) -> bool:
        target = self._folder / name
        try:
            if content is None:
                target.unlink(missing_ok=True)
            else:
                replace_file(target, content())
        except OSError as error:
            self._tell(trouble(error, "keep a copy of unsaved changes"))
            return False
        except (ValueError, RecursionError) as error:  # a graph that no file can hold
            self._tell(AjarError(f"Could not keep a copy of unsaved changes: {error}.", "Undo the last change."))
        return True

    def _tell(self, error: AjarError) -> None:
        """Once, until it works again."""
        if self._told is not None and not self._failed:
            self._told(error)
        self._failed = True


def found(home: Home) -> list[Draft]:
    """What processes that are gone left behind and that differs from what was saved, the latest first."""
    drafts = []
    for file in folder_of(home).glob("*.json"):
        draft = _read(home, file)
        if draft is None:
            continue
        saved = draft.saved()
        if saved is not None and format.dump(saved) == format.dump(draft.graph):
            discard(draft)  # it was saved in the very moment before the end
        else:
            drafts.append(draft)
    return sorted(drafts, key=lambda draft: draft.kept, reverse=True)


def discard(draft: Draft) -> None:
    """Delete a draft: it was recovered, or is not wanted. AjarError where that can't be done."""
    try:
        draft.file.unlink(missing_ok=True)
    except OSError as error:
        raise trouble(error, "remove a draft") from error


def set_aside(home: Home, draft: Draft) -> Path:
    """Keep the saved workflow: the draft becomes an ordinary workflow among the backups. Gives where it lies."""
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(draft.kept))
    path = home.backups / f"{plain_name(draft.name) or 'workflow'}-unsaved-{moment}-{draft.file.stem[:4]}.json"
    home.backups.mkdir(parents=True, exist_ok=True)
    format.save(draft.graph, path)
    discard(draft)
    return path


def folder_of(home: Home) -> Path:
    return home.path / "drafts"


def _read(home: Home, file: Path) -> Draft | None:
    """A draft that nobody holds any more; None for all else. One that can't be read stays where it is."""
    try:
        plain = json.loads(file.read_bytes())
        # Only a bare name is looked up: the file is data, not an authority on what may be opened.
        if is_present(home.tmp / Path(str(plain["presence"])).name):
            return None
        graph = format.read(json.dumps(plain["graph"]).encode())
        path = Path(plain["path"]) if plain["path"] else None
        return Draft(str(plain["key"]), str(plain["name"]), path, float(plain["kept"]), graph, file)
    except (OSError, AjarError, KeyError, TypeError, ValueError):
        return None


def _text(about: dict[str, Any], graph: Graph) -> bytes:
    plain = {**about, "graph": format.plain(graph)}
    return json.dumps(plain, allow_nan=False).encode("ascii")

