import pytest

from ajar.errors import EditError
from workflows import board
from workflows.format import dump, read
from workflows.graph import Graph, Node

SIZES = {"a": (200.0, 100.0), "b": (200.0, 100.0), "c": (200.0, 100.0)}


def laid() -> Graph:
    """A frame around a, b and a note; c outside."""
    return Graph(
        {name: Node("blur") for name in "abc"}, layout={"a": [0, 0], "b": [300, 0, {"pinned": True}], "c": [900, 0]},
        frames={"look": {"title": "Look", "at": [-20, -60], "size": [560, 400]}, "group:g/x": {"at": [0, 0]}},
        notes={"note": {"text": "Soft", "at": [0, 150], "size": [100, 50]}},
    )


def test_a_node_is_dressed_and_undressed() -> None:
    graph = board.dress(laid(), "a", collapsed=True, width=300)
    assert graph.layout["a"] == [0, 0, {"collapsed": True, "width": 300}]
    assert board.flags_of(graph, "a") == {"collapsed": True, "width": 300}
    assert board.dress(graph, "a", collapsed=True) is graph
    graph = board.dress(graph, "a", collapsed=False, width=None)
    assert graph.layout["a"] == [0, 0] and board.flags_of(graph, "a") == {}
    assert read(dump(board.dress(laid(), "a", trim=True)).encode()).layout["a"] == [0, 0, {"trim": True}]
    with pytest.raises(EditError, match="no node"):
        board.dress(graph, "gone", trim=True)


@pytest.mark.parametrize("entry", [None, 3, [], [1], ["x", 2], [1, 2, 3], [True, False], {"at": 1}, [0, float("inf")]])
def test_what_a_file_says_wrongly_of_places_is_passed_over(entry: object) -> None:
    graph = Graph({"a": Node("blur")}, layout={"a": entry})
    assert board.flags_of(graph, "a") == {}
    board.in_frame(board.add_frame(graph, "", (0, 0), (9, 9)), {}, "frame")
    assert board.move(graph, {"a": (5, 6)}).layout["a"][:2] == [5, 6]
    assert board.flags_of(board.dress(graph, "a", trim=True), "a") == {"trim": True}


def test_a_frame_moves_what_lies_in_it() -> None:
    assert board.in_frame(laid(), SIZES, "look") == ("a", "b", "note:note")
    graph = board.move_frame(laid(), SIZES, "look", (10, 20))
    assert graph.frames["look"]["at"] == [10 - 20, 20 - 60]
    assert graph.layout == {"a": [10, 20], "b": [310, 20, {"pinned": True}], "c": [900, 0]}
    assert graph.notes["note"]["at"] == [10, 170]


def test_a_frame_fits_itself_to_its_content_and_to_what_joins() -> None:
    graph = board.fit_frame(laid(), SIZES, "look")
    assert graph.frames["look"] == {"title": "Look", "at": [-20, -56], "size": [540, 276]}
    assert board.fit_frame(graph, SIZES, "look") is graph
    graph = board.fit_frame(graph, SIZES, "look", ["c"])
    assert graph.frames["look"]["size"] == [1140, 276]
    with pytest.raises(EditError, match="nothing in the frame"):
        board.fit_frame(board.add_frame(Graph(), "", (0, 0), (50, 50)), {}, "frame")


def test_a_node_joins_the_smallest_frame_that_its_middle_is_in() -> None:
    graph = board.move(laid(), {"c": (400, 0)})
    assert board.frame_of(graph, SIZES, "c") == "look"
    assert board.frame_of(laid(), SIZES, "c") is None
    graph = board.add_frame(graph, "Small", (390, -10), (220, 120))
    assert board.frame_of(graph, SIZES, "c") == "frame"


def test_a_frame_is_put_around_what_is_selected() -> None:
    graph, name = board.frame_around(laid(), SIZES, ["a", "c"], "Both", "tone")
    assert graph.frames[name] == {"title": "Both", "at": [-20, -56], "size": [1140, 176], "colour": "tone"}
    assert set(board.in_frame(graph, SIZES, name)) == {"a", "b", "c"}
    with pytest.raises(EditError, match="nothing"):
        board.frame_around(laid(), SIZES, [])


def test_frames_and_notes_are_edited() -> None:
    graph = board.set_frame(laid(), "look", title="Grade", colour="tone")
    assert (graph.frames["look"]["title"], graph.frames["look"]["colour"]) == ("Grade", "tone")
    assert "colour" not in board.set_frame(graph, "look", colour="").frames["look"]
    assert board.set_frame(graph, "look", title="Grade") is graph
    assert board.set_note(graph, "note", text="Hard", size=(1, 2)).notes["note"] == {
        "text": "Hard", "at": [0, 150], "size": [1, 2],
    }
    with pytest.raises(EditError, match="gone"):
        board.set_note(graph, "gone", text="")


def test_pinned_nodes_stay_when_the_selection_is_moved() -> None:
    graph = board.shift(laid(), ["a", "b", "note:note", "frame:look"], (1, 1))
    assert graph.layout == {"a": [1, 1], "b": [300, 0, {"pinned": True}], "c": [900, 0]}
    assert graph.notes["note"]["at"] == [1, 151] and graph.frames["look"]["at"] == [-19, -59]


def test_bookmarks_are_kept_in_the_file() -> None:
    graph = board.bookmark(board.bookmark(Graph(), 3, (1.5, 2, 0.5)), 1, (0, 0, 1))
    assert read(dump(graph).encode()).settings == {"bookmarks": {"1": [0, 0, 1], "3": [1.5, 2, 0.5]}}
    assert board.bookmarks(graph) == {1: (0, 0, 1), 3: (1.5, 2, 0.5)}
    assert board.bookmark(board.bookmark(graph, 1, None), 3, None).settings == {}
    assert board.bookmarks(Graph(settings={"bookmarks": {"1": [0, 0, 0], "x": [1, 1, 1], "2": "no"}})) == {}
    with pytest.raises(EditError, match="1 to 9"):
        board.bookmark(graph, 10, (0, 0, 1))


def test_inputs_are_shown_in_the_form() -> None:
    graph = board.show_in_form(board.show_in_form(laid(), "a", "radius"), "a", "image")
    assert board.flags_of(graph, "a") == {"expose": ["radius", "image"]}
    assert board.flags_of(board.show_in_form(graph, "a", "radius", False), "a") == {"expose": ["image"]}


@pytest.mark.parametrize("far", [1e300, -1e308, 10**400, -(10**30)])
def test_nothing_lies_further_out_than_a_board_reaches(far: float) -> None:
    graph = Graph(
        nodes={"a": Node("blur")}, layout={"a": [far, 5]}, frames={"f": {"at": [0, far], "size": [far, 10]}},
        settings={"bookmarks": {"1": [far, 0, 1], "2": [0, 0, far], "3": [0, 0, 0.5]}},
    )
    place = board.place_of(graph, "a")
    assert place is not None and abs(place[0]) == 1e7 and place[1] == 5
    rect = board.rect_of(graph, {}, "frame:f")
    assert rect is not None and all(abs(one) <= 2e7 for one in rect)
    kept = board.bookmarks(graph)
    assert abs(kept[1][0]) == 1e7
    assert kept.get(3) == (0, 0, 0.5)
    assert sorted(kept) == [1, 3]
