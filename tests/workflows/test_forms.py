from workflows import edit
from workflows.forms import Exposed, exposed, form_of, held, set_exposed, set_held
from workflows.graph import Graph


def board() -> Graph:
    graph = edit.add_node(Graph(), "prompt", at=(0, 100))
    return edit.add_node(graph, "flux", at=(300, 0))


def test_the_form_reads_the_board_as_the_work_flows() -> None:
    graph = set_exposed(board(), "prompt", "text", True)
    graph = set_exposed(graph, "flux", "steps", True)
    graph = set_exposed(graph, "flux", "seed", True)
    assert [(one.node, one.input) for one in form_of(graph)] == [
        ("prompt", "text"), ("flux", "steps"), ("flux", "seed")]
    below = set_exposed(edit.add_node(graph, "seed", at=(20, 0)), "seed", "value", True)
    assert [one.node for one in form_of(below)][:2] == ["seed", "prompt"], "in one column from top to bottom"
    assert exposed(set_exposed(graph, "flux", "steps", False), "flux") == ("seed",)


def test_what_is_there_already_changes_nothing() -> None:
    graph = set_exposed(board(), "flux", "steps", True)
    assert set_exposed(graph, "flux", "steps", True) is graph
    assert set_held(graph, "flux", "seed", False) is graph


def test_places_stay_and_nodes_do_too() -> None:
    before = board()
    after = set_held(before, "flux", "seed", True)
    assert after.nodes is before.nodes
    assert list(after.layout["flux"][:2]) == [300, 0]
    assert held(after, "flux") == ("seed",)
    assert set_held(after, "flux", "seed", False).layout["flux"] == [300, 0]


def test_parameters_inside_groups_are_in_the_form_once() -> None:
    graph, use = edit.make_group(board(), ["flux"], "paint")
    graph = edit.add_node(graph, "group:paint", at=(500, 0))
    from workflows import inside

    graph = inside.changed(graph, (use,), lambda room: set_exposed(room, "flux", "steps", True))
    assert form_of(graph) == (Exposed((use,), "flux", "steps"),)


def test_nonsense_in_the_layout_is_passed_over() -> None:
    graph = Graph(nodes=board().nodes, layout={"flux": [0, 0, {"expose": "all"}], "prompt": "here"})
    assert form_of(graph) == ()


def test_a_locked_seed_stays_when_more_takes_are_made() -> None:
    from workflows import variants
    from workflows.packs import load_packs

    types = load_packs(entry_points=False).types
    graph = edit.set_value(board(), "flux", "seed", 7)
    assert variants.another(graph, types, "flux", 99, 3).nodes["flux"].inputs["seed"] == 99
    more = variants.another(set_held(graph, "flux", "seed", True), types, "flux", 99, 3).nodes["flux"]
    assert (more.inputs["seed"], more.take) == (7, 3)
