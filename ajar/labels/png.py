"""Labels in PNG files: international text chunks, as the format and the XMP specification have them."""

import struct
import zlib
from collections.abc import Iterator

from ajar.labels import Data, Label, Piece
from ajar.png import MAX_TEXT, SIGNATURE, text_chunk

KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
     b"pHYs", b"acTL", b"fcTL", b"fdAT")
)
"""What the picture itself needs; texts, times and manifests are not among it."""
ABOUT, XMP = b"ajar", b"XML:com.adobe.xmp"


def fits(data: Data) -> bool:
    return data[:8] == SIGNATURE


def read(data: Data) -> Label:
    found: dict[bytes, str] = {}
    for kind, start, stop in _chunks(data):
        if kind == b"iTXt" and (name := _name(data, start)) in (ABOUT, XMP):
            found.setdefault(name, _text(data[start + 8 : stop - 4]))
    return Label(found.get(ABOUT), found.get(XMP))


def write(data: Data, label: Label) -> Iterator[Piece]:
    """The new texts stand right after the header, where readers look for them."""
    gone = [name for name, text in ((ABOUT, label.about), (XMP, label.xmp)) if text is not None]
    yield (0, 8)
    for kind, start, stop in _chunks(data):
        if kind != b"iTXt" or _name(data, start) not in gone:
            yield (start, stop)
        if kind == b"IHDR":
            if label.about is not None:
                yield _chunk(*text_chunk("ajar", label.about))
            if label.xmp is not None:  # readers of XMP want it as it is, not packed
                yield _chunk(b"iTXt", XMP + b"\0\0\0\0\0" + label.xmp.encode())


def bare(data: Data) -> Iterator[Piece]:
    yield (0, 8)
    yield from ((start, stop) for kind, start, stop in _chunks(data) if kind in KEPT)


def signed(data: Data) -> bool:
    return any(kind == b"caBX" for kind, _, _ in _chunks(data))


def _chunks(data: Data) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk, head and checksum included."""
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise ValueError("the file is cut short")
        yield kind, at, at + 12 + length
        at += 12 + length


def _name(data: Data, start: int) -> bytes:
    return data[start + 8 : start + 8 + 80].partition(b"\0")[0]


def _text(content: bytes) -> str:
    name, _, rest = content.partition(b"\0")
    packed, (_, _, text) = rest[0], rest[2:].split(b"\0", 2)
    if not packed:
        return text.decode()
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(text, MAX_TEXT)
    except zlib.error as error:
        raise ValueError(f"the text {name!r} is damaged") from error
    if not unpacker.eof:
        raise ValueError(f"the text {name!r} is cut short or too large")
    return plain.decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
