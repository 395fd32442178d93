from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from canvas.hands import keyboard
from tests.canvas.hands.conftest import Person
from workflows.graph import Wire

Pointer = Callable[[float, float], QPointF]


def test_tab_searches_enter_adds_at_the_mouse(person: Person, pointer: Pointer) -> None:
    pointer(300, 200)
    person.type(Qt.Key.Key_Tab)
    assert person.hand.adder.isVisible()
    person.type("conta")
    assert person.hand.adder.found[0] == "contact_sheet"
    person.type(Qt.Key.Key_Return)
    assert not person.hand.adder.isVisible()
    assert [node.type for node in person.graph.nodes.values()] == ["contact_sheet"]
    x, y, *_ = person.graph.layout["contact-sheet"]
    assert abs(x - 300) < 60 and abs(y - 200) < 60
    assert person.document.selection == ("contact-sheet",)
    assert person.steps == ["Add Contact sheet"]
    person.document.undo()
    assert not person.graph.nodes


def test_arrows_choose_and_escape_leaves_no_trace(person: Person, pointer: Pointer) -> None:
    before = person.document.graph
    pointer(300, 200)
    person.type(Qt.Key.Key_Tab)
    person.type("image")
    second = person.hand.adder.found[1]
    person.type(Qt.Key.Key_Down)
    assert person.hand.adder.list.currentIndex().row() == 1
    person.type(Qt.Key.Key_Escape)
    assert not person.hand.adder.isVisible()
    assert QApplication.focusWidget() is person.view
    assert person.document.graph is before
    person.type(Qt.Key.Key_Tab)
    person.type("image")
    person.type(Qt.Key.Key_Down)
    person.type(Qt.Key.Key_Return)
    assert [node.type for node in person.graph.nodes.values()] == [second]


def test_a_tap_of_space_searches(person: Person, pointer: Pointer) -> None:
    pointer(300, 200)
    person.type(Qt.Key.Key_Space)
    assert person.hand.adder.isVisible()


def test_space_held_with_a_drag_moves_the_board_and_does_not_search(person: Person, pointer: Pointer) -> None:
    from PySide6.QtTest import QTest

    pointer(300, 200)
    start = person.view.place
    QTest.keyPress(person.view, Qt.Key.Key_Space)
    person.drag(QPointF(300, 200), QPointF(200, 150))
    QTest.keyRelease(person.view, Qt.Key.Key_Space)
    assert not person.hand.adder.isVisible()
    assert person.view.place[:2] != start[:2]
    assert not person.document.selection


def test_space_held_for_long_does_not_search(person: Person, pointer: Pointer) -> None:
    from PySide6.QtTest import QTest

    pointer(300, 200)
    now = [0.0]
    person.hand.keyboard.clock = lambda: now[0]
    QTest.keyPress(person.view, Qt.Key.Key_Space)
    now[0] = keyboard.TAP + 0.01
    QTest.keyRelease(person.view, Qt.Key.Key_Space)
    assert not person.hand.adder.isVisible()


def test_a_double_click_on_the_empty_board_searches(person: Person) -> None:
    person.double_click(QPointF(500, 400))
    assert person.hand.adder.isVisible()


def test_all_words_must_match_and_typing_errors_are_forgiven(person: Person, pointer: Pointer) -> None:
    pointer(300, 200)
    person.type(Qt.Key.Key_Tab)
    person.type("mask bright")
    assert list(person.hand.adder.found) == ["mask_from_brightness"]
    person.hand.adder.line.clear()
    person.type("upscail")
    assert person.hand.adder.found[0] == "upscale"


def test_what_was_added_last_comes_first(person: Person, pointer: Pointer) -> None:
    pointer(300, 200)
    person.type(Qt.Key.Key_Tab)
    person.type("upscale")
    person.type(Qt.Key.Key_Return)
    person.type(Qt.Key.Key_Tab)
    assert person.hand.adder.found[0] == "upscale"


def test_a_wire_dropped_on_the_board_searches_what_fits_and_wires_it(person: Person) -> None:
    person.add("prompt", 0, 0)
    start = person.spot("prompt", "out").at
    person.drag(start, start + QPointF(300, 60))
    adder = person.hand.adder
    assert adder.isVisible()
    assert "flux" in adder.found and "blur" not in adder.found
    person.type("flux")
    person.type(Qt.Key.Key_Return)
    assert person.graph.nodes["flux"].inputs["prompt"] == Wire("prompt")
    assert len(person.steps) == 1
    person.document.undo()
    assert list(person.graph.nodes) == ["prompt"]


def test_a_wire_dropped_backwards_searches_what_gives(person: Person) -> None:
    person.add("blur", 500, 0)
    start = person.spot("blur", "in", "image").at
    person.drag(start, start + QPointF(-300, 60))
    assert "flux" in person.hand.adder.found and "prompt" not in person.hand.adder.found
    person.type("load image")
    person.type(Qt.Key.Key_Return)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")


def test_escape_after_a_dropped_wire_leaves_no_trace(person: Person) -> None:
    person.add("prompt", 0, 0)
    before = person.document.graph
    start = person.spot("prompt", "out").at
    person.drag(start, start + QPointF(300, 60))
    person.type(Qt.Key.Key_Escape)
    assert person.document.graph is before
    assert person.view.feedback.source is None


def test_a_new_node_is_wired_after_the_selected_one_in_the_nuke_preset_only(person: Person, pointer: Pointer) -> None:
    person.add("load_image", 0, 0)
    for preset, wired in (("Default", False), ("Nuke-like", True)):
        person.hand.bind(preset, {})
        person.document.select(["load-image"])
        pointer(500, 200)
        person.type(Qt.Key.Key_Tab)
        person.type("blur")
        person.type(Qt.Key.Key_Return)
        made = person.document.selection[0]
        assert (person.graph.nodes[made].inputs.get("image") == Wire("load-image")) is wired


def test_the_menu_of_a_wire_offers_nodes_that_fit_both_ends(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("save_image", 600, 0)
    person.wire("load-image", "save-image", "image")
    person.click(person.middle("load-image", "save-image", "image"), Qt.MouseButton.RightButton)
    offered = {action.objectName(): action for action in person.hand.menu.actions()}
    inserted = [name for name in offered if name.startswith("insert.")]
    assert inserted and "insert.flux" not in inserted
    offered[inserted[0]].trigger()
    made = person.document.selection[0]
    assert person.graph.nodes["save-image"].inputs["image"].node == made  # type: ignore[union-attr]
    assert len(person.steps) == 1
    person.hand.menu.close()
