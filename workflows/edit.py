"""All edits: pure functions from a graph to a new one that refuse with EditError what would make it wrong."""

from workflows.board import add_frame, add_note, move, put, set_setting
from workflows.changes import (
    add_node,
    connect,
    disconnect,
    duplicate,
    fresh,
    remove_node,
    rename_node,
    reset_value,
    set_state,
    set_take,
    set_title,
    set_value,
)
from workflows.overrides import override, set_seeds
from workflows.rooms import into, make_group, make_unique, outer, remove_group, ungroup

__all__ = [
    "add_frame", "add_node", "add_note", "connect", "disconnect", "duplicate", "fresh", "into", "make_group",
    "make_unique", "move", "outer", "override", "put", "remove_group", "remove_node", "rename_node", "reset_value",
    "set_seeds", "set_setting", "set_state", "set_take", "set_title", "set_value", "ungroup",
]
