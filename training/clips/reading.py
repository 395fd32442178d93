"""Reads a clip back without any model: colours by their nearest name, motion by the track of the one thing in it.

Nothing here is learned, so the score cannot be flattered by what the model was trained with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.clips import things
from training.clips.drawing import DIRECTIONS, SIDE
from training.palette import COLOURS, NAMES

Frames = NDArray[np.uint8]
Mask = NDArray[np.bool_]

FAR = 56.0
"""Two colours (red, green and blue as a point in space) farther apart than this are different ones."""
SMALLEST = 24
"""Fewer pixels than this are no thing."""
MOVED = 18.0
GLYPH = 32


@dataclass(frozen=True)
class Seen:
    """What a clip shows; the name is "nothing" where no thing is seen."""

    background: str
    colour: str
    name: str
    motion: str


def read(frames: Frames) -> Seen:
    """What is seen in a clip (frame, row, column, channel) of one thing on a plain background."""
    paper = _paper(frames)
    away = np.linalg.norm(frames.astype(float) - paper, axis=-1)
    masks = [_tidy(distance > FAR) for distance in away]
    background = nearest(paper)
    there = [number for number, mask in enumerate(masks) if mask.sum() >= SMALLEST]
    if len(there) < 3:
        return Seen(background, "", "nothing", "nothing")
    first = there[0]
    name = _named(masks[first]) if masks[first].sum() > 250 else _named(masks[max(there, key=lambda n: masks[n].sum())])
    return Seen(background, _ink(frames, masks, background), name, motion(masks, away))


def nearest(colour: Any) -> str:
    """The name of the nearest named colour."""
    return min(NAMES, key=lambda name: float(np.linalg.norm(np.array(COLOURS[name]) - colour)))


def _paper(frames: Frames) -> Any:
    """The middle colour along the edges of all frames."""
    edge = np.concatenate([frames[:, :3], frames[:, -3:], *(np.swapaxes(frames[:, :, s], 1, 2) for s in _SIDES)], 1)
    return np.median(edge.reshape(-1, 3), axis=0)


_SIDES = (slice(0, 3), slice(-3, None))


def _tidy(mask: Mask) -> Mask:
    """Without pixels of which fewer than five of the nine around them belong to the thing."""
    around = np.pad(mask, 1).astype(int)
    counts = sum(around[row : row + SIDE, column : column + SIDE] for row in range(3) for column in range(3))
    return np.asarray(counts) >= 5


def _ink(frames: Frames, masks: list[Mask], background: str) -> str:
    """The commonest colour name within the thing, in the frames where it is seen best, other than the background's."""
    palette = np.array([COLOURS[name] for name in NAMES], float)
    pixels = np.concatenate([frame[mask] for frame, mask in zip(frames[:6], masks[:6], strict=True)])
    if not len(pixels):
        pixels = np.concatenate([frame[mask] for frame, mask in zip(frames, masks, strict=True)])
    labels = np.linalg.norm(pixels[:, None].astype(float) - palette, axis=-1).argmin(-1)
    counts = np.bincount(labels, minlength=len(NAMES))
    counts[NAMES.index(background)] = 0
    return NAMES[int(counts.argmax())]


def motion(masks: list[Mask], away: NDArray[np.float64]) -> str:
    """How the thing moves, by the track of its middle, its area, its contrast and its turn."""
    strong = [float(np.sort(distance.ravel())[-60:].mean()) for distance in away]
    if strong[-1] < 0.55 * strong[0]:
        return "fading"
    middles = np.array([_middle(mask) for mask in masks if mask.sum() >= SMALLEST])
    areas = np.array([mask.sum() for mask in masks if mask.sum() >= SMALLEST], float)
    across, down = middles[-1] - middles[0]
    up_and_down = np.abs(np.diff(middles[:, 1])).sum() - abs(down)
    if up_and_down > 2 * MOVED:
        return "bouncing"
    if max(abs(across), abs(down)) > MOVED:
        way = (int(np.sign(across)), 0) if abs(across) > abs(down) else (0, int(np.sign(down)))
        return next(name for name, direction in DIRECTIONS.items() if direction == way)
    grown = areas[-2:].mean() / areas[:2].mean()
    if not 0.55 < grown < 1.8:
        return "growing" if grown > 1 else "shrinking"
    return "turning" if _turned(masks) else "still"


def _middle(mask: Mask) -> tuple[float, float]:
    rows, columns = np.nonzero(mask)
    return float(columns.mean()), float(rows.mean())


def _turned(masks: list[Mask]) -> bool:
    """Whether a later frame looks clearly more like the first one turned than like the first one."""
    first = _glyph(masks[0], square=False)
    for mask in masks[3:7]:
        later = _glyph(mask, square=False)
        turned = max(_overlap(_rotated(first, angle), later) for angle in range(20, 181, 20))
        if turned > _overlap(first, later) + 0.05:
            return True
    return False


def _rotated(glyph: Mask, angle: float) -> Mask:
    """The glyph turned clockwise, as it is seen."""
    return np.asarray(Image.fromarray(glyph.astype(np.uint8) * 255).rotate(-angle, Image.Resampling.BILINEAR)) > 127


def _overlap(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _glyph(mask: Mask, square: bool) -> Mask:
    """The thing alone in a small square: as large as fits, or (not `square`) around its middle with room to turn."""
    if mask.sum() < SMALLEST:
        return np.zeros((GLYPH, GLYPH), bool)
    rows, columns = np.nonzero(mask)
    if square:
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        half = max(box[2] - box[0], box[3] - box[1]) / 2
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    else:
        (x, y), half = _middle(mask), 1.25 * float(mask.sum()) ** 0.5
    image = Image.fromarray(mask.astype(np.uint8) * 255)
    window = (x - half, y - half, x + half, y + half)
    return np.asarray(image.transform((GLYPH, GLYPH), Image.Transform.EXTENT, window, Image.Resampling.BILINEAR)) > 127


@cache
def _templates() -> dict[str, Mask]:
    found = {}
    for name in things.THINGS:
        still = things.still(name, (255, 0, 0), (0, 255, 255)).resize((SIDE, SIDE), Image.Resampling.BOX)
        found[name] = _glyph(np.abs(np.asarray(still, float) - (0, 255, 255)).sum(-1) > 255, square=True)
    return found


def _named(mask: Mask) -> str:
    """The thing whose drawing overlaps the mask best."""
    seen = _glyph(mask, square=True)
    return max(_templates(), key=lambda name: _overlap(_templates()[name], seen))
