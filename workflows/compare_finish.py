"""Raw against raw, or finished against finished: one switch puts the Finish chain behind every row of a sheet, or none.

Off, the chains stay where they are, bypassed, with whatever a person set in them; so nothing is made or paid anew.
"""

from collections.abc import Iterator
from typing import Any

from ajar.errors import EditError
from workflows import inside
from workflows.changes import set_state, set_value
from workflows.compare import TYPE
from workflows.finish import finish
from workflows.graph import Graph, Wire, entries, row
from workflows.sockets import Types

FINISHES = ("finish", "finish-film")
"""How the groups begin that finish."""


def sheets_of(graph: Graph, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """All compare sheets of a workflow: (the uses of groups one goes through, the node)."""
    for name, node in inside.room(graph, path).nodes.items():
        if node.type == TYPE:
            yield path, name
        elif node.group is not None and node.group in graph.groups:
            yield from sheets_of(graph, (*path, name))


def place_of(graph: Graph, wanted: str) -> tuple[tuple[str, ...], str]:
    """Where a sheet is, by its flat id or by that of the group it is in. EditError lists those there are."""
    found = list(sheets_of(graph))
    flat = {"/".join((*path, name)): (path, name) for path, name in found}
    if wanted in flat:
        return flat[wanted]
    within = [place for one, place in flat.items() if one.startswith(f"{wanted}/")] if wanted else list(flat.values())
    if len(within) == 1:
        return within[0]
    if not flat:
        raise EditError("There is no compare sheet in this workflow.",
                        "Make one: --x and --y of a generator, or --models.")
    raise EditError(f'There is no compare sheet "{wanted}".' if wanted else "There are several compare sheets.",
                    f"Name one: {', '.join(flat)}.")


def is_finished(graph: Graph, path: tuple[str, ...], sheet: str) -> bool:
    """Whether every row of a sheet comes through a Finish chain that is awake."""
    room = inside.room(graph, path)
    wires = _wires(room, sheet)
    return bool(wires) and all(_is_finish(room, wire) and room.nodes[wire.node].state is None for wire in wires)


def with_finish(graph: Graph, types: Types, path: tuple[str, ...], sheet: str, *, on: bool) -> Graph:
    """The graph with every row of a sheet finished, or none. EditError where a row can't be finished."""
    return inside.changed(graph, path, lambda room: _changed(room, types, sheet, on=on))


def _changed(room: Graph, types: Types, sheet: str, *, on: bool) -> Graph:
    wires = _wires(room, sheet)
    found: dict[Wire, Wire] = {}
    for wire in wires:
        if _is_finish(room, wire):
            state = room.nodes[wire.node].state
            if (state == "bypassed") is on:
                room = set_state(room, wire.node, None if on else "bypassed")
            continue
        if not on:
            continue
        if wire not in found:
            room, use = _finish_at(room, types, wire)
            found[wire] = Wire(use)
    if not found:
        return room
    value: Any = room.nodes[sheet].inputs.get("cells")
    items = tuple(found.get(one, one) if isinstance(one, Wire) else one for one in entries(value))
    return set_value(room, sheet, "cells", items[0] if isinstance(value, Wire) else row(items))


def _finish_at(room: Graph, types: Types, wire: Wire) -> tuple[Graph, str]:
    """A Finish chain behind what this wire comes from: the one that is there, else a new one."""
    for name, node in room.nodes.items():
        if _finishes(node.group) and any(one in (wire, Wire(wire.node)) for value in node.inputs.values()
                                         for one in entries(value)):
            return (set_state(room, name, None) if node.state == "bypassed" else room), name
    return finish(room, types, wire.node)


def _wires(room: Graph, sheet: str) -> list[Wire]:
    node = room.nodes.get(sheet)
    if node is None or node.type != TYPE:
        raise EditError(f'"{sheet}" is no compare sheet.', "Choose a compare sheet.")
    return [one for one in entries(node.inputs.get("cells")) if isinstance(one, Wire)]


def _is_finish(room: Graph, wire: Wire) -> bool:
    node = room.nodes.get(wire.node)
    return node is not None and _finishes(node.group)


def _finishes(group: str | None) -> bool:
    return group is not None and any(group == one or group.startswith(f"{one}-") for one in FINISHES)
