"""The first minute: the starter graph alone on the board, the prompt ready to be typed over, doors and hints beside."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from canvas.doors import Doors
from canvas.kit.buttons import ToolButton
from canvas.kit.coach import CoachMark
from workflows.take import Take

if TYPE_CHECKING:
    from canvas.document import Document
    from canvas.page import Page
    from canvas.window import Window

HINTS: dict[int, tuple[str, str, str]] = {
    0: ("Make your first picture", "It is painted on this computer. No account, no key, no cost.", "run"),
    1: ("Ask for four more", "Same words, other seeds. They line up below as takes.", "more"),
    2: ("Pick the one you like", "A click on a take lets it flow on. The graph shows which it is.", ""),
    3: ("Look at two side by side", "“Compare” puts the take you picked beside another one.", ""),
}
"""By the number of steps that are done: title, text, and the action whose keys are shown."""
MARGIN, ABOVE = 56, 66
"""Pixels left of and above the starter graph."""
QUICK = (("node.find", "search"), ("prompt", "prompt"), ("flux", "image"), ("load_image", "folder"), ("lora", "lora"),
         ("upscale", "finish"), ("compare", "compare"))


class Rail(QWidget):
    """A slim bar for what is needed first, where the library would stand."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._desk = window.desk
        self.setAccessibleName("Add")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 8, 8)
        column.setSpacing(4)
        for id_, icon in QUICK:
            type_ = window.desk.studio.packs.types.get(id_)
            name = type_.title if type_ is not None else "Search for a node"
            button = ToolButton(window.desk, icon, name, side=36, icon_size=18, parent=self)
            button.clicked.connect(lambda _=False, id_=id_: self._take(window, id_))
            column.addWidget(button)
        column.addStretch(1)

    def _take(self, window: "Window", id_: str) -> None:
        if id_ in window.desk.studio.packs.types:
            window.panels.add(id_, {})
        else:
            window.actions_.do("node.add")


class FirstMinute(QObject):
    """Watches the first steps on the starter graph. Over for good when the person closes the doors or is done."""

    def __init__(self, window: "Window", page: "Page", document: "Document") -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._document = document
        self.doors = Doors(window.desk, page.view)
        self.hint: CoachMark | None = None
        self.doors.templates_wanted.connect(self._templates)
        self.doors.keys_wanted.connect(lambda: window.open_preferences("accounts"))
        self.doors.closed.connect(self._close_doors)
        self.doors.known.connect(self._settle)
        page.view.installEventFilter(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._settle)
        page.view.moved.connect(self._soon.start)
        page.view.opened.connect(self._soon.start)
        window.runner.taken.connect(self._taken)
        document.changed.connect(lambda *_: self._look())
        self._bottom = 0.0
        window.desk.looks(document).changed.connect(lambda names: self._grown())
        window.panels.takes.compared.connect(lambda takes: self._done(4))
        window.desk.fronted.connect(self._moved_on)
        self.doors.show_steps(window.taste.steps)
        self.doors.look()
        page.view.overlay.wants_map = False
        page.view.overlay.place()
        self._soon.start()
        QTimer.singleShot(400, self._show_hint)
        QTimer.singleShot(0, self._place)

    def _place(self) -> None:
        """The graph at the upper left, as large as it is, with room for the doors below."""
        view = self._page.view
        box, port = view.extent(), view.viewport().rect()
        if box.width() + 2 * MARGIN > port.width():
            view.frame(None)
            return
        corner = box.topLeft() - QPointF(MARGIN, ABOVE)
        middle = corner + QPointF(port.width() / 2, port.height() / 2)
        self._page.look_at(middle.x(), middle.y(), view.natural)
        if "prompt" in self._page.document.shown.nodes:
            self._page.hand.open_first("prompt")

    @property
    def steps(self) -> int:
        return self._window.taste.steps

    def show_hints(self) -> None:
        """From the start again."""
        self._window.prefer(self._window.taste.with_(hints=True, doors=True, steps=0))
        self.doors.show_steps(0)
        self._settle()
        self._show_hint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._soon.start()
        return False

    def _grown(self) -> None:
        """A card that got a row of takes reaches further down: the doors make room."""
        if self._page.view.extent().bottom() != self._bottom:
            self._soon.start()

    def _settle(self) -> None:
        """The doors stand under the graph."""
        self._bottom = self._page.view.extent().bottom()
        view = self._page.view
        if not self._window.taste.doors or self._window.sides.shown:
            self.doors.hide()
            return
        box = view.mapFromScene(view.extent()).boundingRect()
        self.doors.settle(QRect(view.viewport().rect()), box.bottom())
        self.doors.raise_()

    def _taken(self, take: Take) -> None:
        if take.document != self._document.key:
            return
        self._done(1 if take.number <= 1 else 2)

    def _look(self) -> None:
        """A take that was picked shows in the looks of the node."""
        looks = self._window.desk.looks(self._document)
        if self.steps == 2 and any(looks.of(node).picked is not None for node in self._document.graph.nodes):
            self._done(3)

    def _done(self, steps: int) -> None:
        if steps <= self.steps:
            return
        self._window.prefer(self._window.taste.with_(steps=steps))
        self.doors.show_steps(steps)
        if steps == 1:
            self._window.sides.show_foot()
        self._show_hint()

    def _show_hint(self) -> None:
        if self.hint is not None:
            self.hint.hide()
            self.hint.deleteLater()
            self.hint = None
        hint = HINTS.get(self.steps)
        window = self._window
        window.tools.run.set_halo(self.steps == 0 and window.taste.hints)
        if hint is None or not window.taste.hints or window.notices or self._document is not window.desk.front:
            return
        title, text, action = hint
        takes = window.panels.takes
        target: QWidget = {0: window.tools.run, 1: takes.more, 3: takes.against}.get(self.steps, takes)
        self.hint = CoachMark(window.desk, target, title, text, window.actions_.keys(action) if action else "")
        self.hint.hidden_all.connect(lambda: window.prefer(window.taste.with_(hints=False)))
        self.hint.settle()

    def hint_again(self) -> None:
        """Something lies above the board to be decided first, or has been: no hint covers it."""
        self._show_hint()

    def _templates(self) -> None:
        self._window.sides.library.call("templates")

    @property
    def is_calm(self) -> bool:
        """Whether the board still stands alone because of the first minute."""
        return not self._window.sides.shown

    def _moved_on(self) -> None:
        """Who opens another workflow knows the way: the panels come."""
        if self._window.desk.front is not self._document and self.is_calm:
            self._window.sides.arrange()

    def _close_doors(self) -> None:
        self._window.prefer(self._window.taste.with_(doors=False))
        self._window.sides.arrange()
