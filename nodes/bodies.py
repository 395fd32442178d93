"""Bodies in three dimensions: from files, into files, and turning in a film."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ajar import turntable as table
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import File, Range, Slider
from ajar.plain import Color
from ajar.reel import scratch
from ajar.solid import Solid, encode_solid, read_solid
from ajar.values import Image, Mesh, Size, Video

if TYPE_CHECKING:
    import numpy as np


@node
def load_mesh(file: Annotated[Path, File()]) -> Mesh:
    """Open a body: a GLB file (glTF 2.0 in one file)."""
    mesh = Mesh.open(file)
    read_solid(file)  # read here, so that a damaged file is reported at this node and not at one behind it
    return mesh


@node(writes=True)
def save_mesh(ctx: Context, mesh: Mesh) -> Path:
    """Write a body into the output folder as GLB, with the workflow that made it inside."""
    return ctx.save(mesh.encode(about=ctx.about), ".glb")


@node
def turntable(
    ctx: Context,
    mesh: Mesh,
    seconds: Annotated[float, Range(0.5, 60, 0.5)] = 4.0,
    fps: Annotated[float, Range(1, 60)] = 24.0,
    size: Size = Size(512, 512),
    tilt: Annotated[float, Slider(-90, 90, 1)] = 20.0,
    zoom: Annotated[float, Slider(0.2, 4, 0.1)] = 1.0,
    background: Color = Color(32, 34, 38),
) -> Video:
    """Turn a body once around, as a film that can be played for ever.

    Tilt is in degrees: from above where it is more than 0.
    """
    solid = _some(mesh)
    count = max(2, round(seconds * fps))
    ground = (background.red, background.green, background.blue)

    def frames() -> Iterator[Image]:
        for number in ctx.each(range(count), "drawing"):
            yield table.draw(solid, size, 2 * math.pi * number / count, math.radians(tilt), zoom, ground)

    return Video.write(frames(), fps)


@node
def mesh_picture(
    mesh: Mesh,
    size: Size = Size(768, 768),
    turn: Annotated[float, Slider(-180, 180, 1)] = 35.0,
    tilt: Annotated[float, Slider(-90, 90, 1)] = 20.0,
    zoom: Annotated[float, Slider(0.2, 4, 0.1)] = 1.0,
    background: Color = Color(32, 34, 38),
) -> Image:
    """Draw a body from one side. Turn and tilt are in degrees."""
    ground = (background.red, background.green, background.blue)
    return table.draw(_some(mesh), size, math.radians(turn), math.radians(tilt), zoom, ground)


@node
def relief(
    image: Image,
    height: Annotated[float, Slider(-1, 1, 0.01)] = 0.3,
    detail: Annotated[int, Range(16, 512)] = 192,
    smooth: Annotated[float, Slider(0, 8, 0.1)] = 1.0,
) -> Mesh:
    """Raise a picture to a relief, without any model: what is bright stands out, or lies deep at heights below 0.

    The height is in parts of the longer side, which is 2 units long; detail is how many points lie along it. Smooth
    evens out the heights, in points. See-through parts are left out.
    """
    import cv2
    import numpy as np

    picture = np.asarray(image.to("float32").array)
    scale = (detail - 1) / max(image.width, image.height)
    wide, high = (max(2, round(side * scale) + 1) for side in (image.width, image.height))
    small = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA).reshape(high, wide, -1)
    colours = np.repeat(small[:, :, :1], 3, axis=2) if small.shape[2] < 3 else small[:, :, :3]
    bright = colours @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    if smooth:
        bright = cv2.GaussianBlur(bright, (0, 0), smooth)
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    step = 2 / (max(wide, high) - 1)
    points = np.stack([(columns - (wide - 1) / 2) * step, ((high - 1) / 2 - rows) * step, bright * height * 2], axis=2)
    solid_part = small[:, :, 3] > 0.5 if small.shape[2] == 4 else np.ones((high, wide), bool)
    faces = _net(solid_part)
    if not len(faces):
        raise UserError("There is nothing to raise: the whole picture is see-through.", "Choose another picture.")
    path = scratch(".glb")
    path.write_bytes(encode_solid(Solid(points.reshape(-1, 3), faces, colours.reshape(-1, 3))))
    return Mesh(path)


def _net(there: "np.ndarray[Any, np.dtype[Any]]") -> "np.ndarray[Any, np.dtype[Any]]":
    """Two triangles between each four neighbours that are all there."""
    import numpy as np

    high, wide = there.shape
    corner = np.arange(high * wide).reshape(high, wide)
    whole = there[:-1, :-1] & there[:-1, 1:] & there[1:, :-1] & there[1:, 1:]
    a, b, c, d = (part[whole] for part in (corner[:-1, :-1], corner[:-1, 1:], corner[1:, :-1], corner[1:, 1:]))
    return np.concatenate([np.stack([a, c, b], axis=1), np.stack([b, c, d], axis=1)])


def _some(mesh: Mesh) -> Solid:
    solid = read_solid(mesh.path)
    if not len(solid.faces):
        raise UserError("There is nothing to see: the body has no triangles.", "Choose another body.")
    return solid
