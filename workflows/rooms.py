"""All edits of groups: making them, using them, opening them, and the sockets that they show.

The inside of a group is edited as a graph of its own: ``into`` opens it, ``outer`` closes it; the window uses
``inside`` for that.
"""

from workflows.group_sockets import expose, expose_output, free_sockets, move_socket, rename_socket, unexpose
from workflows.grouping import make_group, ungroup
from workflows.groups import add_use, into, make_unique, outer, remove_group, title_group, without_unused

__all__ = [
    "add_use", "expose", "expose_output", "free_sockets", "into", "make_group", "make_unique", "move_socket", "outer",
    "remove_group", "rename_socket", "title_group", "unexpose", "ungroup", "without_unused",
]
