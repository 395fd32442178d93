"""Quality per dollar: what the ratings of a project say of its models. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.allowance import money
from workflows.ratings import Rating

ENOUGH = 3
"""Fewer ratings than these are too few to judge by."""
TELLING = 0.25
"""Stars by which two means differ enough to speak of it."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was thought of one model. Dollars."""

    name: str
    open: bool | None
    finished: bool
    count: int
    mean: float
    spread: float
    """How far the mean may be off, to either side: the standard error. 0 of one rating."""
    cost: float | None
    """The mean cost of one result; None where that is not known."""
    seconds: float | None
    blind: int
    """How many of the ratings were given blind."""
    played: bool = False

    @property
    def per_dollar(self) -> float | None:
        """Stars for a dollar; None where it cost nothing, or nobody knows what."""
        return self.mean / self.cost if self.cost else None

    @property
    def for_ten(self) -> int | None:
        """How many results ten dollars buy."""
        return int(10 / self.cost + 1e-9) if self.cost else None


def qualities(ratings: Iterable[Rating]) -> tuple[Quality, ...]:
    """A line for each model, raw and finished apart, the cheapest first."""
    groups: dict[str, list[Rating]] = {}
    for rating in ratings:
        groups.setdefault(rating.name, []).append(rating)
    return tuple(sorted(map(_quality, groups.values()), key=lambda one: (_dollars(one), one.name)))


def _quality(ratings: Sequence[Rating]) -> Quality:
    first, count = ratings[0], len(ratings)
    mean = sum(one.stars for one in ratings) / count
    costs = [one.cost for one in ratings if one.cost is not None]
    times = [one.seconds for one in ratings if one.seconds is not None]
    spread = 0.0
    if count > 1:
        variance = sum((one.stars - mean) ** 2 for one in ratings) / (count - 1)
        spread = math.sqrt(variance / count)
    return Quality(
        first.name, first.open, first.finished, count, mean, spread,
        sum(costs) / len(costs) if len(costs) == count else None, sum(times) / len(times) if times else None,
        sum(one.blind for one in ratings), first.played)


def says(lines: Sequence[Quality]) -> str:
    """What they say, in a few sentences; what can't be judged yet is said too."""
    if not lines:
        return "Nothing is rated yet. Give stars to cells, and this says what quality costs."
    known = [one for one in lines if one.count >= ENOUGH and one.cost is not None]
    sentences, base = [], known[0] if known else None
    for one in known[1:]:
        assert base is not None
        more, dearer = one.mean - base.mean, _dollars(one) - _dollars(base)
        what = _what(base, one)
        if more >= TELLING:
            price = f"for {_price(dearer)} more each" if dearer > 1e-9 else "for no more money"
            sentences.append(f"{what} gains {more:.1f} stars over {base.name} {price}.")
            base = one
        elif dearer > 1e-9:
            sentences.append(f"{what} costs {_price(dearer)} more each than {base.name} and is rated no better.")
    few = [one for one in lines if one.count < ENOUGH]
    for one in few[:3]:
        number = "one rating" if one.count == 1 else f"{one.count} ratings"
        sentences.append(f"{one.name} has {number} only, too few to judge.")
    if not sentences and base is not None:
        sentences.append(f"{base.name} is all that is rated so far: {base.mean:.1f} of 5 stars.")
    return " ".join(sentences[:4])


def _what(base: Quality, one: Quality) -> str:
    raw = one.name.replace(" finished", "")
    return f"Finishing {raw}" if one.finished and base.name == raw else one.name


def _dollars(one: Quality) -> float:
    return math.inf if one.cost is None else one.cost


def _price(dollars: float) -> str:
    return f"{dollars * 100:.2g} cents" if dollars < 1 else money(dollars)
