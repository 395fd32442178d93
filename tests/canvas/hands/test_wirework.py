from PySide6.QtCore import QPointF, Qt

from tests.canvas.hands.conftest import ALT, SHIFT, Person
from workflows.graph import Row, Wire


def test_a_wire_is_drawn_from_socket_to_socket(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    person.drag(person.spot("prompt", "out").at, person.spot("flux", "in", "prompt").at)
    assert person.graph.nodes["flux"].inputs["prompt"] == Wire("prompt")
    assert person.steps == ["Wire"]


def test_it_is_drawn_backwards_too(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 400, 0)
    person.drag(person.spot("blur", "in", "image").at, person.spot("load-image", "out").at)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")


def test_while_dragging_what_fits_glows_and_the_rest_is_dimmed(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("blur", 400, 0)
    person.add("flux", 400, 200)
    person.hold(person.spot("prompt", "out").at, QPointF(300, 300))
    offers = person.view.feedback.offers
    assert offers[person.spot("flux", "in", "prompt")] is True
    assert offers[person.spot("blur", "in", "image")] is False
    person.release(QPointF(300, 300))
    person.type(Qt.Key.Key_Escape)
    assert not person.view.feedback.offers


def test_a_drop_on_the_body_takes_the_best_socket(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 400, 0)
    rect = person.hand.rect_of("blur")
    person.drag(person.spot("load-image", "out").at, rect.center())
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")


def test_escape_cancels_the_wire(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    before = person.document.graph
    goal = person.spot("flux", "in", "prompt").at
    person.hold(person.spot("prompt", "out").at, goal)
    person.type(Qt.Key.Key_Escape)
    person.release(goal)
    assert person.document.graph is before
    assert person.view.feedback.source is None


def test_a_circle_is_refused_while_dragging_and_the_tip_says_why(person: Person) -> None:
    person.add("blur", 0, 0)
    person.add("sharpen", 400, 0)
    person.wire("blur", "sharpen", "image")
    before = person.document.graph
    goal = person.spot("blur", "in", "image").at
    person.hold(person.spot("sharpen", "out").at, QPointF(300, 300), goal)
    assert person.hand.tip.isVisible()
    assert "circle" in person.hand.tip.text()
    person.release(goal)
    assert person.document.graph is before
    assert not person.hand.tip.isVisible()


def test_what_does_not_fit_is_refused_with_a_reason(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("blur", 400, 0)
    goal = person.spot("blur", "in", "image").at
    person.hold(person.spot("prompt", "out").at, goal)
    assert "needs a picture" in person.hand.tip.text()
    person.release(goal)
    assert "image" not in person.graph.nodes["blur"].inputs


def test_the_end_of_a_wire_is_replugged(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 400, 0)
    person.add("sharpen", 400, 300)
    person.wire("load-image", "blur", "image")
    person.drag(person.spot("blur", "in", "image").at, person.spot("sharpen", "in", "image").at)
    assert "image" not in person.graph.nodes["blur"].inputs
    assert person.graph.nodes["sharpen"].inputs["image"] == Wire("load-image")
    assert len(person.steps) == 1


def test_the_start_of_a_wire_is_replugged(person: Person) -> None:
    person.add("load_image", 0, 0, "one")
    person.add("load_image", 0, 300, "two")
    person.add("blur", 500, 0)
    person.wire("one", "blur", "image")
    start, end = person.spot("one", "out").at, person.spot("blur", "in", "image").at
    person.drag(start + (end - start) * 0.2, person.spot("two", "out").at)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("two")


def test_an_end_dropped_on_nothing_disconnects(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 400, 0)
    person.wire("load-image", "blur", "image")
    person.drag(person.spot("blur", "in", "image").at, QPointF(300, 400))
    assert "image" not in person.graph.nodes["blur"].inputs
    assert not person.hand.adder.isVisible()


def test_shift_drag_copies_a_wire(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 500, 0)
    person.add("sharpen", 500, 300)
    person.wire("load-image", "blur", "image")
    middle = person.middle("load-image", "blur", "image")
    person.drag(middle, person.spot("sharpen", "in", "image").at, keys=SHIFT)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")
    assert person.graph.nodes["sharpen"].inputs["image"] == Wire("load-image")
    assert len(person.steps) == 1


def test_alt_click_on_a_socket_disconnects(person: Person) -> None:
    person.add("load_image", 0, 0)
    for name in ("blur", "sharpen"):
        person.add(name, 400, 0 if name == "blur" else 300)
        person.wire("load-image", name, "image")
    person.click(person.spot("blur", "in", "image").at, keys=ALT)
    assert "image" not in person.graph.nodes["blur"].inputs
    person.document.undo()
    person.click(person.spot("load-image", "out").at, keys=ALT)
    assert not any("image" in person.graph.nodes[name].inputs for name in ("blur", "sharpen"))
    person.document.undo()
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")


def test_the_free_place_of_a_row_takes_a_wire_and_grows(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("switch", 400, 0)
    start = person.spot("load-image", "out").at
    person.drag(start, person.spot("switch", "in", "options", 0).at)
    person.drag(start, person.spot("switch", "in", "options", 1).at)
    assert person.graph.nodes["switch"].inputs["options"] == Row((Wire("load-image"), Wire("load-image")))
