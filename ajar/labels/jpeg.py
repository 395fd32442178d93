"""Labels in JPEG files: XMP in its application segment, Ajar's text in comments or, as Pillow wrote it, in EXIF."""

import io
import struct
from collections.abc import Iterator

from ajar import jpeg
from ajar.labels import Data, Label, Piece

DROPPED = frozenset((0xE1, *range(0xE3, 0xEE), 0xFE))
"""All application segments but the density (0), the colour profile (2) and Adobe's colour transform (14)."""
XMP = b"http://ns.adobe.com/xap/1.0/\0"
ORIENTATION = 0x0112
MOST = 65_533


def fits(data: Data) -> bool:
    return data[:3] == b"\xff\xd8\xff"


def read(data: Data) -> Label:
    about = jpeg.read_text(io.BytesIO(data[: _scan(data)]))
    xmp = None
    for kind, start, stop in _segments(data):
        content = data[start + 4 : stop]
        if kind == 0xE1 and content.startswith(XMP):
            xmp = content[len(XMP) :].decode()
        elif kind == 0xE1 and content.startswith(b"Exif\0\0") and about is None:
            found = _exif(content).get(0x010E)
            about = found if isinstance(found, str) and found.startswith("{") else None
    return Label(about, xmp)


def write(data: Data, label: Label) -> Iterator[Piece]:
    """Behind the application segments, the first of which some readers want in their places."""
    fresh = b""
    if label.xmp is not None:
        content = XMP + label.xmp.encode()
        fresh += struct.pack(">BBH", 0xFF, 0xE1, len(content) + 2) + content
    if label.about is not None:
        fresh += jpeg.insert_text(b"\xff\xd8\xff\xd9", label.about)[2:-2]
    yield (0, 2)
    end = 2
    for kind, start, stop in _segments(data):
        if fresh and not 0xE0 <= kind <= 0xEF:
            yield fresh
            fresh = b""
        old_xmp = label.xmp is not None and kind == 0xE1 and data[start + 4 : start + 4 + len(XMP)] == XMP
        old_about = label.about is not None and kind == 0xFE and data[start + 4 : start + 9] == jpeg.MARK
        if not (old_xmp or old_about):
            yield (start, stop)
        end = stop
    yield fresh
    yield (end, len(data))


def bare(data: Data) -> Iterator[Piece]:
    """A camera's turn stays: without it the picture would lie on its side."""
    yield (0, 2)
    turn = _turn(data)
    end = 2
    for kind, start, stop in _segments(data):
        if turn > 1 and kind != 0xE0:
            yield _turned(turn)
            turn = 1
        if kind not in DROPPED:
            yield (start, stop)
        end = stop
    yield (end, len(data))


def signed(data: Data) -> bool:
    """JUMBF boxes lie in application segments 11 that begin with ``JP``."""
    return any(kind == 0xEB and data[start + 4 : start + 6] == b"JP" and b"c2pa" in data[start + 4 : start + 64]
               for kind, start, stop in _segments(data))


def _segments(data: Data) -> Iterator[tuple[int, int, int]]:
    """Kind, start and end of each segment before the pixels."""
    at = 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if end > len(data) or end < at + 4:
            raise ValueError("the file is cut short")
        yield data[at + 1], at, end
        at = end


def _scan(data: Data) -> int:
    return max((stop for _, _, stop in _segments(data)), default=2)


def _turn(data: Data) -> int:
    for kind, start, stop in _segments(data):
        if kind == 0xE1 and data[start + 4 : start + 10] == b"Exif\0\0":
            found = _exif(data[start + 4 : stop]).get(ORIENTATION, 1)
            return found if isinstance(found, int) and 1 <= found <= 8 else 1
    return 1


def _turned(turn: int) -> bytes:
    exif = struct.pack(">6s2sHIHHHIHHI", b"Exif\0\0", b"MM", 42, 8, 1, ORIENTATION, 3, 1, turn, 0, 0)
    return struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif


def _exif(content: bytes) -> dict[int, object]:
    import PIL.Image

    exif = PIL.Image.Exif()
    try:
        exif.load(content)
        return dict(exif)
    except Exception:  # Pillow raises what it likes about damaged EXIF; a picture without it is a picture all the same
        return {}
