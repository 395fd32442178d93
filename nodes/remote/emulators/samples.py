"""Media for emulators to answer with: each text gives its own colours, so that results can be told apart."""

import io
import struct
import wave
import zlib
from functools import lru_cache
from hashlib import blake2b
from typing import Any


@lru_cache(maxsize=64)
def picture(text: str, width: int = 64, height: int = 64) -> bytes:
    """A PNG of diagonal bands in two colours that the text decides."""
    mark = blake2b(text.encode(), digest_size=8).digest()
    first, second = mark[:3], mark[3:6]
    band = 8 + mark[6] % 16
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += first if (x + y) // band % 2 else second
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


@lru_cache(maxsize=32)
def picture_as(text: str, format: str, width: int = 64, height: int = 64) -> bytes:
    """The picture as ``jpeg`` or ``webp``."""
    import PIL.Image

    found = io.BytesIO()
    PIL.Image.open(io.BytesIO(picture(text, width, height))).save(found, format)
    return found.getvalue()


@lru_cache(maxsize=16)
def film(
    text: str, seconds: float = 1.0, width: int = 64, height: int = 64, fps: int = 8, sound: bool = False
) -> bytes:
    """An MP4 (H.264, AAC) in which the bands of the picture walk."""
    import av
    import numpy as np
    import PIL.Image

    still = np.asarray(PIL.Image.open(io.BytesIO(picture(text, width, height))).convert("RGB"))
    found = io.BytesIO()
    with av.open(found, "w", format="mp4") as container:
        pictures: Any = container.add_stream("libx264", rate=fps)
        pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
        track: Any = container.add_stream("aac", rate=44100) if sound else None
        for number in range(max(1, round(seconds * fps))):
            frame = av.VideoFrame.from_ndarray(np.roll(still, 4 * number, axis=1), format="rgb24")
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode())
        if track is not None:
            _tone_into(container, track, seconds)
    return found.getvalue()


@lru_cache(maxsize=16)
def sound(text: str, seconds: float = 1.0, rate: int = 22050) -> bytes:
    """A WAV of one tone whose pitch the text decides."""
    found = io.BytesIO()
    with wave.open(found, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm(text, seconds, rate))
    return found.getvalue()


@lru_cache(maxsize=16)
def pcm(text: str, seconds: float = 1.0, rate: int = 22050) -> bytes:
    """The same tone as bare samples, 16 bit, one channel."""
    import numpy as np

    pitch = 220 + blake2b(text.encode(), digest_size=1).digest()[0]
    times = np.arange(max(1, int(seconds * rate))) / rate
    samples: Any = (np.sin(2 * np.pi * pitch * times) * 9000).astype("<i2")
    return bytes(samples.tobytes())


@lru_cache(maxsize=16)
def mp3(text: str, seconds: float = 1.0, rate: int = 44100) -> bytes:
    """The tone as MP3."""
    import av

    found = io.BytesIO()
    with av.open(found, "w", format="mp3") as container:
        _tone_into(container, container.add_stream("mp3", rate=rate), seconds, text)
    return found.getvalue()


def _tone_into(container: Any, track: Any, seconds: float, text: str = "") -> None:
    import av
    import numpy as np

    samples = np.frombuffer(pcm(text, seconds, track.rate), "<i2").reshape(1, -1)
    frame: Any = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = track.rate
    for part in (*av.AudioResampler(format=track.format, layout=track.layout, rate=track.rate).resample(frame), None):
        container.mux(track.encode(part))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
