"""Where a model is loaded, and what else may be asked for there. Light: no torch."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ajar.models import ModelEntry
from ajar.plain import Tuning


@dataclass(slots=True)
class Site:
    """A device, how a model is to run on it, and the way to other models."""

    device: str
    tuning: Tuning = field(default_factory=Tuning)
    """What the last call that asked for the model wanted. Only its precision is a matter of loading; attention, cache,
    compiled blocks and where weights lie are another's with the next call."""
    scratch: Path | None = None
    """A folder for weights that wait on the disk; it goes when the worker ends."""
    find: Callable[[str, str], ModelEntry] | None = None
    """An installed model by kind and name."""
    borrow: Callable[[str, str], Any] | None = None
    """Another model by kind and name, loaded and kept: a ControlNet, a refiner."""
