"""What holds for edits of wires in any graph: nothing that was right becomes wrong, and what is undone is as before."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ajar.errors import EditError
from tests.workflows.test_wiring import TYPES, problems, wired
from workflows import clipping, edit, inside, wiring
from workflows.format import dump, read
from workflows.graph import Graph, GroupInput, Node, Row, Wire, links
from workflows.rooms import make_group
from workflows.sockets import sockets_of

MISSING = ("needs ", "is bypassed")
"""Parts of problems that say only that something is no longer wired."""
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
kinds = st.sampled_from(["blur", "blend", "mask_from_alpha", "mask_invert", "tell", "prompt", "switch", "dot", "gather",
                         "contact_sheet", "text_join", "cut_out", "paint"])
steps = st.lists(st.tuples(kinds, st.lists(st.integers(0, 99), max_size=4), st.booleans()), min_size=2, max_size=12)


def built(plan: list[tuple[str, list[int], bool]]) -> Graph:
    """A graph without type errors: each node is wired after some of those before it, where that is possible."""
    graph = Graph()
    for number, (kind, sources, bypassed) in enumerate(plan):
        name = f"n{number}"
        graph = edit.add_node(graph, kind, {"model": "m"} if kind == "paint" else {}, id=name, at=(number * 300, 0))
        for source in sources if number else []:
            try:
                graph = wiring.join(graph, TYPES, f"n{source % number}", name)
            except EditError:
                continue
        if bypassed and kind == "blur" and graph.nodes[name].inputs:
            graph = edit.set_state(graph, name, "bypassed")
    return graph


def wrong(graph: Graph) -> set[str]:
    return {one for one in problems(graph) if not any(part in one for part in MISSING) or "gives" in one}


def chosen(graph: Graph, picks: list[int]) -> list[str]:
    return list(dict.fromkeys(list(graph.nodes)[pick % len(graph.nodes)] for pick in picks))


picks = st.lists(st.integers(0, 99), min_size=1, max_size=5)


@quick
@given(steps, picks)
def test_taking_nodes_out_makes_nothing_wrong(plan: list[tuple[str, list[int], bool]], which: list[int]) -> None:
    graph = built(plan)
    before = wrong(graph)
    names = chosen(graph, which)
    assert wrong(wiring.delete(graph, TYPES, names)) <= before
    changes: list[Callable[[Graph], Graph]] = [
        lambda one: wiring.extract(one, TYPES, names), lambda one: make_group(one, names)[0],
    ]
    for change in changes:
        try:
            assert wrong(change(graph)) <= before
        except EditError:
            continue


@quick
@given(steps, picks, st.integers(0, 99), kinds)
def test_inserting_then_extracting_gives_the_same_wires(
    plan: list[tuple[str, list[int], bool]], which: list[int], place: int, kind: str,
) -> None:
    graph = built(plan)
    ways = list(links(graph.nodes))
    assume(ways)
    with_new = edit.add_node(graph, kind, id="new")
    try:
        made = wiring.insert(with_new, TYPES, "new", ways[place % len(ways)])
    except EditError:
        return
    assert wrong(made) <= wrong(with_new)
    out = wiring.extract(made, TYPES, ["new"])
    assert wired(out) == wired(graph)
    assert out.nodes == with_new.nodes


@quick
@given(steps, picks)
def test_what_is_pasted_is_what_was_copied_but_for_its_ids(
    plan: list[tuple[str, list[int], bool]], which: list[int],
) -> None:
    graph = built(plan)
    names = chosen(graph, which)
    graph, use = make_or_not(graph, names)
    taken = [use] if use else names
    text = clipping.copy_text(graph, taken)
    assert clipping.can_paste(text)
    pasted, new = clipping.paste(graph, text, (7, 9), keep_wires=True)
    assert len(new) == len(taken) and pasted.groups == graph.groups
    ids = dict(zip([name for name in graph.nodes if name in set(taken)], new, strict=True))
    for name, copy in ids.items():
        assert renamed(graph.nodes[name], ids) == pasted.nodes[copy]
    assert all(pasted.nodes[name] is graph.nodes[name] for name in graph.nodes)
    assert read(dump(pasted).encode()) == pasted
    alone, _ = clipping.paste(Graph(), text, (0, 0))
    assert {link.wire.node for link in links(alone.nodes)} <= set(alone.nodes)
    assert clipping.paste(Graph(), text, (0, 0)) == (alone, tuple(alone.nodes))


def make_or_not(graph: Graph, names: list[str]) -> tuple[Graph, str]:
    try:
        return make_group(graph, names)
    except EditError:
        return graph, ""


def renamed(node: Node, ids: dict[str, str]) -> Node:
    def one(value: Any) -> Any:
        if isinstance(value, Wire):
            return Wire(ids.get(value.node, value.node), value.output)
        return Row(tuple(map(one, value.items))) if isinstance(value, Row) else value

    return Node(node.type, {key: one(value) for key, value in node.inputs.items()}, node.state, node.take, node.title)


@quick
@given(steps, picks, picks)
def test_deleting_inside_a_group_leaves_no_loose_ends(
    plan: list[tuple[str, list[int], bool]], which: list[int], inner: list[int],
) -> None:
    # What a mixed switch outside lets through may be known only once something in the group is gone.
    graph, use = make_or_not(built(plan), chosen(built(plan), which))
    assume(use and not any(kind in ("switch", "gather") for kind, _, _ in plan))
    names = chosen(Graph(graph.groups["group"].nodes), inner)
    made = inside.changed(graph, (use,), lambda room: wiring.delete(room, TYPES, names))
    assert wrong(made) <= wrong(graph)


@quick
@given(steps, picks)
def test_a_group_shows_what_its_nodes_ask_for(plan: list[tuple[str, list[int], bool]], which: list[int]) -> None:
    plain = built(plan)
    graph, use = make_or_not(plain, chosen(plain, which))
    assume(use)
    group = graph.groups["group"]
    inputs, outputs = sockets_of(graph, TYPES, use)
    assert [one.name for one in inputs] == list(group.inputs)
    assert [one.name for one in outputs] == list(group.outputs)
    taken = {item.name for node in group.nodes.values() for value in node.inputs.values()
             for item in (value.items if isinstance(value, Row) else (value,)) if isinstance(item, GroupInput)}
    assert taken == set(group.inputs)


@quick
@given(steps, st.integers(0, 99))
def test_a_dot_makes_nothing_wrong_and_goes_without_a_trace(
    plan: list[tuple[str, list[int], bool]], place: int,
) -> None:
    graph = built(plan)
    ways = list(links(graph.nodes))
    assume(ways)
    made, dot = wiring.add_dot(graph, ways[place % len(ways)], (0, 0))
    assert wrong(made) == wrong(graph)
    assert wiring.delete(made, TYPES, [dot]).nodes == graph.nodes
