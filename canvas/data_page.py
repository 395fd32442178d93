"""Where everything of a person lies, and how much room it takes."""

import threading
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label

PARTS = (("blobs", "Stored results"), ("takes", "Takes"), ("models", "Models"), ("backups", "Backups"))


def weigh(folder: Path) -> int:
    """The bytes of all files in a folder; what can't be read or goes away meanwhile counts nothing."""
    total = 0
    try:
        found = list(folder.iterdir())
    except OSError:
        return 0
    for path in found:
        try:
            total += weigh(path) if path.is_dir() and not path.is_symlink() else path.lstat().st_size
        except OSError:
            continue
    return total


class DataPage(QWidget):
    """The data folder and its parts. Weighed on a thread of its own, as there may be very many files."""

    weighed = Signal(dict)
    """The bytes of each part."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        home = desk.studio.home
        self.path = Label(desk, str(home.path), mono=True)
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sizes = {key: Label(desk, "is being weighed", colour="text.secondary") for key, _ in PARTS}
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(Label(desk, "Data folder", colour="text.secondary"), self.path)
        for key, title in PARTS:
            form.addRow(Label(desk, title, colour="text.secondary"), self.sizes[key])
        limit = desk.studio.settings.store_gb * 1e9
        note = (f"Above {words.size(limit)}, stored results that were not used for longest are removed. "
                "Takes and models never are.")
        self._open = PriceButton(desk, "Open folder", icon="folder", manner="ghost")
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(home.path))))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(Label(desk, note, "caption", colour="text.tertiary", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.weighed.connect(self._show)

    def look(self) -> None:
        """Weigh the folders again."""
        threading.Thread(target=self._weigh, name="weigh", daemon=True).start()

    def _weigh(self) -> None:
        home = self._desk.studio.home.path
        sizes = {key: weigh(home / key) for key, _ in PARTS}
        try:
            self.weighed.emit(sizes)
        except RuntimeError:
            return  # the page was closed meanwhile

    def _show(self, sizes: dict[str, int]) -> None:
        for key, label in self.sizes.items():
            label.say(words.size(sizes[key]) if sizes[key] else "nothing yet", "text.primary")
