"""Films out of models of pictures alone: a walk from picture to picture, with a camera that moves over them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np

from ajar import reel
from ajar.clips import Video
from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Image, Lora, Size
from nodes.framing import framed
from nodes.generate import Guidance, Steps

Array = np.ndarray[Any, np.dtype[Any]]
Way = Literal["in", "out", "left", "right", "up", "down", "still"]
ASIDE = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}
PAINTING = 0.95
"""The part of the time that painting takes; fading and moving are little work."""


@node(group="Films")
def picture_walk(
    gpu: Gpu,
    prompt: Prompt,
    then: Prompt = "",
    loras: Lora | None = None,
    model: Annotated[str, Model("flux")] = "builtin",
    pictures: Annotated[int, Slider(1, 24, 1)] = 4,
    seconds: Annotated[float, Range(0.1, 600, 0.5)] = 4.0,
    change: Annotated[float, Slider(0, 1, 0.05)] = 0.6,
    camera: Way = "in",
    zoom: Annotated[float, Slider(1, 3, 0.05)] = 1.2,
    image: Image | None = None,
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    seed: Seed = 0,
    fps: Annotated[float, Slider(1, 60, 1)] = 24.0,
) -> Video:
    """Paint a few pictures with a FLUX.1 model and fade from each to the next, while a camera moves over them.

    This is a walk of pictures: no film model is at work, and what is seen fades rather than moves. Each picture is
    painted from the one before it with the next seed, and change says how much is made anew; with 1 nothing is kept.
    With a second prompt the second half of the pictures shows that. It begins with image, where one is wired. The
    camera goes in, out or along, and comes zoom times as near as the whole picture.
    """
    painter: Painter = gpu.load(model, kind="flux", loras=loras)
    wanted = Painting(prompt=prompt, size=size, steps=steps, guidance=guidance, seed=seed)
    walk = list(painted(gpu, painter, wanted, then, pictures, change, image))
    found = [framed(picture, walk[-1].size, "cover").array for picture in walk]
    count = max(1, round(seconds * fps))

    def shots() -> Iterator[Image]:
        for number in range(count):
            at = number / max(1, count - 1)
            yield Image.of(seen(faded(found, at), at, camera, zoom))
            gpu.progress(PAINTING + (1 - PAINTING) * (number + 1) / count, "fading and moving")

    return reel.write(shots(), fps, form=reel.WORKING)


def painted(
    gpu: Gpu, painter: Painter, wanted: Painting, then: str, count: int, change: float, first: Image | None
) -> Iterator[Image]:
    """The pictures of the walk, each from the one before; the first is the given one, where there is one."""
    before = first
    for number in range(count):
        if number == 0 and first is not None:
            picture = first
        else:
            late = then if then and number >= count / 2 else wanted.prompt
            kept = before if change < 1 else None
            step = replace(wanted, prompt=late, seed=wanted.seed + number, image=kept, strength=change)
            picture = painter.paint(step, _share(gpu, number, count))
        before = Image.of(picture.rgb().to("uint8").array)
        yield before


def _share(gpu: Gpu, number: int, count: int) -> Any:
    """Tells how far a picture is as how far the whole walk is."""

    def told(done: float, note: str = "", preview: Image | None = None) -> None:
        gpu.progress(PAINTING * (number + done) / count, f"picture {number + 1} of {count}", preview)

    return told


def faded(found: list[Array], at: float) -> Array:
    """What is seen of pictures (row, column, channel; bytes) at a time of 0..1: each alone at its turn, else two."""
    import cv2

    turn = at * (len(found) - 1)
    number = min(int(turn), max(0, len(found) - 2))
    share = turn - number
    share = share * share * (3 - 2 * share)  # a while with each picture, and no jerk
    if share == 0:
        return found[number]
    return np.asarray(cv2.addWeighted(found[number], 1 - share, found[number + 1], share, 0))


def seen(picture: Array, at: float, camera: Way, zoom: float) -> Array:
    """The part of a picture that the camera shows at a time of 0..1, as large as the picture."""
    import cv2

    if camera == "still" or zoom <= 1:
        return picture
    rows, columns = picture.shape[:2]
    near = {"in": zoom**at, "out": zoom ** (1 - at)}.get(camera, zoom)
    across, down = ASIDE.get(camera, (0.0, 0.0))
    way = (2 * at - 1) * (1 - 1 / near) / 2
    x, y = (columns - 1) / 2, (rows - 1) / 2
    moved = np.array(
        [[near, 0, x - near * (x + columns * across * way)], [0, near, y - near * (y + rows * down * way)]]
    )
    return np.asarray(
        cv2.warpAffine(picture, moved, (columns, rows), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )
