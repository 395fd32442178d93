"""What the panels of one window share, handed to each of them: the open documents, the theme and the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from canvas.acquaintance import Acquaintance
from canvas.document import Document
from canvas.looks import Looks
from canvas.theme import Theme
from workflows.studio import Studio

if TYPE_CHECKING:
    from canvas.runner import Runner


class Desk(QObject):
    """The documents that are open, which of them is in front, and what all parts of the window speak with."""

    fronted = Signal()
    """Another document is in front (or none)."""
    opened = Signal(Document)
    closed = Signal(Document)
    themed = Signal()
    said = Signal(str, str)
    """(message, hint) for the status line; errors that belong to a node stand there, not here."""
    shown = Signal(object, str, object)
    """(value, title, take or None): look at this in the viewer."""
    explained = Signal(object)
    """A take: show which change made it."""

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.studio = studio
        self.acquaintance = Acquaintance(studio.home.path)
        self.theme = theme
        self.documents: list[Document] = []
        self.front: Document | None = None
        self.runner: Runner | None = None
        self._looks: dict[Document, Looks] = {}
        self._actions: dict[str, Callable[[], None]] = {}

    def looks(self, document: Document | None = None) -> Looks:
        """How the nodes of a document (the one in front) look."""
        document = document or self.front
        if document is None:
            return Looks()
        return self._looks.setdefault(document, Looks())

    def open(self, document: Document) -> None:
        """Add a document and put it in front."""
        self.documents.append(document)
        self.opened.emit(document)
        self.bring(document)

    def close(self, document: Document) -> None:
        """Take a document away. Who asks whether it should be saved has asked."""
        place = self.documents.index(document)
        self.documents.remove(document)
        if self.front is document:
            rest = self.documents
            self.bring(rest[min(place, len(rest) - 1)] if rest else None)
        self.closed.emit(document)
        self._looks.pop(document, None)

    def bring(self, document: Document | None) -> None:
        if document is not self.front:
            self.front = document
            self.fronted.emit()

    def wear(self, theme: Theme) -> None:
        """Another theme from now on."""
        self.theme = theme
        self.themed.emit()

    def say(self, message: str, hint: str = "") -> None:
        self.said.emit(message, hint)

    def learn(self, id_: str, callback: Callable[[], None]) -> None:
        """What an action does; the window tells, so that panels can ask for it by name."""
        self._actions[id_] = callback

    def knows(self, id_: str) -> bool:
        """Whether there is such an action."""
        return id_ in self._actions

    def act(self, id_: str) -> None:
        """Do an action by its id, as its menu entry would; nothing where no window has told what it does."""
        if id_ in self._actions:
            self._actions[id_]()
