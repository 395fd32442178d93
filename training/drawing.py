"""Draws arrangements of things, smoothly edged, with a little play in place, size and tint."""

from __future__ import annotations

from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from training.icons import ICONS
from training.objects import Arrangement, Place, Thing, drawing_order, places
from training.palette import COLOURS, Colour, second_tone, tinted
from training.pen import FINE, SIDE, DrawThing, Pen
from training.shapes import SHAPES

CANVAS = SIDE * FINE
STROKES: dict[str, DrawThing] = SHAPES | ICONS
PERIOD = 16 * FINE
"""Stripes, dots and checks repeat once in each of the model's patches, in step with them."""
LINE = 5
"""How thick an outline is, on the canvas halved."""

Layers = list[tuple[Image.Image, tuple[int, int]]]


def repeated(name: str, side: int = CANVAS) -> np.ndarray:
    """Where the second colour of a fill goes, as (row, column) booleans."""
    y, x = np.mgrid[0:side, 0:side]
    half = PERIOD // 2
    if name == "striped":
        return np.asarray((y // half) % 2 == 1)
    if name == "checked":
        return np.asarray((x // half + y // half) % 2 == 1)
    return np.asarray(np.hypot(x % PERIOD - half, y % PERIOD - half) < PERIOD * 0.3)


FILL_MASKS = {name: repeated(name) for name in ("striped", "dotted", "checked")}


def layer_of(thing: Thing, place: Place, main: Colour) -> tuple[Image.Image, tuple[int, int]]:
    """The thing alone on a clear layer, and where the layer's corner goes on the canvas."""
    pen = Pen(place.radius)
    STROKES[thing.name](pen, main)
    half = pen.layer.width // 2
    corner = round(place.x * FINE) - half, round(place.y * FINE) - half
    return (_filled(pen.layer, corner, thing.fill, main) if thing.fill else pen.layer), corner


def _filled(layer: Image.Image, corner: tuple[int, int], fill: str, main: Colour) -> Image.Image:
    """The layer with its main colour broken by stripes, dots or checks."""
    pixels = np.array(layer)
    rows = np.clip(np.arange(layer.height) + corner[1], 0, CANVAS - 1)
    columns = np.clip(np.arange(layer.width) + corner[0], 0, CANVAS - 1)
    second = FILL_MASKS[fill][rows[:, None], columns[None, :]]
    chosen = (pixels == (*main, 255)).all(-1) & second
    pixels[chosen, :3] = second_tone(main)
    return Image.fromarray(pixels)


def outlined(layer: Image.Image, main: Colour) -> Image.Image:
    """Only the lines of a layer, in the thing's colour."""
    small = layer.resize((layer.width // 2, layer.height // 2), Image.Resampling.BOX)
    alpha = small.getchannel("A")
    flat = Image.new("RGB", small.size, main)
    flat.paste(small.convert("RGB"), mask=alpha)
    lines = ImageChops.subtract(alpha, alpha.filter(ImageFilter.MinFilter(2 * LINE + 1)))
    for band in flat.split():
        inner = ImageChops.subtract(band.filter(ImageFilter.MaxFilter(LINE)), band.filter(ImageFilter.MinFilter(LINE)))
        lines = ImageChops.lighter(lines, ImageChops.multiply(inner.point(lambda v: 255 if v > 40 else 0), alpha))
    drawn = Image.new("RGBA", small.size, (*main, 0))
    drawn.putalpha(lines)
    return drawn.resize(layer.size, Image.Resampling.BILINEAR)


def paper(what: Arrangement, rng: Random) -> Image.Image:
    """The empty background."""
    top = tinted(rng, COLOURS[what.background], 4)
    if not what.background_below:
        return Image.new("RGB", (CANVAS, CANVAS), top)
    bottom = tinted(rng, COLOURS[what.background_below], 4)
    amount = np.linspace(0, 1, CANVAS)[:, None, None]
    column = np.array(top) * (1 - amount) + np.array(bottom) * amount
    return Image.fromarray(np.broadcast_to(column, (CANVAS, CANVAS, 3)).astype(np.uint8))


def moved(rng: Random, what: Arrangement) -> list[Place]:
    """The places with the play that no two drawings share."""
    play = 4.0 if len(what.things) == 1 else 2.0
    together = rng.uniform(-play, play), rng.uniform(-play, play)
    own = 0.0 if what.relation == "inside" or len(what.things) == 1 else 1.0
    grown = rng.uniform(0.95, 1.05)
    return [
        Place(
            place.x + together[0] + rng.uniform(-own, own),
            place.y + together[1] + rng.uniform(-own, own),
            place.radius * grown,
        )
        for place in places(what)
    ]


def draw_layers(what: Arrangement, rng: Random) -> tuple[Image.Image, Layers]:
    """The picture on its canvas, and the layer of each thing in the order of the caption."""
    image = paper(what, rng)
    spots = moved(rng, what)
    layers: Layers = []
    for thing, place in zip(what.things, spots, strict=True):
        main = tinted(rng, COLOURS[thing.colour])
        layer, corner = layer_of(thing, place, main)
        layers.append((outlined(layer, main) if what.style == "outline" else layer, corner))
    for number in drawing_order(what):
        layer, corner = layers[number]
        image.paste(layer, corner, layer)
    return image, layers


def draw(what: Arrangement, rng: Random) -> Image.Image:
    """The picture on its canvas, its style's lines included but not yet its style's paint."""
    return draw_layers(what, rng)[0]


def small(image: Image.Image) -> Image.Image:
    """The canvas at the model's size."""
    return image if image.width == SIDE else image.resize((SIDE, SIDE), Image.Resampling.BOX)
