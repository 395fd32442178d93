"""Everything that can be known to be wrong with a workflow before it runs. Linear in its size, and never recursive."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ajar.context import Stage
from ajar.contract import NodeType, Socket
from ajar.errors import WorkflowError
from ajar.hints import Model
from workflows import expression, kinds
from workflows.cycles import circles, in_order, needs
from workflows.flatten import Unfolded, inner, unfold
from workflows.graph import GROUP, Expr, Graph, GroupInput, Node, Row, Value, Wire, entries, links
from workflows.group_check import group_problems
from workflows.infer import Inferred, through
from workflows.lora_check import FindMisfit, misfits
from workflows.merging import SECTION
from workflows.plain import group_circle
from workflows.plan import split_need
from workflows.problems import Problem, mild, suggest

FindModel = Callable[[str, str], "str | Problem | None"]
"""(kind, name) -> a sentence if there is no such model."""
__all__ = ["Problem", "check"]


def check(
    graph: Graph, types: Mapping[str, NodeType], *, only: Collection[str] = (), find_model: FindModel | None = None,
    find_misfit: FindMisfit | None = None, stage: Stage | None = None,
) -> tuple[Problem, ...]:
    """All problems, in the order of the file. With ``only``, those of nodes that are not needed are warnings.

    With a ``stage`` so are those of branches that it does not take: they are neither run nor loaded.
    """
    circle = group_circle(graph.groups)
    if circle:
        text = f'The group "{circle[0]}" contains itself.'
        return (Problem("error", text, "Take that node out of the group."),)
    try:
        unfolded = unfold(graph)
    except WorkflowError as error:
        return (Problem("error", error.message, error.hint),)
    checking = _Checking(unfolded, types, find_model)
    problems = [*_undecided(graph), *group_problems(graph), *checking.run(), *_wishes(unfolded, only)]
    if find_misfit is not None:
        problems += misfits(unfolded.graph.nodes, types, find_misfit)
    if only or stage is not None:
        asked = [flat for name in only for flat in inner(unfolded, name)]
        wanted = checking.upstream(asked, stage) if only else checking.taken(stage)
        uses = {name.partition("/")[0] for name in wanted}
        problems = [
            problem if problem.node is None or problem.node in wanted or problem.node in uses
            else replace(problem, severity="warning") for problem in problems
        ]
    return tuple(dict.fromkeys(problems))


def _undecided(graph: Graph) -> Iterator[Problem]:
    """What a merge left to a person: ours stands in the workflow until somebody decides."""
    listed = graph.extra.get(SECTION)
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield Problem("warning", f"Two versions were merged, and this is not decided: {one.get('text', '')}.",
                          f'Change it if it should be theirs, then remove the section "{SECTION}" from the file.')


def _wishes(unfolded: Unfolded, only: Iterable[str]) -> Iterator[Problem]:
    nodes = unfolded.graph.nodes
    for name in only:
        if name not in nodes and name not in unfolded.uses:
            yield Problem(
                "error", f'There is no node "{name}" to run.', suggest(name, nodes, "See the ids in the workflow."),
            )


class _Checking:
    """One look at a flat graph."""

    def __init__(self, unfolded: Unfolded, types: Mapping[str, NodeType], find_model: FindModel | None) -> None:
        self.nodes = unfolded.graph.nodes
        self.uses = unfolded.uses
        self.types = types
        self.find_model = find_model
        self.needs = needs(self.nodes, types)
        self.inferred = Inferred(self.nodes, types)

    def run(self) -> Iterator[Problem]:
        order = in_order(self.needs)
        for vertex in order:
            if isinstance(vertex, str):
                self.inferred.visit(vertex)
        taken: dict[str, set[str | None]] = {}
        for link in links(self.nodes):
            taken.setdefault(link.wire.node, set()).add(link.wire.output)
        for name, node in self.nodes.items():
            found = self.node(name, node, taken.get(name, set()))
            idle = node.state in ("muted", "frozen")
            yield from (mild(problem) if idle else problem for problem in found)
            if node.state == "frozen" and not node.result:
                yield Problem(
                    "error", f'"{name}" is frozen, but has no stored result.',
                    "Unfreeze it, run it, and freeze it again.", name,
                )
        yield from (_circle(circle) for circle in circles(self.needs, order))

    def taken(self, stage: Stage | None) -> set[str]:
        """All nodes but those that only a branch needs which this stage does not take."""
        sources = {vertex for before in self.needs.values() for vertex in before}
        ends = [name for name in self.nodes if name not in sources]
        return (set(self.nodes) - self.upstream(ends)) | self.upstream(ends, stage)

    def upstream(self, names: Iterable[str], stage: Stage | None = None) -> set[str]:
        """These nodes and all that they need; in a stage without the branches that it does not take."""
        needed = self.needs if stage is None else needs(
            {name: _taken(node, self.types.get(node.type), stage) for name, node in self.nodes.items()}, self.types)
        seen: set[Any] = set()
        stack: list[Any] = list(names)
        while stack:
            vertex = stack.pop()
            if vertex not in seen:
                seen.add(vertex)
                stack.extend(needed.get(vertex, ()))
        return {vertex for vertex in seen if isinstance(vertex, str)}

    def node(self, name: str, node: Node, taken: set[str | None]) -> Iterator[Problem]:
        type_ = self.types.get(node.type)
        if type_ is None:
            yield _unknown_type(name, node.type, self.types)
            return
        for key, value in node.inputs.items():
            socket = type_.input(key)
            if socket is None:
                yield Problem(
                    "error", f'"{name}" ({type_.id}) has no input "{key}".',
                    suggest(key, [one.name for one in type_.inputs], _list("It has", type_.inputs)), name, key,
                )
            elif value is not None:
                yield from self.value(name, socket, value)
        for socket in type_.inputs:
            value = node.inputs.get(socket.name)
            if value is None and socket.required and node.state != "bypassed":
                yield Problem(
                    "error", f'"{name}" ({type_.id}) needs {kinds.type_name(socket.type)} for "{socket.name}".',
                    "Wire something into it." if kinds.wire_only(socket.type) else "Give it a value or wire it.",
                    name, socket.name,
                )
            if self.find_model is not None:
                yield from self.model(name, socket, value)
        if node.state == "bypassed":
            yield from self.bypass(name, node, type_, taken)

    def value(self, name: str, socket: Socket, value: Value) -> Iterator[Problem]:
        """What is wrong with the value of one input."""
        if isinstance(value, Row) and socket.form == "one":
            yield _wrong(name, socket, "takes one value, not a list.", "Wire one of them.")
            return
        for item in entries(value):
            if isinstance(item, Wire):
                yield from self.wire(name, socket, item)
            elif isinstance(item, Expr):
                yield from self.formula(name, socket, item.text)
            elif isinstance(item, GroupInput):
                yield _wrong(
                    name, socket, f'takes the group input "{item.name}", but is in no group.', "Give it a value.",
                )
        if isinstance(value, (Wire, Expr, GroupInput)):
            return
        literal: Value = value
        if isinstance(value, Row):
            literal = [item for item in value.items if not isinstance(item, (Wire, Expr, GroupInput))]
        try:
            kinds.read_literal(socket, literal)
        except kinds.KindError as error:
            meant = kinds.wire_only(socket.type) and isinstance(literal, str) and literal in self.nodes
            yield _wrong(name, socket, error.message, f'Write {{"from": "{literal}"}}.' if meant else error.hint)

    def wire(self, name: str, socket: Socket, wire: Wire) -> Iterator[Problem]:
        source = self.nodes.get(wire.node)
        if source is None:
            if wire.node not in self.uses:
                yield _wrong(
                    name, socket, f'is wired to "{wire.node}", which is not there.',
                    suggest(wire.node, self.nodes, "Remove the wire or add the node."),
                )
            return
        type_ = self.types.get(source.type)
        if type_ is None:
            return
        found = _output(type_, wire)
        if isinstance(found, tuple):
            yield _wrong(name, socket, *found)
            return
        given = self.inferred.output(wire)
        if not kinds.compatible(given, socket):
            yield _wrong(
                name, socket, f'needs {kinds.type_name(socket.type)}, and "{wire}" gives {kinds.type_name(given)}.',
                "Wire something that fits.",
            )

    def formula(self, name: str, socket: Socket, text: str) -> Iterator[Problem]:
        try:
            read = expression.parse(text)
        except WorkflowError as error:
            yield Problem("error", error.message, error.hint, name, socket.name)
            return
        if kinds.wire_only(socket.type):
            yield _wrong(name, socket, f"needs {kinds.type_name(socket.type)}, and not a formula.", "Wire it.")
        for node, inside in read.references:
            source = self.nodes.get(node)
            type_ = self.types.get(source.type) if source else None
            if source is None:
                hint = suggest(node, self.nodes, "Write node.name, and spaces around a minus.")
                yield _wrong(name, socket, f'speaks of "{node}", which is not there.', hint)
            elif type_ and type_.input(inside) is None and type_.output(inside) is None:
                names = [one.name for one in (*type_.inputs, *type_.outputs)]
                hint = suggest(inside, names, "It has " + ", ".join(names) + ".")
                yield _wrong(name, socket, f'speaks of "{node}.{inside}", but "{node}" has no "{inside}".', hint)

    def model(self, name: str, socket: Socket, value: Value | None) -> Iterator[Problem]:
        hint: Model | None = socket.hint(Model)
        chosen = socket.default if value is None else value
        if hint is None or self.find_model is None or not isinstance(chosen, str) or not chosen:
            return
        found = self.find_model(hint.kind, chosen)
        if isinstance(found, Problem):
            yield replace(found, node=name, input=socket.name)
        elif found is not None:
            yield Problem("error", found, '"ajar models" lists what there is.', name, socket.name)

    def bypass(self, name: str, node: Node, type_: NodeType, taken: set[str | None]) -> Iterator[Problem]:
        for output in type_.outputs:
            if (None in taken or output.name in taken) and through(node, type_, output) is None:
                yield Problem(
                    "error", f'"{name}" is bypassed, but none of its wired inputs fits its output "{output.name}".',
                    f"Wire {kinds.type_name(output.type)} into it, or mute it.", name,
                )


def _taken(node: Node, type_: NodeType | None, stage: Stage) -> Node:
    """A node with lazy inputs without those that it will not need, where what decides that is known."""
    if type_ is None or type_.needs is None or not type_.alias:
        return node
    values: dict[str, Any] = {}
    for name in type_.deciders:
        socket = type_.input(name)
        value = stage if socket is None and name == "stage" else node.inputs.get(name)
        if value is None and socket is not None and not socket.required:
            value = socket.default
        if not isinstance(value, (str, int)):
            return node
        values[name] = value
    try:
        needed = {split_need(need)[0] for need in type_.needs(**values)}
    except Exception:  # a value that does not fit: that is told at the input itself
        return node
    return replace(node, inputs={key: value for key, value in node.inputs.items() if key in (*needed, *values)})


def _output(type_: NodeType, wire: Wire) -> Socket | tuple[str, str]:
    """The output a wire comes from, or a sentence and a hint."""
    names = ", ".join(output.name for output in type_.outputs)
    if not type_.outputs:
        return f'is wired to "{wire.node}", which gives nothing.', "Wire another node."
    if wire.output is None:
        if len(type_.outputs) == 1:
            return type_.outputs[0]
        return f'is wired to "{wire.node}", which has several outputs: {names}.', (
            f'Write {{"from": "{wire.node}.{type_.outputs[0].name}"}}.'
        )
    found = type_.output(wire.output)
    if found is None:
        known = [output.name for output in type_.outputs]
        return f'is wired to "{wire}", but "{wire.node}" has no output "{wire.output}".', suggest(
            wire.output, known, f"It has {names}."
        )
    return found


def _unknown_type(name: str, kind: str, types: Mapping[str, NodeType]) -> Problem:
    if kind.startswith(GROUP):
        text = f'"{name}" uses the group "{kind[len(GROUP) :]}", which is not in the workflow.'
        return Problem("error", text, "Add the group or remove the node.", name)
    pack = kind.partition("/")[0]
    otherwise = '"ajar nodes" lists the types there are.'
    if "/" in kind and not any(known.startswith(pack + "/") for known in types):
        otherwise = f'Load the pack "{pack}" with --pack FILE, or install it.'
    shown = [known for known, type_ in types.items() if not type_.hidden]
    text = f'"{name}" is of the type "{kind}", which is not known.'
    return Problem("error", text, suggest(kind, shown, otherwise), name)


def _circle(names: Sequence[str]) -> Problem:
    shown = [f'"{name}"' for name in (*names[:6], *(["…"] if len(names) > 6 else []))]
    if len(names) == 1:
        text = f"{shown[0]} needs its own result."
    else:
        text = f"{', '.join(shown[:-1])} and {shown[-1]} need each other's results in a circle."
    return Problem("error", text, "Remove one wire of the circle.", names[0])


def _wrong(name: str, socket: Socket, text: str, hint: str) -> Problem:
    return Problem("error", f'The input "{socket.name}" of "{name}" {text}', hint, name, socket.name)


def _list(before: str, sockets: Sequence[Socket]) -> str:
    return f"{before} {', '.join(socket.name for socket in sockets)}." if sockets else f"{before} none."
