from PySide6.QtCore import QPointF

from tests.canvas.hands.conftest import CTRL, SHIFT, Person


def test_a_click_selects_a_node_and_a_click_on_the_board_lets_go(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    person.click(person.header("prompt"))
    assert list(person.document.selection) == ["prompt"]
    person.click(person.header("flux"))
    assert list(person.document.selection) == ["flux"]
    person.click(QPointF(700, 500))
    assert not person.document.selection
    assert person.steps == []


def test_shift_and_ctrl_click_turn_a_node_over(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    person.click(person.header("prompt"))
    person.click(person.header("flux"), keys=SHIFT)
    assert set(person.document.selection) == {"prompt", "flux"}
    person.click(person.header("prompt"), keys=CTRL)
    assert person.document.selection == ("flux",)


def test_a_band_selects_what_it_touches(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 400, 0)
    person.drag(QPointF(-60, -60), QPointF(100, 60))
    assert person.document.selection == ("prompt",)
    person.drag(QPointF(350, 500), QPointF(450, 40), keys=SHIFT)
    assert set(person.document.selection) == {"prompt", "flux"}
