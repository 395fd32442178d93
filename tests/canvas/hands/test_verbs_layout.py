import pytest
from PySide6.QtCore import QPointF, Qt

from tests.canvas.hands.conftest import ALT, CTRL, NO, SHIFT, Person


def place(person: Person, name: str) -> tuple[float, float]:
    x, y, *_ = person.graph.layout[name]
    return x, y


def three(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 310, 90)
    person.add("save_image", 700, 35)
    person.wire("load-image", "blur", "image")
    person.wire("blur", "save-image", "image")
    person.document.select(list(person.graph.nodes))


def test_arrows_move_by_the_grid_and_shift_by_ten(person: Person) -> None:
    three(person)
    person.click(person.header("blur"))
    for key, keys, at in (
        (Qt.Key.Key_Right, NO, (330, 90)), (Qt.Key.Key_Down, NO, (330, 110)), (Qt.Key.Key_Left, SHIFT, (130, 110)),
        (Qt.Key.Key_Up, SHIFT, (130, -90)),
    ):
        person.type(key, keys)
        assert place(person, "blur") == at
    assert len(person.steps) == 1, "arrow keys in a row are one step"
    person.click(person.header("save-image"))
    person.type(Qt.Key.Key_Right)
    assert len(person.steps) == 2, "another card is another step"
    person.document.undo()
    person.document.undo()
    assert place(person, "blur") == (310, 90)


def test_ctrl_and_arrows_walk_along_the_wires(person: Person) -> None:
    three(person)
    person.document.select(())
    person.type(Qt.Key.Key_Right, CTRL)
    assert person.document.primary == "load-image"
    person.type(Qt.Key.Key_Right, CTRL)
    assert person.document.primary == "blur"
    person.type(Qt.Key.Key_Right, CTRL)
    assert person.document.primary == "save-image"
    person.type(Qt.Key.Key_Left, CTRL)
    assert person.document.primary == "blur"
    person.type(Qt.Key.Key_Up, CTRL)
    assert person.document.primary in ("load-image", "save-image")


def test_l_lays_the_selection_out_in_one_step(person: Person) -> None:
    three(person)
    person.type(Qt.Key.Key_L)
    lefts = [place(person, name)[0] for name in ("load-image", "blur", "save-image")]
    assert lefts == sorted(lefts)
    assert person.steps == ["Tidy"]
    person.document.undo()
    assert place(person, "blur") == (310, 90)


@pytest.mark.parametrize(("key", "edge"), [
    (Qt.Key.Key_Left, "left"), (Qt.Key.Key_Right, "right"), (Qt.Key.Key_Up, "top"), (Qt.Key.Key_Down, "bottom"),
])
def test_align_by_key(person: Person, key: Qt.Key, edge: str) -> None:
    three(person)
    person.type(key, ALT | SHIFT)
    found = {round(getattr(person.hand.rect_of(name), edge)()) for name in person.graph.nodes}
    assert len(found) == 1
    assert len(person.steps) == 1


def test_distribute_makes_the_gaps_equal(person: Person) -> None:
    three(person)
    person.type(Qt.Key.Key_X, ALT | SHIFT)
    rects = [person.hand.rect_of(name) for name in ("load-image", "blur", "save-image")]
    assert rects[1].left() - rects[0].right() == pytest.approx(rects[2].left() - rects[1].right())


def test_q_straightens_the_wires(person: Person) -> None:
    three(person)
    person.type(Qt.Key.Key_Q)
    for source, target in (("load-image", "blur"), ("blur", "save-image")):
        assert person.spot(target, "in", "image").at.y() == pytest.approx(person.spot(source, "out").at.y())
    assert person.steps == ["Straighten"]


def test_snapping_can_be_left_on(person: Person) -> None:
    person.add("prompt", 3, 7)
    person.type(Qt.Key.Key_G, ALT | SHIFT)
    start = person.header("prompt")
    person.drag(start, start + QPointF(53, 31))
    assert place(person, "prompt") == (60, 40)
    assert person.hand.is_checked("layout.snap")
