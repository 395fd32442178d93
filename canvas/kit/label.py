"""Text that follows the theme, and keys drawn as caps."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words


class Label(QLabel):
    """A text in a role, weight and colour of the theme; shortened where there is no room, or wrapped."""

    def __init__(self, desk: Desk, text: str = "", role: str = "body", weight: str = "text",
                 colour: str = "text.primary", *, mono: bool = False, wrap: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._full = text
        self._look = (role, weight, colour, mono)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # over a board it would be another one
        self.setWordWrap(wrap)
        if not wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self._wear)
        self._wear()
        self.say(text)

    @property
    def full(self) -> str:
        """The whole text, also where it is shown shortened."""
        return self._full

    def say(self, text: str, colour: str | None = None) -> None:
        """Show another text, and perhaps in another colour."""
        self._full = text
        self.setAccessibleName(text)
        if colour is not None and colour != self._look[2]:
            self._look = (*self._look[:2], colour, self._look[3])
            self._wear()
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self.wordWrap():
            return super().sizeHint()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._full) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint() if self.wordWrap() else self.sizeHint()
        return QSize(min(hint.width(), round(self._desk.theme.px(24))), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # A new style sheet puts back the palette that was there before the first one.
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange) and self._stale():
            self._wear()

    def _stale(self) -> bool:
        role, weight, colour, mono = self._look
        theme = self._desk.theme
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        return ink != theme.colour(colour) or self.font().pixelSize() != theme.font(role, weight, mono=mono).pixelSize()

    def _fit(self) -> None:
        shown = self._full if self.wordWrap() else paint.elided(self._full, self.font(), max(self.width(), 1))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(words.tip(self._full) if shown != self._full and self.isVisible() else "")

    def _wear(self) -> None:
        role, weight, colour, mono = self._look
        theme = self._desk.theme
        self.setFont(theme.font(role, weight, mono=mono))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme.colour(colour))
        self.setPalette(palette)
        self._fit()
        self.updateGeometry()


class KeyCap(QWidget):
    """The keys of an action, as on a keyboard."""

    def __init__(self, desk: Desk, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._text = words.keys(text)
        self.setAccessibleName(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)

    def say(self, text: str) -> None:
        self._text = words.keys(text)
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._desk.theme
        return QSize(round(paint.keycap_width(theme, self._text)), round(theme.px(16)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._text:
            paint.paint_keycap(QPainter(self), self._desk.theme, QPointF(0, 0), self._text)
