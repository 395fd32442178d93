"""Curves of tones as text: reading and writing the points, and the smooth line through them."""

import itertools
from bisect import bisect_right
from collections.abc import Sequence

Point = tuple[float, float]
STRAIGHT: tuple[Point, ...] = ((0.0, 0.0), (1.0, 1.0))
LEAST = 0.005
"""Points lie at least this far apart, so that the line between them can be drawn."""


def read(text: str) -> tuple[Point, ...] | None:
    """The points of ``0,0 0.5,0.6 1,1`` from left to right; nothing for an empty text; None where it is no curve."""
    try:
        pairs = sorted((float(x), float(y)) for x, y in (pair.split(",") for pair in text.split()))
    except ValueError:
        return None
    if not pairs:
        return ()
    good = len(pairs) >= 2 and all(0 <= part <= 1 for pair in pairs for part in pair)
    apart = all(second[0] - first[0] >= 1e-6 for first, second in itertools.pairwise(pairs))
    return tuple(pairs) if good and apart else None


def write(points: Sequence[Point]) -> str:
    """The points as text, no longer than it must be."""
    return " ".join(f"{round(x, 3):g},{round(y, 3):g}" for x, y in points)


def moved(points: Sequence[Point], at: int, to: Point) -> tuple[Point, ...]:
    """One point elsewhere; it stays between its neighbours."""
    low = points[at - 1][0] + LEAST if at > 0 else 0.0
    high = points[at + 1][0] - LEAST if at + 1 < len(points) else 1.0
    x = min(max(to[0], low), high)
    return (*points[:at], (x, min(max(to[1], 0.0), 1.0)), *points[at + 1 :])


def added(points: Sequence[Point], point: Point) -> tuple[tuple[Point, ...], int]:
    """One more point, and its place; where one is there already, that one is moved."""
    places = [x for x, _ in points]
    at = bisect_right(places, point[0])
    for near in (at - 1, at):
        if 0 <= near < len(points) and abs(points[near][0] - point[0]) < LEAST:
            return moved(points, near, point), near
    return (*points[:at], point, *points[at:]), at


def removed(points: Sequence[Point], at: int) -> tuple[Point, ...]:
    """One point less; two always stay."""
    return tuple(points) if len(points) <= 2 else (*points[:at], *points[at + 1 :])


def height(points: Sequence[Point], x: float) -> float:
    """How high the smooth line through the points is here; it never overshoots them."""
    if not points:
        return x
    places = [place for place, _ in points]
    x = min(max(x, places[0]), places[-1])
    at = min(max(bisect_right(places, x) - 1, 0), len(points) - 2)
    slopes = _slopes(points)
    (x0, y0), (x1, y1) = points[at], points[at + 1]
    wide = x1 - x0
    part = (x - x0) / wide
    first, last = _tangent(slopes, at), _tangent(slopes, at + 1)
    rise = y0 * (1 + 2 * part) * (1 - part) ** 2 + y1 * part * part * (3 - 2 * part)
    return rise + wide * part * (1 - part) * (first * (1 - part) - last * part)


def _slopes(points: Sequence[Point]) -> list[float]:
    return [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in itertools.pairwise(points)]


def _tangent(slopes: Sequence[float], at: int) -> float:
    before, after = slopes[max(at - 1, 0)], slopes[min(at, len(slopes) - 1)]
    if 0 < at < len(slopes) and before * after <= 0:
        return 0.0  # flat at a turning point
    limit = 3 * min(abs(before), abs(after))
    return min(max((before + after) / 2, -limit), limit)
