"""Labels in MP4, MOV and M4A files: boxes of their own at the end, so that no place in the film moves."""

import struct
from collections.abc import Iterator
from uuid import UUID

from ajar.labels import Data, Label, Piece, Unfit

ABOUT = UUID("5f0c9d3e-6a1b-4d53-9c0e-616a61720001").bytes
"""Ajar's own kind of box."""
XMP = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
C2PA = UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
FILMS = (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip")
HOLDS = (b"moov", b"trak", b"mdia")
TOLD = (b"udta", b"meta")
"""Boxes in which titles, comments and the like stand."""
TIMED = {b"mvhd": (4, 8), b"tkhd": (4, 8), b"mdhd": (4, 8)}
PICTURES = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")


def fits(data: Data) -> bool:
    """Films and sounds; pictures in such boxes count their places in another way."""
    return data[4:8] == b"ftyp" and data[8:12] not in PICTURES


def read(data: Data) -> Label:
    found: dict[bytes, str] = {}
    for kind, start, stop in _boxes(data, 0, len(data)):
        if kind == b"uuid" and (name := _uuid(data, start)) in (ABOUT, XMP):
            found[name] = data[_content(data, start) + 16 : stop].decode()
    return Label(found.get(ABOUT), found.get(XMP))


def write(data: Data, label: Label) -> Iterator[Piece]:
    given = {name: text.encode() for name, text in ((ABOUT, label.about), (XMP, label.xmp)) if text is not None}
    boxes = list(_boxes(data, 0, len(data)))
    if not boxes or struct.unpack_from(">I", data, boxes[-1][1])[0] == 0:
        raise Unfit("the last box goes on to the end, whatever comes")
    end = _end(data, boxes, given)
    yield from _span(data, boxes, end, given)
    yield from (struct.pack(">I4s", 24 + len(text), b"uuid") + name + text for name, text in given.items())


def bare(data: Data) -> Iterator[Piece]:
    """What was told becomes empty room of the same size; times of making become zero."""
    boxes = list(_boxes(data, 0, len(data)))
    ours = (ABOUT, XMP, C2PA)
    end = _end(data, boxes, ours)
    for kind, start, stop in boxes:
        if start >= end:
            return
        if kind == b"uuid" and _uuid(data, start) in ours:
            yield _room(stop - start)
        elif kind == b"moov":
            yield from _quiet(data, kind, start, stop)
        elif kind in TOLD:
            yield _room(stop - start)
        else:
            yield (start, stop)


def essence(data: Data) -> Iterator[Piece]:
    """What is seen and heard, wherever in the file it lies: a manifest at its beginning moves all the rest."""
    for kind, start, stop in _boxes(data, 0, len(data)):
        if kind not in (*TOLD, b"uuid", b"free", b"skip", b"wide"):
            yield from _still(data, kind, start, stop)


def signed(data: Data) -> bool:
    for kind, start, _ in _boxes(data, 0, len(data)):
        if kind == b"jumb" or (kind == b"uuid" and _uuid(data, start) == C2PA):
            return True
    return False


def _quiet(data: Data, kind: bytes, start: int, stop: int) -> Iterator[Piece]:
    content = _content(data, start)
    if kind in TOLD:
        yield _room(stop - start)
    elif kind in HOLDS:
        yield (start, content)
        for inner, first, last in _boxes(data, content, stop):
            yield from _quiet(data, inner, first, last)
    elif kind in TIMED:
        short, long = TIMED[kind]
        wide = data[content] == 1
        size = 2 * (long if wide else short)
        yield (start, content + 4)
        yield bytes(size)
        yield (content + 4 + size, stop)
    else:
        yield (start, stop)


def _still(data: Data, kind: bytes, start: int, stop: int) -> Iterator[Piece]:
    """A box without sizes of what holds others, and without places in the file."""
    content = _content(data, start)
    if kind in (*HOLDS, b"minf", b"stbl"):
        for inner, first, last in _boxes(data, content, stop):
            if inner not in TOLD:
                yield from _still(data, inner, first, last)
    elif kind in TIMED:
        yield kind
        size = 2 * TIMED[kind][1 if data[content] == 1 else 0]
        yield (content + 4 + size, stop)
    elif kind in (b"stco", b"co64"):
        yield data[content + 4 : content + 8]  # how many there are
    else:
        yield kind
        yield (content, stop)


def _boxes(data: Data, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each box."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1:
            size = struct.unpack_from(">Q", data, at + 8)[0]
        elif size == 0:
            size = end - at
        if size < 8 or at + size > end:
            if kind == b"\0\0\0\0" or at == 0:
                raise ValueError("a box is damaged")
            raise ValueError("the file is cut short")
        yield kind, at, at + size
        at += size


def _content(data: Data, start: int) -> int:
    return start + (16 if struct.unpack_from(">I", data, start)[0] == 1 else 8)


def _uuid(data: Data, start: int) -> bytes:
    content = _content(data, start)
    return data[content : content + 16]


def _end(data: Data, boxes: list[tuple[bytes, int, int]], names: "dict[bytes, bytes] | tuple[bytes, ...]") -> int:
    """Where the film ends and the labels behind it begin."""
    end = len(data)
    for kind, start, stop in reversed(boxes):
        if kind != b"uuid" or _uuid(data, start) not in names or stop != end:
            break
        end = start
    return end


def _span(data: Data, boxes: list[tuple[bytes, int, int]], end: int, names: dict[bytes, bytes]) -> Iterator[Piece]:
    """Everything before ``end``; older labels that lie in the middle become empty room."""
    for kind, start, stop in boxes:
        if start >= end:
            return
        old = kind == b"uuid" and _uuid(data, start) in names
        yield _room(stop - start) if old else (start, stop)


def _room(size: int) -> bytes:
    return struct.pack(">I4s", size, b"free") + bytes(size - 8)
