"""Pictures of one to three named things on a background: what they show, in words and as places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from training.heldout import colour_held_out, relation_held_out
from training.icons import ICONS
from training.palette import another
from training.pen import SIDE
from training.shapes import SHAPES
from training.words import FILLS, RELATIONS, SIZES, STYLES, THINGS, article

MIDDLE = SIDE / 2
STEPS: dict[str, tuple[int, int]] = {"above": (0, -1), "below": (0, 1), "left of": (-1, 0), "right of": (1, 0)}
ALONE = {"": 36.0, "small": 18.0, "large": 50.0}
BESIDE = {"": 23.0, "small": 15.0, "large": 28.0}
APART = 33.0
IN_ROW, ROW_APART = 16.5, 40.0
BACK, FRONT = (55.0, 46.0, 32.0), (71.0, 77.0, 28.0)
STRETCH = {"": 1.0, "small": 0.78, "large": 1.16}
CONTAINER, CONTENT = 52.0, 17.0
# Where a thing has room for another inside it, in its radii, if not at its middle.
ROOM: dict[str, tuple[float, float]] = {
    "triangle": (0, 0.3),
    "heart": (0, -0.12),
    "moon": (0.3, -0.14),
    "house": (0, 0.28),
    "tree": (0, -0.3),
    "flower": (0, -0.32),
    "boat": (0.25, -0.05),
    "rocket": (0, 0.1),
    "car": (0, 0.16),
    "fish": (-0.1, 0.05),
    "mushroom": (0, -0.38),
    "cup": (-0.12, 0.2),
    "balloon": (0, -0.28),
    "cat": (0, 0.2),
    "star": (0, 0.07),
}


@dataclass(frozen=True)
class Thing:
    """A shape or an icon with its colour name."""

    name: str
    colour: str
    size: str = ""
    fill: str = ""


@dataclass(frozen=True)
class Place:
    """Where a thing is: its middle and its radius in pixels of the finished picture."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Arrangement:
    """What a picture of things shows; the caption and the score both come from this."""

    things: tuple[Thing, ...]
    background: str
    relation: str = ""
    background_below: str = ""
    """For a background that changes from the top to the bottom."""
    style: str = ""


def _described(thing: Thing) -> str:
    return article(" ".join(filter(None, (thing.size, thing.colour, thing.fill, thing.name))))


def caption(what: Arrangement) -> str:
    """The caption in the one form that the score uses."""
    words = f" {what.relation} ".join(map(_described, what.things)) + f" on {article(what.background)}"
    words += f" to {what.background_below} gradient" if what.background_below else " background"
    return words + (f" in {what.style} style" if what.style else "")


def loose_caption(rng: Random, what: Arrangement) -> str:
    """The caption as people also write it: now and then without its articles."""
    plain = caption(what)
    if rng.random() < 0.12:
        return " ".join(word for word in plain.split() if word not in ("a", "an"))
    return plain


def places(what: Arrangement) -> list[Place]:
    """Where each thing is drawn, before the play that each drawing has."""
    things = what.things
    if len(things) < 2:
        return [Place(MIDDLE, MIDDLE, ALONE[thing.size]) for thing in things]
    if what.relation == "inside":
        return _inside(things[1])
    if what.relation == "behind":
        return [
            Place(x, y, radius * STRETCH[thing.size])
            for thing, (x, y, radius) in zip(things, (BACK, FRONT), strict=True)
        ]
    across, down = STEPS[what.relation]
    apart = APART if len(things) == 2 else ROW_APART
    steps = (1, -1) if len(things) == 2 else (1, 0, -1)
    return [
        Place(
            MIDDLE + across * apart * step,
            MIDDLE + down * apart * step,
            BESIDE[thing.size] if len(things) == 2 else IN_ROW,
        )
        for thing, step in zip(things, steps, strict=True)
    ]


def _inside(container: Thing) -> list[Place]:
    across, down = ROOM.get(container.name, (0, 0))
    around = Place(MIDDLE, MIDDLE, CONTAINER)
    return [Place(MIDDLE + across * CONTAINER, MIDDLE + down * CONTAINER, CONTENT), around]


def drawing_order(what: Arrangement) -> list[int]:
    """The numbers of the things from the hindmost to the foremost."""
    backwards = what.relation == "inside"
    return sorted(range(len(what.things)), reverse=backwards)


def _coloured(rng: Random, names: tuple[str, ...], held_out: bool, *taken: str) -> Thing:
    """A thing whose colour is, or is not, kept back from training."""
    while True:
        thing = Thing(rng.choice(names), another(rng, *taken))
        if colour_held_out(thing.name, thing.colour) == held_out:
            return thing


def _one(rng: Random, names: tuple[str, ...], held_out: bool) -> Arrangement:
    background = another(rng)
    thing = _coloured(rng, names, held_out, background)
    return Arrangement((replace(thing, size=rng.choice(["", "", *SIZES])),), background)


def one_shape(rng: Random, held_out: bool = False) -> Arrangement:
    """One shape; held out means a shape and colour that training never joins."""
    return _one(rng, tuple(SHAPES), held_out)


def one_icon(rng: Random, held_out: bool = False) -> Arrangement:
    """One icon; held out means an icon and colour that training never joins."""
    return _one(rng, tuple(ICONS), held_out)


def two_things(rng: Random, held_out: bool = False, relation: str = "") -> Arrangement:
    """Two things; held out means things and a relation that training never joins."""
    while True:
        background = another(rng)
        first = _coloured(rng, THINGS, False, background)
        second = _coloured(rng, THINGS, False, background, first.colour)
        chosen = relation or rng.choice(RELATIONS)
        if relation_held_out(first.name, chosen, second.name) == held_out:
            return Arrangement((first, second), background, chosen)


def three_things(rng: Random, held_out: bool = False) -> Arrangement:
    """Three things in a row or a column; held out means that one of its pairs is kept back."""
    while True:
        relation = rng.choice(["left of", "above"])
        background = another(rng)
        things: list[Thing] = []
        while len(things) < 3:
            things.append(_coloured(rng, THINGS, False, background, *(thing.colour for thing in things)))
        pairs = [(things[a].name, relation, things[b].name) for a, b in ((0, 1), (1, 2), (0, 2))]
        if any(relation_held_out(*pair) for pair in pairs) == held_out:
            return Arrangement(tuple(things), background, relation)


def filled(rng: Random, held_out: bool = False) -> Arrangement:
    """One thing with stripes, dots or checks on it; held out as with one thing."""
    what = _one(rng, THINGS, held_out)
    size = rng.choice(["", "", "large"])
    return replace(what, things=(replace(what.things[0], size=size, fill=rng.choice(FILLS)),))


def _decorated(rng: Random, what: Arrangement, fills: float, gradients: float) -> Arrangement:
    """The arrangement with fills, and now and then a background that changes its colour."""
    things = [replace(thing, fill=rng.choice(FILLS)) if rng.random() < fills else thing for thing in what.things]
    below = ""
    if rng.random() < gradients:
        below = another(rng, what.background, *(thing.colour for thing in things))
    return replace(what, things=tuple(things), background_below=below)


def _sized(rng: Random, what: Arrangement) -> Arrangement:
    """Two things with sizes; inside one another they are small and large whatever is said."""
    if rng.random() > 0.25:
        return what
    options = (("", "small"), ("", "large")) if what.relation == "inside" else (("", *SIZES),) * 2
    things = [replace(thing, size=rng.choice(sizes)) for thing, sizes in zip(what.things, options, strict=True)]
    return replace(what, things=tuple(things))


def any_arrangement(rng: Random, styled: float) -> Arrangement:
    """What a training picture of things shows."""
    kind = rng.random()
    if kind < 0.30:
        what = _decorated(rng, (one_shape if rng.random() < 0.4 else one_icon)(rng), 0.14, 0.08)
    elif kind < 0.93:
        what = _decorated(rng, _sized(rng, two_things(rng)), 0.05, 0.06)
    else:
        what = three_things(rng)
    style = rng.choice(STYLES) if rng.random() < styled else ""
    return replace(what, style=style)
