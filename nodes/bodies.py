"""Bodies in three dimensions: from files, into files, and turning in a film."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from ajar import turntable as table
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import File, Range, Slider
from ajar.plain import Color
from ajar.solid import Solid, read_solid
from ajar.values import Image, Mesh, Size, Video


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


def _some(mesh: Mesh) -> Solid:
    solid = read_solid(mesh.path)
    if not len(solid.faces):
        raise UserError("There is nothing to see: the body has no triangles.", "Choose another body.")
    return solid
