"""Media files without what is written in them about their making: for a client, or for the web."""

import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

from ajar.errors import AjarError
from workflows.disk import trouble

PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
     b"pHYs", b"acTL", b"fcTL", b"fdAT")
)
"""What the picture itself needs; texts, times and manifests are not among it."""
WAV_KEPT = frozenset((b"fmt ", b"fact", b"data"))
JPEG_DROPPED = frozenset((*range(0xE1, 0xE2), *range(0xE3, 0xEE), 0xFE))
"""All application segments but the density (0), the colour profile (2) and Adobe's colour transform (14)."""
FILMS = (".mp4", ".mov", ".m4a", ".mkv", ".webm", ".flac")


def bare(path: Path) -> bytes:
    """The bytes of a file without its metadata. Pixels and sound are untouched. AjarError where that can't be done."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise trouble(error, f"read {path.name}") from error
    strip = _stripper(data, path)
    if strip is None:
        raise AjarError(f"Ajar can't remove the metadata of {path.name}.", "Export it with its metadata.")
    try:
        return strip(data)
    except (struct.error, ValueError, IndexError) as error:
        raise AjarError(f"{path.name} is damaged: its metadata can't be removed.", "Make it again.") from error


def _stripper(data: bytes, path: Path) -> Callable[[bytes], bytes] | None:
    if data.startswith(b"\x89PNG"):
        return _png
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if data.startswith(b"RIFF") and data[8:12] in (b"WEBP", b"WAVE"):
        return _webp if data[8:12] == b"WEBP" else _wav
    if data.startswith(b"glTF"):
        return _glb
    if path.suffix.lower() in FILMS:
        return lambda _: _film(path)
    return (lambda data: data) if path.suffix.lower() in (".txt", ".csv") else None


def _png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in PNG_KEPT:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if data[at + 1] not in JPEG_DROPPED:
            kept.append(data[at:end])
        at = end
    return b"".join((*kept, data[at:]))


def _riff(data: bytes, wanted: Callable[[bytes], bool]) -> list[tuple[bytes, bytes]]:
    found, at = [], 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if wanted(name):
            found.append((name, data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def _webp(data: bytes) -> bytes:
    chunks = _riff(data, lambda name: name not in (b"EXIF", b"XMP ", b"C2PA"))
    # The head says which chunks there are.
    plain = [(name, bytes((part[0] & ~0x0C, *part[1:])) if name == b"VP8X" else part) for name, part in chunks]
    return _joined(b"WEBP", plain)


def _wav(data: bytes) -> bytes:
    return _joined(b"WAVE", _riff(data, lambda name: name in WAV_KEPT))


def _joined(kind: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = kind + b"".join(
        name + struct.pack("<I", len(part)) + part + bytes(len(part) % 2) for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _glb(data: bytes) -> bytes:
    length = struct.unpack_from("<I", data, 12)[0]
    scene = json.loads(data[20 : 20 + length])
    scene.get("asset", {}).pop("extras", None)
    text = json.dumps(scene, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    return data[:8] + struct.pack("<II", 20 + len(text) + len(rest), len(text)) + data[16:20] + text + rest


def _film(path: Path) -> bytes:
    """The same packets in a new file."""
    import av

    with tempfile.TemporaryDirectory(prefix="ajar-bare-") as folder:
        target = Path(folder) / path.name
        try:
            with av.open(f"file:{path}") as source, av.open(str(target), "w") as copy:
                streams = {
                    stream.index: copy.add_stream_from_template(stream)
                    for stream in source.streams if stream.type in ("video", "audio")
                }
                for packet in source.demux(*(source.streams[index] for index in streams)):
                    if packet.dts is not None:
                        packet.stream = streams[packet.stream.index]
                        copy.mux(packet)
        except av.FFmpegError as error:
            message = f"The metadata of {path.name} can't be removed: {error.strerror}."
            raise AjarError(message, "Export it with its metadata.") from error
        return target.read_bytes()

