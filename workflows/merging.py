"""Two changed versions of one workflow made into one, by node and by value; what both changed is named as a conflict.

Values are merged where they lie: a node by its id, an input by its name. Where things lie on the board is no conflict:
then the same one of both is taken on either side.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflows.cycles import circles, in_order, needs
from workflows.graph import Graph, Wire
from workflows.graph import links as links_of
from workflows.plain import build, plain

PLACES = ("at", "size", "width", "height", "color")
"""What frames and notes say of their looks."""
SECTION = "conflicts"
"""Where a merged workflow keeps what a person has to decide."""
Way = tuple[str, ...]


class _Nothing:
    """What is not there on one side."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both changed, each in another way. Ours stands in the merged workflow."""

    way: Way
    """``("nodes", "flux", "inputs", "steps")``"""
    base: Any
    ours: Any
    theirs: Any
    why: str = ""
    """In words, where it is no value that differs."""

    @property
    def text(self) -> str:
        """A sentence."""
        if self.why:
            return self.why
        place = _place(self.way)
        said = [_said(side) for side in (self.base, self.ours, self.theirs)]
        if self.base is NOTHING:
            return f"{place}: both made it, ours {said[1]}, theirs {said[2]}"
        if NOTHING in (self.ours, self.theirs):
            gone, kept = ("ours", "theirs") if self.ours is NOTHING else ("theirs", "ours")
            return f"{place}: {gone} took it away, {kept} changed it to {said[2] if gone == 'ours' else said[1]}"
        return f"{place}: it was {said[0]}, ours is {said[1]}, theirs is {said[2]}"


@dataclass(frozen=True, slots=True)
class Merged:
    """The one workflow."""

    graph: Graph
    conflicts: tuple[Conflict, ...] = ()


def merge(base: Graph, ours: Graph, theirs: Graph) -> Merged:
    """Everything that either changed. With conflicts, the graph holds ours there and the list of them."""
    found: list[Conflict] = []
    graph = build(_merged((), plain(base), plain(ours), plain(theirs), found))
    open_ = {one.way for one in found}  # what hangs on something that is in doubt is not told on top of it
    found += [one for one in (*_torn(graph, ours, theirs), *_mixed(base, ours, theirs, graph))
              if not any(one.way[: len(way)] == way for way in open_)]
    if not found:
        return Merged(graph)
    listed = [{"at": "/".join(one.way), "text": one.text, "base": _told(one.base), "ours": _told(one.ours),
               "theirs": _told(one.theirs)} for one in found]
    return Merged(replace(graph, extra={**graph.extra, SECTION: listed}), tuple(found))


def decided(graph: Graph) -> Graph:
    """The workflow without the list of conflicts."""
    return replace(graph, extra={name: value for name, value in graph.extra.items() if name != SECTION})


def _merged(way: Way, base: Any, ours: Any, theirs: Any, found: list[Conflict]) -> Any:
    if _same(ours, theirs) or _same(base, theirs):
        return ours
    if _same(base, ours):
        return theirs
    # Two nodes that were made apart are not one, although they have the same id.
    apart = base is NOTHING and way[:1] == ("nodes",) and len(way) == 2
    if isinstance(ours, dict) and isinstance(theirs, dict) and not _is_value(way) and not apart:
        return _object(way, base if isinstance(base, dict) else {}, ours, theirs, found)
    if way[:1] == ("layout",) or (way[:1] in (("frames",), ("notes",)) and way[-1] in PLACES):
        return min((ours, theirs), key=_weight)  # the same one on both sides
    found.append(Conflict(way, base, ours, theirs))
    return theirs if ours is NOTHING else ours


def _object(way: Way, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any],
            found: list[Conflict]) -> dict[str, Any]:
    fresh = sorted({*ours, *theirs} - base.keys())
    merged = {}
    for name in (*base, *fresh):
        sides = base.get(name, NOTHING), ours.get(name, NOTHING), theirs.get(name, NOTHING)
        value = _merged((*way, name), *sides, found)
        if value is not NOTHING:
            merged[name] = value
    return merged


def _is_value(way: Way) -> bool:
    """Whether this is one value, which is never half of ours and half of theirs."""
    here = way[2:] if way[:1] == ("groups",) and way[2:3] == ("nodes",) else way
    return len(here) > 3 or (len(here) == 3 and here[2] != "inputs")


def _torn(graph: Graph, ours: Graph, theirs: Graph) -> Iterator[Conflict]:
    """Wires of one side from a node that the other took away, and circles that neither made alone."""
    before = {link for side in (ours, theirs) for link in _loose(side)}
    for link in _loose(graph):
        if link not in before:
            wire, node, key = link
            why = f'"{node}" takes from "{wire.node}", which the other side took away'
            yield Conflict(("nodes", node, "inputs", key), NOTHING, str(wire), NOTHING, why)
    if not _circles(ours) and not _circles(theirs):
        for circle in _circles(graph):
            names = " -> ".join((*circle, circle[0]))
            yield Conflict(("nodes", circle[0]), NOTHING, NOTHING, NOTHING, f"Together they make a circle: {names}")


def _loose(graph: Graph) -> list[tuple[Wire, str, str]]:
    return [(link.wire, link.node, link.input) for link in links_of(graph.nodes) if link.wire.node not in graph.nodes]


def _circles(graph: Graph) -> list[list[str]]:
    needed = needs(graph.nodes, {})
    return list(circles(needed, in_order(needed)))


def _mixed(base: Graph, ours: Graph, theirs: Graph, graph: Graph) -> Iterator[Conflict]:
    """Another type of node on one side, and new values for the old one on the other."""
    for name, node in base.nodes.items():
        mine, other = ours.nodes.get(name), theirs.nodes.get(name)
        if mine is None or other is None or name not in graph.nodes:
            continue
        for one, two, who in ((mine, other, "ours"), (other, mine, "theirs")):
            if one.type != node.type and two.type == node.type and two.inputs != node.inputs:
                why = f'"{name}": {who} made it a {one.type}, the other side changed values of the {node.type}'
                yield Conflict(("nodes", name, "type"), node.type, mine.type, other.type, why)


def _same(one: Any, other: Any) -> bool:
    """As a file tells them apart: in Python 1 == True == 1.0."""
    if one is NOTHING or other is NOTHING:
        return one is other
    return one is other or _weight(one) == _weight(other)


def _weight(value: Any) -> str:
    return "" if value is NOTHING else json.dumps(value, sort_keys=True)


def _told(value: Any) -> Any:
    return None if value is NOTHING else value


def _place(way: Way) -> str:
    """Where it stands, in words: ``steps of flux``."""
    if way[:1] == ("groups",) and len(way) > 3:
        return f"In group {way[1]}, {_place(way[2:])}"
    if way[:1] == ("nodes",) and len(way) > 3 and way[2] == "inputs":
        return f"{way[3].replace('_', ' ')} of {way[1]}"
    if way[:1] == ("nodes",) and len(way) > 2:
        return f"{way[2]} of {way[1]}"
    return f"the node {way[1]}" if way[:1] == ("nodes",) and len(way) == 2 else " ".join(way)


def _said(value: Any) -> str:
    text = repr(value) if value is NOTHING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
