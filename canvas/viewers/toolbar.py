"""The bar above a viewer: how two results are compared, which channel is seen, zoom, names and export."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLayout, QMenu, QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint
from canvas.kit.buttons import PriceButton, ToolButton
from canvas.kit.label import Label
from canvas.kit.menu import Menu
from canvas.kit.segmented import Segment, Segmented
from canvas.viewers import state
from canvas.viewers.bench import Bench
from canvas.viewers.flow import ToolRow
from canvas.viewers.state import CHANNELS

MODES = (
    Segment("single", "Single", "image", tip="One result  1 to 9"),
    Segment("wipe", "Wipe", "compare", tip="A and B with a line between them  W"),
    Segment("side", "Side by side", tip="A and B beside each other"),
    Segment("difference", "Difference", tip="How far A and B are apart; [ and ] change the gain"),
    Segment("onion", "Onion", tip="B over A; [ and ] change how much of B is seen"),
    Segment("sheet", "Sheet", "sheet", tip="All takes at once, with rating"),
)


COMPACT = 760
"""Below this width (at 100 % text) choices fold into menus, and buttons into their icons."""


class Folded(PriceButton):
    """One of several, as a menu: for bars without room."""

    def __init__(self, desk: Desk, segments: Sequence[Segment], name: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, "", icon="chevron-down", manner="ghost", parent=parent)
        self._segments, self._name = segments, name
        self.chosen_menu: QMenu | None = None
        self.key = segments[0].key
        self.clicked.connect(self._open)

    def show_choice(self, key: str) -> None:
        self.key = key
        self.say(next(one.text for one in self._segments if one.key == key))
        self.setAccessibleDescription(self._name)

    def _open(self) -> None:
        menu = self.chosen_menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in self._segments:
            action = menu.addAction(one.text)
            action.setCheckable(True)
            action.setChecked(one.key == self.key)
            action.triggered.connect(partial(self._choose, one.key))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _choose(self, key: str, _: bool = False) -> None:
        self.picked.emit(key)

    picked = Signal(str)


class Line(QWidget):
    """A thin upright line between groups of a bar."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(5)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.width() // 2, 0, 1, self.height(), self._desk.theme.colour("border.default"))


class Toolbar(QWidget):
    """What is pressed here is told by ``asked`` in the words of ``keys``."""

    asked = Signal(str)

    def __init__(self, desk: Desk, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench = desk, bench
        self.setAccessibleName("Viewer tools")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = ToolRow(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.modes = Segmented(desk, MODES, "How to compare")
        self.channels = Segmented(desk, [(one, one) for one in CHANNELS], "Channel")
        self.lock = ToolButton(desk, "lock", "Zoom and pan A and B together", checkable=True)
        self.turn = ToolButton(desk, "compare", "Turn the wipe line", "Shift+W")
        self.zoom = Label(desk, "", "body", "label")
        self.fit = ToolButton(desk, "fit", "Fit the picture in", "F")
        self.names = PriceButton(desk, "Names shown", icon="eye", manner="ghost")
        self.export = PriceButton(desk, "Export side by side", icon="export")
        self.few_modes = Folded(desk, MODES, "How to compare")
        self.few_channels = Folded(desk, [Segment(one, one) for one in CHANNELS], "Channel")
        self.few_names = ToolButton(desk, "eye", "Show or hide names", "N", checkable=True)
        self.few_export = ToolButton(desk, "export", "Export", "Ctrl+E")
        self.use = PriceButton(desk, "Use A", icon="pick", manner="primary")
        self.lines = [Line(desk), Line(desk)]
        left = (self.modes, self.few_modes, self.lines[0], self.channels, self.few_channels, self.lines[1], self.lock,
                self.turn, self.zoom, self.fit)
        for widget in left:
            self._row.addWidget(widget)
        for button in (self.few_names, self.few_export, self.names, self.export, self.use):
            self._row.add_right(button)
        self.modes.chosen.connect(lambda key: self.asked.emit(f"mode {key}"))
        self.channels.chosen.connect(lambda key: self.asked.emit(f"channel {key}"))
        self.few_modes.picked.connect(lambda key: self.asked.emit(f"mode {key}"))
        self.few_channels.picked.connect(lambda key: self.asked.emit(f"channel {key}"))
        self.few_names.clicked.connect(lambda: self.asked.emit("names"))
        self.few_export.clicked.connect(lambda: self.asked.emit("export"))
        self.lock.clicked.connect(self._lock)
        deeds: dict[str, QAbstractButton] = {
            "turn": self.turn, "fit": self.fit, "names": self.names, "export": self.export, "use": self.use,
        }
        for deed, pressed in deeds.items():
            pressed.clicked.connect(partial(self._ask, deed))
        desk.themed.connect(self._wear)
        for signal in (bench.changed, bench.loaded):
            signal.connect(self.refresh)
        self._wear()
        self.refresh()

    def refresh(self) -> None:
        """Show the view that there is."""
        view = self._bench.view
        both = state.two(view)
        self.modes.choose(view.mode)
        self.channels.choose(view.channel)
        self.lock.setChecked(view.locked)
        self.lock.setVisible(view.mode == "side")
        self.turn.setVisible(view.mode == "wipe")
        self.names.say("Names shown" if view.names else "Names hidden", "eye")
        self.export.say("Export side by side" if both else "Export picture")
        chosen = self._bench.side("b" if both else "a")
        self.use.say("Use B" if both else "Use A")
        self.use.setVisible(chosen is not None and chosen.take is not None)
        self.few_modes.show_choice(view.mode)
        self.few_channels.show_choice(view.channel)
        self.few_names.setChecked(view.names)
        self._fold()

    def _fold(self) -> None:
        """Show what there is room for, and what makes sense for what is looked at."""
        view, few = self._bench.view, self.width() < self._desk.theme.px(COMPACT)
        a = self._bench.side("a")
        picture = view.mode != "sheet" and (state.two(view) or a is None or a.kind in ("picture", "film"))
        self.modes.setVisible(not few)
        self.few_modes.setVisible(few)
        self.channels.setVisible(picture and not few)
        self.few_channels.setVisible(picture and few)
        self.names.setVisible(not few)
        self.few_names.setVisible(few)
        self.export.setVisible(picture and not few)
        self.few_export.setVisible(picture and few)
        for widget in (self.zoom, self.fit):
            widget.setVisible(picture)
        for line in self.lines:
            line.setVisible(picture and not few)
        self._row.invalidate()
        # Height for width would make the whole viewer as high as its narrowest bar needs.
        self.setFixedHeight(self._row.heightForWidth(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(150)), round(px(44)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fold()

    def tell_zoom(self, zoom: float | None) -> None:
        self.zoom.say("" if zoom is None else f"{zoom * 100:.0f} %")

    def hasHeightForWidth(self) -> bool:
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "bottom")

    def _lock(self, on: bool = False) -> None:
        self._bench.look(partial(state.locked, on=on))

    def _ask(self, deed: str, _: bool = False) -> None:
        self.asked.emit(deed)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(10)), round(px(7)), round(px(10)), round(px(8)))
        self._row.setSpacing(round(px(8)))
        self._fold()
        self.update()
