"""Money as a page of its own: what was spent and on what, what is still open, the caps, and all orders."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.save_as import ask_where
from canvas.kit.segmented import Segmented
from canvas.money.figures import bars_of, caps_of, figures_of, spans_of
from canvas.money.plots import ModelPlot, SpendPlot
from canvas.money.side import MoneySide
from canvas.money.span_plot import SpanPlot
from canvas.money.table import OrderTable
from canvas.money.tiles import FigureTile, Tile
from canvas.open_work import OpenWork
from canvas.subjects import file_of
from workflows.ledger import Ledger, read_ledger, to_csv
from workflows.obedience import policy_of_settings
from workflows.project import find, strictest

SIDE = 270
TABLE_HIGH = 260
FIGURES = 4
MOST_MODELS = 8


class MoneyPage(QWidget):
    """Reads the ledger beside the Qt thread whenever it comes into sight and when orders change."""

    def __init__(self, desk: Desk, work: OpenWork, next_run: Callable[[], float | None],
                 parent: QWidget | None = None) -> None:
        """``next_run`` tells what the next run may cost."""
        super().__init__(parent)
        self._desk = desk
        self._next_run = next_run
        self._errands = Errands(desk, self)
        self._all = Ledger(())
        self.ledger = Ledger(())
        """What is shown: real money, or the play money of stand-ins."""
        self.kind = Segmented(desk, [("real", "Real money"), ("play", "Stand-ins")], "Which orders")
        self.figures = [FigureTile(desk) for _ in range(FIGURES)]
        self.spend, self.spans, self.models = SpendPlot(desk), SpanPlot(desk), ModelPlot(desk)
        self.over_time = Tile(desk, "Spend by provider", "by day")
        self.table = OrderTable(desk, self)
        self.view = QTableView()
        self.side = MoneySide(desk, work)
        self.export = PriceButton(desk, "CSV for billing", icon="export", manner="ghost")
        self.export.clicked.connect(self._choose_file)
        self.empty = Label(desk, "Nothing was ordered from a provider yet.", colour="text.secondary")
        self._lay_out()
        self.setAccessibleName("Money")
        self.kind.choose("real")
        self.kind.chosen.connect(lambda _: self._show())
        work.changed.connect(self._look_if_seen)
        desk.themed.connect(self._wear)
        self._wear()

    def look(self) -> None:
        """Read the ledger anew."""
        home = self._desk.studio.home
        self._errands.run(lambda: read_ledger(home), self._take)

    def write(self, path: Path) -> bool:
        """What is shown, as a table for a spreadsheet."""
        try:
            path.write_text(to_csv(self.ledger), "utf-8", newline="")
        except OSError as error:
            self._desk.say(f"{path.name} could not be written: {(error.strerror or str(error)).lower()}.",
                           "Choose another folder.")
            return False
        self._desk.say(f"{len(self.ledger.charges)} orders written to {path}.")
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def close_all(self) -> None:
        self._errands.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desk.theme.colour("surface.board"))

    def _look_if_seen(self) -> None:
        if self.isVisible():
            self.look()

    def _take(self, ledger: Ledger) -> None:
        self._all = ledger
        if not ledger.real().charges and ledger.emulated().charges and not self.ledger.charges:
            self.kind.choose("play")  # there is nothing else to see
        self._show()

    def _show(self) -> None:
        desk, today = self._desk, date.today()
        play = self.kind.key == "play"
        self.ledger = self._all.emulated() if play else self._all.real()
        caps = self._caps()
        for tile, figure in zip(self.figures, figures_of(self.ledger, {} if play else caps, today), strict=True):
            tile.put(figure)
        word, bars = bars_of(self.ledger, today)
        self.over_time.note.say(word)
        providers = desk.studio.packs.providers
        titles = {name: provider.facts.title for name, provider in providers.items()}
        self.spend.put(bars, [(one.name, titles.get(one.name, one.name), one.spent)
                              for one in self.ledger.by_provider() if one.spent])
        models = {offer.id: offer.title for provider in providers.values() for offer in provider.facts.offers}
        self.spans.put([(models.get(span.name, span.name), span) for span in spans_of(self.ledger)])
        self.models.put([(models.get(one.name, one.name), one.spent, one.orders)
                         for one in self.ledger.by_model()[:MOST_MODELS]])
        self.table.put(self.ledger)
        document = desk.front
        project = str(self._project().resolve()) if document is not None else ""
        name = document.title if document is not None else ""
        self.side.put(caps_of(self._all.real(), caps, project, name, self._next_run(), today), self._all)
        self.empty.setVisible(not self.ledger.charges)

    def _project(self) -> Path:
        document = self._desk.front
        home = self._desk.studio.home.path
        return find(file_of(document, home)).root if document is not None else home

    def _caps(self) -> Mapping[str, float]:
        """The caps that count for the workflow in front: the strictest."""
        mine = policy_of_settings(self._desk.studio.settings)
        document = self._desk.front
        if document is None:
            return mine.caps
        try:
            return strictest(mine, find(file_of(document, self._desk.studio.home.path)).policy).caps
        except AjarError:  # its ajar.toml is wrong, which Problems says
            return mine.caps

    def _choose_file(self) -> None:
        ask_where(self, "Save the orders", Path.home() / "ajar-orders.csv", "Tables (*.csv)", self.write)

    def _lay_out(self) -> None:
        desk = self._desk
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.kind)
        head.addWidget(self.empty)
        head.addStretch(1)
        head.addWidget(self.export)
        column.addLayout(head)
        figures = QHBoxLayout()
        figures.setSpacing(10)
        for tile in self.figures:
            figures.addWidget(tile, 1)
        column.addLayout(figures)
        plots = QHBoxLayout()
        plots.setSpacing(10)
        self.over_time.add(self.spend)
        against = Tile(desk, "Estimate against actual", "mean of the last 10 orders of each")
        against.add(self.spans)
        models = Tile(desk, "Spend by model", "with the number of orders")
        models.add(self.models)
        models.column.addStretch(1)
        plots.addWidget(self.over_time, 1)
        plots.addWidget(against, 1)
        column.addLayout(plots)
        column.addWidget(models)
        orders = Tile(desk)
        orders.add(self._table())
        column.addWidget(orders, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(main)
        main.setObjectName("ground")
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self.side)

    def _table(self) -> QTableView:
        view = self.view
        view.setModel(self.table)
        view.setAccessibleName("All orders")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(60)
        return view

    def _wear(self) -> None:
        theme = self._desk.theme
        self.view.setFont(theme.font("body"))
        self.view.verticalHeader().setDefaultSectionSize(round(theme.px(30)))
        self.view.setMinimumHeight(round(theme.px(TABLE_HIGH)))
        self.view.setStyleSheet(f"QTableView {{ background: {theme.colour('surface.card').name()}; }}")
        self.side.setFixedWidth(round(theme.px(SIDE)))
        ground = theme.colour("surface.board").name()
        self._scroll.setStyleSheet(f"QScrollArea, QWidget#ground {{ background: {ground}; }}")
        self.update()

