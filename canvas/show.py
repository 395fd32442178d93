"""One run on the board: its events become the standings of nodes, their pictures and the progress of its job."""

import itertools
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from canvas.faces import CARD_TEXT, Ran, Shown, text_of
from canvas.foresight import lane_of
from canvas.kit import words
from canvas.standing import PART, Standing
from canvas.thumbs import SIDE, Thumbs, has_picture
from workflows.events import NodeDone, NodeFailed, NodeProgress, NodeWaiting, RunWarning
from workflows.launching import Launched
from workflows.problems import Problem

LINE = 9
"""So many of the nodes that wait are told their place."""


SAID = 80
"""Letters of a note in the queue: of words that come one by one the latest."""


def latest(note: str) -> str:
    """A note in one line."""
    line = " ".join(note.split())
    return line if len(line) <= SAID else "…" + line[1 - SAID :]


SIDES, SMALLEST = ((100, SIDE), (500, SIDE // 2)), SIDE // 4
"""How large pictures of results are, by how many nodes run: a thousand large ones would fill the memory."""


class Show(QObject):
    """Without a standing (its document is closed) only the progress is kept."""

    waits = Signal(str)
    """A node waits for a person's choice."""
    marked = Signal()
    """There is something to draw."""

    def __init__(self, job: int, launched: Launched, standing: Standing | None, thumbs: Thumbs) -> None:
        super().__init__()
        self._job = job
        self._following = launched.following
        self._prepared = launched.prepared
        self.lost = launched.sound.lost
        """The leaves that could not run."""
        self._standing = standing
        self._thumbs = thumbs
        many = len(self._following.order)
        self._side = next((side for most, side in SIDES if many <= most), SMALLEST)
        self._failed: dict[str, Problem] = {}
        self._warned: dict[Problem, None] = {}
        self._line: tuple[str, ...] = ()
        self._pictures: dict[str, int] = {}
        """By node: the number of the picture that was asked for last."""
        self._previews: dict[str, Any] = {}
        """The preview to be shown next; None while there is none but one is being made."""

    def begin(self) -> None:
        """All nodes that will run wait in line."""
        if self._standing is not None:
            self._standing.begin(self._job)
        self.marked.emit()

    def hear(self, event: Any, now: float) -> None:
        self._following.take(event, now)
        if isinstance(event, NodeProgress) and event.preview is not None:
            self._preview(event.node, event.preview)
        elif isinstance(event, NodeDone) and event.values:
            self._result(event)
        elif isinstance(event, NodeFailed):
            self._failed.setdefault(event.node, Problem("error", event.message, event.hint, event.node or None))
        elif isinstance(event, RunWarning) and event.node:
            self._warned[Problem("warning", event.message, event.hint, event.node)] = None
        elif isinstance(event, NodeWaiting):
            while self.tell(now):
                continue
            self.waits.emit(event.node)

    def tell(self, now: float, most: int = PART) -> bool:
        """Pass on how the nodes stand that stand otherwise than before, at most so many; whether there are more."""
        standing, following = self._standing, self._following
        if standing is None:
            following.changed.clear()
            return False
        line = following.waiting_line(LINE)
        if not following.changed and line == self._line:
            return False
        places = {name: len(following.running()) + number for number, name in enumerate(line, 1)}
        part = list(itertools.islice(following.changed, most))
        for name in part:
            del following.changed[name]
        others = {*line, *self._line} if line != self._line else set()
        self._line = line
        ran: dict[str, Ran] = {}
        for name in {*part, *others}:
            course = following.of(name, now)
            ended_badly = course.phase in ("failed", "waiting")
            ran[name] = Ran(course, self._job, places.get(name, 0), standing.fact(name).keys if ended_badly else ())
        standing.run(ran)
        self.marked.emit()
        return bool(following.changed)

    def end(self, now: float) -> None:
        """The run is over: what still waited does not wait any more."""
        unfinished = self._following.unfinished()
        if self._standing is None:
            return
        for name in unfinished:
            shown = self._standing.shown(name)
            if shown.preview:
                self._ask(name)
                self._standing.show(name, replace(shown, picture=None, preview=False))
        self._standing.end(self._job, (*unfinished, *self._failed))
        while self.tell(now):
            continue

    def failures(self) -> tuple[Problem, ...]:
        return tuple(self._failed.values())

    def warnings(self) -> tuple[Problem, ...]:
        """What a person should hear of nodes that is no failure."""
        return tuple(self._warned)

    def progress(self, now: float) -> dict[str, Any]:
        """What the job's row says: how far, what is being made, how long it will take."""
        following = self._following
        left = following.left(now)
        running = following.running()
        texts: list[str] = []
        note = ""
        if running:
            name = running[0]
            step = self._prepared.plan.steps.get(name)
            node = self._prepared.plan.graph.nodes.get(name)
            title = (node.title if node else "") or (step.type.title if step is not None else name)
            texts = [title, latest(following.of(name, now).note)]
            # What is done elsewhere says in its own words where, and how far it is.
            note = lane_of(step.type.lane) if step is not None and step.type.lane != "remote" else ""
            if len(running) > 1:
                texts = [words.count(len(running), "node")]
        return {
            "done": following.part, "now": words.facts(*texts), "note": note,
            "left": words.left(left) if left is not None else "",
        }

    def _preview(self, node: str, value: Any) -> None:
        """The latest preview is made; those that come while one is made only replace each other."""
        if self._standing is None:
            return
        if node in self._previews:
            self._previews[node] = value
            return
        self._previews[node] = None
        number = self._ask(node)

        def made(image: QImage | None) -> None:
            following = self._previews.pop(node, None)
            if self._pictures.get(node) == number and image is not None:
                self._show(node, Shown(image, True))
            if following is not None and self._pictures.get(node) == number:
                self._preview(node, following)

        self._thumbs.make(value, made)

    def _result(self, event: NodeDone) -> None:
        if self._standing is None:
            return
        node, text = event.node, text_of(event.values, CARD_TEXT)
        value = next((value for value in event.values if has_picture(value)), None)
        if value is None:
            shown = self._standing.shown(node)
            if text != shown.text:
                self._show(node, replace(shown, text=text))
            return
        number = self._ask(node)

        def made(image: QImage | None) -> None:
            if self._pictures.get(node) == number:
                self._show(node, Shown(image, False, text))

        self._thumbs.make(value, made, self._side)

    def _ask(self, node: str) -> int:
        """A picture is asked for: those asked for before it come too late."""
        number = self._pictures[node] = self._pictures.get(node, 0) + 1
        return number

    def _show(self, node: str, shown: Shown) -> None:
        if self._standing is not None:
            self._standing.show(node, shown)
            self.marked.emit()
