"""All edits: pure functions from a graph to a new one that refuse with EditError what would make it wrong."""

from workflows.arrange import align, distribute, make_room, straighten, tidy
from workflows.board import (
    add_frame,
    add_note,
    bookmark,
    dress,
    fit_frame,
    frame_around,
    move,
    move_frame,
    put,
    set_frame,
    set_note,
    set_setting,
    shift,
    show_in_form,
)
from workflows.changes import (
    add_node,
    connect,
    disconnect,
    duplicate,
    fresh,
    remove_node,
    rename_node,
    reset_value,
    set_confidential,
    set_state,
    set_take,
    set_title,
    set_value,
)
from workflows.clipping import double, paste
from workflows.links import link, set_expression, unlink
from workflows.overrides import override, set_seeds
from workflows.rooms import (
    add_use,
    expose,
    expose_output,
    into,
    make_group,
    make_unique,
    move_socket,
    outer,
    remove_group,
    rename_socket,
    title_group,
    unexpose,
    ungroup,
)
from workflows.wiring import (
    add_dot,
    after,
    attach,
    copy_wire,
    cut,
    cut_socket,
    delete,
    extract,
    insert,
    join,
    join_all,
    replug,
    swap_inputs,
)

__all__ = [
    "add_dot", "add_frame", "add_node", "add_note", "add_use", "after", "align", "attach", "bookmark", "connect",
    "copy_wire", "cut", "cut_socket", "delete", "disconnect", "distribute", "double", "dress", "duplicate", "expose",
    "expose_output", "extract", "fit_frame", "frame_around", "fresh", "insert", "into", "join", "join_all", "link",
    "make_group", "make_room", "make_unique", "move", "move_frame", "move_socket", "outer", "override", "paste", "put",
    "remove_group", "remove_node", "rename_node", "rename_socket", "replug", "reset_value", "set_confidential",
    "set_expression", "set_frame", "set_note", "set_seeds", "set_setting", "set_state", "set_take", "set_title",
    "set_value", "shift", "show_in_form", "straighten", "swap_inputs", "tidy", "title_group", "unexpose", "ungroup",
    "unlink",
]
