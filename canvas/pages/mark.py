"""The page of a frame or a note: its title, colour and text."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ajar.contract import Socket
from ajar.hints import Area
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.texts import AreaField
from canvas.kit import paint
from canvas.marks import CATEGORIES
from canvas.pages.head import NodeHead
from canvas.pages.parts import PAD, Heading, column
from workflows import edit
from workflows.graph import Graph

PLAIN = ""


class Swatches(QWidget):
    """The colours of categories side by side; the first is none. One stop for the keyboard: arrows move the choice."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.colours: tuple[str, ...] = (PLAIN, *CATEGORIES)
        self.colour = PLAIN
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour")
        desk.themed.connect(self.updateGeometry)

    def choose(self, colour: str) -> None:
        self.colour = colour if colour in self.colours else PLAIN
        self.setAccessibleDescription(self.colour or "none")
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(28) * len(self.colours)), round(px(28)))

    def place(self, colour: str) -> QRectF:
        """Where a colour is."""
        wide = min(self.width() / len(self.colours), self._desk.theme.px(30))
        return QRectF(self.colours.index(colour) * wide, 0, wide, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for colour in self.colours:
            if self.place(colour).contains(event.position()):
                self._take(colour)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._take(self.colours[(self.colours.index(self.colour) + step) % len(self.colours)])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        side = theme.px(18)
        for colour in self.colours:
            middle = self.place(colour).center()
            rect = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
            fill = theme.colour(f"category.{colour}.mark" if colour else "surface.card")
            paint.box(painter, rect, theme.size("radius.chip"), fill, theme.colour("border.strong"))
            if not colour:
                painter.setPen(theme.colour("text.tertiary"))
                painter.drawLine(QPointF(rect.left() + 4, rect.bottom() - 4), QPointF(rect.right() - 4, rect.top() + 4))
            if colour == self.colour:
                paint.box(painter, rect.adjusted(-3, -3, 3, 3), theme.size("radius.control"), None,
                          theme.colour("accent.base"), 2)
        if self.hasFocus():
            paint.ring(painter, theme, QRectF(self.rect()), theme.size("radius.control"))

    def _take(self, colour: str) -> None:
        if colour != self.colour:
            self.choose(colour)
            self.chosen.emit(colour)


class MarkPage(QWidget):
    """Shows ``frame:ID`` or ``note:ID``."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._document: Document | None = None
        self._name = ""
        self.head = NodeHead(desk, self)
        self.head.titled.connect(lambda text: self._put("title", text, ""))
        self.text_head = Heading(desk, "Text", parent=self)
        self.text = AreaField(desk, Socket("note", str, "", (Area(5),)), self)
        self.text.edited.connect(lambda text: self._put("text", text, "text"))
        self.text.settled.connect(self._settled)
        self.colour_head = Heading(desk, "Colour", parent=self)
        self.colour = Swatches(desk, self)
        self.colour.chosen.connect(lambda colour: self._put("colour", colour, ""))
        whole = column(self)
        for widget in (self.head, self.text_head, self._padded(self.text), self.colour_head,
                       self._padded(self.colour)):
            whole.addWidget(widget)
        whole.addStretch(1)

    def _padded(self, widget: QWidget) -> QWidget:
        holder = QWidget(self)
        inside = QVBoxLayout(holder)
        pad = round(self._desk.theme.px(PAD))
        inside.setContentsMargins(pad, 0, pad, pad)
        inside.addWidget(widget)
        return holder

    @property
    def section(self) -> str:
        return "frames" if self._name.startswith("frame:") else "notes"

    def show_mark(self, document: Document, name: str) -> None:
        self._document, self._name = document, name
        self.refresh()

    def refresh(self) -> None:
        """Show it as it is now."""
        about = self._about()
        if about is None:
            return
        frame = self.section == "frames"
        title = about.get("title", "") if frame else ""
        colour = about.get("colour")
        ink = f"category.{colour}.ink" if colour in CATEGORIES else "text.secondary"
        self.head.show_node("frame" if frame else "prompt", ink, str(title), "Frame" if frame else "Note", None,
                            can_state=False, can_title=frame)
        self.text_head.setVisible(not frame)
        self.text.setVisible(not frame)
        if not frame:
            self.text.show_value(str(about.get("text", "")))
        self.colour.choose(str(colour or PLAIN))

    def _about(self) -> dict[str, Any] | None:
        if self._document is None:
            return None
        shown = self._document.shown
        found = (shown.frames if self.section == "frames" else shown.notes).get(self._name.partition(":")[2])
        return dict(found) if isinstance(found, dict) else None

    def _put(self, key: str, value: str, burst: str) -> None:
        about = self._about()
        if about is None or self._document is None or (about.get(key) or "") == value:
            return
        changed = {one: old for one, old in about.items() if one != key} | ({key: value} if value else {})
        if key in ("text", "title"):
            changed[key] = value
        section, name = self.section, self._name.partition(":")[2]

        def change(graph: Graph) -> Graph:
            return edit.put(graph, section, name, changed)

        what = "frame" if section == "frames" else "note"
        self._document.edit(f"Change {key} of the {what}", change, f"{self._name} {burst}" if burst else "")

    def _settled(self) -> None:
        if self._document is not None:
            self._document.end_burst()
