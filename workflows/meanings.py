"""What an input of a generator means, whatever its model calls it, and its lengths and shapes in numbers.

Models differ in the names of their inputs (``first`` and ``first_frame``), and in how they count: frames or seconds,
pixels or a shape with a resolution. Read from signatures and from the providers' rows; no model is named here.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from ajar.contract import NodeType, Socket
from ajar.hints import Area, Model
from ajar.plain import Size

Modality = Literal["image", "video", "audio", "mesh", "text"]
MODALITIES: Mapping[str, Modality] = {
    "Image": "image", "Video": "video", "Audio": "audio", "Mesh": "mesh", "str": "text",
}
"""By the name of the type that a generator gives."""
PICTURES = {
    "first_frame": "first", "last_frame": "last", "pictures": "references", "reference": "references",
    "likeness": "references",
}
"""Names of inputs that take pictures, by what they mean; other names mean themselves."""
WORDS = ("prompt", "text", "idea")
ROLES: Mapping[str, tuple[str, ...]] = {
    "first": ("first_frame",), "last": ("last_frame",), "references": ("reference",), "image": ("image", "reference"),
    "video": ("video",), "voice": ("voice", "audio"), "mask": ("mask",),
}
"""What ``roles`` of an offer calls the media that an input takes."""
HEIGHTS = {"hd": 720, "fhd": 1080, "qhd": 1440, "uhd": 2160, "2k": 1440, "4k": 2160, "8k": 4320}
"""The short side of a film by the name of its resolution, in pixels."""
PIXELS = 100
"""From this number on, both sides of a shape are pixels (``1280:720``), not a ratio (``16:9``)."""


def meaning(socket: Socket) -> str:
    """One word for what an input is for: ``prompt``, ``seed``, ``first``, ``references``, ``size``, ...; its name."""
    name = getattr(socket.type, "__name__", "")
    if socket.is_seed:
        return "seed"
    if name == "Lora":
        return "loras"
    if name == "Image":
        return PICTURES.get(socket.name, socket.name)
    if socket.hint(Area) is not None and socket.name in WORDS:
        return "prompt"
    return socket.name


def by_meaning(type_: NodeType) -> dict[str, Socket]:
    """The inputs of a type; where two mean the same, the first."""
    found: dict[str, Socket] = {}
    for socket in type_.inputs:
        found.setdefault(meaning(socket), socket)
    return found


def model_socket(type_: NodeType) -> Socket | None:
    """Where its model is named."""
    return next((socket for socket in type_.inputs if socket.name == "model" and socket.hint(Model)), None)


def modality_of(type_: NodeType) -> Modality | None:
    """What a generator makes: the first of its outputs that is media, else text. None for what makes nothing."""
    found = [MODALITIES.get(getattr(output.type, "__name__", "")) for output in type_.outputs]
    media = [one for one in found if one not in (None, "text")]
    return media[0] if media else next((one for one in found if one), None)


def output_for(type_: NodeType, modality: Modality) -> str | None:
    """The name of the first output of this modality; None where there is none."""
    return next((output.name for output in type_.outputs
                 if MODALITIES.get(getattr(output.type, "__name__", "")) == modality), None)


def nearest(rule: Any, wanted: float, *, whole: bool = True) -> float | int | None:
    """The number nearest to ``wanted`` in a list or within {low, high}; None without a rule. Of two, the larger."""
    if isinstance(rule, Mapping):
        number = min(max(wanted, rule.get("low", wanted)), rule.get("high", wanted))
        return _half_up(number) if whole else number
    if isinstance(rule, Sequence) and not isinstance(rule, str) and rule:
        found: float | int = min(rule, key=lambda one: (abs(one - wanted), -one))
        return found
    return None


def ratio_in(text: str) -> tuple[float, float] | None:
    """``16:9``, ``1280:720`` or ``1536x1024`` as two numbers; None for words such as ``auto``."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)[:x](\d+(?:\.\d+)?)", text)
    return (float(found[1]), float(found[2])) if found and float(found[2]) else None


def nearest_shape(shapes: Collection[str], size: Size) -> str | None:
    """The shape most like this size; of those in pixels with the same ratio the one with about as many."""
    read = [(text, pair) for text in shapes if (pair := ratio_in(text)) is not None]

    def distance(entry: tuple[str, tuple[float, float]]) -> tuple[float, float]:
        wide, high = entry[1]
        off = abs(math.log(wide / high * size.height / size.width))
        area = abs(math.log(wide * high / (size.width * size.height))) if min(wide, high) >= PIXELS else 0.0
        return round(off, 2), area

    return min(read, key=distance)[0] if read else None


def side_of(resolution: str, modality: Modality) -> int | None:
    """The short side of a film, or the side of a square picture, in pixels; None for words such as ``default``."""
    text = resolution.lower()
    if found := re.fullmatch(r"(\d+)p?", text):
        return int(found[1])
    if modality == "image" and (found := re.fullmatch(r"(\d+(?:\.\d+)?)k", text)):
        return round(float(found[1]) * 1024)
    return HEIGHTS.get(text)


def nearest_resolution(resolutions: Collection[str], size: Size, modality: Modality) -> str | None:
    """The resolution nearest to this size."""
    wanted = math.sqrt(size.width * size.height) if modality == "image" else min(size.width, size.height)
    read = [(text, side) for text in resolutions if (side := side_of(text, modality)) is not None]
    return min(read, key=lambda entry: abs(math.log(entry[1] / wanted)))[0] if read else None


def size_from(shape: str, resolution: str, modality: Modality, multiple: int = 16) -> Size | None:
    """The size that a shape and a resolution mean, on the grid of a model; None where one of them is a word."""
    pair = ratio_in(shape)
    if pair is None:
        return None
    wide, high = pair
    if min(pair) >= PIXELS:
        return Size(_on(wide, multiple), _on(high, multiple))
    side = side_of(resolution, modality)
    if side is None:
        return None
    scale = side / math.sqrt(wide * high) if modality == "image" else side / min(wide, high)
    return Size(_on(wide * scale, multiple), _on(high * scale, multiple))


def _on(length: float, multiple: int) -> int:
    return max(1, round(length / multiple)) * multiple


def _half_up(number: float) -> int:
    return math.floor(number + 0.5)
