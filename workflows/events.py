"""What happens in a run, as data. Listeners get these in order, on the scheduler's thread, and must be quick."""

from dataclasses import dataclass
from typing import Any, Literal

Path = tuple[int, ...]
"""The index path of a stream's item: ``()`` for a single value, ``(2,)``, ``(2, 0)``."""
Status = Literal["done", "failed", "waiting", "cancelled"]


@dataclass(frozen=True, slots=True)
class RunStarted:
    run: int
    total: int
    """Calls known so far; streams add more while they flow."""


@dataclass(frozen=True, slots=True)
class NodeStarted:
    run: int
    node: str
    path: Path


@dataclass(frozen=True, slots=True)
class NodeProgress:
    run: int
    node: str
    path: Path
    done: float
    note: str
    preview: Any
    """A small Image, or None."""


@dataclass(frozen=True, slots=True)
class NodeDone:
    run: int
    node: str
    path: Path
    cached: bool
    seconds: float
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class NodeFailed:
    run: int
    node: str
    path: Path
    message: str
    hint: str
    detail: str
    """The traceback, for the log; empty where the error is the person's."""


@dataclass(frozen=True, slots=True)
class NodeWaiting:
    """A person has to decide before this node can go on."""

    run: int
    node: str
    path: Path
    message: str
    hint: str
    choices: tuple[Any, ...] = ()
    """What there is to choose from."""


@dataclass(frozen=True, slots=True)
class NodeSkipped:
    run: int
    node: str
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class RunWarning:
    run: int
    message: str
    hint: str
    node: str = ""
    """Of what node; empty where it is of the whole run."""


@dataclass(frozen=True, slots=True)
class RunDone:
    run: int
    status: Status
    seconds: float
    ran: int
    cached: int
    failed: int


Event = (
    RunStarted | NodeStarted | NodeProgress | NodeDone | NodeFailed | NodeWaiting | NodeSkipped | RunWarning | RunDone
)
