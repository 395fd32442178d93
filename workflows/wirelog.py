"""Which machines were spoken with, and how it went: ``logs/requests.log``, for a person who looks for a fault.

A line has the time, the method, the address without its query, the status (0: no answer) and the milliseconds; no
header, no body, no key. At two megabytes the file is put aside, and the one put aside before is dropped.
"""

import threading
import time
from contextlib import suppress
from pathlib import Path

MOST = 2_000_000


class WireLog:
    """Called with each request, by any thread. Trouble with the disk is no trouble of the request."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "requests.log"
        self._lock = threading.Lock()

    def __call__(self, method: str, address: str, status: int, milliseconds: float) -> None:
        when = time.strftime("%Y-%m-%dT%H:%M:%S")
        with self._lock, suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > MOST:
                self._path.replace(self._path.with_suffix(".old.log"))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{when} {method} {address} {status} {milliseconds:.0f}\n")
