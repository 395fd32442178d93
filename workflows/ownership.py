"""A lock on a folder's paid work: one process has it, and the system takes it back when that process dies."""

import os
from contextlib import suppress
from pathlib import Path

from ajar.errors import Refused
from workflows.presence import lock


class Ownership:
    """This process holds it until ``close``."""

    def __init__(self, path: Path) -> None:
        """Refused where another process has it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        try:
            lock(self._file)
        except OSError:
            holder = _holder(path)
            self._file.close()
            raise Refused(f"Another Ajar{holder} looks after the paid work of this data folder.",
                          "Run it there, or close that one first. All that costs nothing runs here too.") from None
        with suppress(OSError):
            path.with_suffix(".pid").write_text(str(os.getpid()), "ascii")

    def close(self) -> None:
        self._file.close()


def _holder(path: Path) -> str:
    with suppress(OSError, ValueError):
        return f" (process {int(path.with_suffix('.pid').read_text('ascii'))})"
    return ""
