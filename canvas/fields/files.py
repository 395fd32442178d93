"""Files and folders: the path as the workflow writes it, a look at what lies there, dropping onto it and choosing."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ajar.contract import Socket
from ajar.errors import Refused
from ajar.hints import File
from canvas.desk import Desk
from canvas.fields.field import MIXED, Facts, Field, Line
from canvas.fields.peek import Peek
from canvas.kit.buttons import ToolButton
from workflows.project import Project, inside

Kind = Literal["image", "folder", "table", "any"]
FILTERS: Mapping[Kind, str] = {
    "image": "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp);;All files (*)",
    "table": "Tables (*.csv *.tsv *.json *.txt);;All files (*)", "any": "All files (*)", "folder": "",
}
WORDS: Mapping[Kind, str] = {"image": "picture", "folder": "folder", "table": "table", "any": "file"}


def project_path(
    chosen: Path, base: Path | None, root: Path | None, *, anywhere: bool = False,
) -> tuple[str, str, str]:
    """A chosen file as a workflow writes it; or "", a sentence and a hint where the workflow can't use it.

    ``anywhere``: the workflow has no file yet, so that what a person chooses need not lie beside it.
    """
    if base is None:
        return chosen.absolute().as_posix(), "", ""  # a workflow without a file: nothing to be relative to yet
    home = (root or base).resolve()
    try:
        real = chosen.resolve()
        inside = real.is_relative_to(home)
        text = Path(os.path.relpath(real, base.resolve())).as_posix()
    except (OSError, ValueError):
        inside, text = False, ""
    if not inside and anywhere:
        return chosen.absolute().as_posix(), "", ""
    if not inside:
        return "", f"“{chosen.name}” lies outside the project “{home.name}”.", f"Copy it into {home}."
    if "\\" in text or ":" in text:
        return "", f"“{chosen.name}” has a sign in its name that other systems can't have.", "Rename it."
    return text, "", ""


def readable(text: str, facts: Facts) -> Path | None:
    """The file that a path means, if a run might read it: nothing else is looked at, whatever a workflow says."""
    if text in (facts.chosen or ()) and Path(text).is_absolute():
        return Path(text)
    if not text or facts.base is None:
        return None
    home = facts.root or facts.base
    try:
        return inside(Project(home, home.name), text, facts.base)
    except Refused:
        return None


class FileField(Field):
    """A path that can be typed, chosen or dropped, with a look at the file below it."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        hint = socket.hint(File)
        self.kind: Kind = hint.kind if hint is not None else "any"
        self.line = Line(desk, socket.label, parent=self)
        self.line.textEdited.connect(self._typed)
        self.line.settled.connect(self._settle)
        self.line.setAcceptDrops(False)
        self.browse = ToolButton(desk, "folder", f"Choose a {WORDS[self.kind]}", side=26, icon_size=15, parent=self)
        self.browse.clicked.connect(self.choose)
        self.peek = Peek(desk, self)
        self.dialog: QFileDialog | None = None
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.peek)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.line)

    def know(self, facts: Facts) -> None:
        super().know(facts)
        self._look()

    def paint_value(self) -> None:
        self.line.setPlaceholderText(MIXED if self.mixed else f"Drop a {WORDS[self.kind]} here")
        self.line.put("" if self.mixed else self.words())
        self._look()

    def words(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    def choose(self) -> None:
        """Let the person choose; returns at once."""
        start = str(self.facts.base or Path.cwd())
        dialog = QFileDialog(self.window(), f"Choose a {WORDS[self.kind]}", start, FILTERS[self.kind])
        mode = QFileDialog.FileMode.Directory if self.kind == "folder" else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def take(self, path: Path) -> None:
        """Use this file, or say why it can't be used."""
        if (self.kind == "folder") != path.is_dir():
            self.refused.emit(f"“{path.name}” is {'a folder' if path.is_dir() else 'no folder'}.",
                              f"Choose a {WORDS[self.kind]}.")
            return
        text, message, hint = project_path(
            path, self.facts.base, self.facts.root, anywhere=self.facts.chosen is not None)
        self.refused.emit(message, hint)
        if text:
            if text != self.value or self.mixed:
                self.tell(text)
            self.paint_value()
            self.settled.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()
            self.peek.welcome(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.peek.welcome(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.peek.welcome(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take(Path(event.mimeData().urls()[0].toLocalFile()))

    def _typed(self, text: str) -> None:
        self.tell(text.strip() or None)

    def _settle(self) -> None:
        text = self.line.text().strip()
        path = Path(text).expanduser()
        if text and self.facts.base is not None and path.is_absolute() and path.exists():
            self.take(path)  # pasted from a file manager
            return
        self._look()
        self.settled.emit()

    def _look(self) -> None:
        self.peek.look(None if self.mixed else readable(self.words(), self.facts), self.kind)
