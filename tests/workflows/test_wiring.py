from typing import Annotated, Any

import pytest

from ajar.contract import NodeType, describe, node_of
from ajar.errors import EditError
from ajar.hints import Model
from ajar.values import Image, Mask
from nodes import blend, edit, flow, look, mask, numbers, sheet, text
from workflows import wiring
from workflows.check import check
from workflows.graph import Expr, Graph, Group, GroupInput, Link, Node, Row, Wire, links
from workflows.wiring import Plug


def tell(image: Image) -> str:
    """Say what is on a picture."""
    return str(image)


def paint(model: Annotated[str, Model("paint")], prompt: str = "") -> Image:
    """A picture from words."""
    raise AssertionError(model + prompt)


TYPES: dict[str, NodeType] = {
    **{one.__name__: describe(one) for one in (tell, paint)},
    **{found.id: found for module in (blend, edit, flow, look, mask, numbers, sheet, text)
       for thing in vars(module).values() if (found := node_of(thing))},
}


def board(**nodes: Any) -> Graph:
    """``board(b=("blur", {"image": "@a"}))``: "@a" is a wire, tuples are rows."""
    made = {}
    for name, given in nodes.items():
        type_, inputs = given if isinstance(given, tuple) else (given, {})
        made[name.replace("_", "-")] = Node(type_, {key: value_of(value) for key, value in inputs.items()})
    return Graph(made, layout={name: [300 * place, 0] for place, name in enumerate(made)})


def value_of(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        source, _, output = value[1:].partition(".")
        return Wire(source, output or None)
    return Row(tuple(value_of(item) for item in value)) if isinstance(value, tuple) else value


def into(graph: Graph, name: str) -> list[Link]:
    return list(links({name: graph.nodes[name]}))


def wired(graph: Graph) -> set[tuple[str, str, str, int | None]]:
    return {(str(link.wire), link.node, link.input, link.index) for link in links(graph.nodes)}


def link(graph: Graph, target: str, key: str) -> Link:
    return next(one for one in into(graph, target) if one.input == key)


def problems(graph: Graph) -> set[str]:
    return {one.message for one in check(graph, TYPES)}


def test_dropping_a_wire_on_a_node_takes_the_best_input() -> None:
    graph = board(a="blur", b="blend", c="prompt", d="switch")
    assert wiring.fitting(graph, TYPES, "a", None, "b")[0][0] == "base"
    graph = wiring.join(graph, TYPES, "a", "b")
    assert wired(graph) == {("a", "b", "base", None)}
    assert wiring.join(graph, TYPES, "a", "b").nodes["b"].inputs["top"] == Wire("a")
    assert wiring.fitting(graph, TYPES, "a", None, "c") == []
    graph = wiring.join(wiring.join(graph, TYPES, "a", "d"), TYPES, "c", "d")
    assert graph.nodes["d"].inputs["options"] == Row((Wire("a"), Wire("c")))
    with pytest.raises(EditError, match="Nothing that"):
        wiring.join(graph, TYPES, "a", "c")


def test_an_exact_type_comes_before_one_that_fits_and_a_free_input_before_a_taken_one() -> None:
    graph = board(m="mask_from_alpha", b=("blend", {"base": "@a", "top": "@a"}), a="blur")
    assert wiring.fitting(graph, TYPES, "m", None, "b") == [("mask", None)]
    assert wiring.fitting(graph, TYPES, "a", None, "b") == [("base", None), ("top", None)]
    assert wiring.fitting(board(p="prompt", q="prompt"), TYPES, "p", None, "q")[0] == ("text", None)
    # A model is chosen from a list; a text is not wired into it as long as there is anything else.
    assert wiring.fitting(board(p="prompt", g="paint"), TYPES, "p", None, "g")[0] == ("prompt", None)


def test_f_joins_selected_nodes_from_left_to_right() -> None:
    graph = wiring.join_all(board(a="blur", b="sharpen", c="grain"), TYPES, ["c", "a", "b"])
    assert wired(graph) == {("a", "b", "image", None), ("b", "c", "image", None)}
    assert wiring.join_all(graph, TYPES, ["a", "b", "c"]) == graph
    with pytest.raises(EditError, match="two nodes"):
        wiring.join_all(graph, TYPES, ["a"])


def test_wires_that_do_not_fit_or_close_a_circle_are_refused_with_a_reason() -> None:
    graph = board(a="blur", b=("blur", {"image": "@a"}), c=("blur", {"image": "@b"}), p="prompt")
    out, into_ = Plug("c", "out", "result"), Plug("a", "in", "image")
    assert "circle" in (wiring.accepts(TYPES, graph, out, into_) or "")
    assert "circle" in (wiring.accepts(TYPES, graph, into_, out) or "")
    assert wiring.accepts(TYPES, graph, Plug("p", "out", "result"), into_) == (
        "Image needs a picture, and this gives text."
    )
    assert wiring.accepts(TYPES, graph, Plug("a", "out", "result"), Plug("c", "in", "image")) is None
    assert wiring.accepts(TYPES, graph, Plug("a", "in", "image"), Plug("c", "in", "image"))
    assert wiring.accepts(TYPES, graph, out, Plug("c", "in", "image"))
    assert wiring.accepts(TYPES, graph, out, Plug("gone", "in", "image"))
    assert "has no input" in (wiring.accepts(TYPES, graph, out, Plug("p", "in", "size")) or "")
    with pytest.raises(EditError, match="circle"):
        wiring.attach(graph, TYPES, into_, out)


def test_a_formula_closes_circles_too() -> None:
    graph = board(a="number", b="number")
    nodes = {**graph.nodes, "a": Node("blur", {"radius": Expr("b.result")}), "b": Node("blur")}
    sentence = wiring.accepts(TYPES, Graph(nodes), Plug("a", "out", "result"), Plug("b", "in", "image"))
    assert sentence is not None and "circle" in sentence


def test_a_switch_of_pictures_gives_pictures() -> None:
    graph = board(a="blur", s=("switch", {"options": ("@a",)}), p="prompt", d=("dot", {"value": "@s"}))
    assert wiring.accepts(TYPES, graph, Plug("d", "out", "result"), Plug("p", "in", "text")) is not None
    assert wiring.accepts(TYPES, graph, Plug("d", "out", "result"), Plug("a", "in", "radius")) is not None


def test_dropping_a_node_on_a_wire_inserts_it() -> None:
    graph = board(a="blur", b=("sharpen", {"image": "@a"}), n="grain", p="prompt")
    made = wiring.insert(graph, TYPES, "n", link(graph, "b", "image"))
    assert wired(made) == {("a", "n", "image", None), ("n", "b", "image", None)}
    with pytest.raises(EditError, match="does not fit"):
        wiring.insert(graph, TYPES, "p", link(graph, "b", "image"))
    with pytest.raises(EditError, match="already"):
        wiring.insert(graph, TYPES, "a", link(graph, "b", "image"))
    with pytest.raises(EditError, match="no longer"):
        wiring.insert(made, TYPES, "p", link(graph, "b", "image"))


def test_inserting_works_in_rows_and_lists() -> None:
    graph = board(a="blur", c="blur", s=("switch", {"options": ("@a", "@c")}), n="grain")
    made = wiring.insert(graph, TYPES, "n", into(graph, "s")[1])
    assert made.nodes["s"].inputs["options"] == Row((Wire("a"), Wire("n")))
    graph = board(a="blur", s=("contact_sheet", {"images": "@a"}), n="grain")
    made = wiring.insert(graph, TYPES, "n", link(graph, "s", "images"))
    assert made.nodes["s"].inputs["images"] == Wire("n")
    made = wiring.attach(made, TYPES, Plug("a", "out", "result"), Plug("s", "in", "images"))
    assert made.nodes["s"].inputs["images"] == Row((Wire("n"), Wire("a")))
    made = wiring.extract(made, TYPES, ["n"])
    assert made.nodes["s"].inputs["images"] == Row((Wire("a"), Wire("a")))


def test_inserting_then_extracting_gives_the_same_wires() -> None:
    graph = board(a="blur", b=("sharpen", {"image": "@a"}), n="switch")
    made = wiring.insert(graph, TYPES, "n", link(graph, "b", "image"))
    assert wired(wiring.extract(made, TYPES, ["n"])) == wired(graph)


def test_deleting_heals_where_types_fit() -> None:
    graph = board(
        a="blur", p="prompt", b=("blend", {"base": "@a", "top": "@q"}), q="blur", c=("grain", {"image": "@b"}),
        d=("tell", {"image": "@b"}),
    )
    healed = wiring.delete(graph, TYPES, ["b"])
    assert ("a", "c", "image", None) in wired(healed)
    assert "b" not in healed.nodes and "b" not in healed.layout
    plain = wiring.delete(graph, TYPES, ["b"], heal=False)
    assert not any(node == "c" for _, node, _, _ in wired(plain))
    assert graph.nodes["c"].inputs["image"] == Wire("b")


def test_deleting_a_chain_leads_its_source_on() -> None:
    graph = board(a="blur", b=("grain", {"image": "@a"}), c=("sharpen", {"image": "@b"}), d=("blur", {"image": "@c"}))
    assert wired(wiring.delete(graph, TYPES, ["b", "c"])) == {("a", "d", "image", None)}
    assert wired(wiring.extract(graph, TYPES, ["b", "c"])) == {("a", "d", "image", None), ("b", "c", "image", None)}


def test_healing_leaves_no_wire_that_does_not_fit() -> None:
    # What a mask was made from is a picture, and the next one needs a mask.
    graph = board(a="blur", m=("mask_from_alpha", {"image": "@a"}), i=("mask_invert", {"mask": "@m"}))
    assert wired(wiring.delete(graph, TYPES, ["m"])) == set()
    # A dot takes anything, but what follows it does not.
    graph = board(a="blur", t=("tell", {"image": "@a"}), d=("dot", {"value": "@t"}), p=("prompt", {"text": "@d"}))
    healed = wiring.delete(graph, TYPES, ["t"])
    assert problems(healed) <= problems(graph) | {'"d" (dot) needs anything for "value".'}


def test_deleting_inside_a_group_leads_the_input_of_the_group_on() -> None:
    graph = board(b="blur", c=("grain", {"image": "@b"}))
    nodes = {**graph.nodes, "b": Node("blur", {"image": GroupInput("picture")})}
    assert wiring.delete(Graph(nodes), TYPES, ["b"]).nodes["c"].inputs["image"] == GroupInput("picture")


def test_deleting_takes_frames_notes_and_unused_groups_away() -> None:
    graph = Graph(
        {"a": Node("blur"), "u": Node("group:g")}, {"g": Group(nodes={"x": Node("group:h")}), "h": Group()},
        {"a": [0, 0], "group:g/x": [0, 0]}, {"frame": {}}, {"note": {}},
    )
    made = wiring.delete(graph, TYPES, ["u", "frame:frame", "note:note"])
    assert (list(made.nodes), made.groups, made.layout, made.frames, made.notes) == (["a"], {}, {"a": [0, 0]}, {}, {})
    with pytest.raises(EditError, match="nothing to delete"):
        wiring.delete(graph, TYPES, ["gone"])


def test_formulas_keep_the_values_of_nodes_that_are_deleted() -> None:
    graph = board(a=("blur", {"radius": 3}), b="blur", c="blur", d="blur")
    nodes = {
        **graph.nodes, "b": Node("blur", {"radius": Expr("a.radius * 2")}),
        "c": Node("blur", {"radius": Expr("d.radius")}), "e": Node("blur", {"radius": Expr("b.radius + d.radius")}),
    }
    made = wiring.delete(Graph(nodes), TYPES, ["a", "d"])
    assert made.nodes["b"].inputs["radius"] == 6
    assert made.nodes["c"].inputs["radius"] == 4.0
    assert made.nodes["e"].inputs["radius"] == Expr("b.radius + (4.0)")


def test_replugging_moves_either_end() -> None:
    graph = board(a="blur", b="blur", c=("blend", {"base": "@a"}), p="prompt")
    one = link(graph, "c", "base")
    assert wired(wiring.replug(graph, TYPES, one, Plug("c", "in", "top"))) == {("a", "c", "top", None)}
    assert wired(wiring.replug(graph, TYPES, one, Plug("b", "out", "result"))) == {("b", "c", "base", None)}
    assert wired(wiring.copy_wire(graph, TYPES, one, Plug("c", "in", "top"))) == {
        ("a", "c", "base", None), ("a", "c", "top", None),
    }
    with pytest.raises(EditError, match="needs text"):
        wiring.replug(graph, TYPES, one, Plug("p", "in", "text"))


def test_one_cut_takes_several_wires() -> None:
    graph = board(a="blur", b=("blend", {"base": "@a", "top": "@a"}), s=("switch", {"options": ("@a", "@b", "@a")}))
    made = wiring.cut(graph, [*into(graph, "b"), into(graph, "s")[0], into(graph, "s")[2]])
    assert wired(made) == {("b", "s", "options", 1)}
    assert made.nodes["s"].inputs["options"] == Row((None, Wire("b")))
    assert wired(wiring.cut_socket(graph, TYPES, Plug("a", "out", "result"))) == {("b", "s", "options", 1)}
    assert ("a", "b", "top", None) not in wired(wiring.cut_socket(graph, TYPES, Plug("b", "in", "top")))


def test_a_dot_lies_on_wires_of_one_output() -> None:
    graph = board(a="blur", b=("grain", {"image": "@a"}), c=("grain", {"image": "@a"}), d=("grain", {"image": "@b"}))
    made, dot = wiring.add_dot(graph, [link(graph, "b", "image"), link(graph, "c", "image")], (5, 6))
    assert wired(made) == {
        ("a", dot, "value", None), (dot, "b", "image", None), (dot, "c", "image", None), ("b", "d", "image", None),
    }
    assert made.layout[dot] == [5, 6]
    assert problems(made) == problems(graph)
    assert wired(wiring.delete(made, TYPES, [dot])) == wired(graph)
    with pytest.raises(EditError, match="one output"):
        wiring.add_dot(graph, [link(graph, "b", "image"), link(graph, "d", "image")], (0, 0))


def test_a_new_node_is_wired_after_the_selected_one() -> None:
    graph = board(a="blur", b=("grain", {"image": "@a"}), n="sharpen")
    assert wired(wiring.after(graph, TYPES, "a", "n")) == {("a", "n", "image", None), ("n", "b", "image", None)}
    assert wired(wiring.after(graph, TYPES, "a", "n", branch=True)) == {
        ("a", "n", "image", None), ("a", "b", "image", None),
    }
    graph = board(a="blur", b=("grain", {"image": "@a"}), n="tell")
    assert wired(wiring.after(graph, TYPES, "a", "n")) == {("a", "n", "image", None), ("a", "b", "image", None)}


def test_s_swaps_two_inputs() -> None:
    graph = board(a="blur", c="blur", b=("blend", {"base": "@a", "top": "@c"}), s=("switch", {"options": ("@a", "@c")}))
    made = wiring.swap_inputs(graph, TYPES, "b")
    assert made.nodes["b"].inputs == {"base": Wire("c"), "top": Wire("a")}
    assert wiring.swap_inputs(graph, TYPES, "s").nodes["s"].inputs["options"] == Row((Wire("c"), Wire("a")))
    half = wiring.cut(graph, [link(graph, "b", "top")])
    assert wiring.swap_inputs(half, TYPES, "b").nodes["b"].inputs == {"top": Wire("a")}
    with pytest.raises(EditError, match="no two inputs"):
        wiring.swap_inputs(graph, TYPES, "a")


def test_what_comes_before_and_after() -> None:
    graph = board(a="blur", b=("grain", {"image": "@a"}), c=("grain", {"image": "@b"}), d="blur")
    assert wiring.upstream(graph, ["b"]) == {"a", "b"}
    assert wiring.downstream(graph, ["b"]) == {"b", "c"}


def test_the_picker_offers_what_fits() -> None:
    graph = board(a="blur", m="mask_from_alpha", b=("blend", {"base": "@a", "mask": "@m"}))
    masks = wiring.types_fitting(TYPES, Mask, "in")
    assert masks.index("mask_invert") < masks.index("switch")
    assert "prompt" not in masks and "dot" not in masks
    assert wiring.types_fitting(TYPES, Mask, "out")[0].startswith("mask_")
    offered = wiring.between(TYPES, graph, link(graph, "b", "base"))
    assert "grain" in offered and "switch" in offered and "prompt" not in offered
    assert "grain" not in wiring.between(TYPES, graph, link(graph, "b", "mask"))
