from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.canvas.hands.conftest import ALT, NO, SHIFT, Person
from workflows import edit
from workflows.graph import Wire


def place(person: Person, name: str) -> tuple[float, float]:
    x, y, *_ = person.graph.layout[name]
    return x, y


def framed(person: Person) -> None:
    person.document.edit_whole("Frame", lambda graph: edit.put(
        graph, "frames", "shots", {"title": "Shots", "at": [-40, -60], "size": [340, 300]}))
    person.document.history.past.clear()


def test_a_drag_moves_what_is_selected_in_one_step(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    person.document.select(["prompt", "flux"])
    start = person.header("prompt")
    person.drag(start, start + QPointF(50, 30), start + QPointF(103, 57))
    assert place(person, "prompt") == (103, 57)
    assert place(person, "flux") == (503, 57)
    assert person.steps == ["Move 2 cards"]
    person.document.undo()
    assert place(person, "prompt") == (0, 0)


def test_nothing_of_the_document_changes_while_dragging(person: Person) -> None:
    person.add("prompt", 0, 0)
    before = person.document.graph
    start = person.header("prompt")
    person.hold(start, start + QPointF(100, 60))
    assert person.document.graph is before
    assert person.hand.rect_of("prompt").topLeft() == QPointF(100, 60)
    person.type(Qt.Key.Key_Escape)
    assert person.document.graph is before
    assert person.hand.rect_of("prompt").topLeft() == QPointF(0, 0)


def test_a_node_that_was_not_selected_is_selected_by_dragging_it(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    person.document.select(["flux"])
    start = person.header("prompt")
    person.drag(start, start + QPointF(60, 0))
    assert person.document.selection == ("prompt",)
    assert place(person, "flux") == (400, 0)


def test_shift_keeps_to_the_grid(person: Person) -> None:
    person.add("prompt", 3, 7)
    start = person.header("prompt")
    person.press(start)
    for by in (QPointF(20, 10), QPointF(53, 31)):
        person.move(start + by, Qt.MouseButton.LeftButton, SHIFT)
    person.release(start + QPointF(53, 31), keys=SHIFT)
    assert place(person, "prompt") == (60, 40)


def test_alt_drag_duplicates_in_one_step(person: Person) -> None:
    person.add("prompt", 0, 0, text="a door")
    start = person.header("prompt")
    person.drag(start, start + QPointF(200, 100), keys=ALT)
    assert place(person, "prompt") == (0, 0)
    assert place(person, "prompt-2") == (200, 100)
    assert person.graph.nodes["prompt-2"].inputs == {"text": "a door"}
    assert person.document.selection == ("prompt-2",)
    assert len(person.steps) == 1
    person.document.undo()
    assert list(person.graph.nodes) == ["prompt"]


def test_escape_while_duplicating_leaves_no_copy(person: Person) -> None:
    person.add("prompt", 0, 0)
    start = person.header("prompt")
    person.hold(start, start + QPointF(200, 100), keys=ALT)
    person.type(Qt.Key.Key_Escape)
    assert list(person.graph.nodes) == ["prompt"]


def line(person: Person) -> QPointF:
    """Two wired nodes and a free one; gives the middle of the wire."""
    person.add("load_image", 0, 0)
    person.add("save_image", 460, 0)
    person.wire("load-image", "save-image", "image")
    person.add("blur", 200, 400)
    return person.middle("load-image", "save-image", "image")


def test_a_free_node_dropped_on_a_wire_goes_into_it_and_what_follows_makes_room(person: Person) -> None:
    middle = line(person)
    start = person.header("blur")
    person.drag(start, start + QPointF(10, -50), middle)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("blur")
    assert place(person, "save-image")[0] > 460
    assert len(person.steps) == 1
    person.document.undo()
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("load-image")


def test_alt_while_dropping_on_a_wire_prevents_it(person: Person) -> None:
    middle = line(person)
    start = person.header("blur")
    person.hold(start, start + QPointF(10, -50), middle)
    person.move(middle + QPointF(1, 0), Qt.MouseButton.LeftButton, ALT)
    person.release(middle + QPointF(1, 0), keys=ALT)
    assert "image" not in person.graph.nodes["blur"].inputs
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("load-image")


def test_a_node_that_is_wired_already_is_not_put_into_a_wire_it_passes(person: Person) -> None:
    middle = line(person)
    person.add("load_image", -300, 400, "other")
    person.wire("other", "blur", "image")
    start = person.header("blur")
    person.drag(start, middle)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("other")
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("load-image")


def chain(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 240, 200)
    person.add("save_image", 500, 0)
    person.wire("load-image", "blur", "image")
    person.wire("blur", "save-image", "image")


def test_shaking_a_node_takes_it_out_and_heals_the_wire(person: Person) -> None:
    chain(person)
    start = person.header("blur")
    way = [start + QPointF(40 * (-1) ** turn, 0) for turn in range(8)]
    person.drag(start, *way)
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("load-image")
    assert "image" not in person.graph.nodes["blur"].inputs
    assert len(person.steps) == 1
    person.document.undo()
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("blur")


def test_the_key_extracts_too(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_X, SHIFT | Qt.KeyboardModifier.ControlModifier)
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("load-image")
    assert person.steps == ["Extract"]


def test_a_frame_takes_its_nodes_along(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 500, 0)
    framed(person)
    head = QPointF(100, -45)
    person.drag(head, head + QPointF(70, 40))
    assert place(person, "prompt") == (70, 40)
    assert place(person, "flux") == (500, 0)
    assert person.graph.frames["shots"]["at"] == [30, -20]
    assert len(person.steps) == 1


def test_a_node_dragged_into_a_frame_joins_it_and_the_frame_grows(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("blur", 600, 0)
    framed(person)
    start = person.header("blur")
    person.drag(start, QPointF(260, 30))
    frame = person.graph.frames["shots"]
    rect = person.hand.rect_of("blur")
    assert rect.right() < frame["at"][0] + frame["size"][0]
    person.drag(QPointF(100, -45), QPointF(100, 55))
    assert person.hand.rect_of("blur").top() == rect.top() + 100


def test_a_node_dragged_out_leaves_its_frame(person: Person) -> None:
    person.add("prompt", 0, 0)
    framed(person)
    start = person.header("prompt")
    person.drag(start, start + QPointF(600, 0))
    assert person.graph.frames["shots"]["size"] == [340, 300]
    person.drag(QPointF(100, -45), QPointF(100, 55))
    assert place(person, "prompt") == (600, 0)


def test_f_while_dragging_takes_a_node_out_of_its_frame(person: Person) -> None:
    person.add("prompt", 0, 0)
    framed(person)
    start = person.header("prompt")
    person.hold(start, start + QPointF(40, 20))
    person.type(Qt.Key.Key_F)
    assert "Leaves its frame" in person.hand.tip.text()
    person.release(start + QPointF(40, 20))
    frame, rect = person.graph.frames["shots"], person.hand.rect_of("prompt")
    left, top = frame["at"]
    width, height = frame["size"]
    assert rect.left() >= left + width or rect.right() <= left or rect.top() >= top + height or rect.bottom() <= top
    assert len(person.steps) == 1


def test_a_pinned_node_stays(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.click(person.header("prompt"))
    person.type(Qt.Key.Key_P)
    start = person.header("prompt")
    person.drag(start, start + QPointF(100, 0))
    assert place(person, "prompt") == (0, 0)
    person.type(Qt.Key.Key_P)
    person.drag(start, start + QPointF(100, 0), keys=NO)
    assert place(person, "prompt") == (100, 0)


def test_the_corner_of_a_card_changes_its_width(person: Person) -> None:
    person.add("prompt", 0, 0)
    rect = person.hand.rect_of("prompt")
    corner = rect.bottomRight() - QPointF(4, 4)
    person.drag(corner, corner + QPointF(60, 0))
    assert person.hand.rect_of("prompt").width() == 240
    assert len(person.steps) == 1


def test_the_edge_of_a_frame_resizes_it_and_its_nodes_stay(person: Person) -> None:
    person.add("prompt", 0, 0)
    framed(person)
    person.drag(QPointF(299, 239), QPointF(361, 301))
    assert person.graph.frames["shots"]["size"] == [400, 360]
    assert place(person, "prompt") == (0, 0)
    assert len(person.steps) == 1


def test_at_the_edge_of_the_view_the_board_comes_along(person: Person, qtbot: QtBot) -> None:
    person.add("prompt", 0, 0)
    before = person.view.place
    start = person.header("prompt")
    edge = person.view.scene_pos(QPointF(person.view.viewport().width() - 4, 400))
    person.hold(start, edge)
    qtbot.waitUntil(lambda: person.view.place[0] > before[0] + 100)
    person.release(person.view.scene_pos(QPointF(person.view.viewport().width() - 4, 400)))
    x, _ = place(person, "prompt")
    assert x > edge.x() - start.x() + 90
    assert len(person.steps) == 1


def test_nodes_of_a_file_without_places_can_be_moved(person: Person) -> None:
    person.document.edit_whole("Open", lambda graph: edit.add_node(edit.add_node(graph, "prompt"), "blur"))
    person.view.finish()
    before = person.hand.rect_of("blur").topLeft()
    start = person.header("blur")
    person.drag(start, start + QPointF(120, 80))
    assert place(person, "blur") == (before.x() + 120, before.y() + 80)
    person.type(Qt.Key.Key_Right)
    person.document.select(["prompt"])
    was = person.hand.rect_of("prompt").topLeft()
    person.type(Qt.Key.Key_Down)
    assert place(person, "prompt") == (was.x(), was.y() + 20)


def test_a_frame_is_fitted_to_its_nodes(person: Person) -> None:
    person.add("prompt", 0, 0)
    framed(person)
    person.click(QPointF(100, -45), Qt.MouseButton.RightButton)
    next(one for one in person.hand.menu.actions() if one.text() == "Fit to its nodes").trigger()
    person.hand.menu.close()
    frame, rect = person.graph.frames["shots"], person.hand.rect_of("prompt")
    assert frame["size"][0] < 340
    assert frame["at"][0] < rect.left() and frame["at"][0] + frame["size"][0] > rect.right()
