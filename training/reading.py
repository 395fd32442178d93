"""Reads a picture back without any model: named colours, shapes by template, who is where.

Nothing here is learned, so the score cannot be flattered by what the model was
trained with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training.icons import ICONS
from training.objects import CANVAS, MIDDLE
from training.palette import COLOURS, NAMES
from training.pictures import SIDE, small
from training.shapes import SHAPES, DrawShape

Mask = NDArray[np.bool_]
Labels = NDArray[np.intp]

RADII = (32, 36, 40, 43, 47, 51, 60, 66, 72, 84, 92, 98)
SHIFTS = [(across, down) for across in range(-2, 3) for down in range(-2, 3)]
# A colour covering less than this share of the picture is an edge, not a thing.
SMALLEST = 0.012


@dataclass(frozen=True)
class Blob:
    """One thing seen in the picture."""

    colour: str
    name: str
    across: float
    down: float


def named(image: Image.Image) -> Labels:
    """For each pixel the number of the nearest named colour, with thin edges smoothed away."""
    pixels = np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX), float)
    palette = np.array([COLOURS[name] for name in NAMES], float)
    distances = ((pixels[:, :, None, :] - palette) ** 2).sum(-1)
    return _majority(distances.argmin(-1))


def _majority(labels: Labels) -> Labels:
    """Each pixel's commonest label within its 3x3 neighbourhood."""
    votes = np.pad(labels[..., None] == np.arange(len(NAMES)), ((1, 1), (1, 1), (0, 0)), "edge")
    counts = sum(votes[row : row + SIDE, column : column + SIDE].astype(int) for row in range(3) for column in range(3))
    return np.asarray(counts).argmax(-1)


def background(labels: Labels) -> str:
    """The commonest colour along the picture's border."""
    border = np.concatenate([labels[:4].ravel(), labels[-4:].ravel(), labels[:, :4].ravel()])
    return NAMES[int(np.bincount(border, minlength=len(NAMES)).argmax())]


def _drawn_mask(stroke: DrawShape, radius: float) -> Mask:
    image = Image.new("RGB", (CANVAS, CANVAS), (0, 255, 255))
    stroke(ImageDraw.Draw(image), MIDDLE, MIDDLE, radius, (255, 0, 0), (0, 255, 255))
    difference = np.abs(np.asarray(small(image), int) - (0, 255, 255)).sum(-1)
    return np.asarray(difference > 255)


def _centred(mask: Mask) -> Mask:
    """The mask with the middle of its bounding box at the middle of the picture."""
    rows, columns = np.nonzero(mask)
    down = SIDE // 2 - (int(rows.min()) + int(rows.max()) + 1) // 2
    across = SIDE // 2 - (int(columns.min()) + int(columns.max()) + 1) // 2
    return np.roll(mask, (down, across), (0, 1))


@cache
def _templates(icons: bool) -> tuple[list[str], Mask]:
    """The flattened masks to compare with, and the name of each."""
    names, masks = [], []
    for name, stroke in (ICONS if icons else SHAPES).items():
        for radius in (MIDDLE,) if icons else RADII:
            middle = _centred(_drawn_mask(stroke, radius))
            for shift in SHIFTS:
                names.append(name)
                masks.append(np.roll(middle, shift, (0, 1)).ravel())
    return names, np.array(masks)


def best_match(mask: Mask, icons: bool = False) -> str:
    """The shape (or icon) whose template overlaps the mask best."""
    names, masks = _templates(icons)
    seen = _centred(mask).ravel().astype(np.float32)
    overlap = masks.astype(np.float32) @ seen
    union = masks.sum(1) + seen.sum() - overlap
    return names[int((overlap / union).argmax())]


def _blob(mask: Mask, colour: str, icons: bool) -> Blob:
    rows, columns = np.nonzero(mask)
    return Blob(colour, best_match(mask, icons), float(columns.mean()), float(rows.mean()))


def one_thing(labels: Labels, icons: bool) -> Blob | None:
    """The picture read as one thing: all that is not background, named by its main colour."""
    paper = NAMES.index(background(labels))
    mask = labels != paper
    if mask.mean() < SMALLEST:
        return None
    colour = NAMES[int(np.bincount(labels[mask], minlength=len(NAMES)).argmax())]
    return _blob(mask, colour, icons)


def two_things(labels: Labels) -> list[Blob]:
    """The picture read as two things: the two commonest colours besides the background."""
    areas = np.bincount(labels.ravel(), minlength=len(NAMES)).astype(float) / labels.size
    areas[NAMES.index(background(labels))] = 0
    chosen = [n for n in np.argsort(-areas)[:2] if areas[n] >= SMALLEST]
    return [_blob(labels == n, NAMES[int(n)], icons=False) for n in chosen]


def relation(first: Blob, second: Blob) -> str:
    """Where the first thing lies from the second, by their centres."""
    across, down = first.across - second.across, first.down - second.down
    if abs(across) > abs(down):
        return "left of" if across < 0 else "right of"
    return "above" if down < 0 else "below"
