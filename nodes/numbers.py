"""Numbers and seeds. Sums need no node: any number may be an expression over others."""

from collections.abc import Iterator
from typing import Annotated

from ajar.contract import node
from ajar.hints import MAX_SEED, Range, Seed


@node(quick=True)
def number(value: float = 0.0) -> float:
    """A number that several nodes share."""
    return value


@node(quick=True)
def whole(value: int = 0) -> int:
    """A whole number that several nodes share."""
    return value


@node(quick=True)
def seed(value: Seed = 0) -> int:
    """A seed that several nodes share."""
    return value


@node(quick=True)
def variations(count: Annotated[int, Range(1, 64)] = 4, seed: Seed = 0) -> Iterator[int]:
    """Several seeds, one after another: what they are wired to runs once for each.

    The first is `seed` itself, then `seed` + 1 and so on, so any one of them can be typed in again later.
    After the largest seed comes 0.
    """
    for step in range(count):
        yield (seed + step) % (MAX_SEED + 1)
