"""The bar above a viewer: how two results are compared, which channel is seen, zoom, names and export."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit.buttons import PriceButton, ToolButton
from canvas.kit.label import Label
from canvas.kit.segmented import Segment, Segmented
from canvas.viewers import state
from canvas.viewers.bench import Bench
from canvas.viewers.flow import FlowRow
from canvas.viewers.state import CHANNELS

MODES = (
    Segment("single", "Single", "image", tip="One result  1 to 9"),
    Segment("wipe", "Wipe", "compare", tip="A and B with a line between them  W"),
    Segment("side", "Side by side", tip="A and B beside each other"),
    Segment("difference", "Difference", tip="How far A and B are apart; [ and ] change the gain"),
    Segment("onion", "Onion", tip="B over A; [ and ] change how much of B is seen"),
    Segment("sheet", "Sheet", "sheet", tip="All takes at once, with rating"),
)


class Toolbar(QWidget):
    """What is pressed here is told by ``asked`` in the words of ``keys``."""

    asked = Signal(str)

    def __init__(self, desk: Desk, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bench = desk, bench
        self.setAccessibleName("Viewer tools")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = FlowRow(self)
        self.modes = Segmented(desk, MODES, "How to compare")
        self.channels = Segmented(desk, [(one, one) for one in CHANNELS], "Channel")
        self.lock = ToolButton(desk, "lock", "Zoom and pan A and B together", checkable=True)
        self.turn = ToolButton(desk, "compare", "Turn the wipe line", "Shift+W")
        self.zoom = Label(desk, "", "body", "label")
        self.fit = ToolButton(desk, "fit", "Fit the picture in", "F")
        self.names = PriceButton(desk, "Names shown", icon="eye", manner="ghost")
        self.export = PriceButton(desk, "Export side by side", icon="export")
        self.use = PriceButton(desk, "Use A", icon="pick", manner="primary")
        for widget in (self.modes, self.channels, self.lock, self.turn, self.zoom, self.fit):
            self._row.addWidget(widget)
        for button in (self.names, self.export, self.use):
            self._row.add_right(button)
        self.modes.chosen.connect(lambda key: self.asked.emit(f"mode {key}"))
        self.channels.chosen.connect(lambda key: bench.look(partial(state.in_channel, channel=key)))
        self.lock.toggled.connect(lambda on: bench.look(partial(state.locked, on=on)))
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
        for widget in (self.channels, self.zoom, self.fit, self.names, self.export):
            widget.setVisible(view.mode != "sheet")
        self._row.invalidate()

    def tell_zoom(self, zoom: float | None) -> None:
        self.zoom.say("" if zoom is None else f"{zoom * 100:.0f} %")

    def heightForWidth(self, width: int) -> int:
        return self._row.heightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.theme
        painter.fillRect(self.rect(), theme.colour("surface.panel"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border.subtle"))

    def _ask(self, deed: str, _: bool = False) -> None:
        self.asked.emit(deed)

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._row.setContentsMargins(round(px(10)), round(px(7)), round(px(10)), round(px(8)))
        self._row.setSpacing(round(px(8)))
        self._row.invalidate()
        self.update()
