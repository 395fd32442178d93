"""Tidying up the board: what moves as one is found, innermost frames first, and laid out in columns."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from workflows.frames import HEAD, PAD, in_frame, rect_of
from workflows.graph import Graph, links
from workflows.layers import Arrow, Box, laid_out
from workflows.places import Place, Sizes, is_pinned, move, place_of

ROUNDS = 8


def tidy(graph: Graph, sizes: Sizes, names: Collection[str] | None = None) -> Graph:
    """Bring order to nodes, or to all: columns from left to right, chains straight, nothing on top of anything.

    What hangs together stays about where it was, and everything keeps its order. Frames move as one with what lies in
    them. Pinned nodes and what is not selected stay and are not covered. Tidying twice changes nothing more.
    """
    wanted = None if names is None else set(names)
    chosen = [
        name for name in graph.nodes
        if name in sizes and (wanted is None or name in wanted) and not is_pinned(graph, name)
    ]
    for _ in range(ROUNDS if chosen else 0):
        made = _Tidying(graph, sizes, chosen).done()
        if made == graph:
            break
        graph = made
    return graph


@dataclass(slots=True)
class _Unit:
    """What moves as one: a node, a note, or a frame with what is in it."""

    box: Box
    members: tuple[str, ...]


class _Tidying:
    """One way over the board: where everything that moves is by now."""

    def __init__(self, graph: Graph, sizes: Sizes, chosen: Collection[str]) -> None:
        self.graph = graph
        self.sizes = sizes
        self.units: dict[str, _Unit] = {name: _Unit(self.box(name), (name,)) for name in chosen}
        self.unit_of: dict[str, str] = {name: name for name in chosen}
        self.at: dict[str, Place] = {}
        """The new places of nodes, frames and notes."""
        self.size: dict[str, Place] = {}
        """The new sizes of frames."""
        self.arrows: list[Arrow] = [(link.wire.node, link.node) for link in links(graph.nodes)]

    def done(self) -> Graph:
        for frame in self.small_first():
            self.gather(frame)
        self.lay_out(self.units, self.obstacles())
        graph = self.graph
        nodes = {name: at for name, at in self.at.items() if name in graph.nodes and at != place_of(graph, name)}
        graph = move(graph, nodes) if nodes else graph
        frames = {key: self.moved("frame", key, about) for key, about in graph.frames.items()}
        notes = {key: self.moved("note", key, about) for key, about in graph.notes.items()}
        return replace(graph, frames=frames, notes=notes)

    def gather(self, frame: str) -> None:
        """Make one unit of a frame and all that is in it, where nothing in it stays."""
        content = in_frame(self.graph, self.sizes, frame)
        nodes = [name for name in content if name in self.graph.nodes]
        parts = dict.fromkeys(self.unit_of.get(name, "") for name in nodes)
        inside = set(content)
        if not nodes or "" in parts or any(
            member in self.graph.nodes and member not in inside for part in parts for member in self.units[part].members
        ):
            return
        held = {part: self.units.pop(part) for part in parts}
        for name in content:
            if name.startswith("note:") and name not in self.unit_of:
                held[name] = _Unit(self.box(name), (name,))
                self.unit_of[name] = name
        rect = rect_of(self.graph, self.sizes, f"frame:{frame}") or (0, 0, 0, 0)
        # Measured from the frame, so that moving it as a whole leaves its inside as it is.
        self.lay_out(held, (), (rect[0] + PAD, rect[1] + PAD + HEAD))
        box = _around([unit.box for unit in held.values()])
        named = f"frame:{frame}"
        self.at[named], self.size[named] = (box.x, box.y or 0), (box.width, box.height)
        members = (named, *(member for unit in held.values() for member in unit.members))
        self.units[named] = _Unit(box, members)
        self.unit_of.update(dict.fromkeys(members, named))

    def lay_out(self, units: dict[str, _Unit], obstacles: Iterable[Box], origin: Place = (0, 0)) -> None:
        """Put these units in columns, on a grid that starts at the origin."""
        arrows = [
            (source, target) for start, end in self.arrows
            if (source := self.unit_of.get(start, "")) in units and (target := self.unit_of.get(end, "")) in units
        ]
        left, top = origin
        found = laid_out({name: _from(unit.box, -left, -top) for name, unit in units.items()}, arrows, obstacles)
        for name, relative in found.items():
            box = _from(relative, left, top)
            unit = units[name]
            x, y = box.x - unit.box.x, (box.y or 0) - (unit.box.y or 0)
            for member in unit.members if len(unit.members) > 1 else ():
                if member in self.at:
                    self.at[member] = (self.at[member][0] + x, self.at[member][1] + y)
            if len(unit.members) == 1:
                self.at[name] = (box.x, box.y or 0)
            unit.box = box

    def obstacles(self) -> list[Box]:
        """What is not to be covered: nodes that stay, and notes that move with no frame."""
        graph = self.graph
        names = [*(name for name in graph.nodes if name in self.sizes), *(f"note:{key}" for key in graph.notes)]
        return [box for name in names if name not in self.unit_of and (box := self.box(name)).y is not None]

    def small_first(self) -> list[str]:
        areas: dict[str, float] = {}
        for frame in self.graph.frames:
            rect = rect_of(self.graph, self.sizes, f"frame:{frame}")
            if rect is not None:
                areas[frame] = (rect[2] - rect[0]) * (rect[3] - rect[1])
        return sorted(areas, key=lambda frame: areas[frame])

    def box(self, name: str) -> Box:
        rect = rect_of(self.graph, self.sizes, name)
        if rect is None:
            return Box(0, None, *self.sizes.get(name, (0, 0)))
        return Box(rect[0], rect[1], rect[2] - rect[0], rect[3] - rect[1])

    def moved(self, kind: str, key: str, about: object) -> object:
        name = f"{kind}:{key}"
        if not isinstance(about, dict) or name not in self.at:
            return about
        sized = {"size": list(self.size[name])} if name in self.size else {}
        return {**about, "at": list(self.at[name]), **sized}


def _from(box: Box, x: float, y: float) -> Box:
    return replace(box, x=box.x + x, y=None if box.y is None else box.y + y) if x or y else box


def _around(boxes: Collection[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y or 0 for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max((box.y or 0) + box.height for box in boxes)
    return Box(left - PAD, top - PAD - HEAD, right - left + 2 * PAD, bottom - top + 2 * PAD + HEAD)
