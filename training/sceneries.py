"""Reads landscapes, patterns and fills by comparing them with drawn ones; nothing here is learned."""

from __future__ import annotations

from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.drawing import FILL_MASKS
from training.palette import COLOURS, NAMES, Numbers, named, second_tone
from training.pen import FINE
from training.reading import Mask, pixels_of
from training.scenery import PATTERN_MASKS, Landscape, draw_landscape
from training.words import HOURS, LANDS, WEATHERS

COARSE = 16
"""Landscapes are compared as squares of so many cells: the play of hills and clouds is smaller."""
DRAWINGS = 6
FAR = 120.0
"""Colours further apart than this are as good as any other."""
PLAIN = 0.2
"""A fill that follows its pattern less than this is none."""


def coarse(image: Image.Image) -> Numbers:
    return np.asarray(image.convert("RGB").resize((COARSE, COARSE), Image.Resampling.BOX), np.float32)


@cache
def _typical() -> tuple[list[tuple[str, str, str]], Numbers]:
    """Every land, hour and weather, and the mean of some drawings of it."""
    found, means = [], []
    for land in LANDS:
        for hour in HOURS:
            for weather in ("", *WEATHERS):
                drawn = [draw_landscape(Landscape(land, hour, weather), Random(n)) for n in range(DRAWINGS)]
                found.append((land, hour, weather))
                means.append(np.mean([coarse(image) for image in drawn], axis=0))
    return found, np.array(means)


def landscape(image: Image.Image) -> tuple[str, str, str]:
    """The land, hour and weather whose drawings the picture is likest to."""
    kinds, means = _typical()
    apart = np.abs(means - coarse(image)).mean((1, 2, 3))
    return kinds[int(apart.argmin())]


def pattern(image: Image.Image) -> tuple[str, str, str]:
    """The two commonest colours and the pattern that they are likest to, as first, second and name."""
    pixels = pixels_of(image)
    counts = np.bincount(named(pixels).ravel(), minlength=len(NAMES))
    one, other = (NAMES[int(n)] for n in np.argsort(-counts)[:2])
    options = []
    for first, second in ((one, other), (other, one)):
        for name, fine in PATTERN_MASKS.items():
            mask = _at_size(fine)
            on, under = (first, second) if name == "dots" else (second, first)
            drawn = np.where(mask[..., None], COLOURS[on], COLOURS[under])
            options.append((float(np.abs(drawn - pixels).mean()), first, second, name))
    return min(options)[1:]


def _at_size(fine: NDArray[np.bool_]) -> Mask:
    return fine[FINE // 2 :: FINE, FINE // 2 :: FINE]


def filled_colour(image: Image.Image, paper: str) -> str:
    """The colour whose two tones are nearest to everything that is not background."""
    pixels = pixels_of(image)
    inside = pixels[_apart_from(pixels, paper)]
    if not len(inside):
        return paper
    distances = {}
    for name, colour in COLOURS.items():
        tones = [np.abs(inside - np.array(tone, np.float32)).sum(-1) for tone in (colour, second_tone(colour))]
        distances[name] = float(np.minimum(np.minimum(*tones), FAR).mean())
    return min((name for name in NAMES if name != paper), key=lambda name: distances[name])


def _apart_from(pixels: Numbers, paper: str) -> Mask:
    return np.asarray(np.abs(pixels - np.array(COLOURS[paper], np.float32)).sum(-1) > 110)


def fill(image: Image.Image, paper: str) -> str:
    """Which fill the inside of the thing follows most, '' for none."""
    pixels = pixels_of(image)
    inside = _apart_from(pixels, paper)
    for _ in range(2):
        inside[1:-1, 1:-1] &= inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    if inside.sum() < 50:
        return ""
    light = pixels.sum(-1)[inside]
    if light.std() < 12:
        return ""
    follows = {name: _following(light, _at_size(mask)[inside]) for name, mask in FILL_MASKS.items()}
    best = max(follows, key=lambda name: follows[name])
    return best if follows[best] > PLAIN else ""


def _following(light: Numbers, mask: Mask) -> float:
    """How closely brightness goes with a mask, from 0 to 1; 0 where the mask is all one value."""
    return 0.0 if mask.all() or not mask.any() else abs(float(np.corrcoef(light, mask)[0, 1]))
