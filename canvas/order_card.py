"""One open order: what is known of it, and what a person can do about it."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from canvas.ask import Choice, ask
from canvas.desk import Desk
from canvas.fields.field import Line
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.flow import FlowRow
from canvas.kit.label import Label
from canvas.open_work import OpenWork, price_of, when_of
from workflows.allowance import money
from workflows.entries import OPEN, Entry

TWICE = "If the first order did arrive, both are paid for."


class OrderCard(QWidget):
    """Shows one entry at a time. Nothing is sent by itself: each way on is a button that says what it means."""

    def __init__(self, desk: Desk, work: OpenWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self.entry: Entry | None = None
        self.title = Label(desk, "", "body", "title", wrap=True)
        self.text = Label(desk, "", "caption", colour="text.secondary", wrap=True)
        self.job = Line(desk, "Job id at the provider")
        self.job.setPlaceholderText("Job id, as the provider's console shows it")
        self.job.textChanged.connect(self._tell)
        self.ran = PriceButton(desk, "It ran: fetch it", icon="save", manner="primary", small=True)
        self.again = PriceButton(desk, "Send again", small=True)
        self.forget = PriceButton(desk, "Forget", manner="ghost", small=True)
        self.fetch = PriceButton(desk, "Fetch", icon="save", manner="primary", small=True)
        self.stop = PriceButton(desk, "Stop it there", icon="stop", manner="ghost", small=True)
        self.console = PriceButton(desk, "Open the console", manner="ghost", small=True)
        self.ran.clicked.connect(self._ran)
        self.job.returnPressed.connect(self._ran)
        self.again.clicked.connect(self._again)
        self.forget.clicked.connect(lambda: self._do(self._work.forget))
        self.fetch.clicked.connect(lambda: self._do(lambda entry: self._work.fetch([entry])))
        self.stop.clicked.connect(lambda: self._do(self._work.stop))
        self.console.clicked.connect(self._open_console)
        self._column = QVBoxLayout(self)
        for widget in (self.title, self.text, self.job):
            self._column.addWidget(widget)
        # A layout of ours needs a widget of its own: inside another layout it is gone while Qt still asks it.
        self._ways = QWidget(self)
        self._row = FlowRow(self._ways, gap=6, line_gap=4)
        for button in (self.ran, self.fetch, self.console, self.stop, self.forget, self.again):
            self._row.addWidget(button)
        self._column.addWidget(self._ways)
        self._column.addStretch(1)
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, entry: Entry | None) -> None:
        """Show this one."""
        if entry is not None and (self.entry is None or entry.id != self.entry.id):
            self.job.put("")
        self.entry = entry
        self._tell()

    def _tell(self) -> None:
        entry = self.entry
        self.setVisible(entry is not None)
        if entry is None:
            return
        provider = self._desk.studio.packs.providers.get(entry.provider)
        unknown, busy = entry.state == "unknown", self._work.is_busy(entry)
        self.title.say(title_of(self._desk, entry))
        self.text.say(said(self._desk, entry, self._work.notes.get(entry.id, "")))
        keeps_jobs = provider is not None and provider.poll is not None
        stops = provider is not None and provider.cancel is not None and provider.facts.stop != "no"
        for widget, shown in ((self.job, unknown and keeps_jobs), (self.ran, unknown and keeps_jobs),
                              (self.again, unknown), (self.forget, True), (self.fetch, entry.state in OPEN),
                              (self.stop, entry.state == "submitted" and stops),
                              (self.console, provider is not None and bool(provider.facts.console))):
            widget.setVisible(shown)
            widget.setEnabled(not busy or widget in (self.console, self.stop))
        self.ran.setEnabled(not busy and bool(self.job.text().strip()))
        costs = not entry.emulated
        self.again.set_price(money(entry.high) if entry.high is not None else words.UNKNOWN, costs=costs)
        self.again.setToolTip(TWICE)
        self.setAccessibleName(f"{self.title.full} {self.text.full}")

    def _do(self, what: object) -> None:
        if self.entry is not None and callable(what):
            what(self.entry)

    def _ran(self) -> None:
        if self.entry is not None and self.ran.isEnabled() and not self.ran.isHidden():
            self._work.ran(self.entry, self.job.text().strip())

    def _again(self) -> None:
        """Money may be spent twice: asked once more, and Enter means no."""
        entry = self.entry
        if entry is None:
            return

        def answered(key: str) -> None:
            if key == "again":
                self._work.again(entry)

        ask(self, "Send again", f"{title_of(self._desk, entry)} It may cost {money(entry.high)} once more.",
            [Choice("again", "Send again, it may be paid twice", loses=True)], answered, TWICE)

    def _open_console(self) -> None:
        provider = self._desk.studio.packs.providers.get(self.entry.provider) if self.entry is not None else None
        if provider is not None and not QDesktopServices.openUrl(QUrl(provider.facts.console)):
            self._desk.say("The console can't be opened from here.", f"It is {provider.facts.console}.")

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(12)), round(px(8)), round(px(12)), round(px(10)))
        self._column.setSpacing(round(px(5)))


def title_of(desk: Desk, entry: Entry) -> str:
    """What there is to know first."""
    provider = desk.studio.packs.providers.get(entry.provider)
    name = provider.facts.title if provider is not None else entry.provider
    if entry.state == "unknown":
        return f"Nobody can tell whether {name} accepted this order."
    return {"sending": f"It was being sent to {name} when Ajar ended.", "ready": f"{name} has made it.",
            }.get(entry.state, f"{name} is at work on it.")


def said(desk: Desk, entry: Entry, note: str) -> str:
    """The order in a few facts, and what is being done about it."""
    provider = desk.studio.packs.providers.get(entry.provider)
    model = provider.offer(entry.model).title if provider is not None else entry.model
    first = words.facts(when_of(entry), model, entry.workflow, entry.node, price_of(entry))
    charged = "It may have been charged. Nothing is sent again until you choose." if entry.state == "unknown" else ""
    note = note or entry.note
    rest = " ".join(part for part in (f"{note.rstrip('.')}." if note else "", charged) if part)
    return f"{first}\n{rest}" if rest else first
