"""Models that can be fetched: what a name means, what it would bring and under which terms, and those on their way."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ajar.errors import AjarError, Cancelled, UserError, Waiting
from ajar.hub import Hub, Lines, Repo
from ajar.models import Licence, ModelEntry
from workflows.arriving import Listen, have
from workflows.choosing import Chosen
from workflows.fetching import Fetch, alone
from workflows.inquiry import Inquiry, Parts, inquire
from workflows.shelved import Kept, Record, need_record, read_record
from workflows.sources import Source, source_of

STAGING = ".fetching"
RESERVE = 2_000_000_000
"""Bytes that stay free on the disk, so that the system and other programs go on."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What fetching a model would bring. Nothing of it is here yet, apart from ``have``."""

    title: str
    record: Record
    folder: Path
    """Where it will lie."""
    have: int
    """Bytes that came at an earlier time."""
    free: int
    """Bytes free on that disk."""
    licence: Licence | None
    """Its terms, where Ajar knows them; else the record has the hub's word for them."""
    page: str
    hosts: tuple[str, ...]
    """The hub's own host, and the endings of those from which the large files come."""
    done: bool = False
    """Whether it is here already, whole."""

    @property
    def accepted(self) -> bool:
        return bool(self.record.accepted)

    @property
    def missing(self) -> int:
        """Bytes still to come."""
        return self.record.bytes - self.have


class Downloads:
    """The models in Ajar's own folder that came from the hub, and those on their way."""

    def __init__(self, folder: Path, hub: Hub, open_lines: Callable[[], Lines], *,
                 entries: Callable[[], list[ModelEntry]], licences: Callable[[], Mapping[str, Licence]],
                 refuse: Callable[[], None], parts: Parts, host: Callable[[], str]) -> None:
        """``refuse`` raises Refused where nothing may be fetched."""
        self.folder = folder
        self._hub = hub
        self._open = open_lines
        self._entries = entries
        self._licences = licences
        self._refuse = refuse
        self._parts = parts
        self._host = host
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Fetch, threading.Thread]] = {}

    # --- what it would be -------------------------------------------------------------------------------------------

    def offer(self, name: str, revision: str = "", *, full: bool = False) -> Offered:
        """What ``name`` would bring: a known model, or ``owner/name[/file]`` of the hub. Asks the hub, unless it is
        here or half here already. AjarError says why it can't be had; Refused where nothing may be fetched."""
        source = self._source(name)
        revision = revision or source.revision
        for folder in (self.folder / source.folder, self.folder / source.other):
            known = read_record(folder)
            if known is not None and known.repo.lower() == source.repo.lower() and self._fits(known, revision, full):
                return self._offered(source, known, folder, done=True)
            begun = read_record(self._staging(folder))
            if begun is not None and begun.repo.lower() == source.repo.lower() and self._fits(begun, revision, full):
                self._refuse()
                return self._offered(source, begun, folder)
        self._refuse()
        found = inquire(self._hub, self._open, Inquiry(source.repo, revision or "main", source.file, full, self._parts))
        folder = self._place(source, found.repo)
        return self._offered(source, _record(source, found.repo, found.chosen, revision, full), folder)

    def _source(self, name: str) -> Source:
        """What a name means; of a model that was fetched before, also that of its folder."""
        entries = self._entries()
        if not any(entry.id.lower() == name.lower() and entry.source.startswith("http") for entry in entries):
            for folder, record in self.records():
                if folder.name.lower() == name.lower():
                    return Source(record.model or record.repo, record.repo, folder=folder.name)
        return source_of(name, entries)

    def _fits(self, record: Record, revision: str, full: bool) -> bool:
        return revision in ("", record.revision, record.asked) and (not full or record.full)

    def _place(self, source: Source, repo: Repo) -> Path:
        """Its folder; UserError where something else has that name."""
        for folder in (self.folder / source.folder, self.folder / source.other):
            if not folder.exists():
                return folder
            known = read_record(folder)
            if known is not None and known.repo in (source.repo, repo.name):
                raise UserError(f"{folder.name} is here at another revision, or in another precision.",
                                f"Remove it first: ajar models remove {folder.name}.")
        raise UserError(f"There is something at {self.folder / source.folder} that Ajar did not fetch.",
                        "Move it away or rename it.")

    def _offered(self, source: Source, record: Record, folder: Path, done: bool = False) -> Offered:
        licences = self._licences()
        facts = self._hub.provider.facts
        entry = source.entry
        licence = licences.get(entry.licence) if entry is not None else None
        came = record.bytes if done else have(self._staging(folder), record)
        return Offered(
            title=entry.title if entry is not None else record.model or record.repo, record=record, folder=folder,
            have=came, free=_free(self.folder), licence=licence or licences.get(record.licence),
            page=self._hub.page(record.repo), hosts=(self._host(), *facts.hosts), done=done)

    # --- fetching ---------------------------------------------------------------------------------------------------

    def prepare(self, offered: Offered, listen: Listen, *, accept: bool = False) -> Fetch:
        """The work itself, not begun. Waiting where nobody accepted the terms; AjarError where the disk is full."""
        self._refuse()
        record = offered.record
        if not record.accepted:
            if not accept:
                raise Waiting(f"Nobody has accepted the terms of {offered.title} yet.",
                              "Read them, then say so with --accept, or Accept in the window.", choices=("accept",))
            record = replace(record, accepted=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        if offered.missing + RESERVE > _free(self.folder):
            raise AjarError(
                f"{offered.title} needs {_gb(offered.missing)} more and {_gb(RESERVE)} to spare, but only "
                f"{_gb(offered.free)} are free on the disk of {self.folder}.",
                "Free some space, or move AJAR_HOME to a larger disk.")
        staging = self._staging(offered.folder)
        begun = read_record(staging)
        if begun is not None and begun.revision != record.revision:  # of another commit: nothing of it is sure to fit
            with alone(staging):
                shutil.rmtree(staging, ignore_errors=True)
        return Fetch(record, staging, offered.folder, self._hub, self._open, listen)

    def start(self, offered: Offered, listen: Listen, *, accept: bool = False) -> Fetch:
        """Fetch in a thread of its own, which also calls ``listen``. As ``prepare``; UserError if it runs already."""
        name = offered.folder.name

        def work() -> None:
            try:
                with suppress(AjarError, Cancelled):  # told to listen
                    fetch.run()
            finally:
                with self._lock:
                    self._running.pop(name, None)

        with self._lock:
            if name in self._running:
                raise UserError(f"{offered.title} is being fetched already.", "Wait until it is done, or stop it.")
            fetch = self.prepare(offered, listen, accept=accept)
            thread = threading.Thread(target=work, name=f"ajar-fetch-{name}", daemon=True)
            self._running[name] = (fetch, thread)
        thread.start()
        return fetch

    def running(self) -> dict[str, Fetch]:
        """What is on its way, by the name of its folder."""
        with self._lock:
            return {name: fetch for name, (fetch, _) in self._running.items()}

    def close(self) -> None:
        """Stop all; what came stays."""
        with self._lock:
            running = list(self._running.values())
        for fetch, _ in running:
            fetch.stop()
        for _, thread in running:
            thread.join(5)

    # --- what is here -----------------------------------------------------------------------------------------------

    def records(self) -> Iterator[tuple[Path, Record]]:
        """Folders of models that were fetched, with their records."""
        yield from _records(self.folder)

    def unfinished(self) -> Iterator[tuple[Path, Record, int]]:
        """Where models will lie that were begun, their records, and how many bytes came."""
        for staging, record in _records(self.folder / STAGING):
            yield self.folder / staging.name, record, have(staging, record)

    def find(self, name: str) -> tuple[Path, Record]:
        """A fetched model by the name of its folder, its repository or as it was asked for. UserError."""
        for folder, record in self.records():
            if name.lower() in (folder.name.lower(), record.repo.lower(), record.model.lower()):
                return folder, record
        folder = self.folder / name
        if Path(name).name != name or not folder.exists():
            raise UserError(f'No model called "{name}" was fetched.', "See what there is: ajar models list.")
        return folder, need_record(folder, name)

    def remove(self, name: str) -> int:
        """Remove a fetched or half fetched model; the bytes that it freed. Nothing else is ever removed.

        UserError while it is being fetched.
        """
        for folder, record, came in self.unfinished():
            if name.lower() in (folder.name.lower(), record.repo.lower(), record.model.lower()):
                with alone(self._staging(folder)):
                    _remove(self._staging(folder))
                return came
        folder, record = self.find(name)
        # Away at once, then in peace: nobody loads half of it.
        going = self.folder / STAGING / f"removed-{folder.name}-{time.monotonic_ns()}"
        going.parent.mkdir(exist_ok=True)
        folder.rename(going)
        _remove(going)
        return record.bytes

    def reopen(self, folder: Path, damaged: Sequence[Kept]) -> None:
        """Make a model unfinished again, without these files: the next fetch brings only them."""
        staging = self._staging(folder)
        staging.parent.mkdir(exist_ok=True)
        if staging.exists():
            shutil.rmtree(staging)
        folder.rename(staging)
        for kept in damaged:
            (staging / kept.path).unlink(missing_ok=True)

    def _staging(self, folder: Path) -> Path:
        return self.folder / STAGING / folder.name


def _record(source: Source, repo: Repo, chosen: tuple[Chosen, ...], revision: str, full: bool) -> Record:
    files = tuple(Kept(one.path, one.file.path, one.file.bytes, one.file.sha256, one.file.blob) for one in chosen)
    return Record(repo.name, repo.revision, files, asked=revision or "main", licence=repo.licence,
                  licence_name=repo.licence_name, licence_link=repo.licence_link, gated=repo.gated, model=source.name,
                  full=full)


def _records(folder: Path) -> Iterator[tuple[Path, Record]]:
    try:
        children = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError:
        return
    for path in children:
        if not path.name.startswith("removed-") and (record := read_record(path)) is not None:
            yield path, record


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise AjarError(f"{folder} can't be removed: {(error.strerror or str(error)).lower()}.",
                        "Close what uses it, then remove the folder by hand.") from None


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder that may not be there yet."""
    for place in (folder, *folder.parents):
        if place.exists():
            return shutil.disk_usage(place).free
    return 0


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
