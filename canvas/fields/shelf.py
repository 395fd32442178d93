"""The models of this machine for all panels of a window, looked for on a thread and kept until someone asks again."""

import threading
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from ajar.errors import AjarError
from ajar.models import Licence, ModelEntry
from ajar.remote import Provider
from canvas.desk import Desk


class ModelShelf(QObject):
    """What is installed and what could be. Until the folders have been read: what is known of models by name."""

    changed = Signal()
    _found = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._catalogue = desk.studio.catalogue
        self._entries: tuple[ModelEntry, ...] = ()
        self._licences: Mapping[str, Licence] | None = None
        self._looking = False
        self.read = False
        """Whether the folders have been looked at."""
        self._found.connect(self._take)

    @classmethod
    def of(cls, desk: Desk) -> "ModelShelf":
        """The shelf of this desk."""
        return desk.findChild(cls) or cls(desk)

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """All models, installed ones first among their kind."""
        if not self.read:
            self.look()
        return self._entries or self._catalogue.rows.models

    @property
    def licences(self) -> Mapping[str, Licence]:
        if self._licences is None:
            try:
                self._licences = self._catalogue.licences()
            except AjarError:
                self._licences = {}
        return self._licences

    def of_kind(self, kind: str) -> tuple[ModelEntry, ...]:
        """The models of a kind: what is here first, then what could be."""
        found = [entry for entry in self.entries if entry.kind == kind]
        return tuple(sorted(found, key=lambda entry: entry.path is None))

    def find(self, kind: str, name: str) -> ModelEntry | None:
        """A model by the name that a workflow writes; hosted ones need no look at a disk."""
        if self.provider(kind) is not None:
            try:
                return self._catalogue.find(kind, name)
            except AjarError:
                return None  # it is gone; the check says what to use instead
        return next((one for one in self.entries if one.kind == kind and one.id.lower() == name.lower()), None)

    def provider(self, kind: str) -> Provider | None:
        """Who hosts the models of a kind; None for those of this machine."""
        return self._catalogue.provider(kind)

    def look(self) -> None:
        """Look at the folders again, on a thread."""
        if not self._looking:
            self._looking = True
            threading.Thread(target=self._work, name="models", daemon=True).start()

    def _work(self) -> None:
        try:
            entries = tuple(self._catalogue.entries())
        except (AjarError, OSError):
            entries = ()
        try:
            self._found.emit(entries)
        except RuntimeError:  # the window has gone meanwhile
            return

    def _take(self, entries: Any) -> None:
        self._looking = False
        fresh = not self.read or entries != self._entries
        self.read, self._entries = True, entries
        if fresh:
            self.changed.emit()
