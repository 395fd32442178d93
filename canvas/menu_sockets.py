"""The menus of values and sockets: reset, randomise, expose, rename."""

from PySide6.QtWidgets import QMenu

from canvas.board.card import Spot
from canvas.hands import typed, typing_over
from canvas.hands.context import Context
from canvas.menu_parts import add_entry, add_verbs, new_menu
from workflows import board, edit, inside, rooms
from workflows.graph import Value
from workflows.sockets import input_of


def value_menu(context: Context, node: str, key: str) -> QMenu:
    """What can be done with one value of a card."""
    menu = new_menu(context, "Value")
    document, hand = context.document, context.hand
    socket = input_of(context.graph, context.types, node, key)
    if socket is None:
        return menu
    label = socket.label.lower()

    def put(title: str, value: Value) -> None:
        document.edit(title, lambda graph: edit.set_value(graph, node, key, value))

    def turn() -> None:
        document.edit("Expose in form", lambda graph: board.show_in_form(graph, node, key, not shown))

    add_entry(menu, context, "Type a value", "", lambda: hand.type_value(node, key))
    reset = add_entry(menu, context, "Reset", "undo", lambda: document.edit(
        f"Reset {label}", lambda graph: edit.reset_value(graph, node, key)))
    reset.setEnabled(key in context.graph.nodes[node].inputs)
    chance = add_entry(menu, context, "Randomise", "dice", lambda: put(f"Randomise {label}", typed.a_random(socket)))
    chance.setEnabled(typed.a_random(socket) is not None)
    menu.addSeparator()
    shown = key in board.flags_of(context.graph, node).get("expose", [])
    form = add_entry(menu, context, "Expose in form", "eye", turn)
    form.setCheckable(True)
    form.setChecked(shown)
    _add_exposing(menu, context, node, key, "in")
    menu.addSeparator()
    add_verbs(menu, context, ("node.open", "node.rename", "edit.delete"))
    return menu


def socket_menu(context: Context, spot: Spot) -> QMenu:
    """What can be done with a socket: nodes that fit it, its wires, and its place on the group around it."""
    menu = new_menu(context, spot.label or "Socket")
    hand, document = context.hand, context.document
    add_entry(menu, context, "Nodes that fit…", "search", lambda: hand.open_adder(context.at, spot=spot))
    if spot.wired:
        add_verbs(menu, context, ("wire.disconnect",))
    menu.addSeparator()
    _add_exposing(menu, context, spot.node, spot.name, spot.side)
    node = context.graph.nodes[spot.node]
    if node.group is not None:
        what = "input" if spot.side == "in" else "output"
        add_entry(menu, context, f"Rename {what}…", "", lambda: typing_over.socket_name(hand, spot))
        add_entry(menu, context, f"Remove {what} from the group", "close", lambda: document.edit(
            f"Remove {what}", lambda graph: rooms.unexpose(graph, node.type, spot.name, spot.side)))
    return menu


def _add_exposing(menu: QMenu, context: Context, node: str, key: str, side: str) -> None:
    """Inside a group: give the group an input or output for this one."""
    document = context.document
    if not document.room:
        return
    *outside, use = document.room
    group = inside.room(document.graph, tuple(outside)).nodes[use].type
    if side == "in":
        add_entry(menu, context, "Expose as input of the group", "group", lambda: document.edit_whole(
            "Expose", lambda graph: rooms.expose(graph, group, node, key)))
    else:
        add_entry(menu, context, "Expose as output of the group", "group", lambda: document.edit_whole(
            "Expose", lambda graph: rooms.expose_output(graph, group, node, key)))
