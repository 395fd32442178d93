"""The panel beside the list of models: what is known of one, what fetching it would bring, and what can be done."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.models.rows import Row, facts
from canvas.money.tiles import clear
from workflows.downloads import Offered

MOST_FILES = 8
ALSO = "It informs, it does not advise: read the terms before you use what it makes."


class Detail(QWidget):
    """One model. What is asked of it is told by signals; the page does it."""

    asked = Signal(object)
    """Say what fetching this row would bring."""
    accepted = Signal(object)
    """The person accepts the terms of this Offered: fetch it."""
    stopped = Signal(object)
    removed = Signal(object)
    used = Signal(object)
    """Put a node with this model on the board."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.row: Row | None = None
        self.offered: Offered | None = None
        self.title = Label(desk, "", "section", "title", wrap=True)
        self.rows = QVBoxLayout()
        self.offer = QVBoxLayout()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.news = Label(desk, "", "caption", colour="text.secondary", wrap=True)
        self.use = self._button("Put on the board", "plus", lambda: self.used.emit(self.row))
        self.get = self._button("Get", "export", lambda: self.asked.emit(self.row))
        self.accept = self._button("Accept the terms and get it", "", lambda: self.accepted.emit(self.offered))
        self.stop = self._button("Stop", "close", lambda: self.stopped.emit(self.row))
        self.folder = self._button("Open its folder", "folder", self._open_folder)
        self.page = self._button("Read its page", "eye", self._open_page)
        self.remove = self._button("Remove", "close", lambda: self.removed.emit(self.row))
        self._lay_out()
        self.put(None)

    def put(self, row: Row | None) -> None:
        """Show a row; an offer that was made for it stays."""
        if row is None or self.row is None or row.name != self.row.name:
            self.propose(None)
        self.row = row
        self.setEnabled(row is not None)
        self.title.say(row.title if row is not None else "Choose a model")
        clear(self.rows)
        if row is not None and self.offered is None:  # which says all of that, and more exactly
            self._say(self.rows, facts(row))
        state = row.state if row is not None else ""
        coming = row is not None and state in ("coming", "half") and bool(row.bytes)
        self.progress.setVisible(coming)
        if row is not None and row.bytes and coming:
            self.progress.setValue(round(100 * row.came / row.bytes))
        known = row is not None and row.entry is not None
        self.use.setVisible(known and state == "here")
        self.get.setVisible(state in ("away", "half") and self.offered is None)
        self.get.say("Go on" if state == "half" else "Get")
        self.stop.setVisible(state == "coming")
        self.folder.setVisible(row is not None and row.place is not None)
        self.remove.setVisible(row is not None and (row.own or state == "half"))

    def propose(self, offered: Offered | None) -> None:
        """Show what fetching would bring, before anything is fetched."""
        self.offered = offered
        clear(self.offer)
        self.accept.setVisible(offered is not None)
        self.page.setVisible(offered is not None)
        if offered is None:
            return
        self.get.hide()
        say = words.size
        licence = offered.licence
        terms = licence.name if licence is not None else offered.record.licence_name or offered.record.licence
        lines = [
            ("What will come", f"{words.count(len(offered.record.files), 'file')}, {say(offered.record.bytes)}"
             + (f"; {say(offered.have)} of it are here already" if offered.have else "")),
            ("From", f"{offered.record.repo} at {offered.record.revision[:12]}, by {', '.join(offered.hosts)}"),
            ("Into", f"{offered.folder} ({say(offered.free)} free)"),
            ("Terms", terms or "It says nothing about its licence."),
        ]
        if licence is not None:
            sold = words.sold(licence.commercial, "").partition(": ")[2]
            lines.append(("May be sold", f"{sold}. {licence.conditions} {licence.text}"))
        if offered.record.gated:
            lines.append(("First", "Its owner wants the terms accepted on its page, and a token: ajar keys set hub."))
        clear(self.rows)
        self._say(self.offer, lines)
        for file in sorted(offered.record.files, key=lambda file: -file.bytes)[:MOST_FILES]:
            self.offer.addWidget(Label(self._desk, f"{file.path}   {say(file.bytes)}", "caption",
                                       colour="text.secondary"))
        more = len(offered.record.files) - MOST_FILES
        if more > 0:
            self.offer.addWidget(Label(self._desk, f"and {words.count(more, 'smaller file')}", "caption",
                                       colour="text.tertiary"))
        self.offer.addWidget(Label(self._desk, ALSO, "caption", colour="text.tertiary", wrap=True))
        self.accept.say("Go on" if offered.accepted else "Accept the terms and get it")

    def _say(self, column: QVBoxLayout, lines: Sequence[tuple[str, str]]) -> None:
        for what, how in lines:
            column.addWidget(Label(self._desk, what, "caption", colour="text.tertiary"))
            column.addWidget(Label(self._desk, how, "body", wrap=True))

    def tell(self, text: str) -> None:
        """News of what is going on, in a line."""
        self.news.say(text)
        self.news.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.panel(QPainter(self), self.rect(), self._desk.theme, "left")

    def _button(self, text: str, icon: str, deed: Callable[[], object]) -> PriceButton:
        button = PriceButton(self._desk, text, icon=icon, manner="ghost" if icon else "plain")
        button.clicked.connect(deed)
        return button

    def _open_folder(self) -> None:
        place = self.row.place if self.row is not None else None
        if place is not None:
            folder: Path = place if place.is_dir() else place.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _open_page(self) -> None:
        if self.offered is not None:
            QDesktopServices.openUrl(QUrl(self.offered.page))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(6)
        column.addWidget(self.title)
        deeds = QHBoxLayout()
        for button in (self.use, self.get, self.stop, self.folder, self.remove):
            deeds.addWidget(button)
        deeds.addStretch(1)
        column.addLayout(deeds)
        column.addWidget(self.progress)
        column.addWidget(self.news)
        column.addLayout(self.offer)
        accept = QHBoxLayout()
        accept.addWidget(self.accept)
        accept.addWidget(self.page)
        accept.addStretch(1)
        column.addLayout(accept)
        column.addLayout(self.rows)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setStyleSheet("QScrollArea, QWidget#panel { background: transparent; }")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(scroll)
        self.news.hide()
