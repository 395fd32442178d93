"""Brightness, contrast and colour of pictures."""

import itertools
from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np

from ajar import hints, pixels
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Slider
from ajar.values import Image

Array = np.ndarray[Any, np.dtype[Any]]
Curve = Callable[[Array], Array]
Part = Annotated[float, Slider(0, 1, 0.005)]
Bend = Annotated[str, hints.Curve()]


@node
def levels(
    image: Image,
    black: Part = 0.0,
    white: Part = 1.0,
    gamma: Annotated[float, Slider(0.1, 10, 0.01)] = 1.0,
    darkest: Part = 0.0,
    lightest: Part = 1.0,
    channel: Literal["all", "red", "green", "blue"] = "all",
) -> Image:
    """Set what is black, what is white and how bright the middle is.

    Tones from black to white are spread over darkest to lightest; a gamma above 1 lightens the middle.
    """
    if white <= black:
        raise UserError(f"White ({white:g}) must lie above black ({black:g}).", "Raise white or lower black.")

    scale = 1 / (white - black)

    def curve(tones: Array) -> Array:
        spread = tones * tones.dtype.type(scale)
        spread -= tones.dtype.type(black * scale)
        np.clip(spread, 0, 1, out=spread)
        if gamma != 1:
            np.power(spread, tones.dtype.type(1 / gamma), out=spread)
        if (darkest, lightest) != (0, 1):
            spread *= tones.dtype.type(lightest - darkest)
            spread += tones.dtype.type(darkest)
        return np.asarray(spread)

    return image.like(pixels.map_tones(image.array, _only(curve, channel)))


@node
def curves(
    image: Image, points: Bend = "0,0 0.25,0.2 0.75,0.8 1,1", red: Bend = "", green: Bend = "", blue: Bend = ""
) -> Image:
    """Bend the tones along a smooth curve through points, each written as input,output from 0 to 1.

    `0,0 0.5,0.6 1,1` lightens the middle. Red, green and blue have curves of their own, applied first; empty leaves
    that colour as it is.
    """
    array = image.array
    own = [smooth_curve(text) if text.strip() else None for text in (red, green, blue)]
    if any(own):
        image = image.rgb() if image.channels == 1 else image
        array = pixels.map_tones(image.array, list(own))
    if points.strip():
        array = pixels.map_tones(array, [smooth_curve(points)])
    return image if array is image.array else image.like(array)


@node
def color_match(
    image: Image,
    reference: Image,
    strength: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    keep_brightness: bool = False,
) -> Image:
    """Give a picture the colours of another one: the mean and the spread of its lightness and of its hues.

    Keep brightness takes over only the hues.
    """
    picture = image.rgb() if image.channels == 1 else image
    goal = reference.rgb() if reference.channels == 1 else reference
    return matched(picture, statistics(picture), statistics(goal), strength, keep_brightness)


def matched(
    picture: Image, own: tuple[Array, Array], goal: tuple[Array, Array], strength: float, keep_brightness: bool
) -> Image:
    """A picture moved in Lab from one mean and spread to another."""
    import cv2

    colours = np.ascontiguousarray(pixels.convert(picture.srgb().array, "float32")[:, :, :3])
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)
    (mean, spread), (goal_mean, goal_spread) = own, goal
    # A flat picture has no spread to stretch.
    gain = np.where(spread > 0.5, goal_spread / np.maximum(spread, 0.5), 1)
    moved = (lab - mean) * np.clip(gain, 0.1, 5) + goal_mean
    if keep_brightness:
        moved[:, :, 0] = lab[:, :, 0]
    lab += (moved - lab) * np.float32(strength)
    lab[:, :, 0] = np.clip(lab[:, :, 0], 0, 100)
    out = np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1)
    if picture.channels == 4:
        out = np.concatenate((out, pixels.convert(picture.array[:, :, 3:], "float32")), axis=2)
    return Image.of(out).into(picture)


def smooth_curve(text: str) -> Curve:
    """The curve through points written as ``0,0 0.5,0.6 1,1``; it never overshoots them. UserError for a bad text."""
    x, y = _points(text)
    steps = np.diff(x)
    slopes = np.diff(y) / steps
    tangents = np.concatenate((slopes[:1], (slopes[1:] + slopes[:-1]) / 2, slopes[-1:]))
    # Fritsch and Carlson's rule: flat at turning points, never steeper than three times the chord.
    same = slopes[1:] * slopes[:-1] > 0
    tangents[1:-1] = np.where(same, tangents[1:-1], 0)
    limit = 3 * np.minimum(np.abs(np.append(slopes, slopes[-1])), np.abs(np.insert(slopes, 0, slopes[0])))
    tangents = np.clip(tangents, -limit, limit)

    def exact(tones: Array) -> Array:
        tones = np.clip(tones, x[0], x[-1])
        at = np.clip(np.searchsorted(x, tones, side="right") - 1, 0, len(steps) - 1)
        t, h = (tones - x[at]) / steps[at], steps[at]
        rise = y[at] * (1 + 2 * t) * (1 - t) ** 2 + y[at + 1] * t * t * (3 - 2 * t)
        return np.asarray(rise + h * t * (1 - t) * (tangents[at] * (1 - t) - tangents[at + 1] * t))

    table = np.linspace(0, 1, 4097)
    heights = exact(table)
    return lambda tones: np.interp(tones, table, heights)


def _points(text: str) -> tuple[Array, Array]:
    try:
        pairs = sorted(tuple(float(part) for part in pair.split(",")) for pair in text.split())
    except ValueError:
        pairs = []
    good = len(pairs) >= 2 and all(len(pair) == 2 and min(pair) >= 0 and max(pair) <= 1 for pair in pairs)
    if not good or any(second[0] - first[0] < 1e-6 for first, second in itertools.pairwise(pairs)):
        raise UserError(
            f"{text[:60]!r} is not a curve: it takes two or more different points from 0 to 1.",
            "Write points as input,output with spaces between: 0,0 0.5,0.6 1,1",
        )
    found = np.array(pairs)
    return found[:, 0], found[:, 1]


def _only(curve: Curve, channel: str) -> list[Curve | None]:
    if channel == "all":
        return [curve]
    return [curve if name == channel else None for name in ("red", "green", "blue")]


def statistics(image: Image) -> tuple[Array, Array]:
    """Mean and spread in Lab of what can be seen; a picture's statistics need no more than some 100,000 pixels."""
    import cv2

    step = max(1, round((image.width * image.height / 100_000) ** 0.5))
    sample = image.like(image.array[::step, ::step].copy()).srgb()
    values = np.ascontiguousarray(pixels.convert(sample.array, "float32"))
    lab = cv2.cvtColor(np.ascontiguousarray(values[:, :, :3]), cv2.COLOR_RGB2LAB).reshape(-1, 3)
    weights = values[:, :, 3].reshape(-1) + 1e-6 if image.channels == 4 else None
    mean = np.average(lab, axis=0, weights=weights)
    spread = np.sqrt(np.average((lab - mean) ** 2, axis=0, weights=weights))
    return mean.astype(np.float32), spread.astype(np.float32)
