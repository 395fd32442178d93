from PySide6.QtGui import QAction

from tests.canvas.hands.conftest import RIGHT, Person
from workflows.graph import Wire


def in_the_menu_of(person: Person, node: str) -> QAction:
    person.click(person.header(node), RIGHT)
    return next(one for one in person.hand.menu.actions() if one.objectName() == "finish.add")


def test_finish_puts_its_group_behind_a_card_and_before_what_saves_it(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("save_image", 260, 0)
    person.wire("load-image", "save-image", "image")
    in_the_menu_of(person, "load-image").trigger()
    person.hand.menu.close()
    assert person.steps == ["Finish node"]
    assert person.graph.nodes["finish"].inputs["image"] == Wire("load-image")
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("finish")
    assert person.document.selection == ("finish",)
    person.document.undo()
    assert set(person.graph.nodes) == {"load-image", "save-image"}


def test_what_gives_no_picture_can_not_be_finished(person: Person) -> None:
    person.add("prompt", 0, 0)
    assert not in_the_menu_of(person, "prompt").isEnabled()
    person.hand.menu.close()
