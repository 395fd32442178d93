"""What this machine made itself and how long that took, a line for each call; the local half of what things cost."""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any

from ajar.context import Stage
from workflows.events import Event, NodeDone
from workflows.plan import Step
from workflows.prepared import Prepared
from workflows.settings import Home
from workflows.sides import sides

MODALITIES = {"image": "image", "mask": "image", "video": "video", "audio": "audio", "mesh": "3d", "str": "text"}
AIDS = {"upscale", "face", "vae", "pose", "depth", "people", "embedding", "control"}
"""Kinds of models that work on a picture or film, or look at it, and make none: nobody would order one instead."""
CLIP = 5.0
"""Seconds of film that count as one, as price lists have it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One call of a model on this machine."""

    when: float
    """Seconds since 1970, when it was done."""
    seconds: float
    """How long it took."""
    modality: str
    """``image``, ``video``, ``audio``, ``3d`` or ``text``; ``aid`` for what only worked on such a thing."""
    amount: float
    """How much that was: pictures, clips of five seconds, else calls."""
    models: tuple[str, ...]
    type: str
    """The node type."""
    stage: str
    """For which side it was: that of its branch, else that of the run."""
    project: str
    workflow: str
    node: str

    @property
    def is_trial(self) -> bool:
        """Made with a built-in model, which takes no other model's place."""
        return bool(self.models) and all(name.startswith("builtin") for name in self.models)


class WorkLog:
    """The lines of ``work.jsonl``. A lost or torn line costs a figure, never a run: nothing here raises."""

    def __init__(self, home: Home) -> None:
        self._path = home.path / "work.jsonl"

    def add(self, piece: Piece) -> None:
        """One write of one line, so that processes that add at the same time do not mix theirs."""
        line = (json.dumps(asdict(piece), separators=(",", ":")) + "\n").encode()
        with suppress(OSError):
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(file, line)
            finally:
                os.close(file)

    def read(self) -> list[Piece]:
        """All of them, oldest first; lines that can't be read are left out."""
        try:
            text = self._path.read_text("utf-8", "replace")
        except OSError:
            return []
        return [piece for line in text.splitlines() if (piece := _piece(line)) is not None]


def noting(log: WorkLog, prepared: Prepared, listen: Callable[[Event], None]) -> Callable[[Event], None]:
    """``listen``, with what models on this machine made written down besides."""
    side = sides(prepared.plan.graph)

    def heard(event: Event) -> None:
        if isinstance(event, NodeDone) and not event.cached:
            step = prepared.plan.steps.get(event.node)
            if step is not None and step.type.lane == "gpu" and step.models:
                log.add(_made(prepared, step, event, side.get(step.id, prepared.options.stage)))
        listen(event)

    return heard


def _made(prepared: Prepared, step: Step, event: NodeDone, stage: Stage) -> Piece:
    modality, amount = _size(step, event.values)
    return Piece(
        when=round(time.time(), 3), seconds=round(event.seconds, 3), modality=modality, amount=amount,
        models=tuple(name for _, name in step.models), type=step.type.id, stage=stage,
        project=str(prepared.facts.project.root), workflow=prepared.options.workflow, node=event.node)


def _size(step: Step, values: tuple[Any, ...]) -> tuple[str, float]:
    """What a call gave, and how much of it: (modality, amount)."""
    if all(kind in AIDS for kind, _ in step.models):
        return "aid", 1.0
    for output, value in zip(step.type.outputs, values or (None,) * len(step.type.outputs), strict=False):
        modality = MODALITIES.get(getattr(output.type, "__name__", "").lower())
        if modality is not None:
            length = getattr(value, "seconds", 0.0) if modality == "video" else 0.0
            return modality, round(length / CLIP, 4) if length else 1.0
    return "data", 1.0


def _piece(line: str) -> Piece | None:
    try:
        plain = json.loads(line)
        known = {name: plain[name] for name in (field.name for field in fields(Piece))}
        known["models"] = tuple(str(name) for name in known["models"])
        for name in ("when", "seconds", "amount"):
            known[name] = float(known[name])
        return Piece(**known)
    except (ValueError, TypeError, KeyError):
        return None


