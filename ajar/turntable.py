"""Draws bodies: each triangle in its colour, lit from the camera's side, the nearer one in front."""

import math
from typing import TYPE_CHECKING, Any

from ajar.solid import Solid
from ajar.values import Image, Size

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LIGHT = (0.35, 0.6, 0.72)
"""Where the light comes from, as seen by the camera: from the right, above, and behind it."""
DARKEST = 0.28
"""How bright a surface is that the light does not reach."""
CHUNK = 2_000_000
"""Samples drawn at once; what bounds the memory."""


def draw(
    solid: Solid, size: Size, turn: float = 0.6, tilt: float = 0.4, zoom: float = 1.0,
    ground: tuple[int, int, int] = (32, 34, 38), fine: int = 2,
) -> Image:
    """A picture of a body, which fills it at a zoom of 1. ``turn`` and ``tilt`` are in radians.

    ``fine`` times as many pixels each way are drawn and averaged, so that edges are smooth.
    """
    import cv2
    import numpy as np

    wide, high = size.width * fine, size.height * fine
    canvas = np.empty((high * wide, 3), np.float32)
    canvas[:] = ground
    if len(solid.faces):
        _paint(canvas, _seen(solid, wide, high, turn, tilt, zoom), solid, wide, high)
    pixels = canvas.reshape(high, wide, 3)
    if fine > 1:
        pixels = cv2.resize(pixels, (size.width, size.height), interpolation=cv2.INTER_AREA)
    return Image.of(np.clip(pixels.round(), 0, 255).astype(np.uint8))


def _seen(solid: Solid, wide: int, high: int, turn: float, tilt: float, zoom: float) -> "Array":
    """The corners in pixels and depth: x to the right, y down, z towards the eye."""
    import numpy as np

    low, most = solid.points.min(axis=0), solid.points.max(axis=0)
    reach = max(float(np.linalg.norm(most - low)), 1e-9)
    flat = (solid.points - (low + most) / 2) / reach
    x = flat[:, 0] * math.cos(turn) + flat[:, 2] * math.sin(turn)
    z = -flat[:, 0] * math.sin(turn) + flat[:, 2] * math.cos(turn)
    y = flat[:, 1] * math.cos(tilt) - z * math.sin(tilt)
    z = flat[:, 1] * math.sin(tilt) + z * math.cos(tilt)
    scale = min(wide, high) * zoom
    return np.stack((wide / 2 + x * scale, high / 2 - y * scale, z * scale), axis=1)


def _paint(canvas: "Array", seen: "Array", solid: Solid, wide: int, high: int) -> None:
    """Draw all triangles: those of about one size together, each as a square of samples."""
    import numpy as np

    corners = seen[solid.faces]
    edge = np.array((wide, high))
    least, most = corners[:, :, :2].min(axis=1), corners[:, :, :2].max(axis=1)
    inside = ((most >= 0) & (least < edge)).all(axis=1)
    low = np.clip(np.floor(least), 0, edge).astype(np.int64)
    span = (np.clip(np.ceil(most), 0, edge).astype(np.int64) - low).max(axis=1) + 1
    bright = _bright(corners)
    nearest = np.full(high * wide, -np.inf, np.float32)
    for power in range(max(int(span[inside].max(initial=1)) - 1, 1).bit_length() + 1):
        side = 1 << power
        some = np.flatnonzero(inside & (span <= side) & ((span > side // 2) | (power == 0)))
        step = max(CHUNK // (side * side), 1)
        for at in range(0, len(some), step):
            chosen = some[at : at + step]
            _samples(canvas, nearest, corners[chosen], low[chosen], side, bright[chosen],
                     solid.colours[solid.faces[chosen]], wide, high)


def _bright(corners: "Array") -> "Array":
    """How bright each triangle is, whichever way its corners run: many files disagree on that."""
    import numpy as np

    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = normal / np.maximum(length, 1e-12)
    normal = normal * np.where(normal[:, 2:] < 0, -1, 1)
    light = np.array(LIGHT) * (1, -1, 1)
    facing = np.clip(normal @ (light / np.linalg.norm(light)), 0, 1)
    found: Array = DARKEST + (1 - DARKEST) * facing
    return found


def _samples(
    canvas: "Array", nearest: "Array", corners: "Array", low: "Array", side: int, bright: "Array", colours: "Array",
    wide: int, high: int,
) -> None:
    """Test a square of pixel centres of each triangle, and keep what is inside and nearer than what is there."""
    import numpy as np

    steps = np.arange(side)
    x = low[:, 0, None] + np.tile(steps, side)[None, :]
    y = low[:, 1, None] + np.repeat(steps, side)[None, :]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    area = np.where(np.abs(area) < 1e-9, np.nan, area)[:, None]
    px, py = x + 0.5, y + 0.5
    first = ((b[:, 0, None] - px) * (c[:, 1, None] - py) - (c[:, 0, None] - px) * (b[:, 1, None] - py)) / area
    second = ((c[:, 0, None] - px) * (a[:, 1, None] - py) - (a[:, 0, None] - px) * (c[:, 1, None] - py)) / area
    third = 1 - first - second
    edge = -1e-6
    good = (first >= edge) & (second >= edge) & (third >= edge) & (x >= 0) & (x < wide) & (y >= 0) & (y < high)
    which, where = np.nonzero(good)
    if not len(which):
        return
    shares = np.stack((first[which, where], second[which, where], third[which, where]), axis=1)
    depth = (shares * corners[which, :, 2]).sum(axis=1).astype(np.float32)
    spot = y[which, where] * wide + x[which, where]
    order = np.argsort(depth, kind="stable")  # of several samples of a pixel the nearest is written last
    order = order[depth[order] > nearest[spot[order]]]
    spot, depth = spot[order], depth[order]
    shade = (shares[order, :, None] * colours[which[order]]).sum(axis=1) * bright[which[order], None] * 255
    canvas[spot] = shade
    nearest[spot] = depth
