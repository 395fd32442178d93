"""Making compare sheets: one node (a group) out of a generator, with a row for each model or each value of a grid.

Inside stand ordinary nodes: what spreads prompts and seeds, a generator for each row, and the sheet that gathers them.
So every parameter of every model can be set there, and prices, licences and caches work as they do anywhere.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ajar.contract import NodeType, Socket
from ajar.errors import EditError
from workflows import kinds
from workflows.changes import fresh
from workflows.compare import TYPE
from workflows.compare_page import short
from workflows.expression import parse
from workflows.graph import GROUP, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, row
from workflows.links import value_now
from workflows.meanings import by_meaning, modality_of, model_socket
from workflows.places import pair
from workflows.problems import suggest
from workflows.twins import Target, Twin, wire_of

Types = Mapping[str, NodeType]
STEP_X, STEP_Y = 320.0, 420.0
"""How far apart nodes lie inside."""
SHEET, AXES = "sheet", "axes"
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
MOST = 400
"""Cells of a sheet that one may ask for in one go."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter of a grid and its values."""

    key: str
    values: tuple[Any, ...]


@dataclass(slots=True)
class _Inside:
    """What the group is made of, while it is made."""

    graph: Graph
    types: Types
    nodes: dict[str, Node] = field(default_factory=dict)
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: dict[str, Value] = field(default_factory=dict)
    layout: dict[str, list[float]] = field(default_factory=dict)
    _gates: dict[Wire, str] = field(default_factory=dict)

    def take_in(self, key: str, value: Value | None) -> Value | None:
        """A value of a node outside, as a node inside has it: what is wired comes through an input of the group."""
        if isinstance(value, Wire):
            if value not in self._gates:
                self._gates[value] = self.gate(key, value)
            return GroupInput(self._gates[value])
        if isinstance(value, Row):
            return row(tuple(self.take_in(key, one) for one in value.items))
        if isinstance(value, Expr) and parse(value.text).references:
            known = value_now(self.graph, self.types, value.text)
            if known is None:
                raise EditError(f'"{key}" is computed from other nodes, which are not inside the sheet.',
                                "Type a value in, or wire it.")
            return known
        return value

    def gate(self, like: str, value: Value, default: Any = None) -> str:
        """A new input of the group; what it is given, or what it starts with."""
        name, count = like, 2
        while name in self.inputs:
            name, count = f"{like}_{count}", count + 1
        self.inputs[name] = {} if default is None else {"default": default}
        if default is None:
            self.given[name] = value
        return name

    def put(self, name: str, node: Node, column: float, line: float = 0.0) -> None:
        self.nodes[name] = node
        self.layout[name] = [column * STEP_X, line * STEP_Y]


def compare_models(graph: Graph, types: Types, name: str, others: Sequence[tuple[Target, Twin]], *,
                   prompts: Sequence[str] = (), seeds: Sequence[int] = (), cap: float = 0.0, titles: Mapping[str, str],
                   ) -> tuple[Graph, str]:
    """A sheet of a generator and other models that could make the same. Gives the id of its use.

    ``prompts`` and ``seeds`` are its columns; without any, those that the node has. ``titles`` says what models are
    called, by id. EditError where the node makes nothing that can be compared.
    """
    node, type_ = _generator(graph, types, name)
    inside = _Inside(graph, types)
    prompt = by_meaning(type_).get("prompt")
    if prompt is None:
        raise EditError(f'"{name}" is told nothing in words, so it can\'t be compared by prompts.',
                        "Use Grid over instead.")
    _axes(inside, node, type_, prompt, prompts, seeds)
    rows: list[tuple[str, Wire]] = [_row_of(inside, node, type_, 0, _title(node, type_, titles))]
    for number, (target, twin) in enumerate(others, 1):
        twin_node = Node(target.type.id, dict(twin.inputs), title=target.title)
        rows.append(_row_of(inside, twin_node, target.type, number, target.title))
    sheet: dict[str, Value] = {
        "cells": row(tuple(wire for _, wire in rows)), "rows": [title for title, _ in rows],
        "columns": Wire(AXES, "row"), "seeds": Wire(AXES, "column"), "title": _heading(prompts, len(rows)),
        "cap": GroupInput(inside.gate("cap", None, cap)),
    }
    return _placed(inside, name, "compare", sheet, len(rows))


def grid_over(graph: Graph, types: Types, name: str, across: Axis, down: Axis | None = None, *, cap: float = 0.0,
              ) -> tuple[Graph, str]:
    """A sheet of one generator over the values of one or two of its parameters. Gives the id of its use."""
    node, type_ = _generator(graph, types, name)
    inside = _Inside(graph, types)
    axes = [axis for axis in (across, down) if axis is not None]
    count = 1
    for axis in axes:
        _check(name, type_, axis)
        count *= len(axis.values)
    if count > MOST:
        raise EditError(f"That grid has {count} cells.", f"Take fewer values: {MOST} cells at most.")
    if down is not None and across.key == down.key:
        raise EditError(f'"{across.key}" can\'t go both across and down.', "Choose another parameter for one of them.")
    lines: dict[str, Value] = {"across": GroupInput(inside.gate(across.key, None, lines_of(across.values)))}
    if down is not None:
        lines["down"] = GroupInput(inside.gate(down.key, None, lines_of(down.values)))
    inside.put(AXES, Node("sheet_axes", lines, title="Values"), 0)
    taken = {key: inside.take_in(key, value) for key, value in node.inputs.items()
             if key not in {axis.key for axis in axes}}
    inputs: dict[str, Value] = {key: value for key, value in taken.items() if value is not None}
    inputs[across.key] = Wire(AXES, "column")
    if down is not None:
        inputs[down.key] = Wire(AXES, "row")
    maker = fresh(inside.nodes, name)
    inside.put(maker, Node(node.type, inputs, title=node.title), 1)
    label = _label(type_, across.key)
    sheet: dict[str, Value] = {
        "cells": _wire_of(type_, maker),
        "columns": Wire(AXES, "column"), "title": _grid_title(type_, across, down), "ask": label,
        "cap": GroupInput(inside.gate("cap", None, cap)),
    }
    if down is not None:
        sheet["rows"] = Wire(AXES, "row")
    return _placed(inside, name, "grid", sheet, 1)


def lines_of(values: Sequence[Any]) -> str:
    """Values as lines of a text, as the axes of a sheet take them."""
    return "\n".join(" ".join(one.split()) if isinstance(one, str) else json.dumps(one) for one in values)


def _generator(graph: Graph, types: Types, name: str) -> tuple[Node, NodeType]:
    node = graph.nodes.get(name)
    if node is None:
        raise EditError(f'There is no node "{name}".', suggest(name, graph.nodes, "Choose a node that is there."))
    type_ = types.get(node.type)
    if type_ is None or type_.stream or modality_of(type_) not in ("image", "video"):
        raise EditError(f'"{name}" makes no picture and no film, so there is nothing to compare.',
                        "Choose a node that does.")
    return node, type_


def can_compare(graph: Graph, types: Types, name: str) -> bool:
    """Whether a sheet can be made of a node."""
    try:
        _generator(graph, types, name)
    except EditError:
        return False
    return True


def axes_of(type_: NodeType) -> list[Socket]:
    """The parameters of a node that a grid may go over: plain values that can be typed."""
    return [socket for socket in type_.inputs if socket.form == "one" and not kinds.wire_only(socket.type)]


def _check(name: str, type_: NodeType, axis: Axis) -> None:
    socket = type_.input(axis.key)
    if socket is None or socket not in axes_of(type_):
        known = [one.name for one in axes_of(type_)]
        raise EditError(f'"{name}" has no value "{axis.key}" that can be typed in.',
                        suggest(axis.key, known, f"It has: {', '.join(known)}."))
    if not axis.values:
        raise EditError(f'There are no values for "{axis.key}".', "Give some, with commas between.")
    for value in axis.values:
        try:
            kinds.read_literal(socket, value)
        except kinds.KindError as error:
            raise EditError(f'"{axis.key}": {error}', error.hint) from None


def _axes(inside: _Inside, node: Node, type_: NodeType, prompt: Socket, prompts: Sequence[str], seeds: Sequence[int],
          ) -> None:
    """What gives every row its prompts and seeds."""
    own = node.inputs.get(prompt.name)
    first: Value
    if not prompts and isinstance(own, (Wire, Expr)):
        first = inside.take_in("prompts", own)
    else:
        first = GroupInput(inside.gate("prompts", None, lines_of(prompts or [own if isinstance(own, str) else ""])))
    seed = next((socket for socket in type_.inputs if socket.is_seed), None)
    given = node.inputs.get(seed.name, seed.default) if seed is not None else 0
    start = given if isinstance(given, int) else 0
    second = GroupInput(inside.gate("seeds", None, lines_of(seeds or [start])))
    inside.put(AXES, Node("sheet_axes", {"down": first, "across": second}, title="Prompts and seeds"), 0)


def _row_of(inside: _Inside, node: Node, type_: NodeType, number: int, title: str) -> tuple[str, Wire]:
    """A generator inside, with the prompts and seeds of the sheet."""
    means = by_meaning(type_)
    inputs: dict[str, Value] = {}
    for key, value in node.inputs.items():
        socket = type_.input(key)
        if socket is not None and (socket is means.get("prompt") or socket.is_seed):
            continue
        taken = inside.take_in(key, value)
        if taken is not None:
            inputs[key] = taken
    inputs[means["prompt"].name] = Wire(AXES, "row")
    seed = next((socket for socket in type_.inputs if socket.is_seed), None)
    if seed is not None:
        inputs[seed.name] = Wire(AXES, "column")
    name = fresh(inside.nodes, _slug(title) or type_.id)
    inside.put(name, Node(type_.id, inputs, title=title), 1, number)
    return title, _wire_of(type_, name)


def _wire_of(type_: NodeType, name: str) -> Wire:
    kind = modality_of(type_) or "image"
    return wire_of(Target(type_, "", ""), name, kind)


def _placed(inside: _Inside, name: str, like: str, sheet: Mapping[str, Value], tall: int) -> tuple[Graph, str]:
    """The group with its sheet, and one use of it below the node it was made of."""
    graph = inside.graph
    inside.put(SHEET, Node(TYPE, dict(sheet), title="Sheet"), 2, (tall - 1) / 2)
    group_name = fresh(graph.groups, like)
    use = fresh(graph.nodes, like)
    group = Group(inside.inputs, {SHEET: Wire(SHEET)}, inside.nodes)
    group = replace(group, title=str(sheet.get("title") or "Compare sheet"))
    layout: dict[str, Any] = dict(graph.layout)
    layout |= {f"{GROUP}{group_name}/{key}": at for key, at in inside.layout.items()}
    x, y = pair(graph.layout.get(name)) or (0.0, 0.0)
    taken = [place for one in graph.nodes if (place := pair(graph.layout.get(one))) is not None]
    y += STEP_Y
    while any(abs(x - other[0]) < STEP_X * 0.7 and abs(y - other[1]) < STEP_Y * 0.6 for other in taken):
        y += STEP_Y
    layout[use] = [x, y]
    made = replace(graph, nodes={**graph.nodes, use: Node(GROUP + group_name, inside.given)},
                   groups={**graph.groups, group_name: group}, layout=layout)
    return made, use


def _title(node: Node, type_: NodeType, titles: Mapping[str, str]) -> str:
    socket = model_socket(type_)
    value = node.inputs.get(socket.name, socket.default) if socket is not None else ""
    title = titles.get(value, value) if isinstance(value, str) and value else node.title or type_.title
    return short(title)


def _heading(prompts: Sequence[str], count: int) -> str:
    asked = max(len(prompts), 1)
    said, models = (WORDS.get(number, str(number)) for number in (asked, count))
    return f"{said.capitalize()} prompt{'s' * (asked > 1)}, {models} model{'s' * (count > 1)}"


def _grid_title(type_: NodeType, across: Axis, down: Axis | None) -> str:
    names = [_label(type_, axis.key) for axis in (across, down) if axis is not None]
    return " by ".join([names[0], *(name.lower() for name in names[1:])])


def _label(type_: NodeType, key: str) -> str:
    socket = type_.input(key)
    return socket.label if socket is not None else key


def _slug(title: str) -> str:
    return "-".join("".join(one if one.isascii() and one.isalnum() else " " for one in title.lower()).split())
