"""What a media file says of itself inside its own container: Ajar's JSON, an XMP packet, and whether it is signed.

Each format has a module. A new file is told as pieces, so that a film is never held in memory as a whole: a piece is
either bytes or the span (start, stop) of the old file that stays.
"""

import mmap
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

Piece = bytes | tuple[int, int]
Data = bytes | mmap.mmap
STEP = 1 << 20
DAMAGED = (ValueError, struct.error, IndexError, KeyError, UnicodeDecodeError, RecursionError, AttributeError)
"""What readers raise about a file that is not what its beginning promises."""


class Label(NamedTuple):
    """The two texts; None where there is none (reading) or where it stays as it is (writing)."""

    about: str | None = None
    """Ajar's own JSON."""
    xmp: str | None = None
    """An XMP packet."""


class Unfit(ValueError):
    """This one file has no room for a label, although files of its kind can have one."""


def format_of(data: Data) -> ModuleType | None:
    """The module that knows the container of a file, by its first bytes; None where a label can't be inside."""
    from ajar.labels import boxes, flac, gif, glb, jpeg, matroska, mp3, png, riff

    for one in (png, jpeg, riff, boxes, matroska, gif, flac, glb, mp3):
        if one.fits(data):
            return one
    return None


@contextmanager
def opened(path: Path) -> Iterator[Data]:
    """The bytes of a file, mapped. OSError as it comes."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def read(data: Data) -> Label:
    """What is inside; ``DAMAGED`` where the file is broken."""
    found = format_of(data)
    return found.read(data) if found is not None else Label()


def written(data: Data, label: Label) -> list[Piece] | None:
    """The file with this label in place of an older one; None where its container can't have one."""
    found = format_of(data)
    try:
        return list(found.write(data, label)) if found is not None else None
    except Unfit:
        return None


def bare(data: Data) -> list[Piece] | None:
    """The file without anything about its making; None where nobody knows how."""
    found = format_of(data)
    return list(found.bare(data)) if found is not None else None


def signed(data: Data) -> bool:
    """Whether there is a C2PA manifest inside: then a single changed byte would break its signature."""
    found = format_of(data)
    try:
        return bool(found.signed(data)) if found is not None else False
    except DAMAGED:
        return False


def content_of(data: Data) -> str:
    """The digest of what a file shows or sounds like, whatever is told about it; empty where nobody knows how."""
    from blake3 import blake3

    known = format_of(data)
    if known is None:
        return ""
    pieces = getattr(known, "essence", known.bare)(data)
    digest = blake3(max_threads=1)
    for part in bytes_of(data, pieces):
        digest.update(part)
    return f"blake3:{digest.hexdigest()}"


def bytes_of(data: Data, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The bytes of pieces, a megabyte at a time."""
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        start, stop = piece
        for at in range(start, stop, STEP):
            yield data[at : min(at + STEP, stop)]


def joined(data: Data, pieces: Sequence[Piece]) -> bytes:
    """Small files: all pieces in one."""
    return b"".join(bytes_of(data, pieces))
