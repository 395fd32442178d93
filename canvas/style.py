"""The look of ordinary Qt widgets as a style sheet, written from the names of the theme."""

import atexit
import shutil
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from canvas import sheets
from canvas.theme import RESOURCES, Theme

CHECK = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
         'stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">{}</svg>')
SHAPES = {
    "check": CHECK.format('<path d="m5 12.5 4.5 4.5 9.5-10"/>'),
    "dot": CHECK.format('<circle cx="12" cy="12" r="4" fill="currentColor"/>'),
    "dash": CHECK.format('<path d="M6 12h12"/>'),
    "chevron-up": CHECK.format('<path d="m6 15 6-6 6 6"/>').replace("2.6", "1.75"),
}
"""Marks that are no icons of their own, drawn by widgets that read pictures from files only."""
_folders: list[Path] = []


def stylesheet(theme: Theme, marks: Path | None = None) -> str:
    """The style sheet of the whole window. Without a folder of marks, arrows and ticks are left out."""
    names = sheets.Names(theme, marks)
    parts = (sheets.WINDOW, sheets.MENUS, sheets.BARS, sheets.VIEWS, sheets.FIELDS, sheets.BUTTONS)
    text = "\n".join(parts)
    if marks is not None:
        text += sheets.MARKS
    return sheets.filled(text, names)


def apply(theme: Theme) -> None:
    """Dress the application in this theme: style, palette, font, style sheet."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    if not app.styleSheet():
        # Widgets that are there already take over a new font only where a style sheet is being replaced.
        app.setStyleSheet("QToolTip { padding: 0; }")
    app.setPalette(theme.palette())
    app.setFont(theme.font("body"))
    app.setStyleSheet(stylesheet(theme, marks_folder(theme)))


def marks_folder(theme: Theme) -> Path:
    """A folder of this process with arrows and ticks in the colours of the theme."""
    if not _folders:
        _folders.append(Path(tempfile.mkdtemp(prefix="ajar-marks-")))
        atexit.register(shutil.rmtree, _folders[0], ignore_errors=True)
    folder = _folders[0] / f"{theme.mode}{'-contrast' if theme.contrast else ''}"
    if not folder.is_dir():
        folder.mkdir()
        shapes = {**SHAPES, **{name: _icon(name) for name in ("chevron-down", "chevron-right", "close")}}
        inks = {"quiet": "text.secondary", "on": "accent.on_fill", "pale": "border.strong"}
        for name, text in shapes.items():
            for key, colour in inks.items():
                ink = theme.colour(colour).name()
                (folder / f"{name}-{key}.svg").write_text(text.replace("currentColor", ink), "utf-8")
    return folder


def _icon(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")
