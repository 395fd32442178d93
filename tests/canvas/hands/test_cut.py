import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.canvas.hands.conftest import ALT, CTRL, LEFT, NO, RIGHT, SHIFT, Person
from workflows.graph import Wire


@pytest.fixture
def fan(person: Person) -> Person:
    """One picture that goes to two nodes."""
    person.add("load_image", 0, 100)
    person.add("blur", 500, 0)
    person.add("sharpen", 500, 300)
    for name in ("blur", "sharpen"):
        person.wire("load-image", name, "image")
    return person


def across(person: Person) -> tuple[QPointF, QPointF]:
    """A line over both wires."""
    x = (person.spot("load-image", "out").at.x() + 500) / 2
    return QPointF(x, -60), QPointF(x + 5, 460)


def wired(person: Person) -> list[str]:
    return [name for name, node in person.graph.nodes.items() if "image" in node.inputs]


@pytest.mark.parametrize(
    ("preset", "button", "keys"), [("Default", LEFT, ALT | SHIFT), ("Blender-like", RIGHT, CTRL)],
)
def test_a_line_across_wires_cuts_them_in_one_step(
    fan: Person, preset: str, button: Qt.MouseButton, keys: Qt.KeyboardModifier,
) -> None:
    fan.hand.bind(preset, {})
    fan.drag(*across(fan), button=button, keys=keys)
    assert wired(fan) == []
    assert fan.steps == ["Cut 2 wires"]
    fan.document.undo()
    assert wired(fan) == ["blur", "sharpen"]


def test_a_line_with_y_held_cuts(fan: Person) -> None:
    QTest.keyPress(fan.view, Qt.Key.Key_Y)
    fan.drag(*across(fan), keys=NO)
    QTest.keyRelease(fan.view, Qt.Key.Key_Y)
    assert wired(fan) == []
    fan.document.undo()
    fan.drag(*across(fan))
    assert wired(fan) == ["blur", "sharpen"]


def test_escape_while_cutting_cuts_nothing(fan: Person) -> None:
    fan.hold(*across(fan), keys=ALT | SHIFT)
    fan.type(Qt.Key.Key_Escape)
    fan.release(across(fan)[1])
    assert wired(fan) == ["blur", "sharpen"]
    assert not fan.view.feedback.cut


def test_shift_and_right_drag_across_wires_puts_a_dot_on_them(fan: Person) -> None:
    fan.drag(*across(fan), button=RIGHT, keys=SHIFT)
    dots = [name for name, node in fan.graph.nodes.items() if node.type == "dot"]
    assert dots == ["dot"]
    assert fan.graph.nodes["dot"].inputs["value"] == Wire("load-image")
    assert {fan.graph.nodes[name].inputs["image"] for name in ("blur", "sharpen")} == {Wire("dot")}
    assert fan.steps == ["Dot"]


def test_ctrl_click_on_a_wire_adds_a_dot_that_moves_and_is_deleted(fan: Person) -> None:
    middle = fan.middle("load-image", "blur", "image")
    fan.click(middle, keys=CTRL)
    assert fan.graph.nodes["blur"].inputs["image"] == Wire("dot")
    assert fan.graph.nodes["sharpen"].inputs["image"] == Wire("load-image")
    at = fan.hand.rect_of("dot").center()
    fan.drag(at - QPointF(3, 0), at + QPointF(17, 60))
    assert fan.hand.rect_of("dot").center().y() == pytest.approx(at.y() + 60)
    fan.type(Qt.Key.Key_Delete)
    assert "dot" not in fan.graph.nodes
    assert fan.graph.nodes["blur"].inputs["image"] == Wire("load-image")
