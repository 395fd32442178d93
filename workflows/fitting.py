"""Which socket a wire should go to: by type first, then by what is free, then by name."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol, get_args

from ajar.contract import Form, Socket
from ajar.hints import File, Model
from workflows import kinds
from workflows.graph import Graph, Link, Node, Row, Wire, entries
from workflows.infer import varies
from workflows.reach import in_circle
from workflows.sockets import Types, carried, input_of, known, output_of, sockets_of, wire_from

Side = Literal["in", "out"]
Spot = tuple[str, int | None]
"""An input of a node, and the place in it where it is a row or list."""


class End(Protocol):
    """One socket of a node on the board; ``index`` is the place in a row."""

    @property
    def node(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def index(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Plug:
    """A socket of a node: what ``End`` asks for and no more."""

    node: str
    side: Side
    name: str
    index: int | None = None


def fitting(graph: Graph, types: Types, source: str, output: str | None, target: str) -> list[Spot]:
    """The inputs of a node that an output may be wired into, best first.

    Free comes before taken, exactly the type before what only fits, what needs a wire before values.
    """
    return [spot for _, spot in ranked(graph, types, source, output, target)]


def ranked(graph: Graph, types: Types, source: str, output: str | None, target: str) -> list[tuple[Any, Spot]]:
    """The same with what they are ranked by, so that several outputs can be compared."""
    wire = wire_from(graph, types, source, output)
    socket = output_of(graph, types, wire)
    if socket is None or target not in graph.nodes:
        return []
    given = carried(graph, types, wire)
    node = graph.nodes[target]
    like = {socket.name, source} - {"result"}
    found = [
        ((*_rank(given, one, node, like), number), (one.name, free_place(node, one)))
        for number, one in enumerate(sockets_of(graph, types, target)[0]) if kinds.compatible(given, one)
    ]
    return sorted(found, key=lambda entry: entry[0])


def free_place(node: Node, socket: Socket) -> int | None:
    """Where in an input the next wire goes: a free place of a row, the end of it, or None for the input itself."""
    value = node.inputs.get(socket.name)
    if socket.form == "one" or (value is None and socket.form == "list"):
        return None
    places = [] if value is None else list(entries(value))
    return next((index for index, item in enumerate(places) if item is None), len(places))


def is_free(node: Node, spot: Spot) -> bool:
    """Whether a wire to this place would take no other wire away."""
    key, index = spot
    value = node.inputs.get(key)
    if index is None:
        return not isinstance(value, (Wire, Row))
    places = [] if value is None else entries(value)
    return index >= len(places) or places[index] is None


def accepts(types: Types, graph: Graph, from_spot: End, to_spot: End) -> str | None:
    """None where a wire between two sockets is possible, else a sentence that says why not.

    ``from_spot`` is the end that stays: what is needed to answer for it is found once for a whole drag.
    """
    if from_spot.side == to_spot.side:
        return "Wires go from an output to an input."
    source, target = (from_spot, to_spot) if from_spot.side == "out" else (to_spot, from_spot)
    if source.node not in graph.nodes or target.node not in graph.nodes:
        return "That node is no longer there."
    if source.node == target.node:
        return f'"{source.node}" can\'t take its own result.'
    if in_circle(graph, known(graph, types), source.node, target.node, from_spot.side):
        return f'"{source.node}" needs "{target.node}" itself: the wire would close a circle.'
    socket = input_of(graph, types, target.node, target.name)
    wire = wire_from(graph, types, source.node, source.name)
    if socket is None:
        return f'"{target.node}" has no input "{target.name}".'
    if output_of(graph, types, wire) is None:
        return f'"{source.node}" has no output "{source.name}".'
    return _mismatch(carried(graph, types, wire), socket.type, socket.form, socket.name)


@lru_cache(maxsize=4096)  # a drag asks the same of thousands of sockets
def _mismatch(given: Any, wanted: Any, form: Form, name: str) -> str | None:
    socket = Socket(name, wanted, form=form)
    if kinds.compatible(given, socket):
        return None
    return f"{socket.label} needs {kinds.type_name(wanted)}, and this gives {kinds.type_name(given)}."


def types_fitting(types: Types, kind: Any, side: Side) -> list[str]:
    """The types with an input (side "in") that takes a kind of value, or an output ("out") that gives it; best first.

    For "out" the kind may be the socket that is to be fed.
    """
    wanted = kind if isinstance(kind, Socket) else Socket("value", kind)
    found: list[tuple[int, str]] = []
    for name, type_ in types.items():
        if type_.hidden:
            continue
        if side == "in":
            inputs = [one for one in type_.inputs if kinds.compatible(wanted.type, one)]
            ranks = [_distance(wanted.type, one) + 3 * _likely(one) for one in inputs]
        else:
            ranks = [_distance(one.type, wanted) for one in type_.outputs if kinds.compatible(one.type, wanted)]
        if ranks:
            found.append((min(ranks), name))
    return [name for _, name in sorted(found, key=lambda entry: entry[0])]


def between(types: Types, graph: Graph, link: Link) -> list[str]:
    """The types that could be put into a wire, best first."""
    socket = input_of(graph, types, link.node, link.input)
    if socket is None:
        return []
    given = carried(graph, types, link.wire)
    gives = set(types_fitting(types, socket, "out"))
    return [name for name in types_fitting(types, given, "in") if name in gives and _passes(types, name, given, socket)]


def _passes(types: Types, name: str, given: Any, socket: Socket) -> bool:
    """Whether a type whose output is what it is given would give what is wanted."""
    outputs = [one.type for one in types[name].outputs if kinds.compatible(one.type, socket)]
    return not all(varies(one) for one in outputs) or kinds.compatible(given, socket)


def _rank(given: Any, socket: Socket, node: Node, like: Collection[str]) -> tuple[int, int, int, int]:
    taken = 0
    if socket.form == "one":
        value = node.inputs.get(socket.name)
        taken = 0 if value is None else 2 if isinstance(value, Wire) else 1
    return int(taken == 2), 3 * _likely(socket) + _distance(given, socket), taken, int(socket.name not in like)


def _likely(socket: Socket) -> int:
    """0 for inputs that are there to be wired, 1 for values, 2 for what is chosen from a list of models or files."""
    if any(isinstance(hint, (Model, File)) for hint in socket.hints):
        return 2
    return 0 if kinds.wire_only(socket.type) or varies(socket.type) or socket.required else 1


def _distance(given: Any, socket: Socket) -> int:
    """How far a type is from what a socket asks for: 0 exactly that, 1 fits, 2 anything goes."""
    if given == socket.type or (socket.form == "list" and get_args(given) == (socket.type,)):
        return 0
    return 2 if varies(socket.type) or socket.type is Any or given is Any or varies(given) else 1
