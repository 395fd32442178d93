from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from canvas import style
from canvas.desk import Desk
from canvas.kit.label import KeyCap, Label
from canvas.theme import Theme

COLOURS = ("text.primary", "text.secondary", "text.tertiary", "semantic.warn")


@pytest.fixture
def undress(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setStyleSheet("")


def has(widget: QWidget, colour: QColor) -> bool:
    image = widget.grab().toImage()
    return any(image.pixelColor(x, y) == colour for x in range(image.width()) for y in range(image.height()))


@pytest.mark.usefixtures("undress")
def test_labels_keep_their_colours_through_every_change_of_the_theme(desk: Desk, qtbot: QtBot) -> None:
    style.apply(desk.theme)
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    labels = [Label(desk, "MHMHM", "page", "title", colour) for colour in COLOURS]
    labels += [Label(desk, "MHMHM", "page", "title", colour, wrap=True) for colour in COLOURS]
    for label in labels:
        column.addWidget(label)
    page.show()
    qtbot.waitExposed(page)
    desk.themed.connect(lambda: style.apply(desk.theme))
    for mode, text in (("light", 1.0), ("dark", 2.0), ("light", 1.0), ("dark", 1.0)):
        desk.wear(Theme("dark" if mode == "dark" else "light", text))
        QApplication.processEvents()
        for label, colour in zip(labels, COLOURS * 2, strict=True):
            assert label.font().pixelSize() == desk.theme.font("page").pixelSize()
            assert has(label, desk.theme.colour(colour)), (mode, text, colour)


def test_a_label_that_is_too_long_ends_in_an_ellipsis_and_tells_all_in_its_tip(desk: Desk, qtbot: QtBot) -> None:
    label = Label(desk, "A name that is far too long for this place")
    qtbot.addWidget(label)
    label.show()
    label.resize(80, 20)
    assert label.text().endswith("…") and label.toolTip() == label.full == label.accessibleName()
    label.resize(600, 20)
    assert label.text() == label.full and label.toolTip() == ""


def test_a_key_cap_says_its_keys(desk: Desk, qtbot: QtBot) -> None:
    cap = KeyCap(desk, "Ctrl+Return")
    qtbot.addWidget(cap)
    assert cap.accessibleName() == "Ctrl Enter"
    wide = cap.sizeHint().width()
    cap.say("Tab")
    assert cap.accessibleName() == "Tab" and cap.sizeHint().width() < wide
