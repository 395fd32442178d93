"""What a model is asked to learn: a Lesson goes to a Learner, a LoRA comes back. No torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ajar.models import Report
from ajar.values import Image

Parts = Literal["attention", "attention and feed-forward"]


@dataclass(frozen=True, slots=True)
class Example:
    """One picture to learn from, and the words for it."""

    name: str
    """The file's name; "" where it was none."""
    source: Image | Path
    """The picture, or its file: many large ones would not all fit into memory."""
    caption: str

    def open(self) -> Image:
        """The picture. UserError where its file is none."""
        return self.source if isinstance(self.source, Image) else Image.open(self.source)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that decides what is learned, and what is shown while it is."""

    name: str
    """What the LoRA is called, also as a file."""
    examples: tuple[Example, ...]
    trigger: str = ""
    """A word that stands before every caption that does not have it yet; "" for none."""
    rank: int = 16
    steps: int = 1000
    rate: float = 1e-4
    """The learning rate at its highest; it warms up to it and then falls along a cosine."""
    batch: int = 1
    resolution: int = 0
    """The side of a square of as many pixels as the pictures are learned with; 0 is the model's own."""
    parts: Parts = "attention and feed-forward"
    forget: float = 0.05
    """How often the caption is left out, 0..1, so that guidance goes on working."""
    seed: int = 0
    samples: tuple[str, ...] = ()
    """Prompts that are painted now and then, to see what was learned. They change nothing."""
    save_every: int = 100
    """Steps from one checkpoint and one row of samples to the next."""
    notes: tuple[str, ...] = ()
    """What there is to say about the pictures."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What came out."""

    path: Path
    """The LoRA's file. It stays until it is long unused; a result's store keeps a copy."""
    sheet: Image
    """The samples before and after, and how the loss went."""
    notes: tuple[str, ...]


class Learner(Protocol):
    """What ``Gpu.learner`` gives."""

    def learn(self, lesson: Lesson, report: Report) -> Learned:
        """Train a LoRA, or go on where an interrupted training of the same lesson stopped.

        UserError says what is wrong with the lesson. The same lesson gives the same file on the same machine.
        """
