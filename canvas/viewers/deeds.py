"""What the keys of a viewer do that is only another view or another time: names and pure changes."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from canvas.viewers import clock as clocks
from canvas.viewers import keys, state
from canvas.viewers.clock import Clock
from canvas.viewers.state import View

MENU = ("fit", "actual", "", "wipe", "turn", "swap", "", "names", "table", "full", "", "copy", "export")
"""The rows of the menu; "" is a line."""
VIEWS: dict[str, Callable[..., Callable[[View], View]]] = {
    keys.BUFFER: lambda number: partial(state.showing, buffer=int(number)),
    keys.AGAINST: lambda number: partial(state.against, buffer=int(number)),
    "mode": lambda mode: partial(state.in_mode, mode=mode),
    "wipe": lambda: state.wiped,
    "turn": lambda: lambda view: replace(view, lying=not view.lying),
    "swap": lambda: state.swapped,
    "channel": lambda channel: partial(state.in_channel, channel=channel),
    "names": lambda: lambda view: replace(view, names=not view.names),
    "table": lambda: lambda view: replace(view, table=not view.table),
    "less": lambda: partial(state.stronger, step=-1),
    "more": lambda: partial(state.stronger, step=1),
}
TIMES: dict[str, Callable[..., Clock]] = {
    "play": lambda deck: clocks.playing(deck.clock),
    "shuttle": lambda deck, way: clocks.shuttled(deck.clock, int(way)),
    "step": lambda deck, frames: clocks.stepped(deck.clock, deck.fps, int(frames)),
    "start": lambda deck: clocks.sought(deck.clock, deck.clock.first),
    "end": lambda deck: clocks.stepped(clocks.sought(deck.clock, deck.clock.last), deck.fps, -1),
    "in": lambda deck: clocks.marked_in(deck.clock),
    "out": lambda deck: clocks.marked_out(deck.clock, deck.fps),
    "unmark": lambda deck: clocks.unmarked(deck.clock),
    "loop": lambda deck: replace(deck.clock, loop=not deck.clock.loop),
}
