"""Models as a page of its own: what is here, what can be fetched and under which terms, and where it is looked for."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit import words
from canvas.kit.label import Label
from canvas.kit.search import SearchField
from canvas.kit.segmented import Segmented
from canvas.models.detail import Detail
from canvas.models.rows import Row, Shown, chosen, rows_of
from canvas.models.table import ModelList, list_view
from workflows.arriving import Begun, Done, Ended, Progress, Trouble
from workflows.downloads import Offered
from workflows.dropped import takers

SIDE = 380
MOST_REFUSED = 4
EVERY = 400
"""Milliseconds between two looks at what is on its way."""


class ModelsPage(QWidget):
    """Reads the folders beside the window's thread whenever it comes into sight and when something arrived."""

    used = Signal(str, str, str)
    """Put a node on the board: (type, input, name of the model)."""
    _heard = Signal(str, object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errands = Errands(desk, self, threads=2)
        self._all: list[Row] = []
        self.coming: dict[str, tuple[int, int]] = {}
        """What is on its way, by the name of its folder: (bytes here, bytes in all)."""
        self._names: dict[str, str] = {}
        """Folder of what is or was on its way -> the row's name, which for a repository is another."""
        self.shown = Segmented(desk, [("here", "Here"), ("loras", "LoRAs"), ("away", "To get"), ("all", "All")],
                               "Which models")
        self.search = SearchField(desk, "Find a model")
        self.count = Label(desk, "", "caption", colour="text.tertiary")
        self.places = Label(desk, "", "caption", colour="text.tertiary", wrap=True)
        self.refused = Label(desk, "", "caption", colour="semantic.warn", wrap=True)
        self.list = ModelList(self)
        self.view = list_view(desk, self.list)
        self.detail = Detail(desk)
        self._again = QTimer(self, singleShot=True, interval=EVERY)
        self._again.timeout.connect(self.look)
        self._lay_out()
        self.setAccessibleName("Models")
        self._connect()
        self._wear()

    def look(self) -> None:
        """Read the folders anew."""
        studio, coming = self._desk.studio, dict(self.coming)
        self._errands.run(lambda: (rows_of(studio, coming), list(studio.catalogue.refused())), self._take)

    def search_for(self, name: str) -> None:
        """Show one model, by its name; one that is not known is looked for at the hub."""
        self.shown.choose("all")
        self.search.setText(name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def close_all(self) -> None:
        self._errands.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desk.theme.colour("surface.board"))

    # --- what a person does ---------------------------------------------------------------------------------------

    def ask(self, row: Any) -> None:
        """What would it bring? Nothing is fetched by that."""
        self.detail.tell("Asking what it would bring…")
        downloads = self._desk.studio.downloads
        self._errands.run(lambda: downloads.offer(row.name), partial(self._offered, row), self._failed)

    def fetch(self, offered: Any) -> None:
        """The terms are accepted: fetch it."""
        downloads = self._desk.studio.downloads
        key = offered.folder.name.lower()
        listen = partial(self._heard.emit, key)
        try:
            downloads.start(offered, listen, accept=True)
        except AjarError as error:
            self._failed(error)
            return
        self.coming[key] = (offered.have, offered.record.bytes)
        self._names[key] = offered.record.model or offered.record.repo
        self.detail.propose(None)
        self.detail.tell("Getting it…")
        self.look()

    def halt(self, row: Any) -> None:
        """Stop what is on its way; what came stays."""
        for name, fetch in self._desk.studio.downloads.running().items():
            if self._is_of(name.lower(), row):
                fetch.stop()

    def drop(self, row: Any) -> None:
        """Take a fetched model away, after asking."""
        box = QMessageBox(QMessageBox.Icon.Question, "Remove", f"Remove {row.title}?", parent=self)
        box.setInformativeText(f"{words.size(row.bytes)} are freed. Results that it made stay; to run it again it has "
                               "to be fetched again.")
        remove = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Keep", QMessageBox.ButtonRole.RejectRole))
        box.finished.connect(lambda _: self._drop(row) if box.clickedButton() is remove else None)
        box.open()

    def place(self, row: Any) -> None:
        """Let the window put a node with this model on the board in front."""
        found = takers(self._desk.studio.packs.types)
        kinds = (row.entry.kind, *row.entry.also) if row.entry is not None else ()
        at = next((found[kind] for kind in kinds if kind in found), None)
        if at is None:
            self.detail.tell("No node takes it by itself; other models use it.")
        else:
            self.used.emit(*at, row.name)

    # --- what comes of it -----------------------------------------------------------------------------------------

    def _offered(self, row: Row, offered: Offered) -> None:
        self.detail.tell("It is here already." if offered.done else "")
        if self.detail.row is not None and self.detail.row.name == row.name and not offered.done:
            self.detail.propose(offered)

    def _drop(self, row: Row) -> None:
        downloads = self._desk.studio.downloads
        name = row.place.name if row.place is not None else row.name

        def removed(freed: int) -> None:
            self._desk.say(f"{row.title} is removed; {words.size(freed)} are free again.")
            self.look()

        self._errands.run(lambda: downloads.remove(name), removed, self._failed)

    def _hear(self, key: str, news: object) -> None:
        said = self.detail.tell if self._is_of(key, self.detail.row) else lambda text: None
        match news:
            case Begun():
                self.coming[key] = (news.have, news.bytes)
            case Progress():
                self.coming[key] = (news.done, news.bytes)
                left = (news.bytes - news.done) / news.rate if news.rate > 0 else 0
                said(f"{words.part_of(news.done, news.bytes)}, {words.size(news.rate)}/s"
                     + (f", {words.left(left)}" if left else ""))
            case Trouble():
                said(f"{news.why} Trying again in {round(news.seconds)} s.")
            case Done() | Ended():
                self.coming.pop(key, None)
                end = news.message if isinstance(news, Ended) else "It is here, and every file is verified."
                said(end or "Stopped. What came is kept.")
        if not self._again.isActive():
            self._again.start()

    def _failed(self, error: AjarError) -> None:
        self.detail.tell(f"{error.message} {error.hint}")

    def _take(self, found: tuple[list[Row], list[tuple[Path, str]]]) -> None:
        rows, refused = found
        self._all = rows
        self.refused.say("\n".join(why for _, why in refused[:MOST_REFUSED])
                         + (f"\nand {len(refused) - MOST_REFUSED} more" if len(refused) > MOST_REFUSED else ""))
        self.refused.setVisible(bool(refused))
        if not any(row.state != "away" for row in rows) and self.shown.key == "here":
            self.shown.choose("all")
        self._fill()
        places = self._desk.studio.places
        programs = sorted({place.program for place in places[1:]})
        self.places.say(f"Own folder: {self._desk.studio.home.models}."
                        + (f" Also used in place: {', '.join(programs)}." if programs else ""))

    def _fill(self) -> None:
        shown: Shown = self.shown.key  # type: ignore[assignment]
        found = chosen(self._all, shown, self.search.text())
        text = self.search.text().strip()
        if not found and text.count("/") in (1, 2) and " " not in text:  # a repository of the hub
            found = [Row(text, text, "On the hub", "away")]
        before = self.detail.row.name if self.detail.row is not None else ""
        self.list.put(found)
        self.count.say(words.count(len(found), "model"))
        at = next((index for index, row in enumerate(found) if row.name == before), 0 if found else -1)
        if at >= 0:
            self.view.setCurrentIndex(self.list.index(at))
        self.detail.put(found[at] if at >= 0 else None)

    def _turn(self, current: QModelIndex, before: QModelIndex) -> None:
        row = self.list.rows[current.row()] if current.isValid() and current.row() < len(self.list.rows) else None
        if row is not None and (self.detail.row is None or row.name != self.detail.row.name):
            self.detail.tell("")
        self.detail.put(row)

    def _is_of(self, folder: str, row: Row | None) -> bool:
        """Whether what comes into this folder is the model of a row."""
        return row is not None and self._names.get(folder) == row.name

    def _connect(self) -> None:
        self.shown.chosen.connect(lambda _: self._fill())
        self.search.textChanged.connect(lambda _: self._fill())
        self.search.stepped.connect(self._step)
        self.view.selectionModel().currentChanged.connect(self._turn)
        self.detail.asked.connect(self.ask)
        self.detail.accepted.connect(self.fetch)
        self.detail.stopped.connect(self.halt)
        self.detail.removed.connect(self.drop)
        self.detail.used.connect(self.place)
        self._heard.connect(self._hear)
        self._desk.themed.connect(self._wear)

    def _step(self, rows: int) -> None:
        at = min(max(self.view.currentIndex().row() + rows, 0), len(self.list.rows) - 1)
        if at >= 0:
            self.view.setCurrentIndex(self.list.index(at))

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(14, 12, 0, 8)
        left.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.shown)
        head.addWidget(self.search)
        head.addWidget(self.count)
        head.addStretch(1)
        left.addLayout(head)
        left.addWidget(self.view, 1)
        left.addWidget(self.refused)
        left.addWidget(self.places)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(left, 1)
        whole.addWidget(self.detail)

    def _wear(self) -> None:
        theme = self._desk.theme
        self.detail.setFixedWidth(round(theme.px(SIDE)))
        self.view.setStyleSheet(f"QListView {{ background: {theme.colour('surface.card').name()}; }}")
        self.update()
