"""python -m training.examples STYLE FOLDER: captioned pictures in one style, to train a LoRA on.

The styles are those of `training.styles`; 'blueprint', 'watercolour' and 'neon' are made for LoRAs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from PIL import Image

from training.drawing import draw
from training.objects import Arrangement, caption, one_icon, one_shape, two_things
from training.scenery import Landscape, chosen_landscape, draw_landscape
from training.styles import restyled

COUNT = 32
FIRST_NUMBER = 20_000_000
"""Neither trained on nor asked for in the score."""


def examples(style: str, count: int = COUNT) -> Iterator[tuple[str, Image.Image]]:
    """Captions and pictures at the model's size: shapes, icons, two things and landscapes in turn."""
    for number in range(FIRST_NUMBER, FIRST_NUMBER + count):
        rng = Random(number)
        if number % 4 == 3:
            land = _clear_landscape(rng, lines=style != "watercolour")
            yield land.words(), restyled(draw_landscape(land, rng), style, rng)
        else:
            what = (one_shape, one_icon, two_things)[number % 4](rng)
            shown = _glowing(what) if style == "neon" else what
            yield caption(what), restyled(draw(shown, rng), style, rng)


def _clear_landscape(rng: Random, lines: bool) -> Landscape:
    """A landscape whose lines are seen and not too many: in clear weather, not by night, and no windows of a city."""
    while True:
        land = chosen_landscape(rng)
        if land.hour != "night" and land.weather in ("", "clouds") and not (lines and land.land == "city"):
            return land


def _glowing(what: Arrangement) -> Arrangement:
    """The things before a dark background, so that their own colours glow; black ones glow white."""
    things = tuple(replace(thing, colour="white" if thing.colour == "black" else thing.colour) for thing in what.things)
    return replace(what, things=things, background="black", background_below="")


def write(style: str, folder: Path, count: int = COUNT) -> None:
    """NN.png and NN.txt for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (words, image) in enumerate(examples(style, count), 1):
        image.save(folder / f"{number:02}.png", optimize=True)
        (folder / f"{number:02}.txt").write_text(words + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
