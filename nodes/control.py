"""Pictures that steer other pictures: edges, lines, depth, references, and the models that read them."""

from typing import Annotated, Any

import numpy as np

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Range, Slider
from ajar.values import Control, Image

Array = np.ndarray[Any, np.dtype[Any]]
Share = Annotated[float, Slider(0, 1, 0.05)]
WHITE = 255
"""In the 8-bit pictures that control models were trained on."""


@node(quick=True)
def control(
    image: Image,
    model: Annotated[str, Model("control")],
    strength: Annotated[float, Slider(0, 2, 0.05)] = 1.0,
    start: Share = 0.0,
    end: Share = 1.0,
) -> Control:
    """Let a picture of edges, depth or a pose steer what a model paints; a control model reads it.

    The picture must be what the control model was made for. Start and end say from which part of the steps to which
    it has an effect: an early end leaves the details to the model. For models that want the picture itself (tile),
    wire it in as it is, or a little blurred.
    """
    return Control(model, image, strength, start, end)


@node(quick=True)
def reference(image: Image, model: Annotated[str, Model("ip-adapter")], strength: Share = 0.6) -> Control:
    """Let what a Stable Diffusion model paints resemble a picture; a reference adapter (IP-Adapter) reads it.

    Wire it into the controls of sdxl or sd15, alone or beside others; of several, each has its own adapter and
    strength. The prompt says the rest: with a strength near 1 it hardly counts. The middle square of the picture is
    looked at.
    """
    return Control(model, image, strength, kind="ip-adapter")


@node
def edges(
    image: Image, low: Annotated[int, Range(0, 255)] = 100, high: Annotated[int, Range(0, 255)] = 200
) -> Image:
    """Draw the edges of a picture as thin white lines on black (Canny).

    High is how strong an edge must be to be drawn, low how weak it may become where it goes on.
    """
    import cv2

    return _drawn(cv2.Canny(_grays(image), min(low, high), max(low, high)))


@node
def soft_edges(image: Image, width: Annotated[float, Slider(0.5, 8, 0.5)] = 1.5) -> Image:
    """Draw the edges of a picture soft and white on black; stronger ones are lighter.

    A larger width leaves fine structure out.
    """
    slopes = _slopes(_grays(image), width)
    strongest = max(float(np.percentile(slopes, 99.5)), 1.0)
    return _drawn(np.clip(slopes / strongest * WHITE, 0, WHITE).round().astype(np.uint8))


@node
def line_art(image: Image, width: Annotated[float, Slider(0.5, 8, 0.5)] = 2.0) -> Image:
    """Draw what is darker than its surroundings as white lines on black, as a pen would.

    Width is how far the surroundings reach, in pixels; it is best about as wide as the lines.
    """
    import cv2

    grays = _grays(image).astype(np.float32)
    around = cv2.GaussianBlur(grays, (0, 0), width * 3)
    darker = np.clip(cv2.subtract(around, cv2.GaussianBlur(grays, (0, 0), width / 3)), 0, None)
    strongest = max(float(np.percentile(darker, 99.5)), 1.0)
    return _drawn(np.clip(darker / strongest * WHITE, 0, WHITE).round().astype(np.uint8))


@node
def scribble(
    image: Image,
    width: Annotated[float, Slider(1, 16, 0.5)] = 4.0,
    share: Annotated[float, Slider(0.01, 0.3, 0.01)] = 0.08,
) -> Image:
    """Draw the main edges of a picture as thick white strokes on black, as if by hand.

    Share is how much of the picture the strokes cover at most.
    """
    import cv2

    slopes = _slopes(_grays(image), width)
    weakest = max(float(np.quantile(slopes, 1 - share)), 1e-3)
    strokes = cv2.GaussianBlur((slopes > weakest).astype(np.float32), (0, 0), max(width / 3, 0.5))
    return _drawn(np.where(strokes > 0.4, WHITE, 0).astype(np.uint8))


@node
def depth_map(gpu: Gpu, image: Image, model: Annotated[str, Model("depth")]) -> Image:
    """Estimate how near everything in a picture is: white is the nearest, black the farthest.

    It needs a depth model on this machine: Depth Anything or DPT, as a folder of transformers.
    """
    seer: Any = gpu.load(model, kind="depth")
    found: Image = seer.depth(image, gpu.progress)
    return found


@node
def pose_map(
    gpu: Gpu,
    image: Image,
    model: Annotated[str, Model("pose")],
    people: Annotated[str, Model("people")] = "",
) -> Image:
    """Draw how the people in a picture stand, as coloured skeletons on black.

    It needs a pose model (ViTPose) and, where the picture shows more than one person from head to foot, a model that
    finds people (RT-DETR), both as folders of transformers. Without one the whole picture counts as one person.
    """
    boxes = [(0.0, 0.0, float(image.width), float(image.height))]
    if people:
        boxes = gpu.load(people, kind="people").people(image, gpu.progress)
    seer: Any = gpu.load(model, kind="pose")
    found: Image = seer.pose(image, boxes, gpu.progress)
    return found


@node
def inverted(image: Image) -> Image:
    """Turn light into dark and dark into light, for drawings on white paper; alpha stays."""
    picture = image.to("float32")
    array = picture.array.copy()
    colours = array[:, :, :3] if image.channels == 4 else array
    np.subtract(1, colours, out=colours)
    return picture.like(array).to(image.dtype)


def _grays(image: Image) -> Array:
    """The brightness of a picture in sRGB, 0..255."""
    return np.ascontiguousarray(image.srgb().gray().to("uint8").array[:, :, 0])


def _slopes(grays: Array, width: float) -> Array:
    """How steeply the brightness changes at each pixel, after details below ``width`` were smoothed away."""
    import cv2

    smooth = cv2.GaussianBlur(grays.astype(np.float32), (0, 0), width)
    return np.asarray(np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)))


def _drawn(grays: Array) -> Image:
    """Grays as a picture of three equal channels, as control models read it."""
    return Image.of(np.repeat(np.asarray(grays)[:, :, None], 3, 2))
