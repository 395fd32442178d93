"""WAV files, read and written with the standard library: 8 to 32 bit and float, and the graph that made them."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.clips import Audio
from ajar.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MAX_FILE = 1 << 30
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE


def read(path: Path) -> Audio:
    """The sound in a file. UserError if it can't be read."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise UserError(f"{path.name} is too large to open.", "Sound files may have up to 1 GB.")
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path.name} can't be read.", "Check the path and that you may read the file.") from error
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        from ajar import film

        found = film.read_sound(path)
        if found is None:
            raise UserError(f"There is no sound in {path.name}.", "Choose another file.")
        return found
    try:
        chunks = dict(_chunks(data))
        return _decoded(chunks[b"fmt "], chunks[b"data"])
    except (KeyError, struct.error, ValueError, TypeError, ZeroDivisionError) as error:
        raise UserError(f"{path.name} is damaged or of an unknown kind of WAV.", "Save it as 16-bit WAV.") from error


def encode(audio: Audio, depth: str, about: str) -> bytes:
    """The bytes of a WAV file."""
    import numpy as np

    samples = np.ascontiguousarray(audio.array.T)
    if depth == "float":
        kind, bits, data = FLOAT, 32, samples.astype("<f4").tobytes()
    else:
        kind, bits = PCM, int(depth)
        whole = np.rint(np.clip(samples, -1, 1).astype(np.float64) * (2 ** (bits - 1) - 1)).astype("<i4")
        data = whole.astype("<i2").tobytes() if bits == 16 else whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    channels = audio.array.shape[0]
    width = channels * bits // 8
    head = struct.pack("<HHIIHH", kind, channels, audio.rate, audio.rate * width, width, bits)
    chunks = [(b"fmt ", head), (b"data", data)]
    if about:
        # The comment is what other programs show; the chunk of our own is what is read back.
        chunks += [(b"LIST", b"INFO" + _chunk(b"ICMT", about.encode() + b"\0")), (b"ajar", about.encode())]
    body = b"WAVE" + b"".join(_chunk(name, content) for name, content in chunks)
    if len(body) > 0xFFFF_FFF0:
        raise UserError("This sound is too long for a WAV file.", "Cut it, or save it in parts.")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def read_about(data: bytes) -> str | None:
    """The JSON that Ajar wrote into a WAV file."""
    found = dict(_chunks(data)).get(b"ajar")
    return found.decode() if found else None


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        # Recorders that were cut off leave a length of their wish; what is there counts.
        yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _decoded(head: bytes, data: bytes) -> Audio:
    import numpy as np

    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", head)
    if kind == EXTENSIBLE:
        kind = struct.unpack_from("<H", head, 24)[0]
    if not 1 <= channels <= 64 or bits not in {PCM: (8, 16, 24, 32), FLOAT: (32, 64)}.get(kind, ()):
        raise ValueError("unknown kind of samples")
    data = data[: len(data) - len(data) % (channels * bits // 8)]
    if kind == FLOAT:
        samples = np.nan_to_num(np.frombuffer(data, f"<f{bits // 8}").astype(np.float32))
    elif bits == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        samples = wide.view("<i4")[:, 0].astype(np.float32) / np.float32(2**31)
    elif bits == 8:
        samples = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / np.float32(128)
    else:
        samples = np.frombuffer(data, f"<i{bits // 8}").astype(np.float32) / np.float32(2 ** (bits - 1))
    return Audio(np.ascontiguousarray(samples.reshape(-1, channels).T), rate)
