"""Looks ahead after every edit, on a thread of its own: problems, what is cached, price and time of the next run."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ajar.context import Stage
from ajar.errors import AjarError
from ajar.models import ModelEntry
from canvas.desk import Desk
from canvas.document import Document
from canvas.foresight import Outlook, foresee
from canvas.runner import Runner
from canvas.subjects import file_of, trusted_of
from workflows.graph import Graph
from workflows.problems import Problem
from workflows.project import find
from workflows.studio import Options, Prepared

AFTER = 250
"""Milliseconds after the last edit."""
WARM_AFTER = 1500
"""Milliseconds of rest before the worker is asked to load its libraries."""
SHELF_FOR = 10.0
"""Seconds for which the list of models is taken as it is."""


@dataclass(frozen=True, slots=True)
class _Question:
    """One look ahead that is asked for."""

    number: int
    document: Document
    graph: Graph
    file: Path
    options: Options


class Forecast(QObject):
    """The outlook of every open document. A newer edit makes an older look ahead give up."""

    told = Signal(object, object)
    """(document, outlook)"""
    _answered = Signal(object, object)

    def __init__(self, desk: Desk, runner: Runner | None = None, *, warm: bool = False) -> None:
        """``warm``: get the worker ready in the background where a graph will need it."""
        super().__init__()
        runner = runner or desk.runner
        assert runner is not None
        self._desk = desk
        self._runner = runner
        runner.forecast = self
        self.warm = warm
        self.stage: Stage = "draft"
        self._outlooks: dict[Document, tuple[Graph, Outlook]] = {}
        self._asked: dict[Document, int] = {}
        """The number of the latest question about each document; the thread reads it."""
        self._number = 0
        self._seen: dict[Document, tuple[Graph, Path | None]] = {}
        self._due: set[Document] = set()
        self._models: tuple[float, Mapping[tuple[str, str], ModelEntry]] = (0.0, {})
        self._warmed: set[tuple[str, ...]] = set()
        self._questions: SimpleQueue[_Question | Prepared | None] = SimpleQueue()
        self._timer = QTimer(self, interval=AFTER, singleShot=True)
        self._timer.timeout.connect(self._ask_due)
        self._rest = QTimer(self, interval=WARM_AFTER, singleShot=True)
        self._rest.timeout.connect(self._get_warm)
        self._answered.connect(self._take, type=Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="ajar-forecast", daemon=True)
        self._thread.start()
        desk.opened.connect(self._follow)
        desk.closed.connect(self._leave)
        runner.ended.connect(lambda job, status: self.refresh())
        for document in desk.documents:
            self._follow(document)

    def outlook(self, document: Document | None = None) -> Outlook | None:
        """What is known of the next run of a document (the one in front); None while nothing is."""
        document = document or self._desk.front
        found = self._outlooks.get(document) if document is not None else None
        return found[1] if found is not None else None

    def problems(self, document: Document) -> tuple[Problem, ...] | None:
        """What is wrong with a document as it is now; None while that is not known."""
        found = self._outlooks.get(document)
        return found[1].problems if found is not None else None

    def up_to_date(self, document: Document) -> bool:
        """Whether the outlook is that of the document as it is now."""
        found = self._outlooks.get(document)
        return found is not None and found[0] is document.graph

    def set_stage(self, stage: Stage) -> None:
        """Look ahead to runs of this stage from now on."""
        if stage != self.stage:
            self.stage = stage
            self.refresh()

    def refresh(self) -> None:
        """Look ahead anew for all documents: what is cached or on the machine may have changed."""
        self._due.update(self._desk.documents)
        self._timer.start(0)

    def close(self) -> None:
        """Give up what is asked and end the thread."""
        self._timer.stop()
        self._rest.stop()
        self._asked.clear()
        self._questions.put(None)
        self._thread.join(10)

    # --- in the Qt thread ---------------------------------------------------------------------------------------

    def _follow(self, document: Document) -> None:
        document.changed.connect(lambda before, after: self._edited(document))
        document.room_changed.connect(lambda: self._edited(document))
        document.titled.connect(lambda: self._edited(document))
        self._due.add(document)
        self._timer.start(0)

    def _edited(self, document: Document) -> None:
        seen = self._seen.get(document)
        if seen is None or seen[0] is not document.graph or seen[1] != document.path:
            self._asked[document] = -1  # what is being found out is out of date already
            self._due.add(document)
            self._timer.start(AFTER)

    def _ask_due(self) -> None:
        for document in [document for document in self._desk.documents if document in self._due]:
            self._number += 1
            self._asked[document] = self._number
            self._seen[document] = (document.graph, document.path)
            file = file_of(document, self._runner.home.path)
            options = Options(self.stage, workflow=document.title, base=file.parent, trusted=trusted_of(document),
                              licence_reason=document.licence_reason)
            self._questions.put(_Question(self._number, document, document.graph, file, options))
        self._due.clear()

    def _take(self, question: object, outlook: object) -> None:
        assert isinstance(question, _Question) and isinstance(outlook, Outlook)
        document = question.document
        if self._asked.get(document) != question.number or document not in self._desk.documents:
            return
        self._outlooks[document] = (question.graph, outlook)
        self._runner.standing(document).foresee(outlook.facts)
        self._runner.foreseen(document, outlook)
        self._runner.marked()
        self.told.emit(document, outlook)
        if self.warm and document is self._desk.front:
            self._rest.start()

    def _get_warm(self) -> None:
        """A rest: let the worker load what the graph in front will need, once."""
        outlook = self.outlook()
        if outlook is None or outlook.prepared is None or self._runner.busy:
            return
        steps = outlook.prepared.plan.steps.values()
        kinds = tuple(sorted({kind for step in steps if step.type.lane == "gpu" for kind, _ in step.models}))
        if kinds and kinds not in self._warmed:
            self._warmed.add(kinds)
            self._questions.put(outlook.prepared)

    def _leave(self, document: Document) -> None:
        for known in (self._outlooks, self._asked, self._seen):
            known.pop(document, None)
        self._due.discard(document)

    # --- in its own thread --------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            if isinstance(question, Prepared):
                self._desk.studio.prepare(question)
                continue
            if self._is_old(question):
                continue
            outlook = self._look(question)
            if outlook is not None and not self._is_old(question):
                self._answered.emit(question, outlook)

    def _is_old(self, question: _Question) -> bool:
        return self._asked.get(question.document) != question.number

    def _look(self, question: _Question) -> Outlook | None:
        try:
            return foresee(
                self._desk.studio, question.graph, find(question.file), question.options, self._runner.timings,
                self._shelf(), lambda: self._is_old(question),
            )
        except AjarError as error:
            return Outlook((Problem("error", error.message, error.hint, error.node),))
        except Exception as error:  # a fault of ours must not end all looking ahead
            text = f"Ajar could not look ahead ({type(error).__name__}: {error})."
            return Outlook((Problem("warning", text, "Running works all the same; please report it."),))

    def _shelf(self) -> Mapping[tuple[str, str], ModelEntry]:
        """The models by kind and name; looked up anew now and then."""
        since, models = self._models
        if not models or time.monotonic() - since > SHELF_FOR:
            entries = self._desk.studio.catalogue.entries()
            models = {(entry.kind, entry.id.lower()): entry for entry in entries}
            self._models = (time.monotonic(), models)
        return models
