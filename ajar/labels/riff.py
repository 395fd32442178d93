"""Labels in RIFF files: WebP pictures and WAV sounds."""

import struct
from collections.abc import Iterator

from ajar.labels import Data, Label, Piece, Unfit

WAV_KEPT = frozenset((b"fmt ", b"fact", b"data"))
WEBP_DROPPED = frozenset((b"EXIF", b"XMP ", b"C2PA", b"ajar"))
EXIF_FLAG, XMP_FLAG, ALPHA_FLAG = 0x08, 0x04, 0x10
IMAGE_DESCRIPTION = 0x010E


def fits(data: Data) -> bool:
    return data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE")


def read(data: Data) -> Label:
    found = {name: data[start + 8 : stop] for name, start, stop in _chunks(data) if name not in (b"data", b"VP8 ")}
    about, xmp = found.get(b"ajar"), found.get(b"_PMX" if _wave(data) else b"XMP ")
    text = about.decode() if about is not None else _description(found.get(b"EXIF", b""))
    return Label(text, xmp.decode().rstrip("\0") if xmp is not None else None)


def write(data: Data, label: Label) -> Iterator[Piece]:
    names = {b"ajar": label.about, b"_PMX" if _wave(data) else b"XMP ": label.xmp}
    given = {name: text.encode() for name, text in names.items() if text is not None}
    pieces: list[Piece] = []
    for name, start, stop in _chunks(data):
        if name == b"VP8X" and label.xmp is not None:  # the head says which chunks there are
            pieces.append(_chunk(name, bytes((data[start + 8] | XMP_FLAG, *data[start + 9 : stop]))))
        elif name not in given:
            pieces.append((start, stop + (stop - start) % 2))
    if not _wave(data) and label.xmp is not None and not any(name == b"VP8X" for name, _, _ in _chunks(data)):
        pieces.insert(0, _chunk(b"VP8X", _extended(data)))
    yield from _whole(data, [*pieces, *(_chunk(name, content) for name, content in given.items())])


def bare(data: Data) -> Iterator[Piece]:
    pieces: list[Piece] = []
    for name, start, stop in _chunks(data):
        if name == b"VP8X":
            # A head that was only there for the sake of a label goes with it.
            if any(one in (b"ANIM", b"ALPH", b"ICCP") for one, _, _ in _chunks(data)):
                flags = data[start + 8] & ~(EXIF_FLAG | XMP_FLAG)
                pieces.append(_chunk(name, bytes((flags, *data[start + 9 : stop]))))
        elif name in WAV_KEPT if _wave(data) else name not in WEBP_DROPPED:
            pieces.append((start, stop + (stop - start) % 2))
    yield from _whole(data, pieces)


def signed(data: Data) -> bool:
    return any(name == b"C2PA" for name, _, _ in _chunks(data))


def _wave(data: Data) -> bool:
    return data[8:12] == b"WAVE"


def _chunks(data: Data) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk; recorders that were cut off leave a length of their wish."""
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name, at, min(at + 8 + length, len(data))
        at += 8 + length + length % 2


def _whole(data: Data, pieces: list[Piece]) -> Iterator[Piece]:
    fixed: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece, bytes) and piece[1] > len(data):  # the last chunk lacks its even end
            fixed += [(piece[0], len(data)), b"\0"]
        else:
            fixed.append(piece)
    size = 4 + sum(len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in fixed)
    if size > 0xFFFF_FFF0:
        raise Unfit("the file would be too large")
    yield b"RIFF" + struct.pack("<I", size) + data[8:12]
    yield from fixed


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _extended(data: Data) -> bytes:
    """The extended head of a plain WebP picture: what is in it, and its size."""
    name, start, stop = next(_chunks(data), (b"", 0, 0))
    body = data[start + 8 : min(stop, start + 40)]
    if name == b"VP8L":
        bits = struct.unpack_from("<I", body, 1)[0]
        width, height, alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bits >> 28 & 1
    elif name == b"VP8 ":
        width, height = (number & 0x3FFF for number in struct.unpack_from("<HH", body, 6))
        alpha = 0
    else:
        raise ValueError("no picture comes first")
    flags = XMP_FLAG | (ALPHA_FLAG if alpha else 0)
    return b"".join((struct.pack("<I", flags), struct.pack("<I", width - 1)[:3], struct.pack("<I", height - 1)[:3]))


def _description(exif: bytes) -> str | None:
    if not exif:
        return None
    import PIL.Image

    found = PIL.Image.Exif()
    try:
        found.load(exif if exif.startswith(b"Exif\0\0") else b"Exif\0\0" + exif)
        text = found.get(IMAGE_DESCRIPTION)
    except Exception:  # Pillow raises what it likes about damaged EXIF
        return None
    return text if isinstance(text, str) and text.startswith("{") else None
