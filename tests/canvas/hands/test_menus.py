from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from tests.canvas.hands.conftest import RIGHT, SHIFT, Person


def entries(person: Person) -> list[str]:
    return [action.objectName() for action in person.hand.menu.actions() if action.objectName()]


def test_the_menu_of_a_node_selects_it_and_does_what_the_key_does(person: Person) -> None:
    person.add("blur", 0, 0)
    person.click(person.header("blur"), RIGHT)
    assert person.document.selection == ("blur",)
    mute = next(one for one in person.hand.menu.actions() if one.objectName() == "state.mute")
    assert mute.text() == "Mute\tM"
    mute.trigger()
    assert person.state("blur") == "muted"
    person.hand.menu.close()
    person.click(person.header("blur"), RIGHT)
    mute = next(one for one in person.hand.menu.actions() if one.objectName() == "state.mute")
    assert mute.isChecked()
    person.hand.menu.close()


def test_several_selected_nodes_have_a_menu_for_all(person: Person) -> None:
    person.add("blur", 0, 0)
    person.add("sharpen", 400, 0)
    person.click(person.header("blur"))
    person.click(person.header("sharpen"), keys=SHIFT)
    person.click(person.header("sharpen"), RIGHT)
    assert set(person.document.selection) == {"blur", "sharpen"}
    assert {"wire.join", "layout.tidy", "edit.delete"} <= set(entries(person))
    assert "node.open" not in entries(person)
    person.hand.menu.close()


def test_the_empty_board_offers_to_add(person: Person) -> None:
    person.click(QPointF(700, 500), RIGHT)
    assert {"node.add", "note.add", "frame.add", "edit.paste"} <= set(entries(person))
    add = next(one for one in person.hand.menu.actions() if one.objectName() == "note.add")
    add.trigger()
    assert person.graph.notes["note"]["at"] == [700, 500]
    person.hand.inline.cancel()
    person.hand.menu.close()


def test_a_right_drag_moves_the_board_and_opens_no_menu(person: Person) -> None:
    before = person.view.place
    person.drag(QPointF(700, 500), QPointF(600, 400), button=RIGHT)
    assert person.view.place != before
    assert not hasattr(person.hand, "menu")


def test_the_menu_key_opens_the_menu_of_the_selected_node(person: Person) -> None:
    person.add("blur", 0, 0)
    person.document.select(["blur"])
    for reason, opens in ((QContextMenuEvent.Reason.Mouse, False), (QContextMenuEvent.Reason.Keyboard, True)):
        event = QContextMenuEvent(reason, QPoint(5, 5), person.view.viewport().mapToGlobal(QPoint(5, 5)))
        QApplication.sendEvent(person.view.viewport(), event)
        assert hasattr(person.hand, "menu") is opens
    assert "node.open" in entries(person)
    person.hand.menu.close()


def test_the_window_is_asked_for_what_only_it_can_do(person: Person) -> None:
    done: list[str] = []
    person.hand.desk.learn("run_selected", lambda: done.append("run"))
    person.add("blur", 0, 0)
    person.click(person.header("blur"), RIGHT)
    next(one for one in person.hand.menu.actions() if one.text() == "Run up to here").trigger()
    assert done == ["run"]
    assert "more" not in entries(person)
    person.hand.menu.close()


def test_every_menu_can_be_used_by_its_name(person: Person) -> None:
    person.add("blur", 0, 0)
    for at in (person.header("blur"), person.spot("blur", "in", "image").at, QPointF(700, 500)):
        person.click(at, RIGHT)
        assert person.hand.menu.accessibleName()
        assert all(action.text() for action in person.hand.menu.actions() if not action.isSeparator())
        person.hand.menu.close()
