"""Files on their way to this machine: what is told about them, and the file that grows until its checksum is right."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self, TypeAlias

from ajar.wire import Spoilt
from workflows.disk import PART, sync_folder, trouble
from workflows.shelved import PIECE, Kept, Record

TICK = 0.1
"""Seconds between two words about progress."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is to be fetched, and how much of it is here already."""

    files: int
    bytes: int
    have: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    done: int
    """Bytes here, those of earlier times among them."""
    bytes: int
    rate: float
    """Bytes a second, lately."""
    file: str
    """The file that moved last."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong that is tried again."""

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """All of it is here, verified."""

    folder: Path
    bytes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """It was stopped (no message) or failed; what came is kept."""

    message: str = ""
    hint: str = ""


Event: TypeAlias = Begun | Progress | Trouble | Done | Ended
Listen: TypeAlias = Callable[[Event], None]


class Sink:
    """One unfinished file: what was there is read once, so that the checksum goes on from it."""

    def __init__(self, target: Path, kept: Kept, gauge: "Gauge") -> None:
        self._target = target
        self._part = target.with_name(target.name + PART)
        self._kept = kept
        self._gauge = gauge
        self._file: IO[bytes] = self._part.open("r+b" if self._part.exists() else "w+b", buffering=0)
        self.at = 0
        self._mark = kept.hasher()
        while self.at <= kept.bytes and (piece := self._file.read(PIECE)):
            self._mark.update(piece)
            self.at += len(piece)
        if self.at > kept.bytes:
            self.restart()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def restart(self) -> None:
        self._gauge.move(self._kept.path, -min(self.at, self._kept.bytes))
        self._file.seek(0)
        self._file.truncate()
        self.at, self._mark = 0, self._kept.hasher()

    def write(self, piece: bytes) -> None:
        if self.at + len(piece) > self._kept.bytes:
            self.restart()
            raise Spoilt(f"{self._kept.path} is longer than the hub says.", "It is fetched again.")
        try:
            _write(self._file, piece)
        except OSError as error:
            raise trouble(error, f"keep {self._kept.path}") from None
        self._mark.update(piece)
        self.at += len(piece)
        self._gauge.move(self._kept.path, len(piece))

    def sound(self) -> bool:
        """Whether it is whole and has the checksum that the hub gave."""
        return self.at == self._kept.bytes and self._mark.hexdigest() == self._kept.checksum

    def keep(self) -> None:
        """Force it to the disk and give it its name. OSError as it comes."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._target)
        sync_folder(self._target.parent)

def _write(file: IO[bytes], piece: bytes) -> None:
    """All of a piece; an unbuffered file may take only some of it."""
    left = memoryview(piece)
    while left:
        left = left[file.write(left):]


class Gauge:
    """Counts the bytes of all files and tells them now and then."""

    def __init__(self, bytes: int, listen: Listen) -> None:
        self._bytes = bytes
        self._listen = listen
        self._done = 0
        self._told = 0.0
        self._lately: list[tuple[float, int]] = []

    def begin(self, have: int) -> None:
        self._done = have
        self._lately = [(time.monotonic(), have)]

    def move(self, file: str, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._told >= TICK or self._done >= self._bytes:
            self._told = now
            self._lately = [*self._lately[-50:], (now, self._done)]
            then, done = self._lately[0]
            rate = max(self._done - done, 0) / (now - then) if now > then else 0.0
            self._listen(Progress(self._done, self._bytes, rate, file))


def have(staging: Path, record: Record) -> int:
    """How many bytes of a model came at earlier times."""
    return sum(here(staging, kept) for kept in record.files)


def here(staging: Path, kept: Kept) -> int:
    """How many bytes of one file came."""
    whole = size_of(staging / kept.path)
    return kept.bytes if whole == kept.bytes else min(size_of(staging / (kept.path + PART)), kept.bytes)


def size_of(path: Path) -> int:
    """Bytes of a file; of one that is not there 0 if it is a part, else -1, which no file has."""
    try:
        return path.stat().st_size
    except OSError:
        return -1 if path.suffix != PART else 0
