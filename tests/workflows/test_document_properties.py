"""Properties of the document that hold for any graph, any run of edits and any bytes."""

import json
import time
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ajar.contract import NodeType, describe
from ajar.errors import AjarError, EditError, WorkflowError
from ajar.hints import Seed, Slider
from workflows import edit, format
from workflows.check import check
from workflows.cycles import in_order, needs
from workflows.flatten import flatten
from workflows.graph import Expr, Graph, Group, GroupInput, Node, Row, Value, Wire, row, wires
from workflows.history import History
from workflows.migrate import rename

NAMES = ["a", "b", "c", "flux", "flux-2", "0"]
KEYS = ["x", "image", "options", "_y", "größe"]
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), texts,
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda part: st.one_of(
        st.lists(part, max_size=4), st.dictionaries(st.sampled_from(["from", "value", "expr", "k"]) | texts, part),
    ),
    max_leaves=6,
)
names = st.sampled_from(NAMES)
keys = st.sampled_from(KEYS)
wired: st.SearchStrategy[Any] = st.one_of(
    st.builds(Wire, names, st.none() | keys), st.builds(Expr, st.sampled_from(["a.x + 1", "1", "len(b.x)"])),
    st.builds(GroupInput, keys),
)
values = plain | wired | st.lists(plain | wired, max_size=4).map(lambda items: row(tuple(items)))
objects = st.dictionaries(texts.filter(bool), plain, max_size=2)
unknown = st.dictionaries(st.sampled_from(["shine", "future", "ü"]), plain, max_size=2)
nodes = st.builds(
    Node, st.sampled_from(["paint", "blur", "switch", "group:g", "unknown"]), st.dictionaries(keys, values, max_size=3),
    st.sampled_from([None, "muted", "bypassed", "frozen"]), st.integers(0, 5), texts, st.none() | objects, unknown,
)
groups = st.builds(
    Group, st.dictionaries(keys, objects, max_size=2),
    st.dictionaries(keys, st.builds(Wire, names, st.none() | keys), max_size=2),
    st.dictionaries(names, nodes.filter(lambda node: node.group is None), max_size=3), texts, unknown,
)
graphs = st.builds(
    Graph, st.dictionaries(names, nodes, max_size=5), st.dictionaries(st.just("g"), groups, max_size=1),
    objects, objects, objects, objects, unknown,
)


class Picture:
    pass


def paint(x: Any = None, steps: Annotated[int, Slider(1, 50)] = 1, seed: Seed = 0) -> Picture:
    return Picture()


def blur(image: Picture, x: float = 1.0) -> Picture:
    return image


def switch(*options: Any, x: int = 0) -> Any:
    return options[x]


TYPES: dict[str, NodeType] = {function.__name__: describe(function) for function in (paint, blur, switch)}


@quick
@given(graphs)
def test_a_file_is_read_as_it_was_written(graph: Graph) -> None:
    text = format.dump(graph)
    again = format.read(text.encode())
    assert again == graph
    assert format.dump(again) == text
    assert text.endswith("}\n")
    assert json.loads(text) == json.loads(json.dumps(format.plain(graph)))


@quick
@given(graphs)
def test_any_graph_can_be_checked_flattened_and_renamed(graph: Graph) -> None:
    for problem in check(graph, TYPES):
        assert problem.message
        assert problem.hint
    flat = flatten(rename(graph, TYPES))
    assert not flat.groups
    assert not any(node.group == "g" for node in flat.nodes.values()) or "g" not in graph.groups


edits = st.lists(st.one_of(
    st.tuples(st.just("add"), st.sampled_from(["paint", "blur", "pack/x"])),
    st.tuples(st.just("remove"), names, st.booleans()),
    st.tuples(st.just("rename"), names, names),
    st.tuples(st.just("set"), names, keys, values),
    st.tuples(st.just("connect"), names, keys, names, keys, st.none() | st.integers(0, 3)),
    st.tuples(st.just("disconnect"), names, keys, st.none() | st.integers(0, 3)),
    st.tuples(st.just("group"), st.sets(names, max_size=3)),
    st.tuples(st.just("ungroup"), st.sampled_from(["group", "group-2"])),
    st.tuples(st.just("unique"), st.sampled_from(["group", "group-2"])),
    st.tuples(st.just("duplicate"), st.sets(names | st.just("group"), max_size=3)),
    st.tuples(st.just("override"), st.sampled_from(["a.x", "group/a.x", "group/flux.image", "flux.options[1]"]), plain),
    st.tuples(st.just("seeds"), st.integers(0, 9)),
    st.tuples(st.just("state"), names, st.sampled_from([None, "muted", "bypassed", "frozen"])),
), max_size=25)


def apply(graph: Graph, step: tuple[Any, ...]) -> Graph:
    match step:
        case ("add", kind):
            return edit.add_node(graph, kind, at=(0, 0))
        case ("remove", name, heal):
            return edit.remove_node(graph, name, heal=heal)
        case ("rename", name, new):
            return edit.rename_node(graph, name, new)
        case ("set", name, key, value):
            return edit.set_value(graph, name, key, value)
        case ("connect", source, output, name, key, index):
            return edit.connect(graph, source, output, name, key, index)
        case ("disconnect", name, key, index):
            return edit.disconnect(graph, name, key, index)
        case ("group", inside):
            return edit.make_group(graph, sorted(inside))[0]
        case ("ungroup", use):
            return edit.ungroup(graph, use)
        case ("unique", use):
            return edit.make_unique(graph, use)
        case ("duplicate", inside):
            return edit.duplicate(graph, sorted(inside))[0]
        case ("override", target, value):
            return edit.override(graph, target, value)
        case ("seeds", seed):
            return edit.set_seeds(graph, TYPES, seed)
        case ("state", name, state):
            return edit.set_state(graph, name, state)
    raise AssertionError(step)


def start() -> Graph:
    graph = Graph()
    for name in NAMES[:4]:
        graph = edit.add_node(graph, "blur", id=name)
    return edit.connect(edit.connect(graph, "a", None, "b", "image"), "b", None, "flux", "image")


@quick
@given(edits)
def test_edits_keep_the_graph_whole_and_can_be_undone(steps: list[tuple[Any, ...]]) -> None:
    history = History.of(start())
    seen = [format.dump(history.graph)]
    for step in steps:
        try:
            graph = apply(history.graph, step)
        except EditError as error:
            assert error.hint
            continue
        if graph is not history.graph:
            history.record(graph)
            seen.append(format.dump(graph))
        assert all(source in graph.nodes for source, *_ in wires(graph))
        simple = {name: Node(node.type, {
            key: value for key, value in node.inputs.items() if not isinstance(value, (Expr, Row))
        }) for name, node in graph.nodes.items()}
        needed = needs(simple, TYPES)
        assert len(in_order(needed)) == len(needed), "wires must never make a circle"
        assert format.read(format.dump(graph).encode()) == graph
    for text in reversed(seen[:-1]):
        history.undo()
        assert format.dump(history.graph) == text
    for text in seen[1:]:
        history.redo()
        assert format.dump(history.graph) == text


@quick
@given(graphs, st.sets(names, min_size=1, max_size=3))
def test_a_group_does_the_same_work(graph: Graph, inside: set[str]) -> None:
    assume(not graph.groups)
    try:
        grouped, use = edit.make_group(graph, sorted(inside))
    except EditError:
        return

    def short(name: str) -> str:
        return name.removeprefix(use + "/")

    def bare(value: Value | None) -> Any:
        if isinstance(value, Wire):
            return Wire(short(value.node), value.output)
        return Row(tuple(bare(item) for item in value.items)) if isinstance(value, Row) else value

    def loose(node: Node) -> bool:
        return any(isinstance(item, GroupInput) for value in node.inputs.values() for item in edit_entries(value))

    assume(not any(map(loose, graph.nodes.values())))
    flat = flatten(grouped)
    for name, node in flat.nodes.items():
        found = {key: bare(value) for key, value in node.inputs.items()}
        wanted = graph.nodes[short(name)].inputs
        formulas = {key for key, value in wanted.items() if any(isinstance(i, Expr) for i in edit_entries(value))}
        for key in set(wanted) - formulas:  # a null and an input that is left out are the same
            assert found.get(key) == wanted[key]


def edit_entries(value: Value | None) -> tuple[Any, ...]:
    return value.items if isinstance(value, Row) else (value,)


@quick
@given(st.binary(max_size=300))
def test_any_bytes_are_a_workflow_or_a_sentence(data: bytes) -> None:
    read_or_refused(data)


@quick
@given(plain)
def test_any_json_is_a_workflow_or_a_sentence(data: Any) -> None:
    for part in (
        data, {"ajar": 1, "nodes": data}, {"ajar": 1, "nodes": {"a": data}}, {"ajar": 1, "groups": {"g": data}},
        {"ajar": 1, "nodes": {"a": {"type": "t", "inputs": data}}},
    ):
        read_or_refused(json.dumps(part).encode())


@settings(max_examples=60, deadline=None)
@given(graphs, st.data())
def test_a_file_with_bytes_changed_is_a_workflow_or_a_sentence(graph: Graph, data: st.DataObject) -> None:
    text = bytearray(format.dump(graph).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        match data.draw(st.sampled_from(["flip", "drop", "cut", "double"])):
            case "flip":
                text[at : at + 1] = bytes([data.draw(st.sampled_from(b'{}[]",:\\0-9eE.ntf \n\x00\xff'))])
            case "drop":
                del text[at]
            case "cut":
                del text[at + 1 :]
            case "double":
                text[at:at] = text[at : at + 20]
    read_or_refused(bytes(text))


def read_or_refused(data: bytes) -> None:
    try:
        graph = format.read(data)
    except WorkflowError as error:
        assert error.message
        assert error.hint
        assert len(error.message) < 500
        return
    for problem in check(graph, TYPES):
        assert problem.message
    try:
        flatten(graph)
    except AjarError as error:
        assert error.hint


@pytest.mark.parametrize("data", [
    b"[" * 5_000_000, b'{"a":' * 2_000_000, b'{"ajar": 1, "nodes": {"a": ' + b"1" * 10_000_000 + b"}}",
    b'"' + b"x" * 30_000_000, b'{"ajar":1,"x":[' + b"1e308," * 300_000 + b"1]}",
    b'{"ajar":1,"nodes":{' + b",".join(b'"n%d":{"type":"t"}' % i for i in range(30_000)) + b"}}",
])
def test_large_hostile_files_are_dealt_with_in_seconds(data: bytes) -> None:
    begun = time.process_time()
    try:
        format.read(data)
    except WorkflowError as error:
        assert len(error.message) < 500
    assert time.process_time() - begun < 5
