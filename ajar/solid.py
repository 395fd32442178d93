"""The triangles of a GLB file: where they are, what colour they have. Textures are read at the corners only."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar import glb
from ajar.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MOST_POINTS = 5_000_000
MOST_NODES = 10_000
MOST_PIXELS = 64_000_000
"""Of one texture."""
KINDS: dict[int, tuple[str, int]] = {
    5120: ("i1", 1), 5121: ("u1", 1), 5122: ("<i2", 2), 5123: ("<u2", 2), 5125: ("<u4", 4), 5126: ("<f4", 4),
}
WIDE = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
BINARY_CHUNK = 0x004E4942
GRAY = (0.72, 0.72, 0.74)


@dataclass(frozen=True, slots=True)
class Solid:
    """A body as triangles."""

    points: "Array"
    """Corners: count x 3, float32, y is up."""
    faces: "Array"
    """Triangles: count x 3 numbers of corners."""
    colours: "Array"
    """Of each corner: count x 3 in 0..1, as they are shown (sRGB)."""


def read_solid(path: Path) -> Solid:
    """All triangles of the scene of a GLB file. UserError if it is damaged or uses what can't be read here."""
    import numpy as np

    scene = glb.read_json(path)
    try:
        data = path.read_bytes()
        start = 20 + struct.unpack_from("<I", data, 12)[0] + 8
        points, faces, colours, count = [], [], [], 0
        for place, part in _parts(scene):
            spots, corners, colour = _part(scene, data, start, part)
            points.append((np.c_[spots, np.ones(len(spots))] @ place.T)[:, :3])
            faces.append(corners + count)
            colours.append(colour)
            count += len(spots)
            if count > MOST_POINTS:
                raise UserError(f"{path.name} has more than {MOST_POINTS // 10**6} million points.", "Make it simpler.")
    except (KeyError, IndexError, ValueError, TypeError, struct.error, OSError, AttributeError, OverflowError) as error:
        raise UserError(
            f"The form in {path.name} can't be read ({type(error).__name__}).", "Export it as GLB without compression."
        ) from error
    if not points:
        return Solid(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int64), np.zeros((0, 3), np.float32))
    return Solid(np.concatenate(points).astype(np.float32), np.concatenate(faces), np.concatenate(colours))


def encode_solid(solid: Solid) -> bytes:
    """The bytes of a GLB file with this body, the colours at its corners and smooth normals."""
    import json

    import numpy as np

    points = np.ascontiguousarray(solid.points, "<f4")
    linear = np.clip(solid.colours, 0, 1).astype(np.float32) ** np.float32(2.2)
    arrays = (points, _normals(solid), np.ascontiguousarray(linear, "<f4"),
              np.ascontiguousarray(solid.faces.reshape(-1, 1), "<u4"))
    starts = np.cumsum([0, *(array.nbytes for array in arrays)]).tolist()
    views = [{"buffer": 0, "byteOffset": at, "byteLength": array.nbytes, "target": 34963 if number == 3 else 34962}
             for number, (at, array) in enumerate(zip(starts, arrays, strict=False))]
    reads: list[dict[str, Any]] = [
        {"bufferView": number, "componentType": 5125 if number == 3 else 5126, "count": len(array),
         "type": "SCALAR" if number == 3 else "VEC3"} for number, array in enumerate(arrays)
    ]
    reads[0] |= {"min": points.min(0).tolist(), "max": points.max(0).tolist()} if len(points) else {}
    surface = {"pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.9}, "doubleSided": True}
    named = {"POSITION": 0, "NORMAL": 1, "COLOR_0": 2}
    scene = {
        "asset": {"version": "2.0", "generator": "Ajar"},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": named, "indices": 3, "material": 0}]}], "materials": [surface],
        "accessors": reads, "bufferViews": views, "buffers": [{"byteLength": starts[-1]}],
    }
    text = json.dumps(scene, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data = b"".join(array.tobytes() for array in arrays)
    head = struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + len(data), len(text), glb.JSON_CHUNK)
    return head + text + struct.pack("<II", len(data), BINARY_CHUNK) + data


def _normals(solid: Solid) -> "Array":
    """Where each corner looks: the mean of its triangles, the larger ones more."""
    import numpy as np

    found = np.zeros((len(solid.points), 3), np.float64)
    if len(solid.faces):
        a, b, c = (solid.points[solid.faces[:, at]].astype(np.float64) for at in range(3))
        flat = np.cross(b - a, c - a)
        for at in range(3):
            np.add.at(found, solid.faces[:, at], flat)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    found[length[:, 0] == 0] = (0, 1, 0)
    length[length == 0] = 1
    return np.ascontiguousarray(found / length, "<f4")


def _parts(scene: dict[str, Any]) -> Iterator[tuple["Array", dict[str, Any]]]:
    """Every group of triangles, and where its nodes put it."""
    import numpy as np

    meshes = scene.get("meshes", [])
    nodes = scene.get("nodes", [])
    if not nodes:
        waiting: list[tuple[Array, dict[str, Any]]] = [(np.eye(4), {"mesh": at}) for at in range(len(meshes))]
    else:
        below = {child for node in nodes for child in node.get("children") or []}
        named = scene.get("scenes", [{}])[scene.get("scene", 0)].get("nodes")
        roots = [index for index in range(len(nodes)) if index not in below]
        waiting = [(np.eye(4), nodes[index]) for index in (roots if named is None else named)]
    seen = 0
    while waiting:
        place, node = waiting.pop()
        seen += 1
        if seen > MOST_NODES:  # a circle, or nothing a person made
            raise ValueError("too many nodes")
        place = place @ _transform(node)
        waiting.extend((place, nodes[child]) for child in node.get("children") or [])
        if "mesh" in node:
            for part in meshes[node["mesh"]].get("primitives", ()):
                if part.get("mode", 4) == 4 and "POSITION" in part.get("attributes", {}):
                    yield place, part


def _transform(node: dict[str, Any]) -> "Array":
    import numpy as np

    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turned = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ])
    found = np.eye(4)
    found[:3, :3] = turned * np.array(node.get("scale", (1, 1, 1)), float)
    found[:3, 3] = node.get("translation", (0, 0, 0))
    return found


def _part(scene: dict[str, Any], data: bytes, start: int, part: dict[str, Any]) -> tuple["Array", "Array", "Array"]:
    import numpy as np

    given = part["attributes"]
    spots = _accessor(scene, data, start, given["POSITION"]).astype(np.float32)
    if spots.ndim != 2 or spots.shape[1] != 3 or not np.isfinite(spots).all():
        raise ValueError("points that are none")
    order = _accessor(scene, data, start, part["indices"]) if "indices" in part else np.arange(len(spots))
    flat = order.astype(np.int64).reshape(-1)
    corners = flat[: len(flat) // 3 * 3].reshape(-1, 3)
    if corners.size and not 0 <= corners.min() <= corners.max() < len(spots):
        raise ValueError("corners that are not there")
    return spots, corners, _colours(scene, data, start, part, len(spots))


def _colours(scene: dict[str, Any], data: bytes, start: int, part: dict[str, Any], count: int) -> "Array":
    """The colour of each corner: its own, times that of the material, times the texture's at that place."""
    import numpy as np

    linear = np.ones((count, 3), np.float32)
    plain = True
    given = part["attributes"]
    if "COLOR_0" in given:
        linear = _accessor(scene, data, start, given["COLOR_0"], unit=True)[:, :3]
        plain = False
    if "material" in part:
        surface = scene["materials"][part["material"]].get("pbrMetallicRoughness", {})
        linear = linear * np.array(surface.get("baseColorFactor", (1, 1, 1, 1))[:3], np.float32)
        plain = plain and "baseColorFactor" not in surface
        texture = surface.get("baseColorTexture")
        name = f"TEXCOORD_{texture.get('texCoord', 0)}" if texture else ""
        if texture and name in given:
            picture = _texture(scene, data, start, texture["index"])
            spots = _accessor(scene, data, start, given[name], unit=True) % 1.0
            high, wide = picture.shape[:2]
            at = picture[(spots[:, 1] * high).astype(int) % high, (spots[:, 0] * wide).astype(int) % wide]
            linear, plain = linear * (at.astype(np.float32) / 255) ** 2.2, False
    if plain:
        return np.tile(np.array(GRAY, np.float32), (count, 1))
    return np.clip(linear, 0, 1).astype(np.float32) ** np.float32(1 / 2.2)


def _texture(scene: dict[str, Any], data: bytes, start: int, index: int) -> "Array":
    import numpy as np
    import PIL.Image

    image = scene["images"][scene["textures"][index]["source"]]
    view = scene["bufferViews"][image["bufferView"]]
    at = start + view.get("byteOffset", 0)
    with PIL.Image.open(io.BytesIO(data[at : at + view["byteLength"]]), formats=("PNG", "JPEG", "WEBP")) as opened:
        opened.draft("RGB", (1024, 1024))
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("a texture that is too large")
        return np.asarray(opened.convert("RGB"))


def _accessor(scene: dict[str, Any], data: bytes, start: int, index: int, *, unit: bool = False) -> "Array":
    """Numbers of the file: count x width; with ``unit`` whole numbers stand for 0..1."""
    import numpy as np

    accessor = scene["accessors"][index]
    view = scene["bufferViews"][accessor["bufferView"]]
    kind, size = KINDS[accessor["componentType"]]
    wide, count = WIDE[accessor["type"]], accessor["count"]
    at = start + view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    stride = view.get("byteStride", wide * size)
    if not 0 < count <= MOST_POINTS * 3 or stride < wide * size or at < start:
        raise ValueError("numbers that can't be there")
    raw = np.frombuffer(data, np.uint8, stride * (count - 1) + wide * size, at)
    rows = np.lib.stride_tricks.as_strided(raw, (count, wide * size), (stride, 1))
    found = np.ascontiguousarray(rows).view(kind)
    if unit and kind != "<f4":
        found = found.astype(np.float32) / np.iinfo(np.dtype(kind)).max
    return found.astype(np.float32) if unit else found
