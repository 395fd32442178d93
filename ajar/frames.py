"""Messages on a pair of pipes: a JSON header, then raw buffers. Large buffers go by a file that the reader removes."""

import itertools
import json
import os
import threading
from pathlib import Path
from typing import IO, Any

from ajar import parcel
from ajar.errors import AjarError

MAGIC = b"AJR1"
MAX_HEADER = 64 * 2**20
MAX_BUFFER = 8 * 2**30
BY_FILE = 2**20
"""Buffers above this go by a file, so that a pipe is never blocked for long."""


class Frames:
    """One end of the pair. Any thread may send; only one may receive."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], folder: Path) -> None:
        """``folder`` is where both ends find large buffers."""
        self._reading = reading
        self._writing = writing
        self._folder = folder
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    def send(self, record: dict[str, Any], value: Any = None) -> None:
        """Send a plain record and a value. OSError when nobody reads any more."""
        header, buffers = parcel.pack(value)
        # A buffer by file is written before the lock is taken, so that a cancel never waits for a picture.
        places = [self._place(buffer) for buffer in buffers]
        raw = json.dumps({"record": record, "value": header, "buffers": places}, separators=(",", ":")).encode()
        if len(raw) > MAX_HEADER:
            raise AjarError("A value is too large to be sent to another process.", "Save it to a file instead.")
        with self._lock:
            self._writing.write(MAGIC + len(raw).to_bytes(4, "little") + raw)
            for buffer, place in zip(buffers, places, strict=True):
                if isinstance(place, int):
                    self._writing.write(buffer)
            self._writing.flush()

    def receive(self) -> tuple[dict[str, Any], Any] | None:
        """The next record and its value; None when the other end has gone. AjarError if what came is no frame."""
        start = self._read(8)
        if start is None:
            return None
        length = int.from_bytes(start[4:], "little")
        if start[:4] != MAGIC or length > MAX_HEADER:
            raise AjarError("Another process sent something that is no message.", "Run again.")
        raw = self._read(length)
        if raw is None:
            return None
        try:
            frame = json.loads(raw)
            record, places = frame["record"], frame["buffers"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise AjarError("Another process sent a damaged message.", "Run again.") from None
        buffers: list[bytes] = []
        for place in places:
            buffer = self._read(place) if isinstance(place, int) else self._fetch(place)
            if buffer is None:
                return None
            buffers.append(buffer)
        return record, parcel.unpack(frame["value"], buffers)

    def close(self) -> None:
        """Close both pipes; the other end reads the end of its pipe."""
        for pipe in (self._writing, self._reading):
            try:
                pipe.close()
            except OSError:  # the other end has gone before the last bytes were written
                pass

    def _place(self, buffer: memoryview) -> int | str:
        if buffer.nbytes <= BY_FILE:
            return buffer.nbytes
        path = self._folder / f"{os.getpid()}-{next(self._numbers)}.raw"
        try:
            path.write_bytes(buffer)
        except OSError as error:
            path.unlink(missing_ok=True)
            reason = error.strerror or str(error)
            raise AjarError(
                f"A large value can't be handed to another process: {reason}.", f"Make room where {self._folder} is."
            ) from None
        return path.name

    def _fetch(self, name: Any) -> bytes:
        path = self._folder / str(name)
        if Path(str(name)).name != name or path.stat().st_size > MAX_BUFFER:
            raise AjarError("Another process named a file that it may not send.", "Run again.")
        data = path.read_bytes()
        path.unlink()
        return data

    def _read(self, length: int) -> bytes | None:
        if not 0 <= length <= MAX_BUFFER:
            raise AjarError("Another process sent something that is no message.", "Run again.")
        try:
            data = self._reading.read(length)
        except (OSError, ValueError):  # closed on this side meanwhile
            return None
        return data if len(data) == length else None
