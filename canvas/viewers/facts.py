"""What is told about a result beside its picture: what made it, what it cost, how large it is. Data and words only."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ajar.clips import Audio, Mesh, Video
from ajar.values import Image, Mask
from canvas.kit import words
from workflows.take import Take

NONE = "none"


class Step(NamedTuple):
    """One step on the way to a result."""

    title: str
    line: str
    poster: Any = None
    """A QImage, where there is one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All in words, as they are shown; empty where nothing is known."""

    name: str = ""
    """The model that made it, or the node."""
    which: str = ""
    """``take 7``."""
    open: bool | None = None
    """Open or closed weights; None where no model made it."""
    price: str = ""
    paid: bool = False
    """Money was charged for it."""
    time: str = ""
    licence: str = ""
    sold: str = ""
    """``yes``, ``no``, ``on conditions``, ``not known``: whether it may be sold."""
    runs_on: str = ""
    size: str = ""
    rate: str = ""
    seed: str = ""
    sound: str = ""
    rating: int = 0
    tags: tuple[str, ...] = ()
    note: str = ""
    steps: tuple[Step, ...] = ()
    """Where it comes from, first step first."""
    carried: str = ""
    """What was kept and what was lost on the way."""
    cost: tuple[tuple[str, str], ...] = ()
    """The cost of the shot so far: what, and how much."""


NO_FACTS = Facts()


def of_value(value: Any) -> Facts:
    """What the value itself tells."""
    if isinstance(value, Image):
        return Facts(size=words.pixels(value.width, value.height))
    if isinstance(value, Mask):
        return Facts(size=words.pixels(value.width, value.height))
    if isinstance(value, Video):
        frames = max(round(value.fps * value.seconds), 1)
        return Facts(size=words.pixels(value.size.width, value.size.height), rate=f"{value.fps:g} fps, {frames}")
    if isinstance(value, Audio):
        channels = {1: "mono", 2: "stereo"}.get(value.array.shape[0], f"{value.array.shape[0]} channels")
        return Facts(size=words.duration(value.seconds), rate=f"{value.rate / 1000:g} kHz", sound=channels)
    if isinstance(value, Mesh):
        return Facts(size=words.size(value.path.stat().st_size) if value.path.is_file() else "")
    return NO_FACTS


def of_take(take: Take, value: Any = None, open_: bool | None = None) -> Facts:
    """What a take of the store tells. Whether its model is open is for the catalogue to say."""
    which = f"final take {take.number}" if take.stage == "final" else f"take {take.number}"
    size = words.pixels(take.width, take.height) if take.width else ""
    own = of_value(value)
    return replace(
        own, name=take.model or take.title, which=which, open=open_, rating=take.rating, size=own.size or size,
        price=words.price(take.cost), paid=bool(take.cost), licence=take.licence, seed=seed_text(take.seed),
        time=words.duration(take.seconds) if take.seconds is not None else "", tags=take.tags, note=take.note,
    )


def seed_text(seed: int | None) -> str:
    return "" if seed is None else words.figure(seed)


def line(facts: Facts) -> tuple[str, ...]:
    """The second line of a card: price, time, and whether it may be sold."""
    sold = {"yes": "may be sold", "no": "may not be sold", "on conditions": "sold on conditions"}.get(facts.sold, "")
    licence = ", ".join(part for part in (facts.licence, sold) if part)
    return tuple(part for part in (facts.price, facts.time, licence) if part)


def told(facts: Facts, letter: str = "", title: str = "") -> str:
    """Everything on a card in one sentence, for those who can't see it."""
    door = {True: "open", False: "closed", None: ""}[facts.open]
    stars = words.count(facts.rating, "star") if facts.rating else ""
    parts = [facts.name or title, door, *line(facts), stars, facts.which]
    text = ", ".join(part for part in parts if part)
    return f"{letter}: {text}" if letter else text


def rows(a: Facts, b: Facts) -> list[tuple[str, str, str]]:
    """The table of the two: a row where at least one of them knows something."""
    table = (
        ("Price", a.price, b.price), ("Time", a.time, b.time), ("Licence", a.licence, b.licence),
        ("May be sold", a.sold, b.sold), ("Runs on", a.runs_on, b.runs_on), ("Size", a.size, b.size),
        ("Rate", a.rate, b.rate), ("Seed", a.seed, b.seed), ("Sound", a.sound, b.sound),
    )
    return [(name, left or NONE, right or NONE) for name, left, right in table if left or right]
