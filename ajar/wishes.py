"""What a model on this machine is asked to write, to play, to say or to form, and what answers. Pictures: painting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ajar.painting import Report

if TYPE_CHECKING:
    from ajar.clips import Audio, Mesh
    from ajar.values import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Words that are wanted."""

    prompt: str
    system: str = ""
    """How the model is to behave."""
    image: "Image | None" = None
    """What the prompt speaks about; only for models that see."""
    tokens: int = 512
    """How many it writes at most."""
    temperature: float = 0.7
    """How freely it chooses: 0 takes the likeliest word each time."""
    top_p: float = 0.9
    """It chooses among the likeliest words that have this share together."""
    seed: int = 0
    think: bool = False
    """Whether a model that can may think first; its thoughts are not part of the answer, but count as tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composing:
    """A sound that is wanted. 0 and "" stand for the model's own."""

    prompt: str
    negative: str = ""
    seconds: float = 0.0
    steps: int = 0
    guidance: float = 0.0
    seed: int = 0
    audio: "Audio | None" = None
    """A sound to start from or to follow."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What only one family knows, by the name of the node's parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A text that is to be spoken."""

    text: str
    voice: str = ""
    """The name of one of the model's own voices; empty for its first."""
    speed: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forming:
    """A body that is wanted, of words or of what a picture shows. 0 stands for the model's own."""

    prompt: str = ""
    image: "Image | None" = None
    steps: int = 0
    guidance: float = 0.0
    detail: int = 0
    """Points a side at which its surface is looked for."""
    seed: int = 0


class Writer(Protocol):
    """What ``Gpu.load`` gives for ``llm`` and ``vlm``."""

    def write(self, wanted: Writing, report: Report) -> str:
        """The answer; while it is written, what there is of it goes along with ``report``."""


class Composer(Protocol):
    """What ``Gpu.load`` gives for models of music and sound."""

    def compose(self, wanted: Composing, report: Report) -> "Audio":
        """One sound. The same request gives the same samples on the same machine."""


class Speaker(Protocol):
    """What ``Gpu.load`` gives for ``speech``."""

    def say(self, wanted: Saying, report: Report) -> "Audio":
        """The text, spoken. The same request gives the same samples on the same machine."""


class Shaper(Protocol):
    """What ``Gpu.load`` gives for ``shap-e``."""

    def form(self, wanted: Forming, report: Report) -> "Mesh":
        """One body. The same request gives the same triangles on the same machine."""
