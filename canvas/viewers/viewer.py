"""The viewer: buffers at the left, the picture in the middle, the comparison at the right, time below."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit.menu import Menu
from canvas.viewers import facts, keys, saving, state
from canvas.viewers.bench import Bench, Shown, kind_of
from canvas.viewers.body import Body
from canvas.viewers.deck import Deck
from canvas.viewers.deeds import MENU, TIMES, VIEWS
from canvas.viewers.facts import Facts
from canvas.viewers.opening import gather, open_takes, seats_of
from canvas.viewers.pages import Words
from canvas.viewers.sheet import Sheet
from canvas.viewers.stage import Stage
from canvas.viewers.state import BUFFERS, Mode
from canvas.viewers.strip import Strip
from canvas.viewers.table import Table
from canvas.viewers.ties import Ties
from canvas.viewers.toolbar import Toolbar
from canvas.viewers.transport import Transport
from canvas.viewers.wave import Wave
from workflows.take import Take

PAN = 60
NARROW = 1000
"""Below this width (at 100 % text) there is no room for the comparison beside the picture."""
LOW = 420
"""Below this height the tracks stay away."""


class Viewer(QWidget):
    """Looks at what lies on the bench of the window. Several viewers show the same bench."""

    used = Signal(object)
    """The take that the person wants to flow on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.bench = Bench.of(desk)
        self.deck = Deck.of(self.bench)
        self.ties = Ties.of(self.bench)
        self.setAccessibleName("Viewer")
        self.toolbar = Toolbar(desk, self.bench)
        self.strip = Strip(desk, self.bench, self.deck)
        self.stage = Stage(desk, self.bench, self.deck)
        self.sheet = Sheet(desk, self.bench, self.deck)
        self.wave = Wave(desk, self.deck)
        self.words = Words(desk)
        self.body = Body(desk, self.bench)
        self.table = Table(desk, self.bench)
        self.transport = Transport(desk, self.deck)
        self.pages = QStackedWidget()
        for page in (self.stage, self.sheet, self.wave, self.words, self.body):
            self.pages.addWidget(page)
        self._full = False
        self._build()
        self.toolbar.asked.connect(self.do)
        self.transport.asked.connect(self.do)
        self.strip.chosen.connect(lambda buffer: self.do(f"{keys.BUFFER} {buffer}"))
        self.strip.against.connect(lambda buffer: self.do(f"{keys.AGAINST} {buffer}"))
        self.sheet.opened.connect(self._open)
        for signal in (self.bench.changed, self.bench.loaded, self.bench.ready, self.deck.changed):
            signal.connect(self.refresh)
        self.stage.moved.connect(self._tell_zoom)
        self.refresh()

    def show_value(self, value: Any, title: str, take: Any = None, info: Facts | None = None) -> None:
        """Look at a result now; buffers 1 to 9 stay as they are. A list of pictures is laid out as a sheet.

        Without a value the file of the take is opened. The value may be a ``Shown`` with all its facts.
        """
        if isinstance(value, Shown):
            self.bench.show(value)
            return
        if value is None and take is not None:
            open_takes(self.bench, [take], lambda opened: self.bench.show(opened[0]))
            return
        pictures = isinstance(value, list) and value and all(kind_of(one) in ("picture", "film") for one in value)
        if pictures:
            self.lay_out([shown(one, f"{title} {index + 1}") for index, one in enumerate(value)])
        else:
            self.bench.show(shown(value, title, take, info))

    def load(self, buffer: int, value: Any, title: str, info: Facts | None = None, take: Any = None) -> None:
        """Lay a result into buffer 1 to 9."""
        if buffer not in BUFFERS:
            raise ValueError(f"There are buffers 1 to 9, not {buffer}.")
        self.bench.put(buffer, value if isinstance(value, Shown) else shown(value, title, take, info))

    def lay_out(self, results: Sequence[Shown]) -> None:
        """Show results as a contact sheet."""
        self.bench.lay_out(results)
        self.bench.look(partial(state.in_mode, mode="sheet"))

    def load_take(self, buffer: int, take: Take) -> None:
        """Lay a take of the store into buffer 1 to 9; its file is opened in the background."""
        open_takes(self.bench, [take], lambda opened: self.bench.put(buffer, opened[0]))

    def lay_out_takes(self, takes: Sequence[Take]) -> None:
        """Show takes of the store as a contact sheet."""
        open_takes(self.bench, takes, self.lay_out)

    def compare(self, a: int, b: int, mode: Mode = "wipe") -> None:
        """Look at two buffers against each other."""
        self.bench.look(lambda view: replace(view, a=a, b=b, mode=mode))

    def compare_takes(self, takes: Sequence[Take], mode: Mode = "side") -> None:
        """Two takes of the store against each other: buffers that hold them already, else free ones, else 8 and 9."""
        def then(opened: list[Shown]) -> None:
            seats = seats_of({number: one.take.id if one.take else None for number, one in self.bench.buffers.items()},
                             [one.take.id if one.take else -1 for one in opened])
            for number, one in zip(seats, opened, strict=True):
                self.bench.put(number, one)
            if len(seats) == 2:
                self.compare(seats[0], seats[1], mode)

        open_takes(self.bench, takes, then)

    def do(self, deed: str) -> bool:
        """Do what a key or a button asks for. False: nothing of that name, or nothing to do it with."""
        name, *rest = deed.split()
        if name in (keys.BUFFER, keys.AGAINST) and int(rest[0]) not in self.bench.buffers:
            self._desk.say(f"Buffer {rest[0]} is empty.", f"Select a node on the board and press {rest[0]}.")
        elif name in VIEWS:
            if deed == "mode sheet":
                gather(self.bench, self._lay_out_all)
            self.bench.look(VIEWS[name](*rest))
        elif name == "step" and not self.deck.lasting:
            self._do_pan(str(-int(rest[0])), "0")
        elif name in TIMES:
            if not self.deck.lasting:
                return False
            self.deck.set(TIMES[name](self.deck, *rest))
        elif (method := getattr(self, f"_do_{name}", None)) is not None:
            method(*rest)
        else:
            return False
        return True

    def refresh(self) -> None:
        """Show the page and the parts that what is looked at asks for."""
        view, a = self.bench.view, self.bench.side("a")
        page: QWidget = self.sheet if view.mode == "sheet" else self.stage
        if view.mode == "single" and a is not None:
            if a.kind == "sound":
                self.wave.show_sound(a.value, a.title)
                page = self.wave
            elif a.kind == "words":
                self.words.show_value(a.value, a.title)
                page = self.words
            elif a.kind == "body":
                self.body.show_mesh(a.value, a.title)
                page = self.body
        if self.pages.currentWidget() is not page:
            focused = self.pages.currentWidget().hasFocus()
            self.pages.setCurrentWidget(page)
            if focused:
                page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFocusProxy(page)
        px = self._desk.theme.px
        told = view.table and view.names and view.mode != "sheet" and a is not None
        self.table.setVisible(told and self.width() >= px(NARROW))
        self.transport.setVisible(self.deck.lasting)
        self.transport.tracks.setVisible(view.mode != "sheet" and self.height() >= px(LOW))
        self.transport.tracks.updateGeometry()  # a row for each side that is seen
        self._tell_zoom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deed = "full" if event.key() == Qt.Key.Key_Escape and self._full else self.bench.keys.deed(event)
        if not deed or not self.do(deed):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Keys of the viewer go before shortcuts of the window while the viewer has the keyboard.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self.bench.keys.deed(event):
            event.accept()
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for does in MENU:
            if not does:
                menu.addSeparator()
                continue
            title = next(row.title for row in keys.KEYS if row.does == does)
            key = self.bench.keys.key_of(does)
            menu.addAction(f"{title}\t{key}" if key else title, partial(self.do, does))
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        # Parts fold away as it gets smaller, so what they need now is no bound.
        px = self._desk.theme.px
        return QSize(round(px(220)), round(px(160)))

    def hideEvent(self, event: QHideEvent) -> None:
        # Nobody sees it: no film needs to run.
        if self.deck.clock.runs and not event.spontaneous():
            self.deck.set(replace(self.deck.clock, speed=0.0))

    def _tell_zoom(self) -> None:
        self.toolbar.tell_zoom(self.stage.zoom())

    def _lay_out_all(self, takes: list[Shown]) -> None:
        """The takes that were found; without any, what was laid out stays while one of it is looked at."""
        if takes or self.bench.side("a") not in self.bench.laid:
            self.bench.lay_out(takes)

    def _open(self, result: Any, against: bool) -> None:
        """Look at one of the sheet: it goes to the buffer of now, or to B."""
        known = next((buffer for buffer, one in self.bench.buffers.items() if one is result), None)
        if known is None:
            known = 9 if against else 0
            self.bench.put(known, result)
        self.bench.look(partial(state.against if against else state.showing, buffer=known))

    def _about(self) -> Shown | None:
        """What rating and use speak of: B while two are compared."""
        return self.bench.side("b" if state.two(self.bench.view) else "a")

    def _do_fit(self) -> None:
        self.stage.fit()

    def _do_actual(self) -> None:
        self.stage.set_zoom(1)

    def _do_nearer(self) -> None:
        self._zoom_by(1.25)

    def _do_farther(self) -> None:
        self._zoom_by(0.8)

    def _zoom_by(self, factor: float) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, Stage | Sheet | Wave):
            page.zoom_by(factor)

    def _do_pan(self, x: str, y: str) -> None:
        self.stage.pan(int(x) * PAN, int(y) * PAN)

    def _do_rate(self, stars: str) -> None:
        if (about := self._about()) is not None:
            self.bench.rate(about, int(stars))

    def _do_use(self) -> None:
        if (about := self._about()) is not None and about.take is not None:
            self.used.emit(about.take)
            if isinstance(about.take, Take):
                self.ties.use(about.take)

    def _do_mute(self) -> None:
        self.deck.mute(not self.deck.muted)

    def _do_copy(self) -> None:
        if self.pages.currentWidget() is self.words:
            text = self.words.textCursor().selectedText() or self.words.toPlainText()
            QGuiApplication.clipboard().setText(text.replace("\u2029", "\n"))
        else:
            QGuiApplication.clipboard().setImage(self.stage.snapshot())
        self._desk.say("Copied what the viewer shows.")

    def _do_export(self) -> None:
        saving.ask(self, self._desk, self.bench, self.deck)

    def _do_full(self) -> None:
        """The whole screen for the viewer, or back to where it was."""
        self._full = not self._full
        self.setWindowFlag(Qt.WindowType.Window, self._full)
        if self._full:
            self.showFullScreen()
        else:
            self.show()
        self.pages.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.strip)
        middle.addWidget(self.pages, 1)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(middle, 1)
        left.addWidget(self.transport)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addLayout(left, 1)
        below.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addLayout(below, 1)


def shown(value: Any, title: str, take: Any = None, info: Facts | None = None) -> Shown:
    """A result with what is told of it."""
    of_take = info is None and isinstance(take, Take)
    own = facts.of_take(take, value) if of_take else info or facts.of_value(value)
    return Shown(value, title, own, take)
