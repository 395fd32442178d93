"""What a model on this machine is asked to make: requests that nodes fill and families of models answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ajar.models import Report as Report
from ajar.plain import Size
from ajar.values import Image

if TYPE_CHECKING:
    from ajar.clips import Video
    from ajar.controls import Control
    from ajar.values import Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """A picture that is wanted. None, 0 and "" stand for the model's own; what a family can't do it refuses."""

    prompt: str
    negative: str = ""
    size: Size | None = None
    """None: the size of ``image`` where there is one, else the model's own."""
    steps: int = 0
    guidance: float = 0.0
    seed: int = 0
    sampler: str = ""
    """How a step is taken: a name of ``nodes.local.samplers``."""
    schedule: str = ""
    """How the noise levels are spread over the steps."""
    image: Image | None = None
    """A picture to start from."""
    strength: float = 0.7
    """How much of ``image`` is painted anew: 0 keeps it, 1 keeps nothing."""
    mask: "Mask | None" = None
    """Where ``image`` is painted anew; 1 is anew."""
    references: tuple[Image, ...] = ()
    """Pictures that the prompt speaks about, in its order."""
    controls: tuple["Control", ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What only one family knows, by the name of the node's parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filming:
    """A film that is wanted. None, 0 and "" stand for the model's own; what a family can't do it refuses."""

    prompt: str
    negative: str = ""
    size: Size | None = None
    frames: int = 0
    fps: float = 0.0
    steps: int = 0
    guidance: float = 0.0
    seed: int = 0
    sampler: str = ""
    shift: float = 0.0
    """How far the steps are moved towards much noise; more for larger pictures."""
    first: Image | None = None
    last: Image | None = None
    video: "Video | None" = None
    """A film to start from or to follow."""
    strength: float = 0.7
    mask: "Mask | None" = None
    references: tuple[Image, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


class Painter(Protocol):
    """What ``Gpu.load`` gives for models of pictures."""

    def paint(self, wanted: Painting, report: Report) -> Image:
        """One picture. The same request and LoRAs give the same pixels on the same machine."""


class Filmer(Protocol):
    """What ``Gpu.load`` gives for models of films."""

    def film(self, wanted: Filming, report: Report) -> "Video":
        """One film. The same request and LoRAs give the same pixels on the same machine."""


class Enlarger(Protocol):
    """What ``Gpu.load(..., kind="upscale")`` gives."""

    scale: int
    """How many times larger its pictures are."""

    def enlarge(self, image: Image, report: Report) -> Image:
        """The picture, ``scale`` times larger, in its own depth and without its alpha."""

    def enlarge_each(self, images: Iterable[Image], count: int, report: Report) -> Iterator[Image]:
        """The pictures of a film as they come, ``count`` of them; only a few are held."""
