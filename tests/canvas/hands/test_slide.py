import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from tests.canvas.hands.conftest import CTRL, SHIFT, Person

ENTER = Qt.Key.Key_Return


def slider(person: Person) -> QPointF:
    """The middle of a value row with bounds: opacity, 0 to 1 in steps of 0.01."""
    person.add("blur", 0, 0, radius=4.0)
    return person.part("blur", "value", "radius")


def radius(person: Person) -> float:
    return float(str(person.graph.nodes["blur"].inputs.get("radius")))


def test_a_drag_on_a_value_changes_it_and_is_one_step(person: Person) -> None:
    start = slider(person)
    person.drag(start, start + QPointF(20, 0))
    changed = radius(person)
    assert changed > 4
    assert len(person.steps) == 1
    person.drag(start, start + QPointF(-300, 0))
    assert radius(person) == 0
    assert len(person.steps) == 2
    person.document.undo()
    assert radius(person) == changed
    person.document.undo()
    assert radius(person) == 4


def test_ctrl_is_fine_and_shift_coarse(person: Person) -> None:
    start = slider(person)
    found = {}
    for keys in (Qt.KeyboardModifier.NoModifier, CTRL, SHIFT):
        person.drag(start, start + QPointF(8, 0), keys=keys)
        found[keys] = radius(person) - 4
        person.document.undo()
    assert 0 < found[CTRL] < found[Qt.KeyboardModifier.NoModifier] < found[SHIFT]


def test_escape_while_sliding_puts_the_value_back(person: Person) -> None:
    start = slider(person)
    person.hold(start, start + QPointF(40, 0))
    person.type(Qt.Key.Key_Escape)
    assert radius(person) == 4


def test_a_double_click_types_a_number(person: Person) -> None:
    person.double_click(slider(person))
    assert person.hand.inline.isVisible()
    person.type(Qt.Key.Key_A, CTRL)
    person.type("12.5")
    person.type(ENTER)
    assert radius(person) == 12.5
    assert not person.hand.inline.isVisible()
    assert QApplication.focusWidget() is person.view
    assert person.steps == ["Change radius"]


def test_a_small_sum_may_be_typed(person: Person) -> None:
    person.double_click(slider(person))
    person.type(Qt.Key.Key_A, CTRL)
    person.type("3*4")
    person.type(ENTER)
    assert radius(person) == 12


def test_a_formula_may_be_typed(person: Person) -> None:
    person.add("number", -300, 0, value=3.0)
    person.double_click(slider(person))
    person.type(Qt.Key.Key_A, CTRL)
    person.type("=number.value*2")
    person.type(ENTER)
    assert getattr(person.graph.nodes["blur"].inputs["radius"], "text", "") == "number.value*2"


def test_what_is_no_number_is_refused_in_place_and_escape_leaves_the_old_one(person: Person) -> None:
    person.double_click(slider(person))
    person.type(Qt.Key.Key_A, CTRL)
    person.type("wide")
    person.type(ENTER)
    assert person.hand.inline.isVisible()
    assert "number" in person.hand.inline.trouble.text()
    person.type(Qt.Key.Key_Escape)
    assert not person.hand.inline.isVisible()
    assert radius(person) == 4


def test_a_number_out_of_bounds_is_refused(person: Person) -> None:
    person.double_click(slider(person))
    person.type(Qt.Key.Key_A, CTRL)
    person.type("2000")
    person.type(ENTER)
    assert "200" in person.hand.inline.trouble.text()
    person.type(Qt.Key.Key_Escape)


def test_typing_in_a_text_never_fires_keys_of_the_board(person: Person) -> None:
    person.add("prompt", 0, 0, text="a door")
    person.double_click(person.part("prompt", "text"))
    person.type("mbhp ")
    person.type(Qt.Key.Key_D, CTRL)
    person.type(Qt.Key.Key_Delete)
    person.type(Qt.Key.Key_G, CTRL)
    assert list(person.graph.nodes) == ["prompt"]
    assert person.graph.nodes["prompt"].state is None
    person.click(QPointF(700, 600))
    assert person.graph.nodes["prompt"].inputs["text"] == "a doormbhp "
    assert len(person.steps) == 1


def test_shortcuts_of_the_window_do_not_fire_while_typing_either(person: Person) -> None:
    from PySide6.QtGui import QAction

    person.add("prompt", 0, 0, text="a door")
    fired: list[str] = []
    for key in ("M", "Ctrl+D", "Delete", "F2", "Space"):
        action = QAction(key, person.view)
        action.setShortcut(key)
        action.triggered.connect(lambda _=False, key=key: fired.append(key))
        person.view.addAction(action)
    person.double_click(person.part("prompt", "text"))
    person.type("m ")
    person.type(Qt.Key.Key_D, CTRL)
    person.type(Qt.Key.Key_Delete)
    assert fired == []
    person.type(Qt.Key.Key_Escape)
    person.type("m")
    assert fired == ["M"]


@pytest.mark.parametrize(("key", "keys", "act"), [
    (ENTER, CTRL, "run"), (ENTER, CTRL | SHIFT, "run_selected"), (Qt.Key.Key_S, CTRL, "save"),
])
def test_run_and_save_take_what_is_being_typed(
    person: Person, key: Qt.Key, keys: Qt.KeyboardModifier, act: str,
) -> None:
    person.add("prompt", 0, 0, text="a door")
    seen: list[object] = []
    person.hand.desk.learn(act, lambda: seen.append(person.graph.nodes["prompt"].inputs["text"]))
    person.double_click(person.part("prompt", "text"))
    person.type(", ajar")
    person.type(key, keys)
    assert seen == ["a door, ajar"]


def test_enter_in_a_text_makes_a_line(person: Person) -> None:
    person.add("prompt", 0, 0, text="one")
    person.double_click(person.part("prompt", "text"))
    person.type(ENTER)
    person.type("two")
    person.click(QPointF(700, 600))
    assert person.graph.nodes["prompt"].inputs["text"] == "one\ntwo"


def test_a_choice_is_taken_from_a_list(person: Person) -> None:
    person.add("flip", 0, 0)
    person.double_click(person.part("flip", "value", "direction"))
    assert person.hand.inline.choice.isVisible()
    person.type(Qt.Key.Key_Down)
    person.type(ENTER)
    assert person.graph.nodes["flip"].inputs["direction"] == "vertical"


def test_the_editor_follows_the_zoom(person: Person) -> None:
    person.double_click(slider(person))
    before = person.hand.inline.geometry()
    person.view.look_at(QPointF(0, 0), 2.0)
    after = person.hand.inline.geometry()
    assert after.width() > before.width() and after.topLeft() != before.topLeft()
    person.type(Qt.Key.Key_Escape)


def test_the_menu_of_a_value_resets_randomises_and_exposes(person: Person) -> None:
    start = slider(person)

    def choose(text: str) -> None:
        person.click(start, Qt.MouseButton.RightButton)
        action = next(one for one in person.hand.menu.actions() if one.text() == text)
        assert action.isEnabled()
        action.trigger()
        person.hand.menu.close()

    choose("Randomise")
    assert 0 <= radius(person) <= 200
    choose("Reset")
    assert "radius" not in person.graph.nodes["blur"].inputs
    choose("Expose in form")
    assert person.graph.layout["blur"][2]["expose"] == ["radius"]
    assert len(person.steps) == 3


def test_from_afar_a_drag_on_a_card_moves_it_and_changes_no_value(person: Person) -> None:
    start = slider(person)
    for zoom in (0.6, 0.3):
        person.view.look_at(QPointF(0, 0), zoom)
        person.drag(start, start + QPointF(100, 0))
        assert radius(person) == 4
        assert person.graph.layout["blur"][:2] == [100, 0]
        person.document.undo()


def test_a_long_seed_keeps_its_digits(person: Person) -> None:
    person.add("seed", 0, 0, value=1234567890123456789)
    start = person.part("seed", "value", "value")
    person.drag(start, start + QPointF(12, 0))
    changed = person.graph.nodes["seed"].inputs["value"]
    assert isinstance(changed, int)
    assert 1234567890123456789 < changed < 1234567890123456789 + 20
