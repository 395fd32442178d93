"""Asks where a file shall be written."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    parent: QWidget, title: str, start: Path, kinds: str, chosen: Callable[[Path], object], *, confirm: bool = True
) -> QFileDialog:
    """Open the dialog on the folder and name of ``start``, whose ending a name without one gets; returns at once.

    ``confirm``: ask before a file is replaced.
    """
    dialog = QFileDialog(parent, title, str(start), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not confirm)
    dialog.setDefaultSuffix(start.suffix.removeprefix("."))
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
