"""The command palette: every action by its words, with its keys."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from canvas.actions import Action, Actions
from canvas.desk import Desk

WIDTH, ROWS = 560, 12


def ranked(rows: list[Action], query: str, recent: list[str]) -> list[Action]:
    """The actions whose title or menu holds all words; those used last first, then those that begin so."""
    words = query.casefold().split()
    found = [row for row in rows if all(word in f"{row.group} {row.title}".casefold() for word in words)]

    def order(row: Action) -> tuple[int, bool, str]:
        last = recent.index(row.id) if row.id in recent else len(recent)
        return last, not (words and row.title.casefold().startswith(words[0])), row.title

    return sorted(found, key=order)


class Palette(QFrame):
    """A line to type in and the actions that fit. Esc closes it and gives the keyboard back."""

    def __init__(self, desk: Desk, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._actions = actions
        self._window = window
        self._recent: list[str] = []
        self._before: QWidget | None = None
        self.setObjectName("popup")
        self.setAccessibleName("Command palette")
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Search or run a command")
        self.line.setAccessibleName("Command")
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Commands that fit")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(desk, self.list))
        self.list.setMouseTracking(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self._take())
        self.hide()

    def open(self) -> None:
        window = self._window
        self._before = window.focusWidget()
        self.line.clear()
        self._fill("")
        row = self._desk.theme.size("size.control") + 2
        width = min(round(self._desk.theme.px(WIDTH)), window.width() - 24)
        height = min(row * (ROWS + 1) + 40, window.height() - 80)
        place = QPoint((window.width() - width) // 2, min(56, max(0, window.height() - height)))
        self.setGeometry(QRect(place, QSize(width, height)))
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        if watched is self.line and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key in steps and self.list.count():
            row = self.list.currentRow() + steps[Qt.Key(key)]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        else:
            return False
        return True

    def _fill(self, query: str) -> None:
        self.list.clear()
        for action in ranked(list(self._actions.rows.values()), query, self._recent):
            item = QListWidgetItem(action.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, (action.id, action.group, self._actions.keys(action.id)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{action.title}, {self._actions.keys(action.id)}")
            if not action.enabled():
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        id_ = item.data(Qt.ItemDataRole.UserRole)[0]
        self._recent = [id_, *(one for one in self._recent if one != id_)][:8]
        self.dismiss()
        self._actions.do(id_)


class _Row(QStyledItemDelegate):
    """Title, menu in pale, keys at the right."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        return QSize(100, self._desk.theme.size("size.control") + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        theme = self._desk.theme
        _, group, keys = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        title = index.data()  # type: ignore[attr-defined]
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("accent.tint"))
        rect = option.rect.adjusted(10, 0, -10, 0)
        painter.setFont(theme.font("body", "label"))
        painter.setPen(theme.colour("text.primary" if enabled else "border.strong"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, title)
        used = painter.fontMetrics().horizontalAdvance(title)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text.tertiary"))
        painter.drawText(rect.adjusted(used + 10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, group)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
