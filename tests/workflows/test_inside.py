import pytest

from ajar.contract import NodeType, node_of
from ajar.errors import EditError
from nodes import edit as edit_nodes
from nodes import look
from workflows import edit, inside, wiring
from workflows.check import check
from workflows.flatten import flatten
from workflows.format import dump, read
from workflows.graph import Graph, GroupInput, Node, Wire

TYPES: dict[str, NodeType] = {
    found.id: found for module in (edit_nodes, look) for thing in vars(module).values() if (found := node_of(thing))
}


def nested() -> Graph:
    """``outer`` holds ``inner`` and a blur; ``inner`` holds a sharpen."""
    graph = edit.add_node(Graph(), "blur", at=(0, 0))
    graph = edit.add_node(graph, "sharpen", at=(200, 10))
    graph, use = edit.make_group(graph, ["sharpen"], "inner")
    return edit.make_group(graph, ["blur", use], "outer")[0]


def test_a_room_shows_the_group_with_its_own_places() -> None:
    graph = nested()
    room = inside.room(graph, ("outer",))
    assert set(room.nodes) == {"blur", "inner"}
    assert room.layout["blur"] == [0, 0]
    assert inside.room(graph, ("outer", "inner")).layout["sharpen"] == [200, 10]


def test_an_edit_in_a_room_of_a_room_comes_back_out() -> None:
    graph = nested()
    changed = inside.changed(graph, ("outer", "inner"), lambda room: edit.add_node(room, "grain", at=(5, 6)))
    assert set(changed.groups["inner"].nodes) == {"sharpen", "grain"}
    assert changed.layout["group:inner/grain"] == [5, 6]
    assert changed.groups["outer"] == graph.groups["outer"]
    assert read(dump(changed).encode()) == changed


def test_frames_and_notes_belong_to_their_room() -> None:
    graph = edit.add_note(nested(), "outside", (0, 0))
    changed = inside.changed(graph, ("outer",), lambda room: edit.add_frame(room, "In here", (0, 0), (9, 9)))
    assert list(changed.frames) == ["group:outer/frame"]
    assert list(inside.room(changed, ("outer",)).frames) == ["frame"]
    assert list(changed.notes) == ["note"]
    assert not inside.room(changed, ("outer",)).notes


def test_grouping_inside_a_room_keeps_the_places_of_all() -> None:
    graph = nested()
    changed = inside.changed(graph, ("outer",), lambda room: edit.make_group(room, ["blur"], "soft")[0])
    assert set(changed.groups) == {"inner", "outer", "soft"}
    assert changed.layout["group:soft/blur"] == [0, 0]
    assert changed.layout["group:outer/soft"] == [0, 0]
    assert changed.layout["group:inner/sharpen"] == [200, 10]
    assert "group:outer/blur" not in changed.layout


def test_all_uses_share_the_inside() -> None:
    graph, copies = edit.duplicate(nested(), ["outer"])
    changed = inside.changed(graph, (copies["outer"],), lambda room: edit.add_node(room, "grain"))
    assert "grain" in inside.room(changed, ("outer",)).nodes


def test_a_group_in_itself_is_refused() -> None:
    with pytest.raises(EditError, match="can't contain itself"):
        inside.changed(nested(), ("outer", "inner"), lambda room: edit.add_node(room, "group:outer"))


def test_a_room_that_is_not_there_is_refused() -> None:
    assert not inside.exists(nested(), ("blur",))
    with pytest.raises(EditError, match="no group at"):
        inside.room(nested(), ("outer", "nothing"))


def grouped() -> Graph:
    """blur -> [grain -> sharpen] -> flip, with what is in brackets in the group ``look``."""
    nodes = {
        "blur": Node("blur"), "grain": Node("grain", {"image": Wire("blur")}),
        "sharpen": Node("sharpen", {"image": Wire("grain")}), "flip": Node("flip", {"image": Wire("sharpen")}),
    }
    return edit.make_group(Graph(nodes), ["grain", "sharpen"], "look")[0]


def test_an_output_of_a_group_is_healed_when_its_node_is_deleted() -> None:
    made = inside.changed(grouped(), ("look",), lambda room: wiring.delete(room, TYPES, ["sharpen"]))
    assert made.groups["look"].outputs == {"result": Wire("grain")}
    assert made.nodes["flip"].inputs == {"image": Wire("look", "result")}
    assert list(inside.room(made, ("look",)).nodes) == ["grain"]


def test_an_output_that_nothing_gives_any_more_goes_with_its_wires() -> None:
    made = inside.changed(grouped(), ("look",), lambda room: wiring.delete(room, TYPES, ["sharpen"], heal=False))
    assert made.groups["look"].outputs == {}
    assert made.nodes["flip"].inputs == {}


def test_an_output_follows_its_node_into_a_new_group_and_to_a_new_name() -> None:
    made = inside.changed(grouped(), ("look",), lambda room: edit.rename_node(room, "sharpen", "crisp"))
    assert made.groups["look"].outputs == {"result": Wire("crisp")}
    made = inside.changed(made, ("look",), lambda room: edit.make_group(room, ["crisp"], "inner")[0])
    assert made.groups["look"].outputs == {"result": Wire("inner", "result")}
    assert made.groups["inner"].outputs == {"result": Wire("crisp")}
    assert not check(made, TYPES)[1:]
    made = inside.changed(made, ("look",), lambda room: edit.ungroup(room, "inner"))
    assert made.groups["look"].outputs == {"result": Wire("crisp")} and set(made.groups) == {"look"}


def test_an_input_of_a_group_goes_through_a_group_made_in_it() -> None:
    made = inside.changed(grouped(), ("look",), lambda room: edit.make_group(room, ["grain"], "inner")[0])
    assert made.groups["inner"].nodes["grain"].inputs == {"image": GroupInput("image")}
    assert made.groups["look"].nodes["inner"].inputs == {"image": GroupInput("image")}
    assert flatten(made).nodes["look/inner/grain"].inputs == {"image": Wire("blur")}
    made = inside.changed(made, ("look",), lambda room: edit.ungroup(room, "inner"))
    assert made.groups["look"].nodes["grain"].inputs == {"image": GroupInput("image")}


def test_disconnecting_an_output_inside_leaves_the_output_of_the_group() -> None:
    spot = wiring.Plug("sharpen", "out", "result")
    made = inside.changed(grouped(), ("look",), lambda room: wiring.cut_socket(room, TYPES, spot))
    assert made.groups["look"].outputs == {"result": Wire("sharpen")}
    spot = wiring.Plug("grain", "out", "result")
    made = inside.changed(grouped(), ("look",), lambda room: wiring.cut_socket(room, TYPES, spot))
    assert made.groups["look"].nodes["sharpen"].inputs == {}


def test_a_node_inserted_after_the_last_one_gives_what_the_group_gives() -> None:
    def change(room: Graph) -> Graph:
        return wiring.after(edit.add_node(room, "blur"), TYPES, "sharpen", "blur")

    made = inside.changed(grouped(), ("look",), change)
    assert made.groups["look"].outputs == {"result": Wire("blur")}
    assert not inside.room(made, ("look",)).nodes.keys() - {"grain", "sharpen", "blur"}
