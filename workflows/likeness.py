"""How alike two results are: byte by byte, to the eye by a hash of what a picture shows, or word by word."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

SAME_BITS, NEAR_BITS = 6, 16
"""Of 64: up to here two pictures have the same shapes, and up to there nearly."""
SAME_TINT, NEAR_TINT = 6.0, 20.0
"""Of 255: by how much their colours may differ on the average."""
LEAST = 3
"""Of 255: what falls by less is level, else noise would decide."""
SAME_WORDS = 0.9
Word = Literal["same", "alike", "near", "other"]
"""same     every byte
alike    the eye sees no difference
near     the same at a glance
other    something else
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What is kept of a result to compare it with later ones."""

    kind: str
    digest: str
    """BLAKE3 of the content."""
    hash: str = ""
    """64 bits in hexadecimal: of 8 by 8 places of a picture, whether the next one is darker."""
    tint: str = ""
    """The colours of 4 by 4 places, in hexadecimal."""
    text: str = ""


def look_of(value: Any) -> Look:
    """What is kept of a value; of a film its middle picture counts."""
    from ajar.values import Image, Video

    kind = type(value).__name__.lower()
    if isinstance(value, Image):
        return Look("image", value.digest or _digest(value.array.tobytes()), _hash(value), _tint(value))
    if isinstance(value, Video):
        shot = _middle(value)
        return Look("video", _digest(value.path.read_bytes()), _hash(shot), _tint(shot))
    if isinstance(value, str):
        return Look("text", _digest(value.encode("utf-8", "surrogatepass")), text=value[:20_000])
    if hasattr(value, "array"):
        return Look(kind, _digest(value.array.tobytes()))
    return Look(kind, _digest(value.path.read_bytes()) if hasattr(value, "path") else "")


def compare(one: Look, other: Look) -> Word:
    """How alike they are. Of sounds and bodies only equal bytes can be told."""
    if one.kind == other.kind and one.digest == other.digest:
        return "same"
    if one.kind != other.kind:
        return "other"
    if one.hash and other.hash:
        bits = (int(one.hash, 16) ^ int(other.hash, 16)).bit_count()
        pairs = list(zip(bytes.fromhex(one.tint), bytes.fromhex(other.tint), strict=False))
        tint = sum(abs(first - second) for first, second in pairs) / max(len(pairs), 1)
        if bits <= SAME_BITS and tint <= SAME_TINT:
            return "alike"
        return "near" if bits <= NEAR_BITS and tint <= NEAR_TINT else "other"
    if one.kind == "text":
        ratio = SequenceMatcher(None, one.text, other.text, autojunk=False).ratio()
        return "alike" if ratio >= SAME_WORDS else "near" if ratio >= 0.6 else "other"
    return "other"


def _hash(image: Any) -> str:
    """A difference hash: light falls from left to right or does not, in 8 rows of 8."""
    import numpy as np
    import PIL.Image

    small = image.rgb().pil().convert("L").resize((9, 8), PIL.Image.Resampling.LANCZOS)
    grey = np.asarray(small).astype(int)
    bits = (grey[:, 1:] + LEAST < grey[:, :-1]).flatten()
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def _tint(image: Any) -> str:
    import PIL.Image

    found: bytes = image.rgb().pil().resize((4, 4), PIL.Image.Resampling.BOX).tobytes()
    return found.hex()


def _middle(video: Any) -> Any:
    from ajar import film

    shots = film.frames(video.path, start=video.seconds / 2)
    found = next(shots, None)
    return found if found is not None else next(film.frames(video.path))


def _digest(data: bytes) -> str:
    from blake3 import blake3

    return str(blake3(data).hexdigest())
