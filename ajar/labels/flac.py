"""Labels in FLAC files: entries of their comment block."""

import struct
from collections.abc import Iterator

from ajar.labels import Data, Label, Piece, Unfit

STREAMINFO, SEEKTABLE, COMMENT = 0, 3, 4
NAMES = ("AJAR", "XMP")
MOST = (1 << 24) - 1


def fits(data: Data) -> bool:
    return data[:4] == b"fLaC"


def read(data: Data) -> Label:
    found: dict[str, str] = {}
    for kind, start, stop in _blocks(data)[0]:
        if kind == COMMENT:
            for line in _lines(data[start + 4 : stop])[1]:
                name, _, text = line.partition(b"=")
                found.setdefault(name.decode().upper(), text.decode())
    about = found.get("AJAR") or found.get("COMMENT", "")
    return Label(about if about.startswith("{") else None, found.get("XMP"))


def write(data: Data, label: Label) -> Iterator[Piece]:
    blocks, frames = _blocks(data)
    vendor, lines = b"", list[bytes]()
    for kind, start, stop in blocks:
        if kind == COMMENT:
            vendor, lines = _lines(data[start + 4 : stop])
    given = {name: text for name, text in zip(NAMES, label, strict=True) if text is not None}
    lines = [line for line in lines if line.partition(b"=")[0].decode().upper() not in given]
    lines += [f"{name}={text}".encode() for name, text in given.items()]
    content = _part(vendor) + struct.pack("<I", len(lines)) + b"".join(map(_part, lines))
    if len(content) > MOST:
        raise Unfit("the comments would be too large")
    rest = [(kind, data[start + 4 : stop]) for kind, start, stop in blocks if kind != COMMENT]
    yield _head([*rest[:1], (COMMENT, content), *rest[1:]])
    yield (frames, len(data))


def bare(data: Data) -> Iterator[Piece]:
    blocks, frames = _blocks(data)
    yield _head([(kind, data[start + 4 : stop]) for kind, start, stop in blocks if kind in (STREAMINFO, SEEKTABLE)])
    yield (frames, len(data))


def signed(data: Data) -> bool:
    return False  # C2PA has no place in FLAC


def _blocks(data: Data) -> tuple[list[tuple[int, int, int]], int]:
    """Kind, start and end of each block of metadata, and where the sound begins."""
    found, at, last = [], 4, False
    while not last:
        head = struct.unpack_from(">I", data, at)[0]
        last, kind, length = bool(head >> 31), head >> 24 & 0x7F, head & MOST
        if at + 4 + length > len(data):
            raise ValueError("the file is cut short")
        found.append((kind, at, at + 4 + length))
        at += 4 + length
    return found, at


def _lines(content: bytes) -> tuple[bytes, list[bytes]]:
    """Who wrote it, and the comments."""
    length = struct.unpack_from("<I", content)[0]
    vendor, at = content[4 : 4 + length], 8 + length
    lines = []
    for _ in range(struct.unpack_from("<I", content, 4 + length)[0]):
        length = struct.unpack_from("<I", content, at)[0]
        lines.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return vendor, lines


def _part(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def _head(blocks: list[tuple[int, bytes]]) -> bytes:
    parts = [struct.pack(">I", (number == len(blocks) - 1) << 31 | kind << 24 | len(content)) + content
             for number, (kind, content) in enumerate(blocks)]
    return b"fLaC" + b"".join(parts)
