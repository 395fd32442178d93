"""Reads a picture back without any model: named colours, things by comparing with drawn ones, who is where.

Nothing here is learned, so the score cannot be flattered by what the model was
trained with. The reading does not know the caption.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.drawing import layer_of
from training.layered import likeliest
from training.objects import MIDDLE, Place, Thing
from training.palette import COLOURS, NAMES, Labels, Numbers, named
from training.pen import SIDE
from training.words import THINGS

Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
Corners = tuple[float, float, float, float]

SMALLEST = 0.006
"""What covers less of the picture than this is no thing."""
GRID = 24
"""Things are compared as squares of so many cells, whatever their size."""
GAP = 0.07
"""Areas no further above one another, in widths, may be one thing: a boat's hull and its sails."""
FRAME = 1.12
"""How much of its surroundings is looked at with a thing, in its own sizes."""


@dataclass(frozen=True)
class Seen:
    """One thing seen in the picture; the box is left, top, right, bottom in pixels."""

    name: str
    colour: str
    box: Box

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True)
class Reading:
    """What a picture shows: things in no particular order, and how two of them lie."""

    background: str
    things: tuple[Seen, ...]
    nested: bool = False
    """Whether the first thing lies inside the second."""
    covered: bool = False
    """Whether the first thing lies behind the second."""


def pixels_of(image: Image.Image) -> Numbers:
    """The picture as (row, column, 3) floats from 0 to 255."""
    return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)


def background(labels: Labels) -> str:
    """The commonest colour along the picture's border."""
    border = np.concatenate([labels[:4].ravel(), labels[-4:].ravel(), labels[:, :4].ravel(), labels[:, -4:].ravel()])
    return NAMES[int(np.bincount(border, minlength=len(NAMES)).argmax())]


def parts(mask: Mask) -> list[Mask]:
    """The separate areas of a mask, pixels touching at their sides, from the largest to the smallest."""
    left, found = mask.copy(), []
    while left.any():
        area = np.zeros_like(left)
        start = np.argwhere(left)[0]
        area[tuple(start)] = True
        while True:
            grown = area.copy()
            grown[1:] |= area[:-1]
            grown[:-1] |= area[1:]
            grown[:, 1:] |= area[:, :-1]
            grown[:, :-1] |= area[:, 1:]
            grown &= left
            if (grown == area).all():
                break
            area = grown
        left &= ~area
        found.append(area)
    return sorted(found, key=lambda area: -int(area.sum()))


def box_of(mask: Mask) -> Box:
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@cache
def _template(name: str, colour: str) -> tuple[Numbers, tuple[float, float]]:
    """The thing drawn large, as premultiplied colour and cover in a frame, and its width and height in pixels."""
    layer, _ = layer_of(Thing(name, colour), Place(MIDDLE, MIDDLE, 40), COLOURS[colour])
    box = layer.getchannel("A").point(lambda value: 255 if value > 100 else 0).getbbox()
    assert box is not None
    across, down = box[2] - box[0], box[3] - box[1]
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    corners = (
        middle[0] - across * FRAME / 2,
        middle[1] - down * FRAME / 2,
        middle[0] + across * FRAME / 2,
        middle[1] + down * FRAME / 2,
    )
    pixels = np.asarray(layer, np.float32)
    pixels = np.dstack([pixels[..., :3] * (pixels[..., 3:] / 255), pixels[..., 3] / 255])
    return _cut(pixels, corners_in(corners, layer)), (across, down)


def _cut(values: Numbers, corners: Corners) -> Numbers:
    """What is between the corners, as (GRID, GRID, band)."""
    bands = (Image.fromarray(np.ascontiguousarray(values[..., band])) for band in range(values.shape[-1]))
    return np.dstack([np.asarray(band.resize((GRID, GRID), Image.Resampling.BOX, corners)) for band in bands])


def corners_in(corners: Corners, image: Image.Image) -> Corners:
    """The corners, kept within the image."""
    left, top, right, bottom = corners
    return max(0.0, left), max(0.0, top), min(float(image.width), right), min(float(image.height), bottom)


def _framed(values: Numbers, box: Box) -> Numbers:
    """What is in the box and a little around it, as (GRID, GRID, band); beyond the picture its edge goes on."""
    left, top, right, bottom = box
    across, down = (right - left) * FRAME, (bottom - top) * FRAME
    middle = (left + right) / 2, (top + bottom) / 2
    margin = SIDE // 8
    padded = np.pad(values, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    corners = (
        middle[0] - across / 2 + margin,
        middle[1] - down / 2 + margin,
        middle[0] + across / 2 + margin,
        middle[1] + down / 2 + margin,
    )
    return _cut(padded, corners_in(corners, Image.new("L", padded.shape[1::-1])))


def likeness(pixels: Numbers, box: Box, colour: str, paper: str) -> dict[str, float]:
    """How far what is in the box is from each thing drawn in the colour on the paper; less is more alike."""
    seen = _framed(pixels, box)
    shape = np.log((box[2] - box[0]) / (box[3] - box[1]))
    apart: dict[str, float] = {}
    for name in THINGS:
        template, (across, down) = _template(name, colour)
        expected = template[..., :3] + (1 - template[..., 3:]) * np.array(COLOURS[paper], np.float32)
        stretched = abs(float(np.log(across / down) - shape))
        apart[name] = float(np.abs(expected - seen).sum(-1).mean()) * (1 + stretched) + 40 * stretched
    return apart


def main_colour(labels: Labels, mask: Mask, *besides: str) -> str:
    """The commonest colour of the area that is none of `besides`."""
    counts = np.bincount(labels[mask], minlength=len(NAMES)).astype(float)
    for name in besides:
        counts[NAMES.index(name)] = 0
    return NAMES[int(counts.argmax())]


def _whole(pixels: Numbers, labels: Labels, mask: Mask, paper: str) -> Seen:
    """The area read as one thing: the likest thing, in the likest of the area's two commonest colours."""
    box = box_of(mask)
    first = main_colour(labels, mask, paper)
    second = main_colour(labels, mask, paper, first)
    common = [colour for colour in (first, second) if (labels[mask] == NAMES.index(colour)).mean() > 0.15]
    options = [
        (apart, name, colour)
        for colour in (common or [first])
        for name, apart in likeness(pixels, box, colour, paper).items()
    ]
    _, name, colour = min(options)
    return Seen(name, colour, box)


def things_apart(pixels: Numbers) -> tuple[str, list[Mask]]:
    """The background's name and the separate areas that differ from it, largest first."""
    labels = named(pixels)
    paper = background(labels)
    border = np.concatenate([pixels[:3].reshape(-1, 3), pixels[-3:].reshape(-1, 3)])
    same = (labels[:3].ravel() == NAMES.index(paper)).tolist() + (labels[-3:].ravel() == NAMES.index(paper)).tolist()
    level = np.median(border[np.array(same)], axis=0) if any(same) else np.array(COLOURS[paper])
    mask = np.abs(pixels - level).sum(-1) > 90
    return paper, [part for part in parts(mask) if part.mean() >= SMALLEST]


def read(image: Image.Image) -> Reading:
    """One to three things on a plain background."""
    pixels = pixels_of(image)
    labels = named(pixels)
    paper, areas = things_apart(pixels)
    areas = _joined(areas)
    if len(areas) != 1:
        return Reading(paper, tuple(_whole(pixels, labels, area, paper) for area in areas[:3]))
    return _one_area(pixels, areas[0], paper)


def _joined(areas: list[Mask]) -> list[Mask]:
    """Areas whose boxes lie in one another are one thing: the two sails of a boat, the eyes of a cat."""
    kept: list[Mask] = []
    for area in areas:
        for number, other in enumerate(kept):
            if _belong(box_of(area), box_of(other)):
                kept[number] = other | area
                break
        else:
            kept.append(area)
    return kept


def _belong(one: Box, other: Box) -> bool:
    """Whether the boxes overlap for a good part, or one stands on the other with hardly a gap."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    narrower, wider = sorted((one[2] - one[0], other[2] - other[0]))
    lower = min(one[3] - one[1], other[3] - other[1])
    overlapping = across > 0 and down > 0 and across * down > 0.35 * narrower * lower
    return overlapping or (across > 0.7 * narrower and down > -GAP * wider - 0.5)


def _one_area(pixels: Numbers, area: Mask, paper: str) -> Reading:
    """A single area may be one thing, one inside another, or one before another: what is likest."""
    box = box_of(area)
    name, colour, pair = likeliest(pixels, paper, box)
    if pair is None:
        return Reading(paper, (Seen(name, colour, box),))
    front, back = Seen(pair.front, pair.front_colour, box), Seen(pair.back, pair.back_colour, box)
    if pair.nested:
        return Reading(paper, (front, back), nested=True)
    return Reading(paper, (back, front), covered=True)


def relation(seen: Reading) -> str:
    """How the first of two things lies to the second."""
    if seen.nested or seen.covered:
        return "inside" if seen.nested else "behind"
    (x1, y1), (x2, y2) = seen.things[0].middle, seen.things[1].middle
    if abs(x1 - x2) > abs(y1 - y2):
        return "left of" if x1 < x2 else "right of"
    return "above" if y1 < y2 else "below"
