"""What the fault matrix needs to know of a provider: one ``Case`` a node, listed in ``cases/<provider>.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nodes.remote.emulators.server import Emulator, FaultKind


@dataclass(frozen=True)
class Case:
    """One node of a provider, and inputs with which its emulator makes something."""

    provider: str
    """The name of its ``PROVIDER``."""
    emulator: type[Emulator]
    node: str
    """The id of the node type."""
    inputs: Callable[[], Mapping[str, Any]]
    """Its arguments by socket name; a function, as pictures are made when needed."""
    gives: Literal["image", "video", "audio", "text"]
    at_once: bool = False
    """Whether the provider answers the paid call with the result itself: then nothing is polled."""
    never: frozenset[FaultKind] = field(default_factory=frozenset)
    """Faults that can't happen with this provider; a comment in the case says why."""
