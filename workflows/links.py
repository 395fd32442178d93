"""Values that follow other values by a formula: linking a parameter to another, and what a formula gets wrong."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ajar.contract import REQUIRED
from ajar.errors import EditError, WorkflowError
from workflows import expression, kinds
from workflows.changes import reset_value, set_value
from workflows.cycles import circles, in_order, needs
from workflows.flatten import as_text
from workflows.graph import Expr, Graph, Node, Value
from workflows.problems import Problem, suggest
from workflows.replacing import map_formulas
from workflows.sockets import Types, input_of, known, sockets_of

MAX_ROUNDS = 20


def link(graph: Graph, types: Types, node: str, key: str, source: str, name: str) -> Graph:
    """Let an input follow an input or output of another node, or of this one: a formula that says nothing more."""
    return set_expression(graph, types, node, key, f"{source}.{name}")


def set_expression(graph: Graph, types: Types, node: str, key: str, text: str) -> Graph:
    """Give an input a formula. EditError says what is wrong with it."""
    problem = expression_problem(text, graph, types, node, key)
    if problem is not None:
        raise EditError(problem.message, problem.hint, node=node)
    return set_value(graph, node, key, Expr(text.strip()))


def unlink(graph: Graph, types: Types, node: str, key: str) -> Graph:
    """Replace a formula by the value it has now, where that is known without a run; else by the default."""
    value = graph.nodes[node].inputs.get(key) if node in graph.nodes else None
    if not isinstance(value, Expr):
        raise EditError(f'"{key}" of "{node}" follows no other value.', "Choose an input with a formula.", node=node)
    found = value_now(graph, types, value.text)
    return reset_value(graph, node, key) if found is None else set_value(graph, node, key, found)


def value_now(graph: Graph, types: Types, text: str) -> Value | None:
    """What a formula comes to by the values that are typed in; None where it needs a result or can't be computed."""
    for _ in range(MAX_ROUNDS):
        new = expression.rewrite(text, lambda node, key: as_text(_typed(graph, types, node, key), f"{node}.{key}"))
        if new == text or len(new) > expression.MAX_LENGTH:
            break
        text = new
    try:
        read = expression.parse(text)
        return None if read.references else kinds.to_json(read.evaluate({}))
    except (WorkflowError, TypeError):
        return None


def expression_problem(
    text: str, graph: Graph, types: Types, node: str | None = None, key: str | None = None,
) -> Problem | None:
    """What is wrong with a formula, in words; with a node and input, whether it could stand there."""
    try:
        read = expression.parse(text)
    except WorkflowError as error:
        return Problem("error", error.message, error.hint, node, key)
    for other, name in read.references:
        if other not in graph.nodes:
            hint = suggest(other, graph.nodes, "Write node.name, and spaces around a minus.")
            return Problem("error", f'The formula speaks of "{other}", which is not there.', hint, node, key)
        inputs, outputs = sockets_of(graph, types, other)
        names = [one.name for one in (*inputs, *outputs)]
        if name not in names and known(graph, types).get(graph.nodes[other].type) is not None:
            hint = suggest(name, names, "It has " + ", ".join(names) + ".")
            return Problem("error", f'"{other}" has no "{name}".', hint, node, key)
    if node is None or key is None or node not in graph.nodes:
        return None
    socket = input_of(graph, types, node, key)
    if socket is not None and kinds.wire_only(socket.type):
        text_ = f"{socket.label} needs {kinds.type_name(socket.type)}, and not a formula."
        return Problem("error", text_, "Wire it.", node, key)
    return _circle(text, graph, types, node, key)


def without_references(graph: Graph, types: Types, nodes: Mapping[str, Node], gone: Collection[str]) -> dict[str, Node]:
    """These nodes with formulas that speak of the values of nodes that go, instead of the nodes."""

    def instead(node: str, key: str) -> str:
        reference = f"{node}.{key}"
        return as_text(_typed(graph, types, node, key), reference) if node in gone else reference

    kept = dict(nodes)
    for _ in range(MAX_ROUNDS):
        new = map_formulas(kept, instead)
        if new == kept:
            break
        kept = new
    return {name: _settled(node, nodes[name]) for name, node in kept.items()}


def _settled(node: Node, before: Node) -> Node:
    """Formulas that have become nothing but a value are that value."""
    if node is before or node.inputs == before.inputs:
        return before
    return replace(node, inputs={
        key: value if value == before.inputs.get(key) else _as_value(value) for key, value in node.inputs.items()
    })


def _as_value(value: Value) -> Value:
    if not isinstance(value, Expr):
        return value
    try:
        read = expression.parse(value.text)
        return value if read.references else kinds.to_json(read.evaluate({}))
    except (WorkflowError, TypeError):
        return value


def _typed(graph: Graph, types: Types, node: str, key: str) -> Value | None:
    """What an input is given, or else its default; None for outputs and where nothing is known."""
    one = graph.nodes.get(node)
    socket = input_of(graph, types, node, key) if one is not None else None
    value: Any = one.inputs.get(key) if one is not None else None
    if value is not None or socket is None or socket.default is REQUIRED:
        return value  # type: ignore[no-any-return]
    try:
        return kinds.to_json(socket.default)  # type: ignore[no-any-return]
    except TypeError:
        return None


def _circle(text: str, graph: Graph, types: Types, node: str, key: str) -> Problem | None:
    one = graph.nodes[node]
    nodes = {**graph.nodes, node: replace(one, inputs={**one.inputs, key: Expr(text)})}
    needed = needs(nodes, known(graph, types))
    for circle in circles(needed, in_order(needed)):
        if node in circle:
            return Problem(
                "error", f'"{key}" of "{node}" would need its own value.', "Let it follow something that comes before.",
                node, key,
            )
    return None
