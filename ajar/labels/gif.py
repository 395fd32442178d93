"""Labels in GIF files: a comment, and the application extension that the XMP specification describes."""

from collections.abc import Iterator

from ajar.labels import Data, Label, Piece

COMMENT, APPLICATION = 0xFE, 0xFF
XMP = b"XMP DataXMP"
KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
"""What an animation needs: how often it repeats, and its colours."""
TRAILER = bytes((1, *range(255, -1, -1), 0))
"""Behind an XMP packet: whichever byte a reader of blocks lands on leads it to the end."""


def fits(data: Data) -> bool:
    return data[:6] in (b"GIF87a", b"GIF89a")


def read(data: Data) -> Label:
    about = xmp = None
    for kind, start, stop in _parts(data):
        if kind == COMMENT and (text := _blocks(data, start + 2)).startswith(b"ajar:"):
            about = text[5:].decode()
        elif kind == APPLICATION and data[start + 3 : start + 14] == XMP:
            xmp = data[start + 14 : stop - len(TRAILER)].decode()
    return Label(about, xmp)


def write(data: Data, label: Label) -> Iterator[Piece]:
    """Right before the end."""
    yield b"GIF89a"
    end = 6
    for kind, start, stop in _parts(data):
        if kind == 0x3B:
            if label.about is not None:
                yield b"\x21\xfe" + _cut(b"ajar:" + label.about.encode())
            if label.xmp is not None:
                yield b"\x21\xff\x0b" + XMP + label.xmp.encode() + TRAILER
        old_about = (kind == COMMENT and label.about is not None
                     and _blocks(data, start + 2).startswith(b"ajar:"))
        old_xmp = kind == APPLICATION and label.xmp is not None and data[start + 3 : start + 14] == XMP
        if not (old_about or old_xmp):
            yield (start, stop)
        end = stop
    yield (end, len(data))


def bare(data: Data) -> Iterator[Piece]:
    yield b"GIF89a"
    for kind, start, stop in _parts(data):
        told = kind == COMMENT or (kind == APPLICATION and data[start + 3 : start + 14] not in KEPT)
        if not told:
            yield (start, stop)


def signed(data: Data) -> bool:
    return any(kind == APPLICATION and data[start + 3 : start + 14] == b"C2PA_GIF\1\0\0"
               for kind, start, _ in _parts(data))


def _parts(data: Data) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of the screen (0), of each extension (its label), picture (0x2C) and the end (0x3B)."""
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    yield 0, 6, at
    while at < len(data):
        start, mark = at, data[at]
        if mark == 0x3B:
            yield mark, start, start + 1
            return
        if mark == 0x21:
            kind = data[at + 1]
            at = _skip(data, at + 2)
            if kind == APPLICATION and data[start + 3 : start + 14] == XMP:
                at = max(at, _packet_end(data, start + 14))
            yield kind, start, at
        elif mark == 0x2C:
            local = data[at + 9]
            at = _skip(data, at + 10 + (3 << (local & 7) + 1 if local & 0x80 else 0) + 1)
            yield mark, start, at
        else:
            raise ValueError("a part of the picture is damaged")
    raise ValueError("the file is cut short")


def _skip(data: Data, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _packet_end(data: Data, at: int) -> int:
    found = data.find(TRAILER, at)
    return found + len(TRAILER) if found >= 0 else 0


def _blocks(data: Data, at: int) -> bytes:
    found = b""
    while data[at]:
        found += data[at + 1 : at + 1 + data[at]]
        at += data[at] + 1
    return found


def _cut(text: bytes) -> bytes:
    return b"".join(bytes((len(text[at : at + 255]),)) + text[at : at + 255] for at in range(0, len(text), 255)) + b"\0"
