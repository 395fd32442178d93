"""Tells the bars of the window what the engine knows: price and time of the next run, hosts, problems, the queue."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from canvas import prices
from canvas.document import Document
from canvas.foresight import Outlook
from canvas.kit import words
from canvas.statements import Statements

if TYPE_CHECKING:
    from canvas.window import Window

PLACES = {"local": "Local only", "listed": "Listed hosts"}
MAY_GO = {
    "local": "Nothing may leave this computer.", "listed": "Work may go only to hosts that are listed.",
    "open": "Work may go to any provider that a node names.",
}
SAVED_EVERY = 30_000
"""Milliseconds between two looks at how long ago the last saving was."""


class Telling(QObject):
    """Listens to the engine of a window and speaks to its bars."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        engine, desk = window.engine, window.desk
        engine.forecast.told.connect(lambda document, _: self._foreseen(document))
        engine.runner.jobs_changed.connect(self._worked)
        engine.runner.problems_changed.connect(lambda _: self.tell())
        engine.work.changed.connect(self._owed)
        desk.fronted.connect(self.tell)
        desk.opened.connect(lambda document: document.titled.connect(self.tell))
        self.statements = Statements(window)
        self._clock = QTimer(self, interval=SAVED_EVERY)
        self._clock.timeout.connect(self.tell)
        self._clock.start()
        self.tell()
        self._owed()

    def tell(self) -> None:
        """All of it anew, for the document in front."""
        window = self._window
        document = window.desk.front
        outlook = window.engine.forecast.outlook(document) if document is not None else None
        self._price(outlook)
        found = window.problems_of(document)
        problems, wrong = len(found), any(problem.severity == "error" for problem in found)
        window.status.tell(problems=problems, wrong=wrong, saved=_saved(document))
        head = window.sides.work.head
        if head is not None:
            head.set_count("problems", str(problems or ""), alarm=wrong)
            head.set_count("queue", str(len(window.runner.jobs) or ""))
        window.refresh_soon()

    def _foreseen(self, document: Document) -> None:
        if document is self._window.desk.front:
            self.tell()

    def _price(self, outlook: Outlook | None) -> None:
        tools = self._window.tools
        cost = outlook.cost if outlook is not None else words.FREE
        costs = outlook is not None and outlook.costs
        tools.run.set_price(cost, costs=costs)
        if outlook is not None:
            tools.stage.set_note(outlook.stage, cost, costs=costs)
            away, other = "final" if outlook.stage == "draft" else "draft", outlook.other or outlook.bill
            tools.stage.set_note(away, prices.cost(other), costs=prices.costs(other))
        about = words.facts(cost, outlook.time) if outlook is not None else cost
        tools.run.setAccessibleDescription(about)
        lines = [f"Run · {about}  {self._window.actions_.keys('run')}"]
        lines += [prices.said(part) for part in outlook.parts] if outlook is not None else []
        tools.run.setToolTip(words.tip("\n".join(lines)))
        lines += [outlook.terms] if outlook is not None and outlook.terms else []
        tools.run.setToolTip(words.tip("\n".join(lines)))
        self._hosts(outlook)

    def _hosts(self, outlook: Outlook | None) -> None:
        """Where work may go, and to how many hosts it would be sent; their names are in the tip."""
        mark, hosts = self._window.tools.hosts, outlook.hosts if outlook is not None else ()
        residency = outlook.residency if outlook is not None else "open"
        count = words.count(len(hosts), "host")
        mark.say(f"{PLACES[residency]} · {count}" if residency in PLACES else count)
        mark.wear("lock" if residency == "local" else "shield")
        said = f"{MAY_GO[residency]} {prices.hosts_said(hosts)}. Press to save a statement of the last run."
        mark.setToolTip(words.tip(said))
        mark.setAccessibleDescription(said)

    def _owed(self) -> None:
        """How much paid work is open; in red where a person has to decide."""
        head, work = self._window.sides.work.head, self._window.engine.work
        if head is not None:
            unknown = len(work.unknown())
            head.set_count("paid", str(unknown or len(work.entries) or ""), alarm=unknown > 0)
        self._month(work.month)

    def _month(self, spent: float) -> None:
        """What this month has come to, against its cap."""
        mark, cap = self._window.tools.month, self._window.desk.studio.settings.caps.get("month")
        mark.setVisible(spent > 0 or cap is not None)
        text = f"Month {words.price(spent) if spent else '$0.00'}"
        mark.say(f"{text} of {words.price(cap)}" if cap else text)
        mark.setToolTip("Real money that providers charged, or may still charge, in this month")

    def _worked(self) -> None:
        window = self._window
        head = window.sides.work.head
        if head is not None:
            head.set_count("queue", str(len(window.runner.jobs) or ""))
        window.tools.stop.setVisible(window.runner.busy)
        window.sides.pause.setChecked(window.runner.paused)
        window.refresh_soon()


def _saved(document: Document | None) -> str:
    """How the document in front stands to its file."""
    if document is None:
        return ""
    if document.history.dirty:
        return "Not saved"
    return "Saved" if document.path is not None else ""
