"""Reading what is bound to the inputs of a cell: values, tokens and keys, and the cells they come from.

Bound to an input is None, a Const, (cell, link), (expression, its references), a Pending, a Gathered, or a list of
these.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from ajar.context import Stage
from ajar.contract import Socket
from ajar.hints import Gaps, Model
from ajar.plain import Gap
from workflows.cell import DONE, FAILED, Cell, Gathered, Pending
from workflows.keys import SEPARATOR, key_of
from workflows.plan import Const, Plan, split_need
from workflows.streams import Dims, Path


def call_key(cell: Cell) -> str | None:
    """The key of a cell; None while something that enters it is not known."""
    parts = [cell.step.prefix]
    here = cell.step.type.lane != "remote"
    for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
        if cell.needed is not None and not _is_needed(cell, socket):
            continue
        token = input_token(bound)
        if token is None or (here and socket.hints and not isinstance(bound, Const) and socket.hint(Model)):
            return None  # also where a model is chosen while it runs: nobody knows what its files hold
        parts.append(f"{socket.name}={token}")
    return key_of(parts)


def arguments_of(cell: Cell, plan: Plan) -> dict[str, Any]:
    """The values to call the node with, by socket name."""
    found: dict[str, Any] = {}
    if cell.step.type.partial:
        _leave_out_failed(cell, plan)
    for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
        if cell.needed is not None:
            bound = _only_needed(cell, socket, bound)
        found[socket.name] = value_of(socket, bound)
    return found


def _leave_out_failed(cell: Cell, plan: Plan) -> None:
    """Where one gathered item failed, its companions go too: a label must not end up under another picture."""
    gone: dict[Dims, set[Path]] = {}
    whole = [bound for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True) if not socket.hint(Gaps)]
    inputs = [(plan.steps[gathered.step].out, gathered) for gathered in gathereds(whole)]
    for dims, gathered in inputs:
        gone.setdefault(dims, set()).update(item.path for item in gathered.cells or () if item.state == FAILED)
    for dims, gathered in inputs:
        gathered.cells = [item for item in gathered.cells or () if item.path not in gone[dims]]


def gathered_failures(cell: Cell) -> tuple[int, int]:
    """(failed, all) items of the gathering inputs."""
    cells = [item for gathered in gathereds(cell.bound) for item in gathered.cells or ()]
    return sum(item.state == FAILED for item in cells), len(cells)


def deciding_values(cell: Cell, stage: Stage) -> dict[str, Any]:
    """The values that decide what a lazy cell needs."""
    deciders = cell.step.type.deciders
    found: dict[str, Any] = {"stage": stage}
    for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True):
        if socket.name in deciders:
            found[socket.name] = value_of(socket, bound)
    return {name: found[name] for name in deciders}


def needed_inputs(cell: Cell) -> list[Any]:
    """What is bound to the inputs that a lazy cell turned out to need."""
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


def _is_needed(cell: Cell, socket: Socket) -> bool:
    assert cell.needed is not None
    return socket.name in cell.step.type.deciders or any(split_need(need)[0] == socket.name for need in cell.needed)


def _only_needed(cell: Cell, socket: Socket, bound: Any) -> Any:
    """A lazy input as its node gets it: None where it was not needed."""
    assert cell.needed is not None
    if not _is_needed(cell, socket):
        return [] if socket.form == "row" else None
    if socket.form == "row" and isinstance(bound, list):
        return [item if f"{socket.name}[{index}]" in cell.needed else None for index, item in enumerate(bound)]
    return bound


def value_of(socket: Socket, bound: Any) -> Any:
    """What a node gets at one of its inputs."""
    if socket.form == "list":
        return socket.container(_flat(bound, gaps=socket.hint(Gaps) is not None))
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


def _flat(bound: Any, *, gaps: bool = False) -> Iterator[Any]:
    """The values of a gathering input, in order; those that failed are left out, or a Gap stands in their place."""
    if isinstance(bound, list):
        for item in bound:
            yield from _flat(item, gaps=gaps)
    elif isinstance(bound, Gathered):
        for cell in bound.cells or ():
            if cell.state == DONE:
                yield cell.values[bound.output]
            elif gaps:
                yield Gap(why(cell))
    elif isinstance(bound, Const) and bound.value is None:
        return
    elif (isinstance(bound, tuple) and isinstance(bound[0], Cell) and bound[1].is_list) or (
            isinstance(bound, Const) and isinstance(bound.value, (list, tuple))):
        yield from _one(bound)
    else:
        yield _one(bound)


def input_token(bound: Any) -> str | None:
    """What stands for an input in keys; None while that is not known."""
    if bound is None:
        return "null"
    if isinstance(bound, Const):
        return bound.token
    if isinstance(bound, Gathered):
        return None if bound.cells is None else _tokens([cell.token(bound.output) for cell in bound.cells])
    if isinstance(bound, Pending):
        return None if bound.found is None else input_token(bound.found)
    if isinstance(bound, list):
        return _tokens([input_token(item) for item in bound])
    head, rest = bound
    if isinstance(head, Cell):
        return head.token(rest.output)
    inner = _tokens([input_token(value) for _, value in rest])
    return None if inner is None else f"expr:{head.text!r}{inner}"


def why(cell: Cell) -> str:
    """Why a cell has no value: the sentence of the cell that failed first, where this one only needed it."""
    while cell.failure is not None and cell.failure.kind == "skipped":
        before = next((source for source in sources(cell.bound) if source.state == FAILED), None)
        if before is None:
            break
        cell = before
    return cell.failure.message if cell.failure is not None else "It was not made."


def let_through(cell: Cell) -> Cell | None:
    """Of a cell that picks one of many: the one whose value it gave; None where that is not known."""
    if cell.step.type.id != "pick" or not cell.bound:
        return cell.chosen
    bounds = {socket.name: (socket, bound) for (socket, _), bound in zip(cell.step.slots, cell.bound, strict=True)}
    number = bounds["choice"][1]
    if any(source.state != DONE for source in sources([number])):
        return None
    index = value_of(bounds["choice"][0], number)
    items = _makers(bounds["items"][1])
    return items[index] if items is not None and isinstance(index, int) and 0 <= index < len(items) else None


def _makers(bound: Any) -> list[Cell | None] | None:
    """The cells that made the items of a gathering input, in order, None for one that no cell made.

    None for all of them where it can't be told which item is from where.
    """
    if isinstance(bound, list):
        parts = [_makers(item) for item in bound]
        return None if None in parts else [cell for part in parts for cell in part or ()]
    if isinstance(bound, Gathered):
        return [cell for cell in bound.cells or () if cell.state != FAILED]
    if isinstance(bound, tuple) and isinstance(bound[0], Cell) and not bound[1].is_list:
        return [bound[0]]
    if isinstance(bound, Const):
        return [None] * len(bound.value) if isinstance(bound.value, (list, tuple)) else [None]
    return None


def _tokens(parts: list[str | None]) -> str | None:
    return None if None in parts else "[" + SEPARATOR.join(part or "" for part in parts) + "]"


def gathereds(bounds: Iterable[Any]) -> Iterator[Gathered]:
    """The gathering inputs among these."""
    for bound in bounds:
        if isinstance(bound, Gathered):
            yield bound
        elif isinstance(bound, list):
            yield from gathereds(bound)


def sources(bounds: Iterable[Any]) -> Iterator[Cell]:
    """The cells whose values are read through these."""
    for bound in bounds:
        if isinstance(bound, Gathered):
            yield from bound.cells or ()
        elif isinstance(bound, list):
            yield from sources(bound)
        elif isinstance(bound, Pending):
            yield from sources([bound.found])
        elif isinstance(bound, tuple):
            if isinstance(bound[0], Cell):
                yield bound[0]
            else:
                yield from sources(value for _, value in bound[1])
