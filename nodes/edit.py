"""Size, frame and direction of pictures."""

import math
from typing import Annotated, Any, Literal

import numpy as np

from ajar import colour, pictures, pixels
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Range, ShowIf, Slider
from ajar.values import Color, Image, Size

Array = np.ndarray[Any, np.dtype[Any]]
Filter = Literal["auto", "nearest", "bilinear", "bicubic", "lanczos", "area"]
Anchor = Literal[
    "top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right"
]
Pixels = Annotated[int, Range(0, 100_000)]


@node
def resize(
    image: Image,
    size: Size | None = None,
    factor: Annotated[float, Slider(0.05, 8, 0.05)] = 1.0,
    fit: Literal["contain", "cover", "stretch"] = "contain",
    filter: Filter = "auto",
) -> Image:
    """Make a picture larger or smaller, to a size or by a factor.

    With a size: contain fits all of it inside, cover fills the size and cuts off what is over, stretch bends it.
    Without one the factor counts. Auto averages when shrinking and uses Lanczos when enlarging.
    """
    width, height = image.width * factor, image.height * factor
    if size is not None:
        across, down = size.width / image.width, size.height / image.height
        scale = max(across, down) if fit == "cover" else min(across, down)
        width, height = image.width * scale, image.height * scale
        if fit == "stretch":
            width, height = size.width, size.height
    goal = Size(max(1, round(width)), max(1, round(height)))
    if size is not None and fit == "cover":
        goal = Size(max(goal.width, size.width), max(goal.height, size.height))
    _check_area(goal.width, goal.height)
    array = scaled(image.array, goal, filter)
    if size is not None and fit == "cover":
        left, top = (goal.width - size.width) // 2, (goal.height - size.height) // 2
        array = array[top : top + size.height, left : left + size.width]
    return image if array is image.array else image.like(array)


@node
def crop(image: Image, size: Size, anchor: Anchor = "center", x: int = 0, y: int = 0) -> Image:
    """Cut a piece of this size out of a picture.

    The anchor says where the piece sits; x and y move it from there, in pixels to the right and down.
    """
    left, top = place(anchor, image.size, size)
    left, top = left + x, top + y
    if left < 0 or top < 0 or left + size.width > image.width or top + size.height > image.height:
        raise UserError(
            f"A piece of {size} at {left}, {top} does not lie inside the picture of {image.size}.",
            "Choose a smaller size or another place, or pad the picture first.",
        )
    piece = image.array[top : top + size.height, left : left + size.width]
    # A small view would keep all of a large picture in memory.
    return image.like(piece if piece.size * 2 > image.array.size else piece.copy())


@node
def pad(
    image: Image,
    left: Pixels = 0,
    top: Pixels = 0,
    right: Pixels = 0,
    bottom: Pixels = 0,
    fill: Literal["color", "edge", "mirror"] = "color",
    color: Annotated[Color, ShowIf("fill", "color")] = Color(0, 0, 0),
) -> Image:
    """Add pixels around a picture: a colour (see-through if it is), its stretched edge, or its mirror image."""
    import cv2

    _check_area(image.width + left + right, image.height + top + bottom)
    if fill == "color":
        image = colour.with_room(image, color)
        values = colour.ink(color, image).tolist()
        return image.like(
            pixels.planes(cv2.copyMakeBorder(image.array, top, bottom, left, right, cv2.BORDER_CONSTANT, value=values))
        )
    kind = cv2.BORDER_REPLICATE if fill == "edge" else cv2.BORDER_REFLECT
    return image.like(pixels.planes(cv2.copyMakeBorder(image.array, top, bottom, left, right, kind)))


@node
def rotate(
    image: Image,
    angle: Annotated[float, Slider(-180, 180, 0.5)] = 90.0,
    expand: bool = True,
    background: Color = Color(0, 0, 0, 0),
) -> Image:
    """Turn a picture clockwise by any angle, in degrees.

    Expand makes the frame larger so that nothing is cut off. Quarter turns are exact; other angles show the
    background in the corners.
    """
    quarters, rest = divmod(angle, 90)
    if rest == 0 and (expand or quarters % 2 == 0 or image.width == image.height):
        return image.like(np.ascontiguousarray(np.rot90(image.array, -int(quarters))))
    goal = _turned_size(image.size, angle) if expand else image.size
    _check_area(goal.width, goal.height)
    image = colour.with_room(image, background)
    return image.like(_turned(image.array, angle, goal, colour.ink(background, image)))


@node
def flip(image: Image, direction: Literal["horizontal", "vertical", "both"] = "horizontal") -> Image:
    """Mirror a picture left to right, top to bottom, or both."""
    import cv2

    # A mirrored view would cost nothing here and many times this in whatever reads it next.
    way = {"horizontal": 1, "vertical": 0, "both": -1}[direction]
    return image.like(pixels.planes(cv2.flip(image.array, way)))


def scaled(array: Array, goal: Size, kind: Filter = "auto") -> Array:
    """Pixels in another size. Shrinking is free of aliases with every filter but nearest."""
    import cv2

    height, width = array.shape[:2]
    if (width, height) == (goal.width, goal.height):
        return array
    shrinks = goal.width < width or goal.height < height
    if kind == "auto":
        kind = "area" if shrinks else "lanczos"
    ways = {
        "nearest": cv2.INTER_NEAREST_EXACT, "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC,
        "lanczos": cv2.INTER_LANCZOS4, "area": cv2.INTER_AREA,
    }
    if kind == "nearest":
        return pixels.planes(cv2.resize(array, (goal.width, goal.height), interpolation=ways[kind]))
    if shrinks and kind != "area":
        return pixels.through_alpha(array, lambda part: _shrunk(part, goal, kind))
    done = pixels.through_alpha(
        array, lambda part: cv2.resize(part, (goal.width, goal.height), interpolation=ways[kind])
    )
    return pixels.bounded(done) if kind in ("bicubic", "lanczos") else done


def place(anchor: Anchor, outer: Size, inner: Size, margin: int = 0) -> tuple[int, int]:
    """Left and top of a smaller frame in a larger one."""
    left = {"left": margin, "right": outer.width - inner.width - margin}
    top = {"top": margin, "bottom": outer.height - inner.height - margin}
    words = anchor.split()
    x = next((left[word] for word in words if word in left), (outer.width - inner.width) // 2)
    y = next((top[word] for word in words if word in top), (outer.height - inner.height) // 2)
    return x, y


def _shrunk(array: Array, goal: Size, kind: Filter) -> Array:
    """With Pillow, whose filters widen when they shrink; OpenCV's would skip pixels."""
    import PIL.Image

    ways = {"bilinear": PIL.Image.Resampling.BILINEAR, "bicubic": PIL.Image.Resampling.BICUBIC}
    way = ways.get(kind, PIL.Image.Resampling.LANCZOS)
    size = (goal.width, goal.height)
    if array.dtype == np.uint8:
        # As CMYK the four channels are four plain numbers; as RGBA Pillow would weigh by alpha once more.
        image = PIL.Image.frombuffer(
            {1: "L", 3: "RGB", 4: "CMYK"}[array.shape[2]], array.shape[1::-1], np.ascontiguousarray(array)
        )
        return np.asarray(pixels.planes(np.array(image.resize(size, way))))
    out = np.empty((goal.height, goal.width, array.shape[2]), np.float32)
    for at in range(array.shape[2]):
        plane = PIL.Image.fromarray(np.ascontiguousarray(array[:, :, at], np.float32))
        out[:, :, at] = np.asarray(plane.resize(size, way))
    if array.dtype == np.uint16:
        return np.asarray(np.rint(np.clip(out, 0, 65535)).astype(np.uint16))
    return np.asarray(np.clip(out, 0, 1, out=out))


def _turned_size(size: Size, angle: float) -> Size:
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    # Rounding errors of quarter turns must not add a pixel.
    width = math.ceil(size.width * cos + size.height * sin - 1e-6)
    return Size(width, math.ceil(size.width * sin + size.height * cos - 1e-6))


def _turned(array: Array, angle: float, goal: Size, behind: Array) -> Array:
    """The colours run on beyond the edge and a coverage of its own cuts them off, so no dark seam appears."""
    import cv2

    height, width = array.shape[:2]
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    turn = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([(goal.width - 1) / 2, (goal.height - 1) / 2]) - turn @ middle
    move = np.hstack([turn, shift[:, None]])
    size = (goal.width, goal.height)
    done = pixels.through_alpha(
        array, lambda part: cv2.warpAffine(part, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )
    inside = cv2.warpAffine(np.ones((height, width), np.float32), move, size, flags=cv2.INTER_LINEAR)[:, :, None]
    values = pixels.convert(pixels.bounded(done), "float32")
    back = pixels.convert(behind[None, None], "float32")
    if array.shape[2] != 4:
        return pixels.convert(back + (values - back) * inside, array.dtype)
    front, rear = values[:, :, 3:] * inside, back[:, :, 3:] * (1 - inside)
    alpha = front + rear
    out = np.concatenate((values[:, :, :3] * front + back[:, :, :3] * rear, alpha), axis=2)
    np.divide(out[:, :, :3], alpha, out=out[:, :, :3], where=alpha > 1e-6)
    return pixels.convert(np.clip(out, 0, 1), array.dtype)


def _check_area(width: int, height: int) -> None:
    if width * height > pictures.MAX_PIXELS:
        raise UserError(
            f"The picture would have {width} x {height} pixels, which is too many.",
            f"Stay below {pictures.MAX_PIXELS // 1_000_000} million pixels.",
        )
