"""Labels in GLB files: extras of their asset."""

import json
import struct
from collections.abc import Iterator
from typing import Any

from ajar.labels import Data, Label, Piece


def fits(data: Data) -> bool:
    return data[:4] == b"glTF"


def read(data: Data) -> Label:
    extras = _scene(data)[0].get("asset", {}).get("extras")
    if not isinstance(extras, dict):
        return Label()
    about, xmp = extras.get("ajar"), extras.get("xmp")
    text = None if about is None else json.dumps(about, ensure_ascii=False)
    return Label(text, xmp if isinstance(xmp, str) else None)


def write(data: Data, label: Label) -> Iterator[Piece]:
    scene, rest = _scene(data)
    asset = scene.setdefault("asset", {"version": "2.0"})
    extras = dict(asset.get("extras") or {})
    if label.about is not None:
        extras["ajar"] = json.loads(label.about)
    if label.xmp is not None:
        extras["xmp"] = label.xmp
    asset["extras"] = extras
    yield from _whole(data, scene, rest)


def bare(data: Data) -> Iterator[Piece]:
    scene, rest = _scene(data)
    scene.get("asset", {}).pop("extras", None)
    yield from _whole(data, scene, rest)


def signed(data: Data) -> bool:
    return False  # C2PA has no place in GLB


def _scene(data: Data) -> tuple[dict[str, Any], int]:
    """The description, and where the geometry begins."""
    length = struct.unpack_from("<I", data, 12)[0]
    scene = json.loads(data[20 : 20 + length])
    if not isinstance(scene, dict):
        raise ValueError("no scene in it")
    return scene, 20 + length


def _whole(data: Data, scene: dict[str, Any], rest: int) -> Iterator[Piece]:
    text = json.dumps(scene, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    yield data[:8] + struct.pack("<II", 20 + len(text) + len(data) - rest, len(text)) + data[16:20] + text
    yield (rest, len(data))
