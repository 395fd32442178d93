import json

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication

from tests.canvas.hands.conftest import ALT, CTRL, NO, SHIFT, Person
from workflows.graph import Wire

DELETE = Qt.Key.Key_Delete


def chain(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 260, 0, radius=9.0)
    person.add("save_image", 520, 0)
    person.wire("load-image", "blur", "image")
    person.wire("blur", "save-image", "image")


def test_delete_heals_the_wire(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(DELETE)
    assert set(person.graph.nodes) == {"load-image", "save-image"}
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("load-image")
    assert person.steps == ["Delete node"]
    person.document.undo()
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("blur")


def test_ctrl_delete_does_not_heal(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(DELETE, CTRL)
    assert "image" not in person.graph.nodes["save-image"].inputs


def test_delete_does_not_heal_where_types_do_not_fit(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 300, 0)
    person.add("save_image", 700, 0)
    person.wire("prompt", "flux", "prompt")
    person.wire("flux", "save-image", "image")
    person.click(person.header("flux"))
    person.type(DELETE)
    assert "image" not in person.graph.nodes["save-image"].inputs


def test_frames_and_notes_are_deleted_with_the_rest(person: Person) -> None:
    chain(person)
    person.type(Qt.Key.Key_A, CTRL)
    person.hand.do("frame.add")
    person.hand.inline.cancel()
    person.type(Qt.Key.Key_A, CTRL)
    person.type(DELETE)
    assert not person.graph.nodes and not person.graph.frames
    person.document.undo()
    assert len(person.graph.nodes) == 3 and person.graph.frames


def test_copy_gives_text_and_paste_at_the_mouse_gives_new_ids(person: Person) -> None:
    chain(person)
    person.document.select(["load-image", "blur"])
    person.type(Qt.Key.Key_C, CTRL)
    text = QGuiApplication.clipboard().text()
    assert set(json.loads(text)["nodes"]) == {"load-image", "blur"}
    person.move(QPointF(300, 500))
    person.type(Qt.Key.Key_V, CTRL)
    assert person.graph.nodes["blur-2"].inputs == {"image": Wire("load-image-2"), "radius": 9.0}
    x, y, *_ = person.graph.layout["load-image-2"]
    assert (x, y) == pytest.approx((300, 500), abs=1)
    assert set(person.document.selection) == {"load-image-2", "blur-2"}
    assert person.steps == ["Paste"]


def test_text_from_a_chat_can_be_pasted(person: Person) -> None:
    chain(person)
    person.document.select(["blur"])
    person.type(Qt.Key.Key_C, CTRL)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText(f"Try this:\n```json\n{clipboard.text()}\n```\nGood luck")
    person.type(Qt.Key.Key_V, CTRL)
    assert "blur-2" in person.graph.nodes


def test_cut_and_paste(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_X, CTRL)
    assert "blur" not in person.graph.nodes
    person.type(Qt.Key.Key_V, CTRL)
    assert person.graph.nodes["blur"].inputs["radius"] == 9.0


def test_paste_keeps_wires_into_the_copies_only_when_asked(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_C, CTRL)
    person.type(Qt.Key.Key_V, CTRL)
    assert "image" not in person.graph.nodes["blur-2"].inputs
    person.type(Qt.Key.Key_V, CTRL | SHIFT)
    assert person.graph.nodes["blur-3"].inputs["image"] == Wire("load-image")


def test_nothing_to_paste_is_said(person: Person) -> None:
    said: list[str] = []
    person.hand.desk.said.connect(lambda message, hint: said.append(message))
    QGuiApplication.clipboard().setText("only words")
    before = person.document.graph
    person.type(Qt.Key.Key_V, CTRL)
    assert person.document.graph is before


@pytest.mark.parametrize(
    ("preset", "key", "keys"), [
        ("Default", Qt.Key.Key_D, CTRL), ("Nuke-like", Qt.Key.Key_C, ALT), ("Blender-like", Qt.Key.Key_D, SHIFT),
        ("Comfy-like", Qt.Key.Key_D, CTRL),
    ],
)
def test_duplicate_by_key(person: Person, preset: str, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
    person.hand.bind(preset, {})
    chain(person)
    person.document.select(["load-image", "blur"])
    person.type(key, keys)
    assert person.graph.nodes["blur-2"].inputs["image"] == Wire("load-image-2")
    assert person.graph.layout["blur-2"][:2] == [300, 40]
    assert set(person.document.selection) == {"load-image-2", "blur-2"}
    assert len(person.steps) == 1


def test_duplicate_with_inputs(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_D, CTRL)
    assert "image" not in person.graph.nodes["blur-2"].inputs
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_D, CTRL | SHIFT)
    assert person.graph.nodes["blur-3"].inputs["image"] == Wire("load-image")


def test_select_upstream_and_downstream(person: Person) -> None:
    chain(person)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_U)
    assert set(person.document.selection) == {"load-image", "blur"}
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_U, SHIFT)
    assert set(person.document.selection) == {"blur", "save-image"}
    assert person.document.primary == "blur"


def test_select_all_none_and_the_others(person: Person) -> None:
    chain(person)
    person.type(Qt.Key.Key_A, CTRL)
    assert set(person.document.selection) == {"load-image", "blur", "save-image"}
    person.type(Qt.Key.Key_A, CTRL | SHIFT)
    assert not list(person.document.selection)
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_I, CTRL)
    assert set(person.document.selection) == {"load-image", "save-image"}


def test_keys_can_be_bound_otherwise(person: Person) -> None:
    chain(person)
    person.hand.bind("Default", {"state.mute": ("Ctrl+Alt+M",)})
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_M, NO)
    assert person.state("blur") is None
    person.type(Qt.Key.Key_M, CTRL | ALT)
    assert person.state("blur") == "muted"


def test_delete_takes_the_wire_under_the_mouse_when_nothing_is_selected(person: Person) -> None:
    chain(person)
    person.move(person.middle("load-image", "blur", "image"))
    person.type(DELETE)
    assert "image" not in person.graph.nodes["blur"].inputs
    assert "image" in person.graph.nodes["save-image"].inputs
    assert person.steps == ["Delete wire"]
