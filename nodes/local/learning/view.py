"""What a person sees of a training: how far it is, how the loss goes, and the same prompts again and again."""

import time
from collections.abc import Sequence

from ajar.lessons import Lesson
from ajar.models import Report
from ajar.values import Image, Size
from nodes.local.learning.course import Course, Pixels
from nodes.local.learning.loop import Material
from nodes.local.learning.plot import Row, drawn, smooth

REDRAWN = 0.7
"""Seconds from one preview to the next."""
PREVIEW, SHEET = 512, 1024
"""Widths of the picture on the node and of the sheet, in pixels."""
LAST = 0.99
"""How far it is when only the last samples are missing."""


class View:
    """Reports to the node, and paints the samples."""

    def __init__(self, lesson: Lesson, report: Report, course: Course, size: Size, material: Material) -> None:
        self._lesson, self._report, self._course, self._size, self._material = lesson, report, course, size, material
        self._before: list[Pixels] = []
        self._now: list[Pixels] = []
        self._drawn = 0.0
        self._noted, self._note = 0, ""

    def told(self, losses: Sequence[float]) -> None:
        """One more step, or a part of one; Cancelled comes from here."""
        if self._noted != len(losses) or not self._note:
            mean = f", loss {smooth(losses)[-1]:.4f}" if losses else ""
            self._noted, self._note = len(losses), f"step {len(losses)} of {self._lesson.steps}{mean}"
        self._report(LAST * len(losses) / self._lesson.steps, self._note, self._preview(losses))

    def look(self, losses: Sequence[float]) -> None:
        """Paint the samples as they are now; the first time also as they were before anything was learned."""
        if not self._before:
            with self._course.untaught():
                self._before = self._painted(losses, "before")
            self._now = self._before
        if losses:
            self._now = self._painted(losses, f"after step {len(losses)}")
        self._drawn = 0.0
        self.told(losses)

    def sheet(self, losses: Sequence[float], notes: Sequence[str]) -> Image:
        """The samples before and after, and the whole curve."""
        rows = [Row("before", self._before), Row("after", self._now)]
        return drawn(SHEET, self._lesson.name, losses, self._lesson.steps, rows, self._lesson.samples, notes)

    def _painted(self, losses: Sequence[float], when: str) -> list[Pixels]:
        found = []
        for number, words in enumerate(self._material.samples, 1):
            note = f"Painting sample {number} of {len(self._material.samples)} {when}"
            self._report(LAST * len(losses) / self._lesson.steps, note, None)
            found.append(self._course.paint(words, self._material.nothing, self._size, self._lesson.seed))
        return found

    def _preview(self, losses: Sequence[float]) -> Image | None:
        now = time.monotonic()
        if now - self._drawn < REDRAWN:
            return None
        self._drawn = now
        rows = [Row("", self._now)] if self._now else []
        return drawn(PREVIEW, self._lesson.name, losses, self._lesson.steps, rows, self._lesson.samples, ())
