"""Digests of files and folders from outside, read once and remembered while the file stays the same."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from ajar.errors import WorkflowError
from workflows.cache import Cache, FileStamp

MAX_ENTRIES = 100_000
FRESH = 2_000_000_000
"""Nanoseconds: a file changed this recently may change again within one tick of its clock, so it is not remembered."""


class Digests:
    """BLAKE3 of files, remembered by path, size, modification time and inode. Used from several threads."""

    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._known: dict[str, tuple[FileStamp, str]] = {}

    def of_file(self, path: Path) -> str:
        """The digest of the content. WorkflowError if there is no readable file."""
        from blake3 import blake3

        try:
            stamp = _stamp(path)
            name = str(path.absolute())
            if (known := self._recall(name, stamp)) is not None:
                return known
            if not path.is_file():
                raise WorkflowError(f"{path} is a folder, not a file.", "Choose a file.")
            digest: str = blake3(max_threads=1).update_mmap(path).hexdigest()
            # Only what did not change while it was read, and not a moment ago, is remembered.
            if stamp == _stamp(path) and time.time_ns() - stamp.mtime_ns > FRESH:
                self._remember(name, stamp, digest)
        except OSError as error:
            raise _unreadable(path, error) from None
        return digest

    def of_folder(self, path: Path, *, content: bool = False) -> str:
        """A digest of the names, sizes and times of all files below; of names and contents with ``content``."""
        from blake3 import blake3

        hasher = blake3(max_threads=1)
        count = 0
        for folder, folders, files in os.walk(path, onerror=lambda error: _refuse(path, error)):
            folders.sort()
            for name in sorted(files):
                count += 1
                if count > MAX_ENTRIES:
                    raise WorkflowError(f"{path} holds more than {MAX_ENTRIES:,} files.", "Choose a smaller folder.")
                file = Path(folder, name)
                with suppress(FileNotFoundError):
                    stamp = _stamp(file)
                    state = self.of_file(file) if content else f"{stamp.size}:{stamp.mtime_ns}"
                    hasher.update(f"{file.relative_to(path).as_posix()}\0{state}\n".encode("utf-8", "surrogateescape"))
        return str(hasher.hexdigest())

    def _recall(self, name: str, stamp: FileStamp) -> str | None:
        with self._lock:
            known = self._known.get(name)
        if known is not None and known[0] == stamp:
            return known[1]
        found = self._cache.file_digest(name, stamp) if self._cache else None
        if found is not None:
            with self._lock:
                self._known[name] = (stamp, found)
        return found

    def _remember(self, name: str, stamp: FileStamp, digest: str) -> None:
        with self._lock:
            self._known[name] = (stamp, digest)
        if self._cache:
            self._cache.record_file(name, stamp, digest)


def _stamp(path: Path) -> FileStamp:
    stat = path.stat()
    # Some systems give inodes of 64 bits without sign, which SQLite can't hold.
    return FileStamp(stat.st_size, stat.st_mtime_ns, stat.st_ino & (2**63 - 1))


def _refuse(path: Path, error: OSError) -> None:
    raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> WorkflowError:
    if isinstance(error, FileNotFoundError):
        return WorkflowError(f"There is no file or folder {path}.", "Correct the path; it is relative to the workflow.")
    reason = (error.strerror or str(error)).lower()
    return WorkflowError(f"{path} can't be read: {reason}.", "Check the path and its permissions.")
