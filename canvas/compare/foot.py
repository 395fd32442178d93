"""Below a sheet: what was spent on it against its cap, in which order it is made, the whole price, the licence."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from canvas.compare.model import SheetModel
from canvas.compare.side import hidden_words
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.money.plots import inks
from canvas.permitting import INKS, verdict_words
from workflows.compare import Sheet
from workflows.compare_page import price

HIGH, BAR = 74, 330


def parts_of(sheet: Sheet) -> list[tuple[str, float]]:
    """What was spent by model, the dearest first: (title, dollars)."""
    found: dict[str, float] = {}
    for cell in sheet.cells:
        maker = sheet.makers.get(cell.maker or "")
        if cell.spent and maker is not None:
            found[maker.title] = found.get(maker.title, 0.0) + cell.spent
    return sorted(found.items(), key=lambda one: -one[1])


class Foot(QWidget):
    """Painted; it tells, and does nothing."""

    def __init__(self, desk: Desk, model: SheetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._model = desk, model
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Cost of this sheet")
        model.changed.connect(self.refresh)
        desk.themed.connect(self.updateGeometry)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(600, round(self._desk.theme.px(HIGH)))

    def refresh(self) -> None:
        self.setAccessibleDescription(". ".join(f"{name}: {value}" for name, value, _ in self.facts()))
        self.update()

    def facts(self) -> list[tuple[str, str, str]]:
        """(what, how it is, the colour of that)"""
        known = self._model.known
        if known is None or known.blind:
            return []
        sheet = known.sheet
        highs = [cell.high for cell in sheet.cells]
        low = sum((cell.low or 0.0) + cell.spent for cell in sheet.cells)
        high = None if None in highs else sum((cell.high or 0.0) + cell.spent for cell in sheet.cells)
        times = [cell.seconds for cell in self._model.left]
        lasting = f"about {words.duration(sum(one or 0.0 for one in times))} left" if times and None not in times else \
            "not known yet" if times else "done"
        word, ink = self._licence()
        # The last gives way first where there is little room.
        return [("Whole sheet", f"{price(low, high)} for {words.count(len(sheet.cells), 'cell')}", "text.primary"),
                ("Licences", word, ink), ("Time", lasting, "text.primary"), ("Order", "Cheapest first", "text.primary")]

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._desk.theme, self._desk.theme.px
        painter = QPainter(self)
        paint.panel(painter, self.rect(), theme, "top")
        known = self._model.known
        if known is None:
            return
        if known.blind:
            paint.write(painter, QRectF(px(20), 0, self.width() - px(40), self.height()),
                        f"Blind. {hidden_words(known)}", theme.font(),
                        theme.colour("text.secondary"))
            return
        left = self._spent(painter, known.sheet)
        for name, value, ink in self.facts():
            wide = max(paint.width_of(name, theme.font()), paint.width_of(value, theme.font("body", "title"))) + px(4)
            if left + wide > self.width() - px(10):
                break
            painter.fillRect(QRectF(left - px(18), px(14), 1, px(44)), theme.colour("border.subtle"))
            paint.write(painter, QRectF(left, px(15), wide, px(18)), name, theme.font(), theme.colour("text.secondary"))
            paint.write(painter, QRectF(left, px(36), wide, px(18)), value, theme.font("body", "title"),
                        theme.colour(ink))
            left += wide + px(36)

    def _spent(self, painter: QPainter, sheet: Sheet) -> float:
        """The bar of what was spent and what is reserved; gives where it ends."""
        theme, px = self._desk.theme, self._desk.theme.px
        left, wide = px(20), min(px(BAR), self.width() * 0.4)
        spent = sheet.spent
        reserved = sum(cell.high or 0.0 for cell in self._model.left)
        whole = max(sheet.cap or 0.0, spent + reserved, 1e-9)
        paint.write(painter, QRectF(left, px(10), wide, px(18)), "Spent on this sheet", theme.font(),
                    theme.colour("text.secondary"))
        said = price(spent, spent) if spent else "$0.00"
        told = f"{said} of {price(sheet.cap, sheet.cap)}" if sheet.cap else said
        paint.write(painter, QRectF(left, px(10), wide, px(18)), told, theme.font("body", "title"),
                    theme.colour("text.primary"), Qt.AlignmentFlag.AlignRight)
        bar = QRectF(left, px(32), wide, px(8))
        paint.box(painter, bar, px(4), theme.colour("border.default"))
        x, parts = bar.left(), parts_of(sheet)
        colours = inks(theme, len(parts))
        for number, (_, dollars) in enumerate(parts):
            part = bar.width() * dollars / whole
            paint.box(painter, QRectF(x, bar.top(), part, bar.height()), px(2), colours[number])
            x += part
        if reserved:
            ink = QColor(theme.colour("money_button.fill"))
            ink.setAlphaF(0.35)
            paint.box(painter, QRectF(x, bar.top(), bar.width() * reserved / whole, bar.height()), px(2), ink)
        legend = [f"{title} {price(dollars, dollars)}" for title, dollars in parts]
        legend += [f"still to run {price(reserved, reserved)}"] if reserved else []
        paint.write(painter, QRectF(left, px(46), wide, px(16)), words.DOT.join(legend) or "Nothing on it costs money",
                    theme.font("caption"), theme.colour("text.secondary"))
        return left + wide + px(40)

    def _licence(self) -> tuple[str, str]:
        """What the strictest terms mean for what the work is for, and the colour of that."""
        known, verdict = self._model.known, self._model.worst()
        if known is None or verdict is None:
            return "none needed", "text.secondary"
        return verdict_words(known.prepared.gate, verdict), INKS[verdict.word]
