"""Labels in MP3 files: frames of an ID3 tag (version 2.4) at their beginning."""

import struct
from collections.abc import Iterator

from ajar.labels import Data, Label, Piece, Unfit

MANIFEST = (b"application/x-c2pa-manifest-store", b"application/c2pa")
MOST = 1 << 28
USER_TEXT = b"T" + 3 * b"X"
"""The frame for texts of one's own."""


def fits(data: Data) -> bool:
    """With a tag, or with the first frame of sound at once (layer III)."""
    return data[:3] == b"ID3" or (data[:1] == b"\xff" and len(data) > 4 and data[1] & 0xE6 == 0xE2)


def read(data: Data) -> Label:
    about = xmp = None
    for kind, content in _frames(data)[1]:
        if kind == USER_TEXT and content[1:].startswith(b"ajar\0"):
            about = content[6:].rstrip(b"\0").decode()
        elif kind == b"PRIV" and content.startswith(b"XMP\0"):
            xmp = content[4:].decode()
    return Label(about, xmp)


def write(data: Data, label: Label) -> Iterator[Piece]:
    version, frames, sound = _frames(data)
    if data[:3] == b"ID3" and version not in (3, 4):
        raise Unfit("its tag is of a version that can't be added to")
    kept = [(kind, content) for kind, content in frames if not _replaced(kind, content, label)]
    if label.about is not None:
        kept.append((USER_TEXT, b"\x03ajar\0" + label.about.encode()))
    if label.xmp is not None:
        kept.append((b"PRIV", b"XMP\0" + label.xmp.encode()))
    version = version or 4
    body = b"".join(kind + _size(len(content), version) + b"\0\0" + content for kind, content in kept)
    if len(body) >= MOST:
        raise Unfit("the tag would be too large")
    yield b"ID3" + bytes((version, 0, 0)) + _size(len(body), 4) + body
    yield (sound, len(data))


def bare(data: Data) -> Iterator[Piece]:
    end = len(data) - 128 if len(data) > 128 and data[len(data) - 128 : len(data) - 125] == b"TAG" else len(data)
    yield (_frames(data)[2], end)


def signed(data: Data) -> bool:
    return any(kind == b"GEOB" and content[1:].startswith(MANIFEST) for kind, content in _frames(data)[1])


def _frames(data: Data) -> tuple[int, list[tuple[bytes, bytes]], int]:
    """The version of the tag (0: none), its frames, and where the sound begins."""
    if data[:3] != b"ID3":
        return 0, [], 0
    version, flags = data[3], data[5]
    end = 10 + _whole(data[6:10]) + (10 if flags & 0x10 else 0)
    if end > len(data):
        raise ValueError("the file is cut short")
    if version not in (3, 4) or flags & 0xC0:  # what is unsynchronised or extended is left as it is
        return version if version not in (3, 4) else 2, [], end
    at, found = 10, []
    while at + 10 <= end and data[at] != 0:
        kind, size = data[at : at + 4], data[at + 4 : at + 8]
        length = _whole(size) if version == 4 else struct.unpack(">I", size)[0]
        if at + 10 + length > end:
            raise ValueError("a frame of the tag is cut short")
        found.append((kind, data[at + 10 : at + 10 + length]))
        at += 10 + length
    return version, found, end


def _replaced(kind: bytes, content: bytes, label: Label) -> bool:
    if kind == USER_TEXT and label.about is not None:
        return content[1:].startswith(b"ajar\0")
    return kind == b"PRIV" and label.xmp is not None and content.startswith(b"XMP\0")


def _whole(four: bytes) -> int:
    """A number of seven bits a byte."""
    return four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3]


def _size(number: int, version: int) -> bytes:
    if version == 3:
        return struct.pack(">I", number)
    return bytes((number >> 21 & 127, number >> 14 & 127, number >> 7 & 127, number & 127))
