"""A cell: one call of a step at one index path, or one item of a stream; and what its inputs can be bound to."""

from typing import Any, Protocol

from workflows.failures import Failure
from workflows.plan import Link, Step
from workflows.streams import Dims, Path

NEW, WAITING, READY, RUNNING, DONE, FAILED = range(6)


class Hit(Protocol):
    """A stored result: the values of one call, or the items of a stream."""

    @property
    def values(self) -> tuple[Any, ...] | None: ...

    @property
    def items(self) -> tuple[tuple[Any, ...], ...]: ...


class Cell:
    """One value (a tuple, an entry an output) that exists, will exist, or failed."""

    __slots__ = ("bound", "chosen", "failure", "gatherers", "hit", "key", "missing", "needed", "path", "price", "reads",
                 "state", "step", "tokens", "values", "waiters")

    def __init__(self, step: Step, path: Path) -> None:
        self.step = step
        self.path = path
        self.state = NEW
        self.key: str | None = None
        self.tokens: tuple[str | None, ...] | None = None
        self.values: tuple[Any, ...] = ()
        self.hit: Hit | None = None
        self.bound: list[Any] = []
        self.chosen: Cell | None = None
        """Of one that picks: the cell whose value it gave, once what is bound has been let go."""
        self.missing = 0
        self.needed: set[str] | None = None
        """Of a lazy step: the inputs it turned out to need; None until that is decided."""
        self.waiters: list[Cell] = []
        self.gatherers: list[Cell] = []
        self.failure: Failure | None = None
        self.reads = 0
        self.price = 0.0
        """Dollars that it may cost, where the cheaper ones are to go first."""

    def token(self, output: int) -> str | None:
        if self.tokens is not None:
            return self.tokens[output]
        return None if self.key is None else f"{self.key}.{output}"


class Pending:
    """A cell that can't be named yet: a shorter stream that it is zipped with is still open."""

    __slots__ = ("dims", "empty", "found", "link", "path")

    def __init__(self, link: Link, dims: Dims, path: Path, empty: bool = False) -> None:
        self.link, self.dims, self.path = link, dims, path
        self.empty = empty
        """The stream ended without an item, so there will never be one."""
        self.found: tuple[Cell, Link] | None = None


class Gathered:
    """The items a gathering input takes; ``cells`` is None until all of them are known to exist."""

    __slots__ = ("cells", "group", "output", "step")

    def __init__(self, step: str, output: int, group: Path) -> None:
        self.step, self.output, self.group = step, output, group
        self.cells: list[Cell] | None = None
