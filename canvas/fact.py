"""What the look ahead says of one node. Plain data."""

from dataclasses import dataclass
from typing import Literal

Standing = Literal["idle", "cached", "missing", "broken", "other_stage"]


@dataclass(frozen=True, slots=True)
class Fact:
    """What the forecast says of a node."""

    standing: Standing = "idle"
    lane: str = ""
    open: bool | None = None
    licence: str = ""
    price: str = ""
    needs: str = ""
    message: str = ""
    hint: str = ""
    """What is wrong or missing, and what to do about it."""
    keys: tuple[str | None, ...] = ()
    """The keys of its results; other keys mean that something before it (or in it) has changed."""
    stage: str = ""
    """With ``other_stage``: the stage it waits for."""
    low: float | None = 0.0
    high: float | None = 0.0
    """The price in dollars; None where it is not known."""
    provider: str = ""
    """With ``missing``: the provider whose key it is."""
    memory: str = ""
    """How its model lies in memory, in a sentence; empty where nothing is known."""
    fits: bool | None = None
    advice: tuple[str, ...] = ()
    """What would make it fit, or fit better."""
    terms: str = ""
    """What the terms of its own models mean for what the work is for: pass, warn, block; empty where nobody said it."""
    result: str = ""
    """Of a node that saves: the same of all that its result came through, in words: ``Client work: pass``."""
    confidential: str = ""
    """Why what it gives may reach no other machine; empty where it may."""
    warning: str = ""
    """What a person should know of it, in a few words."""
