"""Pictures of one or two named things on a plain background, with their captions."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from training.heldout import colour_held_out, relation_held_out
from training.icons import ICONS
from training.palette import COLOURS, another, tinted
from training.shapes import SHAPES

CANVAS = 256
MIDDLE = CANVAS / 2
RELATIONS: dict[str, tuple[int, int]] = {
    "above": (0, -1),
    "below": (0, 1),
    "left of": (-1, 0),
    "right of": (1, 0),
}
SIZES: dict[str, float] = {"": 66.0, "small": 36.0, "large": 92.0}


@dataclass(frozen=True)
class Thing:
    """A shape or an icon with its colour name."""

    name: str
    colour: str
    size: str = ""


@dataclass(frozen=True)
class Arrangement:
    """What an object picture shows; the caption and the score both come from this."""

    background: str
    first: Thing
    relation: str = ""
    second: Thing | None = None


def article(words: str) -> str:
    """The words with 'a' or 'an' before them."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def _described(thing: Thing) -> str:
    return article(f"{thing.size} {thing.colour} {thing.name}".strip())


def caption(what: Arrangement) -> str:
    """The plain caption, in the one form that the score uses."""
    words = _described(what.first)
    if what.second is not None:
        words += f" {what.relation} {_described(what.second)}"
    return f"{words} on {article(what.background)} background"


def loose_caption(rng: Random, what: Arrangement) -> str:
    """The caption as people also write it: without articles, or on a bare colour."""
    plain = caption(what)
    form = rng.random()
    if form < 0.12:
        return plain.replace(" background", "").replace("on an ", "on ").replace("on a ", "on ")
    if form < 0.24:
        return " ".join(word for word in plain.split() if word not in ("a", "an"))
    if form < 0.32:
        return f"a picture of {plain}" if what.second is None else plain
    return plain


def draw(what: Arrangement, rng: Random) -> Image.Image:
    """Draw the arrangement with a little play in place, size and tint."""
    paper = tinted(rng, COLOURS[what.background], 4)
    image = Image.new("RGB", (CANVAS, CANVAS), paper)
    pen = ImageDraw.Draw(image)
    if what.second is None:
        x, y = MIDDLE + rng.uniform(-4, 4), MIDDLE + rng.uniform(-4, 4)
        radius = SIZES[what.first.size] * rng.uniform(0.96, 1.04)
        places = [(what.first, x, y, radius)]
    else:
        across, down = RELATIONS[what.relation]
        apart = 60 + rng.uniform(-2, 2)
        radius = 47 * rng.uniform(0.96, 1.04)
        places = [
            (what.first, MIDDLE + across * apart, MIDDLE + down * apart, radius),
            (what.second, MIDDLE - across * apart, MIDDLE - down * apart, radius),
        ]
    for thing, x, y, radius in places:
        stroke = (SHAPES | ICONS)[thing.name]
        stroke(pen, x, y, radius, tinted(rng, COLOURS[thing.colour]), paper)
    return image


def _coloured(rng: Random, names: tuple[str, ...], held_out: bool, *taken: str) -> Thing:
    """A thing whose colour is, or is not, kept back from training."""
    while True:
        thing = Thing(rng.choice(names), another(rng, *taken))
        if colour_held_out(thing.name, thing.colour) == held_out:
            return thing


def one_shape(rng: Random, held_out: bool = False) -> Arrangement:
    """One shape; held out means a shape and colour that training never joins."""
    background = another(rng)
    thing = _coloured(rng, tuple(SHAPES), held_out, background)
    size = rng.choice(["", "", "small", "large"])
    return Arrangement(background, Thing(thing.name, thing.colour, size))


def one_icon(rng: Random, held_out: bool = False) -> Arrangement:
    """One icon; held out means an icon and colour that training never joins."""
    background = another(rng)
    return Arrangement(background, _coloured(rng, tuple(ICONS), held_out, background))


def two_shapes(rng: Random, held_out: bool = False) -> Arrangement:
    """Two shapes; held out means shapes and a relation that training never joins."""
    while True:
        background = another(rng)
        first = _coloured(rng, tuple(SHAPES), False, background)
        second = _coloured(rng, tuple(SHAPES), False, background, first.colour)
        relation = rng.choice(list(RELATIONS))
        if relation_held_out(first.name, relation, second.name) == held_out:
            return Arrangement(background, first, relation, second)
