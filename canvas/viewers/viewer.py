"""The viewer: buffers at the left, the picture in the middle, the comparison at the right, time below."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.viewers import facts, keys, state
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.facts import Facts
from canvas.viewers.picture import Picture
from canvas.viewers.stage import Stage
from canvas.viewers.state import Mode
from canvas.viewers.strip import Strip
from canvas.viewers.toolbar import Toolbar

PAN = 60
NARROW = 900
"""Below this width (at 100 % text) the comparison stays away unless asked for."""


class Viewer(QWidget):
    """Looks at what lies on the bench of the window. Several viewers show the same bench."""

    used = Signal(object)
    """The take that the person wants to flow on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.bench = Bench.of(desk)
        self.setAccessibleName("Viewer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toolbar = Toolbar(desk, self.bench)
        self.strip = Strip(desk, self.bench)
        self.stage = Stage(desk, self.bench, self._picture)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.stage)
        self.setFocusProxy(self.stage)
        self._home: tuple[QWidget | None, Qt.WindowType] | None = None
        self._build()
        self.toolbar.asked.connect(self.do)
        self.strip.chosen.connect(lambda buffer: self.do(f"{keys.BUFFER} {buffer}"))
        self.strip.against.connect(lambda buffer: self.do(f"{keys.AGAINST} {buffer}"))
        for signal in (self.bench.changed, self.bench.loaded, self.bench.ready, self.stage.moved):
            signal.connect(self._refresh)
        self._refresh()

    def show_value(self, value: Any, title: str, take: Any = None) -> None:
        """Look at a result now; the buffers stay as they are."""
        self.bench.show(_shown(value, title, take, None))

    def load(self, buffer: int, value: Any, title: str, info: Facts | None = None, take: Any = None) -> None:
        """Lay a result into buffer 1 to 9."""
        self.bench.put(buffer, _shown(value, title, take, info))

    def compare(self, a: int, b: int, mode: Mode = "wipe") -> None:
        """Look at two buffers against each other."""
        self.bench.look(lambda view: replace(view, a=a, b=b, mode=mode))

    def do(self, deed: str) -> bool:
        """Do what a key or a button asks for. False: nothing of that name."""
        name, *rest = deed.split()
        if name in _CHANGES:
            self.bench.look(_CHANGES[name](*rest))
            return True
        method: Callable[..., None] | None = getattr(self, f"_do_{name}", None)
        if method is None:
            return False
        method(*rest)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = keys.deed(event)
        if event.key() == Qt.Key.Key_Escape and self._home is not None:
            deed = "full"
        if not deed or not self.do(deed):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Keys of the viewer go before shortcuts of the window while the viewer has the keyboard.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and keys.deed(event):
            event.accept()
            return True
        return super().event(event)

    def _picture(self, side: Literal["a", "b"]) -> Picture | None:
        shown = self.bench.side(side)
        return self.bench.picture(shown, self.bench.view.channel)

    def _refresh(self) -> None:
        self.toolbar.tell_zoom(self.stage.zoom())

    def _do_fit(self) -> None:
        self.stage.fit()

    def _do_actual(self) -> None:
        self.stage.set_zoom(1)

    def _do_nearer(self) -> None:
        self.stage.zoom_by(1.25)

    def _do_farther(self) -> None:
        self.stage.zoom_by(0.8)

    def _do_pan(self, x: str, y: str) -> None:
        self.stage.pan(int(x) * PAN, int(y) * PAN)

    def _do_rate(self, stars: str) -> None:
        shown = self.bench.side("b" if state.two(self.bench.view) else "a")
        if shown is not None:
            self.bench.rate(shown, int(stars))

    def _do_use(self) -> None:
        shown = self.bench.side("b" if state.two(self.bench.view) else "a")
        if shown is not None and shown.take is not None:
            self.used.emit(shown.take)

    def _do_copy(self) -> None:
        QGuiApplication.clipboard().setImage(self.stage.snapshot())
        self._desk.say("Copied what the viewer shows.")

    def _do_full(self) -> None:
        """The whole screen for the viewer, or back to where it was."""
        if self._home is None:
            self._home = self.parentWidget(), self.windowFlags()
            self.setWindowFlag(Qt.WindowType.Window, True)
            self.showFullScreen()
        else:
            self._home = None
            self.setWindowFlag(Qt.WindowType.Window, False)
            self.show()

    def _build(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.strip)
        middle.addWidget(self.pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addLayout(middle, 1)


def _shown(value: Any, title: str, take: Any, info: Facts | None) -> Shown:
    own = facts.of_take(take, value) if info is None and take is not None else info or facts.of_value(value)
    return Shown(value, title, own, take)


_CHANGES: dict[str, Callable[..., Callable[[state.View], state.View]]] = {
    keys.BUFFER: lambda number: partial(state.showing, buffer=int(number)),
    keys.AGAINST: lambda number: partial(state.against, buffer=int(number)),
    "mode": lambda mode: partial(state.in_mode, mode=mode),
    "wipe": lambda: state.wiped,
    "turn": lambda: lambda view: replace(view, lying=not view.lying),
    "swap": lambda: state.swapped,
    "channel": lambda channel: partial(state.in_channel, channel=channel),
    "names": lambda: lambda view: replace(view, names=not view.names),
    "table": lambda: lambda view: replace(view, table=not view.table),
    "less": lambda: partial(state.stronger, step=-1),
    "more": lambda: partial(state.stronger, step=1),
}
