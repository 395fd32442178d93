"""What waits for what: a cell is ready when the last of the values that it needs is there."""

from collections import deque
from collections.abc import Iterable
from typing import Any

from workflows.cell import DONE, FAILED, READY, WAITING, Cell, Gathered, Pending
from workflows.failures import Failure, empty_stream, no_result
from workflows.growth import Growth
from workflows.plan import Const
from workflows.streams import Dims, Path


class Waits:
    """Lets demanded cells wait for others. Each answer is a list of cells that must now be demanded themselves."""

    def __init__(self, growth: Growth) -> None:
        self.ready: deque[Cell] = deque()
        self.doomed: list[tuple[Cell, Failure]] = []
        """Demanded, but something they need has failed already."""
        self.wanted: set[str] = set()
        """Steps whose every call is demanded: leaves, and what makes the streams that leaves run over."""
        self._growth = growth
        self._gathers: dict[Dims, list[tuple[Cell, Gathered]]] = {}
        self._pending: list[tuple[Cell, Pending]] = []

    def wire(self, cell: Cell, bounds: Iterable[Any]) -> list[Cell]:
        """Let a cell wait for these; returns the cells that must now be demanded."""
        wanted: list[Cell] = []
        for bound in bounds:
            if isinstance(bound, Const):
                continue
            if isinstance(bound, Pending):
                self._growth.name(bound)
            if isinstance(bound, list):
                wanted += self.wire(cell, bound)
            elif isinstance(bound, Gathered):
                wanted += self._wire_gathered(cell, bound)
            elif isinstance(bound, Pending) and bound.empty:
                self.doomed.append((cell, empty_stream(bound.link.step)))
            elif isinstance(bound, Pending) and bound.found is None:
                cell.missing += 1
                self._pending.append((cell, bound))
            elif isinstance(bound, (tuple, Pending)):
                head, rest = bound if isinstance(bound, tuple) else bound.found or (None, None)
                if not isinstance(head, Cell):
                    wanted += self.wire(cell, [value for _, value in rest or ()])
                elif head.state == FAILED:
                    self.doomed.append((cell, no_result(head.step.id)))
                elif head.state != DONE:
                    head.waiters.append(cell)
                    cell.missing += 1
                    wanted.append(head)
        return wanted

    def _wire_gathered(self, cell: Cell, gathered: Gathered) -> list[Cell]:
        growth = self._growth
        out = growth.plan.steps[gathered.step].out
        growth.fill(gathered)  # the stream may have ended since this cell was made
        if gathered.cells is None:
            cell.missing += 1
            self._gathers.setdefault(out, []).append((cell, gathered))
            there = [growth.source(gathered.step, path) for path in growth.shapes[out].paths(gathered.group)]
            return self.want_origins(out) + there
        wanted = []
        for item in gathered.cells:
            if item.state not in (DONE, FAILED):
                item.gatherers.append(cell)
                cell.missing += 1
                wanted.append(item)
        return wanted

    def want_origins(self, dims: Dims) -> list[Cell]:
        """Streams that decide how often something wanted runs are wanted themselves: their cells so far."""
        cells: list[Cell] = []
        todo = [origin for level in dims for origin in level]
        while todo:
            origin = todo.pop()
            if origin not in self.wanted:
                self.wanted.add(origin)
                cells += self._growth.made[origin].values()
                todo += [outer for level in self._growth.plan.steps[origin].dims for outer in level]
        return cells

    def arrived(self, cell: Cell) -> None:
        """One thing that a cell waits for is there."""
        cell.missing -= 1
        if cell.missing == 0 and cell.state == WAITING:
            cell.state = READY
            self.ready.append(cell)

    def extended(self, dims: Dims, path: Path) -> list[Cell]:
        """There is a new path: it may be an item that a gathering cell waits for."""
        return [
            self._growth.source(gathered.step, path) for waiting, gathered in self._gathers.get(dims, ())
            if path[: len(gathered.group)] == gathered.group and waiting.state == WAITING
        ]

    def resolved(self) -> list[Cell]:
        """A stream has more items: cells of links that can be named by now."""
        wanted: list[Cell] = []
        still: list[tuple[Cell, Pending]] = []
        for cell, pending in self._pending:
            self._growth.name(pending)
            if pending.found is None and not pending.empty:
                still.append((cell, pending))
            elif cell.state == WAITING:
                wanted += self.wire(cell, [pending])
                self.arrived(cell)
        self._pending = still
        return wanted

    def completed(self) -> list[Cell]:
        """A stream ended: the items of gathering inputs that are all known by now."""
        wanted: list[Cell] = []
        for dims, entries in list(self._gathers.items()):
            shape = self._growth.shapes[dims]
            open_: list[tuple[Cell, Gathered]] = []
            for cell, gathered in entries:
                if not shape.complete(gathered.group):
                    open_.append((cell, gathered))
                    continue
                self._growth.fill(gathered)
                if cell.state == WAITING:
                    wanted += self.wire(cell, [gathered])
                    self.arrived(cell)
            self._gathers[dims] = open_
        return wanted
