"""What a card says of a node, before anything is measured: its sockets, values, text and steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ajar.contract import REQUIRED, Form, NodeType, Socket
from ajar.hints import Area, File, Model, Range, ShowIf
from canvas import marks
from canvas.board.values import fill_of, leaves_it, shown
from canvas.marks import Category
from workflows import kinds, sockets
from workflows.graph import GROUP, Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, entries
from workflows.places import flags_of
from workflows.stages import pin_of

Side = Literal["in", "out"]
MOST_VALUES = 5
WORDS = 4
"""Lines of words on the card of a node that writes."""


@dataclass(frozen=True, slots=True)
class Port:
    """A socket that has a row of its own, or (``quiet``) one that only shows beside a value."""

    name: str
    index: int | None
    label: str
    kind: marks.Wire
    side: Side
    form: Form = "one"
    wired: bool = False
    required: bool = False
    formula: str = ""
    quiet: bool = False
    free: bool = False
    literal: str = ""
    """What was typed in for a socket that has a row."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value that can be read, dragged and edited on the card."""

    name: str
    label: str
    text: str
    kind: marks.Wire
    fill: float | None = None
    """How full the row is, 0 to 1, where the value has bounds."""
    icon: str = ""
    plain: bool = False
    """A name or file: shown alone, from the left."""
    missing: bool = False
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """The content of a card."""

    title: str
    category: Category
    icon: str
    ins: tuple[Port, ...] = ()
    outs: tuple[Port, ...] = ()
    text: tuple[str, str, str] | None = None
    """The text block: input, text, label."""
    text_rows: int = 3
    values: tuple[ValueRow, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    """What a group consists of: title and the value that says most."""
    choice: tuple[str, tuple[str, ...]] | None = None
    pin: str = "no"
    """Of a stage: the branch it stays at, whatever the run's stage is."""
    picture: bool = False
    group: bool = False
    loads: bool = False
    """Brings a file in: shown small, with facts beside."""
    speaks: int = 0
    """Lines kept for what is said of work that is done elsewhere, and for the words it brings."""
    dot: bool = False
    kind: str = ""
    """The id of the type, for cards that look unlike others."""


Carries = Callable[[str, str | None], marks.Wire]


def face_of(graph: Graph, types: Mapping[str, NodeType], name: str, carries: Carries | None = None) -> Face:
    """What the card of a node says. ``carries`` tells what a wire of an output really brings."""
    node = graph.nodes[name]
    type_ = sockets.known(graph, types).get(node.type)
    ins, outs = sockets.sockets_of(graph, types, name)
    flags = flags_of(graph, name)
    tell = carries or (lambda node, output: "any")
    # The pin of a stage is shown by its switch and its state.
    wanted = [socket for socket in ins if _is_shown(socket, node) and (node.type, socket.name) != ("stage", "pin")]
    ports = tuple(port for socket in wanted for port in _ports(socket, node, tell, trim=bool(flags.get("trim"))))
    block = _text_block(wanted, node)
    group = graph.groups.get(node.group) if node.group is not None else None
    category, icon = _of_group(group, types) if group is not None else marks.mark_of(type_, node.type)
    several = type_ is not None and type_.stream
    return Face(
        title=node.title or (type_.title if type_ else node.type), category=category, icon=icon, ins=ports,
        outs=tuple(_out(socket, name, tell, several=several) for socket in outs), text=block,
        text_rows=_rows_of(wanted, block),
        values=_values(wanted, node, block[0] if block else ""), picture=_has_picture(type_, flags),
        steps=tuple(_step(inner, types) for inner in group.nodes.values()) if group is not None else (),
        speaks=_speaks(type_), loads=_loads(type_, category), dot=node.type == "dot", kind=node.type,
        group=group is not None,
        choice=("stage", ("Draft", "Final")) if node.type == "stage" else None,
        pin=pin_of(graph, name) if node.type == "stage" else "no",
    )


def is_port(socket: Socket, value: Value) -> bool:
    """Whether an input has a row with a socket: what only a wire can bring, and what a wire or formula brings now."""
    if socket.form != "one" or isinstance(value, (Expr, GroupInput, Row)) or _has_wire(value):
        return True
    return kinds.wire_only(socket.type) or marks.wire_of(socket.type) == "any"


def _has_wire(value: Value) -> bool:
    return isinstance(value, Wire)


def _ports(socket: Socket, node: Node, tell: Carries, *, trim: bool) -> list[Port]:
    value = node.inputs.get(socket.name)
    quiet = not is_port(socket, value)
    kind = marks.wire_of(socket.type)
    if socket.form == "row":
        places = list(entries(value)) if value is not None else []
        ports = [_port(socket, place, _seen(kind, place, tell), index) for index, place in enumerate(places)]
        return ports if trim else [*ports, _free(_port(socket, None, kind, len(places)), _label(socket))]
    if socket.form == "list" and isinstance(value, Row):
        return [_port(socket, place, _seen(kind, place, tell), i) for i, place in enumerate(value.items)]
    if trim and value is None and not quiet:
        return []
    return [_port(socket, value, _seen(kind, value, tell), None, quiet=quiet)]


def _port(socket: Socket, value: Value, kind: marks.Wire, index: int | None, *, quiet: bool = False) -> Port:
    given = _has_wire(value) or isinstance(value, (Expr, GroupInput))
    formula = f"= {value.text}" if isinstance(value, Expr) else "group" if isinstance(value, GroupInput) else ""
    literal = "" if quiet or given or value is None or isinstance(value, Row) else shown(socket, value)
    label = _label(socket) if index is None else f"{_label(socket)} {index + 1}"
    return Port(socket.name, index, label, kind, "in", socket.form, given, socket.required, formula, quiet,
                literal=literal)


def _free(port: Port, label: str) -> Port:
    """The place after those that are taken, where one more can be plugged in."""
    return replace(port, free=True, label=f"more {label}" if port.index else label)


def _seen(kind: marks.Wire, value: Value, tell: Carries) -> marks.Wire:
    """A socket that takes anything looks like what it is given."""
    return tell(value.node, value.output) if kind == "any" and isinstance(value, Wire) else kind


def _label(socket: Socket) -> str:
    return socket.name.replace("_", " ")


def _out(socket: Socket, name: str, tell: Carries, *, several: bool) -> Port:
    kind = marks.wire_of(socket.type)
    kind = tell(name, socket.name) if kind == "any" else kind
    label = kind if socket.name == "result" and kind != "any" else _label(socket)
    form: Form = "list" if several or "list[" in str(socket.type) else "one"
    return Port(socket.name, None, label, kind, "out", form, True)


def _is_shown(socket: Socket, node: Node) -> bool:
    hint = socket.hint(ShowIf)
    return hint is None or node.inputs.get(hint.other) == hint.equals or socket.name in node.inputs


def _text_block(inputs: list[Socket], node: Node) -> tuple[str, str, str] | None:
    for socket in inputs:
        value = node.inputs.get(socket.name, "" if socket.default is REQUIRED else socket.default)
        if socket.hint(Area) is None or socket.form != "one" or not isinstance(value, str):
            continue
        if value or socket.required:
            return socket.name, value, socket.label
    return None


def _rows_of(inputs: list[Socket], block: tuple[str, str, str] | None) -> int:
    area = next((socket.hint(Area) for socket in inputs if block is not None and socket.name == block[0]), None)
    return 3 if area is None else min(max(area.rows - 2, 2), 4)


def _values(inputs: list[Socket], node: Node, block: str) -> tuple[ValueRow, ...]:
    rows: list[tuple[bool, ValueRow]] = []
    models = any(socket.hint(Model) is not None for socket in inputs)
    for socket in inputs:
        given = node.inputs.get(socket.name)
        if socket.name == block or is_port(socket, given) or (socket.hint(Area) is not None and not given):
            continue
        row = _value(socket, given, socket.name in node.inputs)
        if models and leaves_it(socket, node.inputs.get(socket.name, socket.default)):
            row = replace(row, text="Auto", fill=None)
        rows.append((socket.name in node.inputs, row))
    kept = {id(row) for changed, row in rows if changed}
    for _, row in rows:
        if len(kept) < MOST_VALUES:
            kept.add(id(row))
    return tuple(row for _, row in rows if id(row) in kept)


def _value(socket: Socket, given: Value, set_: bool) -> ValueRow:
    value = given if set_ else (None if socket.default is REQUIRED else socket.default)
    plain = socket.hint(File) is not None or socket.name in ("file", "path", "name", "folder")
    return ValueRow(
        socket.name, socket.label, shown(socket, value), marks.wire_of(socket.type), fill_of(socket, value),
        ("lock" if set_ else "dice") if socket.is_seed else "", plain and bool(value),
        socket.required and not set_, str(value) if getattr(socket.type, "__name__", "") == "Color" and value else "",
    )


def _has_picture(type_: NodeType | None, flags: Mapping[str, Any]) -> bool:
    if type_ is None or type_.id.startswith(GROUP) or flags.get("preview", True) is False:
        return False
    return marks.shows_picture(type_)


def _speaks(type_: NodeType | None) -> int:
    """A hosted node without a picture: one that writes shows its words as they come."""
    if type_ is None or type_.lane != "remote" or marks.shows_picture(type_):
        return 0
    return WORDS if any(output.type is str for output in type_.outputs) else 1


def _loads(type_: NodeType | None, category: Category) -> bool:
    return type_ is not None and category == "input" and marks.file_socket(type_) is not None


def _of_group(group: Group, types: Mapping[str, NodeType]) -> tuple[Category, str]:
    """A group looks like what it gives; with an icon of its own where all of it is of one kind."""
    found = {name: marks.mark_of(types.get(node.type), node.type) for name, node in group.nodes.items()}
    last = next((found[wire.node] for wire in group.outputs.values() if wire.node in found), ("flow", "group"))
    same = len({category for category, _ in found.values()}) == 1
    return last[0], last[1] if same else "group"


def _step(node: Node, types: Mapping[str, NodeType]) -> tuple[str, str]:
    type_ = types.get(node.type)
    title = node.title or (type_.title if type_ else node.type)
    if type_ is None:
        return title, ""
    for socket in type_.inputs:
        value = node.inputs.get(socket.name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and socket.hint(Range):
            return title, ("× " if socket.name in ("factor", "times") else "") + shown(socket, value)
    return title, ""
