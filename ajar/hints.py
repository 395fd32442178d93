"""How a parameter is shown and bounded. Hints go in ``Annotated[...]`` and never change what a value means."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal


@dataclass(frozen=True)
class Hint:
    """The common type of all hints; anything else in ``Annotated`` is left alone."""


@dataclass(frozen=True)
class Range(Hint):
    """Numbers from ``low`` to ``high``, both allowed."""

    low: float
    high: float
    step: float = 1


@dataclass(frozen=True)
class Slider(Range):
    """A range that is dragged."""


@dataclass(frozen=True)
class Area(Hint):
    """Text of several lines."""

    rows: int = 5


@dataclass(frozen=True)
class Curve(Hint):
    """Text that is a curve: two or more points from 0 to 1, written ``0,0 0.5,0.6 1,1``; empty bends nothing."""


@dataclass(frozen=True)
class Model(Hint):
    """The name of a model of this kind (``flux``, ``upscale``, ``lora``); its revision enters the key.

    Of a hosted model (``kling-video``) it is the provider's own name, and one that has no row may be typed in.
    ``learns`` says that the node trains it: how it lies in memory where it is run tells nothing about that.
    """

    kind: str
    learns: bool = False


@dataclass(frozen=True)
class Offered(Hint):
    """One of what the hosted model chosen at ``model`` offers under this name (``Offer.can``); others may be typed."""

    name: str


@dataclass(frozen=True)
class Listed(Hint):
    """The name of a model that its service lists live (``Provider.models``); any name may be typed.

    ``other`` is the parameter that says which service; ``providers`` pairs its values with names of providers.
    """

    other: str
    providers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Published(Hint):
    """Text that is a JSON object: a form made of the schema that the provider publishes of the chosen model."""

    provider: str


@dataclass(frozen=True)
class File(Hint):
    """A file or folder from outside, relative to the workflow; its content enters the key."""

    kind: Literal["image", "folder", "table", "any"] = "any"


@dataclass(frozen=True)
class SeedBox(Hint):
    """A seed: 0 to 2**63 - 1, drawn with a dice button; ``--seed`` sets it where it is not wired."""


@dataclass(frozen=True)
class ShowIf(Hint):
    """Show the parameter only while another one has this value."""

    other: str
    equals: Any


@dataclass(frozen=True)
class Levels(Hint):
    """On a ``list`` input: the whole-number parameter that says how many leading index levels stay groups."""

    by: str


@dataclass(frozen=True)
class Gaps(Hint):
    """On a ``list`` input of a partial node: an item that failed or was left out comes as a ``Gap``, in its place."""


@dataclass(frozen=True, init=False)
class Was(Hint):
    """The earlier names of a parameter, so that old files still open."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


MAX_SEED = 2**63 - 1

Prompt = Annotated[str, Area(rows=5)]
Seed = Annotated[int, SeedBox()]
Weight = Annotated[float, Slider(-2, 2, 0.05)]
