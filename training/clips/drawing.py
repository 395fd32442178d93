"""Clips of one thing that moves on a plain background, or of a land between day and night, with their captions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from training.clips import lands, things
from training.clips.heldout import held_out
from training.palette import COLOURS, Colour, another, tinted
from training.shapes import SHAPES

SIDE = 96
FRAMES = 17
FINE = 2
"""Frames are drawn this many times larger and made small, so that slow motion is smooth."""
MOTIONS = (
    "moving left",
    "moving right",
    "moving up",
    "moving down",
    "growing",
    "shrinking",
    "turning",
    "bouncing",
    "fading",
)
DIRECTIONS = {"moving left": (-1, 0), "moving right": (1, 0), "moving up": (0, -1), "moving down": (0, 1)}
HOURS = ("from day to night", "from night to day")
LAND_SHARE = 0.1
MOVER_SHARE = 0.35


@dataclass(frozen=True)
class Clip:
    """What a clip shows: a thing with its colour, motion and background, or a land (then `motion` is one of HOURS)."""

    name: str
    motion: str
    colour: str = ""
    background: str = ""

    @property
    def is_land(self) -> bool:
        return self.name in lands.LANDS


@dataclass(frozen=True)
class Pose:
    """How the thing lies in one frame: its centre and radius in pixels, its turn in degrees, how much of it shows."""

    x: float
    y: float
    radius: float
    turn: float = 0.0
    shown: float = 1.0


def caption(clip: Clip) -> str:
    """The plain caption, in the one form that the score uses."""
    if clip.is_land:
        return f"{clip.name} turning {clip.motion}"
    return f"{_article(clip.colour)} {clip.name} {clip.motion} on {_article(clip.background)} background"


def loose_caption(rng: Random, clip: Clip) -> str:
    """The caption as people also write it."""
    plain, form = caption(clip), rng.random()
    if form < 0.1:
        return " ".join(word for word in plain.split() if word not in ("a", "an"))
    if clip.is_land and form < 0.4:
        return f"the {plain}"
    return plain


def _article(word: str) -> str:
    return ("an " if word[0] in "aeiou" else "a ") + word


def chosen(rng: Random, kept_back: bool = False) -> Clip:
    """What a clip of the training shows, or one of the combinations that it never shows."""
    if not kept_back and rng.random() < LAND_SHARE:
        return Clip(rng.choice(lands.LANDS), rng.choice(HOURS))
    names = things.MOVERS if rng.random() < MOVER_SHARE else tuple(SHAPES)
    while True:
        background = another(rng)
        clip = Clip(rng.choice(names), rng.choice(MOTIONS), another(rng, background), background)
        if held_out(clip.name, clip.colour, clip.motion) == kept_back:
            return clip


def poses(motion: str, rng: Random) -> list[Pose]:
    """Where the thing is in each frame; places and sizes vary, so that a given first frame may be any of them."""
    times = [frame / (FRAMES - 1) for frame in range(FRAMES)]
    x, y = SIDE / 2 + rng.uniform(-10, 10), SIDE / 2 + rng.uniform(-10, 10)
    radius = rng.uniform(15, 24)
    if motion in DIRECTIONS:
        return _along(DIRECTIONS[motion], times, rng)
    if motion == "growing":
        first, last = rng.uniform(8, 14), rng.uniform(27, 33)
        return [Pose(x, y, first + (last - first) * t) for t in times]
    if motion == "shrinking":
        first, last = rng.uniform(24, 33), rng.uniform(7, 10)
        return [Pose(x, y, first + (last - first) * t) for t in times]
    if motion == "turning":
        x, y = SIDE / 2 + rng.uniform(-5, 5), SIDE / 2 + rng.uniform(-5, 5)
        return [Pose(x, y, radius * 1.2, 180 * t) for t in times]
    if motion == "bouncing":
        radius = rng.uniform(12, 16)
        floor, height = SIDE - radius - rng.uniform(4, 8), rng.uniform(40, 48)
        return [Pose(x, floor - height * abs(math.cos(2 * math.pi * t)), radius) for t in times]
    return [Pose(x, y, radius, shown=1 - 0.95 * t) for t in times]


def _along(direction: tuple[int, int], times: list[float], rng: Random) -> list[Pose]:
    """From one side to the other, or from the middle outwards, as films that begin with a picture mostly do."""
    radius, aside = rng.uniform(12, 18), rng.uniform(-10, 10)
    first, way = (-24 + rng.uniform(-2, 2), 48) if rng.random() < 0.6 else (rng.uniform(-6, 4), rng.uniform(30, 38))
    across, down = direction
    found = []
    for t in times:
        along = first + way * t
        found.append(Pose(SIDE / 2 + across * along + down * aside, SIDE / 2 + down * along + across * aside, radius))
    return found


def draw(clip: Clip, rng: Random) -> np.ndarray:
    """The clip's frames as bytes (frame, row, column, channel)."""
    if clip.is_land:
        dark = np.linspace(0, 1, FRAMES) if clip.motion == HOURS[0] else np.linspace(1, 0, FRAMES)
        return lands.frames(clip.name, [float(d) for d in dark], rng)
    paper, ink = tinted(rng, COLOURS[clip.background], 4), tinted(rng, COLOURS[clip.colour])
    thing = things.still(clip.name, ink, paper)
    return np.stack([_placed(thing, pose, paper) for pose in poses(clip.motion, rng)])


def _placed(thing: Image.Image, pose: Pose, paper: Colour) -> np.ndarray:
    scale = things.RADIUS / (FINE * pose.radius)
    cos, sin = (scale * f(math.radians(pose.turn)) for f in (math.cos, math.sin))
    x, y, middle = FINE * pose.x, FINE * pose.y, thing.width / 2
    where = (cos, sin, middle - cos * x - sin * y, -sin, cos, middle + sin * x - cos * y)
    frame = thing.transform(
        (SIDE * FINE, SIDE * FINE), Image.Transform.AFFINE, where, Image.Resampling.BILINEAR, fillcolor=paper
    )
    array = np.asarray(frame.reduce(FINE))
    if pose.shown < 1:
        array = (array * pose.shown + np.array(paper) * (1 - pose.shown)).round().astype(np.uint8)
    return array
