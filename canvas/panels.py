"""The panels of a window, made once, and how they speak with one another."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from canvas.actions import keys_of
from canvas.desk import Desk
from canvas.gallery import GalleryPanel
from canvas.hands.adding import add_node
from canvas.inspector import Inspector
from canvas.library import Library
from canvas.page import Page
from canvas.paid_panel import PaidPanel
from canvas.preferences import Preferences
from canvas.problems import ProblemsPanel
from canvas.queue import QueuePanel
from canvas.recovery import RecoveryPanel
from canvas.shortcut_table import Shortcut
from canvas.takes import TakesPanel
from canvas.taste import Taste
from canvas.templates import TemplatesPanel
from canvas.viewers.dock import ViewerPanel
from canvas.viewers.opening import bring
from workflows.drafts import Draft

if TYPE_CHECKING:
    from canvas.casting import Casting
    from canvas.window import Window

ABOUT = """Ajar is a node studio for generative media: prototype with open models on this computer, then render the
final with the model of your choice. Workflows are readable files that run the same without the window."""


class Panels(QObject):
    """Everything that stands in docks, and the few windows beside."""

    def __init__(self, desk: Desk, window: "Window") -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        takes = window.engine.takes
        self.library = Library(desk)
        self.templates = TemplatesPanel(desk)
        self.gallery = GalleryPanel(desk, takes)
        self.inspector = Inspector(desk)
        self.takes = TakesPanel(desk, takes)
        self.takes.compared.connect(self._compare)
        self.queue = QueuePanel(desk)
        self.problems = ProblemsPanel(desk)
        self.paid = PaidPanel(desk, window.engine.work)
        self.viewer = ViewerPanel(desk)
        self._preferences: Preferences | None = None
        self.templates.chosen.connect(window.files.open)
        self.gallery.opened.connect(lambda path: window.files.open(path, as_copy=True))
        self.gallery.inserted.connect(self._insert)
        self.gallery.explained.connect(window.tabs.explain)
        self.library.wanted.connect(self.add)
        desk.shown.connect(lambda *_: window.sides.viewer.call())

    def cast(self, casting: "Casting") -> None:
        """Who makes finals, and what is promoted where."""
        self.takes.promoted.connect(casting.promote)
        self._desk.learn("promote", self.takes.promote_this)
        self.gallery.deeds.promoted.connect(casting.promote_any)
        casting.compared.connect(self._compare)

    def join(self, page: Page) -> None:
        """What a new board asks of the panels."""
        page.hand.buffer.connect(lambda number, node: self._buffer(page, number, node))
        page.hand.wants_open.connect(self._open)
        page.hand.pressed.connect(self._pressed)

    def preferences(self, page: str = "look") -> None:
        """Open the preferences; they stay open beside the window."""
        if self._preferences is None:
            self._preferences = Preferences(self._desk, self._window.taste, self._shortcuts, self._window)
            self._preferences.changed.connect(self._window.prefer)
            self._preferences.accounts.changed.connect(self._window.engine.forecast.refresh)
        self._preferences.turn(page)
        self._preferences.show()
        self._preferences.raise_()

    def about(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("About Ajar")
        box.setText("Ajar")
        box.setInformativeText(ABOUT.replace("\n", " "))
        box.setIconPixmap(self._desk.theme.icon("door", 48, "money_button.fill"))
        box.open()

    def offer_recovery(self, drafts: Sequence[Draft]) -> None:
        """Say what a crash left behind, above the board."""
        if drafts:
            panel = RecoveryPanel(self._desk, self._desk.studio.home)
            panel.recovered.connect(self._window.keeping.reopen)
            panel.done.connect(panel.deleteLater)
            self._window.show_notice(panel)
            panel.look(crashed=not self._window.keeping.clean)

    def _shortcuts(self, taste: Taste) -> Sequence[Shortcut]:
        return [
            Shortcut(row.id, row.title, row.group, keys_of(row, taste.preset, taste.keys), row.id in taste.keys,
                     "board" if row.board else "")
            for row in self._window.actions_.rows.values()
        ]

    def add(self, type_: str, inputs: Any) -> None:
        """A node from the library, in the middle of the board."""
        page = self._window.page
        if page is not None:
            add_node(page.context(), type_, inputs=inputs)
            page.view.setFocus()

    def _pressed(self, node: str, what: str, key: str, index: int) -> None:
        """The strip of a card, or its state, asks for more than fits on it."""
        if what == "takes":
            self._window.sides.takes.call()
        elif what == "state" and self._window.sides.work.isHidden():
            self._window.sides.work.call()

    def _open(self, path: Path) -> None:
        self._window.files.open(path)

    def _insert(self, path: Path) -> None:
        page = self._window.page
        if page is not None:
            page.hand.drops.use(path)

    def _compare(self, takes: Any) -> None:
        """Two takes side by side, as large as the window allows."""
        self.viewer.viewer.compare_takes(takes)
        self._window.tabs.open_viewer()

    def _buffer(self, page: Page, number: int, node: str) -> None:
        """Put what a node gave into a buffer of the viewer, or show that buffer."""
        self._window.sides.viewer.call()
        viewer = self.viewer.viewer
        if not node:
            viewer.do(f"buffer {number}")
            return
        flat, title = page.document.flat(node), page.hand.title_of(node)
        bring(self._desk, page.document, flat, title, lambda found: viewer.load(number, found, title))
