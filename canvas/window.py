"""The main window: the boards in the middle, panels around them, and everything that one can do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import shiboken6
from PySide6.QtCore import QByteArray, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ajar.context import Stage
from canvas import rows, style
from canvas.actions import Action, Actions
from canvas.casting import Casting
from canvas.counter import Counter
from canvas.desk import Desk
from canvas.document import Document
from canvas.files import Files
from canvas.first_minute import FirstMinute, Rail
from canvas.hands.context import Context
from canvas.hands.verbs import VERBS
from canvas.keeping import Keeping
from canvas.page import Page
from canvas.palette import Palette
from canvas.panels import Panels
from canvas.sides import Sides
from canvas.statusline import Foot, StatusLine
from canvas.tabbing import leap, step
from canvas.tabs import Tabs
from canvas.taste import Taste
from canvas.telling import Telling
from canvas.theme import Theme, system_mode
from canvas.toolbar import ToolRow
from canvas.topbar import TopBar
from workflows.problems import Problem

if TYPE_CHECKING:
    from canvas.engine import Engine

SOON = 50
"""Milliseconds."""
Mode = Literal["system", "dark", "light"]


class Window(QMainWindow):
    """One window over one desk."""

    gone = Signal()
    """It was closed, and nothing keeps it."""

    def __init__(self, desk: Desk, engine: "Engine", taste: Taste) -> None:
        super().__init__()
        self.desk = desk
        self.engine = engine
        self.runner = engine.runner
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: self._follow_system())
        self.taste = taste
        self.stage: Stage = "draft"
        self.verbs = VERBS
        self.files = Files(desk, self)
        self.keeping = Keeping(desk, self.files, engine.takes, engine.drafts)
        self.pages: dict[Document, Page] = {}
        self.boards = QStackedWidget(self)
        self.first: FirstMinute | None = None
        self.tabs = Tabs(self)
        self.notices = 0
        """How many things wait above the boards for a decision."""
        self.setDockNestingEnabled(True)
        self.setAccessibleName("Ajar")
        self.panels = Panels(desk, self)
        self.casting = Casting(self)
        self.panels.cast(self.casting)
        self._make_middle()
        self.sides = Sides(self, self.panels)
        self.actions_ = Actions(self, self.boards, desk.theme, rows.rows(self))
        for id_ in self.actions_.rows:
            desk.learn(id_, partial(self.actions_.do, id_))
        self._make_bars()
        self.palette_ = Palette(desk, self.actions_, self)
        desk.learn("run_pressed", partial(self.run, pressed=True))
        self.counter = Counter(self)
        desk.opened.connect(self._opened)
        desk.closed.connect(self._closed)
        desk.fronted.connect(self._fronted)
        desk.themed.connect(self._wear)
        self.use(taste)
        self._refreshing = QTimer(self, singleShot=True, interval=SOON)
        self._refreshing.timeout.connect(self.refresh)
        self.telling = Telling(self)
        self.resize(1600, 1000)
        self.sides.arrange()
        self.refresh()

    # What rows ask

    def has_front(self) -> bool:
        return self.desk.front is not None

    def with_front(self, do: Callable[[Document], object]) -> None:
        if self.desk.front is not None:
            do(self.desk.front)

    @property
    def page(self) -> Page | None:
        return self.pages.get(self.desk.front) if self.desk.front is not None else None

    def context(self) -> Context | None:
        return self.page.context() if self.page is not None else None

    def step(self, *, back: bool) -> None:
        document = self.desk.front
        if document is not None:
            title = document.undo() if back else document.redo()
            if title:
                self.desk.say(f"{'Undone' if back else 'Done again'}: {title}")

    def problems_of(self, document: Document | None) -> tuple[Problem, ...]:
        """What is wrong with a document, looked at ahead or met by its last run."""
        if document is None:
            return ()
        ahead = self.engine.forecast.problems(document) or ()
        return tuple(dict.fromkeys((*ahead, *self.runner.problems(document))))

    def run(self, *, selected: bool = False, front: bool = False, pressed: bool = False) -> None:
        """Run all of the document in front, or what is selected and what that needs.

        ``pressed``: a button that had the price on it was pressed, which is a person's word; keys never are.
        """
        document = self.desk.front
        if document is not None:
            only = tuple(document.flat(node) for node in document.selected_nodes) if selected else ()
            outlook = self.engine.forecast.outlook(document) if pressed else None
            self.runner.run(document, only, front=front, stage=self.stage,
                            shown=outlook.bill if outlook is not None else None)

    def more(self) -> None:
        """Four more of what the strip of takes shows: the selected generator, else the only one."""
        self.panels.takes.make_more()

    def set_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.tools.stage.choose(stage)
        self.engine.forecast.set_stage(stage)
        for page in self.pages.values():
            page.view.set_stage(stage)

    def begin_first_minute(self, document: Document) -> None:
        """Show the starter graph alone, with the doors and hints."""
        self.sides.calm()
        page = self.pages[document]
        self.first = FirstMinute(self, page, document)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def open_palette(self) -> None:
        self.palette_.open()

    def _turn(self, key: str) -> None:
        """Another tab was chosen: a board, or a page that is none."""
        page = self.tabs.pages.get(key)
        if page is not None:
            self.sides.step_aside()
            self.boards.setCurrentWidget(page)
            page.setFocus()
        else:
            self._fronted()

    def open_gallery(self) -> None:
        self.sides.library.call("gallery")

    def open_preferences(self, page: str = "") -> None:
        self.panels.preferences(page or "look")

    def show_hints(self) -> None:
        """The doors and hints of the first minute once more."""
        if self.first is None and self.desk.front is not None:
            self.first = FirstMinute(self, self.pages[self.desk.front], self.desk.front)
        if self.first is not None:
            self.sides.calm()
            self.first.show_hints()

    def show_notice(self, notice: QWidget) -> None:
        """Something to decide, above the boards until it is closed."""
        self._middle.insertWidget(0, notice)
        self.notices += 1
        if self.first is not None:
            self.first.hint_again()
        notice.destroyed.connect(self._decided)

    def _decided(self) -> None:
        if not shiboken6.isValid(self):  # type: ignore[no-untyped-call]  # the window goes, the notice too
            return
        self.notices -= 1
        if self.first is not None:
            self.first.hint_again()

    def reveal(self) -> None:
        if self.desk.front is not None and self.desk.front.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.front.path.parent)))

    def open_home(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.studio.home.path)))

    def about(self) -> None:
        self.panels.about()

    # Taste

    def use(self, taste: Taste) -> None:
        """Look and keys as the person likes them."""
        self.taste = taste
        mode = system_mode() if taste.theme not in ("dark", "light") else taste.theme
        self.desk.wear(Theme(mode, taste.text, contrast=taste.contrast, motion=taste.motion))
        self.actions_.bind(taste.preset, taste.keys)
        self.bar.fill(self.actions_)
        for page in self.pages.values():
            page.hand.bind(taste.preset, taste.keys)

    def _follow_system(self) -> None:
        if self.taste.theme == "system":
            self.use(self.taste)

    def prefer(self, taste: Taste) -> None:
        """The person likes it otherwise from now on."""
        if not taste.write(self.desk.studio.home.path):
            self.desk.say("The preferences could not be kept.", "Check that the data folder may be written.")
        self.use(taste)

    def set_mode(self, mode: Mode) -> None:
        self.prefer(self.taste.with_(theme=mode))

    # Parts

    def _make_middle(self) -> None:
        """Notices, and below them the slim bar and the boards."""
        middle = QWidget(self)
        self._middle = QVBoxLayout(middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.rail = Rail(self)
        self.rail.hide()
        row.addWidget(self.rail)
        row.addWidget(self.boards, 1)
        self._middle.addLayout(row, 1)
        self.setCentralWidget(middle)

    def _make_bars(self) -> None:
        self.bar = TopBar(self.desk, self)
        self.tools = ToolRow(self.desk, self.actions_, self)
        top = QWidget(self)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.tools)
        self.setMenuWidget(top)
        self.status = StatusLine(self.desk, self.engine.machine, self)
        self.setStatusBar(Foot(self.status, self))
        self.bar.wanted.connect(lambda: self.actions_.do("new"))
        self.bar.closing.connect(self.files.close)
        self.bar.asked.connect(self.open_palette)
        self.bar.recent_files = lambda: self.keeping.recent
        self.bar.opening.connect(self._reopen)
        self.bar.turned.connect(self._turn)
        self.bar.left.connect(lambda _: self._fronted())
        self.tools.stage.chosen.connect(lambda _: self.set_stage(self.tools.stage.stage))
        self.status.problems_wanted.connect(lambda: self.sides.work.call("problems"))

    def _reopen(self, path: Path) -> None:
        self.files.open(path)

    def _opened(self, document: Document) -> None:
        page = Page(self.desk, document, self.boards)
        self.pages[document] = page
        page.hand.bind(self.taste.preset, self.taste.keys)
        page.view.set_stage(self.stage)
        self.panels.join(page)
        self.boards.addWidget(page)
        document.refused.connect(lambda message, hint, node: self.desk.say(message, hint))
        document.changed.connect(self.refresh)
        document.selected.connect(self.refresh)

    def _closed(self, document: Document) -> None:
        page = self.pages.pop(document)
        self.boards.removeWidget(page)
        page.deleteLater()

    def _fronted(self) -> None:
        self.sides.come_back()
        if self.page is not None:
            self.boards.setCurrentWidget(self.page)
            self.page.view.setFocus()
        title = self.desk.front.title if self.desk.front else ""
        self.setWindowTitle(f"{title} – Ajar" if title else "Ajar")
        self.refresh()

    def refresh(self) -> None:
        """Grey what can't be done just now, and set the marks."""
        self.actions_.refresh()
        self.tools.refresh()
        self.status.update()

    def refresh_soon(self) -> None:
        """The same for what is told many times a second: several in a row are one."""
        if not self._refreshing.isActive():
            self._refreshing.start()

    def _wear(self) -> None:
        style.apply(self.desk.theme)
        self.actions_.wear(self.desk.theme)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tool bar, library, board, inspector, the foot; the menus and tabs above come last."""
        return step(self, self.sections, forward=forward)

    def leap(self, *, forward: bool) -> None:
        """The keyboard to the next panel."""
        leap(self, self.sections, forward=forward)

    @property
    def sections(self) -> tuple[QWidget, ...]:
        """The parts of the window in the order the keyboard takes."""
        sides = self.sides
        return (self.tools, sides.library, self.rail, self.boards, sides.inspector, sides.viewer, sides.takes,
                sides.work)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.engine.may_close(self):
            self.keeping.close()
            self.casting.close()
            self.tabs.close()
            event.accept()
            self.gone.emit()
        else:
            event.ignore()

    def layout_bytes(self) -> bytes:
        """Where the panels stand."""
        return bytes(self.sides.layout.data())

    def restore_layout(self, data: bytes) -> bool:
        return self.restoreState(QByteArray(data))

    def action(self, id_: str) -> Action:
        return self.actions_.rows[id_]
