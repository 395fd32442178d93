"""Nothing is lost: unsaved changes go to drafts as they are made, and the window remembers what was open."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.document import Document
from canvas.files import Files
from workflows.disk import digest_of
from workflows.drafts import Draft, Drafts, discard, found
from workflows.session import Session, Tab, read_session, write_session
from workflows.takes import Takes

RECENT = 12
SETTLE_MS = 1_000
"""How long after a change of tabs the session is written."""


class Keeping(QObject):
    """Drafts and session of one window."""

    def __init__(self, desk: Desk, files: Files, takes: Takes, drafts: Drafts) -> None:
        super().__init__(files)
        self._desk = desk
        self._files = files
        self._takes = takes
        self._drafts = drafts
        self.session, trouble = read_session(desk.studio.home)
        self.clean = bool(self.session.more.get("clean", True))
        """Whether the last window was closed as it should be."""
        self.recent: tuple[str, ...] = self.session.recent
        self.gather: Callable[[Session], Session] = lambda session: session
        """What the window adds: its geometry, the places of its boards, its queue."""
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self.remember)
        desk.opened.connect(self._opened)
        desk.closed.connect(self._closed)
        desk.fronted.connect(self._timer.start)
        files.saved.connect(self._saved)
        files.seen.connect(self._seen)
        if trouble:
            desk.say(trouble)

    def found(self) -> list[Draft]:
        """Drafts that nobody looks after: of a window that died, or that was closed with changes."""
        return found(self._desk.studio.home)

    def reopen(self, draft: Draft) -> Document:
        """Open a draft as it was, with its changes still to be saved."""
        on_disk = digest_of(draft.path) if draft.path is not None else None
        document, saved = self._open_already(draft), draft.saved()
        if document is not None:
            self._desk.bring(document)
            document.go(())
        else:
            graph = self._desk.studio.modern(draft.graph if saved is None else saved)
            document = Document(graph, self._desk.studio.packs.types, draft.path, draft.name)
            document.on_disk = document.opened = on_disk
            if draft.path is None:
                document.draft = draft.key.removeprefix("draft:")
                self._remind(document)
            if saved is None:
                document.history.saved = None  # it lies nowhere but in the draft
            self._desk.open(document)
        if saved is not None:
            document.edit_whole("Recovered changes", lambda _: self._desk.studio.modern(draft.graph))
        self._keep(document)
        self._drafts.flush()  # the old draft goes only when the new one is on the disk
        discard(draft)
        return document

    def _remind(self, document: Document) -> None:
        """What the last session knew of a workflow without a file."""
        for tab in self.session.tabs:
            if tab.path is None and tab.draft == document.draft:
                document.origin = Path(tab.origin) if tab.origin else None
                document.chosen.update(tab.chosen)

    def _open_already(self, draft: Draft) -> Document | None:
        """The document of this file, if it is open and nothing in it would be lost."""
        fitting = (one for one in self._desk.documents if one.path == draft.path and not one.history.dirty)
        return next(fitting, None) if draft.path is not None else None

    def remember(self, *, clean: bool = False) -> None:
        """Write the session down."""
        tabs = tuple(_tab(document) for document in self._desk.documents)
        front = self._desk.documents.index(self._desk.front) if self._desk.front in self._desk.documents else 0
        session = Session(tabs, front, self.recent, more={**self.session.more, "clean": clean})
        try:
            write_session(self._desk.studio.home, self.gather(session))
        except AjarError as error:
            self._desk.say(error.message, error.hint)

    def close(self) -> None:
        """The window closes as it should."""
        self._timer.stop()
        self.remember(clean=True)
        self._drafts.close()

    def _opened(self, document: Document) -> None:
        document.changed.connect(lambda *_: self._keep(document))
        document.room_changed.connect(lambda: self._keep(document))
        document.titled.connect(lambda: self._keep(document))
        if document.path is None and document.graph.nodes:
            self._keep(document)
        self._timer.start()

    def _keep(self, document: Document) -> None:
        if document.history.dirty:
            self._drafts.keep(document.key, document.title, document.path, document.graph)
        else:
            self._drafts.drop(document.key)

    def _closed(self, document: Document) -> None:
        self._drafts.drop(document.key)
        self._timer.start()

    def _saved(self, document: Document, before: str) -> None:
        self._drafts.drop(before)
        if before != document.key:
            self._takes.rekey(before, document.key)
        self._timer.start()

    def _seen(self, path: Path) -> None:
        text = str(path)
        self.recent = (text, *(one for one in self.recent if one != text))[:RECENT]
        self._timer.start()


def _tab(document: Document) -> Tab:
    return Tab(
        str(document.path) if document.path else None, document.draft, document.name,
        str(document.origin) if document.origin else None,
        tuple(sorted(document.chosen)) if document.path is None else (), document.room,
    )
