"""Which cells a run has: each is made as soon as its index path exists, and more come while streams flow."""

from collections.abc import Iterator
from typing import Any

from workflows.cell import DONE, FAILED, Cell, Gathered, Pending
from workflows.failures import Failure
from workflows.keys import token_of
from workflows.plan import Binding, Computed, Const, Link, Plan, Several, Step, gathers_of
from workflows.streams import Dims, Flows, Path, Shape


class Growth:
    """The cells of one run by step and index path, bound to each other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.made: dict[str, dict[Path, Cell]] = {name: {} for name in plan.steps}
        self.items: dict[str, dict[Path, Cell]] = {name: {} for name, step in plan.steps.items() if step.type.stream}
        self.flows = Flows({name: plan.steps[name].dims for name in self.items})
        self.shapes: dict[Dims, Shape] = {}
        self.total = 0
        self.fresh: list[Cell] = []
        """Made, but without a key and not yet looked up."""
        self._by_dims: dict[Dims, list[Step]] = {}
        for step in plan.steps.values():
            self._by_dims.setdefault(step.dims, []).append(step)

    def begin(self) -> None:
        """Make every cell that is known to exist."""
        for dims in sorted(self._dims(), key=_size):
            shape = self.shapes[dims] = Shape(dims)
            for path in shape.begin(self.flows):
                self._exists(dims, path)

    def grow(self, origin: str, context: Path) -> Iterator[tuple[Dims, Path]]:
        """A stream has more items, or ended: make the cells of every path that is new, and name the path."""
        for dims, shape in self.shapes.items():  # made smallest first
            for prefix in shape.touched(origin, context, self.flows):
                for path in shape.grow(prefix, self.flows):
                    self._exists(dims, path)
                    yield dims, path

    def source(self, name: str, path: Path) -> Cell:
        """The cell that gives a step's value at a path; an item where the step makes a stream."""
        step = self.plan.steps[name]
        cells = self.items[name] if step.type.stream else self.made[name]
        found = cells.get(path)
        return found if found is not None else self._make(step, path)

    def add_item(self, cell: Cell, index: int, values: tuple[Any, ...]) -> Cell:
        """One more item of a stream."""
        item = Cell(cell.step, (*cell.path, index))
        item.state, item.values = DONE, values
        # A cheap value stands for itself: where one row of a table changes, only that row runs again.
        item.tokens = tuple(
            token_of(value) or (cell.key and f"{cell.key}.{output}.{index}") for output, value in enumerate(values)
        )
        self.items[cell.step.id][item.path] = item
        return item

    def add_broken(self, cell: Cell, failure: Failure) -> None:
        """A stream that failed ends with one failed item, so that what gathers it can count."""
        flow = self.flows.of(cell.step.id, cell.path)
        item = self.add_item(cell, flow.count, ())
        item.state, item.failure = FAILED, failure
        item.tokens = (None,) * len(cell.step.type.outputs)
        flow.count, flow.closed = flow.count + 1, True

    def name(self, pending: Pending) -> None:
        """Find the cell of a pending link, if that can be told by now."""
        if pending.found is None and not pending.empty:
            found = self._at(pending.link, pending.dims, pending.path)
            if isinstance(found, Pending):
                pending.empty = found.empty
            else:
                pending.found = found

    def fill(self, gathered: Gathered) -> None:
        """Name the items of a gathering input, once all of them are known to exist."""
        shape = self.shapes[self.plan.steps[gathered.step].out]
        if gathered.cells is None and shape.complete(gathered.group):
            gathered.cells = [self.source(gathered.step, path) for path in shape.paths(gathered.group)]

    def _dims(self) -> set[Dims]:
        found = set(self._by_dims)
        for step in self.plan.steps.values():
            for _, bound in step.slots if step.sources else ():
                if not isinstance(bound, (Const, Link)):
                    found |= {self.plan.steps[gather.link.step].out for gather in gathers_of(bound)}
        return found

    def _exists(self, dims: Dims, path: Path) -> None:
        for step in self._by_dims.get(dims, ()):
            if path not in self.made[step.id]:
                self._make(step, path)

    def _make(self, step: Step, path: Path) -> Cell:
        """Make the cell of one call; its inputs' cells are there, or are made first."""
        cell = self.made[step.id][path] = Cell(step, path)
        self.total += 1
        if step.items is not None:
            self._known_stream(cell, step.items)
            return cell
        cell.bound = [self._bound(bound, step.dims, path) for _, bound in step.slots]
        self.fresh.append(cell)
        return cell

    def _known_stream(self, cell: Cell, items: tuple[tuple[Any, ...], ...]) -> None:
        """A stream that was computed while planning is simply there."""
        cell.state = DONE
        self.total -= 1
        for index, values in enumerate(items):
            self.add_item(cell, index, values)
        flow = self.flows.of(cell.step.id, cell.path)
        flow.count, flow.closed = len(items), True

    def _bound(self, binding: Binding | None, dims: Dims, path: Path) -> Any:
        if binding is None or isinstance(binding, Const):
            return binding
        if isinstance(binding, Link):
            return self._at(binding, dims, path)
        if isinstance(binding, Several):
            return [self._bound(item, dims, path) for item in binding.items]
        if isinstance(binding, Computed):
            return (binding.expression, [(name, self._bound(value, dims, path)) for name, value in binding.values])
        out = self.plan.steps[binding.link.step].out
        group = self.flows.translate(dims, path, out[: binding.keep])
        return Gathered(binding.link.step, binding.link.output, group or ())

    def _at(self, link: Link, dims: Dims, path: Path) -> Any:
        """The cell a link means at a path."""
        into = self.plan.steps[link.step].out
        found = self.flows.translate(dims, path, into)
        if found is None or -1 in found:
            return Pending(link, dims, path, empty=found is not None)
        return self.source(link.step, found), link


def _size(dims: Dims) -> tuple[int, int]:
    """Levels that are part of others come first, so that cells are there when others name them."""
    return len(dims), sum(map(len, dims))
