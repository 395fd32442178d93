from PySide6.QtCore import QPointF, Qt

from canvas.looks import Look, Thumb
from tests.canvas.hands.conftest import CTRL, SHIFT, Person
from workflows import edit


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


def test_a_click_on_a_take_lets_it_flow_on(person: Person) -> None:
    picked: list[tuple[str, int]] = []

    class Picks:
        def pick(self, document: object, node: str, take: int) -> None:
            picked.append((node, take))

    class Runner:
        picks = Picks()

    thumbs = tuple(Thumb(take, None) for take in (4, 9, 12))
    person.add("flux", 0, 0)
    person.hand.desk.looks(person.document).put({"flux": Look(phase="done", thumbs=thumbs, picked=4)})
    person.hand.desk.runner = Runner()  # type: ignore[assignment]
    person.click(person.part("flux", "take", "9"))
    assert picked == [("flux", 9)]
    person.hand.desk.runner = None


def test_the_way_out_of_a_failed_node_is_pressed(person: Person) -> None:
    pressed: list[tuple[str, str, str, int]] = []
    shown: list[str] = []
    person.hand.pressed.connect(lambda *about: pressed.append(about))
    person.add("flux", 0, 0)
    failed = Look(phase="failed", message="Not enough memory. Needs 14 GB.", hint="Use 8-bit weights")
    person.hand.desk.looks(person.document).put({"flux": failed})
    person.click(person.part("flux", "foot", "details"))
    person.hand.desk.learn("problems", lambda: shown.append("problems"))
    person.click(person.part("flux", "foot", "details"))
    assert [about[:3] for about in pressed] == [("flux", "foot", "details")] * 2
    assert shown == ["problems"]


def test_a_click_on_the_stage_card_chooses_the_stage(person: Person) -> None:
    chosen: list[str] = []
    for act in ("draft", "final"):
        person.hand.desk.learn(act, lambda act=act: chosen.append(act))  # type: ignore[misc]
    person.add("stage", 0, 0)
    middle = person.part("stage", "choice")
    person.click(middle + QPointF(20, 0))
    person.click(middle - QPointF(20, 0))
    assert chosen == ["final", "draft"]


def test_leaving_the_room_ends_what_was_going_on(person: Person) -> None:
    person.add("blur", 0, 0)
    person.document.edit("Group", lambda graph: edit.make_group(graph, ["blur"], "soft")[0])
    person.hold(person.header("soft"), QPointF(300, 300))
    person.document.enter("soft")
    assert person.hand.gesture is None
    person.release(QPointF(300, 300))
    assert person.document.graph.layout["soft"][:2] == [0, 0]


def test_the_mouse_shows_what_can_be_dragged(person: Person) -> None:
    person.add("prompt", 0, 0)
    def shape() -> Qt.CursorShape:
        return person.view.viewport().cursor().shape()

    rect = person.hand.rect_of("prompt")
    person.move(rect.bottomRight() - QPointF(4, 4))
    assert shape() == Qt.CursorShape.SizeHorCursor
    person.move(person.spot("prompt", "out").at)
    assert shape() == Qt.CursorShape.CrossCursor
    person.move(QPointF(800, 600))
    assert shape() == Qt.CursorShape.ArrowCursor
