"""The queue: what runs, what waits for its turn, and what waits for a person."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.jobs import ASKED, CLOSED, PRICED, Job
from canvas.kit import words
from canvas.kit.menu import Menu
from canvas.kit.notices import Banner, EmptyState
from canvas.line_view import LineView
from canvas.lines import Line, LineList


class QueuePanel(QWidget):
    """Rows of jobs. Alt and the arrows reorder, Delete removes (or stops), Enter goes to the workflow."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert desk.runner is not None
        self._desk = desk
        self._runner = desk.runner
        self.lines = LineList(self)
        self.view = LineView(desk, self.lines, "Queue", self)
        self.banner = Banner(desk, "", "", "Go on", "info", closable=False, parent=self)
        self.empty = EmptyState(desk, "queue", "Nothing waits to run.", "", "Runs wait here in their order.", self)
        self.menu = Menu(self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addLayout(self._stack, 1)
        self.setAccessibleName("Queue")
        self.banner.acted.connect(lambda: self._runner.pause(False))
        self.view.went.connect(self._go)
        self.view.acted.connect(self._act)
        self.view.menu_wanted.connect(self._open_menu)
        self.view.keyed.connect(self._key)
        self._runner.jobs_changed.connect(self._refresh)
        desk.fronted.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        jobs = self._runner.jobs
        front = self._desk.front.title if self._desk.front is not None else ""
        self.view.put([line_of(job, jobs, front) for job in jobs])
        self._stack.setCurrentWidget(self.view if jobs else self.empty)
        held = sum(job.held == CLOSED for job in jobs)
        if held:
            self.banner.say(f"{words.count(held, 'run')} from last time {'waits' if held == 1 else 'wait'}.", "",
                            "Let it run" if held == 1 else "Let them run")
        elif self._runner.paused:
            self.banner.say("The queue is paused.", "", "Go on")
        self.banner.setVisible(bool(held) or self._runner.paused)

    def _job(self, key: str) -> Job | None:
        return next((job for job in self._runner.jobs if str(job.id) == key), None)

    def _go(self, key: str) -> None:
        """Show the workflow of a job, and the node it is about."""
        job = self._job(key)
        document = next((one for one in self._desk.documents if job is not None and one.key == job.document), None)
        if job is None or document is None:
            return
        self._desk.bring(document)
        for flat in job.only[:1]:
            *room, name = flat.split("/")
            if tuple(room) == document.room:
                document.select((name,))

    def _act(self, key: str) -> None:
        job = self._job(key)
        if job is not None and job.held:
            self._runner.let_go(job.id)
        elif job is not None:
            self._runner.remove(job.id)

    def _key(self, key: str, event: QKeyEvent) -> None:
        job = self._job(key)
        if job is None:
            return
        row = self._runner.jobs.index(job)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._runner.remove(job.id)
            event.accept()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._runner.move(job.id, row + (1 if event.key() == Qt.Key.Key_Down else -1))
            event.accept()

    def _open_menu(self, key: str, at: QPoint) -> None:
        job = self._job(key)
        if job is None:
            return
        runner, row = self._runner, self._runner.jobs.index(job)
        self.menu.clear()
        if job.held:
            self.menu.addAction("Let it run").triggered.connect(lambda: runner.let_go(job.id))
        if job.going:
            self.menu.addAction("Stop").triggered.connect(lambda: runner.stop(job.id))
        else:
            self.menu.addAction("Run next").triggered.connect(lambda: runner.move(job.id, 0))
            self.menu.addAction("Earlier").triggered.connect(lambda: runner.move(job.id, row - 1))
            self.menu.addAction("Later").triggered.connect(lambda: runner.move(job.id, row + 1))
            self.menu.addAction("Remove").triggered.connect(lambda: runner.remove(job.id))
        self.menu.popup(at)


def line_of(job: Job, jobs: Sequence[Job], front: str) -> Line:
    """A job as a row. What belongs to the workflow in front does not name it again."""
    title = job.title if not job.what else job.what if job.title == front else f"{job.title}, {job.what}"
    ink = f"category.{job.category}.ink" if job.category else "text.secondary"
    if job.held:
        action = {PRICED: "", ASKED: "Pay…"}.get(job.held, "Run")
        return Line(str(job.id), title, job.held, "Held", job.icon, ink, None, action)
    if not job.going:
        before = next((one for one in jobs if one.place == job.place - 1), None)
        waits = f"waits for {before.what or before.title}" if before is not None else "next"
        return Line(str(job.id), title, waits, words.ordinal(job.place), job.icon, ink)
    second = words.facts("" if job.take else job.now, job.note, job.left)
    if job.state in ("planning", "stopping"):
        return Line(str(job.id), title, job.now, "", job.icon, ink)
    return Line(str(job.id), title, second, words.percent(job.done or 0.0), job.icon, ink, job.done or 0.0)
