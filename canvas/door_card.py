"""One of the three doors as a card: a drawn door, facts with icons, and a button."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.door_words import Door
from canvas.kit import paint
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.theme import Theme

CARD_WIDTH = 372
LEAST = 190
"""What a card needs at least to be readable."""


class DoorCard(QWidget):
    """One door: what is behind it, and a button that opens it."""

    wanted = Signal()

    def __init__(self, desk: Desk, door: Door, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.door = door
        self.title = Label(desk, door.title, "title", "title", wrap=True)
        self.under = Label(desk, door.under, colour="text.secondary", wrap=True)
        self.button = PriceButton(desk, door.button, icon=door.icon, manner="ghost")
        self.button.clicked.connect(lambda _=False: self.wanted.emit())
        self.facts = QWidget(self)
        self._rows = QVBoxLayout(self.facts)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.under)
        self._column = QVBoxLayout(self)
        self._column.addLayout(texts)
        self._column.addWidget(self.facts)
        self._column.addStretch(1)
        self._column.addWidget(self.button)
        self._texts = texts
        self.put(door)
        desk.themed.connect(self._wear)
        self._wear()

    def put(self, door: Door) -> None:
        """Say other facts."""
        self.door = door
        self.title.say(door.title)
        self.under.say(door.under)
        self.button.say(door.button, door.icon)
        self.button.setEnabled(door.ready)
        self.button.setToolTip("" if door.ready else door.under)
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for icon, sentence in door.facts:
            fact = Fact(self._desk, icon, sentence, self.facts)
            self._rows.addWidget(fact)
            fact.show()  # what is not shown yet has no height in a layout
        self.setAccessibleName(door.title)
        self.setAccessibleDescription(". ".join((door.under, *(sentence for _, sentence in door.facts))))

    def show_facts(self, full: bool) -> None:
        self.facts.setVisible(full)

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(CARD_WIDTH)), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(LEAST)), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        radius = theme.size("radius.dialog")
        paint.box(painter, QRectF(self.rect()), radius, theme.colour("surface.panel"), theme.colour("border.default"))
        paint_door(painter, theme, QPointF(theme.px(20), theme.px(18)), self.door.light)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(20)), round(px(18)), round(px(20)), round(px(18)))
        self._column.setSpacing(round(px(10)))
        self._texts.setContentsMargins(round(px(48)), 0, 0, 0)
        self._rows.setSpacing(round(px(4)))
        self.update()


class Fact(QWidget):
    """An icon and a sentence beside it."""

    def __init__(self, desk: Desk, icon: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon = icon
        self.label = Label(desk, sentence, colour="text.secondary", wrap=True, parent=self)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label)
        desk.themed.connect(self._wear)
        self._wear()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        # Beside the first line, where the sentence has several.
        first = min(self.height(), theme.px(20))
        at = QPointF(0, (first - theme.px(14)) / 2)
        paint.icon(QPainter(self), theme, self._icon, at, 14, "text.tertiary")

    def _wear(self) -> None:
        self._row.setContentsMargins(round(self._desk.theme.px(22)), 0, 0, 0)
        self.setMinimumHeight(round(self._desk.theme.px(20)))


def paint_door(painter: QPainter, theme: Theme, at: QPointF, light: float) -> None:
    """A door, the further open the brighter it is behind it. 34 by 40."""
    painter.save()
    painter.translate(at)
    painter.scale(theme.text, theme.text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    glow = QColor(theme.colour("money_button.fill"))
    glow.setAlphaF(light)
    painter.fillRect(QRectF(9, 6, 16, 31), glow)
    edge = 8.6 + (light - 0.33) * 20
    lift = 6.4 + (light - 0.33) * 4.6
    leaf = QPainterPath(QPointF(edge, lift))
    for x, y in ((25, 5), (25, 39), (edge, 37.4 - (light - 0.33) * 3.3)):
        leaf.lineTo(x, y)
    leaf.closeSubpath()
    painter.setBrush(theme.colour("surface.raised"))
    painter.setPen(QPen(theme.colour("text.secondary"), 1.5, j=Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(leaf)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("border.strong"), 1.75, c=Qt.PenCapStyle.RoundCap))
    frame = QPainterPath(QPointF(6, 37))
    frame.lineTo(6, 5.5)
    frame.arcTo(QRectF(6, 3, 5, 5), 180, -90)
    frame.lineTo(25.5, 3)
    frame.arcTo(QRectF(23, 3, 5, 5), 90, -90)
    frame.lineTo(28, 37)
    painter.drawPath(frame)
    painter.drawLine(QPointF(2, 37), QPointF(32, 37))
    painter.restore()
