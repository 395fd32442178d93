"""A popup on the board: a line to type in and the rows that fit. It stands in the way of nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout

from canvas.desk import Desk
from canvas.kit.over import Over
from canvas.lookup_rows import Found, FoundRow, FoundRows

if TYPE_CHECKING:
    from canvas.board.view import BoardView

WIDTH, ROWS = 320, 10


class Lookup(Over):
    """Typing filters, the arrows choose, Enter takes, Esc leaves no trace."""

    dismissed = Signal()

    def __init__(self, desk: Desk, view: "BoardView", name: str, prompt: str) -> None:
        super().__init__(desk, view)
        self.view = view
        self.setAccessibleName(name)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(prompt)
        self.line.setAccessibleName(prompt)
        self._glass = QAction(self)
        self.line.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.rows = FoundRows(self)
        self.list = QListView(self)
        self.list.setAccessibleName("What fits")
        self.list.setModel(self.rows)
        self.list.setItemDelegate(FoundRow(desk, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setStyleSheet("background: transparent")  # the popup below paints itself
        self.empty = QLabel("Nothing fits these words.", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        for widget in (self.note, self.line, self.list, self.empty):
            layout.addWidget(widget, 1 if widget is self.list else 0)
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.list.entered.connect(self.list.setCurrentIndex)
        desk.themed.connect(self._wear)
        self._wear()
        self.hide()

    def matches(self, query: str) -> Sequence[Found]:
        """What fits these words, best first."""
        return ()

    def take(self, found: Found) -> None:
        """One was chosen; the popup is closed already."""

    def show_at(self, at: QPointF | None, note: str = "") -> None:
        """Open near a place of the scene, or at the top in the middle."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.line.clear()
        self._fill("")
        self._place(at)
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close without taking anything, and give the keyboard back to the board."""
        if self.isVisible():
            self.hide()
            self.view.setFocus(Qt.FocusReason.PopupFocusReason)
            self.dismissed.emit()

    @property
    def found(self) -> tuple[str, ...]:
        """The ids that are listed just now, best first."""
        return tuple(row.id for row in self.rows.found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # what is typed here is never a command of the board
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event.key())
        if watched is self.line and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
            self.dismissed.emit()
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        page = ROWS - 1
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        count = len(self.rows.found)
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self.list.currentIndex().row())
        elif key in steps:
            if count:
                self._select(min(max(self.list.currentIndex().row() + steps[Qt.Key(key)], 0), count - 1))
        else:
            return False
        return True

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self.rows.index(row))
        self.line.setAccessibleDescription(self.rows.found[row].title)

    def _fill(self, query: str) -> None:
        found = self.matches(query)
        self.rows.put(found)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.resize(self._room())
        if found:
            self._select(0)
            self.list.scrollToTop()

    def _take(self, row: int) -> None:
        if 0 <= row < len(self.rows.found):
            found = self.rows.found[row]
            self.hide()
            self.view.setFocus(Qt.FocusReason.PopupFocusReason)
            self.take(found)

    def _place(self, at: QPointF | None) -> None:
        view, size = self.view, self._room()
        pos = QPoint(view.width() // 2 - size.width() // 2 + 20, 60)
        if at is not None:
            pos = view.mapFromScene(at) + view.viewport().pos()
        left = min(max(pos.x() - 20, 8), view.width() - size.width() - 8)
        top = min(max(pos.y() - 12, 8), view.height() - size.height() - 8)
        self.setGeometry(QRect(QPoint(max(left, 0), max(top, 0)), size))

    def _room(self) -> QSize:
        """As high as its rows need, and never larger than the view."""
        theme = self.desk.theme
        rows = theme.size("size.button") * min(ROWS, max(len(self.rows.found), 1))
        note = self.note.sizeHint().height() + 6 if self.note.text() else 0
        height = rows + max(self.line.sizeHint().height(), self.line.minimumHeight()) + note + 26
        return QSize(round(theme.px(WIDTH)), height).boundedTo(self.view.size() - QSize(16, 16))

    def _wear(self) -> None:
        theme = self.desk.theme
        for widget, tone in ((self.note, "text.tertiary"), (self.empty, "text.secondary"), (self.line, "text.primary")):
            palette = theme.palette()
            palette.setColor(widget.foregroundRole(), theme.colour(tone))
            widget.setPalette(palette)
            widget.setFont(theme.font("caption" if widget is self.note else "body"))
        self.line.setMinimumHeight(theme.size("size.button"))
        self._glass.setIcon(theme.qicon("search", 16, "text.tertiary"))
        self.list.setFont(theme.font("body"))
        self.empty.setContentsMargins(8, 4, 8, 8)
