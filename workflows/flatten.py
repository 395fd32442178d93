"""A graph without groups: inner nodes get ids ``use/inner``, and wires go straight to where values come from.

A use's state: ``muted`` mutes all inside. ``bypassed`` drops all inside, and each output gives what the use's input of
the same name is given, else its first wired input. ``frozen`` freezes the inner nodes behind the outputs with the
stored results. The take of a use is that of the inner nodes which have none of their own.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ajar.errors import WorkflowError
from workflows import expression
from workflows.graph import CONFIDENTIAL, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries, spliced
from workflows.plain import groups_in_order

MAX_NODES = 200_000
MAX_ROUNDS = 50
SOLE = "result"
"""What the only output of a node is called wherever a formula needs a name for it."""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A flat graph, and the groups that were used by flat id of the use."""

    graph: Graph
    uses: Mapping[str, str] = field(default_factory=dict)


def flatten(graph: Graph) -> Graph:
    """The same work without groups. WorkflowError if groups in groups make far too many nodes."""
    return unfold(graph).graph


def unfold(graph: Graph) -> Unfolded:
    """The flat graph, and which ids were uses of groups. Uses of unknown groups stay as they are."""
    if not any(node.group in graph.groups for node in graph.nodes.values()):
        return Unfolded(replace(graph, groups={}) if graph.groups else graph)
    _not_too_many(graph)
    unfolding = _Unfolding(graph)
    unfolding.expand()
    nodes = {name: unfolding.settle(node) for name, node in unfolding.nodes.items()}
    uses = {name: group for name, (group, _) in unfolding.uses.items()}
    return Unfolded(Graph(nodes=nodes, settings=graph.settings, extra=graph.extra), uses)


def inner(unfolded: Unfolded, name: str) -> tuple[str, ...]:
    """The flat ids that stand for a node or a use of a group: of a use, the inner nodes that nothing inside needs."""
    nodes = unfolded.graph.nodes
    if name in nodes:
        return (name,)
    inside = [flat for flat in nodes if flat.startswith(name + "/")]
    taken = {wire.node for flat in inside for wire in _wires_of(nodes[flat])}
    return tuple(flat for flat in inside if flat not in taken)


def _wires_of(node: Node) -> Iterator[Wire]:
    for value in node.inputs.values():
        yield from (item for item in entries(value) if isinstance(item, Wire))


def _not_too_many(graph: Graph) -> None:
    sizes: dict[str, int] = {}
    for name in groups_in_order(graph.groups):
        sizes[name] = sum(sizes.get(node.group or "", 1) for node in graph.groups[name].nodes.values())
    total = sum(sizes.get(node.group or "", 1) for node in graph.nodes.values())
    if total > MAX_NODES:
        raise WorkflowError(
            f"With all groups unfolded the workflow has over {MAX_NODES} nodes.", "Use fewer groups inside groups.",
        )


@dataclass(slots=True)
class _Scope:
    """The nodes of the workflow or of one use of a group, while they are walked over."""

    prefix: str
    nodes: Mapping[str, Node]
    walk: Iterator[tuple[str, Node]]
    given: Mapping[str, Value] | None = None
    state: str | None = None
    take: int = 0
    frozen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    confidential: bool = False


class _Unfolding:
    """The nodes found so far by flat id, and what stands behind every input and output of a use."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = {}
        self.uses: dict[str, tuple[str, Mapping[str, Value]]] = {}
        self.outputs: dict[tuple[str, str | None], Value] = {}

    def expand(self) -> None:
        stack = [_Scope("", self.graph.nodes, iter(self.graph.nodes.items()))]
        while stack:
            scope = stack[-1]
            name, node = next(scope.walk, ("", None))
            if node is None:
                stack.pop()
                continue
            flat = scope.prefix + name
            node = self.in_scope(scope, name, node)
            group = self.graph.groups.get(node.group or "")
            if group is None:
                self.nodes[flat] = node
            else:
                self.enter(stack, flat, node, group)

    def in_scope(self, scope: _Scope, name: str, node: Node) -> Node:
        """The node with outer ids in its wires, the use's values for group inputs, and the use's state."""
        if scope.given is None:
            return node
        inputs = {}
        for key, value in node.inputs.items():
            found = _bound(value, scope)
            if found is not None:
                inputs[key] = found
        node = replace(node, inputs=inputs, take=node.take or scope.take)
        if scope.confidential:
            node = replace(node, extra={**node.extra, CONFIDENTIAL: True})
        if scope.state == "muted":
            return replace(node, state="muted")
        if name in scope.frozen:
            return replace(node, state="frozen", result=scope.frozen[name])
        return node

    def enter(self, stack: list[_Scope], flat: str, node: Node, group: Group) -> None:
        given = {name: about["default"] for name, about in group.inputs.items() if "default" in about}
        given.update({name: value for name, value in node.inputs.items() if value is not None and name in group.inputs})
        self.uses[flat] = node.group or "", given
        if node.state == "bypassed":
            self.pass_through(flat, group, given)
            return
        for output, wire in group.outputs.items():
            self.outputs[flat, output] = Wire(f"{flat}/{wire.node}", wire.output)
        if len(group.outputs) == 1:
            self.outputs[flat, None] = self.outputs[flat, next(iter(group.outputs))]
        frozen: dict[str, dict[str, Any]] = {}
        if node.state == "frozen":
            for output, wire in group.outputs.items():
                kept = frozen.setdefault(wire.node, {})
                if node.result and output in node.result:
                    kept[wire.output or SOLE] = node.result[output]
        stack.append(_Scope(
            flat + "/", group.nodes, iter(group.nodes.items()), given, node.state, node.take, frozen,
            bool(node.extra.get(CONFIDENTIAL)),
        ))

    def pass_through(self, flat: str, group: Group, given: Mapping[str, Value]) -> None:
        wired = next((given[name] for name in group.inputs if isinstance(given.get(name), Wire)), None)
        for output in group.outputs:
            value = given.get(output, wired)
            if value is not None:
                self.outputs[flat, output] = value
                if len(group.outputs) == 1:
                    self.outputs[flat, None] = value

    def settle(self, node: Node) -> Node:
        """The node with every wire from a use leading to what stands behind it."""
        inputs = {name: self.behind(value) for name, value in node.inputs.items()}
        return replace(node, inputs=inputs)

    def behind(self, value: Value) -> Value:
        if isinstance(value, Row):
            return spliced([None if item is None else self.behind(item) for item in value.items])
        seen: set[Wire] = set()
        while isinstance(value, Wire) and (value.node, value.output) in self.outputs and value not in seen:
            seen.add(value)
            value = self.outputs[value.node, value.output]
        if isinstance(value, Row):  # a bypassed group whose input is a row
            return value if not seen else self.behind(value)
        return Expr(self.formula(value.text)) if isinstance(value, Expr) else value

    def formula(self, text: str) -> str:
        """A formula that speaks of inputs and outputs of uses, in terms of inner nodes."""
        for _ in range(MAX_ROUNDS):
            new = expression.rewrite(text, self.referred)
            if new == text or len(new) > expression.MAX_LENGTH:
                return new
            text = new
        return text

    def referred(self, node: str, name: str) -> str:
        if node not in self.uses:
            return _reference(node, name)
        value = self.uses[node][1].get(name)
        if value is None:
            value = self.outputs.get((node, name))
        return as_text(value, _reference(node, name))


def _bound(value: Value | None, scope: _Scope) -> Value | None:
    """A value of an inner node as the outside says it; None where nothing is given."""
    assert scope.given is not None
    match value:
        case Wire(node, output):
            return Wire(scope.prefix + node, output)
        case GroupInput(name):
            return scope.given.get(name)
        case Row(items):
            return spliced([_bound(item, scope) for item in items])
        case Expr(text):
            return Expr(expression.rewrite(text, lambda node, name: _in_formula(node, name, scope)))
    return value


def _in_formula(node: str, name: str, scope: _Scope) -> str:
    assert scope.given is not None
    if node == "input" and node not in scope.nodes:
        return as_text(scope.given.get(name), f"input.{name}")
    return _reference(scope.prefix + node, name)


def _reference(node: str, name: str) -> str:
    return f"`{node}`.{name}" if "/" in node else f"{node}.{name}"


def as_text(value: Value | None, otherwise: str) -> str:
    """A value as part of a formula."""
    match value:
        case Wire(node, output):
            return _reference(node, output or SOLE)
        case Expr(text):
            return f"({text})"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"({json.dumps(value)})"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return otherwise
