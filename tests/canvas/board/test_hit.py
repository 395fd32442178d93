"""What lies where."""

from PySide6.QtCore import QPointF, QRectF

from canvas.board.view import BoardView
from workflows.edit import add_node
from workflows.graph import Link, Wire


def test_sockets_are_found_within_their_radius(board: BoardView) -> None:
    spot = board.spot("flux", "in", "prompt")
    assert spot is not None
    assert board.spot_at(spot.at + QPointF(7, 7)) == spot
    assert board.spot_at(spot.at + QPointF(-30, 0)) is None
    assert board.spot_at(spot.at, side="out") is None


def test_15_a_dot_is_moved_by_its_middle_and_wired_beside_it(board: BoardView) -> None:
    board.document.edit("Dot", lambda graph: add_node(graph, "dot", at=(600, 700)))
    rect = board.rect_of("dot")
    assert rect is not None
    assert board.spot_at(rect.center()) is None
    assert board.card_at(rect.center()) == "dot"
    right, left = board.spot_at(rect.center() + QPointF(7, 0)), board.spot_at(rect.center() - QPointF(7, 0))
    assert right is not None
    assert left is not None
    assert (right.side, left.side) == ("out", "in")
    assert board.spot_at(rect.center(), side="in") == left


def test_zoomed_out_sockets_are_as_easy_to_hit(board: BoardView) -> None:
    spot = board.spot("flux", "in", "prompt")
    assert spot is not None
    board.look_at(spot.at, 0.5)
    assert board.spot_at(spot.at - QPointF(20, 0)) == spot


def test_parts_of_a_card(board: BoardView) -> None:
    rect = board.rect_of("flux")
    assert rect is not None
    header = board.part_at(rect.topLeft() + QPointF(60, 10))
    assert header is not None
    assert (header.node, header.what) == ("flux", "header")
    value = next(part for part in board.parts("flux") if part.what == "value" and part.key == "steps")
    assert board.part_at(value.rect.center()) == value
    corner = board.part_at(rect.bottomRight() - QPointF(3, 3))
    assert corner is not None
    assert corner.what == "resize"
    assert board.part_at(QPointF(-500, -500)) is None


def test_wires_are_found_beside_their_line(board: BoardView) -> None:
    link = Link(Wire("flux"), "blur", "image")
    start, end = board.spot("flux", "out"), board.spot("blur", "in", "image")
    assert start is not None
    assert end is not None
    middle = (start.at + end.at) / 2
    assert board.wire_at(middle + QPointF(0, 3)) == link
    assert board.wire_at(middle + QPointF(0, 200)) is None


def test_frames_have_a_head_edges_and_a_body(board: BoardView) -> None:
    assert board.frame_at(QPointF(100, -35)) == ("shot", "head")
    assert board.frame_at(QPointF(540, 550)) == ("shot", "edge:right bottom")
    assert board.frame_at(QPointF(-20, 300)) == ("shot", "edge:left")
    assert board.frame_at(QPointF(200, 500)) == ("shot", "body")
    assert board.frame_at(QPointF(900, 500)) is None


def test_notes_are_found(board: BoardView) -> None:
    assert board.note_at(QPointF(650, 440)) == ("n1", "body")
    assert board.note_at(QPointF(650, 600)) is None


def test_a_rectangle_finds_what_it_touches(board: BoardView) -> None:
    found = board.in_rect(QRectF(270, -10, 400, 50))
    assert set(found) == {"flux", "blur"}
    assert "frame:shot" in board.in_rect(QRectF(-100, -100, 800, 800))


def test_a_line_finds_the_wires_it_cuts(board: BoardView) -> None:
    start, end = board.spot("flux", "out"), board.spot("blur", "in", "image")
    assert start is not None
    assert end is not None
    x = (start.at.x() + end.at.x()) / 2
    cut = board.crossing([QPointF(x, -300), QPointF(x, 600)])
    assert cut == [Link(Wire("flux"), "blur", "image")]
    assert board.crossing([QPointF(x, -300)]) == []
