"""The state of one run: which values are there, which are asked for, and what that makes ready. No threads, no clock.

Cells are made as soon as their path exists, so that their keys can be looked up; they are *demanded* from the leaves
backwards, so that what a cached result covers never runs. The scheduler feeds ``value``, ``ended`` and ``failed`` in,
and takes ``ready`` and ``settled`` cells out.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from ajar.context import Stage
from ajar.contract import Socket
from workflows.bound import (
    call_key,
    deciding_values,
    gathereds,
    input_token,
    let_through,
    needed_inputs,
    sources,
    value_of,
)
from workflows.cell import DONE, FAILED, NEW, READY, WAITING, Cell, Hit
from workflows.failures import Failure, no_result
from workflows.growth import Growth
from workflows.outlook import reads_of
from workflows.plan import Plan
from workflows.streams import Path
from workflows.waits import Waits


class Cells:
    """All cells of one run. ``lookup`` gives stored results in bulk; ``None`` means: no cache is used."""

    def __init__(self, plan: Plan, lookup: Callable[[list[str]], dict[str, Any]] | None) -> None:
        self.plan = plan
        self.lookup = lookup
        self._growth = Growth(plan)
        self._waits = Waits(self._growth)
        self.made = self._growth.made
        self.flows = self._growth.flows
        self.ready = self._waits.ready
        self.settled: deque[Cell] = deque()
        """Cells that ended without running: cached, chosen by a switch, skipped."""
        self.unfinished = 0
        """Demanded cells that are neither done nor failed."""
        self.gaps = False
        """Something was made without the items that failed: keys made before that may be wrong."""
        self._reads = reads_of(plan)
        self._order = {name: number for number, name in enumerate(plan.steps)}
        self._asked: list[Cell] = []
        """To be demanded once the fresh cells have been looked up."""

    @property
    def total(self) -> int:
        """Calls known so far."""
        return self._growth.total

    def look(self) -> None:
        """Make the cells and look the keys up, but demand nothing: to see which results are there already."""
        self._growth.begin()
        self._look_up()

    def begin(self) -> None:
        """Make every cell that is known to exist, look the keys up, and demand the leaves."""
        if not self._growth.shapes:
            self.look()
        wanted = self._waits.wanted
        wanted.update(self.plan.leaves)
        for name in self.plan.leaves:
            if name in self.plan.steps:
                self._waits.want_origins(self.plan.steps[name].dims)
        for name in self.plan.steps:
            if name in wanted:
                self._asked += self.made[name].values()
        self._look_up()

    # --- what happened -------------------------------------------------------------------------------------------

    def value(self, cell: Cell, values: tuple[Any, ...]) -> None:
        """A running cell gave its value, or one more item of its stream."""
        if not cell.step.type.stream:
            self._finish(cell, values)
            return
        flow = self.flows.of(cell.step.id, cell.path)
        self._growth.add_item(cell, flow.count, values)
        flow.count += 1
        self._grow(cell.step.id, cell.path)

    def ended(self, cell: Cell) -> None:
        """A running stream has no more items."""
        self.flows.of(cell.step.id, cell.path).closed = True
        cell.state = DONE
        self.unfinished -= 1
        self._grow(cell.step.id, cell.path)

    def failed(self, cell: Cell, failure: Failure) -> None:
        """A cell failed; all that needs it, and nothing else, is skipped."""
        todo = [(cell, failure)]
        while todo:
            cell, failure = todo.pop()
            if cell.state in (DONE, FAILED):
                continue
            if cell.state != NEW:
                self.unfinished -= 1
            cell.state, cell.failure = FAILED, failure
            self.settled.append(cell)
            skipped = no_result(cell.step.id)
            if cell.step.type.stream and self.made[cell.step.id].get(cell.path) is cell:
                self._growth.add_broken(cell, skipped)
                self._grow(cell.step.id, cell.path)
            todo += [(waiter, skipped) for waiter in cell.waiters]
            for gatherer in cell.gatherers:
                self._waits.arrived(gatherer)
            cell.waiters, cell.gatherers = [], []

    def take_hit(self, cell: Cell, hit: Hit) -> None:
        """A stored (or shared) result stands in for a call."""
        cell.hit = hit
        if not cell.step.type.stream:
            self._finish(cell, hit.values or ())
            return
        for index, values in enumerate(hit.items):
            self._growth.add_item(cell, index, values)
        self.flows.of(cell.step.id, cell.path).count = len(hit.items)
        self.ended(cell)

    def read(self, cell: Cell) -> None:
        """A cell has been called with its arguments: values that nobody else will read are let go."""
        cell.chosen = let_through(cell)
        for source in sources(cell.bound):
            source.reads -= 1
            if source.reads == 0:
                source.values = ()
        cell.bound = []

    # --- keys and lazy inputs ------------------------------------------------------------------------------------

    def key(self, cell: Cell) -> str | None:
        """The key of a cell, once everything that enters it is known."""
        if cell.key is None and not (cell.step.lazy and cell.needed is None):
            cell.key = call_key(cell)
        return cell.key

    def decide(self, cell: Cell, stage: Stage) -> bool:
        """Of a lazy cell whose deciding values are there: demand what it needs. False if all of that is there."""
        assert cell.step.type.needs is not None
        cell.needed = cell.step.type.needs(**deciding_values(cell, stage))
        cell.state = WAITING
        cell.missing = 1
        for source in self._waits.wire(cell, needed_inputs(cell)):
            self._demand(source)
        self._fail_doomed()
        cell.missing -= 1
        if cell.missing == 0 and cell.state == WAITING:
            cell.state = READY
        return cell.state != READY

    def chosen(self, cell: Cell) -> tuple[tuple[Any, ...], tuple[str | None, ...]] | None:
        """What a decided alias passes on: (values, tokens); None where nothing is wired at its choice."""
        [bound] = needed_inputs(cell) or [None]
        if bound is None:
            return None
        return (value_of(Socket("choice", object), bound),), (input_token(bound),)

    def pass_on(self, cell: Cell, values: tuple[Any, ...], tokens: tuple[str | None, ...]) -> None:
        cell.tokens = tokens
        self._finish(cell, values)
        self.settled.append(cell)

    # --- demand --------------------------------------------------------------------------------------------------

    def _grow(self, origin: str, context: Path) -> None:
        """A stream has more items, or ended: new paths, then whatever waited to know that."""
        for dims, path in self._growth.grow(origin, context):
            self._asked += self._waits.extended(dims, path)
        self._asked += self._waits.resolved()
        if self.flows.of(origin, context).closed:
            self._asked += self._waits.completed()
        self._look_up()

    def _look_up(self) -> None:
        """Name the fresh cells, ask the cache for all of them at once, then demand those that are wanted."""
        growth, wanted = self._growth, self._waits.wanted
        while growth.fresh or self._asked:
            fresh, growth.fresh = growth.fresh, []
            if len(fresh) > 1:
                fresh.sort(key=lambda cell: self._order[cell.step.id])  # a key needs the keys before it
            for cell in fresh:
                for gathered in gathereds(cell.bound):
                    growth.fill(gathered)
                if not cell.step.lazy:
                    cell.key = call_key(cell)
            self._find_hits(fresh)
            asked, self._asked = self._asked, []
            for cell in (*asked, *(cell for cell in fresh if cell.step.id in wanted)):
                self._demand(cell)
        self._fail_doomed()

    def _find_hits(self, fresh: list[Cell]) -> None:
        keyed = [cell for cell in fresh if cell.key is not None and cell.step.kept]
        if self.lookup is None or not keyed:
            return
        found = self.lookup([cell.key for cell in keyed if cell.key])
        if found:
            for cell in keyed:
                cell.hit = found.get(cell.key or "")

    def _fail_doomed(self) -> None:
        while self._waits.doomed:
            cell, failure = self._waits.doomed.pop()
            self.failed(cell, failure)

    def _demand(self, first: Cell) -> None:
        todo = [first]
        while todo:
            cell = todo.pop()
            if cell.state != NEW:
                continue
            self.unfinished += 1
            cell.state = WAITING
            if cell.hit is not None:
                self.take_hit(cell, cell.hit)
                self.settled.append(cell)
                continue
            cell.missing = 1
            waits = cell.bound
            if cell.step.lazy:
                names = cell.step.type.deciders
                waits = [
                    bound for (socket, _), bound in zip(cell.step.slots, waits, strict=True) if socket.name in names
                ]
            todo.extend(reversed(self._waits.wire(cell, waits)))  # so that the first item goes first
            self._waits.arrived(cell)

    def _finish(self, cell: Cell, values: tuple[Any, ...]) -> None:
        cell.values, cell.state = values, DONE
        cell.reads = self._reads.get(cell.step.id, -1)
        self.unfinished -= 1
        for waiter in cell.waiters:
            self._waits.arrived(waiter)
        for waiter in cell.gatherers:
            self._waits.arrived(waiter)
        cell.waiters, cell.gatherers = [], []
