"""The bar above a sheet: how it is looked at, raw or finished, zoom, names, cap, export and run."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QInputDialog, QLayout, QSizePolicy, QWidget

from canvas.compare.model import SheetModel
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton, RunButton, ToolButton
from canvas.kit.label import Label
from canvas.kit.menu import Menu
from canvas.kit.segmented import Segment, Segmented
from canvas.viewers.flow import ToolRow
from workflows.compare_page import price

MODES = (
    Segment("sheet", "Sheet", "sheet", tip="All cells at once"),
    Segment("wipe", "Wipe", "compare", tip="A and B with a line between them  W"),
    Segment("difference", "Difference", tip="How far A and B are apart  D"),
)
CHAINS = (
    Segment("raw", "Raw / raw", tip="What the models gave"),
    Segment("finished", "Finished / finished", tip="The Finish chain behind every row"),
)


class Bar(QWidget):
    """What is pressed here is told by ``asked``: ``mode wipe``, ``chain finished``, ``lock``, ``names``, ``cap 5``,
    ``export png``, ``run``, ``sheet NAME``."""

    asked = Signal(str)

    def __init__(self, desk: Desk, model: SheetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._model = desk, model
        self._runs = False
        self.setAccessibleName("Sheet tools")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.modes = Segmented(desk, MODES, "How to look at it")
        self.chains = Segmented(desk, CHAINS, "Raw or finished")
        self.lock = ToolButton(desk, "lock", "Zoom and pan all cells together", checkable=True)
        self.fit = ToolButton(desk, "fit", "Fit the pictures in", "F")
        self.names = ToolButton(desk, "eye", "Names and prices; hidden, they come back when all is rated", "N",
                                checkable=True)
        self.sheets = PriceButton(desk, "", icon="chevron-down", manner="ghost")
        self.cap = PriceButton(desk, "No cap", manner="ghost")
        self.export = PriceButton(desk, "Export sheet", icon="export")
        self.run = RunButton(desk)
        self._row = ToolRow(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for widget in (self.sheets, self.modes, self.chains, Label(desk, "Zoom", colour="text.secondary"), self.lock,
                       self.fit, Label(desk, "Names", colour="text.secondary"), self.names):
            self._row.addWidget(widget)
        for button in (self.cap, self.export, self.run):
            self._row.add_right(button)
        self.modes.chosen.connect(lambda key: self.asked.emit(f"mode {key}"))
        self.chains.chosen.connect(lambda key: self.asked.emit(f"chain {key}"))
        deeds: dict[str, QAbstractButton] = {
            "lock": self.lock, "fit": self.fit, "names": self.names,
        }
        for deed, pressed in deeds.items():
            pressed.clicked.connect(partial(self._ask, deed))
        self.run.clicked.connect(lambda _=False: self._ask("stop" if self._runs else "run"))
        self.cap.clicked.connect(self._ask_cap)
        self.export.clicked.connect(self._choose_export)
        self.sheets.clicked.connect(self._choose_sheet)
        self.run.menu_wanted.connect(lambda at: self._choose_run())
        model.changed.connect(self.refresh)
        model.moved.connect(lambda: self.refresh() if model.running is not self._runs else None)
        desk.themed.connect(self._wear)
        self._wear()
        self.refresh()

    def refresh(self) -> None:
        known, model = self._model.known, self._model
        self.lock.setChecked(True) if known is None else None
        self.sheets.setVisible(len(model.names) > 1)
        for widget in (self.chains, self.export, self.cap, self.run, self.names, self.modes):
            widget.setEnabled(known is not None)
        if known is None:
            return
        self.sheets.say(known.sheet.title)
        self.chains.choose("finished" if known.finished else "raw")
        self.names.setChecked(not known.blind)
        cap = known.sheet.cap
        self.cap.say(f"Cap of this sheet {price(cap, cap)}" if cap else "No cap")
        self.cap.setVisible(not known.blind)
        left = model.left
        low, highs = sum(cell.low or 0.0 for cell in left), [cell.high for cell in left]
        high = None if None in highs else sum(one or 0.0 for one in highs)
        self._runs = model.running
        if self._runs:  # pressed again it would only stand in the queue, and ask for money once more
            self.run.say("Stop")
            self.run.setEnabled(True)
            self.run.set_price("", costs=False)
            self._fold()
            return
        self.run.say(f"Run {len(left)} left" if left else "All done")
        self.run.setEnabled(bool(left))
        self.run.set_price("" if not left else words.price(low if high is not None else None, high),
                           costs=high is None or high > 0)
        self._fold()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "bottom")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()

    def hasHeightForWidth(self) -> bool:
        return False

    def _fold(self) -> None:
        self._row.invalidate()
        self.setFixedHeight(self._row.heightForWidth(max(self.width(), 1)))

    def _ask(self, deed: str, _: bool = False) -> None:
        self.asked.emit(deed)

    def _ask_cap(self) -> None:
        """The cap, typed in."""
        known = self._model.known
        if known is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Cap of this sheet")
        dialog.setLabelText("What all its cells may cost together, in dollars; 0 for no cap of its own.\n"
                            "The cheapest cells are made first, and what would go beyond it is left out.")
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0, 10_000)
        dialog.setDoubleDecimals(2)
        dialog.setDoubleValue(known.sheet.cap)
        dialog.doubleValueSelected.connect(lambda value: self.asked.emit(f"cap {value}"))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _menu(self, button: QWidget) -> Menu:
        menu = Menu(button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _choose_export(self) -> None:
        menu = self._menu(self.export)
        for key, text in (("png", "As a picture (PNG)…"), ("html", "As a page for a browser (HTML)…"),
                          ("mp4", "Its clips as one film (MP4)…")):
            action = menu.addAction(text)
            action.triggered.connect(partial(self._ask, f"export {key}"))
            action.setEnabled(key != "mp4" or any(shown.kind == "film" for shown in self._model.shown))
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))

    def _choose_sheet(self) -> None:
        menu = self._menu(self.sheets)
        for name in self._model.names:
            menu.addAction(words.entry(name), partial(self.asked.emit, f"sheet {name}"))
        menu.popup(self.sheets.mapToGlobal(self.sheets.rect().bottomLeft()))

    def _choose_run(self) -> None:
        menu = self._menu(self.run)
        menu.addAction("Run what is left", partial(self.asked.emit, "run"))
        menu.addAction("Stop", partial(self.asked.emit, "stop"))
        menu.popup(self.run.mapToGlobal(self.run.rect().bottomLeft()))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(10)), round(px(6)), round(px(8)), round(px(6)))
        self._row.setSpacing(round(px(8)))
        self._fold()
        self.update()
