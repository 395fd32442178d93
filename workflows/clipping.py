"""Copied nodes as text that people can read, send in a chat and paste again; and pasting into any workflow."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.errors import AjarError, EditError
from workflows import expression, format
from workflows.changes import fresh
from workflows.frames import copy_of
from workflows.graph import GROUP, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries, row
from workflows.migrate import migrate, rename
from workflows.places import pair, place_of
from workflows.plain import build, groups_in_order
from workflows.redact import without_secrets
from workflows.replacing import map_formulas
from workflows.sockets import Types

MARK = "ajar-nodes"
FENCE = re.compile(r"```[^\n`]*\n(.*?)```", re.DOTALL)
COLUMN = 160
"""How far apart nodes lie that come without places."""


def copy_text(graph: Graph, names: Collection[str]) -> str:
    """The text of nodes, frames (``frame:ID``) and notes (``note:ID``), with the groups they use.

    Keys and passwords are left out.
    """
    part = _part(graph, names)
    if not (part.nodes or part.frames or part.notes):
        raise EditError("There is nothing to copy.", "Select nodes, frames or notes first.")
    return format.dump(without_secrets(part)).replace('"ajar":', f'"{MARK}":', 1)


def can_paste(text: str) -> bool:
    """Whether a text holds copied nodes or a whole workflow."""
    try:
        return _read(text) is not None
    except AjarError:
        return False


def paste(
    graph: Graph, text: str, at: tuple[float, float], keep_wires: bool = False, types: Types | None = None,
) -> tuple[Graph, tuple[str, ...]]:
    """Put copied nodes, or a whole workflow, onto the board with their upper left corner at a place.

    Also gives what is new (node ids, ``frame:ID``, ``note:ID``). With ``keep_wires``, wires from nodes that were not
    copied are kept where these are on the board. With ``types``, nodes that were copied long ago get their names of
    today.
    """
    part = _read(text)
    if part is None:
        raise EditError("The clipboard holds no nodes.", "Copy some nodes, or the text of a workflow, first.")
    part = part if types is None else rename(part, types)
    left, top = _corner(part) or at
    return _merged(graph, part, (at[0] - left, at[1] - top), keep_wires)


def double(
    graph: Graph, names: Collection[str], by: tuple[float, float] = (40, 40), keep_wires: bool = False,
) -> tuple[Graph, tuple[str, ...]]:
    """Copy what is selected on the spot. With ``keep_wires``, the copies take what the originals take."""
    part = _part(graph, names)
    if not (part.nodes or part.frames or part.notes):
        raise EditError("There is nothing to duplicate.", "Select nodes, frames or notes first.")
    return _merged(graph, part, by, keep_wires)


def _part(graph: Graph, names: Collection[str]) -> Graph:
    """What is named, as a graph of its own, with the groups that it uses."""
    wanted = set(names)
    nodes = {name: node for name, node in graph.nodes.items() if name in wanted}
    groups: dict[str, Group] = {}
    todo = [node.group for node in nodes.values()]
    while todo:
        name = todo.pop()
        if name is not None and name in graph.groups and name not in groups:
            groups[name] = graph.groups[name]
            todo += [node.group for node in groups[name].nodes.values()]

    def own(section: Mapping[str, Any], kind: str) -> dict[str, Any]:
        inner = tuple(f"{GROUP}{name}/" for name in groups)
        return {key: one for key, one in section.items() if f"{kind}{key}" in wanted or key.startswith(inner)}

    return Graph(
        nodes, {name: graph.groups[name] for name in graph.groups if name in groups},
        own(graph.layout, ""), own(graph.frames, "frame:"), own(graph.notes, "note:"),
    )


def _read(text: str) -> Graph | None:
    """The graph that a text holds, be it in a fence or between other words; None where there is none."""
    if f'"{MARK}"' not in text and '"ajar"' not in text:
        return None
    tries = [text.strip(), *(found.strip() for found in FENCE.findall(text))]
    if "{" in text:
        tries.append(text[text.index("{") : text.rfind("}") + 1])
    first: AjarError | None = None
    for one in tries:
        if not one.startswith("{"):
            continue
        try:
            plain = format.parse(one.encode("utf-8", "replace"))
            if MARK in plain:
                plain = {"ajar": plain[MARK], **{key: value for key, value in plain.items() if key != MARK}}
            if "ajar" in plain:
                return build(migrate(plain))
        except AjarError as error:
            first = first or error
    if first is not None:
        raise first
    return None


def _corner(part: Graph) -> tuple[float, float] | None:
    places = [place for name in part.nodes if (place := place_of(part, name)) is not None]
    for section in (part.frames, part.notes):
        for key, about in section.items():
            at = about.get("at") if isinstance(about, Mapping) and not key.startswith(GROUP) else None
            place = pair(at)
            places += [place] if place is not None else []
    return (min(x for x, _ in places), min(y for _, y in places)) if places else None


def _merged(
    graph: Graph, part: Graph, by: tuple[float, float], keep_wires: bool,
) -> tuple[Graph, tuple[str, ...]]:
    graph, groups = _with_groups(graph, part)
    new: dict[str, str] = {}
    taken = set(graph.nodes)
    for name in part.nodes:
        new[name] = fresh(taken, name) if name in taken else name
        taken.add(new[name])
    given = {item.name for node in graph.nodes.values() for value in node.inputs.values() for item in entries(value)
             if isinstance(item, GroupInput)} if keep_wires else set()
    coming = _Coming(graph, new, keep_wires, given)
    nodes = {}
    for name, node in part.nodes.items():
        type_ = GROUP + groups.get(node.group, node.group) if node.group is not None else node.type
        nodes[new[name]] = replace(node, type=type_, inputs=coming.inputs(node))
    nodes = map_formulas(nodes, lambda node, key: f"{new.get(node, node)}.{key}")
    layout = dict(graph.layout)
    for number, (name, copy) in enumerate(new.items()):
        x, y = place_of(part, name) or (0, number * COLUMN)
        rest = part.layout[name][2:] if place_of(part, name) is not None else []
        layout[copy] = [x + by[0], y + by[1], *rest]
    graph = replace(graph, nodes={**graph.nodes, **nodes}, layout=layout)
    made = list(new.values())
    for kind, section in (("frame", part.frames), ("note", part.notes)):
        for key, about in section.items():
            if not key.startswith(GROUP) and isinstance(about, Mapping):
                graph, name = copy_of(graph, kind, key, about, by)
                made.append(f"{kind}:{name}")
    return graph, tuple(made)


class _Coming:
    """The values of nodes on their way into another graph."""

    def __init__(self, graph: Graph, new: Mapping[str, str], keep_wires: bool, given: Collection[str]) -> None:
        self.graph = graph
        self.new = new
        self.keep_wires = keep_wires
        self.given = given

    def inputs(self, node: Node) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key, value in node.inputs.items():
            new = self.row(value) if isinstance(value, Row) else self.one(value)
            if new is not None or value is None:
                found[key] = new
        return found

    def row(self, value: Row) -> Value | None:
        items = [self.one(item) for item in value.items]
        while items and items[-1] is None:
            items.pop()
        return row(tuple(items)) if items else None

    def one(self, value: Value | None) -> Value | None:
        match value:
            case Wire(node, output) if node in self.new:
                return Wire(self.new[node], output)
            case Wire(node, _):
                return value if self.keep_wires and node in self.graph.nodes else None
            case GroupInput(name):
                return value if name in self.given else None
            case Expr(text):
                return value if all(self.is_there(node) for node in _spoken_of(text)) else None
        return value

    def is_there(self, node: str) -> bool:
        return node in self.new or node in self.graph.nodes


def _spoken_of(text: str) -> list[str]:
    try:
        return [node for node, _ in expression.parse(text).references]
    except AjarError:
        return []


def _with_groups(graph: Graph, part: Graph) -> tuple[Graph, dict[str, str]]:
    """The graph with the groups of a part; those that it has already are used. Also gives their names here."""
    names: dict[str, str] = {}
    groups = dict(graph.groups)
    sections: dict[str, dict[str, Any]] = {name: dict(getattr(graph, name)) for name in ("layout", "frames", "notes")}
    for name in groups_in_order(part.groups):
        nodes = {
            key: replace(node, type=GROUP + names[node.group]) if node.group in names else node
            for key, node in part.groups[name].nodes.items()
        }
        group = replace(part.groups[name], nodes=nodes)
        names[name] = name if groups.get(name, group) == group else fresh(groups, name)
        if names[name] in groups:
            continue
        groups[names[name]] = group
        before, after = f"{GROUP}{name}/", f"{GROUP}{names[name]}/"
        for section, kept in sections.items():
            kept.update({after + key[len(before) :]: one for key, one in getattr(part, section).items()
                         if key.startswith(before)})
    if len(groups) == len(graph.groups):
        return graph, names
    return replace(
        graph, groups=groups, layout=sections["layout"], frames=sections["frames"], notes=sections["notes"],
    ), names
