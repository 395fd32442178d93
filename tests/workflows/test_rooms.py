import pytest

from ajar.errors import EditError
from workflows import rooms
from workflows.flatten import flatten
from workflows.format import dump, read
from workflows.graph import Expr, Graph, Group, GroupInput, Node, Row, Wire


def board() -> Graph:
    """Two uses of ``look``, one of them in the group ``outer``."""
    look = Group(
        {"picture": {}}, {"result": Wire("grain")},
        {"blur": Node("blur", {"image": GroupInput("picture"), "radius": 3}),
         "grain": Node("grain", {"image": Wire("blur"), "size": Expr("blur.radius + 1")})},
    )
    inner = Node("group:look", {"picture": GroupInput("picture")})
    outer = Group({"picture": {}}, {"soft": Wire("look")}, {"look": inner})
    images = Row((Wire("use"), Wire("outer"), Wire("outer", "soft")))
    nodes = {
        "a": Node("paint"), "use": Node("group:look", {"picture": Wire("a")}),
        "sheet": Node("sheet", {"images": images, "n": Expr("use.x")}),
        "outer": Node("group:outer", {"picture": Wire("a")}),
    }
    return Graph(nodes, {"look": look, "outer": outer}, {"use": [0, 0], "group:look/blur": [10, 20, {"trim": True}]})


def same_file(graph: Graph) -> Graph:
    assert read(dump(graph).encode()) == graph
    return graph


def test_an_input_is_exposed_with_the_value_it_has() -> None:
    graph = same_file(rooms.expose(board(), "group:look", "blur", "radius"))
    assert graph.groups["look"].inputs == {"picture": {}, "radius": {"default": 3}}
    assert flatten(graph).nodes["use/blur"].inputs["radius"] == 3
    graph = rooms.expose(graph, "use", "grain", "amount", "strength")
    assert graph.groups["look"].inputs["strength"] == {}
    assert rooms.expose(graph, "use", "grain", "radius").groups["look"].inputs["radius_2"] == {}
    for inner, key, name, word in (
        ("blur", "image", "", "wired"), ("grain", "size", "", "computed"), ("gone", "x", "", "no node"),
        ("grain", "x", "a b", "name"), ("grain", "x", "picture", "already"),
    ):
        with pytest.raises(EditError, match=word):
            rooms.expose(board(), "use", inner, key, name)


def test_an_exposed_input_is_taken_back_with_its_value() -> None:
    graph = rooms.expose(board(), "group:look", "blur", "radius", "soft")
    graph = Graph({**graph.nodes, "use": Node("group:look", {"soft": 9})}, graph.groups)
    back = rooms.unexpose(graph, "use", "soft")
    assert back.groups["look"] == board().groups["look"]
    assert back.nodes["use"].inputs == {}
    # The only use gives its own value to the inside.
    single = Graph({"use": graph.nodes["use"]}, {"look": graph.groups["look"]})
    assert rooms.unexpose(single, "use", "soft").groups["look"].nodes["blur"].inputs["radius"] == 9
    with pytest.raises(EditError, match="no input"):
        rooms.unexpose(board(), "use", "soft")


def test_an_output_is_exposed_and_taken_away_with_its_wires() -> None:
    graph = same_file(rooms.expose_output(board(), "use", "blur", None, "plain"))
    assert graph.groups["look"].outputs == {"result": Wire("grain"), "plain": Wire("blur")}
    # What was the only output is named from now on.
    assert graph.nodes["sheet"].inputs["images"] == Row((Wire("use", "result"), Wire("outer"), Wire("outer", "soft")))
    assert graph.groups["outer"].outputs == {"soft": Wire("look", "result")}
    gone = rooms.unexpose(graph, "use", "result", "out")
    assert gone.groups["look"].outputs == {"plain": Wire("blur")}
    assert gone.groups["outer"].outputs == {}
    assert "images" not in gone.nodes["sheet"].inputs
    with pytest.raises(EditError, match="already"):
        rooms.expose_output(graph, "use", "blur")


def test_a_socket_is_renamed_everywhere() -> None:
    graph = same_file(rooms.rename_socket(board(), "group:look", "picture", "image"))
    assert graph.nodes["use"].inputs == {"image": Wire("a")}
    assert graph.groups["outer"].nodes["look"].inputs == {"image": GroupInput("picture")}
    assert graph.groups["look"].nodes["blur"].inputs["image"] == GroupInput("image")
    assert flatten(graph) == flatten(board())
    graph = rooms.expose_output(board(), "use", "blur", None, "x")
    graph = rooms.rename_socket(graph, "use", "x", "plain", "out")
    assert graph.nodes["sheet"].inputs["n"] == Expr("use.plain")
    graph = rooms.rename_socket(graph, "use", "result", "grained", "out")
    assert graph.groups["outer"].outputs == {"soft": Wire("look", "grained")}
    with pytest.raises(EditError, match="already"):
        rooms.rename_socket(graph, "use", "plain", "grained", "out")


def test_sockets_are_put_in_another_order() -> None:
    graph = rooms.expose(board(), "use", "blur", "radius")
    assert list(rooms.move_socket(graph, "use", "radius", 0).groups["look"].inputs) == ["radius", "picture"]
    graph = rooms.expose_output(board(), "use", "blur", None, "plain")
    assert list(rooms.move_socket(graph, "use", "result", 5, "out").groups["look"].outputs) == ["plain", "result"]


def test_an_input_that_nothing_takes_is_told() -> None:
    graph = board()
    look = graph.groups["look"]
    graph = Graph(graph.nodes, {**graph.groups, "look": Group({**look.inputs, "idle": {}}, look.outputs, look.nodes)})
    assert rooms.free_sockets(graph, "use") == ["idle"]


def test_a_group_is_used_once_more_and_titled() -> None:
    graph, use = rooms.add_use(board(), "look", (5, 6))
    assert (use, graph.nodes[use].type, graph.layout[use]) == ("look", "group:look", [5, 6])
    assert rooms.title_group(graph, "look", " Film look ").groups["look"].title == "Film look"
    with pytest.raises(EditError, match="no group"):
        rooms.add_use(graph, "gone")
    with pytest.raises(EditError, match="no group"):
        rooms.title_group(graph, "gone", "")
    with pytest.raises(EditError, match="can't be kept"):
        rooms.title_group(graph, "look", "half \ud83d")


def test_a_unique_group_has_places_and_frames_of_its_own() -> None:
    graph = board()
    framed = Graph(graph.nodes, graph.groups, graph.layout, {"group:look/frame": {"title": "x"}})
    graph = rooms.make_unique(framed, "use")
    assert graph.nodes["use"].type == "group:look-2"
    assert graph.layout["group:look-2/blur"] == [10, 20, {"trim": True}]
    assert graph.frames["group:look-2/frame"] == {"title": "x"}


def test_how_nodes_lie_survives_grouping_and_ungrouping() -> None:
    flags = {"collapsed": True, "width": 300}
    graph = Graph(
        {"a": Node("paint"), "b": Node("blur", {"image": Wire("a")}), "c": Node("grain", {"image": Wire("b")})},
        layout={"a": [0, 0], "b": [300, 40, flags], "c": [600, 10, {"trim": True}]},
        frames={"frame": {"title": "Look", "at": [280, 0], "size": [600, 400]}}, notes={"note": {"at": [1, 1]}},
    )
    grouped, use = rooms.make_group(graph, ["b", "c", "frame:frame"])
    assert grouped.layout == {
        "a": [0, 0], "group:group/b": [300, 40, flags], "group:group/c": [600, 10, {"trim": True}], use: [300, 10],
    }
    assert list(grouped.frames) == ["group:group/frame"] and list(grouped.notes) == ["note"]
    again = rooms.ungroup(grouped, use)
    assert (again.layout, again.frames, again.notes) == (graph.layout, graph.frames, graph.notes)
    assert again.nodes == graph.nodes and not again.groups
    moved = Graph(grouped.nodes, grouped.groups, {**grouped.layout, use: [1300, 1010]}, grouped.frames)
    assert rooms.ungroup(moved, use).layout["b"] == [1300, 1040, flags]
    assert rooms.ungroup(moved, use).frames["frame"]["at"] == [1280, 1000]


def test_formulas_outside_speak_of_the_nodes_once_a_group_is_opened() -> None:
    graph = rooms.expose(board(), "use", "blur", "radius")
    graph = Graph({**graph.nodes, "z": Node("number", {"value": Expr("use.radius * 2 + use.result")})}, graph.groups)
    assert rooms.ungroup(graph, "use").nodes["z"].inputs["value"] == Expr("(3) * 2 + grain.result")
