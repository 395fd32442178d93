"""Time in a viewer: time code, play and step, loop, speed, sound, and the tracks below."""

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import ToolButton
from canvas.kit.label import KeyCap, Label
from canvas.viewers import clock as clocks
from canvas.viewers.deck import Deck
from canvas.viewers.tracks import Tracks, frame_text

WIDE = 900
"""From this width on (at 100 % text) the keys are told as well."""


class PlayButton(QAbstractButton):
    """The one button that is larger than the others."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        desk.themed.connect(self.updateGeometry)
        self.show_running(False)

    def show_running(self, runs: bool) -> None:
        self.icon_name = "pause" if runs else "run"
        self.setAccessibleName("Pause" if runs else "Play")
        self.setToolTip(f"{self.accessibleName()}  Space")
        self.update()

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(40)), round(px(32)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        rect = QRectF(self.rect())
        edge = theme.colour("border.strong") if theme.contrast else None
        paint.box(painter, rect, theme.px(6), paint.pressed(theme), edge)
        at = rect.center() - QPointF(theme.px(10), theme.px(10))
        paint.icon(painter, theme, self.icon_name, at, 20, "text.primary")
        if self.hasFocus():
            paint.ring(painter, theme, rect, theme.px(6))


class Transport(QWidget):
    """What is pressed here is told by ``asked`` in the words of ``keys``."""

    asked = Signal(str)

    def __init__(self, desk: Desk, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._deck = desk, deck
        self.setAccessibleName("Time")
        self.time = Label(desk, "00:00.00", "title", "label", mono=True)
        self.frame = Label(desk, "", colour="text.tertiary")
        self.back = ToolButton(desk, "step-back", "One frame back", "Left", side=32, icon_size=20)
        self.play = PlayButton(desk)
        self.on = ToolButton(desk, "step-forward", "One frame on", "Right", side=32, icon_size=20)
        self.loop = ToolButton(desk, "loop", "Loop", "Shift+L", checkable=True, side=32, icon_size=20)
        self.dropped = Label(desk, "0 frames dropped", "caption", colour="text.secondary")
        self.speed = Label(desk, "1 ×")
        self.sound = ToolButton(desk, "speaker", "Sound", "M", checkable=True, side=28, icon_size=18)
        self.tracks = Tracks(desk, deck)
        self.hints: list[QWidget] = []
        self._build()
        buttons: dict[str, QAbstractButton] = {
            "step -1": self.back, "play": self.play, "step 1": self.on, "loop": self.loop, "mute": self.sound,
        }
        for deed, button in buttons.items():
            button.clicked.connect(partial(self._ask, deed))
        self.tracks.sought.connect(lambda at: deck.set(clocks.sought(deck.clock, at)))
        self.tracks.marked.connect(self._mark)
        deck.turned.connect(self.refresh_time)
        deck.changed.connect(self.refresh)
        desk.themed.connect(self._wear)
        self._wear()
        self.refresh()

    def refresh_time(self) -> None:
        deck = self._deck
        if not self.isVisible():
            return
        self.time.say(clocks.timecode(deck.clock.at))
        self.frame.say(frame_text(deck))
        missed = words.count(deck.dropped, "frame") + " dropped"
        self.dropped.say(missed, "semantic.warn" if deck.dropped else "text.secondary")

    def refresh(self) -> None:
        deck = self._deck
        self.play.show_running(deck.clock.runs)
        self.loop.setChecked(deck.clock.loop)
        self.speed.say(clocks.speed_text(deck.clock.speed))
        self.sound.setChecked(not deck.muted)
        self.sound.name_it(deck.player.trouble or ("Sound off" if deck.muted else "Sound on"), "M")
        self.sound.setEnabled(not deck.player.trouble)
        self.refresh_time()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self.refresh()
        elif event.type() == QEvent.Type.Resize:
            self._fold()
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(200)), super().minimumSizeHint().height())

    def _fold(self) -> None:
        """Leave out what there is no room for."""
        room = self.width() / self._desk.theme.px(1)
        for hint in self.hints:
            hint.setVisible(room >= WIDE)
        parts = (self.frame, 520), (self.dropped, 620), (self.speed, 420), (self.sound, 360), (self.time, 280)
        for widget, least in parts:
            widget.setVisible(room >= least)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "top")

    def _ask(self, deed: str, _: bool = False) -> None:
        self.asked.emit(deed)

    def _mark(self, which: str, at: float) -> None:
        clock = clocks.sought(self._deck.clock, at)
        made = clocks.marked_in(clock) if which == "in" else clocks.marked_out(clock, self._deck.fps)
        self._deck.set(made)

    def _build(self) -> None:
        self._left, self._middle, self._right = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for widget in (self.time, self.frame):
            self._left.addWidget(widget)
        self._left.addStretch(1)
        for button in (self.back, self.play, self.on, self.loop):
            self._middle.addWidget(button)
        self._right.addStretch(1)
        self._right.addWidget(self.dropped)
        for keys, what in ((("J", "K", "L"), "shuttle"), (("I", "O"), "in, out")):
            for key in keys:
                self._hint(KeyCap(self._desk, key))
            self._hint(Label(self._desk, what, colour="text.secondary"))
        self._right.addWidget(self.speed)
        self._right.addWidget(self.sound)
        self._row = QHBoxLayout()
        self._row.addLayout(self._left, 1)
        self._row.addLayout(self._middle)
        self._row.addLayout(self._right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row)
        column.addWidget(self.tracks)

    def _hint(self, widget: QWidget) -> None:
        self.hints.append(widget)
        self._right.addWidget(widget)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(14)), round(px(8)), round(px(14)), round(px(4)))
        for row, gap in ((self._row, 8), (self._left, 8), (self._middle, 2), (self._right, 6)):
            row.setSpacing(round(px(gap)))
        self.time.setMinimumWidth(self.time.sizeHint().width())
        self.update()
