"""Things that move in the clips: the flat shapes of the pictures, and those of their things that get about."""

from __future__ import annotations

from PIL import Image

from training.icons import ICONS
from training.palette import Colour
from training.pen import FINE, DrawThing, Pen
from training.shapes import SHAPES

RADIUS = 50
"""How large a thing is drawn before it is moved, turned and made smaller."""
MOVERS = ("boat", "car", "rocket", "fish", "cat", "balloon")
LARGER = 1.2
"""Things of the pictures fill their circle less than shapes do."""
THINGS: dict[str, DrawThing] = {**SHAPES, **{name: ICONS[name] for name in MOVERS}}


def still(name: str, ink: Colour, paper: Colour) -> Image.Image:
    """The thing in the middle of a square of its background, with a radius of RADIUS pixels."""
    pen = Pen(RADIUS * LARGER if name in MOVERS else RADIUS)
    THINGS[name](pen, ink)
    ground = Image.new("RGBA", pen.layer.size, paper)
    ground.alpha_composite(pen.layer)
    return ground.convert("RGB").reduce(FINE)
