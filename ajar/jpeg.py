"""Long texts in JPEG files: packed into comment segments, as one segment holds 64 kB at most."""

import base64
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

MARK = b"ajar:"
PART = 60_000
MAX_TEXT = 64 << 20
COMMENT = 0xFE


def insert_text(data: bytes, text: str) -> bytes:
    """The file with this text in comments behind its application segments."""
    packed = base64.b64encode(zlib.compress(text.encode()))
    parts = [MARK + packed[at : at + PART] for at in range(0, len(packed), PART)]
    comments = b"".join(struct.pack(">BBH", 0xFF, COMMENT, len(part) + 2) + part for part in parts)
    at = 2
    while data[at] == 0xFF and 0xE0 <= data[at + 1] <= 0xEF:
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return data[:at] + comments + data[at:]


def read_text(file: BinaryIO) -> str | None:
    """The text that ``insert_text`` put in, or None. ValueError if it is damaged."""
    packed = b"".join(part.removeprefix(MARK) for part in _comments(file) if part.startswith(MARK))
    if not packed:
        return None
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(base64.b64decode(packed, validate=True), MAX_TEXT)
    except zlib.error as error:
        raise ValueError("the packed text is damaged") from error
    if not unpacker.eof:
        raise ValueError("the packed text is cut short or too large")
    return plain.decode()


def _comments(file: BinaryIO) -> Iterator[bytes]:
    if file.read(2) != b"\xff\xd8":
        return
    while len(head := file.read(4)) == 4:
        mark, kind, length = struct.unpack(">BBH", head)
        if mark != 0xFF or kind == 0xDA or length < 2:
            return
        content = file.read(length - 2)
        if kind == COMMENT:
            yield content
