"""Beside a sheet: what the project's ratings say of quality and price, and all about the chosen cell."""

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from canvas.compare.model import SheetModel
from canvas.compare.quality_plot import QualityPlot, QualityTable
from canvas.compare.reading import Known
from canvas.compare.taken import is_raw
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.stars import Stars
from canvas.permitting import INKS
from workflows.compare import Maker, SheetCell
from workflows.compare_page import cost_words, duration, licence_words, price
from workflows.compare_results import Outcome
from workflows.licences import MADE_FOR, Verdict
from workflows.quality import says
from workflows.take import Take

WIDE = 364


def goes(maker: Maker) -> str:
    """Where the work of a model goes, in words."""
    return maker.host or ("a stand-in here" if maker.played else "nobody: it stays here")


def plain(value: object) -> str:
    """``12`` for 12.0."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def whose(cell: SheetCell, take: Take | None) -> str:
    """Why the stars of a cell are not those of its take; empty where they are."""
    if take is None or is_raw(cell):
        return ""
    own = words.count(take.rating, "star") if take.rating else "none yet"
    return f"These stars are for the finished result; take {take.number}, which it was made from, has {own}."


def facts_of(known: Known, cell: SheetCell, one: Outcome, verdict: Verdict | None = None, take: Take | None = None,
             ) -> list[tuple[str, str, str]]:
    """All that is told of a cell: (what, how it is, the colour of that)."""
    maker = known.sheet.makers.get(cell.maker or "")
    charged = one.cost or cell.spent
    rows = [
        ("Model", maker.title if maker else ""), ("Estimate", "" if cell.cached else price(cell.low, cell.high)),
        ("Charged", price(charged, charged) + (" (play)" if one.played else "") if charged else ""),
        ("Took", duration(one.seconds) if one.seconds else ""),
        ("Expected", f"about {duration(cell.seconds)}" if cell.seconds and not cell.cached else ""),
        ("Licence", licence_words(maker, known.licences) if maker else ""),
        ("Take", f"{take.number} of {take.title or take.node}" if take is not None else ""),
        ("Sent to", ("a stand-in here" if one.played else goes(maker)) if maker else ""),
        *((name.replace("_", " ").capitalize(), plain(value)) for name, value in cell.settings.items()
          if name != "prompt"),
    ]
    gold = ("Estimate", "Charged") if cost_words(cell, one)[1] else ()
    found = [(name, value, "semantic.money" if name in gold else "text.primary") for name, value in rows
             if value and value != "free"]
    if verdict is not None:
        place = next((at + 1 for at, row in enumerate(found) if row[0] == "Licence"), len(found))
        found.insert(place, (f"For {MADE_FOR[known.prepared.gate.intent]}", verdict.sentence, INKS[verdict.word]))
    return found


def hidden_words(known: Known) -> str:
    """Until when names and prices are hidden."""
    if all(known.stars.get(spot) for spot, one in known.outcomes.items() if one.value is not None):
        return "Names and prices are hidden, though every cell has its stars: the eye in the bar shows them."
    return "Names and prices are hidden until every cell has its stars."


class Card(QWidget):
    """A quiet ground behind a few words."""

    def __init__(self, desk: Desk, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.text = Label(desk, "", colour="text.secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(4)
        column.addWidget(Label(desk, title, "body", "title"))
        column.addWidget(self.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        paint.box(QPainter(self), QRectF(self.rect()), theme.size("radius.card"), theme.colour("surface.card"))


class Side(QWidget):
    """The right side of the page."""

    asked = Signal(str)
    """``node``: go to what makes the chosen cell; ``viewer``: look at it in the viewer; ``promote``, ``take`` and
    ``insert``: of the take it made."""

    def __init__(self, desk: Desk, model: SheetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._model = desk, model
        self.at = 0
        self.told: list[tuple[str, str, str]] = []
        self.setAccessibleName("Quality per dollar")
        self.count = Label(desk, "", "caption", colour="text.secondary")
        self.plot, self.table = QualityPlot(desk), QualityTable(desk)
        self.card = Card(desk, "What the ratings say")
        self.about = Label(desk, "", "caption", colour="text.secondary")
        self.stars = Stars(desk)
        self.note = Label(desk, "", "caption", colour="text.secondary", wrap=True)
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(12)
        self.facts.setVerticalSpacing(3)
        self.viewer = PriceButton(desk, "Look closer", icon="eye")
        self.node = PriceButton(desk, "Open its node", icon="frame", manner="ghost")
        self.promote = PriceButton(desk, "Promote…", icon="promote", manner="ghost")
        self.promote.setToolTip("Make the final of this take: choose the model, see its price and what differs")
        self.take = PriceButton(desk, "Show the take", icon="takes", manner="ghost")
        self.insert = PriceButton(desk, "Insert on the board", icon="plus", manner="ghost")
        self.insert.setToolTip("A node that gives this result, to send it on")
        self.of_take = (self.promote, self.take, self.insert)
        deeds = {"viewer": self.viewer, "node": self.node, "promote": self.promote, "take": self.take,
                 "insert": self.insert}
        for deed, button in deeds.items():
            button.clicked.connect(partial(self.asked.emit, deed))
        self.stars.rated.connect(lambda stars: model.rate(self.at, stars))
        self._build()
        model.changed.connect(self.refresh)
        model.moved.connect(self._cell)
        desk.themed.connect(self._wear)
        self._wear()
        self.refresh()

    def look_at(self, place: int) -> None:
        """All about another cell."""
        self.at = place
        self._cell()

    def refresh(self) -> None:
        known = self._model.known
        hidden = known is not None and known.blind
        lines = known.qualities if known is not None and not hidden else ()
        self.plot.put(lines)
        self.table.put(lines)
        self.plot.setVisible(not hidden)
        self.table.setVisible(bool(lines))
        rated = known.rated if known is not None else 0
        self.count.say(f"this project, {words.count(rated, 'rating')}")
        self.card.text.say(hidden_words(known) if hidden and known is not None else says(lines))
        self._cell()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "left")

    def _cell(self) -> None:
        """The facts of the chosen cell; what is told already stays as it is."""
        known, cell = self._model.known, self._model.cell_at(self.at)
        told: list[tuple[str, str, str]] = []
        about = note = ""
        if known is not None and cell is not None:
            one, label = self._model.outcome(cell), known.sheet.columns[cell.column]
            self.stars.show_rating(self._model.rating(cell))
            self.stars.setEnabled(one.value is not None)
            self.viewer.setEnabled(one.value is not None)
            self.node.setEnabled(not known.blind)
            about = label if known.blind else words.facts(known.sheet.rows[cell.row], label)
            take = self._model.take(cell)
            told = [] if known.blind else facts_of(known, cell, one, self._model.verdict(cell), take)
            for button in self.of_take:
                button.setEnabled(take is not None and not known.blind and one.value is not None)
            note = whose(cell, take) if one.value is not None and not known.blind else ""
        self.about.say(about)
        self.note.say(note)
        self.note.setVisible(bool(note))
        if told != self.told:
            self.told = told
            self._lay_out()

    def _lay_out(self) -> None:
        while (item := self.facts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value, ink) in enumerate(self.told):
            self.facts.addWidget(Label(self._desk, name, colour="text.secondary"), row, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(Label(self._desk, value, colour=ink, wrap=len(value) > 30), row, 1)
        self.facts.setColumnStretch(1, 1)

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 14, 14)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(self._desk, "Quality per dollar", "section", "title"), 1)
        head.addWidget(self.count)
        column.addLayout(head)
        column.addWidget(self.plot)
        column.addWidget(self.table)
        column.addWidget(self.card)
        column.addSpacing(6)
        row = QHBoxLayout()
        row.addWidget(Label(self._desk, "Selected cell", "section", "title"), 1)
        row.addWidget(self.stars)
        column.addLayout(row)
        column.addWidget(self.about)
        column.addWidget(self.note)
        column.addLayout(self.facts)
        for pair in ((self.viewer, self.node), (self.promote, self.take), (self.insert,)):
            buttons = QHBoxLayout()
            for button in pair:
                buttons.addWidget(button, 1)
            column.addLayout(buttons)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(scroll)

    def _wear(self) -> None:
        self.setFixedWidth(round(self._desk.theme.px(WIDE)))
        self.update()
