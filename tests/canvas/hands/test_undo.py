"""Undo covers everything that hands do: back to the first state, forth to the last, and the board shows each."""

from PySide6.QtCore import QPointF, Qt

from tests.canvas.hands.conftest import ALT, CTRL, RIGHT, SHIFT, Person
from workflows.graph import Graph, links


def shown(person: Person) -> None:
    """What is drawn is what the document says."""
    person.view.finish()
    mirror = person.view.mirror
    assert set(mirror.cards) == set(person.graph.nodes)
    assert {(link.node, link.input, link.index) for link in links(person.graph.nodes)} == set(mirror.wires)
    assert set(mirror.frames) == set(person.graph.frames)
    assert set(mirror.notes) == set(person.graph.notes)
    for name, (x, y, *_) in person.graph.layout.items():
        if name in mirror.cards:
            assert (mirror.cards[name].pos().x(), mirror.cards[name].pos().y()) == (x, y)


def work(person: Person) -> list[Graph]:
    """A person at work; gives the graph after each step."""
    seen: list[Graph] = [person.document.graph]

    def did() -> None:
        assert person.document.graph is not seen[-1]
        seen.append(person.document.graph)
        shown(person)

    person.drag(person.spot("load-image", "out").at, person.spot("blur", "in", "image").at)
    did()
    start = person.header("blur")
    person.drag(start, start + QPointF(60, 90))
    did()
    person.drag(person.header("load-image"), person.header("load-image") + QPointF(-40, 300), keys=ALT)
    did()
    person.drag(person.part("blur", "value", "radius"), person.part("blur", "value", "radius") + QPointF(30, 0))
    did()
    person.click(person.header("blur"))
    for key, keys in (
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_H, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_P, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_D, CTRL), (Qt.Key.Key_G, CTRL),
    ):
        person.type(key, keys)
        did()
    person.type(Qt.Key.Key_G, CTRL | SHIFT)
    did()
    middle = person.middle("load-image", "blur", "image")
    person.drag(middle - QPointF(10, 60), middle + QPointF(10, 60), button=RIGHT, keys=SHIFT)
    did()
    person.document.select(["load-image"])
    person.hand.do("frame.add")
    person.hand.inline.cancel()
    did()
    person.document.select(list(person.graph.nodes))
    person.type(Qt.Key.Key_L)
    did()
    person.type(Qt.Key.Key_Delete)
    did()
    return seen


def test_every_gesture_can_be_undone_and_done_again(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 400, 0, radius=4.0)
    seen = work(person)
    for before in reversed(seen[:-1]):
        assert person.document.undo() is not None
        assert person.document.graph == before
        shown(person)
    assert person.document.undo() is None
    for after in seen[1:]:
        assert person.document.redo() is not None
        assert person.document.graph == after
        shown(person)
