import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QMenuBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from canvas import sheets, style
from canvas.theme import Theme

LOOKS = [(mode, text, contrast) for mode in ("dark", "light") for text in (1.0, 2.0) for contrast in (False, True)]


@pytest.fixture(autouse=True)
def undress(qapp: QApplication) -> Iterator[None]:
    """Other tests see an application without a style sheet."""
    yield
    qapp.setStyleSheet("")


def light(colour: QColor) -> float:
    parts = [(part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4) for part in (
        colour.redF(), colour.greenF(), colour.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("mode", "text", "high"), LOOKS)
def test_every_name_is_filled_in_and_braces_match(theme: Theme, mode: str, text: float, high: bool) -> None:
    made = style.stylesheet(Theme("dark" if mode == "dark" else "light", text, contrast=high), Path("/marks"))
    assert "@" not in made and made.count("{") == made.count("}")
    assert not re.search(r"\{\s*[\d.]+\s*\}", made)
    assert set(re.findall(r"url\(([^)]*)\)", made)) and "/marks/check-on.svg" in made


def test_there_are_no_colours_in_the_sheets_themselves() -> None:
    assert not re.search(r"#[0-9A-Fa-f]{3,8}\b", "".join(
        (sheets.WINDOW, sheets.MENUS, sheets.BARS, sheets.VIEWS, sheets.FIELDS, sheets.BUTTONS, sheets.MARKS)))


@pytest.mark.parametrize(("mode", "high"), [("dark", False), ("light", False), ("dark", True), ("light", True)])
def test_what_is_selected_can_be_read(qtbot: QtBot, theme: Theme, mode: str, high: bool) -> None:
    worn = Theme("dark" if mode == "dark" else "light", contrast=high)
    names = sheets.Names(worn, None)
    assert contrast(QColor(names.colour("chosen")), QColor(names.colour("chosen.ink"))) >= 4.5
    assert contrast(QColor(names.colour("raised")), worn.colour("text.primary")) >= 4.5


def test_the_marks_that_the_sheet_names_are_there(theme: Theme) -> None:
    folder = style.marks_folder(theme)
    names = set(re.findall(r"@marks/([\w-]+\.svg)", sheets.MARKS))
    assert names and all((folder / name).is_file() for name in names)


@pytest.mark.parametrize(("mode", "text"), [("dark", 1.0), ("light", 2.0)])
def test_ordinary_widgets_wear_the_theme(qtbot: QtBot, theme: Theme, mode: str, text: float) -> None:
    worn = Theme("dark" if mode == "dark" else "light", text)
    style.apply(worn)
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    made = [QLineEdit(), QComboBox(), QPushButton("Close"), QCheckBox("Lossless"), QListWidget()]
    for widget in made:
        column.addWidget(widget)
    page.show()
    qtbot.waitExposed(page)
    line, combo, button = made[0], made[1], made[2]
    assert line.height() == combo.height() == worn.size("size.control")
    assert abs(button.height() - worn.size("size.button")) <= 1
    inside = line.grab().toImage().pixelColor(line.width() // 2, line.height() // 2)
    assert inside.name() == worn.colour("surface.well").name()
    assert line.font().pixelSize() == worn.font("body").pixelSize()


def test_widgets_that_are_there_already_grow_with_the_text(qtbot: QtBot, theme: Theme) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = QMenuBar(window)
    bar.addMenu("File")
    window.setMenuWidget(bar)
    line = QLineEdit()
    window.setCentralWidget(line)
    for text in (1.0, 2.0, 1.25):
        worn = Theme("dark", text)
        style.apply(worn)
        window.show()
        assert bar.font().pixelSize() == line.font().pixelSize() == worn.font("body").pixelSize()
        assert bar.font().families()[0] == worn.font("body").families()[0]
