"""The state of one run: a cell for every value that will exist, and what it waits for. No threads, no clock.

A cell is one call of a step at one index path (or one item of a stream). Cells are made as soon as their path
exists, so that their keys can be looked up; they are *demanded* from the leaves backwards, so that what a cached
result covers never runs. The scheduler feeds ``value``, ``ended`` and ``failed`` in, and takes ``ready`` and
``settled`` cells out.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

from ajar.contract import Socket
from workflows.keys import SEPARATOR, key_of, token_of
from workflows.outlook import reads_of
from workflows.plan import Binding, Computed, Const, Link, Plan, Several, Step, gathers_of, split_need
from workflows.streams import Dims, Flows, Path, Shape

NEW, WAITING, READY, RUNNING, DONE, FAILED = range(6)


class Hit(Protocol):
    """A stored result: the values of one call, or the items of a stream."""

    @property
    def values(self) -> tuple[Any, ...] | None: ...

    @property
    def items(self) -> tuple[tuple[Any, ...], ...]: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no value: ``failed`` itself, ``skipped`` for another's failure, ``waiting`` for a person."""

    kind: str
    message: str
    hint: str = ""
    detail: str = ""


class Cell:
    """One value (a tuple, an entry an output) that exists, will exist, or failed."""

    __slots__ = ("bound", "failure", "gatherers", "hit", "key", "missing", "needed", "path", "reads", "state",
                 "step", "tokens", "values", "waiters")

    def __init__(self, step: Step, path: Path) -> None:
        self.step = step
        self.path = path
        self.state = NEW
        self.key: str | None = None
        self.tokens: tuple[str | None, ...] | None = None
        self.values: tuple[Any, ...] = ()
        self.hit: Hit | None = None
        self.bound: list[Any] = []
        self.missing = 0
        self.needed: set[str] | None = None
        """Of a lazy step: the inputs it turned out to need; None until that is decided."""
        self.waiters: list[Cell] = []
        self.gatherers: list[Cell] = []
        self.failure: Failure | None = None
        self.reads = 0

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


class Cells:
    """All cells of one run. ``lookup`` gives stored results in bulk; ``None`` means: no cache is used."""

    def __init__(self, plan: Plan, lookup: Callable[[list[str]], dict[str, Any]] | None) -> None:
        self.plan = plan
        self.lookup = lookup
        self.made: dict[str, dict[Path, Cell]] = {name: {} for name in plan.steps}
        self.items: dict[str, dict[Path, Cell]] = {name: {} for name, step in plan.steps.items() if step.type.stream}
        self.flows = Flows({name: plan.steps[name].dims for name in self.items})
        self.ready: deque[Cell] = deque()
        self.settled: deque[Cell] = deque()
        """Cells that ended without running: cached, chosen by a switch, skipped."""
        self.unfinished = 0
        """Demanded cells that are neither done nor failed."""
        self.total = 0
        self._shapes: dict[Dims, Shape] = {}
        self._by_dims: dict[Dims, list[Step]] = {}
        self._wanted: set[str] = set()
        """Steps whose every call is demanded: leaves, and what makes the streams that leaves run over."""
        self._gathers: dict[Dims, list[tuple[Cell, Gathered]]] = {}
        self._pending: list[tuple[Cell, Pending]] = []
        self._reads = reads_of(plan)
        self._order = {name: number for number, name in enumerate(plan.steps)}
        self._fresh: list[Cell] = []
        """Made, but without a key and not yet looked up."""
        self._asked: list[Cell] = []
        """To be demanded once the fresh cells have been looked up."""
        self._doomed: list[tuple[Cell, Failure]] = []
        """Demanded, but something they need has failed already."""
        for step in plan.steps.values():
            self._by_dims.setdefault(step.dims, []).append(step)

    def begin(self) -> None:
        """Make every cell that is known to exist, look the keys up, and demand the leaves."""
        if not self._shapes:
            self.look()
        self._wanted.update(self.plan.leaves)
        for name in self.plan.leaves:
            if name in self.plan.steps:
                self._want_origins(self.plan.steps[name].dims)
        for name in self.plan.steps:
            if name in self._wanted:
                self._asked += self.made[name].values()
        self._look_up()

    def look(self) -> None:
        """Make the cells and look the keys up, but demand nothing: to see which results are there already."""
        for dims in sorted(self._dims(), key=_size):
            shape = self._shapes[dims] = Shape(dims)
            for path in shape.begin(self.flows):
                self._exists(dims, path)
        self._look_up()

    # --- what happened -------------------------------------------------------------------------------------------

    def value(self, cell: Cell, values: tuple[Any, ...]) -> None:
        """A running cell gave its value, or one more item of its stream."""
        if cell.step.type.stream:
            self._item(cell, values)
            self._look_up()
            return
        self._finish(cell, values)

    def ended(self, cell: Cell) -> None:
        """A running stream has no more items."""
        flow = self.flows.of(cell.step.id, cell.path)
        flow.closed = True
        cell.state = DONE
        self.unfinished -= 1
        self._grow(cell.step.id, cell.path)
        self._look_up()

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
            skipped = Failure("skipped", f'"{cell.step.id}" has no result')
            if cell.step.type.stream and cell.path in self.made[cell.step.id] \
                    and self.made[cell.step.id][cell.path] is cell:
                self._broken(cell, skipped)
            todo += [(waiter, skipped) for waiter in cell.waiters]
            for gatherer in cell.gatherers:
                self._arrived(gatherer)
            cell.waiters, cell.gatherers = [], []

    def take_hit(self, cell: Cell, hit: Hit) -> None:
        """A stored (or shared) result stands in for a call."""
        cell.hit = hit
        if not cell.step.type.stream:
            self._finish(cell, hit.values or ())
            return
        for index, values in enumerate(hit.items):
            self._add_item(cell, index, values)
        self.flows.of(cell.step.id, cell.path).count = len(hit.items)
        self.ended(cell)

    def arguments(self, cell: Cell) -> dict[str, Any]:
        """The values to call the node with, by socket name."""
        found: dict[str, Any] = {}
        if cell.step.type.partial:
            self._leave_out_failed(cell)
        for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
            if cell.needed is not None:
                bound = self._only_needed(cell, socket, bound)
            found[socket.name] = _value_of(socket, bound)
        return found

    def _leave_out_failed(self, cell: Cell) -> None:
        """Where one gathered item failed, its companions go too: a label must not end up under another picture."""
        gone: dict[Dims, set[Path]] = {}
        inputs = [(self.plan.steps[gathered.step].out, gathered) for gathered in _gathereds(cell.bound)]
        for dims, gathered in inputs:
            gone.setdefault(dims, set()).update(item.path for item in gathered.cells or () if item.state == FAILED)
        for dims, gathered in inputs:
            gathered.cells = [item for item in gathered.cells or () if item.path not in gone[dims]]

    def gathered_failures(self, cell: Cell) -> tuple[int, int]:
        """(failed, all) items of the gathering inputs."""
        cells = [item for gathered in _gathereds(cell.bound) for item in gathered.cells or ()]
        return sum(item.state == FAILED for item in cells), len(cells)

    def key(self, cell: Cell) -> str | None:
        """The key of a cell, once everything that enters it is known."""
        if cell.key is None and not (cell.step.lazy and cell.needed is None):
            cell.key = self._key(cell)
        return cell.key

    def decide(self, cell: Cell, stage: str) -> bool:
        """Of a lazy cell whose deciding values are there: demand what it needs. False if all of that is there."""
        type_ = cell.step.type
        assert type_.needs is not None
        values: dict[str, Any] = {"stage": stage}
        for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
            if socket.name in type_.deciders:
                values[socket.name] = _value_of(socket, bound)
        cell.needed = type_.needs(**{name: values[name] for name in type_.deciders})
        cell.state = WAITING
        cell.missing = 1
        self._await(cell, self._needed_bounds(cell))
        cell.missing -= 1
        if cell.missing == 0 and cell.state == WAITING:
            cell.state = READY
        return cell.state != READY

    def chosen(self, cell: Cell) -> tuple[tuple[Any, ...], tuple[str | None, ...]] | None:
        """What a decided alias passes on: (values, tokens); None where nothing is wired at its choice."""
        [bound] = self._needed_bounds(cell) or [None]
        if bound is None:
            return None
        socket = Socket("choice", object)
        return (_value_of(socket, bound),), (_token(bound),)

    def pass_on(self, cell: Cell, values: tuple[Any, ...], tokens: tuple[str | None, ...]) -> None:
        cell.tokens = tokens
        self._finish(cell, values)
        self.settled.append(cell)

    # --- growth --------------------------------------------------------------------------------------------------

    def _dims(self) -> set[Dims]:
        found = set(self._by_dims)
        for step in self.plan.steps.values():
            for _, bound in step.slots:
                found |= {self.plan.steps[gather.link.step].out for gather in gathers_of(bound)}
        return found

    def _exists(self, dims: Dims, path: Path) -> None:
        for step in self._by_dims.get(dims, ()):
            if path not in self.made[step.id]:
                self._make(step, path)
        for waiting, gathered in self._gathers.get(dims, ()):
            if path[: len(gathered.group)] == gathered.group and waiting.state == WAITING:
                self._asked.append(self._source(gathered.step, path))

    def _grow(self, origin: str, context: Path) -> None:
        """A stream has more items, or ended: new paths, then whatever waited to know that."""
        ended = self.flows.of(origin, context).closed
        for dims, shape in self._shapes.items():  # made smallest first
            for prefix in shape.touched(origin, context, self.flows):
                for path in shape.grow(prefix, self.flows):
                    self._exists(dims, path)
        if self._pending:
            self._resolve_pending()
        if ended:
            self._complete_gathers()

    def _resolve_pending(self) -> None:
        still: list[tuple[Cell, Pending]] = []
        for cell, pending in self._pending:
            self._name(pending)
            if pending.found is None and not pending.empty:
                still.append((cell, pending))
            elif cell.state == WAITING:
                self._asked += self._wire(cell, [pending])
                self._arrived(cell)
        self._pending = still

    def _name(self, pending: Pending) -> None:
        """Find the cell of a pending link, if that can be told by now."""
        if pending.found is None and not pending.empty:
            found = self._at(pending.link, pending.dims, pending.path)
            if isinstance(found, Pending):
                pending.empty = found.empty
            else:
                pending.found = found

    def _complete_gathers(self) -> None:
        for dims, entries in list(self._gathers.items()):
            shape = self._shapes[dims]
            open_: list[tuple[Cell, Gathered]] = []
            for cell, gathered in entries:
                if not shape.complete(gathered.group):
                    open_.append((cell, gathered))
                    continue
                self._fill(gathered)
                if cell.state == WAITING:
                    self._asked += self._wire(cell, [gathered])
                    self._arrived(cell)
            self._gathers[dims] = open_

    def _fill(self, gathered: Gathered) -> None:
        """Name the items of a gathering input, once all of them are known to exist."""
        shape = self._shapes[self.plan.steps[gathered.step].out]
        if gathered.cells is None and shape.complete(gathered.group):
            gathered.cells = [self._source(gathered.step, path) for path in shape.paths(gathered.group)]

    def _make(self, step: Step, path: Path) -> Cell:
        """Make the cell of one call; its inputs' cells are there, or are made first."""
        cell = self.made[step.id][path] = Cell(step, path)
        self.total += 1
        if step.items is not None:
            self._known_stream(cell, step.items)
            return cell
        cell.bound = [self._bound(bound, step.dims, path) for _, bound in step.slots]
        self._fresh.append(cell)
        return cell

    def _known_stream(self, cell: Cell, items: tuple[tuple[Any, ...], ...]) -> None:
        """A stream that was computed while planning is simply there."""
        cell.state = DONE
        self.total -= 1
        for index, values in enumerate(items):
            self._add_item(cell, index, values)
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
        return self._source(link.step, found), link

    def _source(self, name: str, path: Path) -> Cell:
        step = self.plan.steps[name]
        cells = self.items[name] if step.type.stream else self.made[name]
        found = cells.get(path)
        return found if found is not None else self._make(step, path)

    def _item(self, cell: Cell, values: tuple[Any, ...]) -> None:
        flow = self.flows.of(cell.step.id, cell.path)
        self._add_item(cell, flow.count, values)
        flow.count += 1
        self._grow(cell.step.id, cell.path)

    def _add_item(self, cell: Cell, index: int, values: tuple[Any, ...]) -> Cell:
        item = Cell(cell.step, (*cell.path, index))
        item.state, item.values = DONE, values
        # A cheap value stands for itself: where one row of a table changes, only that row runs again.
        item.tokens = tuple(
            token_of(value) or (cell.key and f"{cell.key}.{output}.{index}") for output, value in enumerate(values)
        )
        self.items[cell.step.id][item.path] = item
        return item

    def _broken(self, cell: Cell, failure: Failure) -> None:
        """A stream that failed ends with one failed item, so that what gathers it can count."""
        flow = self.flows.of(cell.step.id, cell.path)
        item = self._add_item(cell, flow.count, ())
        item.state, item.failure = FAILED, failure
        item.tokens = (None,) * len(cell.step.type.outputs)
        flow.count, flow.closed = flow.count + 1, True
        self._grow(cell.step.id, cell.path)
        self._look_up()

    # --- keys and demand -----------------------------------------------------------------------------------------

    def _key(self, cell: Cell) -> str | None:
        parts = [cell.step.prefix]
        for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
            if cell.needed is not None and not self._is_needed(cell, socket):
                continue
            token = _token(bound)
            if token is None:
                return None
            parts.append(f"{socket.name}={token}")
        return key_of(parts)

    def _look_up(self) -> None:
        """Name the fresh cells, ask the cache for all of them at once, then demand those that are wanted."""
        while self._fresh or self._asked:
            fresh, self._fresh = self._fresh, []
            if len(fresh) > 1:
                fresh.sort(key=lambda cell: self._order[cell.step.id])  # a key needs the keys before it
            for cell in fresh:
                for gathered in _gathereds(cell.bound):
                    self._fill(gathered)
                if not cell.step.lazy:
                    cell.key = self._key(cell)
            self._find_hits(fresh)
            asked, self._asked = self._asked, []
            for cell in (*asked, *(cell for cell in fresh if cell.step.id in self._wanted)):
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
        while self._doomed:
            cell, failure = self._doomed.pop()
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
            names = cell.step.type.deciders if cell.step.lazy else None
            waits = [
                bound for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True)
                if names is None or socket.name in names
            ]
            todo.extend(reversed(self._wire(cell, waits)))  # so that the first item goes first
            self._arrived(cell)

    def _await(self, cell: Cell, bounds: list[Any]) -> None:
        for source in self._wire(cell, bounds):
            self._demand(source)
        self._fail_doomed()

    def _wire(self, cell: Cell, bounds: Iterable[Any]) -> list[Cell]:
        """Let a cell wait for these; returns the cells that must now be demanded."""
        wanted: list[Cell] = []
        for bound in bounds:
            if isinstance(bound, Pending):
                self._name(bound)
            if isinstance(bound, list):
                wanted += self._wire(cell, bound)
            elif isinstance(bound, Gathered):
                wanted += self._wire_gathered(cell, bound)
            elif isinstance(bound, Pending) and bound.empty:
                self._doomed.append((cell, _empty(bound)))
            elif isinstance(bound, Pending) and bound.found is None:
                cell.missing += 1
                self._pending.append((cell, bound))
            elif isinstance(bound, (tuple, Pending)):
                head, rest = bound if isinstance(bound, tuple) else bound.found or (None, None)
                if not isinstance(head, Cell):
                    wanted += self._wire(cell, [value for _, value in rest or ()])
                elif head.state == FAILED:
                    self._doomed.append((cell, Failure("skipped", f'"{head.step.id}" has no result')))
                elif head.state != DONE:
                    head.waiters.append(cell)
                    cell.missing += 1
                    wanted.append(head)
        return wanted

    def _wire_gathered(self, cell: Cell, gathered: Gathered) -> list[Cell]:
        out = self.plan.steps[gathered.step].out
        self._fill(gathered)  # the stream may have ended since this cell was made
        if gathered.cells is None:
            cell.missing += 1
            self._gathers.setdefault(out, []).append((cell, gathered))
            there = [self._source(gathered.step, path) for path in self._shapes[out].paths(gathered.group)]
            return self._want_origins(out) + there
        wanted = []
        for item in gathered.cells:
            if item.state not in (DONE, FAILED):
                item.gatherers.append(cell)
                cell.missing += 1
                wanted.append(item)
        return wanted

    def _want_origins(self, dims: Dims) -> list[Cell]:
        """Streams that decide how often something wanted runs are wanted themselves: their cells so far."""
        cells: list[Cell] = []
        todo = [origin for level in dims for origin in level]
        while todo:
            origin = todo.pop()
            if origin not in self._wanted:
                self._wanted.add(origin)
                cells += self.made[origin].values()
                todo += [outer for level in self.plan.steps[origin].dims for outer in level]
        return cells

    def _arrived(self, cell: Cell) -> None:
        cell.missing -= 1
        if cell.missing == 0 and cell.state == WAITING:
            cell.state = READY
            self.ready.append(cell)

    def _finish(self, cell: Cell, values: tuple[Any, ...]) -> None:
        cell.values, cell.state = values, DONE
        cell.reads = self._reads.get(cell.step.id, -1)
        self.unfinished -= 1
        for waiter in cell.waiters:
            self._arrived(waiter)
        for waiter in cell.gatherers:
            self._arrived(waiter)
        cell.waiters, cell.gatherers = [], []

    def read(self, cell: Cell) -> None:
        """A cell has been called with its arguments: values that nobody else will read are let go."""
        for source in _sources(cell.bound):
            source.reads -= 1
            if source.reads == 0:
                source.values = ()
        cell.bound = []

    # --- lazy inputs ---------------------------------------------------------------------------------------------

    def _is_needed(self, cell: Cell, socket: Socket) -> bool:
        assert cell.needed is not None
        return socket.name in cell.step.type.deciders or any(
            split_need(need)[0] == socket.name for need in cell.needed
        )

    def _only_needed(self, cell: Cell, socket: Socket, bound: Any) -> Any:
        """A lazy input as its node gets it: None where it was not needed."""
        assert cell.needed is not None
        if not self._is_needed(cell, socket):
            return [] if socket.form == "row" else None
        if socket.form == "row" and isinstance(bound, list):
            return [item if f"{socket.name}[{index}]" in cell.needed else None for index, item in enumerate(bound)]
        return bound

    def _needed_bounds(self, cell: Cell) -> list[Any]:
        found: list[Any] = []
        for need in sorted(cell.needed or ()):
            name, index = split_need(need)
            for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
                if socket.name != name:
                    continue
                if index is None:
                    found.append(bound)
                elif isinstance(bound, list) and index < len(bound):
                    found.append(bound[index])
        return found


def _empty(pending: Pending) -> Failure:
    return Failure("skipped", f'the stream "{pending.link.step}" is empty')


def _size(dims: Dims) -> tuple[int, int]:
    """Levels that are part of others come first, so that cells are there when others name them."""
    return len(dims), sum(map(len, dims))


def _value_of(socket: Socket, bound: Any) -> Any:
    if socket.form == "list":
        return socket.container(_flat(bound))
    if socket.form == "row":
        return tuple(_one(item) for item in bound) if isinstance(bound, list) else (_one(bound),)
    return _one(bound)


def _one(bound: Any) -> Any:
    if bound is None:
        return None
    if isinstance(bound, Const):
        return bound.value
    if isinstance(bound, list):
        return [_one(item) for item in bound]
    if isinstance(bound, Gathered):
        return list(_flat(bound))
    head, rest = cast(tuple[Any, Any], bound.found if isinstance(bound, Pending) else bound)
    if isinstance(head, Cell):
        return head.values[rest.output]
    return head.evaluate({name: _one(value) for name, value in rest})


def _flat(bound: Any) -> Iterator[Any]:
    """The values of a gathering input, in order, without those that failed."""
    if isinstance(bound, list):
        for item in bound:
            yield from _flat(item)
    elif isinstance(bound, Gathered):
        for cell in bound.cells or ():
            if cell.state == DONE:
                yield cell.values[bound.output]
    elif isinstance(bound, Const) and bound.value is None:
        return
    elif (isinstance(bound, tuple) and isinstance(bound[0], Cell) and bound[1].is_list) or (
            isinstance(bound, Const) and isinstance(bound.value, (list, tuple))):
        yield from _one(bound)
    else:
        yield _one(bound)


def _token(bound: Any) -> str | None:
    if bound is None:
        return "null"
    if isinstance(bound, Const):
        return bound.token
    if isinstance(bound, Gathered):
        return None if bound.cells is None else _tokens([cell.token(bound.output) for cell in bound.cells])
    if isinstance(bound, Pending):
        return None if bound.found is None else _token(bound.found)
    if isinstance(bound, list):
        return _tokens([_token(item) for item in bound])
    head, rest = bound
    if isinstance(head, Cell):
        return head.token(rest.output)
    inner = _tokens([_token(value) for _, value in rest])
    return None if inner is None else f"expr:{head.text!r}{inner}"


def _tokens(parts: list[str | None]) -> str | None:
    return None if None in parts else "[" + SEPARATOR.join(part or "" for part in parts) + "]"


def _gathereds(bounds: Iterable[Any]) -> Iterator[Gathered]:
    """The gathering inputs among these."""
    for bound in bounds:
        if isinstance(bound, Gathered):
            yield bound
        elif isinstance(bound, list):
            yield from _gathereds(bound)


def _sources(bounds: Iterable[Any]) -> Iterator[Cell]:
    for bound in bounds:
        if isinstance(bound, Gathered):
            yield from bound.cells or ()
        elif isinstance(bound, list):
            yield from _sources(bound)
        elif isinstance(bound, Pending):
            yield from _sources([bound.found])
        elif isinstance(bound, tuple):
            if isinstance(bound[0], Cell):
                yield bound[0]
            else:
                yield from _sources(value for _, value in bound[1])
