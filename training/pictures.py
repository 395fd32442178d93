"""The training set: numbered pictures with captions, drawn the same way every time."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.drawing import CANVAS, Layers, draw_layers, small
from training.objects import Arrangement, any_arrangement, drawing_order, loose_caption
from training.palette import NAMES
from training.pen import SIDE
from training.scenery import (
    Landscape,
    Pattern,
    chosen_gradient,
    chosen_landscape,
    chosen_pattern,
    draw_landscape,
    draw_pattern,
)
from training.styles import restyled
from training.words import STYLES, THINGS

CHUNK = 500
# Numbers below this are never trained on; the autoencoder is checked on them.
FIRST_TRAINING_NUMBER = 1000
STYLED = 0.12
STRAY = "xyzzy"
PATCHES = SIDE // 16
MOST_THINGS = 3
NOTHING = 255

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Scene:
    """What a picture shows and how it is worded."""

    kind: str
    words: str
    what: Arrangement | Landscape | Pattern
    style: str = ""


@dataclass(frozen=True)
class PictureSet:
    """Pictures as (number, row, column, channel) bytes, each with one caption and what is where in it.

    `cover` is (number, thing, row, column): how much of each 16x16 patch a thing covers, of 255;
    `things` is (number, thing, 2): which name and which colour it has, 255 for no thing.
    """

    pixels: Pixels
    captions: list[str]
    cover: Pixels
    things: Pixels


def scene(rng: Random) -> Scene:
    """What some training picture shows; never a combination that is kept back."""
    kind = rng.random()
    if kind < 0.78:
        arrangement = any_arrangement(rng, STYLED)
        return Scene("things", _with_stray_word(rng, loose_caption(rng, arrangement)), arrangement, arrangement.style)
    if kind < 0.92:
        land = chosen_landscape(rng)
        style = rng.choice(STYLES) if rng.random() < STYLED else ""
        words = land.words() + (f" in {style} style" if style else "")
        return Scene("landscape", _with_stray_word(rng, words), land, style)
    pattern = chosen_pattern(rng) if kind < 0.97 else chosen_gradient(rng)
    return Scene("pattern" if kind < 0.97 else "gradient", _with_stray_word(rng, pattern.words()), pattern)


def picture(number: int) -> tuple[str, Image.Image, Pixels, Pixels]:
    """The caption, the picture, and what is where in it, that belong to this number."""
    rng = Random(number)
    shown = scene(rng)
    cover = np.zeros((MOST_THINGS, PATCHES, PATCHES), np.uint8)
    things = np.full((MOST_THINGS, 2), NOTHING, np.uint8)
    if isinstance(shown.what, Arrangement):
        image, layers = draw_layers(shown.what, rng)
        cover[: len(layers)] = covered(shown.what, layers)
        for number_, thing in enumerate(shown.what.things):
            things[number_] = THINGS.index(thing.name), NAMES.index(thing.colour)
        return shown.words, restyled(image, shown.style, rng, has_lines=True), cover, things
    if isinstance(shown.what, Landscape):
        return shown.words, restyled(draw_landscape(shown.what, rng), shown.style, rng), cover, things
    return shown.words, small(draw_pattern(shown.what)), cover, things


def covered(what: Arrangement, layers: Layers) -> Pixels:
    """How much of each patch shows each thing, as (thing, row, column) of 255."""
    shares = np.zeros((len(layers), PATCHES, PATCHES))
    for number in drawing_order(what):
        layer, corner = layers[number]
        sheet = Image.new("L", (CANVAS, CANVAS))
        sheet.paste(layer.getchannel("A"), corner)
        own = np.asarray(sheet.reduce(CANVAS // PATCHES), float)
        shares *= 1 - own / 255
        shares[number] = own
    return shares.astype(np.uint8)


def _with_stray_word(rng: Random, words: str) -> str:
    """Now and then a word that means nothing, so that unknown words do no harm."""
    if rng.random() > 0.05:
        return words
    parts = words.split()
    parts.insert(rng.randint(0, len(parts)), STRAY)
    return " ".join(parts)


def _drawn(numbers: range) -> PictureSet:
    count = len(numbers)
    found = PictureSet(
        np.empty((count, SIDE, SIDE, 3), np.uint8),
        [],
        np.empty((count, MOST_THINGS, PATCHES, PATCHES), np.uint8),
        np.empty((count, MOST_THINGS, 2), np.uint8),
    )
    for row, number in enumerate(numbers):
        words, image, found.cover[row], found.things[row] = picture(number)
        found.captions.append(words)
        found.pixels[row] = np.asarray(image)
    return found


def render(folder: Path, count: int, workers: int = 2) -> None:
    """Draw the training set into the folder, unless it is there already."""
    captions_file = folder / "captions.json"
    if captions_file.exists() and len(json.loads(captions_file.read_text())) == count:
        return
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.lib.format.open_memmap(folder / "pixels.npy", mode="w+", dtype=np.uint8, shape=(count, SIDE, SIDE, 3))
    captions: list[str] = []
    covers, things = [], []
    last = FIRST_TRAINING_NUMBER + count
    chunks = [range(n, min(n + CHUNK, last)) for n in range(FIRST_TRAINING_NUMBER, last, CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_drawn, chunks):
            pixels[len(captions) : len(captions) + len(part.captions)] = part.pixels
            captions += part.captions
            covers.append(part.cover)
            things.append(part.things)
    pixels.flush()
    np.savez(folder / "things.npz", cover=np.concatenate(covers), things=np.concatenate(things))
    # Written last: its presence says that the pixels are complete.
    captions_file.write_text(json.dumps(captions))


def load(folder: Path) -> PictureSet:
    """The training set that `render` left in the folder."""
    captions = json.loads((folder / "captions.json").read_text())
    where = np.load(folder / "things.npz")
    return PictureSet(np.load(folder / "pixels.npy", mmap_mode="r"), captions, where["cover"], where["things"])


def unseen(count: int) -> PictureSet:
    """Pictures with numbers that training never uses."""
    return _drawn(range(min(count, FIRST_TRAINING_NUMBER)))
