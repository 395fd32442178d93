"""The gallery: everything that was ever made here, to be searched, rated, opened again and thrown away."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.gallery_deeds import GalleryDeeds
from canvas.gallery_details import GalleryDetails
from canvas.gallery_filters import GalleryFilters
from canvas.gallery_model import GalleryModel
from canvas.gallery_thumbs import GalleryThumbs
from canvas.gallery_view import GalleryView
from canvas.gallery_words import Wish
from canvas.kit import words
from canvas.kit.buttons import ToolButton
from canvas.kit.label import Label
from canvas.kit.notices import EmptyState
from workflows import strays
from workflows.takes import Query, Takes

WIDE = 560
"""From this width on the details stand at the side, else below."""
ASIDE = 280


class GalleryPanel(QWidget):
    """Narrow as a page of the library, or as large as one likes."""

    opened = Signal(Path)
    """A path: open the workflow that this file carries."""
    inserted = Signal(Path)
    """A path: put a node onto the board that gives this file."""
    explained = Signal(object)
    """A take: show which change made it."""

    def __init__(self, desk: Desk, takes: Takes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._takes = takes
        self._seen = False
        self.setAccessibleName("Gallery")
        self.errands = Errands(desk, self)
        self.model = GalleryModel(takes, self.errands, self)
        self.thumbs = GalleryThumbs(desk, self)
        self.deeds = GalleryDeeds(desk, takes, self.errands, self)
        self.filters = GalleryFilters(desk)
        self.view = GalleryView(desk, self.model, self.thumbs)
        self.details = GalleryDetails(desk, self.thumbs)
        self.count = Label(desk, "", "caption", colour="text.tertiary")
        self.smaller = ToolButton(desk, "minus", "Smaller pictures", "Ctrl+-", side=24, icon_size=14)
        self.larger = ToolButton(desk, "plus", "Larger pictures", "Ctrl++", side=24, icon_size=14)
        self.empty = EmptyState(desk, "image", "")
        self.split = QSplitter(Qt.Orientation.Vertical)
        self._build()
        self._join()
        desk.themed.connect(self._wear)
        self._wear()
        self._told()
        if (app := QCoreApplication.instance()) is not None:
            app.aboutToQuit.connect(self.close_down)

    def close_down(self) -> None:
        """The window closes: keep what was typed, and wait for what is being done."""
        self.details.keep()
        self.errands.close()
        self.thumbs.close()

    def show_take(self, id_: int) -> None:
        """Select a take, if it is among those that are shown."""
        row = self.model.row_of(id_)
        if row >= 0:
            self.view.choose(row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.refresh()
        if not self._seen:
            self._seen = True
            self.errands.run(lambda: strays.take_in(self._takes))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate and self.isVisible():
            self.model.refresh()  # another window, or a run without one, may have made something meanwhile
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.details.keep()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        pictures = QWidget()
        self._pages = QStackedLayout(pictures)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        self.split.addWidget(pictures)
        self.split.addWidget(self.details)
        self.split.setCollapsible(0, False)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        self.split.setChildrenCollapsible(False)
        self.details.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(0)
        self._bar.addWidget(self.count, 1)
        self._bar.addWidget(self.smaller)
        self._bar.addWidget(self.larger)
        column.addLayout(self._bar)
        column.addWidget(self.split, 1)
        self.setFocusProxy(self.filters.search)
        self._order()

    def _join(self) -> None:
        view, details, deeds = self.view, self.details, self.deeds
        self.filters.wished.connect(self.model.look_for)
        self.filters.stepped.connect(self._step)
        self.filters.search.returnPressed.connect(view.setFocus)
        self.model.told.connect(self._told)
        self.model.dataChanged.connect(lambda *_: self._chosen())
        self.model.modelReset.connect(self._chosen)
        view.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        view.selectionModel().currentChanged.connect(lambda *_: self._chosen())
        self.smaller.clicked.connect(lambda: view.resize_pictures(-1))
        self.larger.clicked.connect(lambda: view.resize_pictures(1))
        view.rated.connect(deeds.rate)
        view.wanted.connect(deeds.look)
        view.menu_wanted.connect(self._menu)
        view.pressed_key.connect(self._do)
        details.rated.connect(lambda take, stars: deeds.rate([take], stars))
        details.noted.connect(deeds.note)
        details.tagged.connect(deeds.tag)
        details.looked.connect(deeds.look)
        details.opened.connect(deeds.open)
        details.inserted.connect(deeds.insert)
        details.menu_wanted.connect(self._menu)
        deeds.opened.connect(self.opened)
        deeds.inserted.connect(self.inserted)
        deeds.explained.connect(self.explained)
        self.empty.acted.connect(self.filters.clear)

    def _do(self, deed: str) -> None:
        """A key that was pressed on the pictures."""
        takes, deeds = self.view.takes(), self.deeds
        if deed == "undo":
            deeds.undo()
        elif takes and deed in ("open", "insert"):
            (deeds.open if deed == "open" else deeds.insert)(takes[0])
        elif takes:
            {
                "delete": deeds.throw_away, "copy": deeds.copy, "path": deeds.copy_path, "export": deeds.export,
            }[deed](takes)

    def _step(self, rows: int) -> None:
        """Up or down in the search line."""
        if self.model.rowCount():
            row = self.view.currentIndex().row() + rows if self.view.currentIndex().isValid() else 0
            self.view.choose(min(max(row, 0), self.model.rowCount() - 1))

    def _menu(self, at: QPoint) -> None:
        takes = self.view.takes()
        if takes:
            menu = self.deeds.menu(takes)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def _chosen(self) -> None:
        """Show what is known of the one that was chosen last."""
        takes = self.view.takes()
        current = self.view.current()
        take = current if current in takes else takes[-1] if takes else None
        self.details.setVisible(take is not None)
        self.details.show_take(take)
        self._count()

    def _told(self) -> None:
        self.filters.learn(self.model.facets)
        self._order()
        nothing = self.model.ready and not self.model.rowCount()
        self._pages.setCurrentWidget(self.empty if nothing else self.view)
        if nothing:
            self._explain(self.model.trouble)
        self._count()

    def _order(self) -> None:
        """Tab goes from the filters to the pictures and on to the details."""
        details = self.details
        stops = [
            self.filters.last, self.smaller, self.larger, self.view, details.stars, details.open, details.insert,
            details.more, details.note, details.tags,
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _explain(self, trouble: AjarError | None) -> None:
        """An empty gallery in words."""
        if trouble is not None:
            self.empty.say(trouble.message, "", trouble.hint)
        elif self.model.wish.plain:
            hint = "Run a workflow: its pictures, films and sounds come here by themselves."
            self.empty.say("Everything you make is kept here", "", hint)
        elif self.model.wish == Wish(Query(thrown=True)):
            self.empty.say("The trash is empty", "Show all takes")
        else:
            self.empty.say("Nothing fits", "Clear filters", "Try fewer words or filters.")

    def _count(self) -> None:
        chosen, total = len(self.view.takes()), words.count(self.model.total, "take")
        self.count.say(f"{chosen} of {total} selected" if chosen > 1 else total)
        for part in (self.count, self.smaller, self.larger):
            part.setVisible(self.model.ready and bool(self.model.total))

    def _arrange(self) -> None:
        wide = self.width() >= self._desk.theme.px(WIDE)
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self.split.orientation() != way:
            self.split.setOrientation(way)
        if wide:
            self.split.setSizes([self.width() - round(self._desk.theme.px(ASIDE)), round(self._desk.theme.px(ASIDE))])

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._bar.setContentsMargins(round(px(12)), 0, round(px(8)), round(px(2)))
        self._arrange()
