"""What the gallery shows: a line to search with, kinds as chips, and everything else in one menu."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from canvas import gallery_words as say
from canvas.desk import Desk
from canvas.gallery_words import DATES, Wish
from canvas.kit import words
from canvas.kit.buttons import Chip
from canvas.kit.flow import FlowRow
from canvas.kit.menu import Menu
from canvas.kit.search import SearchField
from workflows.takes import Facets

TYPING_MS = 120
"""How long after a letter the search begins."""


class GalleryFilters(QWidget):
    """Tells ``wished`` with what the person wants to see."""

    wished = Signal(Wish)
    stepped = Signal(int)
    """Up and down in the line move the choice below."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._wish = Wish()
        self._facets = Facets()
        self.search = SearchField(desk, "Word, model or tag")
        self.search.stepped.connect(self.stepped)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._typed)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.search.returnPressed.connect(self._typed)
        self.filter = Chip(desk, "Filter", icon="settings", pressable=True)
        self.filter.setAccessibleDescription("Model, node, date, stars, tags and trash")
        self.filter.clicked.connect(self.open_menu)
        self.kinds: dict[str, Chip] = {}
        self.active: list[Chip] = []
        self._chips = QWidget(self)
        self._row = FlowRow(self._chips)
        self._row.addWidget(self.filter)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.search)
        self._column.addWidget(self._chips)
        self.setFocusProxy(self.search)
        desk.themed.connect(self._wear)
        self._wear()
        self._show()

    @property
    def wish(self) -> Wish:
        return self._wish

    def learn(self, facets: Facets) -> None:
        """What there is to choose among."""
        if facets != self._facets:
            self._facets = facets
            self._show()

    def clear(self) -> None:
        """Show everything again."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.put(Wish())

    def put(self, wish: Wish) -> None:
        """Want something else."""
        if wish != self._wish:
            self._wish = wish
            self._show()
            self.wished.emit(wish)

    def open_menu(self) -> None:
        """The menu of all filters, below its chip."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.filter.mapToGlobal(QPoint(0, self.filter.height())))

    def menu(self) -> QMenu:
        """Every filter with what it is set to."""
        query, menu = self._wish.query, Menu(self)
        menu.setAccessibleName("Filters")
        self._choices(menu, "Model", [("", "All models"), *((one, one) for one in self._facets.models)], "model")
        self._choices(menu, "Node", [("", "All nodes"), *((one, one) for one in self._facets.nodes)], "node")
        dates = menu.addMenu("Date")
        for since, text in DATES.items():
            self._entry(dates, text, self._wish.since == since, replace(self._wish, since=since))
        stars = menu.addMenu("Stars")
        for count in range(6):
            text = f"{count} or more" if 0 < count < 5 else "5" if count else "Any"
            self._entry(stars, text, query.rating == count, self._with(rating=count))
        tags = menu.addMenu("Tags")
        tags.setEnabled(bool(self._facets.tags))
        for tag in self._facets.tags:
            on = tag in query.tags
            rest = tuple(one for one in query.tags if one != tag)
            self._entry(tags, tag, on, self._with(tags=rest if on else (*query.tags, tag)))
        menu.addSeparator()
        front = self._desk.front
        here = self._entry(menu, "This workflow only", bool(query.document),
                           self._with(document="" if query.document or front is None else front.key))
        here.setEnabled(front is not None or bool(query.document))
        self._entry(menu, "Trash", query.thrown, self._with(thrown=not query.thrown))
        clear = menu.addAction("Clear filters")
        clear.setEnabled(not self._wish.plain)
        clear.triggered.connect(self.clear)
        return menu

    def _choices(self, menu: QMenu, title: str, rows: Sequence[tuple[str, str]], name: str) -> None:
        part = menu.addMenu(title)
        part.setEnabled(len(rows) > 1)
        for key, text in rows:
            self._entry(part, text, getattr(self._wish.query, name) == key, self._with(**{name: key}))

    def _entry(self, menu: QMenu, text: str, on: bool, wish: Wish) -> QAction:
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda: self.put(wish))
        return action

    def _with(self, **changes: object) -> Wish:
        return replace(self._wish, query=replace(self._wish.query, **changes))  # type: ignore[arg-type]

    def _typed(self) -> None:
        self._typing.stop()
        self.put(self._with(words=self.search.text().strip()))

    def _show(self) -> None:
        """Chips of the kinds there are, the way to all filters, and chips of what is set."""
        kinds = ["", *(kind for kind in say.KINDS if kind in self._facets.kinds)]
        if list(self.kinds) != kinds:
            self._drop(self.kinds.values())
            self.kinds = {kind: self._kind_chip(kind) for kind in kinds}
        for kind, chip in self.kinds.items():
            chip.setChecked(self._wish.query.kind == kind)
            chip.setVisible(len(kinds) > 2)
        if any(chip.hasFocus() for chip in self.active):
            self.filter.setFocus()
        self._drop(self.active)
        self.active = [self._active_chip(text, wish) for text, wish in self._set()]
        for chip in [*self.kinds.values(), self.filter, *self.active]:
            self._row.removeWidget(chip)
            self._row.addWidget(chip)
        for chip in self.active:
            chip.show()
        self._chips.updateGeometry()
        stops = [self.search, *self.kinds.values(), self.filter, *self.active]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    @property
    def last(self) -> QWidget:
        """The last stop of the Tab key."""
        return self.active[-1] if self.active else self.filter

    def _drop(self, chips: Iterable[Chip]) -> None:
        for chip in chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()

    def _kind_chip(self, kind: str) -> Chip:
        chip = Chip(self._desk, say.KINDS[kind] if kind else "All", checkable=True, parent=self._chips)
        chip.clicked.connect(lambda: self._choose_kind(kind))
        return chip

    def _choose_kind(self, kind: str) -> None:
        self.put(self._with(kind=kind))
        self._show()  # the chosen one stays pressed when it is pressed again

    def _set(self) -> list[tuple[str, Wish]]:
        """What is set, and the wish without it."""
        query = self._wish.query
        found = [(getattr(query, name), self._with(**{name: ""})) for name in ("model", "node") if getattr(query, name)]
        if query.document:
            found.append(("This workflow", self._with(document="")))
        if self._wish.since:
            found.append((DATES[self._wish.since], replace(self._wish, since="")))
        if query.rating:
            more = "" if query.rating == 5 else " or more"
            found.append((f"{words.count(query.rating, 'star')}{more}", self._with(rating=0)))
        found += [(tag, self._with(tags=tuple(one for one in query.tags if one != tag))) for tag in query.tags]
        return [*found, ("Trash", self._with(thrown=False))] if query.thrown else found

    def _active_chip(self, text: str, wish: Wish) -> Chip:
        chip = Chip(self._desk, text, "accent", "close", pressable=True, parent=self._chips)
        chip.setAccessibleName(f"Remove filter {text}")
        chip.clicked.connect(lambda: self.put(wish))
        return chip

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(10)), round(px(10)), round(px(10)), round(px(6)))
        self._column.setSpacing(round(px(6)))


