"""Boxes and arrows in columns, calmly: boxes keep their order and stay near where they were.

Each group of boxes that hang together is laid out by itself, its left edge where it was. Chains become straight, what
is free keeps its height, and only what would overlap is moved on. Doing it again changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workflows.room_left import Taken

GRID = 20
GAP_X = 80
GAP_Y = 40
LINE = 44
"""How far below its top a card has its first sockets; a dot or a folded card has them at its middle."""
Arrow = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """Something to be placed. Without ``y`` it has no place yet."""

    x: float
    y: float | None
    width: float
    height: float


def snapped(value: float, grid: int = GRID) -> float:
    """The nearest line of the grid."""
    return float((value + grid / 2) // grid * grid)


def laid_out(boxes: Mapping[str, Box], arrows: Iterable[Arrow], obstacles: Iterable[Box] = ()) -> dict[str, Box]:
    """The boxes in their places. Obstacles stay where they are and are not covered."""
    given = list(dict.fromkeys(arrows))
    after = _without_circles(boxes, given)
    before: dict[str, list[str]] = {name: [] for name in boxes}
    for source, target in given:
        if source in after and target in after[source]:
            before[target].append(source)
    parts = [_columns({name: boxes[name] for name in part}, before, after) for part in _parts(boxes, before, after)]
    taken = Taken(GAP_Y / 2)
    for box in obstacles:
        taken.take(box.x, box.y or 0, box.width, box.height)
    found: dict[str, Box] = {}
    begun: dict[Box, float] = {}
    for part in sorted(parts, key=lambda one: (-len(one), min((box.y or 0, box.x) for box in one.values()))):
        # What is free only becomes less: a box like an earlier one need not look where that one found nothing.
        alone = next(iter(part.values())) if len(part) == 1 else None
        down = _way_down(part, taken, begun.get(alone, 0.0) if alone is not None else 0.0)
        if alone is not None:
            begun[alone] = down
        for name, box in part.items():
            found[name] = placed = replace(box, y=(box.y or 0) + down)
            taken.take(placed.x, placed.y or 0, placed.width, placed.height)
    return found


def _way_down(part: Mapping[str, Box], taken: Taken, down: float) -> float:
    """How far boxes have to go down together, at least as far as given, so that none of them covers what is there."""
    moving = True
    while moving:
        moving = False
        for box in part.values():
            bottom = taken.bottom_below(box.x, (box.y or 0) + down, box.width, box.height)
            if bottom is not None:
                down = _up(bottom + GAP_Y - (box.y or 0))
                moving = True
    return down


def _without_circles(boxes: Mapping[str, Box], arrows: Iterable[Arrow]) -> dict[str, dict[str, None]]:
    """What comes after each box. Of a circle the arrow that closes it is left out."""
    found: dict[str, dict[str, None]] = {name: {} for name in boxes}
    for source, target in arrows:
        if source != target and source in found and target in found:
            found[source][target] = None
    after: dict[str, dict[str, None]] = {name: {} for name in boxes}
    open_, done = set[str](), set[str]()
    for start in boxes:
        stack = [(start, iter(found[start]))] if start not in done else []
        open_.update(name for name, _ in stack)
        while stack:
            name, rest = stack[-1]
            target = next(rest, "")
            if not target:
                stack.pop()
                open_.discard(name)
                done.add(name)
            elif target not in open_:
                after[name][target] = None
                if target not in done:
                    open_.add(target)
                    stack.append((target, iter(found[target])))
    return after


def _parts(
    boxes: Mapping[str, Box], before: Mapping[str, Sequence[str]], after: Mapping[str, Collection[str]],
) -> list[list[str]]:
    """The boxes that hang together, each part in the order of all."""
    part_of: dict[str, int] = {}
    count = 0
    for start in boxes:
        if start in part_of:
            continue
        part_of[start] = count
        stack = [start]
        while stack:
            name = stack.pop()
            for other in (*before[name], *after[name]):
                if other not in part_of:
                    part_of[other] = count
                    stack.append(other)
        count += 1
    parts: list[list[str]] = [[] for _ in range(count)]
    for name in boxes:
        parts[part_of[name]].append(name)
    return parts


def _columns(
    boxes: Mapping[str, Box], before: Mapping[str, Sequence[str]], after: Mapping[str, Collection[str]],
) -> dict[str, Box]:
    """One part: a column for each step from left to right."""
    columns = _in_columns(boxes, before, after)
    found: dict[str, Box] = {}
    x = snapped(min(box.x for box in boxes.values()))
    index = {name: number for number, name in enumerate(boxes)}
    for column in columns:
        wished = {name: _wish(boxes[name], name, before[name], after, found) for name in column}
        order = sorted(column, key=lambda name: (wished[name][0], boxes[name].x, index[name]))
        for name, y in _stacked(order, boxes, wished).items():
            found[name] = replace(boxes[name], x=x, y=y)
        x += _up(max(boxes[name].width for name in column)) + GAP_X
    return {name: found[name] for name in boxes}


def _in_columns(
    boxes: Mapping[str, Box], before: Mapping[str, Sequence[str]], after: Mapping[str, Collection[str]],
) -> list[list[str]]:
    """Each box right of all that it needs; what needs nothing stands just before what needs it."""
    waiting = {name: len(before[name]) for name in boxes}
    ready = [name for name, count in waiting.items() if not count]
    layer = dict.fromkeys(ready, 0)
    for name in ready:  # grows while it is walked over
        for target in after[name]:
            layer[target] = max(layer.get(target, 0), layer[name] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for name in boxes:
        if not before[name] and after[name]:
            layer[name] = min(layer[target] for target in after[name]) - 1
    columns: dict[int, list[str]] = {}
    for name in boxes:
        columns.setdefault(layer[name], []).append(name)
    return [columns[number] for number in sorted(columns)]


def _wish(
    box: Box, name: str, before: Sequence[str], after: Mapping[str, Collection[str]], found: Mapping[str, Box],
) -> tuple[float, float | None]:
    """The height at which a box is ordered in its column, and the one it has to have to make a chain straight."""
    heights = [(found[source].y or 0) + _line(found[source]) - _line(box) for source in before]
    now = box.y if box.y is not None else sum(heights) / len(heights) if heights else 0.0
    chained = bool(before) and next(iter(after[before[0]])) == name
    return now, heights[0] if chained else None


def _line(box: Box) -> float:
    return min(box.height / 2, LINE)


def _stacked(
    order: Sequence[str], boxes: Mapping[str, Box], wished: Mapping[str, tuple[float, float | None]],
) -> dict[str, float]:
    """Heights in a column, in this order and without overlaps: chains first, the others as near as they can be."""
    tops: list[float] = []
    top = 0.0
    for name in order:
        tops.append(top)
        top += _up(boxes[name].height) + GAP_Y
    chained = [place for place, name in enumerate(order) if wished[name][1] is not None]
    # Without the heights above it, each box may be anywhere as long as none is above the one before.
    level = _rising([(wished[order[place]][1] or 0) - tops[place] for place in chained])
    levels = dict(zip(chained, level, strict=True))
    edges = [-1, *chained, len(order)]
    for low, high in pairwise(edges):
        free = range(low + 1, high)
        least, most = levels.get(low, float("-inf")), levels.get(high, float("inf"))
        rising = _rising([wished[order[place]][0] - tops[place] for place in free])
        levels.update({place: min(max(one, least), most) for place, one in zip(free, rising, strict=True)})
    return {name: levels[place] + tops[place] for place, name in enumerate(order)}


def _rising(values: Sequence[float]) -> list[float]:
    """The nearest values, on the grid, of which none is smaller than the one before (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        total, count = snapped(value), 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            other, more = blocks.pop()
            total, count = total + other, count + more
        blocks.append((total, count))
    return [snapped(total / count) for total, count in blocks for _ in range(count)]


def _up(value: float) -> float:
    """The next line of the grid from here on."""
    return float(-(-value // GRID) * GRID)
