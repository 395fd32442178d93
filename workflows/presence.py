"""Whether another process still lives: it holds a lock on a file, which the system takes back when it dies."""

import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

YOUNG = 60.0
"""Seconds."""


class Presence:
    """This process holds the lock until ``close``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self.path = folder / f"run-{os.getpid()}-{secrets.token_hex(4)}.lock"
        self._file: IO[Any] = self.path.open("xb")
        lock(self._file)

    def close(self) -> None:
        """Give the lock back and remove its file."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what processes left that were killed. A young file may be one that is about to be locked."""
    for path in folder.glob("run-*.lock"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > YOUNG:
                is_present(path)


def is_present(path: Path) -> bool:
    """Whether the process that made this lock still holds it. Removes the file of a dead one."""
    try:
        file = path.open("rb")
    except OSError:
        return False
    with file:
        try:
            lock(file)
        except OSError:
            return True
    with suppress(OSError):
        path.unlink()
    return False


if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def lock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
