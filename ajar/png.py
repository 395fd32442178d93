"""The chunks of a PNG file: read, checked and put in, without decoding a pixel."""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT = 64 << 20
"""Bytes of text that are read out of one chunk, once unpacked."""
MAX_PIXEL_BYTES = 1 << 31
STEP = 1 << 20


def read_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The kind and content of each chunk but the picture's own data. ValueError if the file is damaged."""
    if file.read(8) != SIGNATURE:
        raise ValueError("not a PNG file")
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise ValueError("the file is cut short")
        length, kind = struct.unpack(">I4s", head)
        content = b""
        if kind == b"IDAT":
            file.seek(length + 4, 1)
        else:
            content = file.read(length)
            if len(content) < length or file.read(4) != struct.pack(">I", zlib.crc32(kind + content)):
                raise ValueError("a chunk is damaged")
        yield kind, content
        if kind == b"IEND":
            return


def is_whole(data: bytes) -> bool:
    """Whether every chunk is there with the right checksum, and the packed pixels are neither too few nor broken."""
    at = 8
    left = MAX_PIXEL_BYTES
    unpacker = zlib.decompressobj()
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data) or struct.unpack_from(">I", data, end)[0] != zlib.crc32(data[at + 4 : end]):
            return False
        if kind == b"IHDR":
            left = _pixel_bytes(data[at + 8 : end])
        elif kind == b"IDAT":
            packed = data[at + 8 : end]
            while packed and not unpacker.eof:
                try:
                    left -= len(unpacker.decompress(packed, STEP))
                except zlib.error:
                    return False
                packed = unpacker.unconsumed_tail
        elif kind == b"IEND":
            return unpacker.eof and left <= 0
        at = end + 4
    return False


def _pixel_bytes(head: bytes) -> int:
    """How many bytes the pixels have before they are packed, a filter byte for each row included."""
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if interlaced:
        return 0
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    row: int = 1 + (width * channels * depth + 7) // 8
    return int(height * row)


def insert(data: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG file with these chunks right after its header, where readers look for profiles and texts."""
    after = 8 + 25
    packed = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return data[:after] + packed + data[after:]


def text_chunk(keyword: str, text: str) -> tuple[bytes, bytes]:
    """A packed international text chunk."""
    return b"iTXt", keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text.encode())


def profile_chunk(profile: bytes) -> tuple[bytes, bytes]:
    """An embedded colour profile."""
    return b"iCCP", b"icc\0\0" + zlib.compress(profile)


def read_text(file: BinaryIO, keyword: str) -> str | None:
    """The international text under this keyword, or None. ValueError if the file is damaged."""
    for kind, content in read_chunks(file):
        if kind == b"iTXt" and content.startswith(keyword.encode("latin-1") + b"\0"):
            flag = content[len(keyword) + 1]
            _, _, text = content[len(keyword) + 3 :].split(b"\0", 2)
            return (_unpack(text) if flag else text).decode()
    return None


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, MAX_TEXT)
    except zlib.error as error:
        raise ValueError("a packed chunk is damaged") from error
    if not unpacker.eof:
        raise ValueError("a packed chunk is cut short or too large")
    return plain
