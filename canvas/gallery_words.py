"""What is said of a take in the gallery. Pure."""

import time
from dataclasses import dataclass, replace
from typing import Literal

from canvas.kit import words
from workflows.takes import Query, Take

DAY = 86_400
KINDS = {
    "image": "Pictures", "mask": "Masks", "video": "Films", "audio": "Sounds", "mesh": "3D", "text": "Texts",
}
ICONS = {
    "image": "image", "mask": "mask", "video": "video", "audio": "audio", "mesh": "mesh", "text": "prompt",
}
Since = Literal["", "today", "week", "month", "year"]
DATES: dict[Since, str] = {
    "": "Any time", "today": "Today", "week": "Last 7 days", "month": "Last 30 days", "year": "Last 12 months",
}
DAYS: dict[Since, int] = {"week": 7, "month": 30, "year": 365}
ALL = Query()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants to see; a query where dates are still in words."""

    query: Query = ALL
    since: Since = ""

    def asked(self, now: float) -> Query:
        """The query as of now."""
        if not self.since:
            return self.query
        begin = _midnight(now) if self.since == "today" else now - DAYS[self.since] * DAY
        return replace(self.query, since=begin)

    @property
    def plain(self) -> bool:
        """Whether nothing is left out but what was thrown away."""
        return self == Wish()


def name_of(take: Take) -> str:
    """What made it: ``Wan 2.2``, else the node."""
    return take.title or take.model or take.node


def caption(take: Take) -> str:
    """One short line below a picture."""
    return " ".join(take.prompt.split()) or f"{name_of(take)} · take {take.number}"


def told(take: Take) -> str:
    """All that is seen of a take in one sentence, for those who can't see it."""
    kind = KINDS.get(take.kind, "Pictures").removesuffix("s").lower()
    stars = f"{words.count(take.rating, 'star')}" if take.rating else "not rated"
    parts = [
        f"{name_of(take)}, take {take.number}", "3D" if take.kind == "mesh" else kind,
        "lost" if take.lost else "", "confidential" if take.confidential else "", stars,
        caption(take) if take.prompt else "",
    ]
    return ", ".join(part for part in parts if part)


def facts(take: Take, now: float) -> list[tuple[str, str]]:
    """The table beside a take: what, and how much. Rows without an answer are left out."""
    rows = [
        ("Model", take.model), ("Seed", "" if take.seed is None else words.figure(take.seed)),
        ("Size", words.pixels(take.width, take.height) if take.width and take.height else ""),
        ("Time", words.duration(take.seconds) if take.seconds is not None else ""),
        ("Cost", words.price(take.cost)), ("Licence", take.licence), ("Stage", take.stage.capitalize()),
        ("Confidential", "Reaches no other machine" if take.confidential else ""),
        ("Workflow", take.workflow), ("Node", take.node), ("Made", moment(take.made, now)),
    ]
    return [(name, value) for name, value in rows if value]


def moment(made: float, now: float) -> str:
    """``today 14:05``, ``yesterday 9:30``, ``21 Nov 2026``."""
    local = time.localtime(made)
    clock = f"{local.tm_hour}:{local.tm_min:02}"
    if made >= _midnight(now):
        return f"today {clock}"
    if made >= _midnight(_midnight(now) - 1):
        return f"yesterday {clock}"
    return f"{local.tm_mday} {time.strftime('%b %Y', local)}"


def tags_of(text: str) -> list[str]:
    """The tags in a line: separated by commas."""
    return [tag for part in text.split(",") if (tag := " ".join(part.split()))]


def _midnight(moment: float) -> float:
    local = time.localtime(moment)
    return time.mktime((local.tm_year, local.tm_mon, local.tm_mday, 0, 0, 0, 0, 0, -1))
