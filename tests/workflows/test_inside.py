import pytest

from ajar.errors import EditError
from workflows import edit, inside
from workflows.format import dump, read
from workflows.graph import Graph


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
