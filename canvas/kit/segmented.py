"""One of several, side by side: mode buttons, and the switch between Draft and Final that shows both prices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ajar.context import Stage
from canvas.desk import Desk
from canvas.kit import paint, words


@dataclass(frozen=True, slots=True)
class Segment:
    """One of the choices."""

    key: str
    text: str
    icon: str = ""
    note: str = ""
    """Said beside it in thin ink: a price, a number."""
    costs: bool = False
    """Whether the note is money that would be charged: it is gold then."""
    tip: str = ""


class Segmented(QWidget):
    """Exactly one of the segments is chosen. One stop for the keyboard: arrows move the choice."""

    chosen = Signal(str)
    """The key of what a person chose; not told for ``choose``."""

    height_, radius, pad, gap, inner = 26, 6, 2, 1, 4
    left_pad, right_pad, icon_size = 9, 9, 14

    def __init__(self, desk: Desk, segments: Sequence[Segment | tuple[str, str]], name: str = "", key: str = "",
                 *, stretch: bool = False, parent: QWidget | None = None) -> None:
        """``name`` says what is chosen; with ``stretch`` the segments share the width there is."""
        super().__init__(parent)
        self._desk = desk
        self._stretch = stretch
        self._segments = [one if isinstance(one, Segment) else Segment(*one) for one in segments]
        self.key = key or self._segments[0].key
        self._hover = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        across = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self._again)
        self._again()

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(self._segments)

    def choose(self, key: str) -> None:
        """Show this one as chosen, without telling."""
        if key != self.key and any(one.key == key for one in self._segments):
            self.key = key
            self._again()

    def put(self, segments: Sequence[Segment | tuple[str, str]], key: str = "") -> None:
        """Other choices from now on, without telling."""
        self._segments = [one if isinstance(one, Segment) else Segment(*one) for one in segments]
        self.key = key or self._segments[0].key
        self._hover = -1
        self._again()

    def set_note(self, key: str, note: str, *, costs: bool = False) -> None:
        """What stands beside a segment."""
        self._segments = [
            replace(one, note=note, costs=costs) if one.key == key else one for one in self._segments
        ]
        self._again()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        wide = sum(self._widths()) + px(self.gap) * (len(self._segments) - 1) + px(2 * self.pad) + 2
        return QSize(round(wide), round(px(self.height_)))

    def minimumSizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(28) * len(self._segments)), round(px(self.height_)))

    def rect_of(self, key: str) -> QRectF:
        """Where a segment is."""
        places = [one.key for one in self._segments]
        return self._rects()[places.index(key)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(
            Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = [one.key for one in self._segments]
        self._take(keys[(keys.index(self.key) + step) % len(keys)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._take(self._segments[index].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered(-1)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(QPointF(event.pos()))
            tip = words.tip(self._segments[index].tip) if index >= 0 else ""
            QToolTip.showText(event.globalPos(), tip or self.toolTip(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        whole = QRectF(self.rect())
        radius = theme.px(self.radius)
        paint.box(painter, whole, radius, paint.groove(theme), theme.colour("border.default"))
        for index, (segment, rect) in enumerate(zip(self._segments, self._rects(), strict=True)):
            self._paint(painter, segment, rect, segment.key == self.key, index == self._hover)
        if self.hasFocus():
            paint.ring(painter, theme, whole, radius)

    def _paint(self, painter: QPainter, segment: Segment, rect: QRectF, on: bool, hovered: bool) -> None:
        theme = self._desk.theme
        colour = "text.primary" if on or hovered else "text.secondary"
        if not self.isEnabled():
            colour = "border.strong"
        if on:
            edge = theme.colour("text.primary") if theme.contrast else None
            paint.box(painter, rect, theme.px(self.inner), theme.colour("surface.raised"), edge)
        wide = self._inside(segment)
        spare = max(0.0, rect.width() - wide)
        left = rect.left() + (spare / 2 if self._stretch else theme.px(self.left_pad))
        if segment.icon:
            top = rect.center().y() - theme.px(self.icon_size) / 2
            paint.icon(painter, theme, segment.icon, QPointF(left, top), self.icon_size, colour)
            left += theme.px(self.icon_size + 6)
        font = theme.font("body", "label")
        room = QRectF(left, rect.top(), rect.right() - left - theme.px(2), rect.height())
        paint.write(painter, room, segment.text, font, theme.colour(colour))
        if segment.note:
            room.setLeft(left + paint.width_of(segment.text, font) + theme.px(6))
            ink = "semantic.money" if segment.costs else "text.tertiary"
            paint.write(painter, room, segment.note, theme.font("body"), theme.colour(ink))

    def _inside(self, segment: Segment) -> float:
        """The width of what a segment says."""
        theme = self._desk.theme
        wide = paint.width_of(segment.text, theme.font("body", "label"))
        if segment.icon:
            wide += theme.px(self.icon_size + (6 if segment.text else 0))
        if segment.note:
            wide += theme.px(6) + paint.width_of(segment.note, theme.font("body"))
        return wide

    def _widths(self) -> list[float]:
        pads = self._desk.theme.px(self.left_pad + self.right_pad)
        return [self._inside(segment) + pads for segment in self._segments]

    def _rects(self) -> list[QRectF]:
        px = self._desk.theme.px
        room = self.width() - px(2 * self.pad) - px(self.gap) * (len(self._segments) - 1)
        widths = self._widths()
        if self._stretch:
            widths = [room / len(widths)] * len(widths)
        elif sum(widths) > room > 0:
            widths = [wide * room / sum(widths) for wide in widths]
        left, top, high = px(self.pad), px(self.pad), self.height() - px(2 * self.pad)
        rects = []
        for wide in widths:
            rects.append(QRectF(left, top, wide, high))
            left += wide + px(self.gap)
        return rects

    def _at(self, position: QPointF) -> int:
        # The gaps belong to their neighbours, and the whole height counts.
        for index, rect in enumerate(self._rects()):
            if rect.left() - 2 <= position.x() <= rect.right() + 2:
                return index
        return -1

    def _take(self, key: str) -> None:
        if key != self.key:
            self.choose(key)
            self.chosen.emit(key)

    def _hovered(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.update()

    def _again(self) -> None:
        keys = [one.key for one in self._segments]
        now = self._segments[keys.index(self.key)]
        said = words.facts(now.text or now.tip, now.note)
        self.setAccessibleDescription(f"{said}, {keys.index(self.key) + 1} of {len(keys)}")
        self.updateGeometry()
        self.update()


class StageSwitch(Segmented):
    """Draft or Final, each with what a run of it would cost, at all times."""

    height_, radius, pad, gap, inner = 30, 7, 2, 2, 5
    left_pad, right_pad, icon_size = 8, 10, 14

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        segments = (
            Segment("draft", "Draft", "draft", words.FREE, tip="Try things out. Runs take the Draft branches."),
            Segment("final", "Final", "final", "not set", tip="The real thing. Runs take the Final branches."),
        )
        super().__init__(desk, segments, "Stage", parent=parent)

    @property
    def stage(self) -> Stage:
        return "final" if self.key == "final" else "draft"
