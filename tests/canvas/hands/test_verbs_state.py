import pytest
from PySide6.QtCore import QPointF, Qt

from tests.canvas.hands.conftest import ALT, CTRL, NO, SHIFT, Person
from workflows.graph import Wire


@pytest.mark.parametrize(
    ("preset", "key", "keys", "state"), [
        ("Default", Qt.Key.Key_M, NO, "muted"), ("Default", Qt.Key.Key_B, NO, "bypassed"),
        ("Nuke-like", Qt.Key.Key_D, NO, "bypassed"), ("Blender-like", Qt.Key.Key_M, NO, "bypassed"),
        ("Comfy-like", Qt.Key.Key_M, CTRL, "muted"), ("Comfy-like", Qt.Key.Key_B, CTRL, "bypassed"),
    ],
)
def test_mute_and_bypass_by_key(
    person: Person, preset: str, key: Qt.Key, keys: Qt.KeyboardModifier, state: str,
) -> None:
    person.hand.bind(preset, {})
    person.add("blur", 0, 0)
    person.click(person.header("blur"))
    person.type(key, keys)
    assert person.state("blur") == state
    assert len(person.steps) == 1
    person.type(key, keys)
    assert person.state("blur") is None
    person.document.undo()
    assert person.state("blur") == state


def test_several_are_muted_together(person: Person) -> None:
    person.add("blur", 0, 0)
    person.add("sharpen", 400, 0)
    person.type(Qt.Key.Key_A, CTRL)
    person.type(Qt.Key.Key_M)
    assert {node.state for node in person.graph.nodes.values()} == {"muted"}
    assert person.steps == ["Mute 2 nodes"]


def test_a_node_without_a_result_cannot_be_frozen_and_it_says_so(person: Person) -> None:
    person.add("blur", 0, 0)
    said: list[str] = []
    person.document.refused.connect(lambda message, hint, node: said.append(message))
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_K)
    assert person.state("blur") is None
    assert "no result yet" in said[0]


@pytest.mark.parametrize(("key", "keys"), [(Qt.Key.Key_H, NO), (Qt.Key.Key_C, ALT)])
def test_collapse_by_key(person: Person, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
    person.add("blur", 0, 0)
    height = person.hand.rect_of("blur").height()
    person.click(person.header("blur"))
    person.type(key, keys)
    assert person.hand.rect_of("blur").height() < height
    assert person.graph.layout["blur"][2] == {"collapsed": True}
    person.type(key, keys)
    assert person.hand.rect_of("blur").height() == height


def test_hide_unused_sockets(person: Person) -> None:
    person.add("load_image", -400, 0)
    person.add("composite", 0, 0)
    person.wire("load-image", "composite", "base")
    before = len(person.view.spots("composite"))
    person.click(person.header("composite"))
    person.type(Qt.Key.Key_H, SHIFT)
    assert len(person.view.spots("composite")) < before
    assert person.view.spot("composite", "in", "base") is not None


def test_pin_by_key(person: Person) -> None:
    person.add("blur", 0, 0)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_P)
    assert person.graph.layout["blur"][2] == {"pinned": True}


def test_s_swaps_two_inputs(person: Person) -> None:
    person.add("load_image", 0, 0, "one")
    person.add("load_image", 0, 300, "two")
    person.add("blend", 500, 0)
    person.wire("one", "blend", "base")
    person.wire("two", "blend", "top")
    person.click(person.header("blend"))
    person.type(Qt.Key.Key_S)
    inputs = person.graph.nodes["blend"].inputs
    assert (inputs["base"], inputs["top"]) == (Wire("two"), Wire("one"))
    assert len(person.steps) == 1


def test_f2_renames_on_the_card(person: Person) -> None:
    person.add("blur", 0, 0)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_F2)
    person.type("Softer")
    person.type(Qt.Key.Key_Return)
    assert person.graph.nodes["blur"].title == "Softer"
    assert person.steps == ["Rename"]


def test_enter_opens_the_first_value(person: Person) -> None:
    person.add("prompt", 0, 0, text="a door")
    person.click(person.header("prompt"))
    person.type(Qt.Key.Key_Return)
    assert person.hand.inline.text.isVisible()
    person.type(Qt.Key.Key_Escape)
    person.click(QPointF(800, 600))
    person.add("blur", 300, 0, radius=2.0)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_Return)
    assert person.hand.inline.line.isVisible()
    person.type(Qt.Key.Key_Escape)
