"""A compare sheet as a page of its own: the grid, two cells against each other, one transport, ratings and exports."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from canvas.compare.bar import Bar
from canvas.compare.cells import Cells
from canvas.compare.foot import Foot
from canvas.compare.model import SheetModel
from canvas.compare.side import Side
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit.label import Label
from canvas.kit.notices import EmptyState
from canvas.kit.save_as import ask_where
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.deck import Deck
from canvas.viewers.deeds import TIMES
from canvas.viewers.stage import Stage
from canvas.viewers.state import Mode
from canvas.viewers.transport import Transport
from workflows.compare_finish import with_finish
from workflows.compare_page import page_of
from workflows.compare_seal import export_sealed
from workflows.quotes import bill_of
from workflows.variants import with_value

if TYPE_CHECKING:
    from canvas.engine import Engine

A, B = 1, 2
KEYS = {"w": "mode wipe", "d": "mode difference", "s": "mode sheet", "n": "names", "l": "lock"}
TIME_KEYS = {" ": "play", "j": "shuttle -1", "k": "shuttle 0"}
MINE = {*KEYS, *TIME_KEYS, *",.+-=f012345"}
"""What is a key of the page while it has the keyboard."""


class Band(QWidget):
    """A line of words on the ground of the transport."""

    def __init__(self, desk: Desk, words: QWidget) -> None:
        super().__init__()
        self._desk = desk
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 6)
        row.addWidget(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desk.theme.colour("surface.panel"))


class ComparePage(QWidget):
    """Follows the workflow in front."""

    looked = Signal(Shown)
    """A result that the person wants to see in the viewer."""
    left = Signal()
    """The person wants to see the board."""
    wanted = Signal(str, object, QPoint)
    """(what: ``promote``, ``take``, ``insert`` or ``menu``; the take of the chosen cell; where a menu opens)"""

    def __init__(self, desk: Desk, engine: "Engine", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._engine = desk, engine
        Bench.of(desk)  # the window's own is there first
        self.model = SheetModel(desk, engine, self)
        self.bench = Bench(desk, self)
        self.bench.view = replace(self.bench.view, mode="sheet", a=A, b=B)
        self.deck = Deck(self.bench, every=True)
        self._errands = Errands(desk, self)
        self.bar = Bar(desk, self.model)
        self.cells = Cells(desk, self.model, self.deck)
        self.stage = Stage(desk, self.bench, self.deck)
        self.side = Side(desk, self.model)
        self.foot = Foot(desk, self.model)
        self.transport = Transport(desk, self.deck)
        self.notice = Label(desk, "", "caption", colour="text.secondary")
        self.band = Band(desk, self.notice)
        self.empty = EmptyState(desk, "sheet", "There is no compare sheet in this workflow yet.")
        self.pages = QStackedWidget()
        for page in (self.cells, self.stage, self.empty):
            self.pages.addWidget(page)
        self._build()
        self.setAccessibleName("Compare sheet")
        self.bar.asked.connect(self.do)
        self.transport.asked.connect(self.do)
        self.side.asked.connect(self.do)
        self.cells.chosen.connect(self._chosen)
        self.cells.against.connect(lambda _: self._load())
        self.cells.menu_wanted.connect(lambda at: self._want("menu", at))
        self.cells.opened.connect(lambda place: self.do("viewer"))
        self.empty.acted.connect(self._do_problems)
        self.model.changed.connect(self._changed)
        for signal in (self.deck.changed, self.deck.turned):
            signal.connect(self._time)
        self._changed()

    def look(self) -> None:
        """Read the sheet of the workflow in front anew."""
        self.model.look()

    def close_all(self) -> None:
        """End what works behind the page."""
        self._errands.close()
        self.bench.close()
        self.model.close()

    def do(self, deed: str) -> bool:
        """What a key or a button asks for. False: nothing of that name."""
        name, *rest = deed.split(maxsplit=1)
        if name in TIMES:
            if not self.deck.lasting:
                return False
            self.deck.set(TIMES[name](self.deck, *rest))
            return True
        method = getattr(self, f"_do_{name}", None)
        if method is None:
            return False
        method(*rest)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text().lower()
        steps = {"l": "shuttle 1"} if self.deck.lasting and self.bench.view.mode != "sheet" else {}
        deed = {**TIME_KEYS, **KEYS, **steps}.get(text, "")
        if text in (",", "."):
            deed = f"step {1 if text == '.' else -1}"
        if not deed or not self.do(deed):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Keys of the page go before shortcuts of the window while it has the keyboard.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and not event.modifiers() and event.text().lower() in MINE:
            event.accept()
            return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        # Nobody sees it: no film needs to run.
        if self.deck.clock.runs and not event.spontaneous():
            self.deck.set(replace(self.deck.clock, speed=0.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._desk.theme.colour("surface.board"))

    # --- what is asked for ----------------------------------------------------------------------------------------

    def _do_mode(self, key: str) -> None:
        mode: Mode = "wipe" if key == "wipe" else "difference" if key == "difference" else "sheet"
        if mode != "sheet" and self.bench.view.mode == mode:
            mode = "sheet"
        self._load()
        self.bench.look(lambda view: replace(view, mode=mode, names=not self._blind))
        self._show()

    def _do_lock(self) -> None:
        self.cells.lock(not self.cells.looks.locked)
        self.bar.lock.setChecked(self.cells.looks.locked)

    def _do_fit(self) -> None:
        self.cells.fit()
        self.stage.fit()

    def _do_names(self) -> None:
        self.model.hide(not self._blind)

    def _do_sheet(self, name: str) -> None:
        self.model.choose(name)

    def _do_chain(self, chain: str) -> None:
        """Every row finished, or none: an edit of the workflow, which can be undone."""
        place = self._place()
        if place is None:
            return
        document, path, node = place
        on = chain == "finished"
        title = "Finish every row" if on else "Compare raw"
        document.edit_whole(title, lambda graph: with_finish(graph, document.types, path, node, on=on))
        self.bar.refresh()

    def _do_cap(self, amount: str) -> None:
        known, document = self.model.known, self.model.document
        if known is not None and document is not None:
            node, value = known.sheet.node, float(amount)
            document.edit_whole("Cap of a sheet", lambda graph: with_value(graph, node, "cap", value))

    def _do_run(self) -> None:
        known, document = self.model.known, self.model.document
        if known is None or document is None or not self.model.left:
            return
        spots = {node for cell in self.model.left for node in (cell.spot[0], cell.maker)}
        bill = bill_of(known.prepared.bids, lambda bid: bid.node in spots)
        self._engine.runner.run(document, (known.sheet.node,), stage=self._engine.forecast.stage, shown=bill)

    def _do_stop(self) -> None:
        self._engine.runner.stop()

    def _do_viewer(self) -> None:
        shown = self.model.shown
        if self.cells.at < len(shown) and shown[self.cells.at].value is not None:
            self.looked.emit(shown[self.cells.at])

    def _do_node(self) -> None:
        """The node that makes the chosen cell, on the board."""
        cell, document = self.model.cell_at(self.cells.at), self.model.document
        if cell is None or document is None:
            return
        *path, name = (cell.maker or cell.spot[0]).split("/")
        document.go(tuple(path))
        document.select([name])
        self.left.emit()

    def _do_promote(self) -> None:
        self._want("promote")

    def _do_take(self) -> None:
        self._want("take")

    def _do_insert(self) -> None:
        self._want("insert")

    def _want(self, what: str, at: QPoint = QPoint()) -> None:  # noqa: B008 - never changed
        """Something with the take of the chosen cell. While it is blind a menu would tell the names."""
        cell = self.model.cell_at(self.cells.at)
        take = self.model.take(cell) if cell is not None and not self._blind else None
        if take is not None:
            self.wanted.emit(what, take, at)
        elif what != "menu":
            self._desk.say("This cell has no take yet.", "Run the sheet first.")

    def _do_problems(self) -> None:
        self.left.emit()
        self._desk.act("problems")

    def _do_export(self, kind: str) -> None:
        known = self.model.known
        if known is None:
            return
        document = self.model.document
        folder = document.path.parent if document is not None and document.path is not None else Path.home()
        name = "".join(one if one.isalnum() else "-" for one in known.sheet.title.lower()).strip("-") or "sheet"
        kinds = {"png": "PNG pictures (*.png)", "html": "Web pages (*.html)", "mp4": "MP4 films (*.mp4)"}
        ask_where(self, "Export sheet", folder / f"{name}.{kind}", kinds[kind], lambda path: self.write(kind, path))

    def write(self, kind: str, path: Path) -> None:
        """Write the sheet as it is seen, beside the Qt thread."""
        known = self.model.known
        if known is None:
            return
        mode = self._desk.theme.mode
        order = known.order
        part = self.deck.clock.at / self.deck.clock.length if self.deck.lasting else 0.5

        def work() -> Path:
            page = page_of(known.sheet, known.outcomes, known.licences, stars=known.stars, names=order is None, at=part)
            values: Sequence[Any] = [known.outcomes[cell.row, cell.column].value for cell in known.sheet.cells]
            return export_sealed(known.prepared, known.sheet.node, kind, path, page, values, mode, order)

        self._desk.say(f"Writing {path.name}.")
        self._errands.run(work, lambda file: self._desk.say(f"Exported {file.name}."))

    # --- what changed ---------------------------------------------------------------------------------------------

    @property
    def _blind(self) -> bool:
        return self.model.known is not None and self.model.known.blind

    def _place(self) -> tuple[Any, tuple[str, ...], str] | None:
        known, document = self.model.known, self.model.document
        if known is None or document is None:
            return None
        *path, node = known.sheet.node.split("/")
        return document, tuple(path), node

    def _chosen(self, place: int) -> None:
        self.side.look_at(place)
        self._load()

    def _changed(self) -> None:
        self.bench.laid = tuple(shown for shown in self.model.shown if shown.value is not None)
        self._load()
        self.bench.look(lambda view: replace(view, names=not self._blind))
        self._show()

    def _load(self) -> None:
        """The chosen cells on the two sides."""
        shown = self.model.shown
        for buffer, place in ((A, self.cells.at), (B, self.cells.other)):
            if place < len(shown) and shown[place].value is not None:
                self.bench.buffers[buffer] = shown[place]
            else:
                self.bench.buffers.pop(buffer, None)
        self.bench.loaded.emit(A)

    def _show(self) -> None:
        known, mode = self.model.known, self.bench.view.mode
        page: QWidget = self.empty if known is None else self.cells if mode == "sheet" else self.stage
        if self.pages.currentWidget() is not page:
            self.pages.setCurrentWidget(page)
        self.setFocusProxy(page)
        self.bar.modes.choose(mode)
        self.bar.lock.setChecked(self.cells.looks.locked)
        self.side.setVisible(known is not None)
        self.foot.setVisible(known is not None)
        self.transport.setVisible(self.deck.lasting)
        self.transport.tracks.setVisible(False)
        if known is None:
            self.empty.say(*self._why())
        self._time()

    def _why(self) -> tuple[str, str, str]:
        """Why there is nothing to see, and what to do."""
        if self.model.names:
            found = self._engine.forecast.problems(self.model.document) if self.model.document is not None else ()
            first = next((one for one in found or () if one.severity == "error"), None)
            if first is None:
                return "This sheet is being looked at.", "", ""
            return f"This sheet can't be shown yet. {first.message}", "Show problems", first.hint
        return ("There is no compare sheet in this workflow yet.", "",
                "Select a generator and choose Compare models or Grid over from its menu.")

    def _time(self) -> None:
        count = sum(shown.kind == "film" for shown in self.model.shown)
        told = f"{count} clips, one transport" if count > 1 else ""
        self.notice.say(" · ".join(part for part in (told, self.deck.notice()) if part))
        self.band.setVisible(self.deck.lasting)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.pages, 1)
        left.addWidget(self.transport)
        left.addWidget(self.band)
        left.addWidget(self.foot)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addLayout(left, 1)
        below.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(below, 1)
