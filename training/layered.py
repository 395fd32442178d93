"""Two things that cover one another, read by comparing the picture with drawings of every such pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.drawing import CANVAS, layer_of
from training.objects import BACK, CONTENT, FRONT, MIDDLE, Place, Thing
from training.palette import COLOURS, NAMES, Numbers, named
from training.pen import SIDE
from training.words import THINGS

Box = tuple[float, float, float, float]

GRID = 64
"""Pictures are compared at this many cells a side."""
GROWN = (0.94, 1.0, 1.06)
CLEARLY = 1.5
"""How much nearer a pair must come than a single thing, as a mean over the picture of 3 x 255."""
UNLIKE = 100.0
"""A cell further than this from a drawing, of 3 x 255, shows something else."""
LIKELY = 4
"""How many foremost things are tried with every other thing behind them."""


@dataclass(frozen=True)
class Pair:
    """Two things, how far the picture is from their drawing, and whether one is inside the other."""

    apart: float
    front: str
    front_colour: str
    back: str
    back_colour: str
    nested: bool


@dataclass(frozen=True)
class Drawn:
    """A thing as premultiplied colour and cover on the grid, and its boxes there."""

    name: str
    pixels: Numbers
    box: Box
    core: Box
    """The box of what has the thing's own colour: without a flower's stem or a tree's trunk."""


@cache
def _drawings(colour: str, radius: float, x: float, y: float) -> tuple[Drawn, ...]:
    """Every thing in the colour at a place, a little smaller and larger too."""
    return tuple(_drawing(name, colour, Place(x, y, radius * grown)) for name in THINGS for grown in GROWN)


def _drawing(name: str, colour: str, place: Place) -> Drawn:
    layer, corner = layer_of(Thing(name, colour), place, COLOURS[colour])
    sheet = Image.new("RGBA", (CANVAS, CANVAS), (0, 0, 0, 0))
    sheet.paste(layer, corner)
    # 'RGBa' is colour times cover, which is what may be averaged.
    small = np.array(sheet.convert("RGBa").reduce(CANVAS // GRID), np.float32)
    small[..., 3] /= 255
    cover = small[..., 3] > 0.4
    core = cover & (named(small[..., :3]) == NAMES.index(colour))
    return Drawn(name, small, _box(cover), _box(core))


def _box(mask: NDArray[np.bool_]) -> Box:
    """The box of a mask without the few cells that lie far from the rest."""
    rows, columns = np.nonzero(mask)
    low, high = np.percentile(columns, (1, 99)), np.percentile(rows, (1, 99))
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def _moved(drawn: Drawn, own: Box, to: Box, across: int = 0, down: int = 0) -> Numbers:
    """The drawing with the middle of one of its boxes on the middle of another, and further by so many cells."""
    right = round((to[0] + to[2] - own[0] - own[2]) / 2) + across
    below = round((to[1] + to[3] - own[1] - own[3]) / 2) + down
    return np.roll(drawn.pixels, (below, right), (0, 1))


def _over(front: Numbers, under: Numbers) -> Numbers:
    return front[..., :3] + (1 - front[..., 3:]) * under


def fitted(colour: str, box: Box) -> list[tuple[str, Numbers]]:
    """Every thing in the colour, as large as its box on the grid may be, in the middle of the box."""
    across, down = box[2] - box[0] + 1, box[3] - box[1] + 1
    middle = (box[0] + box[2] + 1) / 2 * SIDE / GRID, (box[1] + box[3] + 1) / 2 * SIDE / GRID
    found = []
    for name in THINGS:
        wide, high, right, low = _extent(name)
        radius = min(across / wide, down / high) * SIDE / GRID
        place = Place(middle[0] - right * radius, middle[1] - low * radius, radius)
        found.append((name, _drawing(name, colour, place).pixels))
    return found


@cache
def _extent(name: str) -> tuple[float, float, float, float]:
    """A thing's width and height, and how far its box's middle lies from its own, in radii."""
    radius = 40.0
    layer, corner = layer_of(Thing(name, "red"), Place(MIDDLE, MIDDLE, radius), COLOURS["red"])
    box = layer.getchannel("A").getbbox()
    assert box is not None
    left, top, right, bottom = (value * SIDE / CANVAS / radius for value in box)
    at = corner[0] * SIDE / CANVAS / radius - MIDDLE / radius, corner[1] * SIDE / CANVAS / radius - MIDDLE / radius
    return right - left, bottom - top, (left + right) / 2 + at[0], (top + bottom) / 2 + at[1]


def likeliest(pixels: Numbers, paper: str, area: tuple[float, float, float, float]) -> tuple[str, str, Pair | None]:
    """The single thing that the area is likest to, by name and colour, and the pair if that is clearly likelier.

    `area` is the box around everything, in pixels.
    """
    seen = pixels.reshape(GRID, SIDE // GRID, GRID, SIDE // GRID, 3).mean((1, 3))
    nearest = named(seen)
    counts = np.bincount(nearest.ravel(), minlength=len(NAMES)).astype(float)
    counts[NAMES.index(paper)] = 0
    common = [int(n) for n in np.argsort(-counts)[:4] if counts[n] > 0.01 * GRID * GRID] or [int(counts.argmax())]
    scale = GRID / SIDE
    whole = (area[0] * scale, area[1] * scale, area[2] * scale - 1, area[3] * scale - 1)
    backs = {NAMES[n]: fitted(NAMES[n], whole) for n in common[:3]}
    alone = min(_alone(seen, paper, colour, things) for colour, things in backs.items())
    pairs = []
    for front in common:
        pairs += _pairs_before(seen, nearest == front, paper, NAMES[front], backs)
    best = min(pairs, key=lambda pair: pair.apart) if pairs else None
    clearly = best is not None and best.apart < alone[0] - CLEARLY
    return alone[1], alone[2], best if clearly else None


def _alone(seen: Numbers, paper: str, colour: str, things: list[tuple[str, Numbers]]) -> tuple[float, str, str]:
    sheet = np.array(COLOURS[paper], np.float32)
    return min((float(np.abs(_over(pixels, sheet) - seen).sum(-1).mean()), name, colour) for name, pixels in things)


def _pairs_before(
    seen: Numbers, own: NDArray[np.bool_], paper: str, front: str, backs: dict[str, list[tuple[str, Numbers]]]
) -> list[Pair]:
    """What may be: a thing of this colour inside one of the others, or before one."""
    found = []
    for back, things in backs.items():
        if back == front:
            continue
        left_over = own & _unlike(seen, paper, things)
        if left_over.sum() > 12:
            spot = _box(left_over)
            if max(spot[2] - spot[0], spot[3] - spot[1]) < 26:
                fronts = _fronts(seen, left_over, _drawings(front, CONTENT, MIDDLE, MIDDLE), spot)
                found.append(_joined(seen, paper, (front, back), fronts, things, True))
    if own.sum() > 100:
        fronts = _foremost(seen, own, front)
        for back in backs:
            if back != front:
                things = _behind(seen, paper, fronts[0][1], back)
                found.append(_joined(seen, paper, (front, back), fronts, things, False))
    return found


def _unlike(seen: Numbers, paper: str, things: list[tuple[str, Numbers]]) -> NDArray[np.bool_]:
    """The cells that the likest single thing does not explain: not a flower's own stem, nor a balloon's string."""
    sheet = np.array(COLOURS[paper], np.float32)
    apart = [np.abs(_over(pixels, sheet) - seen).sum(-1) for _, pixels in things]
    return np.asarray(min(apart, key=lambda each: float(each.mean())) > UNLIKE)


def _foremost(seen: Numbers, own: NDArray[np.bool_], colour: str) -> list[tuple[str, Numbers]]:
    """The likeliest things where foremost things are, each as little beside it as is best."""
    drawn = _drawings(colour, FRONT[2], FRONT[0], FRONT[1])
    first = sorted(drawn, key=lambda thing: _off(seen, own, thing.pixels))[: 2 * LIKELY]
    found: dict[str, tuple[float, Numbers]] = {}
    for thing in first:
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                pixels = np.roll(thing.pixels, (down, across), (0, 1))
                off = _off(seen, own, pixels)
                if thing.name not in found or off < found[thing.name][0]:
                    found[thing.name] = off, pixels
    return [(name, pixels) for name, (_, pixels) in sorted(found.items(), key=lambda item: item[1][0])]


def _off(seen: Numbers, own: NDArray[np.bool_], pixels: Numbers) -> float:
    """How unlike a foremost thing is where it would cover, and how much of its colour it would leave beside it."""
    cover = pixels[..., 3]
    return float(np.abs(seen * cover[..., None] - pixels[..., :3]).sum() + 250 * (own * (1 - cover)).sum())


def _fronts(seen: Numbers, own: NDArray[np.bool_], drawn: tuple[Drawn, ...], spot: Box) -> list[tuple[str, Numbers]]:
    """The likeliest foremost things: alike where they would cover, and leaving little of their colour beside them."""
    found: dict[str, tuple[float, Numbers]] = {}
    for thing in drawn:
        pixels = _moved(thing, thing.core, spot)
        off = _off(seen, own, pixels)
        if thing.name not in found or off < found[thing.name][0]:
            found[thing.name] = off, pixels
    return [(name, pixels) for name, (_, pixels) in sorted(found.items(), key=lambda item: item[1][0])[:LIKELY]]


def _behind(seen: Numbers, paper: str, front: Numbers, colour: str) -> list[tuple[str, Numbers]]:
    """The likeliest things in the colour where hindmost things are, and each up to two pixels beside it."""
    sheet = np.array(COLOURS[paper], np.float32)
    drawn = _drawings(colour, BACK[2], BACK[0], BACK[1])
    behind = np.stack([_over(thing.pixels, sheet) for thing in drawn])
    apart = np.abs(_over(front, behind) - seen).sum(-1).mean((1, 2))
    return [
        (drawn[number].name, np.roll(drawn[number].pixels, (down, across), (0, 1)))
        for number in apart.argsort()[:10]
        for across in (-1, 0, 1)
        for down in (-1, 0, 1)
    ]


def _joined(
    seen: Numbers,
    paper: str,
    colours: tuple[str, str],
    fronts: list[tuple[str, Numbers]],
    backs: list[tuple[str, Numbers]],
    nested: bool,
) -> Pair:
    """The best of all fronts before all backs, by the mean distance over the picture."""
    sheet = np.array(COLOURS[paper], np.float32)
    behind = np.stack([_over(pixels, sheet) for _, pixels in backs])
    best: tuple[float, str, str] | None = None
    for name, pixels in fronts:
        apart = np.abs(_over(pixels, behind) - seen).sum(-1).mean((1, 2))
        number = int(apart.argmin())
        if best is None or apart[number] < best[0]:
            best = float(apart[number]), name, backs[number][0]
    assert best is not None
    return Pair(best[0], best[1], colours[0], best[2], colours[1], nested)
