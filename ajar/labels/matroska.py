"""Labels in Matroska and WebM files: tags at the end of the segment, so that no place in the film moves."""

from collections.abc import Iterator

from ajar.labels import Data, Label, Piece, Unfit

HEAD, SEGMENT, INFO, TAGS, VOID = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1254C367, 0xEC
TAG, TARGETS, SIMPLE, NAME, STRING = 0x7373, 0x63C0, 0x67C8, 0x45A3, 0x4487
TITLE, DATE, ATTACHMENTS = 0x7BA9, 0x4461, 0x1941A469
NAMES = ("AJAR", "XMP")


def fits(data: Data) -> bool:
    return data[:4] == b"\x1a\x45\xdf\xa3"


def read(data: Data) -> Label:
    found: dict[str, str] = {}
    first, last = _segment(data)[1:]
    for kind, _, content, stop in _elements(data, first, last):
        if kind == TAGS:
            found.update(_texts(data, content, stop))
    return Label(found.get("AJAR"), found.get("XMP"))


def write(data: Data, label: Label) -> Iterator[Piece]:
    size_at, first, last = _segment(data)
    if last != len(data):
        raise Unfit("something lies behind the segment")
    given = {name: text for name, text in zip(NAMES, label, strict=True) if text is not None}
    kept = {name: text for name, text in zip(NAMES, read(data), strict=True) if text is not None and name not in given}
    end = _end(data, first, last)
    tags = b"".join(
        _element(TAG, _element(TARGETS, b"") + _element(
            SIMPLE, _element(NAME, name.encode()) + _element(STRING, text.encode())))
        for name, text in {**kept, **given}.items()
    )
    fresh = _element(TAGS, tags)
    yield from _resized(data, size_at, first, end, end - first + len(fresh))
    yield fresh


def bare(data: Data) -> Iterator[Piece]:
    """Tags, attachments, title and date become empty room of the same size."""
    size_at, first, last = _segment(data)
    end = _end(data, first, last)
    pieces: list[Piece] = []
    for kind, start, content, stop in _elements(data, first, end):
        if kind in (TAGS, ATTACHMENTS):
            pieces.append(_room(stop - start))
        elif kind == INFO:
            pieces.append((start, content))
            pieces += [_room(after - before) if inner in (TITLE, DATE) else (before, after)
                       for inner, before, _, after in _elements(data, content, stop)]
        else:
            pieces.append((start, stop))
    head = list(_resized(data, size_at, first, end, end - first))
    yield from head[:-1]
    yield from pieces


def signed(data: Data) -> bool:
    return False  # C2PA has no place in Matroska


def _segment(data: Data) -> tuple[int, int, int]:
    """Where the size of the segment stands, where its content begins and where it ends."""
    _, at = _number(data, 0, keep=True)
    size, at = _number(data, at)
    at += size or 0
    kind, at = _number(data, at, keep=True)
    if kind != SEGMENT:
        raise ValueError("no segment follows the head")
    size, first = _number(data, at)
    return at, first, len(data) if size is None else min(first + size, len(data))


def _elements(data: Data, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Kind, start, start of the content and end of each element. Unfit where a live stream left sizes open."""
    while at < end:
        kind, after = _number(data, at, keep=True)
        size, content = _number(data, after)
        if size is None:
            raise Unfit("an element does not tell its size")
        if kind is None or content + size > end:
            raise ValueError("the file is cut short")
        yield kind, at, content, content + size
        at = content + size


def _number(data: Data, at: int, keep: bool = False) -> tuple[int | None, int]:
    """A number of variable length and where it ends; None where all its bits are set: unknown."""
    first = data[at]
    length = 9 - first.bit_length()
    if length > 8:
        raise ValueError("a number is damaged")
    whole = int.from_bytes(data[at : at + length], "big")
    if keep:
        return whole, at + length
    value = whole & ((1 << (7 * length)) - 1)
    return (None if value == (1 << (7 * length)) - 1 else value), at + length


def _texts(data: Data, at: int, end: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, _, content, stop in _elements(data, at, end):
        if kind != TAG:
            continue
        for inner, _, start, last in _elements(data, content, stop):
            if inner == SIMPLE:
                parts = {one: data[begin:close] for one, _, begin, close in _elements(data, start, last)}
                name = parts.get(NAME, b"").rstrip(b"\0").decode("utf-8", "replace").upper()
                if name in (*NAMES, "COMMENT") and STRING in parts:
                    text = parts[STRING].rstrip(b"\0").decode()
                    if name == "COMMENT" and not text.startswith('{"ajar"'):
                        continue
                    found["AJAR" if name == "COMMENT" else name] = text
    return found


def _end(data: Data, first: int, last: int) -> int:
    """Where the film ends and tags of ours, if they are the last thing in it, begin."""
    elements = list(_elements(data, first, last))
    if elements and elements[-1][0] == TAGS:
        _, start, content, stop = elements[-1]
        if set(_texts(data, content, stop)) and _only_ours(data, content, stop):
            return start
    return last


def _only_ours(data: Data, at: int, end: int) -> bool:
    for _, _, content, stop in _elements(data, at, end):
        for inner, _, start, last in _elements(data, content, stop):
            if inner == SIMPLE:
                names = [data[begin:close] for one, _, begin, close in _elements(data, start, last) if one == NAME]
                if any(name.decode("utf-8", "replace") not in NAMES for name in names):
                    return False
    return True


def _resized(data: Data, size_at: int, first: int, end: int, size: int) -> Iterator[Piece]:
    """The film up to its end, with another size of its segment, in the same room."""
    length = first - size_at
    unknown = _number(data, size_at)[0] is None
    if not unknown and size >= (1 << (7 * length)) - 1:
        raise Unfit("the size of the segment has no room")
    yield (0, size_at)
    yield data[size_at:first] if unknown else ((1 << (7 * length)) | size).to_bytes(length, "big")
    yield (first, end)


def _element(kind: int, content: bytes) -> bytes:
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + (1 << 56 | len(content)).to_bytes(8, "big") + content


def _room(size: int) -> bytes:
    """An empty element of exactly this many bytes; at least two."""
    if size < 10:
        return bytes((VOID, 0x80 | (size - 2))) + bytes(size - 2)
    return bytes((VOID,)) + (1 << 56 | (size - 9)).to_bytes(8, "big") + bytes(size - 9)
