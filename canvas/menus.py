"""The menus of the right button: the verbs that make sense for what lies under the mouse, and nothing else."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from canvas.hands import typed
from canvas.hands.adding import add_node
from canvas.hands.context import Context, Verb
from canvas.hands.verbs import BY_ID, keys_of
from canvas.marks import CATEGORIES, mark_of
from workflows import board, edit, inside, rooms, wiring
from workflows.graph import Link, Value
from workflows.sockets import input_of

NODE = (
    "node.open", "node.rename", "-", "state.mute", "state.bypass", "state.freeze", "-", "node.collapse", "node.trim",
    "node.pin", "node.reset", "-", "edit.cut", "edit.copy", "edit.duplicate", "edit.duplicate_wired", "-",
    "wire.swap", "wire.extract", "group.make", "frame.add", "-", "edit.delete", "edit.delete_plain",
)
GROUP_USE = ("group.enter", "group.ungroup", "group.unique", "-")
SEVERAL = (
    "wire.join", "layout.tidy", "layout.straighten", "Align", "-", "state.mute", "state.bypass", "state.freeze", "-",
    "node.collapse", "node.trim", "node.pin", "-", "edit.cut", "edit.copy", "edit.duplicate", "edit.duplicate_wired",
    "-", "wire.extract", "group.make", "frame.add", "-", "edit.delete", "edit.delete_plain",
)
ALIGN = (
    "layout.left", "layout.centre", "layout.right", "-", "layout.top", "layout.middle", "layout.bottom", "-",
    "layout.across", "layout.down",
)
PLACED = ("node.rename", "-", "edit.cut", "edit.copy", "edit.duplicate", "-", "edit.delete")
EMPTY = (
    "node.add", "note.add", "frame.add", "dot.add", "-", "edit.paste", "edit.paste_wired", "-", "select.all",
    "layout.tidy", "-", "view.frame_all", "view.back", "layout.snap", "group.leave",
)
SUGGESTED = 8
"""How many nodes the menu of a wire offers at once."""


def menu_for(context: Context) -> QMenu:
    """The menu for what the context points at."""
    target = context.target
    part = target.part
    if target.spot is not None and target.spot.wired:
        return _built(context, ("wire.disconnect",), target.spot.label)
    if target.node and part is not None and part.what in ("value", "text") and part.key:
        return value_menu(context, target.node, part.key)
    if target.node:
        if len(context.document.selection) > 1:
            return _built(context, SEVERAL, "Selection")
        group = context.graph.nodes[target.node].group is not None
        return _built(context, (*GROUP_USE, *NODE) if group else NODE, "Node")
    if target.note:
        return _built(context, PLACED, "Note")
    if target.link is not None:
        return wire_menu(context, target.link)
    if target.frame and target.grip != "body":
        return frame_menu(context, target.frame)
    return _built(context, EMPTY, "Board")


def wire_menu(context: Context, link: Link) -> QMenu:
    """Nodes that fit both ends, then what else can be done with a wire."""
    menu = _menu(context, "Wire")
    theme = context.desk.theme
    for type_ in wiring.between(context.types, context.graph, link)[:SUGGESTED]:
        known = context.types[type_]
        category, icon = mark_of(known, type_)
        action = menu.addAction(theme.qicon(icon, 16, f"category.{category}.ink"), known.title)
        action.setObjectName(f"insert.{type_}")
        action.triggered.connect(partial(_insert, context, type_, link))
    _entry(menu, "More nodes…", "search", lambda: context.hand.open_adder(context.at, link=link), context)
    menu.addSeparator()
    for id_ in ("dot.add", "wire.disconnect"):
        _add(menu, context, BY_ID[id_])
    return menu


def frame_menu(context: Context, frame: str) -> QMenu:
    """What can be done with a frame, and its colour."""
    menu = _built(context, ("node.rename", "-"), "Frame")
    colours = menu.addMenu("Colour")
    now = context.graph.frames[frame].get("colour", "")
    for name in ("", *CATEGORIES):

        def dye(colour: str = name) -> None:
            context.document.edit("Frame colour", lambda graph: board.set_frame(graph, frame, colour=colour))

        action = _entry(colours, name.capitalize() or "None", "", dye, context)
        action.setCheckable(True)
        action.setChecked(name == now)
    _entry(menu, "Fit to its nodes", "fit", partial(_fit, context, frame), context)
    menu.addSeparator()
    for id_ in PLACED[2:]:
        _add(menu, context, BY_ID[id_]) if id_ != "-" else menu.addSeparator()
    return menu


def value_menu(context: Context, node: str, key: str) -> QMenu:
    """Reset, randomise and expose one value."""
    menu = _menu(context, "Value")
    document, hand = context.document, context.hand
    socket = input_of(context.graph, context.types, node, key)
    if socket is None:
        return menu
    label = socket.label.lower()

    def put(title: str, value: Value) -> None:
        document.edit(title, lambda graph: edit.set_value(graph, node, key, value))

    _entry(menu, "Type a value", "", lambda: hand.type_value(node, key), context)
    reset = _entry(menu, "Reset", "undo", lambda: document.edit(
        f"Reset {label}", lambda graph: edit.reset_value(graph, node, key)), context)
    reset.setEnabled(key in context.graph.nodes[node].inputs)
    chance = typed.a_random(socket)
    random = _entry(menu, "Randomise", "dice", lambda: put(f"Randomise {label}", typed.a_random(socket)), context)
    random.setEnabled(chance is not None)
    menu.addSeparator()
    shown = key in board.flags_of(context.graph, node).get("expose", [])
    form = _entry(menu, "Expose in form", "eye", partial(_turn_exposed, context, node, key), context)
    form.setCheckable(True)
    form.setChecked(shown)
    if document.room:
        _entry(menu, "Expose as input of the group", "group", partial(_expose, context, node, key), context)
    menu.addSeparator()
    several = len(document.selection) > 1
    for id_ in SEVERAL[-8:] if several else NODE[:2]:
        _add(menu, context, BY_ID[id_]) if id_ != "-" else menu.addSeparator()
    return menu


def _built(context: Context, ids: tuple[str, ...], name: str) -> QMenu:
    menu = _menu(context, name)
    for id_ in ids:
        if id_ == "-":
            menu.addSeparator()
        elif id_ == "Align":
            below = menu.addMenu("Align")
            for other in ALIGN:
                _add(below, context, BY_ID[other]) if other != "-" else below.addSeparator()
        else:
            _add(menu, context, BY_ID[id_])
    return menu


def _menu(context: Context, name: str) -> QMenu:
    menu = QMenu(context.view)
    menu.setAccessibleName(name)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _add(menu: QMenu, context: Context, verb: Verb) -> None:
    """One verb as an entry, with the key it has. The entry itself listens to no key: the board does."""
    action = _entry(menu, verb.title, verb.icon, lambda: verb.run(context), context)
    action.setObjectName(verb.id)
    action.setEnabled(verb.enabled(context))
    if verb.checked is not None:
        action.setCheckable(True)
        action.setChecked(verb.checked(context))
    keys = keys_of(verb, context.hand.preset, context.hand.own_keys)
    if keys:
        shown = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{verb.title}\t{shown}")


def _entry(menu: QMenu, text: str, icon: str, run: Callable[[], object], context: Context):  # type: ignore[no-untyped-def]
    action = menu.addAction(text)
    if icon:
        action.setIcon(context.desk.theme.qicon(icon, 16))
    action.triggered.connect(lambda _=False: run())
    return action


def _insert(context: Context, type_: str, link: Link, _: bool = False) -> None:
    add_node(context, type_, link=link)


def _fit(context: Context, frame: str) -> None:
    sizes = context.view.sizes()
    context.document.edit("Fit frame", lambda graph: board.fit_frame(graph, sizes, frame))


def _turn_exposed(context: Context, node: str, key: str) -> None:
    """Show an input in the form, or no longer."""
    shown = key in board.flags_of(context.graph, node).get("expose", [])
    context.document.edit("Expose in form", lambda graph: board.show_in_form(graph, node, key, not shown))


def _expose(context: Context, node: str, key: str) -> None:
    """Make an inner value an input of the group around it."""
    *outside, use = context.document.room
    around = inside.room(context.document.graph, tuple(outside)).nodes[use]
    context.document.edit_whole("Expose", lambda graph: rooms.expose(graph, around.type, node, key))
