"""Opening the editor that is laid over the board: over a value, a text, a title, a note."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from ajar.contract import Socket
from canvas.board.card import Spot
from canvas.hands import typed
from canvas.hands.boxes import box_of
from canvas.inline import Question
from canvas.subjects import remember_choice
from workflows import board, edit, kinds, rooms
from workflows.graph import Graph, Value
from workflows.sockets import input_of, sockets_of

if TYPE_CHECKING:
    from canvas.hands.hand import Hand


def value(hand: "Hand", node: str, key: str) -> bool:
    """Type one value of a node. False where there is nothing to type."""
    document = hand.document
    socket = input_of(document.shown, document.types, node, key)
    given = document.shown.nodes[node].inputs.get(key)
    if socket is None or typed.is_wired(given) or kinds.wire_only(socket.type):
        return False

    def take(text: str) -> str:
        return _take(hand, node, socket, text)

    kind = typed.kind_of(socket)
    hand.inline.open(Question(
        kind, _place(hand, node, key), typed.text_of(socket, given), take, socket.label, typed.choices(socket),
        mono=kind != "text", subject=node,
    ))
    return True


def title(hand: "Hand", name: str) -> None:
    """Type the title of a node or frame, or the text of a note."""
    section, _, rest = name.partition(":")
    shown = hand.document.shown
    if section == "frame" and rest in shown.frames:
        box = box_of(shown.frames[rest])
        place = QRectF(box.left() + 12, box.top() + 6, min(box.width() - 24, 260), 24)
        _ask_about(hand, "frames", rest, "title", place, "Title of the frame")
    elif section == "note" and rest in shown.notes:
        _ask_about(hand, "notes", rest, "text", box_of(shown.notes[rest]), "Note")
    elif name in shown.nodes:
        _node_title(hand, name)


def socket_name(hand: "Hand", spot: Spot) -> None:
    """Type another name for an input or output of a group."""
    node = hand.document.shown.nodes[spot.node]
    left = spot.at.x() + 12 if spot.side == "in" else spot.at.x() - 132
    place = QRectF(left, spot.at.y() - 11, 120, 22)

    def take(text: str) -> str:
        name = re.sub(r"\W+", "_", text.strip()).strip("_")
        hand.document.edit(
            "Rename socket", lambda graph: rooms.rename_socket(graph, node.type, spot.name, name, spot.side),
        )
        return ""

    now = spot.name.replace("_", " ")
    hand.inline.open(Question("line", place, now, take, "Name of the socket", subject=spot.node))


def first(hand: "Hand", node: str) -> None:
    """Type the text of a node, or else its first value."""
    parts = [part for part in hand.view.parts(node) if part.what in ("text", "value") and part.key]
    parts.sort(key=lambda part: part.what != "text")
    for part in parts:
        if value(hand, node, part.key):
            return
    graph, types = hand.document.shown, hand.document.types
    for socket in sockets_of(graph, types, node)[0]:
        if value(hand, node, socket.name):
            return


def _take(hand: "Hand", node: str, socket: Socket, text: str) -> str:
    """Put a typed value into the document; a sentence where it is none."""
    try:
        literal: Value = typed.read(socket, text)
    except kinds.KindError as error:
        return f"{socket.label} {error.message}"
    trouble: list[str] = []

    def keep(message: str, hint: str, node: str) -> None:
        trouble.append(message)

    def run(graph: Graph) -> Graph:
        if literal is None:
            return edit.reset_value(graph, node, socket.name)
        return edit.set_value(graph, node, socket.name, literal)

    document = hand.document
    remember_choice(document, socket, literal)
    document.refused.connect(keep)
    document.edit(f"Change {socket.label.lower()}", run)
    document.refused.disconnect(keep)
    return trouble[0] if trouble else ""


def _node_title(hand: "Hand", name: str) -> None:
    node = hand.document.shown.nodes.get(name)
    if node is None:
        return
    rect = hand.rect_of(name)
    head = hand.view.easel.ink.header
    now = hand.title_of(name)

    def rename(graph: Graph, text: str) -> Graph:
        one = graph.nodes[name]
        if one.group is not None and not one.title:
            return rooms.title_group(graph, one.group, text)
        return edit.set_title(graph, name, text)

    def take(text: str) -> str:
        hand.document.edit("Rename", lambda graph: rename(graph, text.strip()))
        return ""

    place = QRectF(rect.topLeft(), QPointF(rect.right(), rect.top() + head))
    hand.inline.open(Question("line", place, now, take, "Title", subject=name))


def _ask_about(hand: "Hand", section: str, name: str, field: str, place: QRectF, called: str) -> None:
    """Type a text of a frame or note."""
    about = getattr(hand.document.shown, section)[name]

    def take(text: str) -> str:
        if field == "title":
            hand.document.edit("Rename", lambda graph: board.set_frame(graph, name, title=text))
        else:
            hand.document.edit("Write note", lambda graph: board.set_note(graph, name, text=text))
        return ""

    kind: typed.Kind = "line" if field == "title" else "text"
    hand.inline.open(Question(kind, place, str(about.get(field, "")), take, called, subject=f"{section[:-1]}:{name}"))


def _place(hand: "Hand", node: str, key: str) -> QRectF:
    """Where a value stands on its card; over the card's head where it is not shown there."""
    part = next((part for part in hand.view.parts(node) if part.key == key and part.what in ("text", "value")), None)
    if part is not None:
        return part.rect
    rect = hand.rect_of(node)
    return QRectF(rect.left(), rect.top(), rect.width(), hand.view.easel.ink.header)
