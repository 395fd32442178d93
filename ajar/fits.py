"""Whether a model fits into the memory there is, and how: what a plan says before a run and a node while it loads."""

from dataclasses import dataclass
from typing import Literal

Strategy = Literal["resident", "parts", "blocks", "disk"]
STRATEGIES: tuple[Strategy, ...] = ("resident", "parts", "blocks", "disk")
"""From the fastest to the one that needs least: all of it on the device, one part at a time (a text encoder, then the
transformer, then the decoder), a few blocks of a part at a time, and blocks that wait on the disk."""
GB = 2**30
"""Memory is counted as it is sold: a card of 24 GB has 24 times 2^30 bytes."""

ASKED = "asked.txt"
"""In a worker's folder: the line and the advice of the last call, for when the system ends it for its memory."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model will lie in the memory of a device while it makes something of one size."""

    strategy: Strategy
    needed: int
    """Bytes on the device at the highest point, with this strategy."""
    free: int | None
    """Bytes that it may take; None where the device does not say."""
    ok: bool | None
    """Whether it fits; None where that can't be known."""
    line: str
    """All of it in one sentence."""
    advice: tuple[str, ...] = ()
    """What would make it fit, or fit better; the most useful first."""


def memory_text(count: int) -> str:
    """Bytes of memory for people: ``24.0 GB``, ``310 MB``."""
    if count >= GB * 0.95:
        return f"{count / GB:.1f} GB"
    small = count / 2**20
    return f"{small:.0f} MB" if small >= 10 else f"{max(small, 0.1):.1f} MB"
