"""Runs workflows for the window: a queue of jobs, one at work at a time, and what it does shown on the nodes."""

import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ajar.context import Stage
from canvas import jobs as line
from canvas.agreeing import Agreeing, Wish, orders_away
from canvas.bridge import Bridge
from canvas.desk import Desk
from canvas.document import Document
from canvas.drawing import Drawing
from canvas.endings import told
from canvas.jobs import Job
from canvas.picks import Picks
from canvas.prices import paid
from canvas.show import Show
from canvas.standing import Standing
from canvas.strips import Strips
from canvas.subjects import file_of, subject, trusted_of
from canvas.thumbs import Thumbs
from canvas.troubles import Troubles
from workflows.allowance import NOTHING, Allowance
from workflows.graph import Graph
from workflows.launching import Finished, Launched, Launcher, Live, Order
from workflows.problems import Problem
from workflows.quotes import Bill
from workflows.studio import Options
from workflows.take import Take
from workflows.takes import Takes
from workflows.taking import NotTaken, Source, Taken, Taker
from workflows.timings import Timings
from workflows.variants import asking

if TYPE_CHECKING:
    from canvas.forecast import Forecast
    from canvas.foresight import Outlook

TOLD_EVERY = 100
"""Milliseconds between two tellings of how far the jobs are."""


class Runner(QObject):
    """The queue of the window. Everything here returns at once; planning, running and encoding go on elsewhere."""

    jobs_changed = Signal()
    ended = Signal(object, str)
    """(job, status) where the status is done, failed, waiting or cancelled."""
    problems_changed = Signal(object)
    """The document whose latest run met other problems."""
    asked = Signal(object, str)
    """(document, node): a person has to choose; ``choices`` tells among what."""
    wished = Signal(Wish)
    """Runs that wait for a person's word, because they cost money."""
    taken = Signal(Take)
    """A take was made."""

    def __init__(self, desk: Desk, takes: Takes, launcher: Launcher | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.takes = takes
        self.jobs: tuple[Job, ...] = ()
        self.paused = False
        self.forecast: Forecast | None = None
        """Sets itself here, for panels that have only the desk."""
        self.home = desk.studio.home
        self.timings = Timings(self.home)
        self.thumbs = Thumbs(desk.theme, self)
        self.bridge = Bridge(self)
        self._taker = Taker(takes, self.bridge.post)
        self._launcher = launcher or Launcher(desk.studio, self.bridge.post, self._made, self.timings.guesses)
        self._numbers = itertools.count(1)
        self._standings: dict[Document, Standing] = {}
        self._documents: dict[int, Document] = {}
        self._shows: dict[int, Show] = {}
        self._troubles = Troubles()
        self._sources: dict[int, Source] = {}
        self._drawing = Drawing(self._draw_part, self)
        self._telling = QTimer(self, interval=TOLD_EVERY, singleShot=True)
        self._telling.timeout.connect(self._tell)
        self.bridge.heard.connect(self._hear)
        self.bridge.settled.connect(self._drawing.some)
        self.picks = Picks(desk, self)
        """What a person decides about results."""
        self.agreeing = Agreeing(desk, self)
        self.agreeing.agreed.connect(self._agreed)
        self.agreeing.asked.connect(self._asked)
        self.strips = Strips(desk, self, takes)
        desk.opened.connect(lambda document: document.titled.connect(lambda: self._rename(document)))
        desk.closed.connect(self._leave)
        desk.themed.connect(lambda: setattr(self.thumbs, "theme", desk.theme))

    # --- what a person asks for ---------------------------------------------------------------------------------

    def run(self, document: Document, only: Sequence[str] = (), *, front: bool = False, stage: Stage = "draft",
            shown: Bill | None = None) -> Job | None:
        """Queue a run of the workflow as it is now, or of some nodes (by flat id) and what they need.

        ``shown`` is the price a person saw on what they pressed: that much they agreed to. Without it a run that
        costs money is asked about.
        """
        if not document.graph.nodes:
            self._desk.say("There is nothing to run yet.", "Press Tab on the board to add a node.")
            return None
        what, icon, category = subject(document, tuple(only))
        return self.queue(document, document.graph, tuple(only), what, icon, category, stage, front=front, shown=shown)

    def stop(self, job: int | None = None) -> None:
        """Stop a job (the one at work). Asked again, it does not wait for nodes to give in."""
        found = self._find(job) if job is not None else next((one for one in self.jobs if one.going), None)
        if found is None:
            return
        if not found.going:
            self.remove(found.id)
            return
        self._change(found.id, state="stopping", now="Stopping", left="")
        self._launcher.stop(found.id)

    def pause(self, on: bool = True) -> None:
        """Begin nothing new until told otherwise; what runs goes on. Going on also lets held jobs run."""
        self.paused = on
        if not on:
            for job in self.jobs:
                if job.held == line.CLOSED:
                    self.let_go(job.id)
        self.jobs_changed.emit()
        self._next()

    def move(self, job: int, place: int) -> None:
        """Put a waiting job at this place of the queue, counted from 0."""
        self.jobs = line.moved(self.jobs, job, place)
        self.jobs_changed.emit()

    def remove(self, job: int) -> None:
        """Take a waiting job out of the queue; one at work is stopped."""
        found = self._find(job)
        if found is None:
            return
        if found.going:
            self.stop(job)
            return
        self.jobs = line.removed(self.jobs, job)
        self.agreeing.forget(job)
        self._forget(job)
        self.jobs_changed.emit()

    def let_go(self, job: int) -> None:
        """Let a held job run when its turn comes; one that may cost money once a person has agreed to it."""
        found = self._find(job)
        if found is None:
            return
        if found.allowance is not None or not orders_away(found.graph, self._desk.studio.packs.types):
            self._change(job, held="", allowance=found.allowance or NOTHING)
            self._next()
            return
        wish = next((wish for wish in self.agreeing.wishes if job in wish.jobs), None)
        if wish is not None:
            self.wished.emit(wish)
        elif found.held != line.PRICED:
            self._change(job, held=line.PRICED)
            self.agreeing.price(found, self._document_of(found), None)

    def pay(self, wish: Wish) -> None:
        """A person agreed to what was shown."""
        self.agreeing.pay(wish)

    def decline(self, wish: Wish) -> None:
        """A person did not agree: the runs are taken out of the line."""
        self.agreeing.refuse(wish)
        for job in wish.jobs:
            self.remove(job)

    def _agreed(self, job: int, allowance: Allowance) -> None:
        self._change(job, held="", allowance=allowance)
        self._next()

    def _asked(self, wish: Wish) -> None:
        for job in wish.jobs:
            self._change(job, held=line.ASKED)
        self.wished.emit(wish)

    # --- what others see ----------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        return any(job.going for job in self.jobs)

    def works_on(self, document: Document) -> bool:
        """Whether a run that was made from this document goes on."""
        return any(job.going and self._documents.get(job.id) is document for job in self.jobs)

    def standing(self, document: Document) -> Standing:
        """How the nodes of a document stand."""
        if document not in self._standings:
            self._standings[document] = Standing(document, self._desk.looks(document))
        return self._standings[document]

    def problems(self, document: Document) -> tuple[Problem, ...]:
        """What its latest run met: what failed, and what kept parts of it from running.

        The latter is the forecast's to say where there is one: it knows the workflow as it is now.
        """
        foreseen = self.forecast is not None and self.forecast.problems(document) is not None
        return self._troubles.of(document, self.standing(document), foreseen=foreseen)

    def failures(self, document: Document) -> tuple[Problem, ...]:
        """What failed while its latest run went on, as long as nothing was changed about it."""
        return self._troubles.failures(document, self.standing(document))

    def choices(self, document: Document, node: str) -> tuple[Any, ...]:
        """Among what a node that waits lets a person choose."""
        ran = self.standing(document).ran(node)
        if ran is None or ran.course.phase != "waiting" or asking(document.graph, node) is None:
            return ()
        return ran.course.choices

    def marked(self) -> None:
        """Something of a standing was marked: draw it soon."""
        self._drawing.soon()

    def foreseen(self, document: Document, outlook: "Outlook") -> None:
        """The forecast has spoken."""
        self.strips.foreseen(document)
        self.picks.foreseen(document, outlook, outlook.stage)

    def export(self) -> list[dict[str, Any]]:
        """The jobs that have not ended, as JSON for the session file."""
        return [line.to_plain(job) for job in self.jobs]

    def restore(self, entries_: Iterable[Mapping[str, Any]]) -> None:
        """Put jobs of an earlier session into the queue, held until a person lets them run."""
        for entry in entries_:
            job = line.from_plain(entry, next(self._numbers))
            if job is not None:
                self.jobs = line.added(self.jobs, job)
        self.jobs_changed.emit()

    def close(self) -> None:
        """Stop everything, write what was made, end the threads."""
        self.jobs = ()
        self.agreeing.close()
        self.picks.close()
        self._launcher.close()
        self._taker.close()
        self.strips.close()
        self.thumbs.close()
        self.timings.save()
        self._drawing.stop()
        self._telling.stop()

    # --- the queue ----------------------------------------------------------------------------------------------

    def queue(self, document: Document, graph: Graph, only: tuple[str, ...], what: str, icon: str, category: str,
              stage: Stage, node: str = "", take: int = 0, *, front: bool = False, shown: Bill | None = None) -> Job:
        """Put a run of a graph that was made from this document into the line."""
        folder = document.path.parent if document.path is not None else self.home.path
        paid = orders_away(graph, document.types)
        job = Job(
            next(self._numbers), document.key, document.title, what, graph, file_of(document, self.home.path),
            folder / "out", only, node, take, icon, category, stage, trusted_of(document),
            reason=document.licence_reason, held=line.PRICED if paid else "", allowance=None if paid else NOTHING,
        )
        self._documents[job.id] = document
        self.jobs = line.added(self.jobs, job, front=front)
        self.jobs_changed.emit()
        if paid:
            self.agreeing.price(job, document, shown)
        self._next()
        return job

    def _next(self) -> None:
        job = None if self.paused else line.next_of(self.jobs)
        if job is None:
            return
        document = self._document_of(job)
        self._sources[job.id] = Source(document.key if document is not None else job.document, job.title)
        self._change(job.id, state="planning", now="Getting ready")
        options = Options(job.stage, job.only, out=job.out, workflow=job.title, base=job.file.parent,
                          trusted=job.trusted, leaves=False, allowance=job.allowance or NOTHING,
                          licence_reason=job.reason)
        self._launcher.launch(Order(job.id, job.graph, job.file, options))

    def _change(self, id_: int, **fields: Any) -> None:
        self.jobs = line.changed(self.jobs, id_, **fields)
        self.jobs_changed.emit()

    def _find(self, id_: int) -> Job | None:
        return next((job for job in self.jobs if job.id == id_), None)

    def _forget(self, id_: int) -> None:
        self._documents.pop(id_, None)
        self._shows.pop(id_, None)

    def _document_of(self, job: Job) -> Document | None:
        """The document a job is about, while it is open."""
        document = self._documents.get(job.id)
        if document is None:
            document = next((one for one in self._desk.documents if one.key == job.document), None)
        return document if document in self._desk.documents else None

    # --- what happens -------------------------------------------------------------------------------------------

    def _made(self, live: Live, event: Any) -> None:
        """On the scheduler's thread: a node was computed, or its result was there."""
        step = live.prepared.plan.steps.get(event.node)
        if step is not None and not event.cached:
            self.timings.note(step, event.seconds)
        self._taker.take(live, event, self._sources[live.order.job])

    def _hear(self, id_: int, event: Any) -> None:
        if isinstance(event, (Taken, NotTaken)):
            self._take(event)
            return
        job = self._find(id_)
        if job is None:
            return
        if isinstance(event, Launched):
            self._launch(job, event)
        elif isinstance(event, Finished):
            self._finish(job, event)
        elif (show := self._shows.get(id_)) is not None:
            show.hear(event, time.monotonic())
            if not self._telling.isActive():
                self._telling.start()

    def _take(self, event: Taken | NotTaken) -> None:
        if isinstance(event, Taken):
            self.taken.emit(event.take)
        else:
            self._desk.say(event.message, event.hint)

    def _launch(self, job: Job, event: Launched) -> None:
        if job.state == "planning":
            self._change(job.id, state="running", now="")
        document = self._document_of(job)
        standing = self.standing(document) if document is not None else None
        show = self._shows[job.id] = Show(job.id, event, standing, self.thumbs)
        show.waits.connect(lambda node: self.asked.emit(document, node) if document is not None else None)
        show.marked.connect(self.marked)
        show.begin()
        if document is not None:
            self._troubles.begin(document, event.sound.problems)
            self.problems_changed.emit(document)

    def _finish(self, job: Job, event: Finished) -> None:
        show = self._shows.get(job.id)
        document = self._document_of(job)
        if show is not None:
            show.end(time.monotonic())
        failures = show.failures() if show is not None else ()
        warned = show.warnings() if show is not None else ()
        if document is not None and (failures or warned or event.problems):
            self._troubles.end(document, event.problems, failures, warned)
            self.problems_changed.emit(document)
        status = "cancelled" if event.stopped else event.summary.status if event.summary else "failed"
        self.jobs = line.removed(self.jobs, job.id)
        self._forget(job.id)
        self._sources.pop(job.id, None)
        lost = show.lost if show is not None else ()
        for message, hint in told(job, status, event, failures, lost, paid(event.ordered)):
            self._desk.say(message, hint)
        self.picks.aside(self.timings.save)
        self.ended.emit(job, status)
        self.jobs_changed.emit()
        self._next()

    def _draw_part(self) -> bool:
        """A part of what has changed; whether there is more."""
        more = [show.tell(time.monotonic()) for show in self._shows.values()]
        more += [standing.draw() for standing in list(self._standings.values())]
        return any(more)

    def _tell(self) -> None:
        """How far the job at work is."""
        for job in self.jobs:
            show = self._shows.get(job.id)
            if show is not None and job.state == "running":
                self.jobs = line.changed(self.jobs, job.id, **show.progress(time.monotonic()))
        self.jobs_changed.emit()

    def _rename(self, document: Document) -> None:
        """It has a file now: what still runs makes takes of that."""
        for id_, one in self._documents.items():
            if one is document and id_ in self._sources:
                self._sources[id_] = Source(document.key, document.title)

    def _leave(self, document: Document) -> None:
        """A document was closed: what waits of it goes with it, what runs is stopped."""
        self._standings.pop(document, None)
        self._troubles.forget(document)
        for job in [job for job in self.jobs if self._documents.get(job.id) is document]:
            self.remove(job.id)
