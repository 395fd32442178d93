"""What a node looks like, put together from what the forecast, the run and the takes know of it. Pure."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QImage

from ajar.values import Audio, Image, Mask, Video
from canvas.fact import Fact
from canvas.kit import words
from canvas.looks import Look, Phase, Thumb
from workflows.following import Course
from workflows.verdicts import NOBODY_KNOWS

PHASES: dict[str, Phase] = {
    "queued": "queued", "running": "running", "done": "done", "failed": "failed", "waiting": "waiting",
    "skipped": "idle",
}
MAX_TEXT, CARD_TEXT = 60, 240
"""Letters of a text that are said of it, and that are kept for its card."""


@dataclass(frozen=True, slots=True)
class Strip:
    """The takes of a node."""

    thumbs: tuple[Thumb, ...] = ()
    picked: int | None = None
    picture: QImage | None = None
    """Of the take that is picked."""
    highest: int = 0
    """The highest number among them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a run left to be seen of a node."""

    picture: QImage | None = None
    preview: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a node stood in the latest run that had it."""

    course: Course
    job: int
    place: int = 0
    """In the line of nodes that wait for their turn; 0 where that is not told."""
    seen: tuple[str | None, ...] = ()
    """The keys the forecast gave for it when it ended badly."""


def face(fact: Fact, ran: Ran | None, strip: Strip, shown: Shown, going: bool) -> Look:
    """How a node looks; ``going``: its run goes on."""
    phase, word = _phase(fact, ran, strip, shown, going)
    course = ran.course if ran is not None else Course()
    going = going and phase == "running"
    # While it is worked on, what comes is shown; else the take that flows on, or what was made last.
    first, other = (strip.picture, shown.picture) if strip.picked is not None else (shown.picture, strip.picture)
    picture = shown.picture if shown.preview else first if first is not None else other
    return Look(
        phase, word, course.done if going else None, course.note if going else "",
        words.left(course.left) if going and course.left is not None else "",
        *_sentences(fact, course, phase),
        picture, shown.preview and picture is shown.picture, shown.text, strip.thumbs, strip.picked,
        fact.lane, fact.open, fact.licence, fact.price, fact.needs,
        fact.memory, fact.fits, fact.advice, fact.warning, fact.terms, fact.result, fact.confidential,
    )


def _sentences(fact: Fact, course: Course, phase: Phase) -> tuple[str, str]:
    """What went wrong, or has to be decided, and what to do about it."""
    if phase in ("failed", "waiting") and course.phase == phase:
        return course.message, course.hint
    return (fact.message, fact.hint) if phase in ("failed", "missing") else ("", "")


def _phase(fact: Fact, ran: Ran | None, strip: Strip, shown: Shown, going: bool) -> tuple[Phase, str]:
    if ran is not None and going and ran.course.phase in ("queued", "running"):
        if ran.course.phase == "queued":
            return "queued", words.ordinal(ran.place) if ran.place > 1 else "Next" if ran.place else "Queued"
        return "running", words.percent(ran.course.done) if ran.course.done else "Running"
    if ran is not None and ran.course.phase in ("failed", "waiting") and (going or ran.seen == fact.keys):
        return ("failed", "Failed") if ran.course.phase == "failed" else ("waiting", _asked(ran.course))
    if fact.standing == "missing":
        return "missing", fact.needs
    if fact.standing == "broken":
        return "failed", "Problem"
    if fact.standing == "other_stage":
        return "other_stage", f"Waits for {fact.stage.capitalize()}"
    done = ran is not None and ran.course.phase == "done" and (not fact.keys or ran.course.keys == fact.keys)
    if done and ran is not None:
        return ("cached", "Cached") if ran.course.cached else ("done", "Done")
    if fact.standing == "cached":
        return "cached", "Cached"
    before = ran is not None or strip.thumbs or shown.picture is not None
    return ("stale", "Changed") if fact.keys and before and fact.standing == "idle" else ("idle", "")


def _asked(course: Course) -> str:
    """What a node that waits for a person is waiting for."""
    if course.choices:
        return "Choose"
    return "Ask provider" if course.message.startswith(NOBODY_KNOWS) else "Needs you"


def text_of(values: tuple[Any, ...], most: int = MAX_TEXT) -> str:
    """A result in a few words: ``3 items``, ``1024 × 1024``, a number, the beginning of a text."""
    if not values:
        return ""
    value = values[0]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Image, Mask)):
        return words.pixels(value.size.width, value.size.height)
    if isinstance(value, Video):
        return words.facts(words.pixels(value.size.width, value.size.height), words.duration(value.seconds))
    if isinstance(value, Audio):
        return words.duration(value.seconds)
    if isinstance(value, (list, tuple)):
        return words.count(len(value), "item")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (int, str)):
        line = " ".join(str(value).split())
        return line if len(line) <= most else line[: most - 1] + "…"
    return ""
