"""The record beside a fetched model, ``ajar.lock``: whence it came, at which commit, under which terms, its files."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any, Protocol

from ajar.errors import UserError
from workflows.choosing import fits_on_disk
from workflows.disk import replace_file

NAME = "ajar.lock"
LARGEST = 16_000_000
PIECE = 1 << 20


class Hasher(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a model and its checksum at the hub."""

    path: str
    """Below the model's folder."""
    source: str
    """In the repository."""
    bytes: int
    sha256: str = ""
    blob: str = ""

    def hasher(self) -> Hasher:
        """What its checksum is made with; git's ids begin with the length."""
        return sha256() if self.sha256 else sha1(b"blob %d\0" % self.bytes, usedforsecurity=False)

    @property
    def checksum(self) -> str:
        return self.sha256 or self.blob


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is known of a fetched model."""

    repo: str
    revision: str
    files: tuple[Kept, ...]
    asked: str = "main"
    """The branch or tag that stood for the commit when it was asked for."""
    licence: str = ""
    licence_name: str = ""
    licence_link: str = ""
    gated: bool = False
    accepted: str = ""
    """When a person accepted the terms, ``2026-11-21T15:30:00Z``."""
    fetched: str = ""
    """When it was complete."""
    model: str = ""
    """The name that was asked for: a row's id, or the repository and perhaps a file."""
    full: bool = False
    version: int = field(default=1)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    def write(self, folder: Path) -> None:
        """OSError as it comes."""
        plain = asdict(self)
        plain["files"] = [{name: value for name, value in row.items() if value != ""} for row in plain["files"]]
        replace_file(folder / NAME, (json.dumps(plain, indent=1) + "\n").encode())


def read_record(folder: Path) -> Record | None:
    """The record of a folder; None where there is none or it can't be read, which is no one's mistake."""
    try:
        with (folder / NAME).open("rb") as file:
            plain = json.loads(file.read(LARGEST))
        files = tuple(Kept(**row) for row in plain.pop("files"))
        known = {one.name for one in fields(Record)}
        record = Record(files=files, **{name: value for name, value in plain.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return record if record.files and all(map(_sound, files)) and isinstance(record.repo, str) else None


def _sound(file: Kept) -> bool:
    texts: tuple[Any, ...] = (file.path, file.source, file.sha256, file.blob)
    return all(isinstance(text, str) for text in texts) and isinstance(file.bytes, int) and fits_on_disk(file.path) \
        and fits_on_disk(file.source) and bool(file.checksum)


def faults(folder: Path, record: Record) -> Iterator[tuple[Kept, str]]:
    """Each file in turn with what is wrong with it: empty where it is as the hub has it. Reads all of it."""
    for kept in record.files:
        yield kept, fault(folder / kept.path, kept)


def fault(path: Path, kept: Kept) -> str:
    """What is wrong with one file; empty where nothing is."""
    try:
        size = path.stat().st_size
        if size != kept.bytes:
            return f"has {size:,} bytes instead of {kept.bytes:,}"
        mark = kept.hasher()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                mark.update(piece)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"can't be read ({(error.strerror or type(error).__name__).lower()})"
    return "" if mark.hexdigest() == kept.checksum else "was changed"


def need_record(folder: Path, name: str) -> Record:
    """The record of a model that Ajar fetched. UserError where it did not."""
    record = read_record(folder)
    if record is None:
        raise UserError(f'"{name}" was not fetched by Ajar, so there is nothing to compare it with.',
                        f"Only models with a file {NAME} beside them can be verified or removed here.")
    return record
