"""What is shown of a node besides what the document says of it: how its run goes, its picture and its takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

Phase = Literal[
    "idle", "queued", "running", "done", "cached", "stale", "failed", "waiting", "other_stage", "missing",
]


@dataclass(frozen=True, slots=True)
class Thumb:
    """One take in the strip of a node."""

    take: int
    """Its id in the store of takes."""
    image: QImage | None


@dataclass(frozen=True, slots=True)
class Look:
    """How one node looks just now."""

    phase: Phase = "idle"
    word: str = ""
    """The word beside the glyph: ``62 %``, ``2nd``, ``Cached``."""
    done: float | None = None
    """0 to 1 while running, where it is known."""
    note: str = ""
    """What it is at: ``step 13 of 20``."""
    left: str = ""
    """How long it will still take: ``23 s left``."""
    message: str = ""
    hint: str = ""
    """What went wrong and what to do next, or what a person has to decide."""
    picture: QImage | None = None
    """At most 512 px; the picked take, or what was made last."""
    preview: bool = False
    """The picture is not finished."""
    text: str = ""
    """A plain result in words: ``3 items``, ``1024 × 1024``."""
    thumbs: tuple[Thumb, ...] = ()
    picked: int | None = None
    """The id of the take that flows on."""
    lane: str = ""
    """``GPU 0``, ``CPU``, the provider's name."""
    open: bool | None = None
    """Open or closed weights; None for a node without a model."""
    licence: str = ""
    price: str = ""
    """``free``, ``$0.28 – 0.37``, ``?``; empty where it says nothing."""
    needs: str = ""
    """What is missing to run it: ``Needs FLUX.1-schnell, 34 GB``."""
    memory: str = ""
    """How its model lies in memory: ``12.1 GB of 24.0 GB: all of it on the card``."""
    fits: bool | None = None
    advice: tuple[str, ...] = ()
    """What would make it fit, or fit better; the most useful first."""
    warning: str = ""
    """What a person should know of it, in a few words."""
    terms: str = ""
    """What the terms of its models mean for the work: pass, warn, block."""
    result: str = ""
    """Of a node that saves: ``Client work: pass``."""
    confidential: str = ""
    """Why what it gives may reach no other machine."""


IDLE = Look()


class Looks(QObject):
    """The looks of all nodes of a document, by the ids that plans and events use (``use/inner`` inside groups)."""

    changed = Signal(object)
    """The set of ids whose look is another one now."""

    def __init__(self) -> None:
        super().__init__()
        self._looks: dict[str, Look] = {}

    def of(self, node: str) -> Look:
        return self._looks.get(node, IDLE)

    def put(self, looks: Mapping[str, Look]) -> None:
        """Show these from now on; tells once for all that differ."""
        fresh = {node for node, look in looks.items() if self._looks.get(node, IDLE) is not look}
        self._looks.update(looks)
        if fresh:
            self.changed.emit(fresh)

    def forget(self, nodes: Iterable[str]) -> None:
        gone = {node for node in nodes if self._looks.pop(node, None) is not None}
        if gone:
            self.changed.emit(gone)
