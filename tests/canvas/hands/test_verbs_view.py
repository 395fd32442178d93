import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from canvas.looks import Look
from canvas.theme import Theme
from tests.canvas.hands.conftest import ALT, CTRL, LEFT, MIDDLE, NO, SHIFT, Person


@pytest.fixture(autouse=True)
def still(person: Person) -> None:
    """Views jump instead of gliding."""
    person.hand.desk.wear(Theme("dark", motion=False))


def wheel(
    person: Person, pos: QPointF, turned: int = 0, fingers: QPoint | None = None, keys: Qt.KeyboardModifier = NO,
) -> None:
    phase = Qt.ScrollPhase.ScrollUpdate if fingers is not None else Qt.ScrollPhase.NoScrollPhase
    away = fingers if fingers is not None else QPoint(0, turned)
    event = QWheelEvent(
        pos, QPointF(person.view.viewport().mapToGlobal(pos.toPoint())), fingers or QPoint(), away,
        Qt.MouseButton.NoButton, keys, phase, False,
    )
    QApplication.sendEvent(person.view.viewport(), event)


def seen(person: Person, name: str) -> bool:
    view = person.view
    return view.mapToScene(view.viewport().rect()).boundingRect().contains(person.hand.rect_of(name))


def test_f_frames_the_selection_and_a_frames_all(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.add("flux", 5000, 3000)
    person.click(person.header("prompt"))
    person.view.look_at(QPointF(2000, 2000), 1.0)
    person.type(Qt.Key.Key_F)
    assert seen(person, "prompt") and not seen(person, "flux")
    person.type(Qt.Key.Key_A)
    assert seen(person, "prompt") and seen(person, "flux")
    person.type(Qt.Key.Key_Period)
    assert not seen(person, "flux")
    person.type(Qt.Key.Key_Home)
    assert seen(person, "flux")


def test_alt_and_arrows_go_to_views_before_and_after(person: Person) -> None:
    person.add("prompt", 0, 0)
    first = person.view.place
    person.type(Qt.Key.Key_A)
    second = person.view.place
    person.type(Qt.Key.Key_Left, ALT)
    assert person.view.place == pytest.approx(first, abs=1)
    person.type(Qt.Key.Key_Right, ALT)
    assert person.view.place == pytest.approx(second, abs=1)


def test_bookmarks_are_kept_in_the_workflow_and_jumped_to(person: Person) -> None:
    person.view.look_at(QPointF(900, 700), 0.5)
    person.type(Qt.Key.Key_3, CTRL | ALT)
    assert person.document.graph.settings["bookmarks"]["3"] == pytest.approx([900, 700, 0.5], abs=2)
    person.view.look_at(QPointF(0, 0), 1.0)
    person.type(Qt.Key.Key_3, ALT)
    assert person.view.place == pytest.approx((900, 700, 0.5), abs=2)
    said: list[str] = []
    person.hand.desk.said.connect(lambda message, hint: said.append(message))
    person.type(Qt.Key.Key_4, ALT)
    assert said == ["There is no bookmark 4."]


@pytest.mark.parametrize(("button", "keys"), [(MIDDLE, NO), (LEFT, ALT)])
def test_the_board_is_dragged(person: Person, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
    x, y, _ = person.view.place
    person.press(QPointF(400, 300), button, keys)
    # Places on the board move with it, so the way is told in pixels.
    for by in (30, 60):
        person.move(person.view.scene_pos(person.pos(QPointF(400, 300))) + QPointF(by, 0), button, keys)
    person.release(QPointF(400, 300), button, keys)
    assert person.view.place[0] != x
    assert person.view.place[1] == pytest.approx(y, abs=1)
    assert not person.hand.gesture


def test_the_wheel_zooms_where_the_mouse_is(person: Person) -> None:
    pos = QPointF(200, 150)
    before = person.view.scene_pos(pos)
    wheel(person, pos, 120)
    assert person.view.zoom > 1
    after = person.view.scene_pos(pos)
    assert (after - before).manhattanLength() < 2
    wheel(person, pos, -240)
    assert person.view.zoom < 1


def test_two_fingers_on_a_touchpad_move_the_board_and_ctrl_zooms(person: Person) -> None:
    x, y, zoom = person.view.place
    wheel(person, QPointF(200, 150), fingers=QPoint(-40, -25))
    assert person.view.place[2] == zoom
    assert person.view.place[:2] == pytest.approx((x + 40, y + 25), abs=1)
    wheel(person, QPointF(200, 150), fingers=QPoint(0, 30), keys=CTRL)
    assert person.view.zoom > zoom


def test_ctrl_f_finds_nodes_by_name_type_value_and_error(person: Person) -> None:
    person.add("prompt", 0, 0, text="an open door")
    person.add("flux", 5000, 3000)
    person.hand.desk.looks(person.document).put({"flux": Look(phase="failed", message="Not enough memory.")})
    for words, found in (("open door", "prompt"), ("flux", "flux"), ("prompt", "prompt"), ("memory", "flux")):
        person.type(Qt.Key.Key_F, CTRL)
        assert person.hand.finder.isVisible()
        person.type(words)
        person.type(Qt.Key.Key_Return)
        assert person.document.selection == (found,)
        assert seen(person, found)


def test_numbers_send_the_node_to_a_buffer_of_the_viewer(person: Person) -> None:
    sent: list[tuple[int, str]] = []
    person.hand.buffer.connect(lambda number, node: sent.append((number, node)))
    person.add("flux", 0, 0)
    person.click(person.header("flux"))
    person.type(Qt.Key.Key_2)
    person.click(QPointF(800, 600))
    person.type(Qt.Key.Key_2)
    assert sent == [(2, "flux"), (2, "")]


def test_ctrl_shift_click_shows_a_result_without_rewiring(person: Person) -> None:
    from PySide6.QtGui import QImage

    image = QImage(40, 30, QImage.Format.Format_RGB32)
    person.add("flux", 0, 0)
    person.hand.desk.looks(person.document).put({"flux": Look(phase="done", picture=image, picked=7)})
    before = person.document.graph
    shown: list[tuple[object, str, object]] = []
    person.hand.desk.shown.connect(lambda value, title, take: shown.append((value, title, take)))
    person.click(person.header("flux"), keys=CTRL | SHIFT)
    assert [(title, take) for _, title, take in shown] == [("Flux", 7)]
    assert person.document.graph is before


def test_resting_on_a_picture_enlarges_it(person: Person, qtbot: QtBot) -> None:
    from PySide6.QtGui import QImage

    image = QImage(400, 300, QImage.Format.Format_RGB32)
    person.add("flux", 0, 0)
    person.hand.desk.looks(person.document).put({"flux": Look(phase="done", picture=image)})
    person.move(person.part("flux", "preview"))
    qtbot.waitUntil(person.hand.peek.isVisible)
    assert person.hand.peek.width() > 300
    person.move(QPointF(900, 700))
    assert not person.hand.peek.isVisible()


def test_pinching_zooms_where_the_fingers_are(person: Person) -> None:
    pos = QPointF(200, 150)
    before = person.view.scene_pos(pos)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, pos, pos,
        QPointF(person.view.viewport().mapToGlobal(pos.toPoint())), 0.3, QPointF(),
    )
    QApplication.sendEvent(person.view.viewport(), event)
    assert person.view.zoom == pytest.approx(1.3)
    assert (person.view.scene_pos(pos) - before).manhattanLength() < 2
