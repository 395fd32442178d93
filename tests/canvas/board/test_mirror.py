"""The board follows the document, and touches only what changed."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from canvas.board.view import BoardView
from canvas.desk import Desk
from canvas.document import Document
from canvas.looks import Look
from tests.canvas.board.scenes import many, picture
from workflows.edit import connect, disconnect, make_group, move, remove_node, set_state, set_value
from workflows.graph import Graph, Node, Wire


def test_an_edit_touches_only_its_card(board: BoardView) -> None:
    cards = dict(board.mirror.cards)
    plans = {name: card.plan for name, card in cards.items()}
    board.document.edit("Steps", lambda graph: set_value(graph, "flux", "steps", 33))
    assert board.mirror.cards == cards
    assert {name for name, card in board.mirror.cards.items() if card.plan is not plans[name]} == {"flux"}
    assert next(row.text for row, _ in cards["flux"].plan.values if row.name == "steps") == "33"


def test_wires_come_and_go_with_the_inputs(board: BoardView) -> None:
    key = ("blur", "image", None)
    assert key in board.mirror.wires
    board.document.edit("Cut", lambda graph: disconnect(graph, "blur", "image"))
    assert key not in board.mirror.wires
    board.document.undo()
    assert board.mirror.wires[key].a == board.spot("flux", "out").at  # type: ignore[union-attr]
    board.document.edit("Wire", lambda graph: connect(graph, "prompt", None, "flux", "negative"))
    assert board.mirror.wires["flux", "negative", None].kind == "text"


def test_a_node_that_goes_takes_its_wires_along(board: BoardView) -> None:
    board.document.edit("Delete", lambda graph: remove_node(graph, "blur"))
    assert "blur" not in board.mirror.cards
    assert {key[0] for key in board.mirror.wires} == {"flux"}
    board.document.undo()
    assert set(board.mirror.cards) == set(board.document.shown.nodes)
    assert len(board.mirror.wires) == 4


def test_a_move_is_followed_by_its_wires(board: BoardView) -> None:
    before = board.mirror.wires["blur", "image", None].b
    board.document.edit("Move", lambda graph: move(graph, {"blur": (600, 50)}))
    wire = board.mirror.wires["blur", "image", None]
    assert wire.b.x() - before.x() == 20
    assert wire.b.y() - before.y() == 50


def test_all_edits_undone_leave_the_board_as_it_was(board: BoardView) -> None:
    def told() -> tuple[object, ...]:
        mirror = board.mirror
        return (
            {name: (card.pos().toTuple(), card.plan) for name, card in mirror.cards.items()},
            {key: (wire.a.toTuple(), wire.b.toTuple(), wire.kind) for key, wire in mirror.wires.items()},
            {id_: frame.rect.getRect() for id_, frame in mirror.frames.items()},
        )

    before, document = told(), board.document
    document.edit("Steps", lambda graph: set_value(graph, "flux", "steps", 5))
    document.edit("Mute", lambda graph: set_state(graph, "blur", "muted"))
    document.edit("Group", lambda graph: make_group(graph, ["flux", "blur"])[0])
    more = {"at": [0, 0], "size": [100, 100]}
    document.edit("Frame", lambda graph: replace(graph, frames={**graph.frames, "more": more}))
    document.edit("Delete", lambda graph: remove_node(graph, "lora"))
    assert told() != before
    while document.undo():
        pass
    assert told() == before


def test_24_a_frame_counts_what_lies_wholly_in_it(board: BoardView) -> None:
    assert board.mirror.frames["shot"].count == 3
    board.document.edit("Move", lambda graph: move(graph, {"lora": (900, 900)}))
    assert board.mirror.frames["shot"].count == 2


def test_what_runs_through_a_switch_shows_its_kind(board: BoardView) -> None:
    document = board.document

    def kind() -> str:
        return board.mirror.cards["stage"].plan.face.outs[0].kind

    def of_wire() -> str:
        return board.mirror.wires["second", "draft", None].kind

    document.edit("Stage", lambda graph: replace(graph, nodes={**graph.nodes, "stage": Node("stage", {})}))
    assert kind() == "any"
    document.edit("Wire", lambda graph: connect(graph, "flux", None, "stage", "draft"))
    assert kind() == "image"
    document.edit("Again", lambda graph: replace(graph, nodes={
        **graph.nodes, "second": Node("stage", {"draft": Wire("stage")})}))
    assert of_wire() == "image"
    document.edit("Cut", lambda graph: disconnect(graph, "stage", "draft"))
    assert of_wire() == "any"


def test_looks_reach_the_cards_of_the_room_that_is_shown(board: BoardView) -> None:
    document = board.document
    document.edit("Group", lambda graph: make_group(graph, ["flux", "blur"], "paint")[0])
    assert document.enter("paint")
    assert set(board.mirror.cards) == {"flux", "blur"}
    board.desk.looks(document).put({"paint/flux": Look("running", done=0.5), "flux": Look("failed")})
    assert board.mirror.cards["flux"].look.done == 0.5


def test_the_flow_of_wires_tells_what_runs_and_what_waits(board: BoardView) -> None:
    looks = board.desk.looks(board.document)
    wires = board.mirror.wires
    looks.put({"flux": Look("running", done=0.1)})
    assert wires["blur", "image", None].flow == "running"
    looks.put({"flux": Look("failed", message="It broke.")})
    assert wires["blur", "image", None].flow == "idle"
    board.document.edit("Mute", lambda graph: set_state(graph, "save", "muted"))
    assert wires["save", "image", None].flow == "idle"


def test_previews_do_not_paint_the_card_anew(board: BoardView) -> None:
    looks = board.desk.looks(board.document)
    looks.put({"flux": Look("running", done=0.1, picture=picture(), preview=True)})
    board.grab()
    card = board.mirror.cards["flux"]
    before = board.easel.print_of(card)[0]
    looks.put({"flux": Look("running", done=0.2, picture=picture("#112233"), preview=True)})
    assert board.easel.print_of(card)[0] is before


def test_33_a_large_board_opens_in_slices_with_what_is_seen_first(qtbot: QtBot, desk: Desk) -> None:
    document = Document(many(400), desk.studio.packs.types)
    desk.open(document)
    with qtbot.waitSignal(_shown(qtbot, desk, document).opened):
        view = _views[-1]
        assert 0 < len(view.mirror.cards) < 400
        assert "n0" in view.mirror.cards
    assert len(view.mirror.cards) == 400
    assert len(view.mirror.wires) == 399


_views: list[BoardView] = []


def _shown(qtbot: QtBot, desk: Desk, document: Document) -> BoardView:
    view = BoardView(desk, document)
    qtbot.addWidget(view)
    _views.append(view)
    return view


def test_a_card_that_is_asked_for_comes_at_once(qtbot: QtBot, desk: Desk) -> None:
    document = Document(many(300), desk.studio.packs.types)
    desk.open(document)
    view = _shown(qtbot, desk, document)
    assert "n299" not in view.mirror.cards
    assert view.rect_of("n299") is not None
    assert len(view.sizes()) == 300


@pytest.mark.parametrize("entry", [None, [], ["a", "b"], [1e9, 2], {"at": 3}])
def test_places_that_cannot_be_read_do_no_harm(qtbot: QtBot, desk: Desk, entry: object) -> None:
    graph = Graph(nodes={"a": Node("blur")}, layout={"a": entry}, frames={"f": {"at": "x"}}, notes={"n": 5})
    document = Document(graph, desk.studio.packs.types)
    desk.open(document)
    assert _shown(qtbot, desk, document).rect_of("a") is not None
