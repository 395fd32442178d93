"""The menus of the right button: the verbs that make sense for what lies under the mouse, and nothing else."""

from functools import partial

from PySide6.QtWidgets import QMenu

from canvas.hands.adding import add_node
from canvas.hands.context import Context
from canvas.learning.opening import edit_captions, learns
from canvas.marks import CATEGORIES, mark_of
from canvas.menu_parts import add_act, add_entry, add_verbs, new_menu
from canvas.menu_sockets import socket_menu, value_menu
from workflows import board, wiring
from workflows.graph import Link
from workflows.stages import STAGE, can_stage

NODE = (
    "node.open", "node.rename", "node.show", "-", "state.mute", "state.bypass", "state.freeze", "node.confidential",
    "-", "node.collapse", "node.trim", "node.pin", "node.reset", "-", "edit.cut", "edit.copy", "edit.duplicate",
    "edit.duplicate_wired", "-", "finish.add", "sheet.models", "sheet.grid", "wire.swap", "wire.extract", "group.make",
    "frame.add", "-", "edit.delete", "edit.delete_plain",
)
PINS = ("stage.pin_draft", "stage.pin_final", "stage.pin_no")
GROUP_USE = ("group.enter", "group.ungroup", "group.unique", "-")
SEVERAL_FIRST = ("wire.join", "layout.tidy", "layout.straighten")
SEVERAL = (
    "-", "state.mute", "state.bypass", "state.freeze", "node.confidential", "-", "node.collapse", "node.trim",
    "node.pin", "-", "edit.cut", "edit.copy", "edit.duplicate", "edit.duplicate_wired", "-", "finish.add",
    "wire.extract", "group.make", "frame.add", "-", "edit.delete", "edit.delete_plain",
)
ALIGN = (
    "layout.left", "layout.centre", "layout.right", "-", "layout.top", "layout.middle", "layout.bottom", "-",
    "layout.across", "layout.down",
)
PLACED = ("edit.cut", "edit.copy", "edit.duplicate", "-", "edit.delete")
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
    if target.spot is not None:
        return socket_menu(context, target.spot)
    if target.node and part is not None and part.what in ("value", "text") and part.key:
        return value_menu(context, target.node, part.key)
    if target.node:
        return several_menu(context) if len(context.document.selection) > 1 else node_menu(context, target.node)
    if target.note:
        return _built(context, "Note", ("node.rename", "-", *PLACED))
    if target.link is not None:
        return wire_menu(context, target.link)
    if target.frame and target.grip != "body":
        return frame_menu(context, target.frame)
    return _built(context, "Board", EMPTY)


def node_menu(context: Context, node: str) -> QMenu:
    menu = new_menu(context, "Node")
    add_act(menu, context, "run_selected", "Run up to here", "run")
    add_act(menu, context, "more", "4 more takes", "takes")
    if can_stage(context.graph, context.types, node):
        add_act(menu, context, "final.add", "Add a final…", "final")
        add_act(menu, context, "model.replace", "Replace with…", "swap")
    if context.graph.nodes[node].type == STAGE:
        add_verbs(menu, context, ("-", *PINS))
    if learns(context.document, node):
        add_entry(menu, context, "Edit captions…", "prompt",
                  lambda: edit_captions(context.desk, context.document, node, context.view.window()))
    menu.addSeparator()
    group = context.graph.nodes[node].group is not None
    add_verbs(menu, context, (*GROUP_USE, *NODE) if group else NODE)
    return menu


def several_menu(context: Context) -> QMenu:
    """For the whole selection."""
    menu = new_menu(context, "Selection")
    add_act(menu, context, "run_selected", "Run selected", "run")
    menu.addSeparator()
    add_verbs(menu, context, SEVERAL_FIRST)
    add_verbs(menu.addMenu("Align"), context, ALIGN)
    add_verbs(menu, context, SEVERAL)
    return menu


def wire_menu(context: Context, link: Link) -> QMenu:
    """Nodes that fit both ends, then what else can be done with a wire."""
    menu = new_menu(context, "Wire")
    theme = context.desk.theme
    for type_ in wiring.between(context.types, context.graph, link)[:SUGGESTED]:
        known = context.types[type_]
        category, icon = mark_of(known, type_)
        action = add_entry(menu, context, known.title, "", partial(add_node, context, type_, link=link))
        action.setIcon(theme.qicon(icon, 16, f"category.{category}.ink"))
        action.setObjectName(f"insert.{type_}")
    add_entry(menu, context, "More nodes…", "search", lambda: context.hand.open_adder(context.at, link=link))
    menu.addSeparator()
    add_verbs(menu, context, ("dot.add", "wire.disconnect"))
    return menu


def frame_menu(context: Context, frame: str) -> QMenu:
    """What can be done with a frame, and its colour."""
    menu = _built(context, "Frame", ("node.rename", "-"))
    document = context.document
    colours = menu.addMenu("Colour")
    now = context.graph.frames[frame].get("colour", "")
    for name in ("", *CATEGORIES):

        def dye(colour: str = name) -> None:
            document.edit("Frame colour", lambda graph: board.set_frame(graph, frame, colour=colour))

        action = add_entry(colours, context, name.capitalize() or "None", "", dye)
        action.setCheckable(True)
        action.setChecked(name == now)
    sizes = context.view.sizes()
    add_entry(menu, context, "Fit to its nodes", "fit", lambda: document.edit(
        "Fit frame", lambda graph: board.fit_frame(graph, sizes, frame)))
    menu.addSeparator()
    add_verbs(menu, context, PLACED)
    return menu


def _built(context: Context, name: str, ids: tuple[str, ...]) -> QMenu:
    menu = new_menu(context, name)
    add_verbs(menu, context, ids)
    return menu
