"""What is told about a result beside its picture: what made it, what it cost, how large it is. Data and words only."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from ajar.clips import Audio, Mesh, Video
from ajar.values import Image, Mask
from canvas.kit import words

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
    """``yes``, ``no``, ``on conditions``: whether it may be sold."""
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


class TakeLike(Protocol):
    """What is read of a take."""

    @property
    def number(self) -> int: ...
    @property
    def model(self) -> str: ...
    @property
    def rating(self) -> int: ...


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


def of_take(take: TakeLike, value: Any = None) -> Facts:
    """What a take of the store tells; read by name, so that a take may know less."""
    seconds, cost, seed = (getattr(take, name, None) for name in ("seconds", "cost", "seed"))
    paid = bool(cost)
    return replace(
        of_value(value), name=take.model, which=f"take {take.number}", rating=take.rating,
        price=words.price(float(cost)) if cost is not None else "", paid=paid,
        time=words.duration(float(seconds)) if seconds else "", licence=str(getattr(take, "licence", "") or ""),
        seed=seed_text(seed), tags=tuple(getattr(take, "tags", ()) or ()), note=str(getattr(take, "note", "") or ""),
    )


def seed_text(seed: Any) -> str:
    if seed is None or seed == "":
        return ""
    return words.figure(seed) if isinstance(seed, int) else str(seed)


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
