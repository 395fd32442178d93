"""Makes a take, or the result a node has, what flows on: by its settings where that gives it again, else frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ajar.contract import NodeType
from ajar.errors import AjarError, EditError
from ajar.hints import File
from workflows import kinds
from workflows.ancestry import PICKED
from workflows.behind_pick import chooser_of, place_of
from workflows.graph import Expr, Graph, GroupInput, Node, Row, Value, Wire
from workflows.project import find
from workflows.sound import plan_sound
from workflows.studio import Options, Prepared, Studio
from workflows.take import Take, value_of
from workflows.taking import KEY, TAKE
from workflows.variants import node_at, with_node, with_value

__all__ = ["PICKED", "Picked", "held", "keys_of", "pick", "with_settings"]


@dataclass(frozen=True, slots=True)
class Picked:
    """The workflow with a take picked."""

    graph: Graph
    frozen: bool
    """What comes before the node has changed since, so its result is held."""


def pick(studio: Studio, graph: Graph, file: Path, options: Options, flat: str, take: Take, *, hold: bool = False,
         ) -> Picked:
    """The graph in which this take flows on from its node; frozen there with ``hold``, or where nothing else gives it.

    AjarError where it can't be had any more.
    """
    node = node_at(graph, flat)
    type_ = studio.packs.types.get(node.type) if node is not None else None
    if node is None or type_ is None:
        raise EditError(f'There is no node "{flat}" any more.', "It was removed, so its takes can only be looked at.")
    chooser = None if hold else chooser_of(graph, flat)
    if chooser is not None and (place := place_of(studio, graph, file, options, take)) is not None:
        # It is one of several results, and the others stay.
        return Picked(with_value(graph, chooser, "choice", place), frozen=False)
    key = str(take.settings.get(KEY, ""))
    for seeds in () if hold else (False, True):
        candidate = with_settings(graph, studio.packs.types, flat, take, seeds=seeds)
        if key and keys_of(studio, candidate, file, options, flat) == (key,):
            return Picked(candidate, frozen=False)
    result = {**_result(studio, type_, key, take), PICKED: take.id}
    held = with_node(graph, flat, lambda one: replace(one, state="frozen", result=result))
    return Picked(held, frozen=True)


def with_settings(graph: Graph, types: Mapping[str, NodeType], flat: str, take: Take, *, seeds: bool) -> Graph:
    """The graph with a take's settings in its node. What is wired stays wired, but for the seed with ``seeds``."""
    node = node_at(graph, flat)
    type_ = types.get(node.type) if node is not None else None
    if node is None or type_ is None:
        raise EditError(f'There is no node "{flat}" any more.', "Choose a take of a node that is there.")
    for name, value in take.settings.items():
        socket = type_.input(name)
        if socket is None or socket.hint(File) is not None or kinds.wire_only(socket.type):
            continue
        now = node.inputs.get(name)
        if isinstance(now, (Wire, Expr, GroupInput, Row)) and not (seeds and socket.is_seed):
            continue
        if not _same(socket.default if now is None else now, value):
            graph = with_value(graph, flat, name, value)
    number = take.settings.get(TAKE, 0)

    def awake(one: Node) -> Node:
        state = None if one.state == "frozen" else one.state
        return replace(one, take=number if isinstance(number, int) else 0, state=state,
                       result=None if state is None else one.result)

    before = node_at(graph, flat)
    if before is not None and awake(before) != before:
        graph = with_node(graph, flat, awake)
    return graph


def keys_of(studio: Studio, graph: Graph, file: Path, options: Options, flat: str) -> tuple[str | None, ...]:
    """The keys of what a node would give; none where it can't run."""
    prepared = plan_sound(studio, graph, find(file), replace(options, only=(flat,))).prepared
    if prepared is None:
        return ()
    return tuple(cell.key for cell in prepared.cells.made.get(flat, {}).values())


def held(studio: Studio, prepared: Prepared, flat: str) -> dict[str, Any]:
    """The result a node has now, as a frozen node keeps it. AjarError where there is none, or more than one."""
    step = prepared.plan.steps.get(flat)
    cells = list(prepared.cells.made.get(flat, {}).values())
    if flat in prepared.plan.known:
        raise AjarError(f'"{flat}" is made anew in no time, so there is nothing to freeze.', "Freeze what is slow.")
    if step is None or step.type.stream or len(cells) != 1:
        raise AjarError(f'"{flat}" gives several results; only a single one can be frozen.', "Freeze what follows it.")
    values = _stored(studio, cells[0].key or "")
    if values is None:
        raise AjarError(f'"{flat}" can\'t be frozen: it has no result yet.', "Run it first.")
    return _records(studio, step.type, values)


def _result(studio: Studio, type_: NodeType, key: str, take: Take) -> dict[str, Any]:
    values = _stored(studio, key)
    if values is None and len(type_.outputs) == 1:
        values = (value_of(take),)
    if values is None:
        raise AjarError("The results of this take are not stored any more.", "Run it again with its settings.")
    return _records(studio, type_, values)


def _stored(studio: Studio, key: str) -> tuple[Any, ...] | None:
    """A stored result; from now on it is kept whatever else has to go."""
    if studio.results is None or not key:
        return None
    kept = studio.results.get_many([key]).get(key)
    if kept is None or kept.values is None:
        return None
    studio.results.keep(key, kept.values, disk=True, seconds=kept.seconds, pinned=True)
    return kept.values


def _records(studio: Studio, type_: NodeType, values: tuple[Any, ...]) -> dict[str, Any]:
    from ajar import parcel

    if studio.results is None:
        raise AjarError("Nothing can be frozen without a data folder.", "Set AJAR_HOME to one.")
    put = studio.results.store.put
    return {output.name: parcel.keep(value, put) for output, value in zip(type_.outputs, values, strict=True)}


def _same(now: Value | Any, value: Any) -> bool:
    try:
        return bool(kinds.to_json(now) == value)
    except TypeError:
        return False
