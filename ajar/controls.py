"""A picture that steers another one, and the model that reads it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ajar.values import Image


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Edges, depth, a pose or another guide, as a picture; only wired."""

    model: str
    """The name of the model that reads the picture, as in the catalogue."""
    image: "Image"
    strength: float = 1.0
    start: float = 0.0
    """The part of the steps, 0..1, before which it has no effect."""
    end: float = 1.0
    """The part of the steps after which it has none any more."""
    kind: str = "control"
    """The kind of the model: ``control``, or ``ip-adapter`` for one that lets the result resemble the picture."""
