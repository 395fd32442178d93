"""What lies in a folder of models: files and model folders, in place, as deep as people sort them."""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

WEIGHTS = frozenset({".safetensors", ".sft", ".gguf"})
PICKLES = frozenset({".ckpt", ".pt", ".pth", ".bin", ".pkl"})
"""Seen, so that it can be said why they are refused."""
MARKS = ("model_index.json", "config.json")
"""A folder with one of these is a model as a whole."""
LEFT_OUT = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
DEEPEST = 4
"""Folders below a place that are looked into."""
MOST = 50_000
"""Names in one place that are looked at; a place with more is no folder of models."""
SETTLED = 2_000_000_000
"""Nanoseconds after which a folder's time is believed: on some disks it counts in steps of two seconds."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A file or folder that may be a model."""

    path: Path
    name: str
    """What it is called: the file's name without its ending, the folder's name, or the repository's in a hub cache."""


@dataclass(slots=True)
class _Seen:
    """One place as it was when it was last looked through."""

    spots: tuple[Spot, ...]
    stamps: dict[str, int]
    """Each folder in it and its time of change."""
    when: int
    strays: tuple[Path, ...]

    def holds(self) -> bool:
        """Whether nothing was added or removed since."""
        if not self.stamps:
            return False
        try:
            return all(os.stat(folder).st_mtime_ns == stamp for folder, stamp in self.stamps.items())  # noqa: PTH116
        except OSError:
            return False


class Looking:
    """Looks through places, and through an unchanged one only once. Follows no link that leads out of all of them."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.folders: Sequence[Path] = tuple(folders)
        self._seen: dict[Path, _Seen] = {}

    def spots(self) -> Iterator[Spot]:
        """All that may be models, place by place, each file once."""
        known: set[Path] = set()
        for folder in self.folders:
            for spot in self._look(folder).spots:
                if spot.path not in known:
                    known.add(spot.path)
                    yield spot

    def strays(self) -> list[Path]:
        """Links to folders that lie in no place, which are left out."""
        return [link for folder in self.folders for link in self._look(folder).strays]

    def _look(self, folder: Path) -> _Seen:
        seen = self._seen.get(folder)
        if seen is None or not seen.holds():
            walk = _Walk([os.path.realpath(one) for one in self.folders])
            when = time.time_ns()
            walk.place(folder)
            young = any(when - stamp < SETTLED for stamp in walk.stamps.values())
            spots = sorted(walk.spots, key=lambda spot: len(spot.path.parts))  # what lies higher is found first
            seen = _Seen(tuple(spots), {} if young else walk.stamps, when, tuple(walk.strays))
            self._seen[folder] = seen
        return seen


@dataclass(slots=True)
class _Walk:
    """One way through a place."""

    roots: list[str]
    spots: list[Spot] = field(default_factory=list)
    stamps: dict[str, int] = field(default_factory=dict)
    strays: list[Path] = field(default_factory=list)
    been: set[tuple[int, int]] = field(default_factory=set)
    left: int = MOST

    def place(self, folder: Path) -> None:
        self._folder(str(folder), folder.name, 0)

    def _folder(self, path: str, name: str, depth: int) -> None:
        """Look through a folder; one that is a model as a whole is one spot."""
        try:
            about = os.stat(path)  # noqa: PTH116
            if not stat.S_ISDIR(about.st_mode) or (about.st_dev, about.st_ino) in self.been:
                return
            with os.scandir(path) as found:
                entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda one: one.name)
        except OSError:
            return
        if about.st_ino:  # Windows gives none for some drives
            self.been.add((about.st_dev, about.st_ino))
        self.stamps[path] = about.st_mtime_ns
        if any(entry.name in MARKS for entry in entries):
            self.spots.append(Spot(Path(path), name))
            return
        self.left -= len(entries)
        for entry in entries:
            if self.left < 0:
                return
            self._entry(entry, depth)

    def _entry(self, entry: "os.DirEntry[str]", depth: int) -> None:
        stem, dot, suffix = entry.name.rpartition(".")
        if f"{dot}{suffix}".lower() in WEIGHTS | PICKLES:
            if _is(entry, "file"):  # a link to a file is as good as the file, wherever it lies
                self.spots.append(Spot(Path(entry.path), stem))
                return
        elif not _is(entry, "dir"):
            return
        if depth >= DEEPEST or entry.name in LEFT_OUT or not _is(entry, "dir"):
            return
        if entry.is_symlink() and not self._inside(entry.path):
            self.strays.append(Path(entry.path))
        elif entry.name.startswith("models--"):
            self._cached(Path(entry.path))
        else:
            self._folder(entry.path, entry.name, depth + 1)

    def _cached(self, repository: Path) -> None:
        """The snapshot that ``main`` stands for, else the latest, under the repository's own name."""
        name = repository.name.removeprefix("models--").rpartition("--")[2]
        snapshots = repository / "snapshots"
        for folder in (repository, repository / "refs", snapshots):
            with suppress(OSError):
                self.stamps[str(folder)] = folder.stat().st_mtime_ns
        chosen = snapshot_of(repository)
        if chosen is not None:
            self._folder(str(chosen), name, DEEPEST - 1)

    def _inside(self, link: str) -> bool:
        real = os.path.realpath(link)
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self.roots)


def snapshot_of(repository: Path) -> Path | None:
    """The folder of a hub cache that holds what ``main`` was, else the latest there is; None where there is none."""
    snapshots = repository / "snapshots"
    try:
        with (repository / "refs" / "main").open(encoding="ascii") as file:
            revision = file.read(100).strip()
        if revision.isalnum() and (snapshots / revision).is_dir():
            return snapshots / revision
    except (OSError, ValueError):
        pass
    try:
        there = [path for path in snapshots.iterdir() if path.is_dir()]
        return max(there, key=lambda path: path.stat().st_mtime_ns, default=None)
    except OSError:
        return None


def _is(entry: "os.DirEntry[str]", kind: str) -> bool:
    """Whether it is, or leads to, a file or a folder; a link in a circle is neither."""
    try:
        return entry.is_file() if kind == "file" else entry.is_dir()
    except OSError:
        return False
