"""Making a parameter inside a group one that the group's users set from outside."""

from canvas.desk import Desk
from canvas.fields.seat import Seat
from workflows import inside, rooms


def make_group_input(desk: Desk, seat: Seat) -> None:
    """Let the group have an input of the parameter's name; its value becomes what the use gives."""
    if not seat.room:
        desk.say("This parameter is not in a group.", "Group its node first.")
        return
    *outside, use = seat.room
    name, node = seat.key, seat.nodes[0]
    seat.document.end_burst()
    seat.document.edit_whole(f"Make {seat.socket.label} an input of the group", lambda graph: inside.changed(
        graph, tuple(outside), lambda room: rooms.expose(room, use, node, name)))
