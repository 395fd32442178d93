"""Content-addressed files: ``blobs/ab/<BLAKE3><suffix>``. Equal content is stored once and never changes.

When a blob was last used is its modification time, so that a removal needs no table that could disagree with the disk.
"""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ajar.errors import AjarError
from workflows.disk import PART, part_beside, remove_old_parts, sync_folder, trouble, write_all

CHUNK = 1 << 20
Stamp = tuple[int, int]


class Store:
    """Blobs in one folder, which several threads and processes may use at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._names: dict[str, Path] = {}
        self._verified: dict[str, Stamp] = {}

    def put(self, content: bytes | Path, suffix: str = "") -> str:
        """Store bytes or a copy of a file; gives the digest once it is safe on the disk. AjarError if it can't be."""
        try:
            if isinstance(content, Path):
                return self._own(content) or self._put_file(content, suffix)
            return self._put_bytes(content, suffix)
        except OSError as error:
            raise trouble(error, "store a result") from error

    def path(self, digest: str) -> Path:
        """Where the blob lies. AjarError if it is not there."""
        found = self._find(digest)
        if found is None:
            raise AjarError(f"The stored result {digest[:12]} is missing.", "Run again; it will be computed anew.")
        return found

    def has(self, digest: str) -> bool:
        """Whether the blob is there; says nothing about its content."""
        return self._find(digest) is not None

    def sound(self, digest: str) -> bool:
        """Whether the blob is there and its content is what its name says; a damaged one is put aside.

        The content is read once a session, and again when the file was touched since.
        """
        path = self._find(digest)
        if path is None:
            return False
        try:
            stamp = _stamp(path)
            if self._verified.get(digest) == stamp:
                return True
            if _digest_of(path) != digest:
                self._quarantine(digest, path)
                return False
            os.utime(path)
            self._verified[digest] = _stamp(path)
        except OSError:
            return False
        return True

    def size(self) -> int:
        """Bytes of all blobs."""
        return sum(entry[1] for entry in self._entries())

    def evict(self, limit: int, pinned: Collection[str] = ()) -> int:
        """Remove the blobs not used for longest until ``limit`` bytes remain; pinned ones stay. Gives bytes freed."""
        entries = sorted(self._entries())
        excess = sum(entry[1] for entry in entries) - limit
        freed = 0
        for _, size, path in entries:
            if freed >= excess:
                break
            if path.name.partition(".")[0] in pinned:
                continue
            with suppress(OSError):
                path.unlink()
                freed += size
        return freed

    def tidy(self) -> None:
        """Remove what killed processes left unfinished."""
        now = time.time()
        remove_old_parts(self.folder, now)
        for folder in self._folders():
            remove_old_parts(folder, now)

    def _put_bytes(self, content: bytes, suffix: str) -> str:
        from blake3 import blake3

        digest = blake3(content, max_threads=1).hexdigest()
        if not self._there(digest, len(content)):
            self._write(digest, suffix, lambda file: write_all(file, content))
        return digest

    def _put_file(self, source: Path, suffix: str) -> str:
        """Copy and hash in one pass: a second reading of a film costs more than renaming the copy."""
        from blake3 import blake3

        self.folder.mkdir(parents=True, exist_ok=True)
        part = part_beside(self.folder / "copy")
        hasher = blake3(max_threads=1)
        try:
            with source.open("rb") as reading, part.open("xb") as file:
                while chunk := reading.read(CHUNK):
                    hasher.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            digest: str = hasher.hexdigest()
            if not self._there(digest, part.stat().st_size):
                self._name(part, digest, suffix)
            return digest
        finally:
            part.unlink(missing_ok=True)

    def _write(self, digest: str, suffix: str, fill: Callable[[BinaryIO], None]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = part_beside(self.folder / digest)
        try:
            with part.open("xb") as file:
                fill(file)
            self._name(part, digest, suffix)
        finally:
            part.unlink(missing_ok=True)

    def _name(self, part: Path, digest: str, suffix: str) -> None:
        target = self.folder / digest[:2] / f"{digest}{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
        sync_folder(target.parent)
        with self._lock:
            self._names[digest] = target
            self._verified[digest] = _stamp(target)

    def _there(self, digest: str, size: int) -> bool:
        """Whether this content is stored already; a blob cut short is written anew."""
        path = self._find(digest)
        if path is None:
            return False
        try:
            if path.stat().st_size == size and self.sound(digest):
                return True
            path.unlink(missing_ok=True)
        except OSError:
            pass
        return False

    def _own(self, path: Path) -> str | None:
        """The digest of a file that is one of our blobs, so that nothing has to be read."""
        digest = path.name.partition(".")[0]
        if path.parent != self.folder / digest[:2] or len(digest) != 64:
            return None
        return digest if self.sound(digest) else None

    def _find(self, digest: str) -> Path | None:
        known = self._names.get(digest)
        if known is not None and known.exists():
            return known
        if len(digest) != 64 or not digest.isalnum():
            return None
        found: dict[str, Path] = {}
        folder = self.folder / digest[:2]
        with suppress(OSError):
            found = {
                entry.name.partition(".")[0]: folder / entry.name
                for entry in os.scandir(folder) if not entry.name.endswith(PART)
            }
        with self._lock:
            self._names.pop(digest, None)
            self._names.update(found)
        return found.get(digest)

    def _quarantine(self, digest: str, path: Path) -> None:
        """Put a damaged blob where nothing finds it, but a person can look at it."""
        aside = self.folder / "damaged"
        aside.mkdir(exist_ok=True)
        path.replace(aside / path.name)
        with self._lock:
            self._names.pop(digest, None)

    def _folders(self) -> Iterator[Path]:
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                if entry.is_dir() and len(entry.name) == 2:
                    yield Path(entry.path)

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """When last used, bytes and path of every blob."""
        for folder in self._folders():
            with suppress(OSError):
                for entry in os.scandir(folder):
                    with suppress(OSError):
                        stat = entry.stat()
                        yield stat.st_mtime, stat.st_size, Path(entry.path)


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _digest_of(path: Path) -> str:
    from blake3 import blake3

    digest: str = blake3(max_threads=1).update_mmap(path).hexdigest()
    return digest
